//! WeCom's group robot (企业微信群机器人): a webhook with a key, messages of bounded bytes, twenty a minute, and
//! errors that arrive with HTTP 200. Notices go as Markdown; an alarm goes as plain text, which a phone shows whole in
//! its notification.

use serde::Deserialize;
use serde_json::json;

use super::{Asked, Service, Verdict, cut, said};
use crate::{
    groups::News,
    outbox::{Outcome, Reason, Subject},
    text::Message,
    time::Instant,
};

pub struct Wecom;

/// Most bytes of a text message and of a Markdown message.
const TEXT: usize = 2_048;
const MARKDOWN: usize = 4_096;
/// So often a robot may speak in a minute.
const PER_MINUTE: i64 = 20;
/// How long a robot that spoke too often has to be silent.
const SILENCE: i64 = 65 * Instant::SECOND;
/// Longest words of the service that are kept, in bytes.
const WORDS: usize = 500;

/// It spoke too often.
const TOO_OFTEN: i64 = 45_009;
/// The service is busy.
const BUSY: i64 = -1;

impl Service for Wecom {
    fn base(&self) -> &'static str {
        "https://qyapi.weixin.qq.com"
    }

    fn gap(&self) -> i64 {
        // A little more than the bound, so that clocks that differ do not pass it.
        Instant::MINUTE / PER_MINUTE + Instant::SECOND / 10
    }

    /// The key, alone or in the whole address that WeCom shows.
    fn secret(&self, typed: &str) -> Result<String, Message> {
        let typed = typed.trim();
        let key = match typed.split_once("key=") {
            Some((_, rest)) => rest.split('&').next().unwrap_or_default(),
            None => typed,
        };
        let fine = (16..=100).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if fine { Ok(key.to_owned()) } else { Err(Message::of("groups.wrong.wecom_key")) }
    }

    fn write(&self, news: &News) -> String {
        if is_text(news.about.kind) { text(news) } else { markdown(news) }
    }

    fn ask(&self, secret: &str, about_kind: &str, text: &str) -> Asked {
        let body = if is_text(about_kind) {
            json!({ "msgtype": "text", "text": { "content": text } })
        } else {
            json!({ "msgtype": "markdown", "markdown": { "content": text } })
        };
        Asked { path: format!("/cgi-bin/webhook/send?key={secret}"), body }
    }

    fn judge(&self, body: &[u8]) -> Verdict {
        #[derive(Deserialize)]
        struct Answer {
            errcode: i64,
            #[serde(default)]
            errmsg: String,
        }
        let Ok(Answer { errcode, errmsg }) = serde_json::from_slice(body) else {
            return Verdict::later(format!("HTTP 200: {}", Reason::OtherPage.words()), None);
        };
        let words = format!("errcode {errcode}: {}", cut(&errmsg, WORDS));
        match errcode {
            0 => Verdict::of(Outcome::Accepted(said(words, Some(errcode)))),
            BUSY => Verdict::later(words, Some(errcode)),
            TOO_OFTEN => Verdict { rest: Some(SILENCE), ..Verdict::later(words, Some(errcode)) },
            // A key that is wrong, a robot that was removed, a message that it cannot read: no better later.
            _ => Verdict::of(Outcome::Refused(said(words, Some(errcode)))),
        }
    }
}

fn is_text(about_kind: &str) -> bool {
    about_kind == Subject::ALARM
}

fn text(news: &News) -> String {
    let head: Vec<&str> = [news.title.as_str()].into_iter().chain(news.lines.iter().map(String::as_str)).collect();
    let head = cut(&head.join("\n"), TEXT / 4);
    let tail = [news.asked.as_deref().unwrap_or_default(), &news.link].map(str::to_owned).to_vec();
    whole(head, &news.summary, &tail, TEXT, "")
}

fn markdown(news: &News) -> String {
    let lines = news.lines.iter().map(|line| plain(line));
    let head: Vec<String> = [format!("**{}**", plain(&news.title))].into_iter().chain(lines).collect();
    let asked = news.asked.as_ref().map(|asked| format!("<font color=\"warning\">{}</font>", plain(asked)));
    let tail = [asked.unwrap_or_default(), format!("[{}]({})", plain(&news.link_words), news.link)].to_vec();
    whole(cut(&head.join("\n"), MARKDOWN / 4), &plain(&news.summary), &tail, MARKDOWN, "> ")
}

/// Head, summary and tail, of which the summary gives way.
fn whole(head: String, summary: &str, tail: &[String], max: usize, mark: &str) -> String {
    let tail = tail.iter().filter(|line| !line.is_empty()).cloned().collect::<Vec<_>>().join("\n");
    let room = max.saturating_sub(head.len() + tail.len() + mark.len() + 2);
    let summary = cut(summary, room);
    let middle = if summary.is_empty() { String::new() } else { format!("{mark}{summary}\n") };
    format!("{head}\n{middle}{tail}")
}

