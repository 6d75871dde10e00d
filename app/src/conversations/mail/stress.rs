//! Mails that nobody would write: mutated at random from a seed, and made to take long. And mails that people
//! do write, read as the whole parser reads them.

use std::time::{Duration, Instant};

use mail_parser::{MessageParser, MessagePart, MimeHeaders};

use super::{LONGEST_TEXT, MOST_READ, Parsed, read};

/// Longer than the worst of these takes a program without optimisation on a busy machine.
const LONG: Duration = Duration::from_secs(30);

const HEAD: &str = "From: Wang <wang@example.cn>\r\nTo: reply@example.cn\r\nSubject: =?utf-8?B?562U5aSN?=\r\n\
    Message-ID: <1@example.cn>\r\nMIME-Version: 1.0\r\n";

/// What phones and mail programs send.
fn ordinary() -> Vec<String> {
    let text = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n5Y2B5LqM6L6G\r\n";
    let html = "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=E5=8D=81</p>\r\n";
    let photo = "Content-Type: image/jpeg; name=\"IMG_0001.jpeg\"\r\nContent-Disposition: inline;\r\n filename=IMG_0001.jpeg\r\n\
        Content-Transfer-Encoding: base64\r\n\r\n/9j/4AAQSkZJRgABAQAA\r\n";
    let pdf = "Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n\
        \x20filename*=UTF-8''%E6%B8%85%E5%8D%95.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjcK\r\n";
    let multipart = |kind: &str, boundary: &str, parts: &[&str]| {
        let parts: String = parts.iter().map(|part| format!("--{boundary}\r\n{part}\r\n")).collect();
        format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n{parts}--{boundary}--\r\n")
    };
    let both = multipart("alternative", "a", &[text, html]);
    let related = multipart("alternative", "a", &[text, &multipart("related", "r", &[html, photo])]);
    [
        text.to_owned(),
        both.clone(),
        multipart("mixed", "m", &[&both, pdf]),
        multipart("mixed", "Apple-Mail-1", &[text, photo, "Content-Type: text/plain\r\n\r\nSent from a phone"]),
        multipart("mixed", "m", &[&related, pdf]),
    ]
    .map(|body| format!("{HEAD}{body}"))
    .to_vec()
}

#[test]
fn ordinary_mails_are_read_as_the_whole_parser_reads_them() {
    for mail in ordinary() {
        let ours = read(mail.as_bytes(), true);
        assert_eq!(ours.problem, None, "{mail}");
        let theirs = MessageParser::default().parse(&mail).expect("a mail");
        let texts: Vec<String> = (0..theirs.text_body.len())
            .filter(|n| theirs.part(theirs.text_body[*n]).is_some_and(MessagePart::is_text))
            .filter_map(|n| theirs.body_text(n).map(|text| text.trim().to_owned()))
            .collect();
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&ours.text), words(&texts.join("\n")), "{mail}");
        let named = theirs.attachments().filter_map(|part| part.attachment_name().map(|name| (name, part.contents())));
        let ours: Vec<(&str, &[u8])> = ours.parts.iter().map(|part| (part.name.as_str(), &part.bytes[..])).collect();
        assert_eq!(ours, named.collect::<Vec<_>>(), "{mail}");
    }
}

/// The next number of a sequence that is the same in every run.
fn next(seed: &mut u64) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    usize::try_from(*seed >> 33).unwrap_or_default()
}

const SCRAPS: [&str; 14] = [
    "\r\n",
    "\n \n",
    "\n\n",
    "--m",
    "--a--\r\n",
    "\r\n--r\r\n",
    "Content-Type: message/rfc822\n\n",
    "Content-Type: multipart/digest; boundary=a\n\n--a\n",
    "Content-Transfer-Encoding: base64\n",
    "=?utf-8?B?AAAA",
    "\n\nAAAA?=\n",
    "; boundary*0=a; boundary*1=b",
    "\u{0}\u{202e}",
    "<html><p",
];

