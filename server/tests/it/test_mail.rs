//! `hunitong mail test`: a mail goes the whole way to a real server at once, as every mail leaves, and what the server
//! answered is said in one sentence.

use crate::{
    program,
    smtp_sink::{At, Do, Sink},
    test_app::TestApp,
};

/// Sends a test mail to this server with these settings; whether that succeeded, and what was said.
async fn test_mail(app: &TestApp, url: &str, more: &[(&str, &str)]) -> (bool, String) {
    let mut program = program::command(app, &["mail", "test", "--to", "it@example.cn"]);
    program.env("SMTP_URL", url).envs(more.iter().copied());
    program::run(program).await
}

#[tokio::test]
async fn a_test_mail_goes_the_whole_way_and_leaves_nothing_in_the_queue() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let url = format!("smtp://127.0.0.1:{}", sink.port);
    let (sent, said) = test_mail(&app, &url, &[]).await;
    assert!(sent && said.contains("Accepted by the mail server: 250") && said.contains("kept as 4711"), "{said}");
    let mails = sink.mails();
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "it@example.cn"));
    assert_eq!(mails[0].header("Return-Path"), "<hunitong@localhost>");
    let path = ("HUNITONG_MAIL_RETURN_PATH", "bounce@portal.example.cn");
    let (sent, said) = test_mail(&app, &url, &[path]).await;
    assert!(sent, "{said}");
    let back = sink.mails()[1].header("Return-Path");
    assert!(back.starts_with("<bounce+") && back.ends_with("@portal.example.cn>"), "{back}");
    assert_eq!(sink.worker(&app).drain().await.unwrap(), 0, "the worker finds nothing to send");
}

#[tokio::test]
async fn what_a_server_refuses_is_said_with_its_words() {
    let (app, sink) = (TestApp::start().await, Sink::start().await);
    let plain = format!("smtp://127.0.0.1:{}", sink.port);
    let with_password = format!("smtp://portal:wrong@127.0.0.1:{}", sink.port);
    for (at, with, url, expected) in [
        (At::Auth, Do::Say("535 5.7.8 who are you"), &with_password, "password in SMTP_URL is not accepted: AUTH: 535"),
        (
            At::Mail,
            Do::Say("550 5.7.1 not your address"),
            &plain,
            "HUNITONG_MAIL_FROM, or HUNITONG_MAIL_RETURN_PATH where it is set, is not accepted: MAIL: 550",
        ),
        (At::Rcpt, Do::Say("550 5.1.1 nobody here"), &plain, "refused: 550"),
        (At::Rcpt, Do::Say("450 4.2.0 greylisted"), &plain, "the mail server put it off"),
        (At::Dot, Do::Drop, &plain, "it may have arrived"),
    ] {
        sink.behave();
        sink.fail(at, "", with);
        let (sent, said) = test_mail(&app, url, &[]).await;
        assert!(!sent && said.contains(expected), "{at:?}: {said}");
    }
    assert_eq!(sink.mails().iter().filter(|mail| mail.answered).count(), 0);
    let (sent, said) = test_mail(&app, "smtp://127.0.0.1:1", &[]).await;
    assert!(!sent && said.contains("put it off"), "{said}");
}
