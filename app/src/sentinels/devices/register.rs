//! Entering a device and changing what is known of it. Least work: the model comes from the catalogue with form,
//! abilities and vendor, and a plant with one entrance has it chosen already.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    form::{self, Against, MAX_SERIAL, SCOPE, TAKEN},
    model::{Life, Stage},
    routes::{acted_on, path},
    store::{self, Device, Entered, Written},
};
use crate::{
    current::Current,
    error::{AppError, Result},
    flash,
    form::Form,
    guides::{
        facts::{Ability, DeviceForm},
        open,
    },
    ids::{PlantId, SentinelId, TextEnum},
    members::store as register,
    once,
    sentinels::{
        catalogue::{
            self,
            form::{MAX_BRAND, MAX_VENDOR},
        },
        draft::{self, Offered, PlaceQuery},
        sheet::form_names,
        steps_page::plants_to_choose,
    },
    shell::Page,
    state::AppState,
    text::{Locale, Message},
    time::show_day,
    ui::{
        field::{Fields, Group},
        parts, stale,
    },
};

const NEW: &str = "/sentinels/devices/new";

pub async fn ask_new(
    State(state): State<AppState>,
    current: Current,
    Query(query): Query<PlaceQuery>,
) -> Result<Response> {
    open(&current)?;
    let plant = match draft::offered(&state, &current, query).await? {
        Offered::Entrances { plant, .. } => *plant,
        Offered::Plants { plants, search } => return Ok(choose_plant(&state, &current, &plants, search.as_deref())),
    };
    let against = against(&state, &current, &plant).await?;
    let mut form = Form::new(SCOPE);
    form.set("plant", plant.id);
    if let [only] = &against.entrances[..] {
        form.set("entrance", only.id);
    }
    form.set("stage", Stage::InService);
    form.set("day", show_day(current.now.day()));
    Ok(page(&state, &current, None, &against, &form, None))
}

/// Where a device of this plant's member may stand, and what it may be taken from.
async fn against(state: &AppState, current: &Current, plant: &register::Plant) -> Result<Against> {
    let conn = state.db.reader();
    let mut plants = register::plants_of(conn, &[plant.member_id]).await?;
    plants.retain(|plant| current.acts_for_plant(plant.member_id, plant.id).is_ok());
    let ids: Vec<PlantId> = plants.iter().map(|plant| plant.id).collect();
    let entrances = store::entrances(conn, &ids).await?;
    Ok(Against { models: catalogue::store::offered(conn).await?, plants, entrances })
}

pub async fn add(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    open(&current)?;
    let mut form = form.scoped(SCOPE);
    let conn = state.db.reader();
    let Some(plant) = form.parsed::<PlantId>("plant") else { return Err(AppError::NotFound) };
    let plant = register::plant(conn, plant).await?;
    current.acts_for_plant(plant.member_id, plant.id)?;
    if let Some(made) = once::made(conn, &form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let against = against(&state, &current, &plant).await?;
    let stage = form.choice::<Stage>("stage").filter(|stage| Life::default().allows(*stage).is_ok());
    let day = form.day("day");
    if day.is_some_and(|day| day > current.now.day()) {
        form.refuse("day", Message::of("sentinels.devices.wrong.future"));
    }
    let draft = form::read(&mut form, &against);
    let (Some(draft), Some(stage), Some(day)) = (draft, stage, day) else {
        if !form.has_errors() {
            form.refuse("stage", Message::of("sentinels.devices.move.not_there_yet"));
        }
        return Ok(page(&state, &current, None, &against, &form, None));
    };
    let id = SentinelId::new();
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &path(id)).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let first = Entered { stage, day, note: None, request: None };
    if store::add(&tx, id, &draft, &first).await? == Written::Taken {
        drop(tx);
        refuse_serial(&mut form);
        return Ok(page(&state, &current, None, &against, &form, None));
    }
    tx.commit().await?;
    Ok(flash::redirect(&path(id), &Message::of("sentinels.devices.added")))
}

