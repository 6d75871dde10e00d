//! The numbers above the matrix: how much is covered and what is missing, each leading to its entrances, and the same by
//! district and by kind of plant.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    model::{Coverage, Show},
    routes::{HERE, Wanted},
    store::{Figures, Overview},
};
use crate::{
    current::Current,
    ids::TextEnum,
    members::{plant_kind::PlantKind, towns},
    text::Locale,
};

/// What a table breaks the numbers down by: the filter's name, and the value and words of each line.
struct Breakdown {
    name: &'static str,
    title: String,
    lines: Vec<(String, String)>,
}

pub fn view(current: &Current, wanted: &Wanted, overview: &Overview) -> Option<AnyView> {
    let l = current.locale;
    let figures = &overview.figures;
    let all = figures.count(None);
    let tables = current.is_office().then(|| {
        [of_districts(l), of_kinds(l)]
            .map(|breakdown| table(l, wanted, figures, &breakdown))
            .into_iter()
            .collect::<Vec<_>>()
    });
    let as_of = current.is_office().then(|| {
        view! { <p class="quiet">{l.tn("coverage.as_of", &[("at", &overview.as_of.show())])}</p> }
    });
    (all > 0).then(|| {
        view! {
            <div class="stats">{stats(l, wanted, figures, all)}</div>
            {as_of}
            {tables}
        }
        .into_any()
    })
}

fn stats(l: Locale, wanted: &Wanted, figures: &Figures, all: u64) -> Vec<AnyView> {
    let covered = view! {
        <div class="stat">
            <span class="stat__number">{figures.covered()}<small>{format!(" / {all}")}</small></span>
            <span class="stat__label">{l.t("coverage.covered")}</span>
        </div>
    };
    let state = |coverage: &Coverage| {
        let n = figures.count(Some(Show::In(*coverage)));
        let urgent = matches!(coverage, Coverage::Outdated);
        (n > 0).then(|| {
            view! {
                <a class=if urgent { "stat stat--urgent" } else { "stat" } href=wanted.address(HERE, &[("show", coverage.word())], None)>
                    <span class="stat__number">{n}</span>
                    <span class="stat__label">{l.t(&format!("coverage.state.{}", coverage.word()))}</span>
                </a>
            }
            .into_any()
        })
    };
    std::iter::once(covered.into_any()).chain(Coverage::ALL.iter().filter_map(state)).collect()
}

fn of_districts(l: Locale) -> Breakdown {
    let lines = towns::districts().iter().map(|district| (district.code.to_owned(), district.name.to_owned()));
    let outside = std::iter::once((String::new(), l.t("coverage.outside")));
    Breakdown { name: "district", title: l.t("coverage.by_district"), lines: lines.chain(outside).collect() }
}

fn of_kinds(l: Locale) -> Breakdown {
    let lines = PlantKind::ALL.iter().map(|kind| (kind.word().to_owned(), l.say(&kind.name()))).collect();
    Breakdown { name: "kind", title: l.t("coverage.by_kind"), lines }
}

fn table(l: Locale, wanted: &Wanted, figures: &Figures, breakdown: &Breakdown) -> AnyView {
    let states: Vec<Coverage> =
        Coverage::ALL.iter().copied().filter(|one| figures.count(Some(Show::In(*one))) > 0).collect();
    let rows = breakdown.lines.iter().filter_map(|(value, words)| {
        let of_line = part(figures, breakdown.name, value);
        (of_line.count(None) > 0).then(|| {
            let cells = states.iter().map(|state| {
                let words = l.t(&format!("coverage.state.{}", state.word()));
                let href = wanted.address(HERE, &[(breakdown.name, value), ("show", state.word())], None);
                let n = of_line.count(Some(Show::In(*state)));
                // Plants outside Shanghai have no district that a list could be narrowed to.
                let number = if n > 0 && !value.is_empty() {
                    view! { <a href=href>{n}</a> }.into_any()
                } else {
                    n.into_any()
                };
                view! { <td class="number" data-label=words>{number}</td> }.into_any()
            });
            view! {
                <tr>
                    <th scope="row">{words.clone()}</th>
                    <td class="number" data-label=l.t("coverage.covered")>{format!("{} / {}", of_line.covered(), of_line.count(None))}</td>
                    {cells.collect::<Vec<_>>()}
                </tr>
            }
            .into_any()
        })
    });
    let heads = states.iter().map(|state| {
        view! { <th scope="col" class="number">{l.t(&format!("coverage.state.{}", state.word()))}</th> }.into_any()
    });
    view! {
        <details class="disclosure">
            <summary>{breakdown.title.clone()}</summary>
            <div class="table-wrap" role="region" tabindex="0" aria-label=breakdown.title.clone()>
                <table class="table table--cards">
                    <thead><tr>
                        <th scope="col">{l.t(&format!("coverage.row.{}", breakdown.name))}</th>
                        <th scope="col" class="number">{l.t("coverage.covered")}</th>
                        {heads.collect::<Vec<_>>()}
                    </tr></thead>
                    <tbody>{rows.collect::<Vec<_>>()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// The figures of one district or kind.
fn part(figures: &Figures, name: &str, value: &str) -> Figures {
    figures.only(
        |district, kind| if name == "district" { district.unwrap_or_default() == value } else { kind.word() == value },
    )
}