/// A text in one line in which nothing is a mark: WeCom's Markdown knows no way to escape one, and `<@name>` would
/// call somebody.
fn plain(text: &str) -> String {
    let one = |c: char| match c {
        '<' => '＜',
        '>' => '＞',
        '[' => '［',
        ']' => '］',
        '*' => '＊',
        '`' => '＇',
        '_' => '＿',
        '#' => '＃',
        c if c.is_control() => ' ',
        c => c,
    };
    text.chars().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(kind: &'static str, title: &str, summary: &str) -> News {
        News {
            about: Subject { kind, id: uuid::Uuid::nil() },
            title: title.to_owned(),
            lines: vec!["上海市水泥行业协会".to_owned()],
            asked: Some("请于 2022-06-05 17:00 前确认收悉".to_owned()),
            summary: summary.to_owned(),
            link: "https://portal.example.cn/notices/0190c5e2-7d1e-7a42-a0d8-6f7b82d2b1a4".to_owned(),
            link_words: "查看全文".to_owned(),
        }
    }

    #[test]
    fn a_message_stays_within_its_bytes_and_keeps_its_link() {
        for summary in ["", "六月份供应情况", &"水泥保供".repeat(2_000), &"a🚚".repeat(1_500)] {
            for title in ["通知", &"长".repeat(1_400)] {
                let text = Wecom.write(&news(Subject::ALARM, title, summary));
                assert!(text.len() <= TEXT && text.ends_with("2d2b1a4"), "{} {text}", text.len());
                let text = Wecom.write(&news("notice", title, summary));
                assert!(text.len() <= MARKDOWN, "{}", text.len());
                assert!(
                    text.ends_with(
                        "[查看全文](https://portal.example.cn/notices/0190c5e2-7d1e-7a42-a0d8-6f7b82d2b1a4)"
                    )
                );
                assert!(text.contains("<font color=\"warning\">请于"), "{text}");
            }
        }
        let long = Wecom.write(&news("notice", "通知", &"水泥保供".repeat(2_000)));
        assert!(long.len() > MARKDOWN - 8, "the room is used: {}", long.len());
        assert!(long.starts_with("**通知**\n上海市水泥行业协会\n> 水泥保供"), "{long}");
    }

    #[test]
    fn what_was_typed_is_no_mark_and_calls_nobody() {
        let text = Wecom.write(&news("notice", "**大** <@all> [x](https://e.example)\n# 二", "`a` <font>"));
        for sign in ["<@", "[x]", "\n#", "`", "<font>", "** <"] {
            assert!(!text.contains(sign), "{sign} in {text}");
        }
    }

    #[test]
    fn a_key_is_read_alone_or_from_the_address() {
        let key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa";
        for typed in [
            key.to_owned(),
            format!("  {key}\n"),
            format!("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}"),
            format!("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}&debug=1"),
        ] {
            assert_eq!(Wecom.secret(&typed).as_deref(), Ok(key), "{typed}");
        }
        for typed in
            ["", "short", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send", "a key with spaces in it", "钥匙"]
        {
            assert!(Wecom.secret(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn every_answer_is_known_for_what_it_is() {
        let of = |body: &str| Wecom.judge(body.as_bytes());
        let fine = of(r#"{"errcode":0,"errmsg":"ok"}"#);
        assert_eq!(fine.outcome, Outcome::Accepted(said("errcode 0: ok", Some(0))));
        let often = of(r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#);
        assert!(matches!(often.outcome, Outcome::Deferred { hold: false, .. }) && often.rest == Some(SILENCE));
        let busy = of(r#"{"errcode":-1,"errmsg":"system busy"}"#);
        assert!(matches!(busy.outcome, Outcome::Deferred { hold: false, .. }) && busy.rest.is_none());
        for code in [93_000, 40_008, 40_007, 93_004, 45_002] {
            let refused = of(&format!(r#"{{"errcode":{code},"errmsg":"no"}}"#));
            let expected = said(format!("errcode {code}: no"), Some(code));
            assert_eq!(refused.outcome, Outcome::Refused(expected));
        }
        for strange in ["<html><body>ok</body></html>", "", "{}", "[]", r#"{"errcode":"0"}"#, "\u{0}"] {
            assert!(matches!(of(strange).outcome, Outcome::Deferred { hold: false, .. }), "{strange}");
        }
        let long = of(&format!(r#"{{"errcode":93000,"errmsg":"{}"}}"#, "长".repeat(9_000)));
        assert!(matches!(long.outcome, Outcome::Refused(reply) if reply.words.len() < 600));
    }

    #[test]
    fn a_request_carries_the_text_as_it_is() {
        let asked = Wecom.ask("a-key", "notice", "**通知**");
        assert_eq!(asked.path, "/cgi-bin/webhook/send?key=a-key");
        assert_eq!(asked.body, json!({ "msgtype": "markdown", "markdown": { "content": "**通知**" } }));
        let asked = Wecom.ask("a-key", Subject::ALARM, "邮件暂停");
        assert_eq!(asked.body, json!({ "msgtype": "text", "text": { "content": "邮件暂停" } }));
    }
}
