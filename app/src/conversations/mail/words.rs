//! The words of a mail: decoded as they say they are written or, when they are not, as Chinese mail programs
//! write; without control characters; the writer's own without what is quoted. And what stands in them:
//! numbers of the portal, a day.

use mail_parser::decoders::charsets::map::charset_decoder;
use unicode_normalization::UnicodeNormalization;

use super::html;
use crate::{
    numbers::Number,
    time::{Day, Instant},
};

/// Instants of mails outside of these years are slips of a clock.
const FIRST_YEAR: i64 = 631_152_000;
const LAST_YEAR: i64 = 4_102_444_800;
/// How far ahead a day without a year may lie.
const DAYS_AHEAD: i64 = 300;
/// Characters of an HTML text that are read.
const MOST_HTML: usize = 1_000_000;
/// Characters beyond ASCII after which a text that can be read as UTF-8 is certain to be that.
const CERTAIN: usize = 3;
/// Characters of a text that are searched for a day.
const SEARCHED: usize = 5_000;

/// One line of at most `most` characters.
pub fn line(text: &str, most: usize) -> String {
    let plain: String = text.chars().map(|c| if hides(c) || c.is_whitespace() { ' ' } else { c }).collect();
    cut(&plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "), most)
}

/// Whether a text that should be one line holds another, or characters that nobody sees.
pub fn hides_lines(text: &str) -> bool {
    text.trim().chars().any(|c| hides(c) && c != '\t')
}

/// Control characters, and those that turn the direction of what follows.
fn hides(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// At most `most` characters, the last of them a sign that there was more.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// A file's name without any folders.
pub fn file_name(name: &str) -> String {
    line(name.rsplit(['/', '\\']).next().unwrap_or_default(), 150)
}

/// Seconds since 1970 as an instant.
pub fn instant(seconds: i64) -> Option<Instant> {
    (FIRST_YEAR..LAST_YEAR).contains(&seconds).then(|| Instant(seconds * Instant::SECOND))
}

/// The text of a part, and whether it is not written in the charset that it says.
pub fn text(bytes: &[u8], charset: Option<&str>, is_html: bool) -> (String, bool) {
    let (text, is_wrong) = decode(bytes, charset);
    let text = if is_html { html::text(&cut(&text, MOST_HTML)) } else { text };
    (clean(&text), is_wrong)
}

fn decode(bytes: &[u8], charset: Option<&str>) -> (String, bool) {
    let utf8 = std::str::from_utf8(bytes).ok();
    let label = charset.unwrap_or("utf-8").trim().to_ascii_lowercase();
    let decoder = match label.as_str() {
        "utf-8" | "utf8" | "us-ascii" | "ascii" => None,
        other => charset_decoder(other.as_bytes()),
    };
    match (decoder, utf8) {
        (None, Some(text)) => (text.to_owned(), false),
        (None, None) => (guessed(bytes), true),
        // Few texts in another charset are UTF-8 by chance, and none of any length.
        (Some(_), Some(text)) if text.chars().filter(|c| !c.is_ascii()).take(CERTAIN).count() == CERTAIN => {
            (text.to_owned(), true)
        }
        (Some(decode), utf8) => {
            if let Some(text) = chinese(bytes).filter(|_| has_one_byte_each(&label)) {
                return (text, true);
            }
            let text = decode(bytes);
            match utf8 {
                _ if !text.contains(char::REPLACEMENT_CHARACTER) => (text, false),
                Some(utf8) => (utf8.to_owned(), true),
                None => (text, true),
            }
        }
    }
}

/// Whether in a charset every byte is a character of its own, so that any bytes are a text in it.
fn has_one_byte_each(label: &str) -> bool {
    let label = label.replace('_', "-");
    ["iso-8859", "iso8859", "latin", "l1", "cp125", "windows-125", "cp819", "ibm819", "csisolatin", "koi8", "macintosh"]
        .iter()
        .any(|known| label.starts_with(known))
}

/// The text in the national charset, if that makes Chinese of all bytes beyond ASCII. A letter with an accent and the letter
/// behind it may pass for a rare character; the common ones have two bytes beyond ASCII.
fn chinese(bytes: &[u8]) -> Option<String> {
    let (mut pairs, mut common, mut rest) = (0_usize, 0_usize, bytes);
    while let [first, after @ ..] = rest {
        rest = after;
        if !first.is_ascii() {
            let second = after.first()?;
            pairs += 1;
            common += usize::from(*second > 0xa0);
            rest = &after[1..];
        }
    }
    if common < 2 || common * 4 < pairs * 3 {
        return None;
    }
    let text = charset_decoder(b"gb18030").map(|decode| decode(bytes))?;
    text.chars().all(|c| c.is_ascii() || is_chinese(c)).then_some(text)
}

/// Characters that Chinese is written in, and its marks.
fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}'
        | '\u{2010}'..='\u{2027}' | '·' | '×')
}

