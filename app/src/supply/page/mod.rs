//! What is shown of supply reports, and the few words that all its pages share.

pub mod day;
pub mod duties;
pub mod form;
pub mod names;
pub mod plant;
pub mod report;
pub mod settings;

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    calendar::Covered,
    model::Content,
    quantity::{Fen, Kilograms},
    routes::Situation,
    rules::{self, Band, Limits},
    store::report::Report,
};
use crate::{
    current::Current,
    ids::TextEnum,
    members::plant_kind::PlantKind,
    text::Locale,
    time::show_day,
    ui::parts::{self, Tone},
};

/// How much of the form is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Full,
    /// As in the last report: only what came and went.
    Quick,
}

/// Whether this person files for a plant that phoned.
pub fn files_for_others(current: &Current, situation: &Situation) -> bool {
    !current.member_ids().contains(&situation.plant.member_id)
}

/// `2022-05-05`, or `2022-05-03 – 2022-05-05` when a report stands for several days.
pub fn covered_words(covered: Covered) -> String {
    if covered.first == covered.last {
        show_day(covered.last)
    } else {
        format!("{} – {}", show_day(covered.first), show_day(covered.last))
    }
}

/// On time, late, or filed without a duty.
pub fn timeliness(l: Locale, report: &Report) -> AnyView {
    match report.due_at {
        Some(_) if report.is_late() => parts::tag(Tone::Urgent, l.t("supply.tag.late")),
        Some(_) => parts::tag(Tone::Done, l.t("supply.tag.on_time")),
        None => parts::tag(Tone::Muted, l.t("supply.tag.voluntary")),
    }
}

/// How full the silos are: a bar, the number and what it means; dashes without a capacity.
pub fn storage(l: Locale, stock: Kilograms, capacity: Option<Kilograms>, limits: &Limits) -> AnyView {
    let known =
        capacity.and_then(|whole| Some((rules::storage_ratio(stock, whole)?, rules::band(stock, whole, limits)?)));
    let Some((ratio, band)) = known else { return "--".into_any() };
    let (class, words) = match band {
        Band::High => ("bar__fill bar__fill--red", Some(parts::tag(Tone::Urgent, l.t("supply.band.high")))),
        Band::Low => ("bar__fill bar__fill--amber", Some(parts::tag(Tone::Wait, l.t("supply.band.low")))),
        Band::Normal => ("bar__fill bar__fill--ok", None),
    };
    let width = format!("{}%", rules::PerMille(ratio.0.clamp(0, 1_000)).percent());
    view! {
        <span class="nowrap">
            <svg class="bar" height="12" aria-hidden="true">
                <rect class="bar__track" width="100%" height="12"></rect>
                <rect class=class width=width height="12"></rect>
            </svg>
            {format!("{}%", ratio.percent())}
        </span>
        {words.map(|tag| view! { " " {tag} })}
    }
    .into_any()
}

/// The product lines of a report as a table; cards on a phone.
pub fn lines_table(l: Locale, kind: PlantKind, content: &Content, name: String) -> AnyView {
    if content.lines.is_empty() {
        return view! { <p class="quiet">{l.t("supply.no_products")}</p> }.into_any();
    }
    let offers = kind.offers_supply();
    let [inflow, outflow] = [l.say(&kind.inflow().name()), l.say(&kind.outflow().name())];
    let tonnes = |words: &str| l.tn("supply.in_tonnes", &[("name", words)]);
    let heads = [
        tonnes(&inflow),
        tonnes(&outflow),
        l.t("supply.head.stock"),
        l.t("supply.head.available"),
        l.t("supply.head.price"),
    ];
    let shown = if offers { 5 } else { 3 };
    let head = heads[..shown]
        .iter()
        .map(|h| view! { <th scope="col" class="number">{h.clone()}</th> }.into_any())
        .collect::<Vec<_>>();
    let rows = content
        .lines
        .iter()
        .map(|line| {
            let (product, packing) = line.name();
            let cells = [
                line.inflow.as_tonnes(),
                line.outflow.as_tonnes(),
                line.stock.as_tonnes(),
                parts::or_dashes(line.available.map(Kilograms::as_tonnes)),
                parts::or_dashes(line.price.map(Fen::as_yuan)),
            ];
            let cells = cells
                .into_iter()
                .zip(heads.clone())
                .take(shown)
                .map(|(cell, head)| view! { <td class="number" role="cell" data-label=head>{cell}</td> }.into_any())
                .collect::<Vec<_>>();
            view! { <tr role="row"><th scope="row" role="rowheader">{l.say(&product)} " " {l.say(&packing)}</th>{cells}</tr> }.into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=name>
            <table class="table table--cards">
                <thead><tr><th scope="col">{l.t("supply.head.product")}</th>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The constraints in words; dashes when there are none.
pub fn constraint_words(l: Locale, content: &Content) -> String {
    let words: Vec<String> =
        content.constraints.iter().map(|c| l.t(&format!("supply.constraint.{}", c.word()))).collect();
    parts::or_dashes(Some(words.join(&l.t("supply.comma"))))
}

/// The facts of a report that are not in its lines.
pub fn facts(l: Locale, content: &Content) -> AnyView {
    view! {
        <div><dt>{l.t("supply.field.state")}</dt><dd>{l.t(&format!("supply.state.{}", content.state.word()))}</dd></div>
        <div><dt>{l.t("supply.field.staff")}</dt><dd>{content.staff}</dd></div>
        <div><dt>{l.t("supply.field.constraints")}</dt><dd>{constraint_words(l, content)}</dd></div>
        {content.remark.clone().map(|remark| view! { <div><dt>{l.t("supply.field.remark")}</dt><dd class="pre">{remark}</dd></div> })}
    }
    .into_any()
}
