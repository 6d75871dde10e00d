//! The routes of the register: the list, a device's page, and whose device it is.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    export, list_page, moves, page, proofs, register,
    store::{self, Device, Filter, Standing},
};
use crate::{
    access::{Route, Who},
    current::Current,
    db::{ConnectionTrait, words},
    error::Result,
    files::upload_limit,
    guides::open,
    ids::{EntranceId, InstallRequestId, MemberId, SentinelId, TextEnum},
    members::{store as places, towns},
    paging::From,
    sentinels::{
        acceptance, catalogue,
        checkups::{self, device_part::Checkups},
        faults::{
            self,
            device_part::{Faults, SHOWN},
        },
        routes::scope,
    },
    sheets,
    state::AppState,
};

pub fn routes() -> Vec<Route> {
    use Who::{MemberOrStaff, SignedIn};
    vec![
        Route::get("/sentinels/devices", SignedIn, list),
        Route::get("/sentinels/devices.xlsx", SignedIn, as_sheet),
        Route::get("/sentinels/devices/new", MemberOrStaff, register::ask_new),
        Route::post("/sentinels/devices/new", MemberOrStaff, register::add),
        Route::get("/sentinels/devices/{device}", SignedIn, show),
        Route::get("/sentinels/devices/{device}/edit", MemberOrStaff, register::ask_change),
        Route::post("/sentinels/devices/{device}/edit", MemberOrStaff, register::change),
        Route::post("/sentinels/devices/{device}/moves", MemberOrStaff, moves::enter),
        Route::post("/sentinels/devices/{device}/moves/{step}/take-back", MemberOrStaff, moves::take_back),
        Route::post("/sentinels/devices/{device}/proofs", MemberOrStaff, proofs::record).limit(upload_limit(1)),
        Route::get("/sentinels/devices/{device}/proofs/{proof}", SignedIn, proofs::file),
        Route::post("/sentinels/devices/{device}/proofs/{proof}/withdraw", MemberOrStaff, proofs::withdraw),
    ]
}

/// The page of a device.
pub fn path(id: SentinelId) -> String {
    format!("/sentinels/devices/{id}")
}

/// A device that this person may see.
pub async fn seen(state: &AppState, current: &Current, id: SentinelId) -> Result<Device> {
    open(current)?;
    let device = store::device(state.db.reader(), id).await?;
    current.sees_plant(device.row.member_id, device.row.plant_id)?;
    Ok(device)
}

/// A device that this person may act on.
pub async fn acted_on(state: &AppState, current: &Current, id: SentinelId) -> Result<Device> {
    let device = seen(state, current, id).await?;
    current.acts_for_plant(device.row.member_id, device.row.plant_id)?;
    Ok(device)
}

#[derive(Deserialize)]
struct ListQuery {
    stage: Option<String>,
    form: Option<String>,
    counts: Option<String>,
    due: Option<String>,
    district: Option<String>,
    member: Option<MemberId>,
    entrance: Option<EntranceId>,
    request: Option<InstallRequestId>,
    q: Option<String>,
    after: Option<String>,
    before: Option<String>,
}

impl ListQuery {
    async fn narrowed(&self, conn: &impl ConnectionTrait, current: &Current) -> Result<Filter> {
        let filter = self.filter();
        if self.due.is_none() {
            return Ok(filter);
        }
        Ok(Filter { due: checkups::store::filter(conn, current.now.day()).await?.due, ..filter })
    }

    fn filter(&self) -> Filter {
        let word = |value: &Option<String>| value.clone().unwrap_or_default();
        Filter {
            stage: Standing::from_word(&word(&self.stage)),
            form: TextEnum::from_word(&word(&self.form)),
            counts: match self.counts.as_deref() {
                Some("yes") => Some(true),
                Some("no") => Some(false),
                _ => None,
            },
            district: self.district.as_deref().and_then(towns::district).map(|found| found.code.to_owned()),
            member: self.member,
            entrance: self.entrance,
            request: self.request,
            due: None,
            text: words(&word(&self.q), 60),
        }
    }
}

