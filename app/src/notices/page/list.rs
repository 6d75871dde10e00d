//! The lists: public, of a member, of the secretariat, and what is being written.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{kind, kind_and_number};
use crate::{
    current::Current,
    ids::TextEnum,
    notices::{
        model::{Key, Kind, summary},
        store::{
            Version,
            lists::{Behind, Listed, Standing, Wanted},
        },
    },
    paging::page_address,
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{
        navigation,
        parts::{self, Tone, tag},
    },
};

pub fn public(state: &AppState, current: &Current, listed: &Listed, wanted: &Wanted) -> Response {
    let l = current.locale;
    Page::new(current, l.t("notices.title")).render(state, || {
        let lines = listed.versions.iter().map(|version| line(version, Some(summary(&version.body, 60)), None));
        let lines = lines.collect::<Vec<_>>();
        view! {
            <h1>{l.t("notices.public_title")}</h1>
            <p class="lead">{l.tn("notices.public_lead", &[("association", navigation::association_name(current))])}</p>
            <div class="actions">
                {current.person.is_none().then(|| view! { <a class="button" href="/sign-in">{l.t("notices.member_sign_in")}</a> })}
                <a class="button button--link" href="/notices.atom">{l.t("notices.subscribe")}</a>
            </div>
            {rows(l, lines, None)}
            {pager(l, listed, wanted)}
        }
        .into_any()
    })
}

pub fn member(
    state: &AppState,
    current: &Current,
    listed: &Listed,
    wanted: &Wanted,
    standings: &[Standing],
) -> Response {
    let l = current.locale;
    Page::new(current, l.t("notices.title")).render(state, || {
        let lines = listed
            .versions
            .iter()
            .map(|version| {
                let mine: Vec<&Standing> = standings.iter().filter(|s| s.version_id == version.id).collect();
                line(version, Some(kind_and_number(l, version)), Some(standing(current, version, &mine)))
            })
            .collect::<Vec<_>>();
        view! {
            <h1>{l.t("notices.title")}</h1>
            {filters(l, wanted)}
            {parts::result_count(l, listed.count)}
            {rows(l, lines, None)}
            {pager(l, listed, wanted)}
        }
        .into_any()
    })
}

/// How a person's members stand towards a version, as a tag.
fn standing(current: &Current, version: &Version, mine: &[&Standing]) -> AnyView {
    let l = current.locale;
    let waiting = mine.iter().any(|s| s.is_owed_by(current));
    if waiting {
        let late = version.acknowledge_by.is_some_and(|by| by < current.now);
        let words = match version.acknowledge_by {
            Some(by) => l.tn("notices.to_acknowledge_by", &[("at", &by.show())]),
            None => l.t("notices.to_acknowledge"),
        };
        tag(if late { Tone::Urgent } else { Tone::Wait }, words)
    } else if mine.iter().any(|s| s.acknowledged_at.is_some()) {
        tag(Tone::Done, l.t("notices.acknowledged"))
    } else {
        tag(Tone::Muted, l.t("notices.for_information"))
    }
}

fn line(version: &Version, about: Option<String>, state: Option<AnyView>) -> AnyView {
    let day = version.published_at.map(|at| crate::time::show_day(at.day()));
    view! {
        <li>
            <a href=format!("/notices/{}", version.notice_id)>
                <strong class="tasks__title">{version.title.clone()}</strong>
                {about.filter(|words| !words.is_empty()).map(|words| view! { <span class="tasks__why">{words}</span> })}
                <span class="tasks__due">{day} " " {state}</span>
            </a>
        </li>
    }
    .into_any()
}

fn rows(l: Locale, lines: Vec<AnyView>, next: Option<(&str, String)>) -> AnyView {
    if lines.is_empty() {
        return parts::empty(l.t("notices.none"), next);
    }
    view! { <ul class="tasks">{lines}</ul> }.into_any()
}

pub fn office(state: &AppState, current: &Current, listed: &Listed, wanted: &Wanted, behind: &[Behind]) -> Response {
    let l = current.locale;
    Page::new(current, l.t("notices.title")).render(state, || {
        let lines = listed.versions.iter().map(|version| office_row(current, version, behind)).collect::<Vec<_>>();
        let table = if lines.is_empty() {
            parts::empty(l.t("notices.none"), current.is_staff().then(|| ("/notices/new", l.t("notices.new"))))
        } else {
            view! {
                <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("notices.title")>
                    <table class="table table--cards">
                        <thead><tr>
                            <th scope="col">{l.t("notices.field.title")}</th>
                            <th scope="col">{l.t("notices.field.kind")}</th>
                            <th scope="col">{l.t("notices.field.audience")}</th>
                            <th scope="col">{l.t("notices.published_at")}</th>
                            <th scope="col">{l.t("notices.acknowledged")}</th>
                        </tr></thead>
                        <tbody>{lines}</tbody>
                    </table>
                </div>
            }
            .into_any()
        };
        view! {
            {office_head(current)}
            {tabs(l, false)}
            {filters(l, wanted)}
            {parts::result_count(l, listed.count)}
            {table}
            {pager(l, listed, wanted)}
        }
        .into_any()
    })
}

