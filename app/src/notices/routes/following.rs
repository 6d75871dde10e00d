//! Following a notice up: who has it, who read it, who acknowledged it; writing down what members said
//! by phone; reminding the others.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{SCOPE, id};
use crate::{
    copies,
    current::Current,
    error::{AppError, Result},
    flash,
    form::Form,
    groups,
    ids::{MemberId, NoticeId, TextEnum},
    members::{model::Duty, store as members},
    notices::{
        export,
        mail::About,
        model::{Show, Told},
        page::{self, following::Followed},
        store::{
            self, Version,
            following::{self, Line},
            lists, publication, reading,
        },
    },
    outbox, sheets,
    state::AppState,
    text::Message,
};

#[derive(Clone, Debug, Default, Deserialize)]
pub struct FollowQuery {
    show: Option<String>,
    after: Option<MemberId>,
    before: Option<MemberId>,
}

pub(super) async fn show(
    State(state): State<AppState>,
    current: Current,
    Path(notice): Path<String>,
    Query(query): Query<FollowQuery>,
) -> Result<Response> {
    let version = store::current(state.db.reader(), id(&notice)?).await?;
    let followed = followed(&state, version, &query, following::PAGE).await?;
    Ok(page::following::show(&state, &current, &followed, &Form::new(SCOPE)))
}

/// A page of members and everything that is known about them.
async fn followed(state: &AppState, version: Version, query: &FollowQuery, most: usize) -> Result<Followed> {
    let conn = state.db.reader();
    let show = query.show.as_deref().and_then(Show::from_word).unwrap_or(Show::All);
    let edge = query.before.map(|member| (member, true)).or(query.after.map(|member| (member, false)));
    let backwards = query.before.is_some();
    let mut lines = following::lines(conn, version.id, show, edge, most + 1).await?;
    let more = lines.len() > most;
    lines.truncate(most);
    if backwards {
        lines.reverse();
    }
    let before = lines.first().map(|line| line.member_id).filter(|_| if backwards { more } else { edge.is_some() });
    let after = lines.last().map(|line| line.member_id).filter(|_| backwards || more);
    let known = known_of(state, version, show, lines).await?;
    Ok(Followed { before, after, ..known })
}

/// Everything that is known about these members, on a page alone.
async fn known_of(state: &AppState, version: Version, show: Show, lines: Vec<Line>) -> Result<Followed> {
    let conn = state.db.reader();
    let ids: Vec<MemberId> = lines.iter().map(|line| line.member_id).collect();
    Ok(Followed {
        totals: following::totals(conn, version.id).await?,
        reads: following::reads(conn, version.id, &ids).await?,
        mails: following::mails(conn, version.id, &ids).await?,
        contacts: members::whom_to_call(conn, &ids, Duty::Notices).await?,
        told: outbox::store::to_groups_about(conn, "notice", version.notice_id.0).await?,
        progress: outbox::progress_of(state, "notice", version.notice_id.0).await?,
        before: None,
        after: None,
        show,
        version,
        lines,
    })
}

/// Everything that the page shows under a filter, as a spreadsheet.
pub(super) async fn export(
    State(state): State<AppState>,
    current: Current,
    Path(notice): Path<String>,
    Query(query): Query<FollowQuery>,
) -> Result<Response> {
    let version = store::current(state.db.reader(), id(&notice)?).await?;
    let whole = FollowQuery { show: query.show, ..FollowQuery::default() };
    let followed = followed(&state, version, &whole, following::MOST).await?;
    sheets::download_table(current.locale, &followed.version.title, export::members(&current, &followed)).await
}

/// The names of those that have not acknowledged, as a text for WeChat.
pub(super) async fn names(
    State(state): State<AppState>,
    current: Current,
    Path(notice): Path<String>,
) -> Result<Response> {
    let conn = state.db.reader();
    let version = store::current(conn, id(&notice)?).await?;
    let lines = following::lines(conn, version.id, Show::Waiting, None, following::MOST).await?;
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    let noted = copies::noted(conn, copies::Text::NoticeNames, &version.notice_id.to_string()).await?;
    Ok(page::following::names(&state, &current, &version, &names, &noted))
}