/// What is no UTF-8 is most likely the national charset.
fn guessed(bytes: &[u8]) -> String {
    let chinese = charset_decoder(b"gb18030").map(|decode| decode(bytes));
    let whole = chinese.filter(|text| !text.contains(char::REPLACEMENT_CHARACTER));
    whole.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

fn clean(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.chars().filter(|c| matches!(c, '\n' | '\t') || !hides(*c)).collect()
}

/// What the writer wrote, without the mail that was answered; all of it when nothing else would be left.
pub fn own_words(text: &str) -> String {
    said(text).unwrap_or_else(|| text.trim().to_owned())
}

/// What the writer wrote, if that is anything.
pub fn said(text: &str) -> Option<String> {
    let mut own: Vec<&str> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (n, line) in lines.iter().enumerate() {
        if begins_original(&lines[n..]) {
            break;
        }
        if !line.trim_start().starts_with('>') && !introduces(line) {
            own.push(line);
        }
    }
    Some(own.join("\n").trim().to_owned()).filter(|own| !own.is_empty())
}

/// `On … wrote:` above a quotation.
fn introduces(line: &str) -> bool {
    let line = line.trim();
    line.ends_with("写道：") || line.ends_with("写道:") || (line.starts_with("On ") && line.ends_with("wrote:"))
}

/// Whether the answered mail begins here: with a line of dashes and words, or with its headers.
fn begins_original(lines: &[&str]) -> bool {
    let first = lines.first().copied().unwrap_or_default().trim();
    let words = first.trim_matches('-').trim();
    if first.starts_with("---")
        && ["原始邮件", "原邮件", "Original Message", "Original", "转发邮件信息"].contains(&words)
    {
        return true;
    }
    let starts = |line: &str, names: &[&str]| {
        let line = line.trim().trim_start_matches('*');
        names.iter().any(|name| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([':', '：', '*'])))
    };
    starts(first, &["发件人", "From"])
        && lines.iter().skip(1).take(5).any(|line| starts(line, &["主题", "Subject", "发送时间", "Sent"]))
}

/// The numbers of issues and requests in a text, each once.
pub fn numbers_in(text: &str) -> Vec<Number> {
    let text: String = text.nfkc().collect();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let mut found: Vec<Number> = words.filter_map(Number::parse).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The first day in a text that is not over: `2022年6月15日`, `2022-06-15`, `6月15日`.
pub fn day_in(text: &str, today: Day) -> Option<Day> {
    let text: Vec<char> = text.chars().take(SEARCHED).nfkc().collect();
    let mut runs: Vec<(u32, usize, char)> = Vec::new();
    for run in text.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
        let digits = run[0].is_ascii_digit();
        if digits && run.len() <= 4 {
            let value = run.iter().fold(0, |value, digit| value * 10 + digit.to_digit(10).unwrap_or(0));
            runs.push((value, run.len(), ' '));
        } else if digits {
            runs.push((0, run.len(), ' '));
        } else if let Some(last) = runs.last_mut() {
            let words: String = run.iter().filter(|c| !c.is_whitespace()).collect();
            // What follows the figure; more than one character ends a date, except after the day itself.
            last.2 =
                words.chars().next().filter(|c| words.chars().count() == 1 || matches!(c, '日' | '号')).unwrap_or(' ');
        }
    }
    (0..runs.len())
        .find_map(|n| whole_day(&runs[n..]).or_else(|| short_day(&runs[n..], today)).filter(|day| *day >= today))
}

fn whole_day(runs: &[(u32, usize, char)]) -> Option<Day> {
    let [(year, 4, after_year), (month, 1..=2, after_month), (day, 1..=2, _), ..] = *runs else { return None };
    let fits = matches!((after_year, after_month), ('年', '月') | ('-', '-') | ('/', '/') | ('.', '.'));
    fits.then(|| day_of(i32::try_from(year).ok()?, month, day)).flatten()
}

fn short_day(runs: &[(u32, usize, char)], today: Day) -> Option<Day> {
    let [(month, 1..=2, '月'), (day, 1..=2, '日' | '号'), ..] = *runs else { return None };
    let this_year = day_of(today.year(), month, day)?;
    let found = if this_year < today { day_of(today.year() + 1, month, day)? } else { this_year };
    ((found - today).whole_days() <= DAYS_AHEAD).then_some(found)
}

