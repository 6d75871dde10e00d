//! The secretariat's day: large numbers that lead to their plants, what is available of which product in
//! which district, output against normal, and the plants with their phones.

use std::{collections::BTreeMap, sync::Arc};

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::storage;
use crate::{
    current::Current,
    form::Form,
    ids::{PlantId, TextEnum},
    members::{contacts, plant_kind::PlantKind, store::Contact, towns},
    shell::Page,
    state::AppState,
    supply::{
        duty::Rules,
        model,
        products::{Packing, Product},
        quantity::Kilograms,
        rules::PerMille,
        store::{
            day::{Filter, PlantDay, Show},
            figures::Sums,
        },
    },
    text::Locale,
    time::{Day, Instant, show_day},
    ui::{
        chart::{self, Bar},
        downloads,
        field::Fields,
        parts::{self, Tone},
    },
};

pub struct DayView {
    pub rules: Rules,
    pub filter: Filter,
    pub show: Show,
    pub sums: Arc<Sums>,
    pub plants: Vec<PlantDay>,
    /// For the supply duty, of the members of `plants`.
    pub contacts: Vec<Contact>,
    /// The plants with which the pages beside this one are asked for.
    pub before: Option<PlantId>,
    pub after: Option<PlantId>,
}

impl DayView {
    /// The address of this day with a choice of plants, the filters kept.
    fn href(&self, show: Show) -> String {
        self.address("", show)
    }

    /// The address of something below this day's page, with the same choice.
    fn address(&self, below: &str, show: Show) -> String {
        let mut query = format!("?show={}", show.word());
        if let Some(district) = &self.filter.district {
            query.push_str(&format!("&district={district}"));
        }
        if let Some(kind) = self.filter.kind {
            query.push_str(&format!("&kind={}", kind.word()));
        }
        format!("/supply/day/{}{below}{query}", show_day(self.filter.day))
    }

    fn count(&self, show: Show) -> Option<i64> {
        let figures = &self.sums.figures;
        match show {
            Show::All => None,
            Show::Missing => Some(figures.missing),
            Show::Reported => Some(figures.reported),
            Show::Late => Some(figures.late),
            Show::Suspended => Some(figures.suspended),
            Show::High => Some(figures.high),
            Show::Low => Some(figures.low),
        }
    }
}

pub fn show(state: &AppState, current: &Current, view: &DayView) -> Response {
    let l = current.locale;
    let day = view.filter.day;
    let title = l.tn("supply.day.title", &[("day", &show_day(day))]);
    Page::new(current, title.clone()).render(state, || {
        let past_due = view.rules.due_instant(day) < current.now;
        view! {
            <div class="page-head">
                <h1>{title}</h1>
                <div class="actions">{other_days(l, current, day)}</div>
            </div>
            <p class="lead">{l.tn("supply.day.lead", &[("due", &view.rules.due_at), ("at", &view.sums.as_of.show())])}</p>
            {filters(l, view)}
            {stats(l, view, past_due)}
            {(!view.sums.available.is_empty()).then(|| available(l, view))}
            {plants(current, view, past_due)}
        }
        .into_any()
    })
}

fn other_days(l: Locale, current: &Current, day: Day) -> AnyView {
    let link = |day: Option<Day>, words: &str| {
        day.map(|day| view! { <a class="button button--quiet" href=format!("/supply/day/{}", show_day(day))>{l.t(words)}</a> })
    };
    let next = day.next_day().filter(|next| *next <= current.now.day());
    view! {
        {link(day.previous_day(), "supply.day.before")}
        {link(next, "supply.day.after")}
        <a class="button button--quiet" href="/supply/settings">{l.t("supply.settings.title")}</a>
    }
    .into_any()
}

