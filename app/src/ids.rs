//! Typed ids and stored words. Every id is a UUIDv7 behind a type of its own, so that a plant's id
//! cannot stand where a member's is meant; every enum that is stored is stored as a plain word.

/// Declares id types: `ids! { /// A member. MemberId }`.
macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "ssr", derive(sea_orm::DeriveValueType))]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A new id; later ids sort after earlier ones.
            #[cfg(feature = "ssr")]
            #[expect(clippy::new_without_default, reason = "a default id would be a different one each time")]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }
        }

        #[cfg(feature = "ssr")]
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                uuid::Uuid::parse_str(text).map(Self)
            }
        }

        #[cfg(feature = "ssr")]
        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    PersonId,
    RoleId,
    SessionId,
    LinkId,
    AuditId,
    MemberId,
    PlantId,
    EntranceId,
    ContactId,
    FileId,
    MessageId,
    DeliveryId,
    NoticeId,
    NoticeVersionId,
    SupplyReportId,
    SuspensionId,
    IssueId,
    IssueEventId,
    LetterId,
    QuestionId,
    InstallRequestId,
    InstallRequestEventId,
    SentinelModelId,
    SentinelId,
    SentinelEventId,
    SentinelProofId,
    AcceptanceId,
    CheckupId,
    FaultId,
    ImportId,
    GroupId,
    CopyId,
    InboundMailId,
    TalkId,
    SuppressedId,
    PlaceCodeId,
    ApplicationId,
    ApplicationLineId,
    OutcomeId,
    BatchId,
    PrintId,
    ReadinessSheetId,
    PostingId,
    PostingEventId,
    PostingPhotoId,
}

/// An enum that is stored and posted as one of a few words.
pub trait TextEnum: Copy + Sized + 'static {
    const ALL: &'static [Self];
    /// The word in the database and in forms.
    fn word(self) -> &'static str;
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.word() == word)
    }
}

/// Declares an enum of stored words: `text_enum! { pub enum Kind { Notice = "notice", … } }`.
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "ssr", derive(sea_orm::DeriveValueType))]
        #[cfg_attr(feature = "ssr", sea_orm(value_type = "String"))]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant),+ }

        impl $crate::ids::TextEnum for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::ids::TextEnum::word(*self))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ids::UnknownWord;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                <Self as $crate::ids::TextEnum>::from_word(word).ok_or($crate::ids::UnknownWord)
            }
        }
    };
}
pub(crate) use text_enum;

/// A stored word that no variant has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownWord;

impl std::fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a word that is not one of the known ones")
    }
}

impl std::error::Error for UnknownWord {}
