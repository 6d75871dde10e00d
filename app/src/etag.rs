//! Asking again for what one has: the tag of a content, and whether the asker sent it along.

use axum::http::{HeaderMap, header};

/// The tag of a hash. It is weak, because the same content leaves in several encodings.
pub fn weak(hash: &str) -> String {
    format!("W/\"{hash}\"")
}

/// Whether the asker has what this tag stands for; nothing when no tag was sent.
pub fn is_known(headers: &HeaderMap, tag: &str) -> Option<bool> {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let tags = headers.get(header::IF_NONE_MATCH)?.to_str().ok()?;
    Some(tags.split(',').any(|one| one.trim() == "*" || opaque(one) == opaque(tag)))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_tag_is_found_among_several_and_whether_weak_or_not() {
        let sent = |tags| HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(tags))]);
        let tag = weak("0af1");
        assert_eq!(is_known(&HeaderMap::new(), &tag), None);
        for tags in ["W/\"0af1\"", "\"0af1\"", "\"x\", W/\"0af1\"", "*"] {
            assert_eq!(is_known(&sent(tags), &tag), Some(true), "{tags}");
        }
        assert_eq!(is_known(&sent("\"0af\""), &tag), Some(false));
    }
}
