//! The pages of uploading many images: choosing the files, and the matching that a person corrects.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    batch::{MATCHING, Shown, path},
    choosing::{field, typed_name},
    model::{self, Cause},
    reading,
    store::{Item, Row},
};
use crate::{
    current::Current,
    form::Form,
    ids::TextEnum,
    members::store::Member,
    shell::Page,
    state::AppState,
    text::{Kept, Locale},
    time::show_day,
    ui::{
        field::{Fields, Group},
        parts::{self, Tone},
    },
};

const HERE: &str = "/place-codes/upload";
/// Choices that all images of a page have together. Where there would be more, every entrance stands on the page
/// once, and beside an image its name is typed or picked from there.
const MOST_CHOICES: usize = 3_000;
const NAMES: &str = "entrances";
/// That each code that is replaced has the cause that fits its entrance.
const FITS: &str = "fits";

/// For whom: the members that a person works for, or those that staff look up.
pub fn members(state: &AppState, current: &Current, members: &[Member], search: Option<&str>) -> Response {
    let l = current.locale;
    let title = l.t("place_codes.upload");
    Page::new(current, title.clone()).render(state, || {
        view! {
            {parts::breadcrumbs(l, &[("/place-codes", l.t("place_codes.title"))], title.clone())}
            <h1>{title.clone()}</h1>
            <p class="lead">{l.t("place_codes.upload.for_whom")}</p>
            {crate::place_codes::member_list(l, HERE, members, search)}
        }
        .into_any()
    })
}

pub fn ask(state: &AppState, current: &Current, member: &Member, form: &Form) -> Response {
    let l = current.locale;
    let title = l.t("place_codes.upload");
    Page::new(current, title.clone()).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        view! {
            {fields.summary()}
            {parts::breadcrumbs(l, &[("/place-codes", l.t("place_codes.title"))], title.clone())}
            <h1>{title.clone()}</h1>
            <p class="lead">{member.name.clone()}</p>
            <p>{l.tn("place_codes.upload.how", &[("most", &reading::MOST.to_string())])}</p>
            <form class="form" method="post" action=HERE enctype="multipart/form-data">
                {fields.once()}
                <input type="hidden" name="member" value=member.id.to_string() />
                {fields.file("images").multiple().accept(".png,.jpg,.jpeg,.zip").view()}
                <button class="button button--big">{l.t("place_codes.upload.go_on")}</button>
            </form>
        }
        .into_any()
    })
}

pub fn show(state: &AppState, current: &Current, shown: &Shown, typed: Option<&Form>) -> Response {
    let l = current.locale;
    let title = l.t(if shown.batch.finished_at.is_some() { "place_codes.batch.done" } else { "place_codes.batch" });
    Page::new(current, title.clone()).failed_if(typed.is_some_and(Form::has_errors)).render(state, || {
        let body = if shown.batch.finished_at.is_some() { result(l, shown) } else { matching(current, shown, typed) };
        view! {
            {typed.map(|form| Fields::new(l, form).summary())}
            {parts::breadcrumbs(l, &[("/place-codes", l.t("place_codes.title"))], title.clone())}
            <h1>{title.clone()}</h1>
            <p class="lead">{shown.member.name.clone()}</p>
            {body}
        }
        .into_any()
    })
}