fn mutated(mail: &str, seed: &mut u64) -> Vec<u8> {
    let mut bytes = mail.as_bytes().to_vec();
    for _ in 0..=next(seed) % 6 {
        let at = next(seed) % bytes.len();
        let to = (at + next(seed) % 60).min(bytes.len());
        match next(seed) % 4 {
            0 => bytes[at] = u8::try_from(next(seed) % 256).unwrap_or_default(),
            1 if to - at < bytes.len() => drop(bytes.drain(at..to)),
            2 => {
                let again = bytes[at..to].to_vec();
                bytes.splice(at..at, again);
            }
            _ => drop(bytes.splice(at..at, SCRAPS[next(seed) % SCRAPS.len()].bytes())),
        }
    }
    bytes
}

fn is_bounded(parsed: &Parsed, mail: &[u8]) {
    let shown = String::from_utf8_lossy(&mail[..mail.len().min(2_000)]);
    assert!(parsed.parts.len() <= 200 && parsed.text.chars().count() <= LONGEST_TEXT, "{shown}");
    assert!(parsed.parts.iter().map(|part| part.bytes.len()).sum::<usize>() <= mail.len(), "{shown}");
    assert!(parsed.problem.is_some() || !parsed.from_email.is_empty(), "{shown}");
}

#[test]
fn mutated_mails_are_read_or_held_and_break_nothing() {
    let (mut seed, mut held) = (0x2022_0530_u64, 0);
    for mail in ordinary() {
        for _ in 0..400 {
            let mail = mutated(&mail, &mut seed);
            let parsed = read(&mail, true);
            is_bounded(&parsed, &mail);
            held += usize::from(parsed.problem.is_some());
        }
    }
    assert!((200..1_900).contains(&held), "some are damaged and some are not: {held}");
}

#[test]
fn no_mail_takes_long() {
    let most = usize::try_from(MOST_READ).unwrap_or_default();
    let with = |head: &str, body: String| format!("{HEAD}{head}\r\n\r\n{body}");
    let mixed =
        |boundary: &str, body: String| with(&format!("Content-Type: multipart/mixed; boundary=\"{boundary}\""), body);
    let nested: String = (0..9)
        .map(|n| format!("--b{n}\nContent-Type: multipart/mixed; boundary=b{}\n\n", n + 1))
        .chain([format!("--b9\n\n{}", "-\n".repeat(most / 8))])
        .chain((0..10).rev().map(|n| format!("\n--b{n}--\n")))
        .collect();
    let mails = [
        ("a long boundary", mixed(&"-".repeat(100_000), "-".repeat(most / 2))),
        ("dashes only", mixed(&"-".repeat(70), "-".repeat(most / 2))),
        (
            "nearly the boundary",
            mixed(&format!("{}x", "-".repeat(69)), format!("{}\n", "-".repeat(71)).repeat(most / 150)),
        ),
        ("deeply nested", mixed("b0", nested)),
        ("mails in mails", with("X: y\n ", "Content-Type: message/rfc822\n\n".repeat(most / 40))),
        (
            "mails in mails, openly",
            with("Content-Type: message/rfc822", "Content-Type: message/rfc822\n\n".repeat(most / 40)),
        ),
        ("many parts", mixed("b", "--b\n\n\n".repeat(most / 8))),
        (
            "continued parameters",
            with(
                &format!("Content-Type: text/plain{}", (0..9_000).map(|n| format!(";a{n}*1=b")).collect::<String>()),
                String::new(),
            ),
        ),
        ("words that never end", with(&format!("Subject: {}", "=?utf-8?B?".repeat(12_000)), String::new())),
        ("open brackets", with(&format!("Cc: {}", "(<\"".repeat(40_000)), String::new())),
        ("open tags", with("Content-Type: text/html", "<".repeat(most / 4))),
        ("tables in tables", with("Content-Type: text/html", "<table><tr>&nbsp;".repeat(most / 64))),
        ("soft line ends", with("Content-Transfer-Encoding: quoted-printable", "=\n".repeat(most / 8))),
        ("lines of quotations", with("X: y", "> On\n".repeat(most / 8))),
    ];
    for (what, mail) in mails {
        let begun = Instant::now();
        let parsed = read(mail.as_bytes(), mail.len() <= most);
        super::own_words(&parsed.text);
        let took = begun.elapsed();
        is_bounded(&parsed, mail.as_bytes());
        assert!(took < LONG, "{what}: {took:?}");
    }
}
