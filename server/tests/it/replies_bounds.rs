//! Bounds of what comes in, measured at the real program: a mail dropped on the page takes no more memory than one that is
//! piped in, texts in any charset and in HTML are read within bounds, and the documented script hands mails over.

use std::{
    fs,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use app::conversations::{Held, store};
use tokio::{io::AsyncWriteExt, process::Command};

use crate::{
    builders::a_member,
    mail_pipe::script,
    program::{Program, command, ingest},
    replies::{a_mail, address_of, asked_back, messages, portal, reply_address, state_of},
    test_app::TestApp,
};

const MB: usize = 1024 * 1024;
/// Longer than any of them takes on a busy machine, in a build that is not optimized.
const LONG: Duration = Duration::from_secs(30);

fn a_large_mail(kind: &str, words: &[u8], megabytes: usize) -> Vec<u8> {
    let head = format!(
        "From: Wang <wang@elsewhere.cn>\r\nTo: office@example.cn\r\nSubject: x\r\nMessage-ID: <{}@elsewhere.cn>\r\n\
         Content-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        uuid::Uuid::now_v7()
    );
    [head.as_bytes(), &words.repeat(megabytes * MB / words.len()), b"\r\n"].concat()
}

#[tokio::test]
async fn a_mail_dropped_on_the_page_takes_no_more_memory_than_its_bounds() {
    let app = portal().await;
    let staff = app.staff().await;
    let mut serve = command(&app, &["serve"]);
    serve.env("HUNITONG_SECRET_KEY", "\u{7}".repeat(32));
    let program = Program::start(serve).await;
    let drop_mail = async |mail: &[u8]| {
        let answer = program.send(staff.upload_request("/mails", &[], &[("mail", "mail.eml", mail)])).await;
        assert!(answer.starts_with("HTTP/1.1 303"), "{}", &answer[..answer.len().min(400)]);
    };
    drop_mail(&a_mail("li@elsewhere.cn", "office@example.cn", "x", &[], "x")).await;
    let mut before = program.peak();
    // What is too large is never held whole; of what is read, text and files are held beside the mail for a while.
    for (name, mail, most) in [
        ("60 MB", a_large_mail("text/plain", b"forty bytes of a line that says nothing.\n", 60), 40 * MB),
        ("30 MB of text", a_large_mail("text/plain", b"forty bytes of a line that says nothing.\n", 30), 8 * 30 * MB),
        ("30 MB of HTML", a_large_mail("text/html", "<div>字</div>\n".as_bytes(), 30), 8 * 30 * MB),
    ] {
        let began = Instant::now();
        drop_mail(&mail).await;
        assert!(began.elapsed() < LONG, "{name}: {:?}", began.elapsed());
        let more = program.peak().saturating_sub(before);
        assert!(more < most as u64, "{name}: {} MB more", more / MB as u64);
        before = program.peak();
    }
    assert_eq!(store::count(app.state.db.reader(), store::Filter::Pen).await.unwrap(), 4);
    program.signal("TERM").await;
    assert!(program.ended().await.0.success());
}

#[tokio::test]
async fn thirty_megabytes_in_any_charset_and_in_html_are_read_within_time_and_memory() {
    let app = portal().await;
    let ordinary = ingest(&app, &[], &a_mail("li@elsewhere.cn", "office@example.cn", "x", &[], "x")).await;
    // 「收到同意」 as the national charset writes it.
    let gb = b"\xca\xd5\xb5\xbd\xcd\xac\xd2\xe2\n".as_slice();
    let utf8 = "收到同意\n".as_bytes();
    let html = "<div><blockquote>收到</blockquote><p>同意</p></div>\n".as_bytes();
    for (kind, words, held) in [
        ("text/plain; charset=gb18030", gb, Held::NoMatch),
        ("text/plain; charset=utf-8", gb, Held::Charset),
        ("text/plain; charset=iso-8859-1", gb, Held::Charset),
        ("text/plain; charset=gb2312", utf8, Held::Charset),
        ("text/html; charset=utf-8", html, Held::NoMatch),
        ("text/html; charset=gb18030", b"<div>\xca\xd5\xb5\xbd</div>\n", Held::NoMatch),
    ] {
        let took = ingest(&app, &[], &a_large_mail(kind, words, 30)).await;
        assert_eq!(took.code, Some(0), "{kind}: {}", took.said);
        assert!(took.said.contains(&format!(": {held}")), "{kind}: {}", took.said);
        assert!(took.took < LONG, "{kind}: {:?}", took.took);
        let more = took.peak.saturating_sub(ordinary.peak);
        assert!(more < (8 * 30 * MB) as u64, "{kind}: {} MB more", more / MB as u64);
    }
}

/// Hands a mail to the documented script, as Postfix starts it; its code and what was said.
async fn through_the_script(folder: &Path, recipient: &str, mail: &[u8]) -> (Option<i32>, String) {
    let file = folder.join("hunitong-ingest");
    fs::write(&file, script(folder, env!("CARGO_BIN_EXE_hunitong"))).unwrap();
    let mut shell = Command::new("sh");
    shell.arg(&file).arg(recipient).env_clear().env("PATH", "/usr/bin:/bin");
    let mut child = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(mail).await.unwrap();
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

fn settings(app: &TestApp, database: &str) {
    let lines = [
        format!("DATABASE_URL={database}"),
        format!("HUNITONG_DATA_DIR=\"{}\"", app.folder.path().display()),
        format!("HUNITONG_SECRET_KEY={}", "\u{7}".repeat(32)),
        "HUNITONG_MAIL_REPLY_TO=reply@portal.example.cn".to_owned(),
        "HUNITONG_ADDR=127.0.0.1:0".to_owned(),
    ];
    fs::write(app.folder.path().join("hunitong.env"), lines.join("\n")).unwrap();
}

#[tokio::test]
async fn the_documented_script_hands_a_mail_to_the_program_and_keeps_it_while_that_fails() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = asked_back(&app, &member, &staff).await;
    let to = reply_address(&messages(&app, id.0).await.pop().unwrap());
    let mail = a_mail(&address_of(&member), "undisclosed@member.example.cn", "答复", &[], "十二辆");
    let folder = app.folder.path();
    settings(&app, "postgres://nobody@127.0.0.1:1/none");
    let (code, said) = through_the_script(folder, &to, &mail).await;
    assert_eq!(code, Some(75), "the database is away: {said}");
    settings(&app, &app.database);
    let (code, said) = through_the_script(folder, &to, &mail).await;
    assert!(code == Some(0) && said.contains("Filed as"), "{said}");
    assert_eq!(state_of(&app, id).await, app::issues::model::State::Replied);
    let (code, said) = through_the_script(folder, &to, &mail).await;
    assert!(code == Some(0) && said.contains("before"), "{said}");
    assert_eq!(through_the_script(folder, &to, b"").await.0, Some(65), "there is nothing to keep");
}
