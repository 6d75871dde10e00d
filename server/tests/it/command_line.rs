//! What the program says at a terminal: about its settings one sentence that names the variable and the flag, what
//! is wrong and what to write; about the first admin what stands in the way.

use std::process::{Command, Stdio};

use app::accounts::{people, store};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;

use crate::{
    program,
    test_app::{TestApp, new_person},
};

/// Checks the settings in an environment that holds nothing else; whether they are fine, and what was said.
fn check(environment: &[(&str, &str)], flags: &[&str]) -> (bool, String) {
    let folder = TempDir::new().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_hunitong"))
        .current_dir(folder.path())
        .env_clear()
        .envs(environment.iter().copied())
        .arg("check-config")
        .args(flags)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// Every setting that can be wrong, a wrong value, and words of what to write instead.
const WRONG: &[(&str, &str, &str)] = &[
    ("DATABASE_URL", "mysql://x", "sqlite://"),
    ("HUNITONG_DATA_DIR", "/proc/nothing/here", "a folder that can be written"),
    ("HUNITONG_ADDR", "here", "127.0.0.1:3000"),
    ("HUNITONG_PUBLIC_URL", "http://portal.example.cn", "https://portal.example.cn"),
    ("HUNITONG_PUBLIC_URL", "https://portal.example.cn/path", "scheme and host"),
    ("HUNITONG_SECRET_KEY", "short", "at least 32"),
    ("HUNITONG_BEHIND_PROXY", "perhaps", "true or false"),
    ("SMTP_URL", "mail.example.cn", "smtps://"),
    ("HUNITONG_MAIL_FROM", "nobody", "office@example.cn"),
    ("HUNITONG_MAIL_REPLY_TO", "nobody", "reply@example.cn"),
    ("HUNITONG_MAIL_REPLY_TO", "a-much-too-long-mailbox@example.cn", "at most 20"),
    ("HUNITONG_MAIL_RETURN_PATH", "nobody", "bounce@example.cn"),
    ("HUNITONG_MAIL_RETURN_PATH", "bounce+all@example.cn", "at most 20"),
    ("HUNITONG_MAIL_PARALLEL", "65", "from 1 to 64"),
    ("HUNITONG_MAIL_PER_MINUTE", "-1", "from 0 to 100000"),
    ("HUNITONG_MAIL_RETRY_MINUTES", "2,soon", "2,5,15,30,60"),
    ("HUNITONG_MAIL_GIVE_UP_HOURS", "four", "from 1 to 720"),
    ("HUNITONG_MAIL_UNCERTAIN_SECONDS", "0", "from 1 to 86400"),
    ("HUNITONG_MAIL_LEASE_SECONDS", "1", "from 2 to 300"),
    ("HUNITONG_MAIL_STEP_SECONDS", "-1", "from 1 to 600"),
    ("HUNITONG_MAIL_ANSWER_SECONDS", "3601", "from 1 to 3600"),
    ("HUNITONG_MAIL_CA", "/proc/nothing/here.pem", "a PEM file"),
    ("HUNITONG_WECOM_BASE", "http://mirror.example.cn", "https://qyapi.weixin.qq.com"),
    ("HUNITONG_WECOM_CA", "/proc/version", "a PEM file"),
    ("HUNITONG_WECOM_ALLOW_PRIVATE", "perhaps", "true or false"),
    ("HUNITONG_INSTALL_REQUEST_TO", "nobody", "shaobing@shdata.com"),
    ("HUNITONG_LOG", "xml", "text or json"),
];

fn flag(variable: &str) -> String {
    format!("--{}", variable.trim_start_matches("HUNITONG_").to_lowercase().replace('_', "-"))
}

#[track_caller]
fn one_sentence(said: &str, words: &[&str]) {
    assert!(said.starts_with("hunitong: ") && said.trim_end().lines().count() == 1, "{said}");
    for word in words {
        assert!(said.contains(word), "“{word}” is not in: {said}");
    }
}

#[test]
fn a_wrong_setting_is_named_with_what_to_write() {
    for (variable, value, write) in WRONG {
        let flag = flag(variable);
        let (fine, said) = check(&[(variable, value)], &[]);
        assert!(!fine, "{variable}={value}");
        one_sentence(&said, &[variable, &format!("({flag})"), "; write ", write]);
        if !["--behind-proxy", "--wecom-allow-private"].contains(&flag.as_str()) {
            let (fine, by_flag) = check(&[], &[&format!("{flag}={value}")]);
            assert!(!fine && by_flag == said, "{flag}={value}: {by_flag}");
        }
    }
}

#[test]
fn a_variable_that_is_set_to_nothing_counts_as_not_set() {
    let nothing: Vec<(&str, &str)> = WRONG.iter().map(|(variable, ..)| (*variable, "")).collect();
    let (fine, said) = check(&nothing, &[]);
    assert!(fine && said.contains("SQLite, http://127.0.0.1:3000 on 127.0.0.1:3000"), "{said}");
    assert!(said.contains("SMTP_URL is not set"), "{said}");
    let (fine, said) = check(&nothing, &["--addr", "127.0.0.1:3456"]);
    assert!(fine && said.contains("3456"), "{said}");
}

#[test]
fn what_is_no_setting_and_what_lacks_a_value_is_said_in_one_sentence() {
    for (flags, words) in [
        (["--adr", "x"].as_slice(), ["--adr is no setting", "write --addr"]),
        (&["--colour"], ["--colour is no setting", "write one that hunitong --help shows"]),
        (&["--mail-from"], ["HUNITONG_MAIL_FROM (--mail-from) has no value", "write a mail address"]),
    ] {
        let (fine, said) = check(&[], flags);
        assert!(!fine);
        one_sentence(&said, &words);
    }
}

#[test]
fn help_shows_every_setting() {
    let (fine, said) = check(&[], &["--help"]);
    assert!(fine);
    for (variable, ..) in WRONG {
        assert!(said.contains(variable) && said.contains(&flag(variable)), "{variable}");
    }
}

/// Makes an admin with this login; whether that succeeded and what was said.
async fn create_admin(app: &TestApp, login: &str) -> (bool, String) {
    let mut command = program::command(app, &["create-admin", "--login", login, "--name", "钱主任"]);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all("kiln dust nine\n".as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[tokio::test]
async fn the_first_admin_is_made_and_a_login_that_is_taken_or_closed_is_said() {
    let app = TestApp::start().await;
    let (fine, said) = create_admin(&app, "13900000041").await;
    assert!(fine && said.contains("shown while you type") && said.contains("ready to sign in"), "{said}");
    let fields = [("login", "13900000041"), ("password", "kiln dust nine")];
    app.stranger().post("/sign-in", &fields).await.is(303);
    let (fine, said) = create_admin(&app, "13900000041").await;
    assert!(!fine && said.contains("there is already an account with this login"), "{said}");
    let tx = app.tx().await;
    let closed = new_person(&tx).await;
    people::store::set_disabled(&tx, closed, true).await.unwrap();
    tx.commit().await.unwrap();
    let email = store::email_of(app.state.db.reader(), closed).await.unwrap().unwrap();
    let (fine, said) = create_admin(&app, &email).await;
    assert!(!fine && said.contains("closed account") && !said.contains("Refused"), "{said}");
}
