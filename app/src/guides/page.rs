//! The two guides and the page that leads to them. Text comes from the locale files, every figure,
//! route, rule and phone from `Facts`.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    drawings,
    facts::{Facts, Route, Size},
    prose::prose,
};
use crate::{current::Current, ids::TextEnum, shell::Page, state::AppState, text::Locale, ui::parts};

pub fn index(state: &AppState, current: &Current, facts: &Facts) -> Response {
    let l = current.locale;
    Page::new(current, l.t("guides.title")).render(state, || {
        view! {
            <div class="page-head">
                <h1>{l.t("guides.title")}</h1>
                {current.is_staff().then(|| view! {
                    <div class="actions"><a class="button button--quiet" href="/guides/edit">{l.t("guides.edit")}</a></div>
                })}
            </div>
            <p class="lead">{l.t("guides.lead")}</p>
            {as_of(l, facts)}
            <div class="prose">
                <h2><a href="/guides/passing">{l.t("guides.passing.title")}</a></h2>
                <p>{l.t("guides.passing.lead")}</p>
                <h2><a href="/guides/running-a-plant">{l.t("guides.running.title")}</a></h2>
                <p>{l.t("guides.running.lead")}</p>
            </div>
        }
        .into_any()
    })
}

/// One part of a guide: its anchor, its key (with `.title` and `.text`), what its text names, and
/// what the data adds.
struct Part {
    anchor: &'static str,
    title: &'static str,
    text: &'static str,
    args: Vec<(&'static str, String)>,
    more: Option<AnyView>,
}

pub fn passing(state: &AppState, current: &Current, facts: &Facts) -> Response {
    let l = current.locale;
    let part = |anchor, title, text| Part { anchor, title, text, args: Vec::new(), more: None };
    let mut paper = part("paper", "guides.passing.paper.title", "guides.passing.paper.text");
    paper.args = vec![("age", facts.paper_code_age.to_string())];
    let parts = vec![
        part("why", "guides.passing.why.title", "guides.passing.why.text"),
        part("code", "guides.passing.code.title", "guides.passing.code.text"),
        Part {
            args: vec![("forms", form_names(l, facts))],
            more: Some(drawings::figures(l, facts.installing.forms.iter().copied())),
            ..part("sentinel", "guides.passing.sentinel.title", "guides.passing.sentinel.text")
        },
        paper,
        part("vehicle", "guides.passing.vehicle.title", "guides.passing.vehicle.text"),
    ];
    guide(state, current, facts, "guides.passing.title", "guides.passing.lead", parts)
}

pub fn running(state: &AppState, current: &Current, facts: &Facts) -> Response {
    let l = current.locale;
    let part = |anchor, title, text| Part { anchor, title, text, args: Vec::new(), more: None };
    let may_ask = current.serves_a_member() || current.is_staff();
    let request = may_ask
        .then(|| view! { <p><a class="button" href="/sentinels/new">{l.t("guides.request")}</a></p> }.into_any());
    let applying = &facts.applying;
    let parts = vec![
        part("exact", "guides.running.exact.title", "guides.running.exact.text"),
        Part {
            args: vec![
                ("portal", applying.portal.clone()),
                ("codes", applying.codes_per_mobile_submission.to_string()),
            ],
            more: Some(routes_table(l, facts)),
            ..part("apply", "guides.running.apply.title", "guides.running.apply.text")
        },
        part("posting", "guides.running.posting.title", "guides.running.posting.text"),
        Part {
            args: vec![("dpi", facts.poster.dpi.to_string())],
            more: Some(sizes_table(l, facts)),
            ..part("printing", "guides.running.printing.title", "guides.running.printing.text")
        },
        Part {
            more: Some(rules_table(l, facts)),
            ..part("choosing", "guides.running.choosing.title", "guides.running.choosing.text")
        },
        Part {
            args: vec![("mail", facts.installing.mail.clone())],
            more: request,
            ..part("ordering", "guides.running.ordering.title", "guides.running.ordering.text")
        },
        Part {
            more: Some(contacts(l, facts)),
            ..part("contacts", "guides.running.contacts.title", "guides.running.contacts.text")
        },
    ];
    guide(state, current, facts, "guides.running.title", "guides.running.lead", parts)
}

fn guide(
    state: &AppState,
    current: &Current,
    facts: &Facts,
    title: &'static str,
    lead: &'static str,
    parts: Vec<Part>,
) -> Response {
    let l = current.locale;
    Page::new(current, l.t(title)).render(state, || {
        let contents = parts
            .iter()
            .map(|part| view! { <li><a href=format!("#{}", part.anchor)>{l.t(part.title)}</a></li> }.into_any())
            .collect::<Vec<_>>();
        let sections = parts
            .into_iter()
            .map(|part| {
                let args: Vec<(&str, &str)> = part.args.iter().map(|(name, value)| (*name, value.as_str())).collect();
                view! {
                    <section aria-labelledby=part.anchor>
                        <h2 id=part.anchor>{l.t(part.title)}</h2>
                        <div inner_html=prose(l, part.text, &args)></div>
                        {part.more}
                    </section>
                }
                .into_any()
            })
            .collect::<Vec<_>>();
        view! {
            {parts::breadcrumbs(l, &[("/guides", l.t("guides.title"))], l.t(title))}
            <h1>{l.t(title)}</h1>
            <p class="lead">{l.t(lead)}</p>
            {as_of(l, facts)}
            <article class="prose">
                <nav aria-label=l.t("guides.contents")><ul>{contents}</ul></nav>
                {sections}
            </article>
        }
        .into_any()
    })
}

/// The device forms on offer, within a sentence.
fn form_names(l: Locale, facts: &Facts) -> String {
    let names = facts.installing.forms.iter().map(|form| l.t(&format!("guides.form.{form}")).to_lowercase());
    names.collect::<Vec<_>>().join(&l.t("list.comma"))
}

fn as_of(l: Locale, facts: &Facts) -> AnyView {
    view! { <p class="quiet">{l.tn("guides.as_of", &[("month", &facts.as_of)])}</p> }.into_any()
}

fn routes_table(l: Locale, facts: &Facts) -> AnyView {
    let rows = facts
        .applying
        .routes
        .iter()
        .map(|route| {
            let certificates: Vec<String> =
                route.certificates.iter().map(|c| l.t(&format!("guides.certificate.{c}"))).collect();
            let opened_by = match route.route {
                Route::Phone if certificates.is_empty() => l.t("guides.running.apply.own_account"),
                _ => certificates.join(" / "),
            };
            let whom =
                if route.local_only { "guides.running.apply.local_unit" } else { "guides.running.apply.any_unit" };
            view! {
                <tr>
                    <th scope="row">{l.t(&format!("guides.route.{}", route.route))}</th>
                    <td>{opened_by}</td>
                    <td>{l.t(whom)}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let heads = ["guides.running.apply.route", "guides.running.apply.certificate", "guides.running.apply.for_whom"];
    table(l, heads, rows)
}

fn sizes_table(l: Locale, facts: &Facts) -> AnyView {
    let poster = &facts.poster;
    let row = |key: &str, size: Size| {
        let (width, height) = size.pixels(poster.dpi);
        view! {
            <tr>
                <th scope="row">{l.t(key)}</th>
                <td>{format!("{} × {}", size.width, size.height)}</td>
                <td>{format!("{width} × {height}")}</td>
            </tr>
        }
        .into_any()
    };
    let rows = vec![
        row("guides.running.printing.smallest", poster.smallest),
        row("guides.running.printing.recommended", poster.recommended),
        row("guides.running.printing.largest", poster.largest),
    ];
    let heads = ["guides.running.printing.size", "guides.running.printing.millimetres", "guides.running.printing.dots"];
    table(l, heads, rows)
}

fn rules_table(l: Locale, facts: &Facts) -> AnyView {
    let rows = facts
        .installing
        .rules
        .iter()
        .map(|rule| {
            let abilities: Vec<String> =
                rule.abilities.iter().map(|ability| l.t(&format!("guides.ability.{ability}"))).collect();
            let form = rule.form.map(|form| l.t(&format!("guides.form.{}", form.word())));
            view! {
                <tr>
                    <th scope="row">{l.t(&format!("guides.condition.{}", rule.condition))}</th>
                    <td>{parts::or_dashes(form)}</td>
                    <td>{parts::or_dashes(Some(abilities.join(" / ")))}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let heads =
        ["guides.running.choosing.condition", "guides.running.choosing.form", "guides.running.choosing.abilities"];
    table(l, heads, rows)
}

fn table(l: Locale, heads: [&'static str; 3], rows: Vec<AnyView>) -> AnyView {
    let heads = heads.map(|key| view! { <th scope="col">{l.t(key)}</th> }.into_any()).into_iter().collect::<Vec<_>>();
    view! { <table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table> }.into_any()
}

fn contacts(l: Locale, facts: &Facts) -> AnyView {
    facts
        .contacts
        .iter()
        .map(|contact| {
            let phones = contact
                .phones
                .iter()
                .map(|phone| view! { <p>{parts::call(phone.clone(), "contact-card__phone")}</p> }.into_any())
                .collect::<Vec<_>>();
            view! {
                <div class="contact-card">
                    <p class="contact-card__name">{contact.name.clone()}</p>
                    <p class="contact-card__duty">{l.t(&format!("guides.purpose.{}", contact.purpose))}</p>
                    {phones}
                </div>
            }
            .into_any()
        })
        .collect::<Vec<_>>()
        .into_any()
}