async fn list(State(state): State<AppState>, current: Current, Query(query): Query<ListQuery>) -> Result<Response> {
    open(&current)?;
    let filter = query.narrowed(state.db.reader(), &current).await?;
    let from = From::asked(query.after.as_deref().unwrap_or_default(), query.before.as_deref().unwrap_or_default());
    let conn = state.db.reader();
    let listed = store::list(conn, &scope(&current), &filter, from).await?;
    let names = store::names(conn, &listed.devices).await?;
    let days = checkups::store::due_days(conn, &listed.devices).await?;
    // Counting over all members is dear, and the beginning of the list is where it is looked for.
    let due = match current.is_office()
        && from == From::Start
        && list_page::narrowed(&filter).iter().all(|(_, value)| value.is_empty())
    {
        true => Some(checkups::store::count_due(conn, &scope(&current), current.now.day()).await?).filter(|n| *n > 0),
        false => None,
    };
    let entrance = named(conn, &current, filter.entrance).await?;
    let shown = list_page::Shown { listed, names, days, due, entrance };
    Ok(list_page::show(&state, &current, &filter, &shown))
}

/// The entrance that a list is narrowed to, with its plant, by name; one that this person may not see has none.
async fn named(conn: &impl ConnectionTrait, current: &Current, id: Option<EntranceId>) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    let Some(entrance) = places::entrances_by_id(conn, [id]).await?.remove(&id) else { return Ok(None) };
    let plant = places::plant(conn, entrance.plant_id).await?;
    let sees = current.sees_plant(plant.member_id, plant.id).is_ok();
    Ok(sees.then(|| format!("{} · {}", plant.name, entrance.name)))
}

/// The same devices as a spreadsheet, all pages of them.
async fn as_sheet(State(state): State<AppState>, current: Current, Query(query): Query<ListQuery>) -> Result<Response> {
    open(&current)?;
    let conn = state.db.reader();
    let most = sheets::MOST_ROWS as u64 + 1;
    let filter = query.narrowed(conn, &current).await?;
    let devices = store::everything(conn, &scope(&current), &filter, most).await?;
    let names = store::names(conn, &devices).await?;
    let days = checkups::store::due_days(conn, &devices).await?;
    let l = current.locale;
    sheets::download_table(l, &l.t("sentinels.devices.title"), export::table(&current, &devices, &names, &days)).await
}

async fn show(State(state): State<AppState>, current: Current, Path(id): Path<SentinelId>) -> Result<Response> {
    let device = seen(&state, &current, id).await?;
    answer(&state, &current, device, page::Forms::blank()).await
}

/// A device's page with these forms.
pub async fn answer(state: &AppState, current: &Current, device: Device, forms: page::Forms) -> Result<Response> {
    let conn = state.db.reader();
    let may_act = current.acts_for_plant(device.row.member_id, device.row.plant_id).is_ok();
    let mut alike = if may_act { store::alike(conn, &device).await? } else { Vec::new() };
    alike.retain(|other| current.acts_for_plant(other.row.member_id, other.row.plant_id).is_ok());
    let model = catalogue::store::by_key(conn, &device.row.model_key).await?;
    let rows = checkups::store::of_device(conn, device.row.id, SHOWN).await?;
    let due = checkups::store::due_days(conn, std::slice::from_ref(&device)).await?.remove(&device.row.id);
    let checkups = Checkups { due, rows };
    let shown = page::Shown {
        names: store::names(conn, std::slice::from_ref(&device)).await?,
        model,
        faults: Faults {
            rows: faults::store::of_device(conn, device.row.id, SHOWN).await?,
            clock: faults::store::clock(conn, current.now).await?,
        },
        people: store::people(conn, &device, &checkups.rows).await?,
        checkups,
        acceptances: acceptance::store::of_device(conn, &scope(current), device.row.id).await?,
        device,
        alike,
        may_act,
    };
    Ok(page::show(state, current, &shown, &forms))
}
