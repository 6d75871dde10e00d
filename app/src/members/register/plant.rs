//! A plant: its page with its entrances, and adding and changing it. An address that another plant has too is
//! said, not refused.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Answer, Task, address};
use crate::{
    audit,
    current::Current,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::{MemberId, PlantId, TextEnum},
    members::{
        address::Address,
        model::PlantFacts,
        plant_kind::PlantKind,
        store::{self, Entrance, Member, Plant},
    },
    once,
    shell::Page,
    state::AppState,
    supply::{self, quantity::Kilograms},
    text::{Locale, Message},
    ui::{
        field::Fields,
        parts::{self, Tone, tag},
        stale,
    },
};

const SCOPE: &str = "members.plant";

pub async fn show(State(state): State<AppState>, current: Current, Path(id): Path<PlantId>) -> Answer {
    let conn = state.db.reader();
    let plant = store::plant(conn, id).await?;
    current.sees_plant(plant.member_id, id)?;
    let member = store::member(conn, plant.member_id).await?;
    let entrances = store::all_entrances_of(conn, id).await?;
    let twin = store::plant_at(conn, &plant.address_key, id).await?;
    let l = current.locale;
    let may_change = current.administers_member(member.id).is_ok();
    Ok(Page::new(&current, plant.name.clone()).render(&state, || {
        let here = format!("/members/{}", member.id);
        let above = [("/members", l.t("members.title")), (here.as_str(), member.name.clone())];
        let twin = twin.map(|other| {
            let name = if current.is_office() || other.member_id == member.id { other.name } else { "--".to_owned() };
            view! { <section class="banner" aria-label=l.t("members.plant.twin.title")><p>{l.tn("members.plant.twin", &[("name", &name)])}</p></section> }
        });
        let tonnes = |kilograms: Option<i64>| {
            kilograms.map_or_else(|| "--".to_owned(), |kg| l.tn("members.tonnes", &[("n", &Kilograms(kg).as_tonnes())]))
        };
        let output = plant.kind.has_normal_output().then(|| {
            view! { <div><dt>{l.t("members.plant.normal_output")}</dt><dd>{tonnes(plant.normal_output)}</dd></div> }
        });
        let closed = plant.closed_at.is_some().then(|| tag(Tone::Muted, l.t("members.closed")));
        view! {
            {parts::breadcrumbs(l, &above, plant.name.clone())}
            <div class="page-head">
                <h1>{plant.name.clone()}</h1>
                {may_change.then(|| view! {
                    <div class="actions"><a class="button button--quiet" href=format!("/plants/{id}/edit")>{l.t("members.plant.edit")}</a></div>
                })}
            </div>
            {twin}
            <dl class="summary-list">
                <div><dt>{l.t("members.plant.kind")}</dt><dd>{l.say(&plant.kind.name())} " " {closed}</dd></div>
                <div><dt>{l.t("members.plant.address")}</dt><dd>{plant.address_line.clone()}</dd></div>
                <div><dt>{l.t("members.plant.silo_capacity")}</dt><dd>{tonnes(plant.silo_capacity)}</dd></div>
                {output}
            </dl>
            <h2>{l.t("members.entrances")}</h2>
            {entrance_list(l, &plant, entrances, may_change)}
        }
        .into_any()
    }))
}