pub async fn ask_change(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<SentinelId>,
) -> Result<Response> {
    let device = acted_on(&state, &current, id).await?;
    let against = around(&state, &current, &device).await?;
    Ok(page(&state, &current, Some(&device), &against, &form::filled(&device.row), None))
}

/// The same for a device that stands somewhere: it may stay at an entrance or plant that was closed since.
async fn around(state: &AppState, current: &Current, device: &Device) -> Result<Against> {
    let conn = state.db.reader();
    let plant = register::plant(conn, device.row.plant_id).await?;
    let entrance = register::entrance(conn, device.row.entrance_id).await?;
    let mut against = against(state, current, &plant).await?;
    if against.plants.iter().all(|other| other.id != plant.id) {
        against.plants.push(plant);
    }
    if against.entrances.iter().all(|other| other.id != entrance.id) {
        against.entrances.push(entrance);
    }
    Ok(against)
}

pub async fn change(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<SentinelId>,
    form: Form,
) -> Result<Response> {
    let device = acted_on(&state, &current, id).await?;
    let against = around(&state, &current, &device).await?;
    let mut form = form.scoped(SCOPE);
    let row_version = form.value("row_version").parse().unwrap_or(0);
    let Some(draft) = form::read(&mut form, &against) else {
        return Ok(page(&state, &current, Some(&device), &against, &form, None));
    };
    let tx = state.begin(&current).await?;
    let before = store::device(&*tx, id).await?;
    if let Some(field) = proven_otherwise(&before, &draft).filter(|_| before.row.row_version == row_version) {
        drop(tx);
        form.refuse(field, Message::of("sentinels.devices.wrong.proven"));
        return Ok(page(&state, &current, Some(&before), &against, &form, None));
    }
    match store::change(&tx, &before.row, row_version, &draft).await? {
        Written::Done => tx.commit().await?,
        Written::Taken => {
            drop(tx);
            refuse_serial(&mut form);
            return Ok(page(&state, &current, Some(&before), &against, &form, None));
        }
        Written::Stale => {
            drop(tx);
            form.set("row_version", before.row.row_version);
            let stored = form::filled(&before.row);
            return Ok(page(&state, &current, Some(&before), &against, &form, Some(&stored)));
        }
    }
    Ok(flash::redirect(&path(id), &Message::of("sentinels.devices.saved")))
}

/// The field by which a device would become another one while there is evidence for what it is.
fn proven_otherwise(before: &Device, draft: &store::Draft) -> Option<&'static str> {
    let is_proven = !before.proven().is_empty();
    let another_serial = before.row.serial_key.is_some() && before.row.serial_key != draft.serial_key();
    match is_proven {
        true if before.row.model_key != draft.model_key() => Some("model"),
        true if another_serial => Some("serial"),
        _ => None,
    }
}

fn refuse_serial(form: &mut Form) {
    form.refuse("serial", Message::of("sentinels.devices.wrong.serial_taken"));
}

fn choose_plant(
    state: &AppState,
    current: &Current,
    plants: &[(register::Plant, String)],
    search: Option<&str>,
) -> Response {
    let l = current.locale;
    let title = l.t("sentinels.devices.which_plant");
    Page::new(current, title.clone()).render(state, || {
        view! {
            {breadcrumbs(l, title.clone())}
            <h1>{title.clone()}</h1>
            {plants_to_choose(l, NEW, plants, search)}
        }
        .into_any()
    })
}

fn breadcrumbs(l: Locale, here: String) -> AnyView {
    let above = [("/sentinels", l.t("nav.sentinels")), ("/sentinels/devices", l.t("sentinels.devices.title"))];
    parts::breadcrumbs(l, &above, here)
}