fn filters(l: Locale, view: &DayView) -> AnyView {
    let mut form = Form::new("supply.day.field");
    form.set("show", view.show);
    form.set("district", view.filter.district.clone().unwrap_or_default());
    form.set("kind", view.filter.kind.map(TextEnum::word).unwrap_or_default());
    let fields = Fields::new(l, &form);
    let districts = towns::districts().iter().map(|d| (d.code.to_owned(), d.name.to_owned())).collect();
    let kinds = PlantKind::ALL.iter().map(|kind| (kind.word().to_owned(), l.say(&kind.name()))).collect();
    view! {
        <form class="filters" method="get" action=format!("/supply/day/{}", show_day(view.filter.day))>
            {fields.select("show", fields.options::<Show>("supply.day.show"), None).view()}
            {fields.select("district", districts, Some(l.t("supply.day.all_districts"))).view()}
            {fields.select("kind", kinds, Some(l.t("supply.day.all_kinds"))).view()}
            <button class="button button--quiet">{l.t("supply.day.filter")}</button>
        </form>
    }
    .into_any()
}

fn stats(l: Locale, view: &DayView, past_due: bool) -> AnyView {
    let figures = &view.sums.figures;
    let tonnes = |amount: Kilograms| amount.as_tonnes();
    let plants = |show: Show, number: String, label: String, note: String, urgent: bool| {
        let class = if urgent { "stat stat--urgent" } else { "stat" };
        view! {
            <a class=class href=format!("{}#plants", view.href(show))>
                <span class="stat__number">{number} " " <small>{l.t("supply.day.plants_unit")}</small></span>
                <span class="stat__label">{label}</span>
                {(!note.is_empty()).then(|| view! { <span class="stat__note">{note}</span> })}
            </a>
        }
        .into_any()
    };
    let missing_label = l.t(if past_due { "supply.day.overdue" } else { "supply.day.waiting" });
    let late = l.tn("supply.day.late", &[("n", &figures.late.to_string())]);
    let of = l.tn("supply.day.of_due", &[("n", &figures.due.to_string())]);
    let normal = PerMille::of(figures.output, figures.normal).map(|ratio| {
        let words = l.tn(
            "supply.day.lost_recovered",
            &[("lost", &tonnes(figures.lost)), ("recovered", &tonnes(figures.recovered))],
        );
        view! {
            <div class="stat stat--wide">
                <span class="stat__number">{ratio.percent()} <small>"%"</small></span>
                <span class="stat__label">{l.t("supply.against_normal")}</span>
                <span class="stat__note">{words}</span>
            </div>
        }
    });
    view! {
        <div class="stats">
            {plants(Show::Reported, figures.reported.to_string(), l.t("supply.day.reported"), late, false)}
            {plants(Show::Missing, figures.missing.to_string(), missing_label, of, past_due && figures.missing > 0)}
            {plants(Show::High, figures.high.to_string(), l.t("supply.day.high"), l.tn("supply.day.above", &[("n", &view.rules.high.to_string())]), figures.high > 0)}
            {plants(Show::Low, figures.low.to_string(), l.t("supply.day.low"), l.tn("supply.day.below", &[("n", &view.rules.low.to_string())]), false)}
            {(figures.suspended > 0).then(|| plants(Show::Suspended, figures.suspended.to_string(), l.t("supply.day.suspended"), String::new(), false))}
            <div class="stat stat--wide">
                <span class="stat__number">{tonnes(figures.stock)} " " <small>{l.t("supply.tonnes")}</small></span>
                <span class="stat__label">{l.t("supply.total_stock")}</span>
            </div>
            {normal}
        </div>
    }
    .into_any()
}

