//! The members with the most entrances that are not covered, counted while the overview is put together.

use std::{cmp::Reverse, collections::HashMap};

use sea_orm::ConnectionTrait;

use crate::{coverage::model::Coverage, error::Result, ids::MemberId, members::store as register};

/// How many members are named.
const MOST: usize = 50;

/// A member and how its entrances stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfMember {
    pub id: MemberId,
    pub name: String,
    pub all: u64,
    pub covered: u64,
}

/// The members with anything that is not covered, the most of it first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worst {
    /// At most `MOST`.
    pub members: Vec<OfMember>,
    /// How many more there are.
    pub others: usize,
}

/// Of each member how many entrances it has, and how many of them are covered.
#[derive(Default)]
pub struct Tally(HashMap<MemberId, (u64, u64)>);

impl Tally {
    pub fn add(&mut self, member: MemberId, coverage: Coverage) {
        let (all, covered) = self.0.entry(member).or_default();
        *all += 1;
        *covered += u64::from(coverage.is_covered());
    }

    pub async fn worst(self, conn: &impl ConnectionTrait) -> Result<Worst> {
        let (counted, others) = self.counted();
        let ids: Vec<MemberId> = counted.iter().map(|(id, ..)| *id).collect();
        let named = register::members(conn, &ids).await?;
        let mut names: HashMap<MemberId, String> = named.into_iter().map(|member| (member.id, member.name)).collect();
        let named = counted
            .into_iter()
            .filter_map(|(id, all, covered)| names.remove(&id).map(|name| OfMember { id, name, all, covered }));
        Ok(Worst { members: named.collect(), others })
    }

    /// Those to be named, and how many more lack something.
    fn counted(self) -> (Vec<(MemberId, u64, u64)>, usize) {
        let counted = self.0.into_iter().map(|(id, (all, covered))| (id, all, covered));
        let mut lacking: Vec<_> = counted.filter(|(_, all, covered)| covered < all).collect();
        lacking.sort_unstable_by_key(|(id, all, covered)| (Reverse(all - covered), *id));
        let others = lacking.len().saturating_sub(MOST);
        lacking.truncate(MOST);
        (lacking, others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_with_the_most_to_do_come_first_and_those_with_nothing_to_do_not_at_all() {
        let mut tally = Tally::default();
        let members: Vec<MemberId> = (0..MOST + 3).map(|_| MemberId::new()).collect();
        for member in &members {
            tally.add(*member, Coverage::Nothing);
        }
        let (worst, done) = (members[MOST + 1], MemberId::new());
        tally.add(worst, Coverage::Outdated);
        tally.add(worst, Coverage::Both);
        tally.add(done, Coverage::Code);
        let (counted, others) = tally.counted();
        assert_eq!((counted.len(), others), (MOST, 3));
        assert_eq!(counted[0], (worst, 3, 1));
        assert_eq!(counted[1], (members[0], 1, 0), "of those that are alike the one that came first");
        assert!(counted.iter().all(|(id, ..)| *id != done));
        let mut tally = Tally::default();
        tally.add(done, Coverage::Nothing);
        assert_eq!(tally.counted(), (vec![(done, 1, 0)], 0), "nobody is left out");
    }
}
