//! The page on which entrances are chosen: plant by plant, each with what the check found and how to mend it.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    check::Finding,
    pick::{Choice, HERE, MOST},
    store::Offered,
    ways,
};
use crate::{
    current::Current,
    form::Form,
    guides::facts::Route,
    ids::TextEnum,
    members::store::Member,
    place_codes::member_list,
    shell::{self, Page},
    state::AppState,
    text::Locale,
    ui::{
        field::{Fields, id_of},
        parts,
    },
};

pub fn show(state: &AppState, current: &Current, choice: &Choice, form: &Form) -> Response {
    let l = current.locale;
    let title = l.t("place_codes.apply");
    Page::new(current, title.clone()).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        let above = [
            ("/place-codes", l.t("place_codes.title")),
            ("/place-codes/applications", l.t("place_codes.applications")),
        ];
        let follows = choice.previous.as_ref().map(|case| {
            view! {
                <p class="banner">{l.tn("place_codes.pick.follows", &[("number", &case.application.number)])}</p>
                <input type="hidden" name="previous" value=case.application.id.to_string() />
            }
        });
        let free = choice.offered.iter().filter(|offered| offered.is_free()).count();
        let rest = (free > MOST).then(|| {
            let words = l.tn("place_codes.pick.rest", &[("n", &free.to_string()), ("most", &MOST.to_string())]);
            view! { <p class="banner">{words}</p> }
        });
        let plants = choice
            .offered
            .chunk_by(|one, next| one.plant.id == next.plant.id)
            .map(|entrances| plant(current, choice, form, entrances))
            .collect::<Vec<_>>();
        let body = if choice.offered.is_empty() {
            let register = format!("/members/{}", choice.member.id);
            parts::empty(l.t("place_codes.pick.no_entrance"), Some((&register, l.t("place_codes.finding.mend_register"))))
        } else {
            let error = form.has_errors().then(|| {
                let lines = form.errors_of("entrance").map(|message| view! { <span>{l.say(message)} " "</span> }.into_any());
                view! { <p class="field__error" id="f-entrance-error">{lines.collect::<Vec<_>>()}</p> }
            });
            view! {
                <form class="form form--wide" method="post" action=HERE>
                    {fields.once()}
                    <input type="hidden" name="member" value=choice.member.id.to_string() />
                    {follows}
                    {rest}
                    <div id=id_of("entrance") tabindex="-1">{error}{plants}</div>
                    {(free > 0).then(|| view! { <button class="button button--big">{l.t("place_codes.pick.go_on")}</button> })}
                </form>
            }
            .into_any()
        };
        view! {
            {fields.summary()}
            {parts::breadcrumbs(l, &above, title.clone())}
            <h1>{title.clone()}</h1>
            <p class="lead">{l.t("place_codes.pick.lead")}</p>
            <dl class="summary-list check-answers">
                <div><dt>{l.t("place_codes.row.unit")}</dt><dd>{choice.member.name.clone()}</dd></div>
                <div><dt>{l.t("place_codes.row.credit_code")}</dt><dd>{choice.member.credit_code.clone()}</dd></div>
            </dl>
            {licence(current, choice)}
            {body}
            <h2>{l.t("place_codes.ways")}</h2>
            {routes(l, choice)}
        }
        .into_any()
    })
}

/// What is said once for all entrances: only the secretariat can confirm that the licence was compared.
fn licence(current: &Current, choice: &Choice) -> Option<AnyView> {
    let l = current.locale;
    choice.member.licence_confirmed_at.is_none().then(|| {
        view! {
            <section class="banner banner--urgent" aria-label=l.t("place_codes.finding.licence.title")>
                <p>
                    {l.t("place_codes.finding.licence")} " "
                    <a href=format!("/members/{}", choice.member.id)>{l.t("place_codes.finding.mend_register")}</a>
                </p>
                {shell::phone_line(l, current)}
            </section>
        }
        .into_any()
    })
}

fn plant(current: &Current, choice: &Choice, form: &Form, entrances: &[Offered]) -> Option<AnyView> {
    let plant = &entrances.first()?.plant;
    let lines = entrances.iter().map(|offered| entrance(current, choice, form, offered)).collect::<Vec<_>>();
    Some(
        view! {
            <fieldset class="choices pick">
                <legend>{plant.name.clone()}</legend>
                <p class="field__hint">{plant.address_line.clone()}</p>
                <div class="choices__set">{lines}</div>
            </fieldset>
        }
        .into_any(),
    )
}

