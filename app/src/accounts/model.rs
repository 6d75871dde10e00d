//! Roles, people and the names they sign in with.

use std::fmt;

use crate::{
    ids::{MemberId, PersonId, PlantId, text_enum},
    text::Locale,
};

text_enum! {
    /// What a person is, for the secretariat or for one member.
    pub enum RoleKind {
        OfficeAdmin = "office_admin",
        OfficeStaff = "office_staff",
        /// Reads everything, changes nothing, sees masked contacts.
        Auditor = "auditor",
        MemberAdmin = "member_admin",
        /// Works for chosen plants of a member.
        MemberOperator = "member_operator",
    }
}

impl RoleKind {
    pub fn is_office(self) -> bool {
        matches!(self, Self::OfficeAdmin | Self::OfficeStaff | Self::Auditor)
    }

    pub fn is_staff(self) -> bool {
        matches!(self, Self::OfficeAdmin | Self::OfficeStaff)
    }

    pub fn is_member(self) -> bool {
        matches!(self, Self::MemberAdmin | Self::MemberOperator)
    }
}

/// A person who is signed in, with everything that rights are decided by.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub locale: Option<Locale>,
    pub roles: Vec<Role>,
}

/// One role; `member` is empty for the secretariat's roles, `plants` for all but operators.
#[derive(Clone, Debug)]
pub struct Role {
    pub kind: RoleKind,
    pub member: Option<MemberId>,
    pub plants: Vec<PlantId>,
    /// The member left the association: its things are read, and nothing new is done for it.
    pub left: bool,
}

/// What a person signs in with: a mobile number or an e-mail address, normalised. Its `Debug` is
/// masked, so that it cannot reach a log.
#[derive(Clone, PartialEq, Eq)]
pub enum Login {
    Phone(String),
    Email(String),
}

impl Login {
    /// The normalised number or address.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Phone(text) | Self::Email(text) => text,
        }
    }

    /// Reads what was typed; nothing when it is neither.
    pub fn parse(typed: &str) -> Option<Self> {
        let plain: String = typed.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
        if plain.contains('@') {
            let (name, domain) = plain.split_once('@')?;
            let fine = !name.is_empty() && domain.contains('.') && plain.len() <= 254 && !domain.contains('@');
            return fine.then(|| Self::Email(plain.to_lowercase()));
        }
        let digits: String = plain.chars().filter(|c| *c != '-').collect();
        let digits = digits.strip_prefix("+86").unwrap_or(&digits);
        let fine = digits.len() == 11 && digits.starts_with('1') && digits.bytes().all(|b| b.is_ascii_digit());
        fine.then(|| Self::Phone(digits.to_owned()))
    }
}

/// Full-width letters and digits, as Chinese keyboards write them, as plain ones.
pub(super) fn half_width(c: char) -> char {
    match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Phone(_) => "Phone(…)",
            Self::Email(_) => "Email(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_read_however_it_is_written() {
        for typed in ["13800000001", "138 0000 0001", "+86-138-0000-0001", "１３８０００００００１"] {
            assert_eq!(Login::parse(typed), Some(Login::Phone("13800000001".to_owned())), "{typed}");
        }
    }

    #[test]
    fn an_address_is_lowered_and_nonsense_is_refused() {
        assert_eq!(Login::parse(" Wang@Plant.CN "), Some(Login::Email("wang@plant.cn".to_owned())));
        for typed in ["", "wang", "1234", "@x.cn", "a@b@c.cn", "23800000001"] {
            assert_eq!(Login::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_login_never_shows_itself() {
        assert_eq!(format!("{:?}", Login::parse("13800000001")), "Some(Phone(…))");
    }
}
