//! The page of one step: what the issue asks, what can be chosen, and a text.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{ENDINGS, paragraphs};
use crate::{
    current::Current,
    form::Form,
    issues::{
        model::{Act, LONGEST_NAME},
        reach,
        said::{takes_files, text_field},
        store::{Event, Issue},
    },
    shell::Page,
    state::AppState,
    text::{Locale, Message},
    ui::{field::Fields, parts},
};

/// What a step's form offers, and what happened meanwhile.
#[derive(Default)]
pub struct Offered {
    /// Who else may own it.
    pub owners: Vec<(String, String)>,
    /// Recent letters.
    pub letters: Vec<(String, String)>,
    /// Issues of the same letter that the answer may settle too.
    pub also: Vec<(String, String)>,
    /// What somebody did since the form was made, and who.
    pub meanwhile: Option<(Event, Option<String>)>,
    /// Why the step does not fit any more.
    pub no_longer: Option<Message>,
}

/// The address of a step's page under the issue's.
pub fn address(issue: &Issue, act: Act) -> String {
    let step = match act {
        Act::Take => "take",
        Act::HandOver => "hand-over",
        Act::AskBack => "ask-back",
        Act::Reply => "reply",
        Act::Forward => "forward",
        Act::Answer => "answer",
        Act::Close => "close",
        Act::Reopen => "reopen",
        Act::Remark => "remark",
    };
    format!("/issues/{}/{step}", issue.id)
}

/// What a step is called on its button and above its form.
pub fn name(l: Locale, act: Act) -> String {
    l.t(match act {
        Act::Take => "issues.act.take",
        Act::HandOver => "issues.act.hand_over",
        Act::AskBack => "issues.act.ask_back",
        Act::Reply => "issues.act.reply",
        Act::Forward => "issues.act.forward",
        Act::Answer => "issues.act.answer",
        Act::Close => "issues.act.close",
        Act::Reopen => "issues.act.reopen",
        Act::Remark => "issues.act.remark",
    })
}

pub fn show(
    state: &AppState,
    current: &Current,
    act: Act,
    issue: &Issue,
    form: &Form,
    offered: Offered,
    status: StatusCode,
) -> Response {
    let l = current.locale;
    let title = format!("{} {}", name(l, act), issue.number);
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        let own = format!("/issues/{}", issue.id);
        view! {
            {parts::breadcrumbs(l, &[("/issues", l.t("issues.title")), (&own, issue.number.clone())], name(l, act))}
            {meanwhile(l, &offered)}
            {fields.summary()}
            <h1>{title}</h1>
            <section aria-label=l.t("issues.asked")>
                <h2>{issue.title.clone()}</h2>
                <div class="prose">{paragraphs(&issue.body)}</div>
            </section>
            {step_form(current, act, issue, fields, offered)}
        }
        .into_any()
    })
}

fn meanwhile(l: Locale, offered: &Offered) -> Option<AnyView> {
    let (event, who) = offered.meanwhile.as_ref()?;
    let what = l.t(&format!("issues.event.{}", event.kind));
    let who = who.clone().unwrap_or_default();
    let sentence = l.tn("issues.meanwhile", &[("at", &event.at.show()), ("who", &who), ("what", &what)]);
    let next = match &offered.no_longer {
        Some(why) => l.say(why),
        None => l.t("issues.meanwhile_next"),
    };
    let said = event.text.as_deref().map(paragraphs);
    Some(
        view! {
            <section class="banner banner--urgent" role="alert" aria-label=l.t("issues.meanwhile_label")>
                <p>{sentence}</p>{said}<p>{next}</p>
            </section>
        }
        .into_any(),
    )
}

/// The form of a step; also stands on the issue's own page.
pub fn step_form(current: &Current, act: Act, issue: &Issue, fields: Fields<'_>, offered: Offered) -> AnyView {
    let l = current.locale;
    let (text, needed) = text_field(act);
    let area = fields.area(text, 6);
    let area = if needed { area.view() } else { area.optional().view() };
    let on_behalf = act == Act::Reply && !reach::is_own(current, issue);
    let chosen = match act {
        Act::HandOver => Some(fields.select("owner", offered.owners, Some(l.t("issues.choose"))).view()),
        Act::Forward => Some(letter_fields(fields, offered.letters)),
        Act::Answer if !offered.also.is_empty() => Some(fields.checkboxes("also", offered.also)),
        _ => None,
    };
    view! {
        <form class="form" method="post" action=address(issue, act) enctype="multipart/form-data">
            {fields.once()}
            {fields.hidden("seen")}
            {on_behalf.then(|| fields.text("caller").max(LONGEST_NAME).view())}
            {chosen}
            {area}
            {(act == Act::Answer).then(|| fields.text("reference").max(LONGEST_NAME).optional().view())}
            {takes_files(act).then(|| fields.file("files").multiple().accept(ENDINGS).optional().view())}
            <div class="actions"><button class="button">{name(l, act)}</button></div>
        </form>
    }
    .into_any()
}

/// A recent letter, or the facts of a new one.
fn letter_fields(fields: Fields<'_>, letters: Vec<(String, String)>) -> AnyView {
    let l = fields.l;
    let recent = (!letters.is_empty()).then(|| fields.select("letter", letters, Some(l.t("issues.letter.new"))).view());
    view! {
        {recent}
        <fieldset class="form__part">
            <legend>{l.t("issues.letter.new")}</legend>
            {fields.text("department").max(LONGEST_NAME).view()}
            {fields.text("letter_number").max(LONGEST_NAME).view()}
            {fields.date("sent_on").view()}
            {fields.date("answer_due").optional().view()}
        </fieldset>
    }
    .into_any()
}
