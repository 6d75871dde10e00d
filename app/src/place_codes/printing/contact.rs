//! Whom the sheets of a member name to be called: its contact for codes, and where nobody of it has a telephone on
//! record the association.

use std::collections::HashMap;

use crate::{
    db::ConnectionTrait,
    error::Result,
    ids::MemberId,
    members::{model::Duty, store as register},
    settings::{self, Association},
};

/// Names and telephones.
pub struct Contacts {
    own: HashMap<MemberId, (String, String)>,
    association: Option<(String, String)>,
}

impl Contacts {
    pub async fn of(conn: &impl ConnectionTrait, members: &[MemberId]) -> Result<Self> {
        let mut own = HashMap::new();
        for contact in register::whom_to_call(conn, members, Duty::Codes).await? {
            if let Some(phone) = contact.phone {
                own.entry(contact.member_id).or_insert((contact.name, phone));
            }
        }
        let association = settings::load::<Association>(conn).await?.value;
        let association = (!association.phone.is_empty()).then_some((association.name, association.phone));
        Ok(Self { own, association })
    }

    /// Nothing where nobody has a telephone.
    pub fn whom(&self, member: MemberId) -> Option<&(String, String)> {
        self.own.get(&member).or(self.association.as_ref())
    }

    /// Whether it is somebody of the member.
    pub fn has_own(&self, member: MemberId) -> bool {
        self.own.contains_key(&member)
    }
}
