//! The check before applying: what the city would refuse about an entrance, and how to mend it. The rules come
//! from the city's implementation guide: name and code as on the licence, an address in the city that is complete, and
//! one code for one place under the address where it hangs.

use std::collections::HashMap;

use crate::{ids::EntranceId, place_codes::naming};

/// What is known of an entrance of a member, whether it is to be applied for or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub entrance: EntranceId,
    /// As `naming::place_name` makes it.
    pub place_name: String,
    /// The plant's address on record is not in Shanghai.
    pub outside: bool,
    pub address_complete: bool,
    pub address_key: String,
    /// The address under which its current code was filed: its key, and as it is shown.
    pub code_at: Option<(String, String)>,
    /// The number of an application that is under way.
    pub applied_in: Option<String>,
}

/// Something to be mended or known about an entrance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Name and code are not known to equal the licence.
    Licence,
    /// The plant is outside Shanghai, and the city issues codes for places within it only.
    Outside,
    /// The plant's address lacks something.
    Address,
    /// Another place of the same address is called the same.
    Twin { other: String },
    /// An application is under way.
    Applied { number: String },
    /// It has a code under this very address, which only has to be printed.
    HasCode,
    /// Its code was filed under another address; the new one takes its place.
    ElsewhereCode { address: String },
}

impl Finding {
    /// Whether it must be mended first; else it only has to be known.
    #[must_use]
    pub fn stops(&self) -> bool {
        !matches!(self, Self::ElsewhereCode { .. })
    }
}

/// The findings of each candidate, in their order. `all` holds every entrance of the member, so that twins are
/// found among those, too, that nobody applies for now.
#[must_use]
pub fn check(licence_confirmed: bool, all: &[Candidate]) -> Vec<(EntranceId, Vec<Finding>)> {
    let keys: Vec<String> = all.iter().map(|candidate| naming::key(&candidate.place_name)).collect();
    let mut alike: HashMap<(&str, &str), Vec<&Candidate>> = HashMap::new();
    for (candidate, key) in all.iter().zip(&keys) {
        alike.entry((candidate.address_key.as_str(), key.as_str())).or_default().push(candidate);
    }
    all.iter()
        .zip(&keys)
        .map(|(candidate, key)| {
            let same = alike.get(&(candidate.address_key.as_str(), key.as_str()));
            let twin = same.into_iter().flatten().find(|other| other.entrance != candidate.entrance);
            (candidate.entrance, findings(licence_confirmed, candidate, twin.copied()))
        })
        .collect()
}

fn findings(licence_confirmed: bool, candidate: &Candidate, twin: Option<&Candidate>) -> Vec<Finding> {
    let code = candidate.code_at.as_ref().map(|(key, line)| match key == &candidate.address_key {
        true => Finding::HasCode,
        false => Finding::ElsewhereCode { address: line.clone() },
    });
    let found = [
        (!licence_confirmed).then_some(Finding::Licence),
        candidate.outside.then_some(Finding::Outside),
        (!candidate.outside && !candidate.address_complete).then_some(Finding::Address),
        twin.map(|other| Finding::Twin { other: other.place_name.clone() }),
        candidate.applied_in.clone().map(|number| Finding::Applied { number }),
        code,
    ];
    found.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(n: u128, name: &str) -> Candidate {
        Candidate {
            entrance: EntranceId(uuid::Uuid::from_u128(n)),
            place_name: name.to_owned(),
            outside: false,
            address_complete: true,
            address_key: "here".to_owned(),
            code_at: None,
            applied_in: None,
        }
    }

    fn of_first(licence: bool, all: &[Candidate]) -> Vec<Finding> {
        check(licence, all).swap_remove(0).1
    }

    #[test]
    fn a_complete_entrance_without_a_code_has_nothing_to_mend() {
        assert_eq!(of_first(true, &[candidate(1, "东门"), candidate(2, "西门")]), []);
    }

    #[test]
    fn each_thing_that_the_city_would_refuse_is_found() {
        let plain = candidate(1, "1号门");
        assert_eq!(of_first(false, std::slice::from_ref(&plain)), [Finding::Licence]);
        assert_eq!(of_first(true, &[Candidate { address_complete: false, ..plain.clone() }]), [Finding::Address]);
        // Whatever it lacks, more of it would not help.
        for address_complete in [true, false] {
            let outside = Candidate { outside: true, address_complete, ..plain.clone() };
            assert_eq!(of_first(true, &[outside]), [Finding::Outside]);
        }
        let twin = Finding::Twin { other: "一号门".to_owned() };
        assert_eq!(of_first(true, &[plain.clone(), candidate(2, "一号门")]), [twin]);
        let away = Candidate { address_key: "there".to_owned(), ..candidate(2, "一号门") };
        assert_eq!(of_first(true, &[plain.clone(), away]), []);
        let applied = Candidate { applied_in: Some("SL-2026-0001".to_owned()), ..plain.clone() };
        assert_eq!(of_first(true, &[applied]), [Finding::Applied { number: "SL-2026-0001".to_owned() }]);
    }

    #[test]
    fn a_code_under_this_address_is_enough_and_one_under_another_is_replaced() {
        let with_code = |key: &str| Candidate {
            code_at: Some((key.to_owned(), "某路1号".to_owned())),
            ..candidate(1, "东门")
        };
        assert_eq!(of_first(true, &[with_code("here")]), [Finding::HasCode]);
        let found = of_first(true, &[with_code("there")]);
        assert_eq!(found, [Finding::ElsewhereCode { address: "某路1号".to_owned() }]);
        assert!(!found[0].stops() && Finding::HasCode.stops() && Finding::Outside.stops());
    }

    #[test]
    fn the_entrances_of_a_member_with_very_many_are_checked_at_once() {
        // Half of them are twins of the others, in another way of writing.
        let half = (0..1_000).map(|n| candidate(n, &format!("练塘粉磨站第{n}道货运大门")));
        let twins = (0..1_000).map(|n| candidate(1_000 + n, &format!("练塘粉磨站 第 {n} 道货运大门")));
        let all: Vec<Candidate> = half.chain(twins).collect();
        let begun = std::time::Instant::now();
        let found = check(true, &all);
        // A program without optimisation takes some tenths of a second; with names put in form again for each pair it
        // took minutes.
        assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{:?}", begun.elapsed());
        assert!(found.iter().all(|(_, findings)| matches!(findings[..], [Finding::Twin { .. }])));
        assert_eq!(found[7].1, [Finding::Twin { other: "练塘粉磨站 第 7 道货运大门".to_owned() }]);
    }
}
