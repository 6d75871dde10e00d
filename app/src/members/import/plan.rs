//! What a sheet would do to the register, worked out without writing anything: every thing that is new, changed or
//! as it was, and everything that is wrong. The same sheet and the same register always give the same plan.

mod acts;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

pub use acts::Acts;

use super::{
    address,
    columns::{Field, Header},
    desk::Progress,
    facts::{self, Values},
    model::{Action, At, Change, Note, Severity, Subject, Tally},
    records::{self, MemberRecord, PlantRecord, Record},
    sharing::{Owner, Shared},
    store::{Known, KnownPlant, Register},
};
use crate::{
    hex::hex,
    ids::{ContactId, EntranceId, MemberId, PlantId},
    members::{address::Address, credit_code::CreditCode},
    text::Message,
};

#[derive(Debug, Default)]
pub struct Plan {
    pub acts: Acts,
    pub changes: Vec<Change>,
    pub notes: Vec<Note>,
    pub tally: Tally,
}

/// Reads a sheet and compares it with the register. Blocks; call it on a blocking thread.
///
/// # Errors
/// Why the whole file is refused.
pub fn make(bytes: &[u8], register: &Register, progress: &Progress) -> Result<Plan, Message> {
    let mut notes = Vec::new();
    let records = records::read(bytes, register, &mut notes, progress)?;
    let mut planner = Planner::new(register, &records.header, notes);
    for member in &records.members {
        planner.member(member);
    }
    Ok(planner.finish(records.lines))
}

impl Plan {
    /// Equal for plans that change the same things in the same way.
    pub fn digest(&self) -> String {
        let text = serde_json::to_vec(&self.changes).unwrap_or_default();
        hex(&Sha256::digest(&text))
    }
}

struct Planner<'a> {
    register: &'a Register,
    header: &'a Header,
    plan: Plan,
    /// The code and cell of every name in the sheet.
    names: HashMap<String, (String, At)>,
    phones: Shared,
    addresses: Shared,
    /// Cells of which a problem has been told.
    told: HashSet<At>,
    /// What the register holds and the sheet changes.
    changed_contacts: HashSet<ContactId>,
    changed_plants: HashSet<PlantId>,
}

/// The member that a plant or contact belongs to.
struct Of<'a> {
    id: MemberId,
    name: String,
    known: Option<&'a Known>,
    /// Whether the code can be the member's; of one that cannot, nothing is said beyond that.
    sound: bool,
}

impl<'a> Planner<'a> {
    fn new(register: &'a Register, header: &'a Header, notes: Vec<Note>) -> Self {
        let told = notes.iter().filter(|note| note.severity == Severity::Problem).map(|note| note.at).collect();
        Self {
            register,
            header,
            told,
            plan: Plan { notes, ..Plan::default() },
            names: HashMap::new(),
            phones: Shared::default(),
            addresses: Shared::default(),
            changed_contacts: HashSet::new(),
            changed_plants: HashSet::new(),
        }
    }

    fn at(&self, record: &Record, field: Field) -> At {
        record.values.get(&field).map_or_else(|| self.header.at(record.row, field), |given| given.at)
    }

    fn problem(&mut self, record: &Record, field: Field, reason: Message, suggestion: Option<Message>) {
        let at = self.at(record, field);
        self.plan.notes.push(Note::problem(at, reason).suggest(suggestion));
    }

    /// A field that has to be filled in for something new.
    fn missing(&mut self, record: &Record, field: Field, suggestion: Option<&'static str>) {
        let at = self.at(record, field);
        // A cell that was filled in wrongly has been told of.
        if self.told.insert(at) {
            let reason = Message::of("form.required").with("label", field.label());
            self.plan.notes.push(Note::problem(at, reason).suggest(suggestion.map(Message::of)));
        }
    }

    fn member(&mut self, record: &MemberRecord) {
        let known = self.register.member(&record.code);
        if known.is_some_and(|known| known.member.left_at.is_some()) {
            self.problem(&record.own, Field::Code, Message::of("imports.problem.left"), None);
        }
        let stored = known.map(|known| facts::of_member(&known.member)).unwrap_or_default();
        let mut values = facts::over(&stored, &record.own);
        values.insert(Field::Code, record.code.clone());
        let name = values.get(&Field::Name).cloned().unwrap_or_default();
        if name.is_empty() && !record.code.is_empty() {
            self.missing(&record.own, Field::Name, None);
        }
        self.name(record, known, &name);
        let id = known.map_or_else(MemberId::new, |known| known.member.id);
        let changed = self.note_change(Subject::Member, known.is_some(), &name, &name, &stored, &values);
        if let (true, Ok(code)) = (changed, CreditCode::despite_checks(&record.code)) {
            let facts = facts::member(&values, code);
            match known {
                Some(known) => {
                    if known.member.name != facts.name && known.member.licence_confirmed_at.is_some() {
                        let reason = Message::of("imports.remark.renamed").with("name", &known.member.name);
                        let at = self.at(&record.own, Field::Name);
                        self.plan.notes.push(Note::remark(at, reason));
                    }
                    self.plan.acts.change_members.push((known.member.clone(), facts));
                }
                None => self.plan.acts.add_members.push((id, facts)),
            }
        }
        let sound = known.is_some() || CreditCode::parse(&record.code).is_ok();
        let of = Of { id, name, known, sound };
        for plant in &record.plants {
            self.plant(&of, plant);
        }
        for contact in &record.contacts {
            self.contact(&of, contact);
        }
    }

