//! A notice member by member, with the phone to call, and the list of names for WeChat.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::post;
use crate::{
    copies::{self, Noted},
    current::Current,
    form::Form,
    ids::{MemberId, TextEnum},
    members::{contacts, store::Contact},
    notices::{
        model::{Show, Told},
        store::{
            Version,
            following::{Line, Mail, Read, Totals},
        },
    },
    outbox::{self, DeliveryState, store::Found},
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{
        downloads,
        field::Fields,
        parts::{self, Tone, tag},
    },
};

/// A page of members of a version and what is known about them.
pub struct Followed {
    pub version: Version,
    pub show: Show,
    pub totals: Totals,
    pub lines: Vec<Line>,
    pub reads: Vec<Read>,
    pub mails: Vec<Mail>,
    pub contacts: Vec<Contact>,
    /// What went to chat groups about the notice.
    pub told: Vec<Found>,
    /// How far a long mailing is.
    pub progress: outbox::Progress,
    pub before: Option<MemberId>,
    pub after: Option<MemberId>,
}

impl Followed {
    /// The mail to a member that came closest to arriving; the best of several contacts counts.
    pub fn best_mail(&self, member: MemberId) -> Option<&Mail> {
        self.mails.iter().filter(|mail| mail.member_id == member).max_by_key(|mail| mail.state.certainty())
    }
}

pub fn show(state: &AppState, current: &Current, followed: &Followed, form: &Form) -> Response {
    let l = current.locale;
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Page::new(current, l.t("notices.follow")).failed_if(form.has_errors()).status(status).render(state, || {
        let version = &followed.version;
        let base = format!("/notices/{}", version.notice_id);
        let lines = followed.lines.iter().map(|line| row(current, followed, line, form)).collect::<Vec<_>>();
        let table = if lines.is_empty() {
            parts::empty(l.t("notices.nobody_here"), None)
        } else {
            view! {
                <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("notices.follow")>
                    <table class="table table--cards">
                        <thead><tr>
                            <th scope="col">{l.t("notices.column.member")}</th>
                            <th scope="col">{l.t("notices.column.mail")}</th>
                            <th scope="col">{l.t("notices.column.read")}</th>
                            <th scope="col">{l.t("notices.acknowledged")}</th>
                            <th scope="col">{l.t("notices.column.phone")}</th>
                        </tr></thead>
                        <tbody>{lines}</tbody>
                    </table>
                </div>
            }
            .into_any()
        };
        view! {
            {Fields::new(l, form).summary()}
            {parts::breadcrumbs(l, &[("/notices", l.t("notices.title")), (&base, version.title.clone())], l.t("notices.follow"))}
            <div class="page-head">
                <h1>{l.tn("notices.follow_title", &[("title", &version.title)])}</h1>
                <div class="actions">{actions(current, followed, &base)}</div>
            </div>
            {outbox::progress(current, &followed.progress)}
            {tabs(l, followed, &base)}
            {table}
            {pager(l, followed, &base)}
            {(!followed.told.is_empty()).then(|| outbox::timeline(current, l.t("groups.trail"), &followed.told))}
        }
        .into_any()
    })
}

fn actions(current: &Current, followed: &Followed, base: &str) -> AnyView {
    let l = current.locale;
    let waiting = followed.totals.waiting > 0 && followed.version.must_acknowledge;
    let words = l.t("notices.remind");
    let remind = (waiting && current.is_staff()).then(|| post(format!("{base}/remind"), words, "button"));
    let names = waiting
        .then(|| view! { <a class="button button--quiet" href=format!("{base}/names")>{l.t("notices.names")}</a> });
    let export = format!("{base}/members.xlsx?show={}", followed.show);
    view! { {remind} {names} {downloads::links(current, &export, l.t("notices.export"))} }.into_any()
}

