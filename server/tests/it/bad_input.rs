//! What comes in and is not as it should be: refused, or held with the reason, within bounded time and memory, and
//! nothing lost. Mails go through the pipe of the real program, so that its memory can be looked at.

use std::time::{Duration, Instant as Moment};

use app::{
    conversations::{Held, store as conversations},
    ids::{InboundMailId, TextEnum},
    issues::model::State as IssueState,
    outbox::{self, Attachment, DeliveryState, Subject, store},
    text::Locale,
};
use uuid::Uuid;

use crate::{
    builders::a_member,
    groups::{only, with_a_message},
    outbox::{known, mail_of},
    program::ingest,
    replies::{a_mail, address_of, asked_back, drop_mail, messages, portal, reply_address, state_of},
    sentinels::{id_of, sent},
    smtp_sink::Sink,
    test_app::TestApp,
    webhook::{Say, Webhook},
};

/// Longer than any of them takes on a busy machine, in a build that is not optimized.
const LONG: Duration = Duration::from_secs(20);
const MB: u64 = 1024 * 1024;

/// Addresses and ids that bad mails are made with.
struct Names {
    /// The true address for answers of the issue that was asked back.
    to: String,
    /// The one of another member's request.
    to_other: String,
    /// The id of the one with the signature of the other.
    forged: String,
    /// A mail of the other conversation.
    other: String,
    /// The other member's own address.
    stranger: String,
}

