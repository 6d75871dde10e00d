//! Markdown to HTML that is safe on a page and in a mail. The sanitiser has the last word: whatever the
//! text holds, only plain prose, tables and links with known schemes come out. Headings begin at h2,
//! because the title is the page's h1.

use std::sync::LazyLock;

use ammonia::Builder;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut sanitiser = Builder::default();
    sanitiser.rm_tags(["img", "h1"]).url_schemes(["http", "https", "mailto", "tel"].into());
    sanitiser
});

pub fn to_html(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut above = Vec::new();
    let events = Parser::new_ext(text, options).map(|event| match event {
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Event::Start(Tag::Heading { level: ranked(&mut above, level), id, classes, attrs })
        }
        Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(rank(above.len()))),
        other => other,
    });
    let mut unsafe_html = String::new();
    html::push_html(&mut unsafe_html, events);
    SANITISER.clean(&unsafe_html).to_string()
}

/// The level that a heading gets among those `above` it, so that none is skipped however it was written.
fn ranked(above: &mut Vec<HeadingLevel>, level: HeadingLevel) -> HeadingLevel {
    while above.last().is_some_and(|higher| *higher >= level) {
        above.pop();
    }
    above.push(level);
    rank(above.len())
}

/// The first rank is h2.
fn rank(depth: usize) -> HeadingLevel {
    HeadingLevel::try_from((depth + 1).min(6)).unwrap_or(HeadingLevel::H6)
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn headings_begin_below_the_title_and_tables_are_kept() {
        let html = to_html("# 一、范围\n\n| 区 | 时间 |\n|---|---|\n| 宝山 | 22:00 |\n");
        assert!(html.contains("<h2>一、范围</h2>"), "{html}");
        assert!(html.contains("<table>") && html.contains("<td>宝山</td>"), "{html}");
    }

    #[test]
    fn no_level_is_skipped_however_the_headings_are_written() {
        let html = to_html("### 一\n\n##### 甲\n\n### 二\n\n# 三");
        for heading in ["<h2>一</h2>", "<h3>甲</h3>", "<h2>二</h2>", "<h2>三</h2>"] {
            assert!(html.contains(heading), "{heading} in {html}");
        }
    }

    #[test]
    fn nothing_that_acts_comes_through() {
        let html = to_html(
            "<script>alert(1)</script><h1 onclick=x>大</h1><style>p{}</style>\n\n![x](https://e.example/x.png) [a](javascript:alert(1))",
        );
        for sign in ["<script", "<h1", "onclick", "<img", "javascript:", "<style"] {
            assert!(!html.contains(sign), "{sign} in {html}");
        }
    }
}