/// Writes down what a member said by phone.
pub(super) async fn record(
    State(state): State<AppState>,
    current: Current,
    Path((notice, member)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let (notice, member): (NoticeId, MemberId) = (id(&notice)?, id(&member)?);
    let conn = state.db.reader();
    let version = store::current(conn, notice).await?;
    let standing = lists::standings(conn, &[version.id], &[member]).await?;
    let standing = standing.first().ok_or(AppError::NotFound)?;
    if form.value("version") != version.id.to_string() {
        return Err(AppError::Refused(Message::of("notices.newer_version")));
    }
    let mut form = form.scoped(SCOPE);
    let told = form.choice::<Told>("told");
    let remark = form.required("remark", 200);
    let Some(told) = told.filter(|_| !form.has_errors()) else {
        return again(&state, &current, version, member, form).await;
    };
    let person = current.person()?.id;
    let tx = state.begin(&current).await?;
    let what = (notice, version.id);
    let recorded = match told {
        Told::Acknowledged => reading::acknowledge(&tx, what, &[member], person, Some(&remark)).await? == 1,
        Told::Read => reading::read_on_behalf(&tx, what, member, person, &remark).await?,
    };
    tx.commit().await?;
    if !recorded {
        let line = following::line(conn, version.id, member).await?;
        let stands = match told {
            Told::Acknowledged => line.and_then(|line| line.remark),
            Told::Read => reading::remark_on_reading(conn, version.id, member, person).await?,
        };
        // A second click finds its own words there.
        if stands.as_ref() != Some(&remark) {
            form.refuse("remark", Message::of("notices.recorded_before"));
            return again(&state, &current, version, member, form).await;
        }
    }
    let said = Message::of("notices.recorded_flash").with("member", &standing.member_name);
    Ok(flash::redirect(&back(&form, notice), &said))
}

/// The line of that member again, with what stands there and what was typed.
async fn again(
    state: &AppState,
    current: &Current,
    version: Version,
    member: MemberId,
    mut form: Form,
) -> Result<Response> {
    form.set("member", member);
    let show = Show::from_word(form.value("show")).unwrap_or(Show::All);
    let line = following::line(state.db.reader(), version.id, member).await?.ok_or(AppError::NotFound)?;
    let followed = known_of(state, version, show, vec![line]).await?;
    Ok(page::following::show(state, current, &followed, &form))
}

/// The view of the list from which a form was sent.
fn back(form: &Form, notice: NoticeId) -> String {
    let show = Show::from_word(form.value("show")).unwrap_or(Show::All);
    format!("/notices/{notice}/members?show={show}")
}

/// Mails those that have not acknowledged; once an hour, however often it is clicked.
pub(super) async fn remind(
    State(state): State<AppState>,
    current: Current,
    Path(notice): Path<String>,
    form: Form,
) -> Result<Response> {
    let notice: NoticeId = id(&notice)?;
    let version = store::current(state.db.reader(), notice).await?;
    if !version.must_acknowledge {
        return Err(AppError::Refused(Message::of("notices.nothing_to_remind")));
    }
    let tx = state.begin(&current).await?;
    if !publication::take_reminder(&tx, version.id).await? {
        return Ok(flash::redirect(&back(&form, notice), &Message::of("notices.reminded_already")));
    }
    let recipients = publication::recipients(&tx, version.id, true).await?;
    let waiting = following::totals(&*tx, version.id).await?.waiting;
    let told = if waiting > 0 { groups::reminded(&tx, &state.options, &version, waiting).await? } else { 0 };
    let mut count = recipients.len() as u64;
    let mut refused = 0;
    if count == 0 && told == 0 {
        return Ok(flash::redirect(&back(&form, notice), &Message::of("notices.nobody_to_remind")));
    }
    if count > 0 {
        let files = store::files_of(&*tx, version.id).await?;
        let association = &current.site.association.name;
        let about = About { options: &state.options, association, version: &version, files: &files };
        let message = outbox::enqueue(&tx, &state.options, about.reminder(recipients)).await?;
        publication::add_mailing(&tx, message, version.id, true).await?;
        refused = outbox::store::unsent(&*tx, message).await?;
        count -= refused;
    }
    publication::note_reminder(&tx, notice, count).await?;
    tx.commit().await?;
    let key = match outbox::leaves(&state, &current) {
        _ if refused > 0 => "notices.reminded_some_refused",
        _ if told > 0 => "notices.reminded_with_groups",
        true => "notices.reminded_flash",
        false => "notices.reminded_as_file",
    };
    Ok(flash::redirect(
        &back(&form, notice),
        &Message::of(key).with("n", count).with("groups", told).with("refused", refused),
    ))
}
