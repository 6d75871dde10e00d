//! The invented members: names, credit codes that pass their checks and belong to nobody, plants of all
//! kinds over the districts and one outside Shanghai, entrances, contacts. The lists stand in the CSV
//! files beside; what reads them is what an import would use.

use app::{
    accounts::{RoleKind, store as accounts},
    db::Tx,
    error::{AppError, Result},
    ids::{ContactId, EntranceId, MemberId, PersonId, PlantId, TextEnum},
    members::{
        address::{Address, ElsewhereAddress, ShanghaiAddress},
        credit_code::CreditCode,
        model::{ContactFacts, Duty, EntranceFacts, MemberFacts, Passage, PlantFacts},
        plant_kind::PlantKind,
        store, towns,
    },
};

use super::new_person;

pub const ADMIN: &str = "member@hunitong.example";
pub const OPERATOR: &str = "operator@hunitong.example";

const MEMBERS: &str = include_str!("members.csv");
const PLANTS: &str = include_str!("plants.csv");
const CONTACTS: &str = include_str!("contacts.csv");

const KILOGRAMS_PER_TONNE: i64 = 1_000;

/// What the other features' demo data builds on.
pub struct DemoMembers {
    pub members: Vec<DemoMember>,
    /// Admin of the first two members.
    pub admin: PersonId,
    /// Operator of the first plant of the first member.
    pub operator: PersonId,
}

pub struct DemoMember {
    pub id: MemberId,
    pub name: String,
    pub plants: Vec<DemoPlant>,
    pub contacts: Vec<ContactId>,
}

pub struct DemoPlant {
    pub id: PlantId,
    pub kind: PlantKind,
    pub facts: PlantFacts,
    pub entrances: Vec<EntranceId>,
}

impl DemoMembers {
    /// Every plant with its member, in the order of the lists.
    pub fn plants(&self) -> impl Iterator<Item = (&DemoMember, &DemoPlant)> {
        self.members.iter().flat_map(|member| member.plants.iter().map(move |plant| (member, plant)))
    }
}

pub async fn seed(tx: &Tx, password_hash: &str) -> Result<DemoMembers> {
    let mut members = Vec::new();
    for line in lines(MEMBERS) {
        members.push(member(tx, &line?).await?);
    }
    let [first, second, ..] = &members[..] else { return Err(AppError::internal("there are too few demo members")) };
    let plant = first.plants.first().ok_or_else(|| AppError::internal("the first demo member has no plant"))?;
    let admin = accounts::add_person(tx, new_person("钱敏", ADMIN, password_hash)).await?;
    for member in [first, second] {
        accounts::add_role(tx, admin, RoleKind::MemberAdmin, Some(member.id), &[]).await?;
    }
    let operator = accounts::add_person(tx, new_person("何志强", OPERATOR, password_hash)).await?;
    accounts::add_role(tx, operator, RoleKind::MemberOperator, Some(first.id), &[plant.id]).await?;
    Ok(DemoMembers { members, admin, operator })
}

