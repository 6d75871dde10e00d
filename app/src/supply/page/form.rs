//! The form of a report: one column, lines as cards on a phone, buttons that post to add or remove a
//! line. The short form shows only what came and went and carries the rest unseen.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Mode, covered_words, facts, files_for_others, lines_table};
use crate::{
    current::Current,
    form::Form,
    shell::Page,
    state::AppState,
    supply::{
        form::{chosen, lines},
        model::{Basis, Constraint, MOST_LINES, OperatingState},
        products::{Edition, Packing, Product},
        quantity::Kilograms,
        routes::Situation,
    },
    text::Locale,
    time::show_day,
    ui::{
        draft::DraftKeeper,
        field::{Fields, id_of},
        parts,
    },
};

/// The form's id, by which the browser keeps what was typed.
const ID: &str = "supply-report";

/// Under which name a browser keeps the typing of this plant's report of this day.
pub fn draft_key(situation: &Situation) -> String {
    format!("{}:", situation.path())
}

/// Whether the short form shows this field: stock only where it cannot be worked out.
pub fn is_in_quick(situation: &Situation, name: &str) -> bool {
    let asks_stock = situation.basis().content().is_none();
    [".inflow", ".outflow"].iter().any(|amount| name.ends_with(amount))
        || name == "on_behalf"
        || (asks_stock && name.ends_with(".stock"))
}

pub fn show(
    state: &AppState,
    current: &Current,
    situation: &Situation,
    form: &Form,
    mode: Mode,
    status: StatusCode,
) -> Response {
    let fresh = !form.contains("once");
    let l = current.locale;
    let day = show_day(situation.day);
    let correction = situation.base() > 0;
    let title = l.tn(if correction { "supply.correct_day" } else { "supply.file_day" }, &[("day", &day)]);
    let heading = title.clone();
    let page = Page::new(current, title).failed_if(form.has_errors()).status(status);
    page.render(state, || {
        let fields = Fields::new(l, form);
        let plant = &situation.plant;
        let covered = covered_words(situation.covered());
        let above = [("/supply", l.t("nav.supply")), (&*format!("/plants/{}/supply", plant.id), plant.name.clone())];
        let body = match mode {
            Mode::Full => full(situation, fields),
            Mode::Quick => quick(situation, fields),
        };
        let key = format!("{}{}", draft_key(situation), situation.base());
        view! {
            {fields.summary()}
            {parts::breadcrumbs(l, &above, day)}
            <h1>{heading}</h1>
            <p class="lead">
                {situation.member.name.clone()} " " {plant.name.clone()} <br />
                {l.tn("supply.covers", &[("days", &covered)])}
            </p>
            {(status == StatusCode::CONFLICT).then(|| overtaken(fields, situation))}
            {deadline(current, situation)}
            <DraftKeeper form=ID.to_owned() key fresh restored=l.t("form.draft_restored") discard=l.t("form.draft_discard") />
            {(mode == Mode::Full && !correction && situation.previous.is_some()).then(|| view! {
                <p><a class="button button--quiet" href="?quick=1">{l.t("supply.as_last_time")}</a></p>
            })}
            <form class="form form--wide" method="post" id=ID action=situation.path()>
                <button class="visually-hidden" tabindex="-1" aria-hidden="true" name="action" value="file">{l.t("supply.submit")}</button>
                <button class="visually-hidden" tabindex="-1" aria-hidden="true" name="action" value="redraw">{l.t("supply.whole_form")}</button>
                {fields.once()}
                {fields.hidden("base")}
                {body}
                <div class="form">
                    {files_for_others(current, situation).then(|| fields.text("on_behalf").max(200).view())}
                    {correction.then(|| fields.text("reason").max(200).view())}
                    <div class="actions">
                        <button class="button button--big" name="action" value="file">{l.t("supply.submit")}</button>
                        {(mode == Mode::Quick).then(|| view! {
                            <button class="button button--quiet" name="action" value="redraw">{l.t("supply.whole_form")}</button>
                        })}
                    </div>
                </div>
            </form>
        }
        .into_any()
    })
}