fn day_of(year: i32, month: u32, day: u32) -> Option<Day> {
    crate::time::parse_day(&format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use ::time::macros::date;

    use super::*;

    #[test]
    fn a_line_has_no_other_and_nothing_unseen() {
        assert_eq!(line("  王\r\n厂长\tBcc: x\u{202e} ", 50), "王 厂长 Bcc: x");
        assert_eq!(line("一二三四五", 4), "一二三…");
        assert_eq!(file_name("C:\\tmp\\..\\函.pdf"), "函.pdf");
        for (text, hides) in [("王厂长", false), (" a\tb ", false), ("a\r\nBcc: b", true), ("a\u{0}", true)] {
            assert_eq!(hides_lines(text), hides, "{text:?}");
        }
    }

    #[test]
    fn a_charset_is_believed_only_when_it_fits() {
        let gb = b"\xc4\xfa\xba\xc3";
        for (bytes, label, expected) in [
            ("您好".as_bytes(), Some("utf-8"), ("您好", false)),
            ("您好".as_bytes(), None, ("您好", false)),
            (gb.as_slice(), Some("GB2312"), ("您好", false)),
            (gb.as_slice(), Some("gb18030"), ("您好", false)),
            (gb.as_slice(), Some("UTF-8"), ("您好", true)),
            (gb.as_slice(), None, ("您好", true)),
            (gb.as_slice(), Some("no-such-charset"), ("您好", true)),
            (b"\xff\xff", Some("utf-8"), ("\u{fffd}\u{fffd}", true)),
            (b"caf\xe9", Some("iso-8859-1"), ("café", false)),
            ("已收到，同意安装".as_bytes(), Some("gb2312"), ("已收到，同意安装", true)),
            ("已收到，同意安装".as_bytes(), Some("Big5"), ("已收到，同意安装", true)),
            ("crème brûlée".as_bytes(), Some("windows-1252"), ("crème brûlée", true)),
            ("é".as_bytes(), Some("iso-8859-1"), ("Ã©", false)),
            (b"\xca\xd5\xb5\xbd\xa3\xac OK", Some("iso-8859-1"), ("收到， OK", true)),
            (b"\xca\xd5\xb5\xbd\xcd\xac\xe9F", Some("Windows-1252"), ("收到同镕", true)),
            (b"f\xfcr M\xfcller in Gr\xf6\xdfe", Some("iso-8859-1"), ("für Müller in Größe", false)),
            (b"cr\xe9\xe9e \xe0 No\xebl", Some("iso_8859_1"), ("créée à Noël", false)),
        ] {
            let (text, is_wrong) = decode(bytes, label);
            assert_eq!((text.as_str(), is_wrong), expected, "{label:?}");
        }
    }

    #[test]
    fn the_writers_own_words_stay() {
        for (text, own) in [
            (
                "同意，6月15日安装。\n\n------------------ 原始邮件 ------------------\n发件人: x\n您好",
                "同意，6月15日安装。",
            ),
            ("可以\n\n发件人：水泥协会\n发送时间：2022-05-30\n主题：申领\n\n您好", "可以"),
            ("On Mon, 30 May 2022 Office wrote:\n> how many?\nTwelve.\n> and when?\nIn June.", "Twelve.\nIn June."),
            ("2022年5月30日 协会 写道：\n> 几辆车？\n十二辆", "十二辆"),
            ("> nothing but a quotation", "> nothing but a quotation"),
            ("发件人：不详，请查收", "发件人：不详，请查收"),
        ] {
            assert_eq!(own_words(text), own);
        }
        assert_eq!(said("> nothing but a quotation"), None);
        assert_eq!(said(" 同意 \n> 几辆车？").as_deref(), Some("同意"));
    }

    #[test]
    fn numbers_are_found_however_the_subject_is_written() {
        for (subject, found) in [
            ("Re: 【AZ-2022-0001】申领", vec!["AZ-2022-0001"]),
            ("答复：关于ZC-2022-0012的问题", vec!["ZC-2022-0012"]),
            ("qz-2022-7 / ＱＺ-2022-0007", vec!["QZ-2022-0007"]),
            ("AZ-2022-0001 AZ-2022-0002", vec!["AZ-2022-0001", "AZ-2022-0002"]),
            ("AZ-22-1, XX-2022-0001, 2022-0001", vec![]),
        ] {
            let numbers: Vec<String> = numbers_in(subject).iter().map(ToString::to_string).collect();
            assert_eq!(numbers, found, "{subject}");
        }
    }

    #[test]
    fn the_day_of_an_appointment_is_found() {
        let today = date!(2022 - 05 - 30);
        for (text, day) in [
            ("拟定于6月15日上午安装", Some(date!(2022 - 06 - 15))),
            ("2022年 6月 15 日上门", Some(date!(2022 - 06 - 15))),
            ("5月28日收悉，定于６月３号安装", Some(date!(2022 - 06 - 03))),
            ("We come on 2022-06-15.", Some(date!(2022 - 06 - 15))),
            ("2022/6/15 或 2022.6.16", Some(date!(2022 - 06 - 15))),
            ("1月5日安装", Some(date!(2023 - 01 - 05))),
            ("电话 021-62540000，编号 AZ-2022-0001，2 台", None),
            ("2月30日", None),
            ("今天", None),
        ] {
            assert_eq!(day_in(text, today), day, "{text}");
        }
    }
}
