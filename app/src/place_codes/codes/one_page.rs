//! The page of an entrance's code.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    list_page::standing_tag,
    model::{Cause, Standing, cause},
    one::{SCOPE, Shown, path},
    store::{Code, Row},
    way::Way,
};
use crate::{
    current::Current,
    form::Form,
    ids::{PersonId, TextEnum},
    place_codes::{applications, postings},
    shell::Page,
    state::AppState,
    text::Locale,
    time::show_day,
    ui::{
        field::Fields,
        parts::{self, Tone},
    },
};

/// Where the labels of taking a version back stand.
pub const WITHDRAWING: &str = "place_codes.withdraw";

/// `typed` is the form that was sent.
pub fn show(state: &AppState, current: &Current, shown: &Shown, typed: Option<&Form>) -> Response {
    let l = current.locale;
    let row = &shown.row;
    let title = format!("{} · {}", row.plant.name, row.entrance.name);
    let may_act = current.acts_for_plant(row.member.id, row.plant.id).is_ok();
    Page::new(current, title.clone()).failed_if(typed.is_some_and(Form::has_errors)).render(state, || {
        let above = [("/place-codes", l.t("place_codes.title"))];
        view! {
            {typed.map(|form| Fields::new(l, form).summary())}
            {parts::breadcrumbs(l, &above, title.clone())}
            <div class="page-head"><h1>{title.clone()}</h1>{standing_tag(l, row.standing())}</div>
            {advice(l, row, may_act)}
            {row.code.as_ref().map(|code| current_code(l, row, code))}
            {(may_act && row.code.is_some()).then(|| printing(l, row))}
            {row.code.is_some().then(|| postings::links(l, row.entrance.id, may_act))}
            {may_act.then(|| upload(current, shown, typed))}
            {(!shown.versions.is_empty()).then(|| versions(current, shown))}
            {may_act.then(|| withdrawing(current, shown, typed))}
        }
        .into_any()
    })
}

/// What is to be done, where something is.
fn advice(l: Locale, row: &Row, may_act: bool) -> Option<AnyView> {
    let apply = format!("/place-codes/apply?member={}", row.member.id);
    let apply = || may_act.then(|| view! { " " <a href=apply.clone()>{l.t("place_codes.apply")}</a> }.into_any());
    let application = || {
        row.applied.as_ref().map(|application| {
            let href = applications::path(application.id);
            view! { " " <a href=href>{application.number.clone()}</a> }.into_any()
        })
    };
    match row.standing() {
        Standing::Current => None,
        Standing::Moved => {
            let address = row.code.as_ref().map(|code| code.address_line.clone()).unwrap_or_default();
            let what = l.tn("place_codes.standing.moved.what", &[("old", &address), ("new", &row.plant.address_line)]);
            let (key, link) = match row.way() {
                Way::Apply => ("place_codes.standing.moved.apply", apply()),
                Way::HandIn => ("place_codes.standing.moved.hand_in", application()),
                Way::Wait => ("place_codes.standing.moved.wait", application()),
                Way::Outside => ("place_codes.moved.outside", None),
            };
            let class = if row.way() == Way::Wait { "banner" } else { "banner banner--urgent" };
            Some(view! { <p class=class>{format!("{what}{}", l.t(key))} {link}</p> }.into_any())
        }
        Standing::Applied => {
            let what = l.t("place_codes.standing.applied.what");
            Some(view! { <p class="banner">{what} {application()}</p> }.into_any())
        }
        Standing::Missing => {
            Some(view! { <p class="banner">{l.t("place_codes.standing.missing.what")} {apply()}</p> }.into_any())
        }
    }
}

fn current_code(l: Locale, row: &Row, code: &Code) -> AnyView {
    let image = format!("/place-codes/codes/{}/image", code.id);
    let large = image.clone();
    let name = l.tn("place_codes.version.image_of", &[("name", &row.entrance.name), ("number", &code.number)]);
    view! {
        <div class="issued-code">
            <a href=large><img class="issued-code__image" src=image alt=name width="240" height="240" /></a>
            <dl class="summary-list">
                <div><dt>{l.t("place_codes.row.number")}</dt><dd>{code.number.clone()}</dd></div>
                <div><dt>{l.t("place_codes.row.version")}</dt><dd>{code.version}</dd></div>
                <div><dt>{l.t("place_codes.row.issued_on")}</dt><dd>{show_day(code.issued_on)}</dd></div>
                <div><dt>{l.t("place_codes.row.address")}</dt><dd>{code.address_line.clone()}</dd></div>
                <div><dt>{l.t("place_codes.row.payload")}</dt><dd class="issued-code__payload">{code.payload.clone()}</dd></div>
            </dl>
        </div>
    }
    .into_any()
}

/// The ways to sheets: of this entrance, and of its plant.
fn printing(l: Locale, row: &Row) -> AnyView {
    view! {
        <div class="actions">
            <a class="button" href=format!("/place-codes/print?entrance={}", row.entrance.id)>{l.t("place_codes.print")}</a>
            <a class="button button--quiet" href=format!("/place-codes/print?plant={}", row.plant.id)>{l.t("place_codes.print.plant")}</a>
        </div>
    }
    .into_any()
}

