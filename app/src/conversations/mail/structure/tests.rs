//! The bounds and the roles of parts, each with a mail.

use super::*;

fn multipart(boundary: &str, parts: &[&str]) -> String {
    let parts: String = parts.iter().map(|part| format!("--{boundary}\r\n{part}\r\n")).collect();
    format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\npreamble\r\n{parts}--{boundary}--\r\n")
}

fn check(mail: impl AsRef<[u8]>) -> Result<(), Held> {
    pieces(mail.as_ref()).map(|_| ())
}

const TEXT: &str = "Content-Type: text/plain\r\n\r\nhello -- there";

#[test]
fn what_people_write_keeps_to_the_bounds() {
    let inner = multipart("in", &[TEXT, TEXT]);
    let forwarded = format!("Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n{TEXT}");
    let longer = multipart("b", &[&multipart("b1", &[TEXT]), "Content-Type: text/plain\r\n\r\n", "\r\nno headers"]);
    for mail in ["\n", "Subject: x\r\n\r\nhello", TEXT, &multipart("b", &[TEXT, &inner, &forwarded]), &longer] {
        assert_eq!(check(mail), Ok(()), "{mail}");
    }
}

#[test]
fn damage_is_named() {
    let whole = multipart("b", &[TEXT, TEXT]);
    let long = "b".repeat(71);
    for mail in [
        "",
        "hello",
        "Subject: no empty line\r\n",
        "Subject: x\r\n \r\nContent-Type: message/rfc822\r\n\r\nx",
        "\t\n\nx",
        whole.trim_end().trim_end_matches("--b--"),
        &whole.replace("--b\r\n", "--bc\r\n"),
        "Content-Type: multipart/mixed\r\n\r\nno boundary",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--",
        &multipart("b", &["Content-Type: message/rfc822"]),
        &multipart("b", &[TEXT, "Content-Type: text/plain\r\n\t\r\n\r\nx"]),
        &multipart(&long, &[TEXT]),
    ] {
        assert_eq!(check(mail), Err(Held::Broken), "{mail}");
    }
    assert_eq!(check(multipart(&long[1..], &[TEXT])), Ok(()));
}

#[test]
fn parts_depth_and_headers_are_bounded() {
    assert_eq!(check(multipart("b", &[TEXT; 199])), Ok(()));
    assert_eq!(check(multipart("b", &[TEXT; 500])), Err(Held::TooManyParts));
    assert_eq!(check(multipart("b", &["\r\n"; 100_000])), Err(Held::TooManyParts));
    let nested = |n| (0..n).fold(TEXT.to_owned(), |inner, n| multipart(&format!("b{n}b"), &[inner.as_str()]));
    assert_eq!(check(nested(10)), Ok(()));
    assert_eq!(check(nested(11)), Err(Held::TooManyParts));
    let long = format!("{}\n", "a:\n".repeat(1_000_000));
    assert_eq!(check(long), Err(Held::Broken));
    let heads = |bytes| format!("X: {}\r\n\r\nx", "y".repeat(bytes));
    assert_eq!(check(heads(120_000)), Ok(()));
    assert_eq!(check(multipart("b", &[heads(20_000).as_str()])), Err(Held::Broken));
    assert_eq!(check(multipart("b", &[heads(15_000).as_str(); 10])), Ok(()));
    assert_eq!(check(multipart("b", &[heads(15_000).as_str(); 20])), Err(Held::Broken));
}

#[test]
fn a_mail_within_a_mail_is_not_opened() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(500_000);
    let digest = "Content-Type: multipart/digest; boundary=b\n\n--b\n\nContent-Type: message/rfc822\n\nx\n--b--\n";
    for mail in [nested.as_str(), digest] {
        let found = pieces(mail.as_bytes()).expect("read");
        assert_eq!((found.len(), found[0].role), (1, Role::Attachment));
        assert_eq!(found[0].subtype(), "rfc822");
    }
}

#[test]
fn of_several_versions_the_plain_text_is_read() {
    let html = "Content-Type: text/html\r\n\r\n<p>x";
    let photo = "Content-Type: image/jpeg\r\nContent-Disposition: inline\r\n\r\nJFIF";
    let named = "Content-Type: text/plain; name=list.txt\r\n\r\nx";
    let blank = "Content-Type: text/plain\r\n\r\n \r\n";
    let nbsp = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nwqDjgIA=";
    let invitation = "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR";
    let related = multipart("r", &[html, photo]).replace("mixed", "related");
    let alternative = |parts: &[&str]| multipart("a", parts).replace("mixed", "alternative");
    use Role::{Attachment, OtherVersion, Text};
    for (mail, roles) in [
        (alternative(&[TEXT, html]), vec![Text, OtherVersion]),
        (alternative(&[html, TEXT]), vec![OtherVersion, Text]),
        (alternative(&[TEXT, &related]), vec![Text, OtherVersion, Attachment]),
        (alternative(&[&related]), vec![Text, Attachment]),
        (alternative(&[blank, html]), vec![OtherVersion, Text]),
        (alternative(&[nbsp, &related]), vec![OtherVersion, Text, Attachment]),
        (alternative(&[blank]), vec![Text]),
        (alternative(&[TEXT, html, invitation]), vec![Text, OtherVersion, Attachment]),
        (multipart("m", &[TEXT, photo, TEXT, named]), vec![Text, Attachment, Text, Attachment]),
        (multipart("m", &[&alternative(&[TEXT, html]), photo]), vec![Text, OtherVersion, Attachment]),
    ] {
        let found: Vec<Role> = pieces(mail.as_bytes()).expect("read").iter().map(|piece| piece.role).collect();
        assert_eq!(found, roles, "{mail}");
    }
}
