//! What two members of the sheet or the register should not have in common: a person's number under two names.
//! A person may serve several members, and a switchboard may answer for several; that is only pointed out. Plants
//! at one address are pointed out too.

use std::collections::HashMap;

use super::model::{At, Note};
use crate::{
    ids::MemberId,
    members::phone::{Phone, PhoneKind},
    text::Message,
};

/// Who or what carries a value, and the cell that brings it into the register, if one does.
#[derive(Clone, Debug)]
pub struct Owner {
    pub of: MemberId,
    /// The member's name.
    pub member: String,
    pub name: String,
    pub at: Option<At>,
}

#[derive(Debug, Default)]
pub struct Shared(HashMap<String, Vec<Owner>>);

impl Shared {
    pub fn add(&mut self, value: &str, owner: Owner) {
        self.0.entry(value.to_owned()).or_default().push(owner);
    }

    /// Notes on telephone numbers that members have in common.
    pub fn phones(&self) -> Vec<Note> {
        self.pairs(
            |new, other| new.of != other.of,
            |phone, at, new, other| {
                let mobile = Phone::parse(phone).is_ok_and(|phone| phone.kind() == PhoneKind::Mobile);
                let text = |key| Message::of(key).with("member", &other.member).with("name", &other.name);
                if mobile && new.name != other.name {
                    Note::problem(at, text("imports.problem.phone_taken"))
                        .suggest(Message::of("imports.suggest.phone_taken"))
                } else {
                    Note::remark(at, text("imports.remark.phone_shared"))
                }
            },
        )
    }

    /// Notes on plants at one address.
    pub fn addresses(&self) -> Vec<Note> {
        self.pairs(
            |_, _| true,
            |_, at, _, other| {
                let reason = Message::of("imports.remark.address_shared");
                Note::remark(at, reason.with("member", &other.member).with("name", &other.name))
            },
        )
    }

    /// For every new owner the first other one that matters.
    fn pairs(
        &self,
        matters: impl Fn(&Owner, &Owner) -> bool,
        note: impl Fn(&str, At, &Owner, &Owner) -> Note,
    ) -> Vec<Note> {
        let mut notes = Vec::new();
        for (value, owners) in &self.0 {
            for (n, new) in owners.iter().enumerate() {
                let others = || owners.iter().enumerate().filter(|(m, other)| *m != n && matters(new, other));
                let other = others().find(|(_, other)| other.name != new.name).or_else(|| others().next());
                if let (Some(at), Some((_, other))) = (new.at, other) {
                    notes.push(note(value, at, new, other));
                }
            }
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(of: MemberId, name: &str, column: Option<u32>) -> Owner {
        let at = column.map(|column| At { row: 4, column });
        Owner { of, member: "示范".to_owned(), name: name.to_owned(), at }
    }

    #[test]
    fn a_mobile_number_under_two_names_is_a_problem_and_one_person_at_two_members_is_not() {
        let (one, other) = (MemberId::new(), MemberId::new());
        let mut phones = Shared::default();
        phones.add("13800000101", owner(one, "钱敏", None));
        phones.add("13800000101", owner(other, "孙海涛", Some(1)));
        phones.add("13800000102", owner(one, "钱敏", None));
        phones.add("13800000102", owner(other, "钱敏", Some(2)));
        phones.add("021-64567890", owner(one, "总机", None));
        phones.add("021-64567890", owner(other, "门卫", Some(3)));
        phones.add("13800000103", owner(one, "甲", Some(4)));
        phones.add("13800000103", owner(one, "乙", Some(5)));
        let mut notes = phones.phones();
        notes.sort_by_key(|note| note.at);
        let keys: Vec<&str> = notes.iter().map(|note| note.reason.key).collect();
        assert_eq!(keys, ["imports.problem.phone_taken", "imports.remark.phone_shared", "imports.remark.phone_shared"]);
        assert_eq!(notes[0].at.name(), "B5");
    }
}