/// Somebody filed while this was being typed: theirs is shown, the typed values stay below.
fn overtaken(fields: Fields, situation: &Situation) -> AnyView {
    let l = fields.l;
    let theirs = situation.revisions.first().map(|revision| {
        let by = revision.filed_by.clone().unwrap_or_default();
        view! {
            <p>{l.tn("supply.overtaken_by", &[("name", &by), ("at", &revision.filed_at.show())])}</p>
            <dl class="summary-list">{facts(l, &revision.content)}</dl>
            {lines_table(l, situation.plant.kind, &revision.content, l.t("supply.theirs"))}
        }
    });
    view! {
        <section class="banner banner--urgent" role="alert" tabindex="-1" aria-labelledby="overtaken">
            <h2 id="overtaken">{l.t("supply.overtaken")}</h2>
            <p>{l.t("supply.overtaken_lead")}</p>
        </section>
        <h2>{l.t("supply.theirs")}</h2>
        {theirs}
        <h2>{l.t("supply.yours")}</h2>
    }
    .into_any()
}

fn deadline(current: &Current, situation: &Situation) -> Option<AnyView> {
    let l = current.locale;
    let calendar = situation.rules.calendar();
    if situation.report.is_some() {
        return None;
    }
    let words = if let Some(suspension) = situation.duty.suspended_on(situation.day) {
        l.tn("supply.is_suspended", &[("day", &show_day(suspension.until))])
    } else if !situation.duty.is_due(situation.day, &calendar) {
        l.t("supply.not_due")
    } else {
        let due = situation.duty.due_instant(situation.day);
        let key = if due < current.now { "supply.late_already" } else { "supply.due_by" };
        l.tn(key, &[("at", &due.show())])
    };
    Some(view! { <p class="banner">{words}</p> }.into_any())
}

fn full(situation: &Situation, fields: Fields) -> AnyView {
    let l = fields.l;
    let numbers = lines(fields.form);
    let more = numbers.len() < MOST_LINES;
    let cards = numbers.into_iter().map(|n| card(situation, fields, n)).collect::<Vec<_>>();
    view! {
        <div class="form">
            {fields.radios("state", fields.options::<OperatingState>("supply.state"))}
            {fields.number("staff").input_mode("numeric").unit(l.t("supply.people")).view()}
            {fields.checkboxes("constraints", fields.options::<Constraint>("supply.constraint"))}
        </div>
        <h2 class="form__part">{l.t("supply.lines")}</h2>
        <div class="form__lines">{cards}</div>
        {more.then(|| view! {
            <p><button class="button button--quiet" name="action" value="add">{l.t("supply.add_line")}</button></p>
        })}
        <div class="form">{fields.area("remark", 3).optional().view()}</div>
    }
    .into_any()
}

/// One product: its name once it is chosen, else the choice; then its amounts.
fn card(situation: &Situation, fields: Fields, n: usize) -> AnyView {
    let l = fields.l;
    let kind = situation.plant.kind;
    let name = |field: &str| format!("lines.{n}.{field}");
    let title = id_of(&name("title"));
    let before = chosen(fields.form, n)
        .and_then(|(product, packing)| situation.before()?.line(product, packing))
        .map(|line| line.stock);
    let known = chosen(fields.form, n)
        .filter(|_| fields.form.error(&name("product")).is_none() && fields.form.error(&name("packing")).is_none());
    let head = match known {
        Some((product, packing)) => view! {
            <p class="form__line-title" id=title.clone()>
                {l.say(&product.name())} " " {l.say(&packing.name())}
                {before.map(|stock| view! {
                    <br /> <span class="quiet">{last_stock(situation, l, stock)}</span>
                })}
            </p>
            {fields.hidden(&name("product"))}
            {fields.hidden(&name("packing"))}
        }
        .into_any(),
        None => choice(situation, fields, n, &title),
    };
    let tonnes = |words: String| l.tn("supply.in_tonnes", &[("name", &words)]);
    let offered = kind.offers_supply().then(|| {
        view! {
            {fields.number(&name("available")).label(l.t("supply.head.available")).view()}
            {fields.number(&name("price")).label(l.t("supply.head.price")).optional().view()}
        }
    });
    view! {
        <div class="form__line" role="group" aria-labelledby=title>
            {head}
            {fields.number(&name("inflow")).label(tonnes(l.say(&kind.inflow().name()))).view()}
            {fields.number(&name("outflow")).label(tonnes(l.say(&kind.outflow().name()))).view()}
            {fields.number(&name("stock")).label(l.t("supply.head.stock")).view()}
            {offered}
            <button class="button button--link" name="action" value=format!("remove.{n}")>
                {l.t("supply.remove_line")} <span class="visually-hidden">{l.tn("supply.line_number", &[("n", &(n + 1).to_string())])}</span>
            </button>
        </div>
    }
    .into_any()
}