    /// Two codes for one name: one of them is wrong.
    fn name(&mut self, record: &MemberRecord, known: Option<&Known>, name: &str) {
        if name.is_empty() || record.code.is_empty() {
            return;
        }
        let at = self.at(&record.own, Field::Name);
        let registered = self.register.code_of(name).filter(|code| *code != record.code);
        if let Some(code) = registered.filter(|_| known.is_none_or(|known| known.member.name != name)) {
            let reason = Message::of("imports.problem.name_registered").with("code", code);
            let suggestion = Message::of("imports.suggest.name_registered").with("code", code);
            self.plan.notes.push(Note::problem(at, reason).suggest(suggestion));
        } else if let Some((_, first)) = self.names.get(name) {
            let reason = Message::of("imports.problem.name_twice").with("cell", first.name());
            self.plan.notes.push(Note::problem(at, reason).suggest(Message::of("imports.suggest.agree")));
        } else {
            self.names.insert(name.to_owned(), (record.code.clone(), at));
        }
    }

    fn plant(&mut self, of: &Of<'a>, record: &PlantRecord) {
        let own = &record.own;
        let name = own.text(Field::Plant).to_owned();
        let known = match Self::known_plant(of, &name) {
            Ok(known) => known,
            Err(key) => {
                return self.problem(own, Field::Plant, Message::of(key), Some(Message::of("imports.suggest.page")));
            }
        };
        let stored_address = known.and_then(|known| facts::address_of(&known.plant));
        let given = address::is_given(own);
        let given = given.then(|| address::read(own, self.header, &mut self.plan.notes));
        let address: Option<Address> = match given {
            // Written differently, it is still the same address.
            Some(Some(new)) => {
                Some(stored_address.clone().filter(|old| old.comparison_key() == new.comparison_key()).unwrap_or(new))
            }
            Some(None) => None,
            None => stored_address.clone(),
        };
        let with_address = |mut values: Values, address: Option<&Address>| {
            values.extend(address.map(|address| (Field::Address, address.one_line())));
            values
        };
        let stored = known.map(|known| facts::of_plant(&known.plant)).unwrap_or_default();
        let values = with_address(facts::over(&stored, own), address.as_ref());
        let stored = with_address(stored, stored_address.as_ref());
        if known.is_none() {
            if !values.contains_key(&Field::Kind) {
                self.missing(own, Field::Kind, Some("imports.allowed.kind"));
            }
            if !address::is_given(own) {
                self.missing(own, Field::Address, Some("imports.suggest.address"));
            }
        }
        let id = known.map_or_else(PlantId::new, |known| known.plant.id);
        let changed = self.note_change(Subject::Plant, known.is_some(), &of.name, &name, &stored, &values);
        let facts = address.and_then(|address| facts::plant(&values, address));
        if let (true, Some(facts)) = (changed, facts) {
            if of.sound && given_elsewhere(known, &facts.address) {
                let field = own.values.keys().copied().find(|field| field.is_address()).unwrap_or(Field::Plant);
                let at = Some(self.at(own, field));
                let owner = Owner { of: of.id, member: of.name.clone(), name: name.clone(), at };
                self.addresses.add(&facts.address.comparison_key(), owner);
                self.changed_plants.insert(id);
            }
            match known {
                Some(known) => self.plan.acts.change_plants.push((known.plant.clone(), facts)),
                None => self.plan.acts.add_plants.push((id, of.id, facts)),
            }
        }
        for entrance in &record.entrances {
            self.entrance(of, id, known, entrance);
        }
    }

    /// The plant of that name; an error is the key of what is wrong with it.
    fn known_plant(of: &Of<'a>, name: &str) -> Result<Option<&'a KnownPlant>, &'static str> {
        let all: Vec<&'a KnownPlant> =
            of.known.iter().flat_map(|known| &known.plants).filter(|known| known.plant.name == name).collect();
        let open: Vec<&'a KnownPlant> = all.iter().copied().filter(|known| known.plant.closed_at.is_none()).collect();
        match (&open[..], all.is_empty()) {
            ([only], _) => Ok(Some(only)),
            ([], true) => Ok(None),
            ([], false) => Err("imports.problem.plant_closed"),
            _ => Err("imports.problem.plant_ambiguous"),
        }
    }