/// The form of a new device, or of one that is there; `stored` is what somebody else saved meanwhile.
fn page(
    state: &AppState,
    current: &Current,
    device: Option<&Device>,
    against: &Against,
    form: &Form,
    stored: Option<&Form>,
) -> Response {
    let l = current.locale;
    let title = l.t(if device.is_some() { "sentinels.devices.edit" } else { "sentinels.devices.new" });
    let page = Page::new(current, title.clone()).failed_if(form.has_errors());
    let page = if stored.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.render(state, || {
        let fields = Fields::new(l, form);
        let action = device.map_or_else(|| NEW.to_owned(), |device| format!("{}/edit", path(device.row.id)));
        let version = if device.is_some() {
            fields.hidden("row_version")
        } else {
            view! { {fields.once()} {fields.hidden("plant")} }.into_any()
        };
        let life = device.is_none().then(|| {
            let stages = Life::default().possible().into_iter();
            let stages =
                stages.map(|stage| (stage.word().to_owned(), l.t(&format!("sentinels.stage.{stage}")))).collect();
            view! { {fields.radios("stage", stages)} {fields.date("day").view()} }
        });
        view! {
            {fields.summary()}
            {stored.map(|stored| stale::differences(fields, stored, &|name, value| said(l, against, name, value)))}
            {breadcrumbs(l, title.clone())}
            <h1>{title.clone()}</h1>
            <form class="form" method="post" action=action>
                {version}
                {fields.select_grouped("entrance", places(against), Some(l.t("sentinels.devices.choose"))).view()}
                {make(fields, against, device.is_some())}
                {fields.text("serial").max(MAX_SERIAL).optional().view()}
                {life}
                {fields.date("warranty_until").optional().view()}
                {fields.text("service_contact").optional().view()}
                {fields.text("phone").input_mode("tel").optional().view()}
                <button class="button button--big">{l.t("sentinels.devices.save")}</button>
            </form>
        }
        .into_any()
    })
}

/// What the device is: taken from the catalogue, or typed when it is not in there.
fn make(fields: Fields, against: &Against, is_there: bool) -> AnyView {
    let l = fields.l;
    let typed = view! {
        {fields.text("brand").max(MAX_BRAND).view()}
        {fields.text("model").max(MAX_BRAND).view()}
        {fields.radios("form", fields.options::<DeviceForm>("guides.form"))}
        {fields.checkboxes("abilities", fields.options::<Ability>("guides.ability"))}
        {fields.text("vendor").max(MAX_VENDOR).optional().view()}
    };
    if is_there || against.models.is_empty() {
        return typed.into_any();
    }
    let models = against.models.iter().map(|model| {
        let words = format!("{} · {}", model.name(), form_names(l, &[model.form]));
        (model.id.to_string(), words)
    });
    let by_hand = fields.form.has_errors() && fields.form.value(TAKEN).is_empty();
    view! {
        {fields.select(TAKEN, models.collect(), Some(l.t("sentinels.devices.choose"))).label(l.t("sentinels.take")).view()}
        <details class="disclosure" open=by_hand>
            <summary>{l.t("sentinels.devices.by_hand")}</summary>
            <div>{typed}</div>
        </details>
    }
    .into_any()
}

/// The entrances under the names of their plants.
fn places(against: &Against) -> Vec<Group> {
    let of = |plant: PlantId| {
        let own = against.entrances.iter().filter(move |entrance| entrance.plant_id == plant);
        own.map(|entrance| (entrance.id.to_string(), entrance.name.clone())).collect::<Vec<_>>()
    };
    against.plants.iter().map(|plant| (plant.name.clone(), of(plant.id))).filter(|(_, own)| !own.is_empty()).collect()
}

/// What a stored value is called.
fn said(l: Locale, against: &Against, name: &str, value: &str) -> String {
    let family = match name {
        "form" => "guides.form",
        "abilities" => "guides.ability",
        "entrance" => {
            let found = against.entrances.iter().find(|entrance| entrance.id.to_string() == value);
            return found.map_or_else(|| value.to_owned(), |entrance| entrance.name.clone());
        }
        _ => return value.to_owned(),
    };
    l.t(&format!("{family}.{value}"))
}
