//! The words and rules of notices: kinds, audiences, bounds, and the key by which lists page.

use crate::{ids::text_enum, text::Message, time::Instant};

/// Most attachments of a version; the stamped original does not count.
pub const MAX_ATTACHMENTS: usize = 10;
/// Longest body, in characters.
pub const MAX_BODY: usize = 50_000;
pub const MAX_TITLE: usize = 120;
/// Between two reminders of one version.
pub const REMINDER_EVERY: i64 = Instant::HOUR;
/// Rows on a page of a list.
pub const PAGE: usize = 20;

text_enum! {
    pub enum Kind {
        Notice = "notice",
        Guideline = "guideline",
    }
}

text_enum! {
    /// To whom a version is addressed. Everything but `Public` needs an account to be read.
    pub enum Audience {
        /// Everybody, and every member by name.
        Public = "public",
        Members = "members",
        /// Members with a plant of one of these kinds.
        Kinds = "kinds",
        /// Members with a plant in one of these districts.
        Districts = "districts",
        Chosen = "chosen",
    }
}

text_enum! {
    /// What a file is to its version.
    pub enum FileRole {
        /// The stamped paper itself, instead of or beside a written text.
        Original = "original",
        Attachment = "attachment",
    }
}

text_enum! {
    /// When a draft is to be published.
    pub enum When {
        Now = "now",
        Later = "later",
        /// No longer by itself.
        Never = "never",
    }
}

text_enum! {
    /// Which members the page that follows a notice shows.
    pub enum Show {
        All = "all",
        Waiting = "waiting",
        MailFailed = "mail_failed",
    }
}

text_enum! {
    /// What staff writes down for a member that phoned.
    pub enum Told {
        Acknowledged = "acknowledged",
        Read = "read",
    }
}

text_enum! {
    /// What keeps a draft from being published.
    pub enum Unready {
        /// Neither a text nor a stamped original.
        Empty = "empty",
        /// The deadline is not later than the publication.
        Deadline = "deadline",
        /// The audience holds no member.
        Nobody = "nobody",
    }
}

impl Unready {
    pub fn message(self) -> Message {
        Message::of(match self {
            Self::Empty => "notices.unready.empty",
            Self::Deadline => "notices.unready.deadline",
            Self::Nobody => "notices.unready.nobody",
        })
    }
}

/// What a draft lacks by itself to be published at a time; nothing when it is ready.
pub fn unready(body: &str, has_original: bool, acknowledge_by: Option<Instant>, at: Instant) -> Option<Unready> {
    if body.trim().is_empty() && !has_original {
        Some(Unready::Empty)
    } else if acknowledge_by.is_some_and(|by| by <= at) {
        Some(Unready::Deadline)
    } else {
        None
    }
}

/// Where a page of a list begins or ends: publication and id of the row at its edge. The words in an
/// address are `<microseconds>_<id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub at: Instant,
    pub id: crate::ids::NoticeId,
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{}", self.at.0, self.id)
    }
}

impl std::str::FromStr for Key {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, id) = text.split_once('_').ok_or(())?;
        Ok(Self { at: Instant(at.parse().map_err(drop)?), id: id.parse().map_err(drop)? })
    }
}

/// Takes a Markdown text down to one line for summaries: without its marks, at most `max` characters.
pub fn summary(body: &str, max: usize) -> String {
    let mut words = String::new();
    for line in body.lines() {
        let plain = line.trim().trim_start_matches(['#', '>', '-', '*', '+', '|', ' ']).replace(['*', '`', '_'], "");
        if !plain.is_empty() && !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&plain);
        if words.chars().count() > max {
            return words.chars().take(max).chain(['…']).collect();
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_nonsense_is_not_one() {
        let id = "0190c5e2-7d1e-7a42-a0d8-6f7b82d2b1a4".parse().expect("an id");
        let key = Key { at: Instant(1_653_890_000_000_000), id };
        assert_eq!(key.to_string().parse(), Ok(key));
        for text in ["", "_", "1_", "x_0190c5e2-7d1e-7a42-a0d8-6f7b82d2b1a4"] {
            assert_eq!(text.parse::<Key>(), Err(()), "{text}");
        }
    }

    #[test]
    fn a_draft_needs_a_text_or_the_original_and_a_deadline_ahead() {
        let now = Instant(1_000);
        assert!(unready(" \n", false, None, now).is_some());
        assert_eq!(unready("", true, None, now), None);
        assert_eq!(unready("水泥", false, Some(Instant(1_001)), now), None);
        assert!(unready("水泥", false, Some(now), now).is_some());
    }

    #[test]
    fn a_summary_is_one_plain_line() {
        assert_eq!(summary("# 一、范围\n\n- **核对**车辆\n", 40), "一、范围 核对车辆");
        assert_eq!(summary("水泥水泥水泥", 4), "水泥水泥…");
    }
}