fn entrance_list(l: Locale, plant: &Plant, entrances: Vec<Entrance>, may_change: bool) -> AnyView {
    let href = format!("/plants/{}/entrances/new", plant.id);
    if entrances.is_empty() {
        let next = may_change.then(|| (href.as_str(), l.t("members.entrance.new")));
        return parts::empty(l.t("members.entrances.none"), next);
    }
    let rows = entrances
        .into_iter()
        .map(|entrance| {
            let place = if entrance.outdoors { "members.entrance.outside" } else { "members.entrance.inside" };
            let closed = entrance.closed_at.is_some().then(|| tag(Tone::Muted, l.t("members.closed")));
            let edit = may_change.then(|| {
                view! {
                    <td>
                        <a href=format!("/entrances/{}/edit", entrance.id)>
                            {l.t("members.change")}<span class="visually-hidden">{entrance.name.clone()}</span>
                        </a>
                    </td>
                }
            });
            view! {
                <tr>
                    <th scope="row">{entrance.name.clone()} " " {closed}</th>
                    <td data-label=l.t("members.entrance.passage")>{l.t(&format!("members.passage.{}", entrance.passage.word()))}</td>
                    <td data-label=l.t("members.entrance.place")>{l.t(place)}</td>
                    {edit}
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("members.entrances")>
            <table class="table table--cards">
                <thead>
                    <tr>
                        <th scope="col">{l.t("members.entrance.name")}</th>
                        <th scope="col">{l.t("members.entrance.passage")}</th>
                        <th scope="col">{l.t("members.entrance.place")}</th>
                        {may_change.then(|| view! { <td></td> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {may_change.then(|| view! { <p><a class="button button--quiet" href=href>{l.t("members.entrance.new")}</a></p> })}
    }
    .into_any()
}

pub async fn ask_new(State(state): State<AppState>, current: Current, Path(id): Path<MemberId>) -> Answer {
    current.administers_member(id)?;
    let member = store::member(state.db.reader(), id).await?;
    let mut form = Form::new(SCOPE);
    form.set("place", "shanghai");
    Ok(page(&state, &current, &member, None, &form, &Task::Add))
}

pub async fn add(State(state): State<AppState>, current: Current, Path(id): Path<MemberId>, form: Form) -> Answer {
    current.administers_member(id)?;
    let member = store::member(state.db.reader(), id).await?;
    let mut form = form.scoped(SCOPE);
    let Some(facts) = read(&mut form) else {
        return Ok(page(&state, &current, &member, None, &form, &Task::Add));
    };
    let tx = state.begin(&current).await?;
    let plant = store::add_plant(&tx, id, &facts).await?;
    let here = format!("/plants/{plant}");
    if let Some(made) = once::claim(&tx, &form, &here).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let entry = audit::Entry::new("plant.added", "plant").subject(plant).member(id);
    audit::record(&tx, entry.after(&summary(&facts, false))).await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("members.saved").with("name", facts.name)))
}

pub async fn ask_change(State(state): State<AppState>, current: Current, Path(id): Path<PlantId>) -> Answer {
    let (plant, member) = found(&state, &current, id).await?;
    let form = filled(&plant)?;
    Ok(page(&state, &current, &member, Some(id), &form, &Task::Change))
}

pub async fn change(State(state): State<AppState>, current: Current, Path(id): Path<PlantId>, form: Form) -> Answer {
    let (old, member) = found(&state, &current, id).await?;
    let mut form = form.scoped(SCOPE);
    let Some(facts) = read(&mut form) else {
        return Ok(page(&state, &current, &member, Some(id), &form, &Task::Change));
    };
    let version = form.value("row_version").parse().unwrap_or(0);
    let closed = form.ticked("closed");
    let tx = state.begin(&current).await?;
    if !store::change_plant(&tx, id, version, &facts, closed).await? {
        drop(tx);
        let now = store::plant(state.db.reader(), id).await?;
        form.set("row_version", now.row_version);
        return Ok(page(&state, &current, &member, Some(id), &form, &Task::Stale(Box::new(filled(&now)?))));
    }
    supply::begin_duty_if_changed(&tx, &old, facts.kind, closed).await?;
    let entry = audit::Entry::new("plant.changed", "plant").subject(id).member(member.id);
    audit::record(&tx, entry.before(&known(&old)).after(&summary(&facts, closed))).await?;
    tx.commit().await?;
    Ok(flash::redirect(&format!("/plants/{id}"), &Message::of("members.saved").with("name", facts.name)))
}

async fn found(state: &AppState, current: &Current, id: PlantId) -> Result<(Plant, Member)> {
    let plant = store::plant(state.db.reader(), id).await?;
    current.administers_member(plant.member_id)?;
    let member = store::member(state.db.reader(), plant.member_id).await?;
    Ok((plant, member))
}

/// What the audit keeps of a plant that is stored.
pub(in crate::members) fn known(plant: &Plant) -> serde_json::Value {
    serde_json::json!({
        "name": plant.name,
        "kind": plant.kind,
        "address": plant.address_line,
        "silo_capacity": plant.silo_capacity,
        "normal_output": plant.normal_output,
        "closed": plant.closed_at.is_some(),
    })
}

/// What the audit keeps of it.
pub(in crate::members) fn summary(facts: &PlantFacts, closed: bool) -> serde_json::Value {
    serde_json::json!({
        "name": facts.name,
        "kind": facts.kind,
        "address": facts.address.one_line(),
        "silo_capacity": facts.silo_capacity,
        "normal_output": facts.normal_output,
        "closed": closed,
    })
}

fn read(form: &mut Form) -> Option<PlantFacts> {
    let name = form.required("name", 60);
    let kind = form.choice::<PlantKind>("kind");
    let silo_capacity = tonnes(form, "silo_capacity");
    let normal_output = tonnes(form, "normal_output");
    let address = address::read(form);
    if form.has_errors() {
        return None;
    }
    Some(PlantFacts { name, kind: kind?, address: address?, silo_capacity, normal_output })
}

fn tonnes(form: &mut Form, name: &str) -> Option<i64> {
    let text = form.optional(name, 20)?;
    match Kilograms::parse_tonnes(&text) {
        Ok(Kilograms(kilograms)) => Some(kilograms),
        Err(error) => {
            form.refuse(name, error.message());
            None
        }
    }
}

fn filled(plant: &Plant) -> Result<Form> {
    let mut form = Form::new(SCOPE);
    let input = |kilograms: Option<i64>| kilograms.map_or_else(String::new, |kg| Kilograms(kg).as_input());
    form.set("name", &plant.name);
    form.set("kind", plant.kind);
    form.set("silo_capacity", input(plant.silo_capacity));
    form.set("normal_output", input(plant.normal_output));
    if plant.closed_at.is_some() {
        form.set("closed", "yes");
    }
    form.set("row_version", plant.row_version);
    let stored: Address = serde_json::from_str(&plant.address).map_err(AppError::internal)?;
    address::fill(&mut form, &stored);
    Ok(form)
}

fn page(
    state: &AppState,
    current: &Current,
    member: &Member,
    plant: Option<PlantId>,
    form: &Form,
    task: &Task,
) -> Response {
    let l = current.locale;
    let title = l.t(if plant.is_some() { "members.plant.edit" } else { "members.plant.new" });
    let status = if matches!(task, Task::Stale(_)) { StatusCode::CONFLICT } else { StatusCode::OK };
    Page::new(current, title.clone()).status(status).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        let here = format!("/members/{}", member.id);
        let action = plant.map_or_else(|| format!("{here}/plants/new"), |id| format!("/plants/{id}/edit"));
        let above = [("/members", l.t("members.title")), (here.as_str(), member.name.clone())];
        let kinds = PlantKind::ALL.iter().map(|kind| (kind.word().to_owned(), l.say(&kind.name()))).collect();
        let say = |name: &str, value: &str| match name {
            "kind" => PlantKind::from_word(value).map_or_else(|| value.to_owned(), |kind| l.say(&kind.name())),
            "closed" => l.t("members.closed"),
            _ => address::say(l, name, value),
        };
        let stale = match task {
            Task::Stale(stored) => Some(stale::differences(fields, stored, &say)),
            Task::Add | Task::Change => None,
        };
        let unit = l.t("members.unit.tonnes");
        view! {
            {parts::breadcrumbs(l, &above, title.clone())}
            {fields.summary()}
            {stale}
            <h1>{title.clone()}</h1>
            <form class="form" method="post" action=action>
                {if plant.is_some() { fields.hidden("row_version") } else { fields.once() }}
                {fields.text("name").max(60).view()}
                {fields.radios("kind", kinds)}
                {address::view(fields)}
                {fields.number("silo_capacity").unit(unit.clone()).optional().view()}
                {fields.number("normal_output").unit(unit).optional().view()}
                {plant.is_some().then(|| fields.tick("closed"))}
                <button class="button button--big">{l.t("members.save")}</button>
            </form>
        }
        .into_any()
    })
}
