//! Check your answers: everything that will be sent, each with a way to change it, and the mail exactly
//! as it will leave.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    assemble::{Assembled, Problem},
    device_list, mail,
    routes::path,
    send::reply_to,
    sheet::Sheet,
    steps_page::{Step, discard, steps},
    store::{Case, Mail},
};
use crate::{
    current::Current,
    ids::InstallRequestId,
    outbox,
    shell::Page,
    state::AppState,
    text::{Locale, Message},
    ui::parts,
};

/// `why` says that it has to be checked again, and for what reason.
pub fn show(
    state: &AppState,
    current: &Current,
    case: &Case,
    found: &Assembled,
    why: Option<Message>,
    status: StatusCode,
) -> Response {
    let l = current.locale;
    let id = case.request.id;
    Page::new(current, l.t("sentinels.check.title")).status(status).render(state, || {
        let send = if found.problems.is_empty() {
            view! {
                <form class="form" method="post" action=path(id, "check")>
                    <input type="hidden" name="hash" value=found.sheet.hash() />
                    <button class="button button--big">{l.t("sentinels.check.send")}</button>
                </form>
            }
            .into_any()
        } else {
            ().into_any()
        };
        view! {
            {why.map(|why| view! { <div class="error-summary" role="alert" tabindex="-1" autofocus=true><h2>{l.say(&why)}</h2></div> })}
            {parts::breadcrumbs(l, &[("/sentinels", l.t("sentinels.title"))], l.t("sentinels.check.title"))}
            {steps(l, id, Step::Check)}
            <h1>{l.t("sentinels.check.title")}</h1>
            {problems(l, case, &found.problems)}
            {answers(l, case, &found.sheet)}
            <h2>{l.t("sentinels.check.mail")}</h2>
            <p class="lead">{l.t(if outbox::leaves(state, current) { "sentinels.check.mail_lead" } else { "sentinels.only_file" })}</p>
            {preview(l, id, &to_be_sent(state, current, id, &found.sheet))}
            {send}
            {discard(l, id)}
        }
        .into_any()
    })
}

fn problems(l: Locale, case: &Case, problems: &[Problem]) -> Option<AnyView> {
    let member = format!("/members/{}", case.request.member_id);
    let lines = problems
        .iter()
        .map(|problem| {
            let (key, href) = match problem {
                Problem::Licence => ("sentinels.problem.licence", member.clone()),
                Problem::Address => ("sentinels.problem.address", member.clone()),
                Problem::Closed => ("sentinels.problem.closed", path(case.request.id, "place")),
                Problem::LinePlace => ("sentinels.problem.line_place", path(case.request.id, "devices")),
            };
            view! { <li>{l.t(key)} " " <a href=href>{l.t("sentinels.problem.mend")}</a></li> }.into_any()
        })
        .collect::<Vec<_>>();
    (!problems.is_empty()).then(|| {
        view! {
            <div class="error-summary">
                <h2>{l.t("sentinels.check.mend_first")}</h2>
                <ul>{lines}</ul>
            </div>
        }
        .into_any()
    })
}

/// The rows of the mail in the language of the page, each with the step in which it is changed. Name
/// and code come from the register and are changed there.
fn answers(l: Locale, case: &Case, sheet: &Sheet) -> AnyView {
    let id = case.request.id;
    let register = format!("/members/{}", case.request.member_id);
    let place = path(id, "place");
    let changed_at = [
        None,
        Some(register.clone()),
        Some(register.clone()),
        Some(place.clone()),
        Some(place),
        Some(register),
        Some(path(id, "scene")),
        Some(path(id, "devices")),
        None,
        Some(path(id, "devices")),
        Some(path(id, "devices")),
        Some(path(id, "contact")),
        Some(path(id, "contact")),
        Some(path(id, "contact")),
    ];
    let rows = mail::rows(l, sheet)
        .into_iter()
        .zip(changed_at)
        .map(|((label, values), href)| {
            let change = href.map(|href| {
                let what = label.clone();
                view! {
                    <dd class="summary-list__change">
                        <a href=href>{l.t("sentinels.check.change")}<span class="visually-hidden">{what}</span></a>
                    </dd>
                }
            });
            let values = values.into_iter().map(|value| view! { <div>{value}</div> }.into_any()).collect::<Vec<_>>();
            view! { <div><dt>{label}</dt><dd>{values}</dd>{change}</div> }.into_any()
        })
        .collect::<Vec<_>>();
    view! { <div class="check-answers"><dl class="summary-list">{rows}</dl></div> }.into_any()
}