/// What was there, and what becomes of stock that is left empty now.
fn last_stock(situation: &Situation, l: Locale, stock: Kilograms) -> String {
    let stock = stock.as_tonnes();
    match situation.basis() {
        Basis::Apart(day) => l.tn("supply.last_stock_of", &[("day", &show_day(day)), ("stock", &stock)]),
        _ => l.tn("supply.last_stock_or", &[("stock", &stock)]),
    }
}

fn choice(situation: &Situation, fields: Fields, n: usize, title: &str) -> AnyView {
    let l = fields.l;
    let products = Product::of_kind(situation.plant.kind, Edition::on(situation.day))
        .into_iter()
        .map(|product| (product.code(), l.say(&product.name())))
        .collect();
    view! {
        <div class="form__line-title">
            <p class="visually-hidden" id=title.to_owned()>{l.tn("supply.line_number", &[("n", &(n + 1).to_string())])}</p>
            {fields.select(&format!("lines.{n}.product"), products, Some(l.t("supply.choose"))).view()}
            {fields.select(&format!("lines.{n}.packing"), fields.options::<Packing>("supply.packing"), None).view()}
        </div>
    }
    .into_any()
}

/// Only what came and went, and the stock where it does not follow from that; the rest is as in the last report
/// and travels unseen.
fn quick(situation: &Situation, fields: Fields) -> AnyView {
    let l = fields.l;
    let form = fields.form;
    let unseen = form
        .pairs()
        .iter()
        .filter(|(name, _)| {
            !is_in_quick(situation, name) && !["once", "base", "quick", "action", "reason"].contains(&name.as_str())
        })
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> }.into_any())
        .collect::<Vec<_>>();
    let kind = situation.plant.kind;
    let asks_stock = situation.basis().content().is_none();
    let tonnes = |words: String| l.tn("supply.in_tonnes", &[("name", &words)]);
    let cards = lines(form)
        .into_iter()
        .filter_map(|n| {
            let (product, packing) = chosen(form, n)?;
            let title = id_of(&format!("lines.{n}.title"));
            let name = |field: &str| format!("lines.{n}.{field}");
            let stock = situation.before()?.line(product, packing).map(|line| line.stock).unwrap_or_default();
            let last = if asks_stock {
                last_stock(situation, l, stock)
            } else {
                l.tn("supply.last_stock", &[("stock", &stock.as_tonnes())])
            };
            Some(
                view! {
                    <div class="form__line" role="group" aria-labelledby=title.clone()>
                        <p class="form__line-title" id=title.clone()>
                            {l.say(&product.name())} " " {l.say(&packing.name())}
                            <br /> <span class="quiet">{last}</span>
                        </p>
                        {fields.number(&name("inflow")).label(tonnes(l.say(&kind.inflow().name()))).view()}
                        {fields.number(&name("outflow")).label(tonnes(l.say(&kind.outflow().name()))).view()}
                        {asks_stock.then(|| fields.number(&name("stock")).label(l.t("supply.head.stock")).view())}
                    </div>
                }
                .into_any(),
            )
        })
        .collect::<Vec<_>>();
    let last = situation.previous.as_ref().map(|(report, content)| {
        view! {
            <p>{l.tn(if asks_stock { "supply.carried_over_apart" } else { "supply.carried_over" }, &[("day", &show_day(report.day))])}</p>
            <dl class="summary-list">{facts(l, content)}</dl>
        }
    });
    view! {
        {unseen}
        <input type="hidden" name="quick" value="yes" />
        <div class="form__lines">{cards}</div>
        {last}
    }
    .into_any()
}
