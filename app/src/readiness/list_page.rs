//! The plants with how ready they are: of the association all, with numbers by district and kind; of a member its own.

use std::collections::{BTreeMap, HashMap};

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    Occasion,
    model::{Criterion, Verdict},
    routes::{HERE, Wanted},
    store::Row,
};
use crate::{
    current::Current,
    form::Form,
    ids::{PlantId, TextEnum},
    members::{plant_kind::PlantKind, towns},
    paging::Paged,
    shell::Page,
    state::AppState,
    text::Locale,
    time::Instant,
    ui::{
        downloads,
        field::Fields,
        parts::{self, Tone},
    },
};

pub struct Shown<'a> {
    pub occasion: Occasion,
    pub criteria: &'a [Criterion],
    pub as_of: Instant,
    /// Those of the places and names that are asked for, whatever they stand like.
    pub all: Vec<&'a Row>,
    /// How many of them are listed.
    pub count: u64,
    pub page: Paged<&'a Row, PlantId>,
}

pub fn show(state: &AppState, current: &Current, wanted: &Wanted, shown: &Shown) -> Response {
    let l = current.locale;
    let title = l.tn("readiness.of", &[("occasion", shown.occasion.title(l))]);
    Page::new(current, title.clone()).render(state, || {
        let rows = &shown.page.rows;
        let tallies = tallies(shown);
        let next = (wanted.is_plain() && !current.is_office()).then(|| ("/members", l.t("readiness.register")));
        let list =
            if rows.is_empty() { parts::empty(l.t("readiness.none"), next) } else { table(current, rows, shown.criteria) };
        let page = |side, id| wanted.address(HERE, &[], Some((side, id)));
        let asks = !shown.criteria.is_empty();
        let criteria: Vec<String> = shown.criteria.iter().map(|one| criterion_words(l, *one)).collect();
        let asked = l.tn("readiness.lead", &[("criteria", &criteria.join(&l.t("list.comma")))]);
        let as_of = current.is_office().then(|| l.tn("readiness.as_of", &[("at", &shown.as_of.show())]));
        view! {
            <div class="page-head">
                <h1>{title.clone()}</h1>
                {current.is_office().then(|| view! {
                    <div class="actions"><a class="button button--quiet" href="/readiness/settings">{l.t("readiness.settings")}</a></div>
                })}
            </div>
            <p class="lead">{if asks { asked } else { l.t("readiness.no_criteria") }}</p>
            {filters(current, wanted, shown.criteria)}
            {(asks && !shown.all.is_empty()).then(|| stats(l, wanted, &tallies.all))}
            {as_of.map(|words| view! { <p class="quiet">{words}</p> })}
            {(asks && current.is_office()).then(|| breakdowns(l, wanted, &tallies))}
            {parts::result_count(l, shown.count)}
            {list}
            {(!rows.is_empty()).then(|| {
                downloads::links(current, &wanted.address("/readiness.xlsx", &[], None), l.t("readiness.export"))
            })}
            {parts::pager(l, shown.page.before.map(|id| page("before", id)), shown.page.after.map(|id| page("after", id)))}
        }
        .into_any()
    })
}

fn filters(current: &Current, wanted: &Wanted, criteria: &[Criterion]) -> AnyView {
    let l = current.locale;
    let mut form = Form::new("readiness.filter");
    for (name, value) in [
        ("verdict", &wanted.verdict),
        ("lacks", &wanted.lacks),
        ("district", &wanted.district),
        ("kind", &wanted.kind),
        ("q", &wanted.q),
    ] {
        form.set(name, value);
    }
    let fields = Fields::new(l, &form);
    let lacking = criteria.iter().map(|one| (one.word().to_owned(), criterion_words(l, *one))).collect();
    let districts = towns::districts().iter().map(|d| (d.code.to_owned(), d.name.to_owned())).collect();
    let kinds = PlantKind::ALL.iter().map(|kind| (kind.word().to_owned(), l.say(&kind.name()))).collect();
    let all = || Some(l.t("readiness.filter.all"));
    let asks = !criteria.is_empty();
    view! {
        <form class="filters" method="get" action=HERE role="search">
            {asks.then(|| fields.select("verdict", fields.options::<Verdict>("readiness.verdict"), all()).view())}
            {asks.then(|| fields.select("lacks", lacking, all()).view())}
            {current.is_office().then(|| fields.select("district", districts, all()).view())}
            {current.is_office().then(|| fields.select("kind", kinds, all()).view())}
            {fields.text("q").max(60).view()}
            <button class="button button--quiet">{l.t("readiness.filter.apply")}</button>
            {(!wanted.is_plain()).then(|| view! { <a class="button button--link" href=HERE>{l.t("readiness.filter.clear")}</a> })}
        </form>
    }
    .into_any()
}

