//! What is to be written, in lists that can be written many at a time.

use crate::{
    ids::{ContactId, EntranceId, MemberId, PlantId},
    members::{
        model::{ContactFacts, EntranceFacts, MemberFacts, PlantFacts},
        store::{Contact, Entrance, Member, Plant},
    },
};

#[derive(Debug, Default)]
pub struct Acts {
    pub add_members: Vec<(MemberId, MemberFacts)>,
    pub change_members: Vec<(Member, MemberFacts)>,
    pub add_plants: Vec<(PlantId, MemberId, PlantFacts)>,
    pub change_plants: Vec<(Plant, PlantFacts)>,
    /// With the plant and its member.
    pub add_entrances: Vec<(EntranceId, PlantId, MemberId, EntranceFacts)>,
    pub change_entrances: Vec<(Entrance, MemberId, EntranceFacts)>,
    pub add_contacts: Vec<(ContactId, MemberId, ContactFacts)>,
    pub change_contacts: Vec<(Contact, ContactFacts)>,
}