/// Available tonnes by product and district: bars of the products, and the table behind them.
fn available(l: Locale, view: &DayView) -> AnyView {
    let mut districts: BTreeMap<Option<String>, Kilograms> = BTreeMap::new();
    let mut products: BTreeMap<(Product, Packing), BTreeMap<Option<String>, Kilograms>> = BTreeMap::new();
    for one in &view.sums.available {
        let of_product = products.entry((one.product, one.packing)).or_default();
        of_product.insert(one.district.clone(), one.amount);
        let sum = districts.entry(one.district.clone()).or_default();
        *sum = *sum + one.amount;
    }
    let name = |(product, packing): (Product, Packing)| {
        let short = product.symbol().unwrap_or_else(|| l.say(&product.name()));
        format!("{short} {}", l.say(&packing.name()))
    };
    let total = |amounts: &BTreeMap<Option<String>, Kilograms>| amounts.values().copied().sum::<Kilograms>();
    let bars: Vec<Bar> = products
        .iter()
        .map(|(key, amounts)| Bar { name: name(*key), value: total(amounts).0, shown: total(amounts).as_tonnes() })
        .collect();
    let heads = districts
        .keys()
        .map(|code| {
            let words = district_name(l, code.as_deref());
            let href = code
                .as_ref()
                .map(|code| format!("/supply/day/{}?show=reported&district={code}#plants", show_day(view.filter.day)));
            view! { <th scope="col" class="number">{match href {
                Some(href) => view! { <a href=href>{words}</a> }.into_any(),
                None => words.into_any(),
            }}</th> }
            .into_any()
        })
        .collect::<Vec<_>>();
    let rows = products
        .iter()
        .map(|(key, amounts)| {
            let cells = districts
                .keys()
                .map(|code| {
                    let amount = amounts.get(code).map(|amount| amount.as_tonnes());
                    view! { <td class="number">{parts::or_dashes(amount)}</td> }.into_any()
                })
                .collect::<Vec<_>>();
            view! { <tr><th scope="row">{name(*key)}</th>{cells}<td class="number">{total(amounts).as_tonnes()}</td></tr> }.into_any()
        })
        .collect::<Vec<_>>();
    let sums = districts
        .values()
        .map(|sum| view! { <td class="number">{sum.as_tonnes()}</td> }.into_any())
        .collect::<Vec<_>>();
    let caption = l.t("supply.day.available");
    let table = view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=caption.clone()>
            <table class="table">
                <thead><tr><th scope="col">{l.t("supply.head.product")}</th>{heads}<th scope="col" class="number">{l.t("supply.day.sum")}</th></tr></thead>
                <tbody>{rows}</tbody>
                <tfoot><tr><th scope="row">{l.t("supply.day.sum")}</th>{sums}<td class="number">{total(&districts).as_tonnes()}</td></tr></tfoot>
            </table>
        </div>
    };
    chart::bars(caption, &bars, l.t("supply.day.by_district"), table.into_any())
}

fn district_name(l: Locale, code: Option<&str>) -> String {
    code.and_then(towns::district).map_or_else(|| l.t("supply.day.elsewhere"), |district| district.name.to_owned())
}

