//! A member that left the association: staff note since when, and take it back when it was a mistake or the member
//! returns. Nothing is lost: its people still read what is theirs, and nobody does anything new for it.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Answer, Task};
use crate::{
    audit,
    current::Current,
    error::AppError,
    flash,
    form::Form,
    ids::MemberId,
    members::store::{self, Member},
    shell::Page,
    state::AppState,
    supply,
    text::Message,
    time::{Instant, show_day},
    ui::{field::Fields, parts, stale},
};

const SCOPE: &str = "members.leaving";

pub async fn ask(State(state): State<AppState>, current: Current, Path(id): Path<MemberId>) -> Answer {
    let member = store::member(state.db.reader(), id).await?;
    if member.left_at.is_some() {
        return Ok(Redirect::to(&format!("/members/{id}")).into_response());
    }
    let mut form = Form::new(SCOPE);
    form.set("day", show_day(current.now.day()));
    form.set("row_version", member.row_version);
    Ok(page(&state, &current, &member, &form, &Task::Change))
}

pub async fn leave(State(state): State<AppState>, current: Current, Path(id): Path<MemberId>, form: Form) -> Answer {
    let member = store::member(state.db.reader(), id).await?;
    let here = format!("/members/{id}");
    let mut form = form.scoped(SCOPE);
    let day = form.day("day");
    let remark = form.optional("remark", 200);
    if day.is_some_and(|day| day > current.now.day()) {
        form.refuse("day", Message::of("members.leaving.future"));
    }
    let Some(day) = day.filter(|_| !form.has_errors()) else {
        return Ok(page(&state, &current, &member, &form, &Task::Change));
    };
    let since = Instant::at(day, 0, 0);
    let tx = state.begin(&current).await?;
    if !store::leave(&tx, id, version(&form), since, remark.as_deref()).await? {
        drop(tx);
        let now = store::member(state.db.reader(), id).await?;
        // The other click of a double one may have noted it.
        if now.left_at == Some(since) && now.left_remark == remark {
            return Ok(flash::redirect(&here, &Message::of("members.left.done").with("name", now.name)));
        }
        form.set("row_version", now.row_version);
        return Ok(page(&state, &current, &now, &form, &Task::Stale(Box::new(filled(&now)))));
    }
    let mut entry = audit::Entry::new("member.left", "member").subject(id).member(id).after(&show_day(day));
    if let Some(noted) = member.left_at {
        entry = entry.before(&show_day(noted.day()));
    }
    audit::record(&tx, entry).await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("members.left.done").with("name", member.name)))
}

/// The member is one again.
pub async fn take_back(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<MemberId>,
    form: Form,
) -> Answer {
    let member = store::member(state.db.reader(), id).await?;
    let left = member.left_at.ok_or(AppError::Refused(Message::of("members.left.is_member")))?;
    let here = format!("/members/{id}");
    let tx = state.begin(&current).await?;
    if !store::take_back(&tx, id, version(&form)).await? {
        return Ok(flash::redirect(&here, &Message::of("members.left.moved")));
    }
    supply::begin_duty(&tx, supply::Anew::Member(id)).await?;
    let entry = audit::Entry::new("member.returned", "member").subject(id).member(id).before(&show_day(left.day()));
    audit::record(&tx, entry).await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("members.left.taken_back").with("name", member.name)))
}

/// The form as it would say what is stored.
fn filled(member: &Member) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("day", member.left_at.map_or_else(String::new, |left| show_day(left.day())));
    form.set("remark", member.left_remark.as_deref().unwrap_or_default());
    form.set("row_version", member.row_version);
    form
}

fn version(form: &Form) -> i32 {
    form.value("row_version").parse().unwrap_or(0)
}

/// Says on the member's page since when it is none, and what follows from that.
pub fn notice(current: &Current, member: &Member) -> Option<AnyView> {
    let l = current.locale;
    let day = show_day(member.left_at?.day());
    let back = current.is_staff().then(|| {
        view! {
            <form method="post" action=format!("/members/{}/return", member.id)>
                <input type="hidden" name="row_version" value=member.row_version.to_string() />
                <button class="button button--quiet">{l.t("members.left.take_back")}</button>
            </form>
        }
    });
    let remark = member.left_remark.clone().filter(|_| current.is_office()).map(|words| view! { <p>{words}</p> });
    Some(
        view! {
            <section class="banner" aria-label=l.t("members.left.tag")>
                <p><strong>{l.tn("members.left.since", &[("day", &day)])}</strong></p>
                {remark}
                <p>{l.t("members.left.means")}</p>
                {back}
            </section>
        }
        .into_any(),
    )
}

fn page(state: &AppState, current: &Current, member: &Member, form: &Form, task: &Task) -> Response {
    let l = current.locale;
    let title = l.t("members.leaving.title");
    let status = if matches!(task, Task::Stale(_)) { StatusCode::CONFLICT } else { StatusCode::OK };
    Page::new(current, title.clone()).status(status).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        let stale = match task {
            Task::Stale(stored) => Some(stale::differences(fields, stored, &stale::as_typed)),
            Task::Add | Task::Change => None,
        };
        let here = format!("/members/{}", member.id);
        let above = [("/members", l.t("members.title")), (here.as_str(), member.name.clone())];
        view! {
            {parts::breadcrumbs(l, &above, title.clone())}
            {fields.summary()}
            {stale}
            <h1>{title.clone()}</h1>
            <p class="lead">{member.name.clone()}</p>
            <p>{l.t("members.left.means")}</p>
            <form class="form" method="post" action=format!("{here}/leave")>
                {fields.hidden("row_version")}
                {fields.date("day").view()}
                {fields.text("remark").max(200).optional().view()}
                <button class="button button--big">{l.t("members.leaving.save")}</button>
            </form>
        }
        .into_any()
    })
}
