//! Why a mail did not leave, where the portal itself says so and no server. Such a reason is stored as a mark among the
//! words of the attempt and said in the reader's language; what servers and the system said stays as it was.

use crate::{
    ids::{TextEnum, text_enum},
    text::Locale,
};

text_enum! {
    pub enum Reason {
        BadSender = "bad_sender",
        BadRecipient = "bad_recipient",
        BadReplyTo = "bad_reply_to",
        AttachmentsUnknown = "attachments_unknown",
        AttachmentMissing = "attachment_missing",
        AttachmentBusy = "attachment_busy",
        AttachmentType = "attachment_type",
        NotComposed = "not_composed",
        NotWritten = "not_written",
        DatabaseBusy = "database_busy",
        TakenOver = "taken_over",
        Interrupted = "interrupted",
        DemoStays = "demo_stays",
        NoAnswer = "no_answer",
        LineClosed = "line_closed",
        AnswerLost = "answer_lost",
        EndlessReply = "endless_reply",
        NoStartTls = "no_starttls",
        SpokeEarly = "spoke_early",
        NoGroup = "no_group",
        NoChannel = "no_channel",
        NoAddress = "no_address",
        NotPublic = "not_public",
        OtherKey = "other_key",
        LeadsElsewhere = "leads_elsewhere",
        OtherPage = "other_page",
    }
}

/// How a reason begins among other words.
const MARK: &str = "@outbox.reason.";

impl Reason {
    /// As it is stored.
    pub fn words(self) -> String {
        format!("{MARK}{self}")
    }

    /// As it is stored, with what the system said of it.
    pub fn with(self, more: impl std::fmt::Display) -> String {
        format!("{MARK}{self}: {more}")
    }
}

/// The words of an attempt in a language: its reasons said, all else as it was.
pub fn said(l: Locale, words: &str) -> String {
    let mut parts = words.split(MARK);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(part.len());
        let (word, rest) = part.split_at(end);
        match Reason::from_word(word) {
            Some(reason) => text.push_str(&l.t(&format!("outbox.reason.{reason}"))),
            None => text.extend([MARK, word]),
        }
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_said_in_both_languages_and_all_else_stays() {
        for reason in Reason::ALL.iter().copied() {
            let [zh, en] = Locale::ALL.map(|l| said(l, &format!("RCPT: {} (1)", reason.with("x"))));
            assert!(zh.starts_with("RCPT: ") && zh.ends_with(": x (1)") && !zh.contains('@'), "{zh}");
            assert!(en.is_ascii() && en != zh && !en.contains('@'), "{en}");
        }
        for words in ["550 5.1.1 <a@outbox.reason>", "@outbox.reason.nothing such", "用户不存在"] {
            assert_eq!(said(Locale::Zh, words), words);
        }
    }
}