/// How many plants stand how, and how many lack what.
#[derive(Default)]
struct Tally {
    verdicts: BTreeMap<Verdict, usize>,
    lacks: BTreeMap<Criterion, usize>,
}

impl Tally {
    fn add(&mut self, verdict: Option<Verdict>, lacks: &[Criterion]) {
        if let Some(verdict) = verdict {
            *self.verdicts.entry(verdict).or_default() += 1;
        }
        for criterion in lacks {
            *self.lacks.entry(*criterion).or_default() += 1;
        }
    }

    fn of(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or_default()
    }
}

/// Those of all that are asked for, by district and by kind, in one pass.
#[derive(Default)]
struct Tallies<'a> {
    all: Tally,
    districts: HashMap<&'a str, Tally>,
    kinds: HashMap<&'a str, Tally>,
}

fn tallies<'a>(shown: &'a Shown) -> Tallies<'a> {
    let mut tallies = Tallies::default();
    for row in &shown.all {
        let (verdict, lacks) = (row.facts.verdict(shown.criteria), row.facts.lacks(shown.criteria));
        tallies.all.add(verdict, &lacks);
        tallies.districts.entry(row.district.as_deref().unwrap_or_default()).or_default().add(verdict, &lacks);
        tallies.kinds.entry(row.kind.word()).or_default().add(verdict, &lacks);
    }
    tallies
}

/// How many stand how, and what is missing most; each leads to its plants.
fn stats(l: Locale, wanted: &Wanted, all: &Tally) -> AnyView {
    let stat = |n: usize, words: String, other: &[(&str, &str)]| {
        view! {
            <a class="stat" href=wanted.address(HERE, other, None)>
                <span class="stat__number">{n}</span>
                <span class="stat__label">{words}</span>
            </a>
        }
        .into_any()
    };
    let verdicts = Verdict::ALL.iter().map(|verdict| {
        stat(all.of(*verdict), verdict_words(l, *verdict), &[("verdict", verdict.word()), ("lacks", "")])
    });
    let lacking = all.lacks.iter().map(|(criterion, n)| {
        let words = l.tn("readiness.lacks", &[("criterion", &criterion_words(l, *criterion))]);
        stat(*n, words, &[("lacks", criterion.word()), ("verdict", "")])
    });
    view! { <div class="stats">{verdicts.chain(lacking).collect::<Vec<_>>()}</div> }.into_any()
}

fn breakdowns(l: Locale, wanted: &Wanted, tallies: &Tallies) -> AnyView {
    let districts = towns::districts().iter().map(|one| (one.code, one.name.to_owned()));
    let districts: Vec<_> = districts.chain([("", l.t("readiness.outside"))]).collect();
    let kinds: Vec<_> = PlantKind::ALL.iter().map(|kind| (kind.word(), l.say(&kind.name()))).collect();
    view! {
        {breakdown(l, wanted, ("district", l.t("readiness.by_district")), &districts, &tallies.districts)}
        {breakdown(l, wanted, ("kind", l.t("readiness.by_kind")), &kinds, &tallies.kinds)}
    }
    .into_any()
}