/// A mail as it is shown: its headers, its texts, and the names of what goes with it.
pub struct Shown {
    pub from: String,
    pub to: String,
    pub copy_to: Option<String>,
    pub reply_to: Option<String>,
    pub title: String,
    pub text: String,
    pub html: Option<String>,
    pub paper: String,
    /// The list of devices; requests of before it was attached have none.
    pub list: Option<String>,
}

/// The mail that a draft would be.
fn to_be_sent(state: &AppState, current: &Current, id: InstallRequestId, sheet: &Sheet) -> Shown {
    let letter = mail::letter(sheet);
    Shown {
        from: sheet.from.clone(),
        to: sheet.to.clone(),
        copy_to: sheet.copy_to().map(str::to_owned),
        reply_to: reply_to(state, current, id, sheet),
        title: letter.title,
        text: letter.text,
        html: Some(letter.html),
        paper: sheet.paper_name(),
        list: Some(format!("{}.xlsx", device_list::name(sheet))),
    }
}

/// The mail that was sent, from what is stored of it.
pub fn was_sent(sheet: &Sheet, mail: &Mail) -> Shown {
    let list = mail.attachments().into_iter().find(device_list::is_list).filter(|_| mail.text_removed_at.is_none());
    Shown {
        from: mail.sender.clone(),
        to: sheet.to.clone(),
        copy_to: sheet.copy_to().map(str::to_owned),
        reply_to: mail.reply_to.clone(),
        title: mail.title.clone(),
        text: mail.body_text.clone(),
        html: mail.body_html.clone(),
        paper: sheet.paper_name(),
        list: list.map(|list| list.name),
    }
}

/// The mail: its headers, its text, its HTML version, its paper and its list.
pub fn preview(l: Locale, id: InstallRequestId, shown: &Shown) -> AnyView {
    let header =
        |key: &str, value: String| view! { <tr><th scope="row">{l.t(key)}</th><td>{value}</td></tr> }.into_any();
    let text = match shown.text.as_str() {
        "" => view! { <p>{l.t("sentinels.request.text_removed")}</p> }.into_any(),
        text => view! { <pre lang="zh-CN">{text.to_owned()}</pre> }.into_any(),
    };
    view! {
        <section class="mail-preview" aria-label=l.t("sentinels.check.mail")>
            <table class="mail-preview__headers">
                {header("sentinels.header.from", shown.from.clone())}
                {header("sentinels.header.to", shown.to.clone())}
                {shown.copy_to.clone().map(|email| header("sentinels.header.cc", email))}
                {shown.reply_to.clone().map(|address| header("sentinels.header.reply_to", address))}
                {header("sentinels.header.title", shown.title.clone())}
                <tr>
                    <th scope="row">{l.t("sentinels.header.attachment")}</th>
                    <td>
                        <a href=path(id, "paper")>{shown.paper.clone()}</a>
                        {shown.list.clone().map(|list| view! { <br /> <a href=path(id, "devices.xlsx")>{list}</a> })}
                    </td>
                </tr>
            </table>
            <div class="mail-preview__body">{text}</div>
        </section>
        {shown.html.clone().map(|html| view! {
            <details class="disclosure">
                <summary>{l.t("sentinels.check.html")}</summary>
                <div class="mail-preview"><iframe title=l.t("sentinels.check.html") sandbox="" srcdoc=html></iframe></div>
            </details>
        })}
    }
    .into_any()
}