    fn entrance(&mut self, of: &Of<'a>, plant: PlantId, known_plant: Option<&KnownPlant>, record: &Record) {
        let name = record.text(Field::Entrance).to_owned();
        let known = known_plant.and_then(|known| known.entrances.iter().find(|entrance| entrance.name == name));
        if known.is_some_and(|entrance| entrance.closed_at.is_some()) {
            let reason = Message::of("imports.problem.entrance_closed");
            return self.problem(record, Field::Entrance, reason, Some(Message::of("imports.suggest.page")));
        }
        let stored = known.map(facts::of_entrance).unwrap_or_default();
        let values = facts::over(&stored, record);
        for (field, allowed) in [(Field::Passage, "imports.allowed.passage"), (Field::Place, "imports.allowed.place")] {
            if !values.contains_key(&field) {
                self.missing(record, field, Some(allowed));
            }
        }
        let changed = self.note_change(Subject::Entrance, known.is_some(), &of.name, &name, &stored, &values);
        if let (true, Some(facts)) = (changed, facts::entrance(&values)) {
            match known {
                Some(known) => self.plan.acts.change_entrances.push((known.clone(), of.id, facts)),
                None => self.plan.acts.add_entrances.push((EntranceId::new(), plant, of.id, facts)),
            }
        }
    }

    fn contact(&mut self, of: &Of<'a>, record: &Record) {
        let name = record.text(Field::Contact).to_owned();
        let mut named: Vec<_> =
            of.known.iter().flat_map(|known| &known.contacts).filter(|contact| contact.name == name).collect();
        if named.len() > 1 {
            // Of several people of one name it is the one with this number.
            named.retain(|contact| contact.phone.as_deref().unwrap_or_default() == record.text(Field::Phone));
            if named.len() != 1 {
                let reason = Message::of("imports.problem.contact_ambiguous");
                return self.problem(record, Field::Contact, reason, Some(Message::of("imports.suggest.page")));
            }
        }
        let known = named.first().copied();
        let stored = known.map(facts::of_contact).unwrap_or_default();
        let values = facts::over(&stored, record);
        let changed = self.note_change(Subject::Contact, known.is_some(), &of.name, &name, &stored, &values);
        if !changed {
            return;
        }
        let facts = facts::contact(&values);
        if let Some(phone) = facts.phone.as_ref().filter(|_| of.sound) {
            // Only a number that the register does not have here yet is brought by this cell.
            let brought = known.is_none_or(|known| known.phone.as_ref() != Some(phone));
            let at = brought.then(|| self.at(record, Field::Phone));
            self.phones.add(phone, Owner { of: of.id, member: of.name.clone(), name, at });
        }
        match known {
            Some(known) => {
                self.changed_contacts.insert(known.id);
                self.plan.acts.change_contacts.push((known.clone(), facts));
            }
            None => self.plan.acts.add_contacts.push((ContactId::new(), of.id, facts)),
        }
    }

    /// Counts a thing and notes how it would change; whether it would.
    fn note_change(
        &mut self,
        subject: Subject,
        is_known: bool,
        member: &str,
        name: &str,
        stored: &Values,
        values: &Values,
    ) -> bool {
        let details = facts::details(stored, values);
        let count = self.plan.tally.count(subject);
        let action = match is_known {
            true if details.is_empty() => {
                count.same += 1;
                return false;
            }
            true => {
                count.change += 1;
                Action::Change
            }
            false => {
                count.add += 1;
                Action::Add
            }
        };
        let (member, name) = (member.to_owned(), name.to_owned());
        self.plan.changes.push(Change { action, subject, member, name, details });
        true
    }

    fn finish(mut self, lines: u32) -> Plan {
        for known in self.register.members().filter(|known| known.member.left_at.is_none()) {
            let (of, member) = (known.member.id, &known.member.name);
            let owner = |name: &str| Owner { of, member: member.clone(), name: name.to_owned(), at: None };
            for contact in known.contacts.iter().filter(|contact| !self.changed_contacts.contains(&contact.id)) {
                if let Some(phone) = &contact.phone {
                    self.phones.add(phone, owner(&contact.name));
                }
            }
            for KnownPlant { plant, .. } in &known.plants {
                if plant.closed_at.is_none() && !self.changed_plants.contains(&plant.id) {
                    self.addresses.add(&plant.address_key, owner(&plant.name));
                }
            }
        }
        let mut plan = self.plan;
        plan.notes.extend(self.phones.phones());
        plan.notes.extend(self.addresses.addresses());
        plan.notes.sort_by_key(|note| (note.severity, note.at));
        plan.tally.lines = lines;
        let problems = plan.notes.iter().filter(|note| note.severity == Severity::Problem).count();
        plan.tally.problems = u32::try_from(problems).unwrap_or(u32::MAX);
        plan.tally.remarks = u32::try_from(plan.notes.len() - problems).unwrap_or(u32::MAX);
        plan
    }
}

/// Whether the plant comes to an address at which it was not.
fn given_elsewhere(known: Option<&KnownPlant>, address: &Address) -> bool {
    known.is_none_or(|known| known.plant.address_key != address.comparison_key())
}
