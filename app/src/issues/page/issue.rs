//! One issue: where it stands, whose it is, what can be done next, and everything that happened.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{file_list, paragraphs, state_tag, step};
use crate::{
    accounts::store::Known,
    conversations,
    current::Current,
    files::Stored,
    form::Form,
    ids::{IssueEventId, PersonId},
    issues::{
        model::{Act, EventKind, Side, State, apply},
        reach,
        store::{Event, Issue, Letter, Question},
    },
    members::{
        contacts,
        store::{Contact, Member, Plant},
    },
    shell::Page,
    state::AppState,
    ui::{field::Fields, parts},
};

/// An issue with everything around it.
pub struct Whole {
    pub issue: Issue,
    pub member: Member,
    pub plant: Option<Plant>,
    /// Newest first.
    pub events: Vec<Event>,
    pub files: Vec<(IssueEventId, Stored)>,
    pub people: Vec<Known>,
    pub letters: Vec<Letter>,
    /// Whether the owner does not act for the secretariat any more.
    pub owner_left: bool,
    /// Whom to call.
    pub contacts: Vec<Contact>,
    /// Whether mail about it reaches anybody of the member.
    pub reachable: bool,
    pub question: Option<Question>,
    /// Mails and talks, as far as the reader may see them.
    pub conversation: conversations::Timeline,
}

impl Whole {
    fn name_of(&self, person: Option<PersonId>) -> Option<String> {
        self.people.iter().find(|known| Some(known.id) == person).map(|known| known.name.clone())
    }
}

pub fn show(state: &AppState, current: &Current, whole: &Whole, form: &Form) -> Response {
    let l = current.locale;
    let issue = &whole.issue;
    Page::new(current, format!("{} {}", issue.number, issue.title)).render(state, || {
        let first = whole.events.last().map(|event| event.id);
        let files: Vec<_> =
            whole.files.iter().filter(|(event, _)| Some(*event) == first).map(|(_, file)| file).collect();
        view! {
            {parts::breadcrumbs(l, &[("/issues", l.t("issues.title"))], issue.number.clone())}
            <div class="page-head">
                <h1>{issue.title.clone()}</h1>
                <p>{state_tag(l, issue.state(), current.is_office())}</p>
            </div>
            <div class="columns">
                <div>
                    {facts(current, whole)}
                    <section aria-labelledby="asked">
                        <h2 id="asked">{l.t("issues.asked")}</h2>
                        <div class="prose">{paragraphs(&current.shown(&issue.body))}</div>
                        {file_list(issue, &files)}
                    </section>
                    {member_part(current, whole, form)}
                    <h2>{l.t("issues.timeline")}</h2>
                    {timeline(current, whole)}
                    {conversations::view(current, &whole.conversation, current.is_staff())}
                </div>
                <div class="stack no-print">
                    {office_part(current, whole)}
                    {contacts(current, whole)}
                </div>
            </div>
        }
        .into_any()
    })
}

fn facts(current: &Current, whole: &Whole) -> AnyView {
    let l = current.locale;
    let issue = &whole.issue;
    let waits = match issue.state().waits_for() {
        Some(Side::Member) => "issues.waits.member",
        Some(Side::Secretariat) => "issues.waits.secretariat",
        Some(Side::Department) => "issues.waits.department",
        None => "issues.waits.nobody",
    };
    let kind = format!(
        "{} · {}",
        l.t(&format!("issues.kind.{}", issue.kind)),
        l.t(&format!("issues.category.{}", issue.category))
    );
    let owner = match whole.name_of(issue.owner_id) {
        Some(name) if whole.owner_left => l.tn("issues.owner_left", &[("name", &name)]),
        Some(name) => name,
        None => l.t("issues.nobody"),
    };
    let caller = whole.events.last().and_then(|event| event.caller.as_deref()).map(|caller| current.shown(caller));
    let filed_by = match (caller, whole.name_of(issue.filed_by)) {
        (Some(caller), Some(name)) => l.tn("issues.filed_for", &[("caller", &caller), ("name", &name)]),
        (_, name) => parts::or_dashes(name),
    };
    let member = if current.is_office() {
        view! { <a href=format!("/members/{}", whole.member.id)>{whole.member.name.clone()}</a> }.into_any()
    } else {
        whole.member.name.clone().into_any()
    };
    view! {
        <dl class="summary-list">
            <div><dt>{l.t("issues.column.number")}</dt><dd>{issue.number.clone()}</dd></div>
            <div><dt>{l.t("issues.waits")}</dt><dd>{l.t(waits)}</dd></div>
            <div><dt>{l.t("issues.column.owner")}</dt><dd>{owner}</dd></div>
            <div><dt>{l.t("issues.column.member")}</dt><dd>{member}</dd></div>
            {whole.plant.as_ref().map(|plant| view! {
                <div><dt>{l.t("issues.plant")}</dt><dd>{plant.name.clone()}</dd></div>
            })}
            <div><dt>{l.t("issues.column.kind")}</dt><dd>{kind}</dd></div>
            <div><dt>{l.t("issues.column.filed")}</dt><dd>{issue.filed_at.show()} " " {filed_by}</dd></div>
        </dl>
    }
    .into_any()
}