fn tabs(l: Locale, followed: &Followed, base: &str) -> AnyView {
    let tabs = Show::ALL
        .iter()
        .map(|show| {
            let n = match show {
                Show::All => followed.totals.all,
                Show::Waiting => followed.totals.waiting,
                Show::MailFailed => followed.totals.mail_failed,
            };
            let here = (*show == followed.show).then_some("page");
            view! {
                <a href=format!("{base}/members?show={show}") aria-current=here>
                    {l.t(&format!("notices.show.{show}"))} " " <span class="count">{n}</span>
                </a>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! { <nav class="tabs" aria-label=l.t("notices.follow")>{tabs}</nav> }.into_any()
}

fn row(current: &Current, followed: &Followed, line: &Line, form: &Form) -> AnyView {
    let l = current.locale;
    let read = followed.reads.iter().find(|read| read.member_id == line.member_id).map(|read| read.at.show());
    view! {
        <tr>
            <th scope="row"><a href=format!("/members/{}", line.member_id)>{line.name.clone()}</a></th>
            <td data-label=l.t("notices.column.mail")><div>{mail(current, followed, line.member_id)}</div></td>
            <td class="nowrap" data-label=l.t("notices.column.read")>{parts::or_dashes(read)}</td>
            <td data-label=l.t("notices.acknowledged")><div>{acknowledged(current, followed, line, form)}</div></td>
            <td data-label=l.t("notices.column.phone")><div>{phones(current, followed, line.member_id)}</div></td>
        </tr>
    }
    .into_any()
}

/// What became of the mail, in the words of the outbox.
fn mail(current: &Current, followed: &Followed, member: MemberId) -> AnyView {
    let l = current.locale;
    let Some(mail) = followed.best_mail(member) else { return tag(Tone::Muted, l.t("notices.no_mail")) };
    let more = match mail.state {
        DeliveryState::Accepted | DeliveryState::Written => mail.settled_at.map(crate::time::Instant::show),
        _ => mail.reply.as_deref().map(|words| outbox::shown_reply(current, &mail.email, words)),
    };
    view! { {outbox::state_tag(l, mail.state)} {more.map(|words| view! { <br /><small>{words}</small> })} }.into_any()
}

/// Who acknowledged and when; else, for staff, the form that writes down what was said by phone.
fn acknowledged(current: &Current, followed: &Followed, line: &Line, form: &Form) -> AnyView {
    let l = current.locale;
    if let Some(at) = line.acknowledged_at {
        let person = line.acknowledged_by.clone().unwrap_or_default();
        let key = if line.on_behalf { "notices.by_on_behalf" } else { "notices.by" };
        let words = l.tn(key, &[("person", &person), ("at", &at.show())]);
        let remark = line.remark.clone().map(|remark| view! { <br /><small>{remark}</small> });
        // Somebody who was too late keeps what they typed.
        let late = (form.value("member") == line.member_id.to_string()).then(|| record(l, followed, line, form));
        return view! { {tag(Tone::Done, l.t("notices.acknowledged"))} " " {words} {remark} {late} }.into_any();
    }
    let late = followed.version.acknowledge_by.is_some_and(|by| by < current.now);
    let tone = if late { Tone::Urgent } else { Tone::Wait };
    let missing =
        tag(if followed.version.must_acknowledge { tone } else { Tone::Muted }, l.t("notices.not_acknowledged"));
    let record = current.is_staff().then(|| record(l, followed, line, form));
    view! { {missing} {record} }.into_any()
}

fn record(l: Locale, followed: &Followed, line: &Line, form: &Form) -> AnyView {
    let version = &followed.version;
    let mended = form.value("member") == line.member_id.to_string();
    let error = form.error("remark").filter(|_| mended).map(|m| view! { <p class="field__error">{l.say(m)}</p> });
    let remark = mended.then(|| form.value("remark").to_owned());
    let id = if mended { "f-remark".to_owned() } else { format!("remark-{}", line.member_id) };
    let buttons = Told::ALL
        .iter()
        .filter(|told| **told == Told::Read || line.acknowledged_at.is_none())
        .map(|told| {
            let words = l.t(&format!("notices.told.{told}"));
            view! { <button class="button button--quiet" name="told" value=told.word()>{words}</button> " " }.into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <details class="disclosure" open=mended>
            <summary>{l.t("notices.record")}<span class="visually-hidden">" " {line.name.clone()}</span></summary>
            <form method="post" action=format!("/notices/{}/members/{}/record", version.notice_id, line.member_id)>
                <input type="hidden" name="version" value=version.id.to_string() />
                <input type="hidden" name="show" value=followed.show.word() />
                <div class="field">
                    <label class="field__label" for=id.clone()>{l.t("notices.field.remark")}</label>
                    {error}
                    <input class="input" id=id name="remark" maxlength="200" value=remark />
                </div>
                {buttons}
            </form>
        </details>
    }
    .into_any()
}

/// The phones to call, one tap each.
fn phones(current: &Current, followed: &Followed, member: MemberId) -> AnyView {
    let lines = followed
        .contacts
        .iter()
        .filter(|contact| contact.member_id == member)
        .filter_map(|contact| {
            let number = contacts::call(current, contact, "nowrap")?;
            Some(view! { <div>{contact.name.clone()} " " {number}</div> }.into_any())
        })
        .collect::<Vec<_>>();
    if lines.is_empty() { "--".into_any() } else { lines.into_any() }
}

fn pager(l: Locale, followed: &Followed, base: &str) -> Option<AnyView> {
    let link = |side: &str, member: MemberId| format!("{base}/members?show={}&{side}={member}", followed.show);
    parts::pager(l, followed.before.map(|m| link("before", m)), followed.after.map(|m| link("after", m)))
}

/// The list of names on a page of its own, because only it needs an island.
pub fn names(state: &AppState, current: &Current, version: &Version, names: &[&str], noted: &Noted) -> Response {
    let l = current.locale;
    Page::new(current, l.t("notices.names")).render(state, || {
        let base = format!("/notices/{}", version.notice_id);
        let text = wechat(state, version, names);
        view! {
            {parts::breadcrumbs(l, &[("/notices", l.t("notices.title")), (&format!("{base}/members"), l.t("notices.follow"))], l.t("notices.names"))}
            <h1>{l.t("notices.names")}</h1>
            <p class="lead">{l.t("notices.names_lead")}</p>
            {copies::button(current, text, l.t("notices.copy_names"), noted)}
            {copies::list(l, noted)}
        }
        .into_any()
    })
}

/// Names only: phones stay beside the list.
fn wechat(state: &AppState, version: &Version, names: &[&str]) -> String {
    let zh = Locale::Zh;
    let mut lines = vec![zh.tn("notices.wechat.names", &[("title", &version.title), ("n", &names.len().to_string())])];
    lines.extend(names.iter().map(|name| (*name).to_owned()));
    lines.extend(version.acknowledge_by.map(|by| zh.tn("notices.wechat.by", &[("at", &by.show())])));
    lines.push(state.options.url(&format!("/notices/{}", version.notice_id)));
    lines.join("\n")
}
