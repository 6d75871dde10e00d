//! Looking at what came in and importing a mail; what is done with one, and what is downloaded of it, stand beside.

mod acts;
mod downloads;

use axum::{
    extract::{Path, Query, Request, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    ingest::{self, LARGEST, Source, Taken},
    mail::numbers_in,
    model::{About, CameBy, Conversation, Way},
    page::{
        list::{self, Listing, TABS},
        one::{self, Offer},
        timeline::SCOPE,
    },
    reports,
    settle::{self, Filing},
    store::{self, Filter, Inbound},
    talks,
};
use crate::{
    access::{Route, Who},
    current::Current,
    db::ConnectionTrait,
    error::{AppError, Result},
    files::Upload,
    flash,
    form::Form,
    ids::{FileId, InboundMailId},
    members,
    paging::From,
    state::AppState,
    text::Message,
};

/// The largest mail, and the form around it.
const MOST_UPLOADED: usize = LARGEST as usize + 1024 * 1024;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/mails", Who::Office, show_list),
        Route::post("/mails", Who::Staff, drop_mail).limit(MOST_UPLOADED),
        Route::get("/mails/{mail}", Who::Office, show),
        Route::get("/mails/{mail}/raw", Who::Staff, downloads::raw),
        Route::get("/mails/{mail}/files/{file}", Who::SignedIn, downloads::download),
        Route::post("/mails/{mail}/file", Who::Staff, acts::file),
        Route::post("/mails/{mail}/believe", Who::Staff, reports::believe),
        Route::post("/mails/{mail}/aside", Who::Staff, acts::put_aside),
        Route::post("/mails/aside", Who::Staff, acts::put_several_aside),
        Route::post("/mails/{mail}/handled", Who::Staff, acts::handled),
        Route::post("/mails/{mail}/take-back", Who::Staff, acts::take_back),
        Route::post("/mails/{mail}/read", Who::Staff, acts::read_now),
        Route::post("/issues/{issue}/talks", Who::Staff, talks::about_issue),
        Route::post("/sentinels/{request}/talks", Who::MemberOrStaff, talks::about_request),
    ]
}

#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    tab: String,
    /// A conversation, as `kind:id`, to whose mails the list keeps.
    #[serde(default)]
    of: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    before: String,
}

async fn show_list(State(state): State<AppState>, current: Current, Query(asked): Query<Asked>) -> Result<Response> {
    listing(&state, &current, &asked, &Form::new(SCOPE)).await
}

async fn listing(state: &AppState, current: &Current, asked: &Asked, form: &Form) -> Result<Response> {
    let conn = state.db.reader();
    let of = asked.of.split_once(':').and_then(|(kind, id)| Conversation::of(kind, id.parse().ok()?));
    let of = match of {
        Some(of) => Some(store::about(conn, of).await?.ok_or(AppError::NotFound)?),
        None => None,
    };
    let tab = TABS.into_iter().find(|tab| *tab == asked.tab).unwrap_or(TABS[0]);
    let filter = match (&of, tab) {
        (Some(of), _) => Filter::Of(of.conversation),
        (None, "pen") => Filter::Pen,
        (None, "aside") => Filter::Aside,
        (None, "all") => Filter::All,
        (None, _) => Filter::waiting(current),
    };
    let from = From::asked(&asked.after, &asked.before);
    let listed = store::list(conn, filter, from).await?;
    let mut about = Vec::new();
    let mut named: Vec<Conversation> = listed.rows.iter().filter_map(store::Line::conversation).collect();
    named.sort_unstable();
    named.dedup();
    for named in named {
        about.extend(store::about(conn, named).await?);
    }
    let listing = Listing { tab, of, listed, about, count: store::count(conn, filter).await? };
    Ok(list::show(state, current, &listing, form))
}

/// Takes in a mail that was saved as a file.
async fn drop_mail(State(state): State<AppState>, current: Current, request: Request) -> Result<Response> {
    let upload = Upload::within(request, &state, LARGEST).await?;
    let mut form = upload.form.scoped(SCOPE);
    let received = upload.files.into_iter().find(|file| file.field == "mail");
    let Some(received) = received.filter(|_| !form.has_errors()) else {
        if !form.has_errors() {
            form.refuse("mail", Message::of("conversations.drop.missing"));
        }
        return listing(&state, &current, &Asked::default(), &form).await;
    };
    let source = Source { received, recipient: None, came_by: CameBy::Page, actor: current.actor() };
    Ok(told(ingest::take(&state, source).await?))
}

async fn show(State(state): State<AppState>, current: Current, Path(id): Path<InboundMailId>) -> Result<Response> {
    let mail = store::find(state.db.reader(), id).await?;
    one_mail(&state, &current, mail, &Form::new(SCOPE)).await
}

async fn one_mail(state: &AppState, current: &Current, mail: Inbound, form: &Form) -> Result<Response> {
    let conn = state.db.reader();
    let about = match mail.conversation() {
        Some(of) => store::about(conn, of).await?,
        None => None,
    };
    let (offered, speaks_for) =
        if mail.filed_at.is_none() { offered(state, &mail).await? } else { (Vec::new(), Vec::new()) };
    let files = store::files(conn, &[mail.id]).await?.into_iter().map(|(_, file)| file).collect();
    let claims = store::claims(conn, mail.id).await?;
    let is_proof = store::is_proof(conn, &mail).await?;
    Ok(one::show(state, current, &one::Shown { mail, files, about, offered, speaks_for, claims, is_proof }, form))
}

/// What a mail may belong to: what its subject names, then what is open with the sender's member. And the members whose
/// reply it may be elsewhere.
async fn offered(state: &AppState, mail: &Inbound) -> Result<(Vec<Offer>, Vec<String>)> {
    let conn = state.db.reader();
    let mut offered: Vec<About> = Vec::new();
    for number in numbers_in(&mail.subject).into_iter().take(3) {
        if let Some(of) = store::by_number(conn, number).await? {
            offered.extend(store::about(conn, of).await?);
        }
    }
    let sender = store::sender(conn, &mail.from_email).await?;
    for open in store::open_of(conn, &sender.members).await? {
        if !offered.contains(&open) {
            offered.push(open);
        }
    }
    offered.truncate(8);
    let files = files_of(conn, mail).await?;
    let mut offers = Vec::new();
    for about in offered {
        let filing = Filing { about: &about, way: Way::ByHand, sender: &sender, files: &files, replies: true };
        let is_reply = settle::is_reply(conn, mail, filing).await?;
        offers.push(Offer { about, is_reply });
    }
    if !settle::can_reply(mail, &files) {
        return Ok((offers, Vec::new()));
    }
    let members = members::store::members(conn, &sender.members).await?;
    Ok((offers, members.into_iter().map(|member| member.name).collect()))
}

async fn files_of(conn: &impl ConnectionTrait, mail: &Inbound) -> Result<Vec<FileId>> {
    Ok(store::files(conn, &[mail.id]).await?.into_iter().map(|(_, file)| file.id).collect())
}

/// Says what became of a mail.
fn told(taken: Taken) -> Response {
    let (path, key) = match taken {
        Taken::Filed(id) => (format!("/mails/{id}"), "conversations.done.taken"),
        Taken::Held(id, _) => (format!("/mails/{id}"), "conversations.done.held"),
        Taken::Again => ("/mails?tab=all".to_owned(), "conversations.done.again"),
        Taken::Ours => ("/mails".to_owned(), "conversations.done.ours"),
    };
    flash::redirect(&path, &Message::of(key))
}
