//! Writing a plan: many rows at a time, with the audit of every thing as if a person had typed it in.

use crate::{
    audit::{self, Entry},
    db::Tx,
    error::{AppError, Result},
    members::{
        import::{desk::Progress, plan::Acts},
        model::EntranceFacts,
        register::{
            contact_known, contact_summary, entrance_summary, member_known, member_summary, plant_known, plant_summary,
        },
        store,
    },
    outbox, supply,
    text::Message,
};

/// Things in one statement.
const AT_ONCE: usize = 200;

/// Writes everything.
///
/// # Errors
/// Among others when something is not as it was when the plan was made.
pub async fn apply(tx: &Tx, acts: &Acts, progress: &Progress) -> Result<()> {
    add(tx, acts, progress).await?;
    change(tx, acts, progress).await?;
    let added = acts.add_contacts.iter().filter_map(|(_, _, facts)| facts.email.as_deref());
    let changed = acts.change_contacts.iter().filter(|(old, facts)| old.email != facts.email);
    let brought: Vec<&str> = added.chain(changed.filter_map(|(_, facts)| facts.email.as_deref())).collect();
    outbox::store::lift(tx, &brought).await.map(drop)
}

async fn add(tx: &Tx, acts: &Acts, progress: &Progress) -> Result<()> {
    for some in acts.add_members.chunks(AT_ONCE) {
        store::add_members(tx, some).await?;
        let entries = some.iter().map(|(id, facts)| {
            Entry::new("member.added", "member").subject(*id).member(*id).after(&member_summary(facts, &None))
        });
        audit::record_all(tx, entries).await?;
        progress.add(some.len());
    }
    for some in acts.add_plants.chunks(AT_ONCE) {
        store::add_plants(tx, some).await?;
        let entries = some.iter().map(|(id, member, facts)| {
            Entry::new("plant.added", "plant").subject(*id).member(*member).after(&plant_summary(facts, false))
        });
        audit::record_all(tx, entries).await?;
        progress.add(some.len());
    }
    for some in acts.add_entrances.chunks(AT_ONCE) {
        store::add_entrances(tx, some.iter().map(|(id, plant, _, facts)| (*id, *plant, facts))).await?;
        let entries = some.iter().map(|(id, _, member, facts)| {
            Entry::new("entrance.added", "entrance").subject(*id).member(*member).after(&entrance_summary(facts, false))
        });
        audit::record_all(tx, entries).await?;
        progress.add(some.len());
    }
    for some in acts.add_contacts.chunks(AT_ONCE) {
        store::add_contacts(tx, some).await?;
        let entries = some.iter().map(|(id, member, facts)| {
            Entry::new("contact.added", "contact").subject(*id).member(*member).after(&contact_summary(facts))
        });
        audit::record_all(tx, entries).await?;
        progress.add(some.len());
    }
    Ok(())
}

async fn change(tx: &Tx, acts: &Acts, progress: &Progress) -> Result<()> {
    let mut entries = Vec::new();
    for (old, facts) in &acts.change_members {
        expect(store::change_member(tx, old, old.row_version, facts).await? == store::Written::Done)?;
        // The code is the same, so what let it in still holds.
        store::keep_licence(tx, old.id, None, old.code_override.as_deref()).await?;
        let entry = Entry::new("member.changed", "member").subject(old.id).member(old.id);
        entries.push(entry.before(&member_known(old)).after(&member_summary(facts, &old.code_override)));
        progress.step();
    }
    for (old, facts) in &acts.change_plants {
        expect(store::change_plant(tx, old.id, old.row_version, facts, false).await?)?;
        supply::begin_duty_if_changed(tx, old, facts.kind, false).await?;
        let entry = Entry::new("plant.changed", "plant").subject(old.id).member(old.member_id);
        entries.push(entry.before(&plant_known(old)).after(&plant_summary(facts, false)));
        progress.step();
    }
    for (old, member, facts) in &acts.change_entrances {
        expect(store::change_entrance(tx, old.id, old.row_version, facts, false).await? == store::Written::Done)?;
        let before = EntranceFacts { name: old.name.clone(), passage: old.passage, outdoors: old.outdoors };
        let entry = Entry::new("entrance.changed", "entrance").subject(old.id).member(*member);
        entries.push(entry.before(&entrance_summary(&before, false)).after(&entrance_summary(facts, false)));
        progress.step();
    }
    for (old, facts) in &acts.change_contacts {
        expect(store::change_contact(tx, old.id, old.row_version, facts).await?)?;
        let entry = Entry::new("contact.changed", "contact").subject(old.id).member(old.member_id);
        entries.push(entry.before(&contact_summary(&contact_known(old))).after(&contact_summary(facts)));
        progress.step();
    }
    audit::record_all(tx, entries).await
}

fn expect(unchanged: bool) -> Result<()> {
    if unchanged { Ok(()) } else { Err(AppError::Refused(Message::of("imports.moved"))) }
}
