//! The words of an answer: read in the charset that they are written in, from HTML as from plain text, and no reply when it
//! is not sure what they are, or all of it when something that came with them was not taken.

use app::{
    conversations::{Held, Taken, store},
    ids::IssueId,
    issues::{
        model::{EventKind, State as IssueState},
        store::issue,
    },
};

use crate::{
    replies::{address_of, drop_mail, portal, state_of, taken, with_files},
    replies_kept::{asked, find, piped},
    test_app::TestApp,
    todo::listed,
};

/// A mail whose text is these bytes, in a charset that may not be theirs.
fn written(from: &str, to: &str, kind: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "From: Wang <{from}>\r\nTo: {to}\r\nSubject: Re\r\nMessage-ID: <{}@member.example.cn>\r\nMIME-Version: 1.0\r\n\
         Content-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        uuid::Uuid::now_v7()
    );
    [head.as_bytes(), bytes, b"\r\n"].concat()
}

/// Two versions of the same words.
fn alternative(from: &str, to: &str, one: &str, other: &str) -> Vec<u8> {
    let parts = format!("--b\r\n{one}\r\n--b\r\n{other}\r\n--b--");
    written(from, to, "multipart/alternative; boundary=b", parts.as_bytes())
}

async fn of(app: &TestApp, taken: Taken) -> store::Inbound {
    match taken {
        Taken::Filed(id) | Taken::Held(id, _) => find(app, id).await,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_text_that_is_not_in_its_charset_is_held_and_no_reply() {
    let app = portal().await;
    let (member, staff, id, to) = asked(&app).await;
    let from = address_of(&member);
    let gb = b"\xca\xd5\xb5\xbd\xa3\xac\xcd\xac\xd2\xe2\xb0\xb2\xd7\xb0".as_slice();
    for (charset, bytes, words) in [
        ("gb2312", "已收到，同意安装".as_bytes(), "已收到，同意安装"),
        ("iso-8859-1", gb, "收到，同意安装"),
        ("windows-1252", gb, "收到，同意安装"),
    ] {
        let mail = written(&from, &to, &format!("text/plain; charset={charset}"), bytes);
        let answer = drop_mail(&staff, &mail).await;
        let kept = taken(&app, &answer).await;
        assert_eq!((kept.held, kept.body.as_str()), (Some(Held::Charset), words), "{charset}");
        staff.get(answer.location()).await.is(200).says("编码与它标明的不符").says(words);
    }
    assert_eq!(state_of(&app, id).await, IssueState::AskedBack);
    let mail = written(&from, &to, "text/plain; charset=gb2312", gb);
    assert!(of(&app, piped(&app, &mail, None).await).await.became_reply);
}

/// What the member's reply says on the page.
async fn reply_of(app: &TestApp, id: IssueId) -> Option<String> {
    let events = issue::events(app.state.db.reader(), id, false).await.unwrap();
    events.into_iter().find(|event| event.kind == EventKind::Replied).and_then(|event| event.text)
}

#[tokio::test]
async fn an_answer_in_html_alone_is_read_line_by_line_and_without_what_it_quotes() {
    let app = portal().await;
    let (member, _, id, to) = asked(&app).await;
    let from = address_of(&member);
    let html = "text/html; charset=utf-8";
    let quoted = "<blockquote><div>请尽快答复</div><div>2099年1月1日前</div></blockquote>";
    let mail = written(&from, &to, html, quoted.as_bytes());
    let kept = of(&app, piped(&app, &mail, None).await).await;
    assert_eq!((kept.about_id, kept.became_reply, kept.handled_at), (Some(id.0), false, None), "{}", kept.body);
    assert_eq!(state_of(&app, id).await, IssueState::AskedBack);
    let own = "<div>十二辆</div><div>都是国六</div><div>发件人：协会</div><div>主题：几辆车</div><div>请尽快答复</div>";
    let mail = written(&from, &to, html, format!("{own}{quoted}").as_bytes());
    assert!(of(&app, piped(&app, &mail, None).await).await.became_reply);
    assert_eq!(reply_of(&app, id).await.as_deref(), Some("十二辆\n都是国六"));
}

#[tokio::test]
async fn a_blank_version_hides_no_words_and_an_invitation_does_not_vanish() {
    let app = portal().await;
    let (member, staff, id, to) = asked(&app).await;
    let from = address_of(&member);
    let html = "Content-Type: text/html; charset=utf-8\r\n\r\n<div>十二辆</div>";
    let invitation = "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR";
    let mail = alternative(&from, &to, "Content-Type: text/plain\r\n\r\n \r\n", html);
    let kept = of(&app, piped(&app, &mail, None).await).await;
    assert!(kept.became_reply && kept.handled_at.is_some());
    assert_eq!(reply_of(&app, id).await.as_deref(), Some("十二辆"));
    let mail = alternative(&from, &to, html, invitation);
    let answer = drop_mail(&staff, &mail).await;
    let kept = taken(&app, &answer).await;
    assert_eq!((kept.body.as_str(), kept.is_whole()), ("十二辆", false));
    staff.get(answer.location()).await.is(200).says("未收下：").says("attachment.ics");
}

#[tokio::test]
async fn a_reply_of_which_something_was_not_taken_says_so_to_both_and_waits() {
    let app = portal().await;
    let (member, staff, id, to) = asked(&app).await;
    let answer = drop_mail(&staff, &with_files(&address_of(&member), &to, "见附件")).await;
    let kept = taken(&app, &answer).await;
    assert!(kept.became_reply && kept.handled_at.is_none());
    assert_eq!(state_of(&app, id).await, IssueState::Replied);
    let here = format!("/issues/{id}");
    for browser in [&member.admin, &staff] {
        browser.get(&here).await.is(200).says("未收下：").says("清单.exe");
    }
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 1);
    staff.post(&format!("{}/handled", answer.location()), &[("back", &here)]).await.is(303);
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 0);
    let page = member.admin.get(&here).await.is(200).says("清单.exe");
    let file = page.text.split(&format!("{}/files/", answer.location())).nth(1).unwrap();
    let file = format!("{}/files/{}", answer.location(), file.split('"').next().unwrap());
    member.admin.get(&file).await.is(200);
}