/// What the member can do: answer what was asked, right here; or reopen.
fn member_part(current: &Current, whole: &Whole, form: &Form) -> Option<AnyView> {
    let l = current.locale;
    let issue = &whole.issue;
    if !reach::is_own(current, issue) {
        return None;
    }
    if issue.state() == State::AskedBack {
        let fields = Fields::new(l, form);
        let asked = whole.events.iter().find(|event| event.kind == EventKind::AskedBack)?;
        let question = asked.text.as_deref().map(paragraphs);
        return Some(
            view! {
                <section class="panel" aria-labelledby="to-answer">
                    <h2 id="to-answer">{l.t("issues.please_answer")}</h2>
                    {question}
                    {step::step_form(current, Act::Reply, issue, fields, step::Offered::default())}
                </section>
            }
            .into_any(),
        );
    }
    apply(issue.state(), Act::Reopen).is_ok().then(|| {
        let href = step::address(issue, Act::Reopen);
        view! { <p><a class="button button--quiet" href=href>{step::name(l, Act::Reopen)}</a></p> }.into_any()
    })
}

/// What staff can do: the next step first, the others quietly.
fn office_part(current: &Current, whole: &Whole) -> Option<AnyView> {
    let l = current.locale;
    let issue = &whole.issue;
    if !current.is_staff() {
        return None;
    }
    let state = issue.state();
    if state == State::Filed {
        return Some(
            view! {
                <section class="panel" aria-labelledby="next">
                    <h2 id="next">{l.t("issues.next")}</h2>
                    <form method="post" action=step::address(issue, Act::Take)>
                        <button class="button button--big">{step::name(l, Act::Take)}</button>
                    </form>
                    <p><a href=step::address(issue, Act::Remark)>{step::name(l, Act::Remark)}</a></p>
                </section>
            }
            .into_any(),
        );
    }
    let main = if state == State::Answered { Act::Close } else { Act::Answer };
    let links = [main, Act::AskBack, Act::Forward, Act::Answer, Act::Reply, Act::Reopen, Act::HandOver, Act::Remark]
        .into_iter()
        .enumerate()
        .filter(|(n, act)| apply(state, *act).is_ok() && (*n == 0 || *act != main))
        .map(|(n, act)| {
            let class = if n == 0 { "button" } else { "button button--quiet" };
            let words = if act == Act::Reply { l.t("issues.act.reply_for") } else { step::name(l, act) };
            view! { <a class=class href=step::address(issue, act)>{words}</a> }.into_any()
        })
        .collect::<Vec<_>>();
    Some(
        view! {
            <section class="panel" aria-labelledby="next">
                <h2 id="next">{l.t("issues.next")}</h2>
                <div class="actions">{links}</div>
                {publishing(current, whole)}
            </section>
        }
        .into_any(),
    )
}

fn publishing(current: &Current, whole: &Whole) -> Option<AnyView> {
    let l = current.locale;
    whole.issue.answered_at?;
    let page = published(current, whole);
    let href = format!("/issues/{}/publish", whole.issue.id);
    let words = l.t(if page.is_some() { "issues.publish.change" } else { "issues.publish.start" });
    Some(view! { <p><a href=href>{words}</a></p> {page} }.into_any())
}