/// How many plants of each district or kind stand how.
fn breakdown(
    l: Locale,
    wanted: &Wanted,
    (name, title): (&str, String),
    parts: &[(&str, String)],
    tallies: &HashMap<&str, Tally>,
) -> AnyView {
    let lines = parts.iter().filter_map(|(value, words)| {
        let tally = tallies.get(value)?;
        let cells = Verdict::ALL.iter().map(|verdict| {
            let n = tally.of(*verdict);
            let href = wanted.address(HERE, &[(name, value), ("verdict", verdict.word())], None);
            // Plants outside Shanghai have no district that a list could be narrowed to.
            let number =
                if n > 0 && !value.is_empty() { view! { <a href=href>{n}</a> }.into_any() } else { n.into_any() };
            view! { <td class="number" data-label=verdict_words(l, *verdict)>{number}</td> }.into_any()
        });
        Some(view! { <tr><th scope="row">{words.clone()}</th>{cells.collect::<Vec<_>>()}</tr> }.into_any())
    });
    let heads = Verdict::ALL
        .iter()
        .map(|one| view! { <th scope="col" class="number">{verdict_words(l, *one)}</th> }.into_any());
    view! {
        <details class="disclosure">
            <summary>{title.clone()}</summary>
            <div class="table-wrap" role="region" tabindex="0" aria-label=title>
                <table class="table table--cards">
                    <thead><tr><th scope="col">{l.t(&format!("readiness.row.{name}"))}</th>{heads.collect::<Vec<_>>()}</tr></thead>
                    <tbody>{lines.collect::<Vec<_>>()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn table(current: &Current, rows: &[&Row], criteria: &[Criterion]) -> AnyView {
    let l = current.locale;
    let several = current.is_office() || rows.iter().any(|row| row.member != rows[0].member);
    let lines = rows
        .iter()
        .map(|row| {
            let member = several.then(|| view! { <br /><small class="quiet">{row.member_name.clone()}</small> });
            let district = row.district.as_deref().and_then(towns::district).map(|district| district.name.to_owned());
            let lacks: Vec<String> = row.facts.lacks(criteria).into_iter().map(|one| criterion_words(l, one)).collect();
            let verdict = tag_or_dashes(l, row.facts.verdict(criteria));
            view! {
                <tr>
                    <th scope="row"><a href=format!("{HERE}/{}", row.plant)>{row.plant_name.clone()}</a>{member}</th>
                    <td data-label=l.t("readiness.row.kind")>{l.say(&row.kind.name())}</td>
                    <td data-label=l.t("readiness.row.district")>{parts::or_dashes(district)}</td>
                    <td data-label=l.t("readiness.row.verdict")>{verdict}</td>
                    <td data-label=l.t("readiness.row.lacks")>{parts::or_dashes(Some(lacks.join(&l.t("list.comma"))))}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("readiness.title")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("readiness.row.plant")}</th>
                    <th scope="col">{l.t("readiness.row.kind")}</th>
                    <th scope="col">{l.t("readiness.row.district")}</th>
                    <th scope="col">{l.t("readiness.row.verdict")}</th>
                    <th scope="col">{l.t("readiness.row.lacks")}</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

pub fn criterion_words(l: Locale, criterion: Criterion) -> String {
    l.t(&format!("readiness.criterion.{}", criterion.word()))
}

fn verdict_words(l: Locale, verdict: Verdict) -> String {
    l.t(&format!("readiness.verdict.{}", verdict.word()))
}

pub fn verdict_tag(l: Locale, verdict: Verdict) -> AnyView {
    let tone = match verdict {
        Verdict::Ready => Tone::Done,
        Verdict::Nearly => Tone::Info,
        Verdict::NotReady => Tone::Wait,
    };
    parts::tag(tone, verdict_words(l, verdict))
}

/// The same in a table; dashes where nothing is asked for.
pub fn tag_or_dashes(l: Locale, verdict: Option<Verdict>) -> AnyView {
    verdict.map_or_else(|| "--".into_any(), |verdict| verdict_tag(l, verdict))
}
