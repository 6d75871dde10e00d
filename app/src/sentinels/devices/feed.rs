//! What becomes of a request feeds the life of its devices: sending it enters each of them once, and what is entered of
//! the request afterwards is entered of them, with the request beside it. Those of older requests begin with the
//! appointment or the installation. A device that somebody moved on by hand stays where it is. A confirmation that
//! names its source is evidence of those that are there and of the make that was asked for; one without is none. A
//! device is led into service only when it counts, and never one that failed when it was last tried.

use std::collections::BTreeSet;

use super::{
    model::{Proof, Stage},
    store::{self, Device, Draft, Entered, Place, Shown},
};
use crate::{
    db::Tx,
    error::{AppError, Result},
    sentinels::{
        acceptance,
        catalogue::{self, model::name_key},
        model::{Act, State},
        sheet::Sheet,
        store::{self as requests, Case, Event},
    },
};

/// Follows what was just entered of a request, of which `case` tells all that is known now. Gives how many of its devices
/// a confirmation says nothing of.
pub async fn follow(tx: &Tx, case: &Case, act: Act) -> Result<usize> {
    let there = store::of_request(&**tx, case.request.id).await?;
    let begins = there.is_empty() && matches!(act, Act::Schedule | Act::Install);
    let devices = match there.is_empty() {
        true if !begins => return Ok(0),
        true => begin(tx, case).await?,
        false => there,
    };
    // From here on they stay as they are read, whoever else enters something of them.
    let ids: Vec<_> = devices.iter().map(|device| device.row.id).collect();
    let devices = store::lock(tx, &ids).await?;
    // What was confirmed before there were devices proves them too.
    let confirmed = case.events.iter().filter(|event| begins || (event.act == act && is_newest(case, event)));
    let mut left_out = 0;
    for event in confirmed {
        left_out = prove(tx, case, &devices, event).await?;
    }
    let Some(newest) = case.last(act) else { return Ok(left_out) };
    match act {
        Act::Install => advance(tx, case, &devices, Stage::Installed, newest).await?,
        Act::TurnDown => advance(tx, case, &devices, Stage::Removed, newest).await?,
        _ => {}
    }
    into_service(tx, case, newest).await?;
    Ok(left_out)
}

/// Whether a request is to have devices: it was sent, and not turned down.
pub fn is_behind(case: &Case) -> bool {
    !matches!(case.state(), State::Draft | State::TurnedDown)
}

/// Enters the devices of a request that was sent before they were entered with it; `false` when they are there or it
/// is to have none. What is on record of the request gives their state and their evidence.
pub async fn catch_up(tx: &Tx, case: &Case) -> Result<bool> {
    let there = store::first_of_request(&**tx, case.request.id, 1).await?;
    if there.1 > 0 || !is_behind(case) {
        return Ok(false);
    }
    let devices = begin(tx, case).await?;
    for event in &case.events {
        prove(tx, case, &devices, event).await?;
    }
    if let Some(installed) = case.last(Act::Install) {
        advance(tx, case, &devices, Stage::Installed, installed).await?;
        into_service(tx, case, installed).await?;
    }
    Ok(true)
}

/// Those that count as sentinels are in service once the request says that nothing is left to do. The requester's own
/// word alone leads nothing there.
async fn into_service(tx: &Tx, case: &Case, event: &Event) -> Result<()> {
    if case.known.in_service().is_err() {
        return Ok(());
    }
    let mut devices = store::of_request(&**tx, case.request.id).await?;
    let ids: Vec<_> = devices.iter().map(|device| device.row.id).collect();
    let failed = acceptance::store::failed(&**tx, &ids).await?;
    devices.retain(|device| device.counts() && !failed.contains(&device.row.id));
    advance(tx, case, &devices, Stage::InService, event).await
}

fn is_newest(case: &Case, event: &Event) -> bool {
    case.events.last().is_some_and(|last| last.id == event.id)
}

/// Enters the devices that were asked for, as asked for since the request was sent.
pub async fn begin(tx: &Tx, case: &Case) -> Result<Vec<Device>> {
    let sheet = requests::sheet(&case.request)?.ok_or_else(|| AppError::internal("a sent request without a sheet"))?;
    let sent = case.request.submitted_at.unwrap_or(tx.now);
    let note = case.request.number.clone();
    let first = Entered { stage: Stage::Requested, day: sent.day(), note, request: Some(case.request.id) };
    store::add_all(tx, case.request.id, &drafts(tx, case, &sheet).await?, &first).await?;
    store::of_request(&**tx, case.request.id).await
}

/// One for each device of each line; the catalogue says what a make can do and whom to call.
async fn drafts(tx: &Tx, case: &Case, sheet: &Sheet) -> Result<Vec<Draft>> {
    let lines = &sheet.devices.lines;
    let keys: Vec<String> = lines.iter().map(|line| name_key(&line.brand, &line.model)).collect();
    let models = catalogue::store::by_keys(&**tx, &keys).await?;
    let request = &case.request;
    let drafts = lines.iter().zip(&keys).enumerate().flat_map(|(n, (line, key))| {
        let own = (request.plant_id, request.entrance_id);
        let (plant, entrance) = sheet.spots.get(n).map_or(own, |spot| (spot.plant_id, spot.entrance_id));
        let model = models.iter().find(|model| model.name_key == *key);
        let draft = Draft {
            place: Place { member: request.member_id, plant, entrance },
            brand: line.brand.clone(),
            model: line.model.clone(),
            serial: None,
            form: line.form,
            abilities: model.map_or_else(BTreeSet::new, catalogue::Model::abilities),
            vendor: Some(line.vendor.clone()),
            service_contact: None,
            service_phone: model.and_then(|model| model.vendor_phone.clone()),
            warranty_until: None,
        };
        std::iter::repeat_n(draft, line.quantity as usize)
    });
    Ok(drafts.collect())
}

/// Moves on those that follow there, each on no earlier day than what is on record of it already.
async fn advance(tx: &Tx, case: &Case, devices: &[Device], stage: Stage, event: &Event) -> Result<()> {
    let said = event.day.unwrap_or_else(|| event.at.day()).min(tx.now.day());
    let moved = devices.iter().filter(|device| device.life().follows(stage)).map(|device| {
        let day = device.events.last().map_or(said, |last| said.max(last.day));
        let entered = Entered { stage, day, note: event.remark.clone(), request: Some(case.request.id) };
        (device.clone(), entered)
    });
    store::enter_each(tx, &moved.collect::<Vec<_>>()).await
}

/// What the vendor confirmed, as evidence under the request's number; of no device that is gone, or that turned out to
/// be of another make than the vendor was asked about. Gives how many of the latter there are.
async fn prove(tx: &Tx, case: &Case, devices: &[Device], event: &Event) -> Result<usize> {
    let proofs: &[Proof] = match event.act {
        Act::ConfirmSpecification => &[Proof::Conformity],
        Act::ConfirmDocking => &[Proof::Docking, Proof::RealTime],
        _ => return Ok(0),
    };
    let Some(remark) = &event.remark else { return Ok(0) };
    let reference = format!("{} {remark}", case.request.number.as_deref().unwrap_or_default());
    let day = event.day.unwrap_or_else(|| event.at.day()).min(tx.now.day());
    let there = devices.iter().filter(|device| device.stage() != Stage::Removed).cloned();
    let (meant, others): (Vec<Device>, Vec<Device>) = there.partition(|device| device.row.is_as_asked());
    store::prove(tx, &meant, &Shown { proofs, reference: Some(&reference), file: None, day }).await?;
    Ok(others.len())
}