fn upload(current: &Current, shown: &Shown, typed: Option<&Form>) -> AnyView {
    let l = current.locale;
    let row = &shown.row;
    let mut fresh = Form::new(SCOPE);
    fresh.set("issued_on", show_day(current.now.day()));
    let moved = row.standing() == Standing::Moved;
    fresh.set("cause", cause(false, moved, None));
    let typed = typed.filter(|form| form.scope() == SCOPE);
    let fields = Fields::new(l, typed.unwrap_or(&fresh));
    let replaces = row.code.is_some();
    let causes: Vec<(String, String)> = fields
        .options::<Cause>("place_codes.cause")
        .into_iter()
        .filter(|(word, _)| word != Cause::First.word())
        .collect();
    let form = view! {
        <form class="form" method="post" action=path(row.entrance.id) enctype="multipart/form-data">
            {fields.once()}
            {fields.file("image").accept(".png,.jpg,.jpeg").view()}
            {fields.date("issued_on").view()}
            {replaces.then(|| fields.radios("cause", causes))}
            {replaces.then(|| fields.text("remark").max(200).optional().view())}
            <button class="button button--big">{l.t("place_codes.version.save")}</button>
        </form>
    };
    if replaces {
        let open = typed.is_some() || moved;
        view! {
            <details class="disclosure" open=open>
                <summary>{l.t("place_codes.version.new")}</summary>
                <div>{form}</div>
            </details>
        }
        .into_any()
    } else {
        view! { <h2>{l.t("place_codes.version.first")}</h2> {form} }.into_any()
    }
}

fn versions(current: &Current, shown: &Shown) -> AnyView {
    let l = current.locale;
    let newest = shown.row.code.as_ref().map(|code| code.id);
    let person = |id: Option<PersonId>| id.and_then(|id| shown.people.get(&id)).cloned();
    let rows = shown
        .versions
        .iter()
        .map(|code| {
            let tag = if code.withdrawn_at.is_some() {
                parts::tag(Tone::Muted, l.t("place_codes.version.is_withdrawn"))
            } else if Some(code.id) == newest {
                parts::tag(Tone::Done, l.t("place_codes.version.is_current"))
            } else {
                parts::tag(Tone::Muted, l.t("place_codes.version.is_superseded"))
            };
            let remark = [code.remark.as_deref(), code.withdrawn_reason.as_deref()].into_iter().flatten();
            let remark = remark.map(|text| current.shown(text)).collect::<Vec<_>>().join(" / ");
            view! {
                <tr>
                    <th scope="row"><a href=format!("/place-codes/codes/{}/image", code.id)>{code.number.clone()}</a></th>
                    <td data-label=l.t("place_codes.row.version")>{code.version} " " {tag}</td>
                    <td class="nowrap" data-label=l.t("place_codes.row.issued_on")>{show_day(code.issued_on)}</td>
                    <td data-label=l.t("place_codes.row.cause")>
                        {l.t(&format!("place_codes.cause.{}", code.cause.word()))} <br /><small class="quiet">{remark}</small>
                    </td>
                    <td data-label=l.t("place_codes.row.added")>
                        {code.added_at.show()} " " {person(code.added_by)}
                    </td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <h2>{l.t("place_codes.versions")}</h2>
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("place_codes.versions")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("place_codes.row.number")}</th>
                    <th scope="col">{l.t("place_codes.row.version")}</th>
                    <th scope="col">{l.t("place_codes.row.issued_on")}</th>
                    <th scope="col">{l.t("place_codes.row.cause")}</th>
                    <th scope="col">{l.t("place_codes.row.added")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Taking a version back: the current one, and for staff any other that still counts.
fn withdrawing(current: &Current, shown: &Shown, typed: Option<&Form>) -> Option<AnyView> {
    let l = current.locale;
    let row = &shown.row;
    let newest = row.code.as_ref()?.id;
    let mut fresh = Form::new(WITHDRAWING);
    fresh.set("code", newest);
    let typed = typed.filter(|form| form.scope() == WITHDRAWING);
    let fields = Fields::new(l, typed.unwrap_or(&fresh));
    let counting = shown.versions.iter().filter(|code| code.withdrawn_at.is_none());
    let chooses = current.is_staff() && counting.clone().count() > 1;
    // Of another one, or under another address, the image would become a new version.
    let again = (!chooses && row.standing() != Standing::Moved).then(|| l.t("place_codes.withdraw.again"));
    let which = if chooses {
        let options = counting.map(|code| {
            let note =
                if code.id == newest { "place_codes.version.is_current" } else { "place_codes.version.is_superseded" };
            (code.id.to_string(), format!("{} · {}", code.number, l.t(note)))
        });
        fields.select("code", options.collect(), None).view()
    } else {
        fields.hidden("code")
    };
    let form = view! {
        <details class="disclosure" open=typed.is_some()>
            <summary>{l.t("place_codes.withdraw")}</summary>
            <div>
                <p>{l.t("place_codes.withdraw.what")} {again}</p>
                <form class="form" method="post" action=format!("{}/withdraw", path(row.entrance.id))>
                    {which}
                    {fields.text("reason").max(200).view()}
                    <button class="button button--danger">{l.t("place_codes.withdraw.yes")}</button>
                </form>
            </div>
        </details>
    };
    Some(form.into_any())
}