fn matching(current: &Current, shown: &Shown, typed: Option<&Form>) -> AnyView {
    let l = current.locale;
    let mut fresh = Form::new(MATCHING);
    fresh.set("issued_on", show_day(current.now.day()));
    fresh.set("cause", FITS);
    let waiting = shown.items.iter().filter(|item| item.refusal.is_none()).count();
    let by_name = waiting * shown.entrances.len() > MOST_CHOICES;
    for item in &shown.items {
        let Some(entrance) = item.entrance_id else { continue };
        match shown.entrances.iter().find(|row| row.entrance.id == entrance).filter(|_| by_name) {
            Some(row) => fresh.set(&field(item.at), typed_name(row)),
            None => fresh.set(&field(item.at), entrance),
        }
    }
    let fields = Fields::new(l, typed.unwrap_or(&fresh));
    let (read, refused): (Vec<&Item>, Vec<&Item>) = shown.items.iter().partition(|item| item.refusal.is_none());
    let (noted, refused): (Vec<&Item>, Vec<&Item>) = refused.into_iter().partition(|item| is_of_archive(item));
    let (known, refused): (Vec<&Item>, Vec<&Item>) = refused.into_iter().partition(|item| is_on_record(item));
    let cards = read.iter().map(|item| card(fields, shown, item, by_name)).collect::<Vec<_>>();
    let any_code = shown.entrances.iter().any(|row| row.code.is_some());
    let fits = (FITS.to_owned(), l.t("place_codes.batch.fits"));
    let others = fields.options::<Cause>("place_codes.cause").into_iter();
    let others = others.filter(|(word, _)| word != Cause::First.word());
    let causes: Vec<(String, String)> = std::iter::once(fits).chain(others).collect();
    view! {
        {notes(l, &noted)}
        {refusals(l, &refused)}
        {on_record(l, &known)}
        {if cards.is_empty() {
            parts::empty(l.t("place_codes.batch.none_read"), Some((HERE, l.t("place_codes.upload.again"))))
        } else {
            view! {
                <p>{l.t("place_codes.batch.lead")} {by_name.then(|| l.t("place_codes.batch.by_name"))}</p>
                {by_name.then(|| names(l, shown))}
                <form class="form form--wide" method="post" action=path(shown.batch.id)>
                    <div class="matches">{cards}</div>
                    {fields.date("issued_on").view()}
                    {any_code.then(|| fields.radios("cause", causes))}
                    <button class="button button--big">{l.t("place_codes.batch.store")}</button>
                </form>
            }
            .into_any()
        }}
        <form method="post" action=format!("{}/discard", path(shown.batch.id))>
            <button class="button button--link">{l.t("place_codes.batch.discard")}</button>
        </form>
    }
    .into_any()
}

/// Every entrance once, to be picked from beside each image.
fn names(l: Locale, shown: &Shown) -> AnyView {
    let options = shown
        .entrances
        .iter()
        .map(|row| view! { <option value=typed_name(row) label=has(l, row)></option> }.into_any());
    view! { <datalist id=NAMES>{options.collect::<Vec<_>>()}</datalist> }.into_any()
}

/// That an entrance has a code, which would be replaced.
fn has(l: Locale, row: &Row) -> Option<String> {
    row.code.as_ref().map(|code| l.tn("place_codes.batch.has", &[("number", &code.number)]))
}

/// One image, and to which entrance it goes.
fn card(fields: Fields, shown: &Shown, item: &Item, by_name: bool) -> AnyView {
    let name = field(item.at);
    let choice = if by_name {
        fields.text(&name).list(NAMES).label(item.file_name.clone()).view()
    } else {
        choices(fields, shown, item)
    };
    let image = format!("{}/images/{}", path(shown.batch.id), item.at);
    view! {
        <div class="match">
            <img class="match__image" src=image alt=item.file_name.clone() width="96" height="96" loading="lazy" />
            <div class="match__choice">{choice}</div>
        </div>
    }
    .into_any()
}

fn choices(fields: Fields, shown: &Shown, item: &Item) -> AnyView {
    let l = fields.l;
    let groups: Vec<Group> = shown
        .entrances
        .chunk_by(|one, next| one.plant.id == next.plant.id)
        .map(|rows| {
            let options = rows.iter().map(|row| {
                (row.entrance.id.to_string(), format!("{}{}", row.entrance.name, has(l, row).unwrap_or_default()))
            });
            (rows[0].plant.name.clone(), options.collect())
        })
        .collect();
    fields
        .select_grouped(&field(item.at), groups, Some(l.t("place_codes.batch.leave_out")))
        .label(item.file_name.clone())
        .view()
}

