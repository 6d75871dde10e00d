//! The list of members, and exactly what it shows as a spreadsheet. People of members find their own here.

use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};
use serde::Deserialize;

use crate::{
    current::Current,
    db::ConnectionTrait,
    error::Result,
    form::Form,
    ids::{MemberId, TextEnum},
    members::{
        contacts,
        plant_kind::PlantKind,
        store::{self, Contact, Filter, Member, Plant},
        towns,
    },
    paging::{From, Paged, page_address},
    sheets::{self, Column, Kind, Table},
    shell::Page,
    state::AppState,
    time::show_day,
    ui::{
        downloads,
        field::Fields,
        parts::{self, Tone, tag},
    },
};

const PAGE: usize = 50;

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    district: String,
    #[serde(default)]
    no_email: String,
    #[serde(default)]
    left: String,
    after: Option<MemberId>,
    before: Option<MemberId>,
}

impl Asked {
    fn filter(&self) -> Filter {
        Filter {
            words: self.q.chars().filter(|c| !c.is_control()).take(100).collect(),
            kind: PlantKind::from_word(&self.kind),
            district: towns::district(&self.district).map(|d| d.code.to_owned()),
            without_email: self.no_email == "yes",
            left: self.left == "yes",
        }
    }

    /// The address of the list or its spreadsheet with this filter, and more.
    fn href(&self, path: &str, more: Option<(&str, MemberId)>) -> String {
        let narrowed = [
            ("q", &self.q),
            ("kind", &self.kind),
            ("district", &self.district),
            ("no_email", &self.no_email),
            ("left", &self.left),
        ];
        page_address(path, narrowed, more)
    }
}

/// A member as the list and the spreadsheet show it.
struct Line {
    id: MemberId,
    name: String,
    code: String,
    confirmed: bool,
    plants: String,
    districts: String,
    contact: String,
    phone: Option<String>,
    email: String,
}

pub async fn show(State(state): State<AppState>, current: Current, Query(asked): Query<Asked>) -> Result<Response> {
    if !current.is_office() {
        return own(&state, &current).await;
    }
    let conn = state.db.reader();
    let filter = asked.filter();
    let from = From::of(asked.after, asked.before);
    let count = store::count(conn, &filter).await?;
    let Paged { rows: members, before, after } = store::page(conn, &filter, from, PAGE).await?;
    let lines = lines(conn, &current, members).await?;
    let l = current.locale;
    Ok(Page::new(&current, l.t("members.title")).render(&state, || {
        let before = before.map(|id| asked.href("/members", Some(("before", id))));
        let after = after.map(|id| asked.href("/members", Some(("after", id))));
        let staff = current.is_staff();
        view! {
            <div class="page-head">
                <h1>{l.t("members.title")}</h1>
                <div class="actions">
                    {staff.then(|| view! {
                        <a class="button" href="/members/new">{l.t("members.new")}</a>
                        <a class="button button--quiet" href="/members/import">{l.t("imports.title")}</a>
                    })}
                </div>
            </div>
            {filters(&current, &asked)}
            {parts::result_count(l, count)}
            {if lines.is_empty() { parts::empty(l.t("members.none"), None) } else { table(&current, lines) }}
            {downloads::links(&current, &asked.href("/members.xlsx", None), l.t("members.export"))}
            {parts::pager(l, before, after)}
        }
        .into_any()
    }))
}

/// The members that a person works for; one alone is shown at once.
async fn own(state: &AppState, current: &Current) -> Result<Response> {
    let ids = current.member_ids();
    if let [only] = ids[..] {
        return Ok(Redirect::to(&format!("/members/{only}")).into_response());
    }
    let conn = state.db.reader();
    let lines = lines(conn, current, store::members(conn, &ids).await?).await?;
    let l = current.locale;
    Ok(Page::new(current, l.t("members.own")).render(state, || {
        view! {
            <h1>{l.t("members.own")}</h1>
            {if lines.is_empty() { parts::empty(l.t("members.own.none"), None) } else { table(current, lines) }}
        }
        .into_any()
    }))
}

pub async fn export(State(state): State<AppState>, current: Current, Query(asked): Query<Asked>) -> Result<Response> {
    let conn = state.db.reader();
    let members = store::list(conn, &asked.filter(), sheets::MOST_ROWS as u64 + 1).await?;
    let lines = lines(conn, &current, members).await?;
    let l = current.locale;
    let columns = COLUMNS.iter().map(|(key, width)| Column::new(l.t(key), Kind::Text, *width)).collect();
    let rows = lines
        .into_iter()
        .map(|line| {
            let licence = l.t(licence_key(line.confirmed));
            [
                line.name,
                line.code,
                licence,
                line.plants,
                line.districts,
                line.contact,
                parts::or_dashes(line.phone),
                line.email,
            ]
            .into_iter()
            .map(Into::into)
            .collect()
        })
        .collect();
    let title = l.t("members.title");
    let name = format!("{title}-{}", show_day(current.now.day()));
    sheets::download_table(current.locale, &name, Table { title, columns, rows }).await
}

/// The columns of the spreadsheet with their widths.
const COLUMNS: [(&str, u16); 8] = [
    ("members.column.name", 40),
    ("members.column.code", 22),
    ("members.column.licence", 12),
    ("members.column.plants", 40),
    ("members.column.districts", 20),
    ("members.column.contact", 16),
    ("members.column.phone", 18),
    ("members.column.email", 30),
];