fn plants(current: &Current, view: &DayView, past_due: bool) -> AnyView {
    let l = current.locale;
    let count = view.count(view.show).map(|n| parts::result_count(l, u64::try_from(n).unwrap_or(0)));
    let list = if view.plants.is_empty() {
        parts::empty(l.t("supply.day.empty"), None)
    } else {
        let heads = ["head.day_state", "head.output", "head.stock", "storage", "head.available", "head.phones"]
            .map(|key| l.t(&format!("supply.{key}")));
        let rows = view.plants.iter().map(|plant| row(current, view, plant, past_due, &heads)).collect::<Vec<_>>();
        let columns = heads.iter().enumerate().map(|(n, head)| {
            let class = if [1, 2, 4].contains(&n) { "number" } else { "" };
            view! { <th scope="col" class=class>{head.clone()}</th> }.into_any()
        });
        view! {
            <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("supply.day.plants")>
                <table class="table table--cards">
                    <thead><tr><th scope="col">{l.t("supply.head.plant")}</th>{columns.collect::<Vec<_>>()}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let export = (!view.plants.is_empty()).then(|| {
        let href = view.address("/export.xlsx", view.show);
        downloads::links(current, &href, l.t("supply.sheet.export"))
    });
    let page =
        |key: Option<PlantId>, word: &str| key.map(|key| format!("{}&{word}={key}#plants", view.href(view.show)));
    let (before, after) = (page(view.before, "before"), page(view.after, "after"));
    let names = (view.show == Show::Missing && !view.plants.is_empty()).then(|| {
        let href = view.address("/names", view.show);
        view! { <p><a class="button button--quiet" href=href>{l.t("supply.names")}</a></p> }
    });
    view! {
        <h2 id="plants">{l.t(&format!("supply.day.show.{}", view.show.word()))}</h2>
        {count}
        {names}
        {list}
        {export}
        {parts::pager(l, before, after)}
    }
    .into_any()
}

/// How a plant stands towards the day: how much it asks for attention, and the key of its word.
pub fn standing(plant: &PlantDay, past_due: bool) -> (Tone, &'static str) {
    match plant.report {
        Some(report) if report.is_late => (Tone::Urgent, "supply.tag.late"),
        Some(_) => (Tone::Done, "supply.day.reported"),
        None if plant.is_suspended => (Tone::Muted, "supply.day.suspended"),
        None if plant.is_due && past_due => (Tone::Urgent, "supply.day.overdue"),
        None if plant.is_due => (Tone::Wait, "supply.day.waiting"),
        None => (Tone::Muted, "supply.day.not_due"),
    }
}

fn row(current: &Current, view: &DayView, plant: &PlantDay, past_due: bool, heads: &[String; 6]) -> AnyView {
    let l = current.locale;
    let day = show_day(view.filter.day);
    let reported = plant.report;
    let (tone, words) = standing(plant, past_due);
    let words = l.t(words);
    let class = (reported.is_none() && plant.is_due && past_due).then_some("table__late");
    let output = reported.map(|report| {
        let ratio = model::against_normal(plant.kind, report.output, plant.normal, report.days);
        match ratio {
            Some(against) => format!("{} ({}%)", report.output.as_tonnes(), against.ratio.percent()),
            None => report.output.as_tonnes(),
        }
    });
    let filling = reported
        .map_or_else(|| "--".into_any(), |report| storage(l, report.stock, plant.capacity, &view.rules.limits()));
    let place = district_name(l, plant.district.as_deref());
    let blank = |class: &str| if reported.is_none() { format!("{class} table__blank") } else { class.to_owned() };
    let [state, made, stock, ratio, available, phones] = heads.clone();
    view! {
        <tr class=class role="row">
            <th scope="row" role="rowheader">
                <a href=format!("/plants/{}/supply/{day}", plant.plant)>{plant.member_name.clone()} " " {plant.plant_name.clone()}</a>
                <br /><small class="quiet">{l.say(&plant.kind.name())} " · " {place}</small>
            </th>
            <td role="cell" data-label=state><span>{parts::tag(tone, words)} " " {reported.map(|report| clock(report.filed_at))}</span></td>
            <td role="cell" class=blank("number") data-label=made>{parts::or_dashes(output)}</td>
            <td role="cell" class=blank("number") data-label=stock>{parts::or_dashes(reported.map(|report| report.stock.as_tonnes()))}</td>
            <td role="cell" class=blank("") data-label=ratio>{filling}</td>
            <td role="cell" class=blank("number") data-label=available>{parts::or_dashes(reported.filter(|_| plant.kind.offers_supply()).map(|r| r.available.as_tonnes()))}</td>
            <td role="cell" data-label=phones>{called(current, view, plant)}</td>
        </tr>
    }
    .into_any()
}

/// `09:41`
fn clock(at: Instant) -> String {
    at.show().split(' ').nth(1).unwrap_or_default().to_owned()
}

/// Whom to call: each name with its phone, one tap away; masked for those who only look.
fn called(current: &Current, view: &DayView, plant: &PlantDay) -> AnyView {
    let of_member = view.contacts.iter().filter(|contact| contact.member_id == plant.member);
    let lines = of_member
        .filter_map(|contact| {
            let shown = contacts::call(current, contact, "nowrap")?;
            Some(view! { <div>{contact.name.clone()} " " {shown}</div> }.into_any())
        })
        .collect::<Vec<_>>();
    if lines.is_empty() { "--".into_any() } else { lines.into_any() }
}