/// The way to what everybody may read of it now.
fn published(current: &Current, whole: &Whole) -> Option<AnyView> {
    let question = whole.question.as_ref().filter(|question| question.withdrawn_at.is_none())?;
    let href = format!("/questions/{}", question.id);
    Some(view! { <p><a href=href>{current.locale.t("issues.publish.see")}</a></p> }.into_any())
}

/// Whom to call at the member.
fn contacts(current: &Current, whole: &Whole) -> Option<AnyView> {
    let l = current.locale;
    if !current.is_office() {
        return None;
    }
    let cards = whole.contacts.iter().map(|contact| contact_card(current, contact)).collect::<Vec<_>>();
    let unreachable = (!whole.reachable).then(|| view! { <p class="banner">{l.t("issues.unreachable")}</p> });
    let nobody = whole.contacts.is_empty().then(|| {
        let href = format!("/members/{}", whole.member.id);
        view! { <p><a href=href>{l.t("issues.no_contacts")}</a></p> }
    });
    Some(view! { <section aria-labelledby="call"><h2 id="call">{l.t("issues.contacts")}</h2>{unreachable}{nobody}{cards}</section> }.into_any())
}

fn contact_card(current: &Current, contact: &Contact) -> AnyView {
    let phone = contacts::call(current, contact, "contact-card__phone");
    view! {
        <div class="contact-card">
            <p class="contact-card__name">{contact.name.clone()}</p>
            {contact.title.clone().map(|title| view! { <p class="contact-card__duty">{title}</p> })}
            {phone}
        </div>
    }
    .into_any()
}

fn timeline(current: &Current, whole: &Whole) -> AnyView {
    let lines = whole.events.iter().map(|event| line(current, whole, event)).collect::<Vec<_>>();
    view! { <ol class="timeline">{lines}</ol> }.into_any()
}

fn line(current: &Current, whole: &Whole, event: &Event) -> AnyView {
    let l = current.locale;
    let name = whole.name_of(event.person_id).unwrap_or_else(|| l.t("issues.the_program"));
    let caller = event.caller.as_deref().map(|caller| current.shown(caller));
    let who = match (&caller, event.by_office) {
        (Some(writer), false) => l.tn("issues.by_mail", &[("name", writer)]),
        (Some(caller), true) => l.tn("issues.filed_for", &[("caller", caller), ("name", &name)]),
        (None, true) => l.tn("issues.by_office", &[("name", &name)]),
        (None, false) => name,
    };
    let page = if event.kind == EventKind::Published && !current.is_staff() { published(current, whole) } else { None };
    let inside = event.kind == EventKind::HandedOver && !current.is_office();
    let text = event.text.as_deref().filter(|_| !inside).map(|text| paragraphs(&current.shown(text)));
    let to =
        whole.name_of(event.to_person_id).map(|name| view! { <p>{l.tn("issues.handed_to", &[("name", &name)])}</p> });
    let letter = whole.letters.iter().find(|letter| Some(letter.id) == event.letter_id).map(|letter| {
        let sent_on = crate::time::show_day(letter.sent_on);
        let words = [("department", letter.department.as_str()), ("number", &letter.number), ("day", &sent_on)];
        let words = l.tn("issues.letter.line", &words);
        if current.is_office() {
            view! { <p><a href=format!("/letters/{}", letter.id)>{words}</a></p> }.into_any()
        } else {
            view! { <p>{words}</p> }.into_any()
        }
    });
    let reference =
        event.reference.as_deref().map(|number| view! { <p>{l.tn("issues.reference", &[("number", number)])}</p> });
    let files: Vec<_> = whole.files.iter().filter(|(of, _)| *of == event.id).map(|(_, file)| file).collect();
    let files = if event.kind == EventKind::Filed { None } else { file_list(&whole.issue, &files) };
    view! {
        <li>
            <time datetime=event.at.rfc3339()>{event.at.show()}</time>
            <span class="timeline__who">{who}</span>
            <p><strong>{l.t(&format!("issues.event.{}", event.kind))}</strong></p>
            {to}{letter}{text}{reference}{page}{files}
        </li>
    }
    .into_any()
}
