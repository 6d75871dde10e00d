//! The guides' own text, written as Markdown in the locale files, as HTML. HTML in it is dropped;
//! values that staff entered are made harmless before they go in.

use pulldown_cmark::{Event, Parser, html};

use crate::text::Locale;

/// The text of a key with values for its `%{names}`.
pub fn prose(l: Locale, key: &str, args: &[(&str, &str)]) -> String {
    let args: Vec<(&str, String)> = args.iter().map(|(name, value)| (*name, plain(value))).collect();
    let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let text = l.tn(key, &args);
    let events = Parser::new(&text).filter(|event| !matches!(event, Event::Html(_) | Event::InlineHtml(_)));
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

/// A value on one line that cannot end the link or the line that it stands in.
fn plain(value: &str) -> String {
    value.chars().filter(|c| !c.is_control() && !matches!(c, '<' | '>' | '`' | '[' | ']')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_a_value() {
        let html = prose(Locale::En, "guides.running.ordering.text", &[("mail", "a@b.cn> <script>alert(1)</script>")]);
        assert!(!html.contains("<script"), "{html}");
        let html = prose(Locale::En, "guides.running.ordering.text", &[("mail", "shaobing@shdata.com")]);
        assert!(html.contains("href=\"mailto:shaobing@shdata.com\""), "{html}");
    }
}
