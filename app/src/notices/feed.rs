//! The public notices as an Atom feed (RFC 4287), newest first, with the full text of each.

use std::fmt::Write;

use super::{markdown, store::Version};
use crate::{shell::escape, state::Options, text::Locale, time::Instant};

/// The feed's text; `versions` are current public ones.
pub fn atom(options: &Options, association: &str, versions: &[Version]) -> String {
    let l = Locale::Zh;
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\">\
         <id>{own}</id><title>{title}</title><updated>{updated}</updated><author><name>{author}</name></author>\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{own}\"/><link rel=\"alternate\" type=\"text/html\" href=\"{page}\"/>\n",
        own = escape(&options.url("/notices.atom")),
        page = escape(&options.url("/notices")),
        title = escape(&l.tn("notices.feed", &[("association", association)])),
        updated = updated(versions).rfc3339(),
        author = escape(association),
    );
    for version in versions {
        // Writing to a string cannot fail.
        let _ = writeln!(
            xml,
            "<entry><id>urn:uuid:{id}</id><title>{title}</title><updated>{at}</updated>\
             <link rel=\"alternate\" type=\"text/html\" href=\"{url}\"/><content type=\"html\">{content}</content></entry>",
            id = version.notice_id,
            title = escape(&version.title),
            at = version.published_at.unwrap_or_default().rfc3339(),
            url = escape(&options.url(&format!("/notices/{}", version.notice_id))),
            content = escape(&markdown::to_html(&version.body)),
        );
    }
    xml.push_str("</feed>\n");
    xml
}

/// When the newest of them was published.
pub fn updated(versions: &[Version]) -> Instant {
    versions.iter().filter_map(|version| version.published_at).max().unwrap_or_default()
}