/// What is wrong with a mail, why it is held, how much more memory than an ordinary one it may take, and the mail.
type Bad = (&'static str, Held, u64, Vec<u8>);

fn head(to: &str) -> String {
    let id = Uuid::now_v7();
    format!("From: Wang <wang@elsewhere.cn>\r\nTo: {to}\r\nSubject: x\r\nMessage-ID: <{id}@elsewhere.cn>\r\n")
}

fn with(to: &str, more: &str, body: &str) -> Vec<u8> {
    format!("{}{more}\r\n{body}\r\n", head(to)).into_bytes()
}

/// So many parts in one mail.
fn parts(to: &str, part: &str, n: usize) -> Vec<u8> {
    let parts = format!("--b\r\n{part}\r\n").repeat(n);
    with(to, "Content-Type: multipart/mixed; boundary=b\r\n", &format!("{parts}--b--"))
}

/// Bytes that a header may hold once it is decoded.
fn hidden(text: &str) -> String {
    let bytes: String = text.bytes().map(|byte| format!("={byte:02X}")).collect();
    format!("=?utf-8?Q?{bytes}?=")
}

const TEXT: &str = "Content-Type: text/plain\r\n\r\nx";
/// What was given back is kept for another use for a moment, so this is several times what is held at once.
const MOST: u64 = 48 * MB;

fn large(names: &Names) -> Vec<Bad> {
    let lines = |megabytes: usize| "forty bytes of a line that says nothing.\n".repeat(megabytes * 1024 * 1024 / 41);
    let base64 = format!("{}\r\n", "A".repeat(76)).repeat(30 * 1024 * 1024 / 78);
    let file = format!(
        "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=a.pdf\r\n\r\n{base64}"
    );
    vec![
        ("60 MB of text", Held::TooLarge, MOST, with(&names.to, "", &lines(60))),
        ("60 MB without a line", Held::TooLarge, MOST, with(&names.to, "", &"x".repeat(60 * 1024 * 1024))),
        ("60 MB of headers", Held::TooLarge, MOST, with(&names.to, &format!("X: {}\r\n", lines(60).trim_end()), "x")),
        ("30 MB of text, which is read", Held::NoMatch, 8 * 30 * MB, with("office@example.cn", "", &lines(30))),
        ("a file of 22 MB, which is read", Held::NoMatch, 8 * 30 * MB, parts("office@example.cn", &file, 1)),
    ]
}

fn broken(names: &Names) -> Vec<Bad> {
    let to = names.to.as_str();
    let mut without_its_end = parts(to, TEXT, 2);
    without_its_end.truncate(without_its_end.len() - "--b--\r\n".len());
    let encoded = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA";
    let mut gb = with(to, "Content-Type: text/plain; charset=utf-8\r\n", "");
    gb.extend(b"\xc4\xfa\xba\xc3\xa3\xac\xca\xd5\xb5\xbd\r\n");
    let winmail = "name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+Ig==";
    let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(20_000);
    let in_each_other = (0..11).fold(TEXT.to_owned(), |inner, n| {
        format!("Content-Type: multipart/mixed; boundary=b{n}b\r\n\r\n--b{n}b\r\n{inner}\r\n--b{n}b--\r\n")
    });
    let blank = with(to, " \r\nContent-Type: multipart/mixed; boundary=b\r\n", "--b\r\n\r\nx\r\n--b--");
    let long = "b".repeat(71);
    let long = with(to, &format!("Content-Type: multipart/mixed; boundary={long}\r\n"), &format!("--{long}--"));
    let headers = format!("X: {}\r\n\r\nx", "y".repeat(20_000));
    let no_sender = format!("To: {to}\r\nSubject: nobody wrote it\r\n\r\nx").into_bytes();
    [
        ("MIME without its end", Held::Broken, without_its_end),
        ("MIME without its boundary", Held::Broken, with(to, "Content-Type: multipart/mixed\r\n", "no boundary")),
        ("MIME with a boundary of 71 characters", Held::Broken, long),
        ("headers with a line of white space", Held::Broken, blank),
        ("no line between headers and text", Held::Broken, head(to).into_bytes()),
        ("a part with 20 kB of headers", Held::Broken, parts(to, &headers, 1)),
        ("headers of 200 kB", Held::Broken, with(to, &format!("X: {}\r\n", "y".repeat(200_000)), "x")),
        ("base64 that is none", Held::Broken, with(to, "Content-Transfer-Encoding: base64\r\n", "???")),
        ("no headers at all", Held::Broken, b"no headers at all".to_vec()),
        ("no sender", Held::Broken, no_sender),
        ("GB18030 said to be UTF-8", Held::Charset, gb),
        ("winmail.dat", Held::Winmail, parts(to, &format!("Content-Type: application/ms-tnef; {winmail}"), 1)),
        ("winmail.dat by its name", Held::Winmail, parts(to, &format!("Content-Type: application/x; {winmail}"), 1)),
        ("500 parts", Held::TooManyParts, parts(to, TEXT, 500)),
        ("500,000 parts", Held::TooManyParts, parts(to, "", 500_000)),
        ("parts in each other, eleven deep", Held::TooManyParts, parts(to, &in_each_other, 1)),
        // Mails within mails are files, and are not opened.
        ("20,000 mails in each other, which are read", Held::NoMatch, with("office@example.cn", &nested, "x")),
        ("a mail with a mail that is encoded, which is read", Held::NoMatch, parts("office@example.cn", encoded, 1)),
    ]
    .map(|(name, why, mail)| (name, why, MOST, mail))
    .to_vec()
}

fn deceitful(names: &Names) -> Vec<Bad> {
    let Names { to, to_other, forged, other, stranger } = names;
    let changed = |from: &str, by: &str| {
        let mail = String::from_utf8(with(to, "", "x")).unwrap();
        assert!(mail.contains(from));
        mail.replace(from, by).into_bytes()
    };
    let hidden_name = format!("From: {} <wang@elsewhere.cn>", hidden("Wang\r\nBcc: all@example.cn"));
    let hidden_subject = format!("Subject: {}", hidden("x\r\nTo: all@example.cn"));
    let hidden_file = format!(
        "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"{}\"\r\n\r\nx",
        hidden("a\r\nb.pdf")
    );
    [
        ("a forged token", Held::ForgedToken, with(forged, "", "x")),
        (
            "a token beside a thread of another conversation",
            Held::OtherConversation,
            with(to, &format!("In-Reply-To: <{other}>\r\n"), "x"),
        ),
        ("two tokens of two conversations", Held::OtherConversation, with(&format!("{to}, {to_other}"), "", "x")),
        ("a token of another member's conversation", Held::OtherMember, changed("wang@elsewhere.cn", stranger)),
        ("a header in a name", Held::HiddenLines, changed("From: Wang <wang@elsewhere.cn>", &hidden_name)),
        ("a header in a subject", Held::HiddenLines, changed("Subject: x", &hidden_subject)),
        ("a line in a file's name", Held::HiddenLines, parts(to, &hidden_file, 1)),
    ]
    .map(|(name, why, mail)| (name, why, MOST, mail))
    .to_vec()
}

#[tokio::test]
async fn every_bad_mail_is_held_with_the_reason_within_time_and_memory_and_nothing_is_lost() {
    let app = portal().await.with_module().await;
    let (member, theirs) = (a_member(&app).await, a_member(&app).await);
    let staff = app.staff().await;
    let id = asked_back(&app, &member, &staff).await;
    let other = sent(&theirs.admin, &theirs).await;
    let to = reply_address(&messages(&app, id.0).await.pop().unwrap());
    let other = messages(&app, id_of(&other).0).await.pop().unwrap();
    let to_other = reply_address(&other);
    let forged = format!("{}{}", &to[..36], &to_other[36..]);
    let names = Names { to, to_other, forged, other: other.rfc_id, stranger: address_of(&theirs) };

    let ordinary = ingest(&app, &[], &a_mail("x@elsewhere.cn", "office@example.cn", "x", &[], "x")).await;
    assert!(ordinary.code == Some(0) && ordinary.peak > 0, "{}", ordinary.said);
    let all = [large(&names), broken(&names), deceitful(&names)].concat();
    for (name, why, most, mail) in &all {
        let took = ingest(&app, &[], mail).await;
        let more = took.peak.saturating_sub(ordinary.peak);
        assert_eq!(took.code, Some(0), "{name}: {}", took.said);
        assert!(took.took < LONG, "{name}: {:?}", took.took);
        assert!(more < *most, "{name}: {} MB more than an ordinary mail", more / MB);

        let id = took.said.split_once("Held as ").and_then(|(_, said)| said.split_once(':'));
        let id: InboundMailId = id.unwrap_or_else(|| panic!("{name}: {}", took.said)).0.parse().unwrap();
        let kept = conversations::find(app.state.db.reader(), id).await.unwrap();
        assert_eq!(kept.held, Some(*why), "{name}");
        assert!(kept.about_id.is_none() && !kept.became_reply && kept.delivery_id.is_none(), "{name}");
        assert!(!format!("{}{}", kept.from_name, kept.subject).contains(['\r', '\n']), "{name}");
        let path = format!("/mails/{id}");
        staff.get(&path).await.is(200).says(&Locale::Zh.t(&format!("conversations.held.{why}")));
        assert!(staff.get(&format!("{path}/raw")).await.is(200).bytes == *mail, "{name}: it is kept as it came");
        if *why == Held::Charset {
            staff.get(&path).await.is(200).says("您好，收到");
        }
    }
    assert_eq!(state_of(&app, id).await, IssueState::AskedBack);
    // Too many of one sender on a day are put aside, and kept like all others.
    let kept = conversations::count(app.state.db.reader(), conversations::Filter::All).await.unwrap();
    assert_eq!(kept, all.len() as u64 + 1, "each once");
    // The same by the other way is the same mail, damaged or not.
    let (_, _, _, gb) = all.iter().find(|(_, why, ..)| *why == Held::Charset).unwrap();
    assert_eq!(drop_mail(&staff, gb).await.location(), "/mails?tab=all");
    for path in ["/mails", "/mails?tab=pen", "/mails?tab=all"] {
        app.auditor().await.get(path).await.is(200).says_not("wang@elsewhere.cn");
    }
    // Every reason has been met, but for those that need no damage.
    let undamaged = [Held::Unread, Held::UnknownSender, Held::FromOffice, Held::UnprovedReport];
    assert!(Held::ALL.iter().all(|held| undamaged.contains(held) || all.iter().any(|(_, why, ..)| why == held)));
}

#[tokio::test]
async fn sixty_megabytes_are_taken_on_the_page_too_and_more_than_a_hundred_nowhere() {
    let app = portal().await;
    let staff = app.staff().await;
    let mail = [head("office@example.cn").as_bytes(), b"\r\n", "x".repeat(60 * 1024 * 1024).as_bytes()].concat();
    let began = Moment::now();
    let answer = drop_mail(&staff, &mail).await;
    assert!(began.elapsed() < LONG, "{:?}", began.elapsed());
    let page = staff.get(answer.location()).await.is(200).says(&Locale::Zh.t("conversations.held.too_large"));
    page.says("wang@elsewhere.cn").says("62.9 MB");
    assert!(staff.get(&format!("{}/raw", answer.location())).await.is(200).bytes == mail);
    let too_large = vec![b'x'; 101 * 1024 * 1024];
    let refused = ingest(&app, &[], &too_large).await;
    assert_eq!(refused.code, Some(65), "the mail server tells the sender: {}", refused.said);
    assert!(refused.took < LONG);
    staff.upload("/mails", &[], &[("mail", "来信.eml", &too_large)]).await.is(413);
    let all = conversations::count(app.state.db.reader(), conversations::Filter::All).await.unwrap();
    assert_eq!(all, 1);
}

/// Whatever stands in our own records, no header grows out of it.
#[tokio::test]
async fn names_and_subjects_of_ours_make_no_headers() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let hash = app.state.files.keep(bytes::Bytes::from_static(b"%PDF-1.7 test")).await.unwrap();
    let evil = |name: &str| format!("{name}\r\nBcc: all@example.cn\r\n\r\nread this instead");
    let mut about = Vec::new();
    let tx = app.tx().await;
    for words in ["王厂长".to_owned(), evil("王厂长"), evil("Wang"), evil("Wang \"\\\"").replace('\r', "")] {
        let mut new = mail_of(Subject { kind: "test", id: Uuid::now_v7() }, &["office@example.cn"]);
        about.push(new.about.id);
        new.title.clone_from(&words);
        new.recipients[0].name.clone_from(&words);
        let (media_type, hash) = ("application/pdf".to_owned(), hash.clone());
        new.attachments = vec![Attachment { name: format!("{words}.pdf"), media_type, hash }];
        outbox::enqueue(&tx, &app.state.options, new).await.unwrap();
    }
    tx.commit().await.unwrap();
    sink.worker(&app).drain().await.unwrap();
    let mails = sink.mails();
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["office@example.cn"; 4]);
    // The names of all headers, of the parts too, and whatever else could pass for one.
    let names = |mail: &str| -> Vec<String> {
        let named =
            mail.lines().filter(|line| !line.starts_with([' ', '\t', '-'])).filter_map(|line| line.split_once(':'));
        let mut names: Vec<String> = named.map(|(name, _)| name.to_owned()).collect();
        names.sort();
        names
    };
    let ordinary = names(&mails[0].data);
    assert!(ordinary.contains(&"Subject".to_owned()) && ordinary.contains(&"Content-Disposition".to_owned()));
    for mail in &mails {
        assert_eq!(names(&mail.data), ordinary, "{}", mail.data);
        assert!(mail.data.lines().all(|line| line.trim() != "read this instead"), "{}", mail.data);
    }
    let page = format!("/outbox/{}", known(&app, about[1]).await.delivery.id);
    app.staff().await.get(&page).await.is(200).says("Bcc: all@example.cn");
}