/// The columns of the list: the code stands under the name, the phone beside its contact.
const SHOWN: [&str; 6] = [
    "members.column.name",
    "members.column.licence",
    "members.column.plants",
    "members.column.districts",
    "members.column.contact",
    "members.column.email",
];

async fn lines(conn: &impl ConnectionTrait, current: &Current, members: Vec<Member>) -> Result<Vec<Line>> {
    let ids: Vec<MemberId> = members.iter().map(|member| member.id).collect();
    let plants = store::plants_of(conn, &ids).await?;
    let people = store::contacts_of(conn, &ids).await?;
    let plants = crate::members::by_member(plants, |plant: &Plant| plant.member_id);
    let people = crate::members::by_member(people, |contact: &Contact| contact.member_id);
    let none = Vec::new();
    let none_either = Vec::new();
    Ok(members
        .into_iter()
        .map(|member| {
            let plants = plants.get(&member.id).unwrap_or(&none);
            line(current, member.clone(), plants, people.get(&member.id).unwrap_or(&none_either))
        })
        .collect())
}

fn line(current: &Current, member: Member, plants: &[Plant], people: &[Contact]) -> Line {
    let l = current.locale;
    let mut districts: Vec<String> = plants.iter().map(|plant| district_words(current, plant)).collect();
    districts.sort();
    districts.dedup();
    let names: Vec<String> =
        plants.iter().map(|plant| format!("{}（{}）", plant.name, l.say(&plant.kind.name()))).collect();
    let first = people.iter().max_by_key(|contact| (contact.phone.is_some(), contact.email.is_some()));
    let email = people.iter().find(|contact| contact.email.is_some());
    Line {
        id: member.id,
        name: member.name,
        code: member.credit_code,
        confirmed: member.licence_confirmed_at.is_some(),
        plants: parts::or_dashes(Some(names.join(&l.t("list.comma")))),
        districts: parts::or_dashes(Some(districts.join(&l.t("list.comma")))),
        contact: parts::or_dashes(first.map(|contact| contact.name.clone())),
        phone: first.and_then(|contact| contacts::phone(current, contact)),
        email: parts::or_dashes(email.and_then(|contact| contacts::email(current, contact))),
    }
}

fn district_words(current: &Current, plant: &Plant) -> String {
    let district = plant.district.as_deref().and_then(towns::district);
    district.map_or_else(|| current.locale.t("members.outside"), |district| district.name.to_owned())
}

fn licence_key(confirmed: bool) -> &'static str {
    if confirmed { "members.licence.confirmed" } else { "members.licence.open" }
}

fn table(current: &Current, lines: Vec<Line>) -> AnyView {
    let l = current.locale;
    let heads = SHOWN.iter().map(|key| view! { <th scope="col">{l.t(key)}</th> }.into_any()).collect::<Vec<_>>();
    let rows = lines
        .into_iter()
        .map(|line| {
            let tone = if line.confirmed { Tone::Done } else { Tone::Wait };
            view! {
                <tr>
                    <th scope="row">
                        <a href=format!("/members/{}", line.id)>{line.name}</a>
                        <br /><small class="quiet">{line.code}</small>
                    </th>
                    <td data-label=l.t("members.column.licence")>{tag(tone, l.t(licence_key(line.confirmed)))}</td>
                    <td data-label=l.t("members.column.plants")>{line.plants}</td>
                    <td data-label=l.t("members.column.districts")>{line.districts}</td>
                    <td data-label=l.t("members.column.contact")>{line.contact} " " {line.phone.map(|number| phone(current, number))}</td>
                    <td data-label=l.t("members.column.email")>{line.email}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("members.title")>
            <table class="table table--cards"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}

/// One tap to call, for those who may see the number.
fn phone(current: &Current, phone: String) -> AnyView {
    if current.masks_contacts() {
        view! { <span class="nowrap">{phone}</span> }.into_any()
    } else {
        parts::call(phone, "nowrap")
    }
}

fn filters(current: &Current, asked: &Asked) -> AnyView {
    let l = current.locale;
    let mut form = Form::new("members.filter");
    form.set("q", &asked.q);
    form.set("kind", &asked.kind);
    form.set("district", &asked.district);
    form.set("no_email", &asked.no_email);
    form.set("left", &asked.left);
    let fields = Fields::new(l, &form);
    let kinds = PlantKind::ALL.iter().map(|kind| (kind.word().to_owned(), l.say(&kind.name()))).collect();
    let districts = towns::districts().iter().map(|d| (d.code.to_owned(), d.name.to_owned())).collect();
    view! {
        <form class="filters" method="get" action="/members">
            {fields.text("q").view()}
            {fields.select("kind", kinds, Some(l.t("members.filter.all"))).view()}
            {fields.select("district", districts, Some(l.t("members.filter.all"))).view()}
            {fields.tick("no_email")}
            {fields.tick("left")}
            <button class="button button--quiet">{l.t("members.filter.apply")}</button>
            <a class="button button--link" href="/members">{l.t("members.filter.clear")}</a>
        </form>
    }
    .into_any()
}