async fn member(tx: &Tx, [name, short_name, code, confirmed]: &[&'static str; 4]) -> Result<DemoMember> {
    let credit_code = CreditCode::parse(code).map_err(|e| AppError::internal(format!("{code}: {e:?}")))?;
    let facts = MemberFacts { name: (*name).to_owned(), short_name: Some((*short_name).to_owned()), credit_code };
    let id = MemberId::new();
    store::add_member(tx, id, &facts).await?;
    if *confirmed == "yes" {
        store::confirm_licence(tx, id, 1).await?;
    }
    let (mut plants, mut contacts) = (Vec::new(), Vec::new());
    for line in lines::<12>(PLANTS) {
        let line = line?;
        if line[0] == *short_name {
            plants.push(plant(tx, id, &line).await?);
        }
    }
    for line in lines::<6>(CONTACTS) {
        let line = line?;
        if line[0] == *short_name {
            contacts.push(store::add_contact(tx, id, &contact(&line)).await?);
        }
    }
    Ok(DemoMember { id, name: facts.name, plants, contacts })
}

async fn plant(tx: &Tx, member: MemberId, line: &[&str; 12]) -> Result<DemoPlant> {
    let [_, name, kind, .., silo, output, doors] = line;
    let kind = word::<PlantKind>(kind)?;
    let facts = PlantFacts {
        name: (*name).to_owned(),
        kind,
        address: address(line)?,
        silo_capacity: tonnes(silo),
        normal_output: tonnes(output),
    };
    let id = store::add_plant(tx, member, &facts).await?;
    let mut entrances = Vec::new();
    for door in doors.split(';') {
        entrances.extend(store::add_entrance(tx, id, &entrance(door)?).await?);
    }
    Ok(DemoPlant { id, kind, facts, entrances })
}

/// Outside Shanghai, province, city, county and detail stand where district, town, road and lane do.
fn address([_, _, _, first, second, third, fourth, number, building, ..]: &[&str; 12]) -> Result<Address> {
    let own = |text: &str| text.to_owned();
    let address = match towns::district_by_name(first) {
        Some(district) => {
            let town = towns::town_by_name(district.code, second).ok_or_else(|| AppError::internal(second))?;
            Address::Shanghai(ShanghaiAddress {
                district_code: own(district.code),
                town_code: own(town.code),
                road: own(third),
                lane: own(fourth),
                number: own(number),
                building: own(building),
                ..ShanghaiAddress::default()
            })
        }
        None => Address::Elsewhere(ElsewhereAddress {
            province: own(first),
            city: own(second),
            county: own(third),
            detail: own(fourth),
        }),
    };
    if address.is_complete() { Ok(address) } else { Err(AppError::internal(address.one_line())) }
}

/// `name:passage:in` or `name:passage:out`.
fn entrance(door: &str) -> Result<EntranceFacts> {
    let parts: Vec<&str> = door.split(':').collect();
    let [name, passage, place] = parts[..] else { return Err(AppError::internal(door)) };
    Ok(EntranceFacts { name: name.to_owned(), passage: word::<Passage>(passage)?, outdoors: place == "out" })
}

fn contact([_, name, title, phone, email, duties]: &[&str; 6]) -> ContactFacts {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    ContactFacts {
        name: (*name).to_owned(),
        title: given(title),
        phone: given(phone),
        email: given(email),
        duties: duties.split(' ').filter_map(Duty::from_word).collect(),
    }
}

fn tonnes(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().map(|tonnes| tonnes * KILOGRAMS_PER_TONNE)
}

fn word<T: TextEnum>(word: &str) -> Result<T> {
    T::from_word(word).ok_or_else(|| AppError::internal(word))
}

/// The lines of a list below its heading, as cells.
fn lines<const N: usize>(csv: &'static str) -> impl Iterator<Item = Result<[&'static str; N]>> {
    csv.lines().skip(1).map(|line| {
        let cells: Vec<&'static str> = line.split(',').collect();
        cells.try_into().map_err(|_| AppError::internal(line))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use app::members::{email::Email, phone::Phone};

    use super::*;

    #[test]
    fn every_line_passes_the_checks_of_the_portal() {
        let codes: BTreeSet<_> = lines::<4>(MEMBERS)
            .map(|line| CreditCode::parse(line.expect("four cells")[2]).expect("a code that passes"))
            .collect();
        assert_eq!(codes.len(), 24);
        let kinds: BTreeSet<_> = lines::<12>(PLANTS)
            .map(|line| {
                let line = line.expect("twelve cells");
                address(&line).expect(line[1]);
                line[11].split(';').for_each(|door| drop(entrance(door).expect(door)));
                word::<PlantKind>(line[2]).expect(line[2])
            })
            .collect();
        assert_eq!((lines::<12>(PLANTS).count(), kinds.len()), (40, 5));
        for line in lines::<6>(CONTACTS) {
            let contact = contact(&line.expect("six cells"));
            assert!(contact.phone.is_none_or(|p| Phone::parse(&p).expect(&p).as_str() == p));
            assert!(contact.email.is_none_or(|e| Email::parse(&e).expect(&e).as_str() == e));
            assert!(!contact.duties.is_empty(), "{}", contact.name);
        }
    }
}