#[tokio::test]
async fn a_webhook_that_answers_with_a_page_is_put_off_within_time_and_the_message_is_kept() {
    let page = "<!DOCTYPE html><html><body>Please sign in to this network</body></html>";
    let large = "<p>x</p>".repeat(8 * 1024 * 1024);
    for (name, say) in [
        ("a page", Say::page("200 OK", page)),
        ("a page of 64 MB", Say::page("200 OK", &large)),
        ("a page without end", Say::Endless),
        ("nothing", Say::page("200 OK", "")),
        ("JSON of something else", Say::page("200 OK", "{\"errcode\":\"0\",\"errmsg\":{}}")),
    ] {
        let (app, hook) = (TestApp::start().await, Webhook::start().await);
        let (_, group) = with_a_message(&app).await;
        hook.then(say);
        let began = Moment::now();
        assert_eq!(hook.worker(&app).drain().await.unwrap(), 1, "{name}: not again at once");
        assert!(began.elapsed() < LONG, "{name}");
        let put_off = only(&app, group).await.delivery;
        assert_eq!(put_off.state, DeliveryState::Deferred, "{name}");
        assert!(put_off.reply.as_deref().is_some_and(|words| words.len() < 2_000), "{name}: {:?}", put_off.reply);
        let whole = store::whole(app.state.db.reader(), put_off.id).await.unwrap();
        assert!(whole.message.body_text.contains("秘书处"), "{name}: it is still there");
    }
}