fn office_row(current: &Current, version: &Version, behind: &[Behind]) -> AnyView {
    let l = current.locale;
    let all = i64::from(version.addressed.unwrap_or_default());
    let missing = behind.iter().find(|b| b.version_id == version.id).map_or(0, |b| b.n);
    let late = missing > 0 && version.acknowledge_by.is_some_and(|by| by < current.now);
    let words = format!("{} / {all}", all - missing);
    let stand = if version.must_acknowledge {
        let tone = if missing == 0 {
            Tone::Done
        } else if late {
            Tone::Urgent
        } else {
            Tone::Wait
        };
        view! { <a href=format!("/notices/{}/members", version.notice_id)>{tag(tone, words)}</a> }.into_any()
    } else {
        view! { <a href=format!("/notices/{}/members", version.notice_id)>{l.t("notices.for_information")}</a> }
            .into_any()
    };
    view! {
        <tr>
            <th scope="row"><a href=format!("/notices/{}", version.notice_id)>{version.title.clone()}</a></th>
            <td data-label=l.t("notices.field.kind")>{kind_and_number(l, version)}</td>
            <td data-label=l.t("notices.field.audience")>{l.t(&format!("notices.audience.{}", version.audience))}</td>
            <td class="nowrap" data-label=l.t("notices.published_at")>{version.published_at.map(crate::time::Instant::show)}</td>
            <td class="nowrap" data-label=l.t("notices.acknowledged")>{stand}</td>
        </tr>
    }
    .into_any()
}

fn office_head(current: &Current) -> AnyView {
    let l = current.locale;
    view! {
        <div class="page-head">
            <h1>{l.t("notices.title")}</h1>
            {current.is_staff().then(|| view! {
                <div class="actions"><a class="button" href="/notices/new">{l.t("notices.new")}</a></div>
            })}
        </div>
    }
    .into_any()
}

fn tabs(l: Locale, drafts: bool) -> AnyView {
    view! {
        <nav class="tabs" aria-label=l.t("notices.title")>
            <a href="/notices" aria-current=(!drafts).then_some("page")>{l.t("notices.tab.published")}</a>
            <a href="/notices?show=drafts" aria-current=drafts.then_some("page")>{l.t("notices.tab.drafts")}</a>
        </nav>
    }
    .into_any()
}

/// What is being written or waits for its time; short, so without pages.
pub fn drafts(state: &AppState, current: &Current, drafts: &[Version]) -> Response {
    let l = current.locale;
    Page::new(current, l.t("notices.tab.drafts")).render(state, || {
        let lines = drafts
            .iter()
            .map(|draft| {
                let stand = match draft.publish_at {
                    _ if draft.not_published.is_some() => tag(Tone::Urgent, l.t("notices.not_published")),
                    Some(at) => tag(Tone::Wait, l.tn("notices.publishes_at", &[("at", &at.show())])),
                    None => tag(Tone::Muted, l.t("notices.draft")),
                };
                let page = if current.is_staff() { "/edit".to_owned() } else { format!("?version={}", draft.number) };
                let version = (draft.number > 1).then(|| l.tn("notices.version", &[("n", &draft.number.to_string())]));
                view! {
                    <li>
                        <a href=format!("/notices/{}{page}", draft.notice_id)>
                            <strong class="tasks__title">{draft.title.clone()}</strong>
                            <span class="tasks__why">{kind_and_number(l, draft)} " " {version}</span>
                            <span class="tasks__due">{stand}</span>
                        </a>
                    </li>
                }
                .into_any()
            })
            .collect::<Vec<_>>();
        let next = current.is_staff().then(|| ("/notices/new", l.t("notices.new")));
        let list = if lines.is_empty() { parts::empty(l.t("notices.no_drafts"), next) } else { rows(l, lines, None) };
        view! {
            {office_head(current)}
            {tabs(l, true)}
            {list}
        }
        .into_any()
    })
}

fn filters(l: Locale, wanted: &Wanted) -> AnyView {
    let options = Kind::ALL
        .iter()
        .map(|choice| {
            let selected = wanted.kind == Some(*choice);
            view! { <option value=choice.word() selected=selected>{kind(l, *choice)}</option> }.into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <form class="filters" method="get" action="/notices">
            <div class="field">
                <label class="field__label" for="q">{l.t("notices.filter.words")}</label>
                <input class="input" id="q" name="q" type="search" value=wanted.words.clone() maxlength="60" />
            </div>
            <div class="field">
                <label class="field__label" for="kind">{l.t("notices.field.kind")}</label>
                <select class="input" id="kind" name="kind"><option value="">{l.t("notices.filter.all")}</option>{options}</select>
            </div>
            <button class="button button--quiet">{l.t("notices.filter.apply")}</button>
            <a class="button button--link" href="/notices">{l.t("notices.filter.clear")}</a>
        </form>
    }
    .into_any()
}

fn pager(l: Locale, listed: &Listed, wanted: &Wanted) -> Option<AnyView> {
    let link = |side: &str, key: Key| {
        let kind = wanted.kind.map(|kind| kind.to_string()).unwrap_or_default();
        let words = wanted.words.as_deref().unwrap_or_default();
        page_address("/notices", [("kind", kind.as_str()), ("q", words)], Some((side, key)))
    };
    parts::pager(l, listed.before.map(|key| link("before", key)), listed.after.map(|key| link("after", key)))
}
