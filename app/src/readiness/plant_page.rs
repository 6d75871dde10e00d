//! The page of one plant: every criterion with what speaks for it or the one thing that mends it, and its sheets.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    list_page::{criterion_words, verdict_tag},
    model::{Answer, Criterion},
    plant::{Owed, path},
    proof,
    routes::HERE,
    sheet::Said,
    store::Sheet,
};
use crate::{
    current::Current,
    form::Form,
    ids::TextEnum,
    members::store::{Member, Plant},
    paging::address,
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{
        downloads,
        field::Fields,
        parts::{self, Tone},
    },
};

pub struct Shown {
    pub member: Member,
    pub plant: Plant,
    /// Nothing when the plant is closed or its member left.
    pub said: Option<Said>,
    pub owed: Owed,
    /// The newest first.
    pub sheets: Vec<Sheet>,
}

pub fn show(state: &AppState, current: &Current, shown: &Shown) -> Response {
    let l = current.locale;
    let plant = &shown.plant;
    let title = l.tn("readiness.plant", &[("plant", &plant.name)]);
    Page::new(current, title.clone()).render(state, || {
        let now = match &shown.said {
            Some(said) if said.criteria.is_empty() => {
                view! { <p>{said.occasion(l).to_owned()}</p> <p class="lead">{l.t("readiness.no_criteria")}</p> }
                    .into_any()
            }
            Some(said) => criteria(current, shown, said),
            None => view! { <p class="lead">{l.t("readiness.closed")}</p> }.into_any(),
        };
        view! {
            {parts::breadcrumbs(l, &[(HERE, l.t("readiness.title"))], plant.name.clone())}
            <h1>{title}</h1>
            <p class="lead">{shown.member.name.clone()} <br /> {plant.address_line.clone()}</p>
            {now}
            {sheets(state, current, shown)}
        }
        .into_any()
    })
}

fn criteria(current: &Current, shown: &Shown, said: &Said) -> AnyView {
    let l = current.locale;
    let lines = said
        .criteria
        .iter()
        .map(|criterion| {
            let links = links(current, shown, said, *criterion).into_iter();
            let links = links.enumerate().map(|(at, (href, words))| {
                view! { {(at > 0).then(|| view! { <br /> })} <a href=href>{words}</a> }.into_any()
            });
            view! {
                <tr>
                    <th scope="row">{criterion_words(l, *criterion)}</th>
                    <td data-label=l.t("readiness.row.answer")>{answer_tag(l, said.facts.answer(*criterion))}</td>
                    <td data-label=l.t("readiness.row.said")>
                        {l.say(&said.facts.said(*criterion))}
                        {said.day(l, *criterion).map(|day| view! { <br /><small class="quiet">{day}</small> })}
                    </td>
                    <td data-label=l.t("readiness.row.next")>{links.collect::<Vec<_>>()}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <p>{said.occasion(l).to_owned()} " " {said.verdict().map(|verdict| verdict_tag(l, verdict))}</p>
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("readiness.criteria")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("readiness.row.criterion")}</th>
                    <th scope="col">{l.t("readiness.row.answer")}</th>
                    <th scope="col">{l.t("readiness.row.said")}</th>
                    <th scope="col">{l.t("readiness.row.next")}</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// To what is missing, or to what speaks for it.
fn links(current: &Current, shown: &Shown, said: &Said, criterion: Criterion) -> Vec<(String, String)> {
    let l = current.locale;
    let (plant, member) = (shown.plant.id, shown.member.id);
    let one = |href: String, key: &str| vec![(href, l.t(key))];
    let lacks = said.facts.answer(criterion) == Answer::No;
    let keeps = current.administers_member(member).is_ok();
    match criterion {
        Criterion::Entrances if lacks && said.facts.entrances == 0 && keeps => {
            one(format!("/plants/{plant}/entrances/new"), "readiness.mend.entrance")
        }
        Criterion::Entrances if lacks && said.facts.entrances == 0 => {
            one(format!("/plants/{plant}"), "readiness.mend.entrance_by_admin")
        }
        Criterion::Entrances if lacks => one(format!("/coverage?plant={plant}&show=open"), "readiness.mend.entrances"),
        Criterion::Entrances => one(format!("/coverage?plant={plant}"), "readiness.see.entrances"),
        Criterion::Notices if lacks => shown.owed.notices.clone(),
        Criterion::Notices => match said.dates.notice {
            Some(notice) => one(format!("/notices/{notice}"), "readiness.see.notice"),
            None => one("/notices".to_owned(), "readiness.see.notices"),
        },
        Criterion::Supply if lacks => shown.owed.reports.clone(),
        Criterion::Supply => one(format!("/plants/{plant}/supply"), "readiness.see.reports"),
        Criterion::Issues if lacks => shown.owed.issues.clone(),
        Criterion::Issues => match said.dates.issue {
            Some(issue) => one(format!("/issues/{issue}"), "readiness.see.issue"),
            None => one(issues_of(current, &shown.member), "readiness.see.issues"),
        },
        Criterion::Contact if lacks && keeps => {
            one(format!("/members/{member}/contacts/new"), "readiness.mend.contact")
        }
        Criterion::Contact if lacks => one(format!("/members/{member}"), "readiness.mend.contact_by_admin"),
        Criterion::Contact => one(format!("/members/{member}"), "readiness.see.contact"),
    }
}

/// All issues of the member, which the office finds by its name.
fn issues_of(current: &Current, member: &Member) -> String {
    let words = if current.is_office() { member.name.as_str() } else { "" };
    address("/issues", [("view", "all"), ("q", words)])
}

fn sheets(state: &AppState, current: &Current, shown: &Shown) -> AnyView {
    let l = current.locale;
    let plant = shown.plant.id;
    let asks = shown.said.as_ref().is_some_and(|said| !said.criteria.is_empty());
    let may_make = asks && current.acts_for_plant(shown.member.id, plant).is_ok();
    let make = may_make.then(|| {
        let form = Form::new("readiness.make");
        let once = Fields::new(l, &form).once();
        view! {
            <form class="form" method="post" action=format!("{}/sheets", path(plant))>
                {once}
                <button class="button">{l.t("readiness.make")}</button>
            </form>
        }
    });
    let made = shown
        .sheets
        .iter()
        .map(|sheet| {
            let verdict = sheet.said().ok().and_then(|said| said.verdict()).map(|verdict| verdict_tag(l, verdict));
            let link = proof::path(&state.options.secret, sheet.id);
            view! {
                <li>
                    <p>{sheet.number.clone()} " " <span class="quiet">{sheet.made_at.show()}</span> " " {verdict}</p>
                    {downloads::links(current, &format!("{}/sheets/{}", path(plant), sheet.id), l.tn("readiness.open", &[("number", &sheet.number)]))}
                    <p><a href=link>{l.tn("readiness.check", &[("number", &sheet.number)])}</a></p>
                </li>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <h2>{l.t("readiness.sheets")}</h2>
        <p>{l.t("readiness.sheets_lead")}</p>
        {make}
        {(!made.is_empty()).then(|| view! { <h3>{l.t("readiness.sheets_made")}</h3> <ol class="timeline">{made}</ol> })}
    }
    .into_any()
}

pub fn answer_tag(l: Locale, answer: Answer) -> AnyView {
    let tone = match answer {
        Answer::Yes => Tone::Done,
        Answer::No => Tone::Wait,
        Answer::NotApplicable => Tone::Muted,
    };
    parts::tag(tone, l.t(&format!("readiness.answer.{}", answer.word())))
}
