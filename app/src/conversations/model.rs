//! What a conversation is, and the words for what comes in.

use uuid::Uuid;

use crate::{
    current::Current,
    ids::{InstallRequestId, IssueId, MemberId, PlantId, TextEnum, text_enum},
    outbox::Subject,
};

text_enum! {
    /// What has a conversation.
    pub enum Kind {
        Issue = "issue",
        InstallRequest = "install_request",
    }
}

/// An issue or an install request, as the thing that mails and talks are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Conversation {
    pub kind: Kind,
    pub id: Uuid,
}

impl Conversation {
    /// Reads the subject of a message; nothing for things that have no conversation.
    pub fn of(kind: &str, id: Uuid) -> Option<Self> {
        Kind::from_word(kind).map(|kind| Self { kind, id })
    }

    /// As the outbox names it.
    pub fn subject(self) -> Subject {
        Subject { kind: self.kind.word(), id: self.id }
    }

    /// Whether its page is there: without the module that the secretariat can switch off, that of a request is not.
    pub fn has_page(self, current: &Current) -> bool {
        self.kind != Kind::InstallRequest || current.site.modules.sentinels
    }

    /// The address of its page.
    pub fn path(self) -> String {
        match self.kind {
            Kind::Issue => format!("/issues/{}", self.id),
            Kind::InstallRequest => format!("/sentinels/{}", self.id),
        }
    }
}

impl From<IssueId> for Conversation {
    fn from(id: IssueId) -> Self {
        Self { kind: Kind::Issue, id: id.0 }
    }
}

impl From<InstallRequestId> for Conversation {
    fn from(id: InstallRequestId) -> Self {
        Self { kind: Kind::InstallRequest, id: id.0 }
    }
}

/// A conversation, whose it is and how people call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    pub conversation: Conversation,
    pub member: MemberId,
    /// The plant that it is about, where it is about one.
    pub plant: Option<PlantId>,
    pub number: String,
    pub title: String,
}

text_enum! {
    /// Who speaks in a mail.
    pub enum Nature {
        /// A person.
        Message = "message",
        /// A program on somebody's behalf; it may well say what was asked, and people read it.
        Automatic = "automatic",
        /// A machine that answers for somebody (RFC 3834); it says nothing about the matter.
        AutoReply = "auto_reply",
        /// A mail server about a mail of ours (RFC 3464).
        Report = "report",
    }
}

text_enum! {
    /// How it was known what a mail is about.
    pub enum Way {
        Token = "token",
        /// It answers a mail of ours.
        References = "references",
        /// It answers a mail that came in.
        Thread = "thread",
        Number = "number",
        /// Staff said so.
        ByHand = "by_hand",
    }
}

impl Way {
    /// Whether nobody finds it by guessing. A number can be guessed, and the id of a mail that came in was chosen by
    /// whoever wrote it.
    pub fn is_sure(self) -> bool {
        match self {
            Self::Token | Self::References | Self::ByHand => true,
            Self::Thread | Self::Number => false,
        }
    }
}

text_enum! {
    /// Why a mail waits in the holding pen.
    pub enum Held {
        /// It is kept, and has not been read to its end.
        Unread = "unread",
        TooLarge = "too_large",
        TooManyParts = "too_many_parts",
        /// Its structure or encoding is damaged, or it has no sender.
        Broken = "broken",
        /// A name or the subject hides line breaks, with which headers are forged.
        HiddenLines = "hidden_lines",
        /// The text is not written in the charset that it says.
        Charset = "charset",
        /// The contents are wrapped in a way that only Outlook opens.
        Winmail = "winmail",
        /// The signature in the address is wrong.
        ForgedToken = "forged_token",
        /// Address and thread name different conversations.
        OtherConversation = "other_conversation",
        /// The sender belongs to another member.
        OtherMember = "other_member",
        /// It names a number, but nobody knows the sender.
        UnknownSender = "unknown_sender",
        /// Somebody of the secretariat wrote it, and no member has got it.
        FromOffice = "from_office",
        /// A delivery report that did not come to the delivery's own return path.
        UnprovedReport = "unproved_report",
        NoMatch = "no_match",
    }
}

impl Held {
    /// Whether what the mail says is unknown, or may be more than is shown.
    pub fn hides_contents(self) -> bool {
        matches!(self, Self::Unread | Self::TooLarge | Self::TooManyParts | Self::Broken | Self::Winmail)
    }

    /// Whether it may have been written to deceive; it speaks for nobody, whoever files it.
    pub fn may_be_forged(self) -> bool {
        matches!(self, Self::HiddenLines | Self::ForgedToken)
    }
}

text_enum! {
    /// By which way a mail came in.
    pub enum CameBy {
        /// The mail server handed it over.
        Pipe = "pipe",
        /// Staff dropped it on the page.
        Page = "page",
    }
}

text_enum! {
    /// How something was said, if not by mail.
    pub enum Channel {
        Phone = "phone",
        Wechat = "wechat",
    }
}