fn entrance(current: &Current, choice: &Choice, form: &Form, offered: &Offered) -> AnyView {
    let l = current.locale;
    let id = format!("e-{}", offered.entrance.id);
    let value = offered.entrance.id.to_string();
    let found = offered
        .findings
        .iter()
        .filter(|finding| **finding != Finding::Licence)
        .map(|finding| {
            let (words, href, mend) = said(l, choice, offered, finding);
            let mend = href.map(|href| view! { " " <a href=href>{mend}</a> });
            let class = if finding.stops() { "pick__finding pick__finding--stops" } else { "pick__finding" };
            view! { <p class=class>{words}{mend}</p> }.into_any()
        })
        .collect::<Vec<_>>();
    if offered.is_free() {
        let checked = form.has("entrance", &value);
        view! {
            <div class="choice choice--wide">
                <input type="checkbox" id=id.clone() name="entrance" value=value checked=checked />
                <label for=id>{offered.entrance.name.clone()}</label>
                {found}
            </div>
        }
        .into_any()
    } else {
        view! { <div class="pick__stopped"><p>{offered.entrance.name.clone()}</p>{found}</div> }.into_any()
    }
}

/// A finding in words, and where and by which words it is mended.
fn said(l: Locale, choice: &Choice, offered: &Offered, finding: &Finding) -> (String, Option<String>, String) {
    let plant = format!("/plants/{}/edit", offered.plant.id);
    let mend = |key: &str| l.t(key);
    match finding {
        Finding::Licence => (
            l.t("place_codes.finding.licence"),
            Some(format!("/members/{}", choice.member.id)),
            mend("place_codes.finding.mend_register"),
        ),
        Finding::Outside => (l.t("place_codes.finding.outside"), Some(plant), mend("place_codes.finding.mend_address")),
        Finding::Address => (l.t("place_codes.finding.address"), Some(plant), mend("place_codes.finding.mend_address")),
        Finding::Twin { other } => (
            l.tn("place_codes.finding.twin", &[("other", other)]),
            Some(format!("/entrances/{}/edit", offered.entrance.id)),
            mend("place_codes.finding.mend_name"),
        ),
        Finding::Applied { number } => (
            l.tn("place_codes.finding.applied", &[("number", number)]),
            Some(format!("/place-codes/applications?q={number}")),
            mend("place_codes.finding.open"),
        ),
        Finding::HasCode => (
            l.t("place_codes.finding.has_code"),
            Some(format!("/place-codes/entrances/{}", offered.entrance.id)),
            mend("place_codes.finding.open"),
        ),
        Finding::ElsewhereCode { address } => (
            l.tn("place_codes.finding.elsewhere", &[("address", address)]),
            Some(plant),
            mend("place_codes.finding.mend_address"),
        ),
    }
}

/// Who may apply by which route, and whether it is open to this unit for all that could be chosen.
pub fn routes(l: Locale, choice: &Choice) -> AnyView {
    let applying = &choice.facts.applying;
    let local = ways::is_local(&choice.member.credit_code);
    let free = choice.offered.iter().filter(|offered| offered.is_free()).count();
    let lines = applying
        .routes
        .iter()
        .map(|known| {
            let certificates: Vec<String> =
                known.certificates.iter().map(|one| l.t(&format!("guides.certificate.{one}"))).collect();
            let with = match known.route {
                Route::Phone if certificates.is_empty() => l.t("guides.running.apply.own_account"),
                _ => certificates.join(" / "),
            };
            let most = (known.route == Route::Phone)
                .then(|| l.tn("place_codes.ways.most", &[("most", &applying.codes_per_mobile_submission.to_string())]));
            let closed = ways::open_to(applying, known.route, free, local).err();
            let closed = closed.map(|why| view! { <p class="pick__finding">{l.say(&why)}</p> });
            view! {
                <div>
                    <dt>{l.t(&format!("guides.route.{}", known.route.word()))}</dt>
                    <dd>{with}{most.map(|most| format!(" · {most}"))}{closed}</dd>
                </div>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <p>{l.t("place_codes.ways.who")}</p>
        <dl class="summary-list check-answers">{lines}</dl>
        <p>
            <a href=applying.portal.clone()>{applying.portal.clone()}</a> " · "
            <a href="/guides/running-a-plant#apply">{l.t("guides.running.title")}</a> " "
            <small class="quiet">{l.tn("guides.as_of", &[("month", &choice.facts.as_of)])}</small>
        </p>
    }
    .into_any()
}

/// For whom: the members that a person works for, or those that staff look up.
pub fn members(state: &AppState, current: &Current, members: &[Member], search: Option<&str>) -> Response {
    let l = current.locale;
    let title = l.t("place_codes.apply");
    Page::new(current, title.clone()).render(state, || {
        let above = [("/place-codes", l.t("place_codes.title"))];
        view! {
            {parts::breadcrumbs(l, &above, title.clone())}
            <h1>{title.clone()}</h1>
            <p class="lead">{l.t("place_codes.pick.for_whom")}</p>
            {member_list(l, HERE, members, search)}
        }
        .into_any()
    })
}