/// What is said of a whole archive.
fn notes(l: Locale, noted: &[&Item]) -> Option<AnyView> {
    (!noted.is_empty()).then(|| view! { <ul class="banner">{lines(l, noted)}</ul> }.into_any())
}

fn refusals(l: Locale, refused: &[&Item]) -> Option<AnyView> {
    (!refused.is_empty()).then(|| {
        view! {
            <section class="banner" aria-labelledby="refused">
                <h2 id="refused">{l.tn("place_codes.batch.refused", &[("n", &refused.len().to_string())])}</h2>
                <ul>{lines(l, refused)}</ul>
            </section>
        }
        .into_any()
    })
}

/// Images whose codes are where they belong already.
fn on_record(l: Locale, known: &[&Item]) -> Option<AnyView> {
    (!known.is_empty()).then(|| {
        view! {
            <details class="disclosure">
                <summary>{l.tn("place_codes.batch.on_record", &[("n", &known.len().to_string())])}</summary>
                <div><ul>{lines(l, known)}</ul></div>
            </details>
        }
        .into_any()
    })
}

/// Images that are not taken, each with what is said of it.
fn lines(l: Locale, items: &[&Item]) -> Vec<AnyView> {
    let line = |item: &&Item| {
        let why = why(l, item).unwrap_or_default();
        view! { <li>{l.tn("place_codes.batch.refused.one", &[("name", &item.file_name), ("why", &why)])}</li> }
            .into_any()
    };
    items.iter().map(line).collect()
}

fn why(l: Locale, item: &Item) -> Option<String> {
    l.say_kept(&refusal(item)?)
}

fn refusal(item: &Item) -> Option<Kept> {
    serde_json::from_str(item.refusal.as_deref()?).ok()
}

fn is_on_record(item: &Item) -> bool {
    refusal(item).is_some_and(|why| model::is_on_record(&why))
}

fn is_of_archive(item: &Item) -> bool {
    refusal(item).is_some_and(|why| model::is_of_archive(&why))
}

/// What became of each image.
fn result(l: Locale, shown: &Shown) -> AnyView {
    let (noted, images): (Vec<&Item>, Vec<&Item>) = shown.items.iter().partition(|item| is_of_archive(item));
    let rows = images
        .into_iter()
        .map(|item| {
            let row = shown.entrances.iter().find(|row| Some(row.entrance.id) == item.entrance_id);
            let place = row.filter(|_| item.code_id.is_some()).map(|row| {
                let words = format!("{} · {}", row.plant.name, row.entrance.name);
                view! { <a href=super::one::path(row.entrance.id)>{words}</a> }
            });
            let tag = match (item.code_id, &item.refusal) {
                (Some(_), _) => parts::tag(Tone::Done, l.t("place_codes.batch.is_stored")),
                (None, Some(_)) if is_on_record(item) => parts::tag(Tone::Muted, l.t("place_codes.batch.is_on_record")),
                (None, Some(_)) => parts::tag(Tone::Urgent, l.t("place_codes.batch.is_refused")),
                (None, None) => parts::tag(Tone::Muted, l.t("place_codes.batch.is_left_out")),
            };
            view! {
                <tr>
                    <th scope="row">{item.file_name.clone()}</th>
                    <td data-label=l.t("place_codes.row.state")>{tag} " " {why(l, item)}</td>
                    <td data-label=l.t("place_codes.row.entrance")>{place}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        {notes(l, &noted)}
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("place_codes.batch.done")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("place_codes.row.file")}</th>
                    <th scope="col">{l.t("place_codes.row.state")}</th>
                    <th scope="col">{l.t("place_codes.row.entrance")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <div class="actions">
            <a class="button" href="/place-codes">{l.t("place_codes.title")}</a>
            <a class="button button--quiet" href=HERE>{l.t("place_codes.upload.again")}</a>
        </div>
    }
    .into_any()
}
