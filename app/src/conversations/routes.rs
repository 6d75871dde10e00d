//! Looking at what came in, importing a mail, filing one from the pen and taking one back into it.

use axum::{
    Extension,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use sea_orm::ConnectionTrait;
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
    reports, settle,
    store::{self, Filter, Inbound, PAGE},
    talks,
};
use crate::{
    access::{Route, Who},
    accounts::own_path,
    audit,
    current::Current,
    db::Tx,
    error::{AppError, Result},
    files::{self, FileName, Upload},
    flash,
    form::Form,
    ids::{FileId, InboundMailId, InstallRequestId, IssueId},
    issues::{self, store::issue},
    numbers::Number,
    paging::From,
    sentinels,
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
        Route::get("/mails/{mail}/raw", Who::Staff, raw),
        Route::get("/mails/{mail}/files/{file}", Who::SignedIn, download),
        Route::post("/mails/{mail}/file", Who::Staff, file),
        Route::post("/mails/{mail}/believe", Who::Staff, reports::believe),
        Route::post("/mails/{mail}/aside", Who::Staff, put_aside),
        Route::post("/mails/aside", Who::Staff, put_several_aside),
        Route::post("/mails/{mail}/handled", Who::Staff, handled),
        Route::post("/mails/{mail}/take-back", Who::Staff, take_back),
        Route::post("/mails/{mail}/read", Who::Staff, read_now),
        Route::post("/issues/{issue}/talks", Who::Staff, talks::about_issue),
        Route::post("/sentinels/{request}/talks", Who::MemberOrStaff, talks::about_request),
    ]
}

#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    tab: String,
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
    let tab = TABS.into_iter().find(|tab| *tab == asked.tab).unwrap_or(TABS[0]);
    let filter = match tab {
        "pen" => Filter::Pen,
        "all" => Filter::All,
        _ => Filter::Waiting,
    };
    let from = From::asked(&asked.after, &asked.before);
    let listed = store::list(conn, filter, from).await?;
    let mut about = Vec::new();
    let mut of: Vec<Conversation> = listed.rows.iter().filter_map(store::Line::conversation).collect();
    of.sort_unstable();
    of.dedup();
    for of in of {
        about.extend(store::about(conn, of).await?);
    }
    let listing = Listing { tab, listed, about, count: store::count(conn, filter).await? };
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
    let offered = if mail.filed_at.is_none() { offered(state, &mail).await? } else { Vec::new() };
    let files = store::files(conn, &[mail.id]).await?.into_iter().map(|(_, file)| file).collect();
    let claims = store::claims(conn, mail.id).await?;
    Ok(one::show(state, current, &one::Shown { mail, files, about, offered, claims }, form))
}

/// What a mail may belong to: what its subject names, then what is open with the sender's member.
async fn offered(state: &AppState, mail: &Inbound) -> Result<Vec<Offer>> {
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
        let is_reply = settle::is_reply(conn, mail, &about, Way::ByHand, &sender, &files).await?;
        offers.push(Offer { about, is_reply });
    }
    Ok(offers)
}

async fn files_of(conn: &impl ConnectionTrait, mail: &Inbound) -> Result<Vec<FileId>> {
    Ok(store::files(conn, &[mail.id]).await?.into_iter().map(|(_, file)| file.id).collect())
}

async fn file(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InboundMailId>,
    form: Form,
) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let typed = form.required("number", 40);
    let tx = state.begin(&current).await?;
    let mail = store::find(&*tx, id).await?;
    let of = match Number::parse(&typed) {
        Some(number) => store::by_number(&*tx, number).await?,
        None => None,
    };
    let about = match of {
        Some(of) => store::about(&*tx, of).await?,
        None => None,
    };
    let Some(about) = about else {
        drop(tx);
        form.refuse("number", Message::of("conversations.no_such_number"));
        return one_mail(&state, &current, mail, &form).await;
    };
    let sender = store::sender(&*tx, &mail.from_email).await?;
    let files = files_of(&*tx, &mail).await?;
    if !settle::file(&state, &tx, &mail, &about, Way::ByHand, &sender, &files).await? {
        return Err(AppError::Refused(Message::of("conversations.filed_already")));
    }
    tx.commit().await?;
    let done = Message::of("conversations.done.filed").with("number", &about.number);
    Ok(flash::redirect(&about.conversation.path(), &done))
}

async fn put_aside(State(state): State<AppState>, current: Current, Path(id): Path<InboundMailId>) -> Result<Response> {
    let tx = state.begin(&current).await?;
    let mail = store::find(&*tx, id).await?;
    if mail.about_id.is_some() {
        return Err(AppError::Refused(Message::of("conversations.filed_already")));
    }
    aside(&tx, id).await?;
    tx.commit().await?;
    Ok(flash::redirect("/mails?tab=pen", &Message::of("conversations.done.aside")))
}

/// Puts those mails of the pen aside that were chosen in the list.
async fn put_several_aside(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let chosen: Vec<InboundMailId> = form.values("chosen").take(PAGE).filter_map(|id| id.parse().ok()).collect();
    if chosen.is_empty() {
        form.refuse("chosen", Message::of("conversations.none_chosen"));
        return listing(&state, &current, &Asked { tab: "pen".to_owned(), ..Asked::default() }, &form).await;
    }
    let tx = state.begin(&current).await?;
    let mut done = 0;
    for id in chosen {
        done += u32::from(aside(&tx, id).await?);
    }
    tx.commit().await?;
    Ok(flash::redirect("/mails?tab=pen", &Message::of("conversations.done.several_aside").with("n", done)))
}

/// Takes a mail of the pen off 待办; doing so twice is once.
async fn aside(tx: &Tx, id: InboundMailId) -> Result<bool> {
    let done = store::put_aside(tx, id).await?;
    if done {
        audit::record(tx, audit::Entry::new("inbound_mail.put_aside", "inbound_mail").subject(id)).await?;
    }
    Ok(done)
}

async fn handled(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InboundMailId>,
    form: Form,
) -> Result<Response> {
    let tx = state.begin(&current).await?;
    let mail = store::find(&*tx, id).await?;
    if mail.about_id.is_none() {
        return Err(AppError::Refused(Message::of("conversations.not_filed")));
    }
    if store::handle(&tx, id).await? {
        audit::record(&tx, audit::Entry::new("inbound_mail.handled", "inbound_mail").subject(id)).await?;
    }
    tx.commit().await?;
    Ok(flash::redirect(own_path(form.value("back")), &Message::of("conversations.done.handled")))
}

/// Takes a mail that was filed wrongly back into the pen.
async fn take_back(State(state): State<AppState>, current: Current, Path(id): Path<InboundMailId>) -> Result<Response> {
    let tx = state.begin(&current).await?;
    let mail = store::find(&*tx, id).await?;
    if !store::take_back(&tx, id).await? {
        return Err(AppError::Refused(Message::of("conversations.not_taken_back")));
    }
    let mut entry = audit::Entry::new("inbound_mail.taken_back", "inbound_mail").subject(id);
    let about = match mail.conversation() {
        Some(of) => store::about(&*tx, of).await?,
        None => None,
    };
    if let Some(about) = about {
        entry = entry.member(about.member).before(&serde_json::json!({ "number": about.number, "way": mail.way }));
    }
    audit::record(&tx, entry).await?;
    tx.commit().await?;
    Ok(flash::redirect(&format!("/mails/{id}"), &Message::of("conversations.done.taken_back")))
}

/// Reads a mail whose reading was broken off.
async fn read_now(State(state): State<AppState>, current: Current, Path(id): Path<InboundMailId>) -> Result<Response> {
    store::find(state.db.reader(), id).await?;
    Ok(told(ingest::again(&state, current.actor(), id).await?))
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

/// The mail as it came. Nothing of it may open in the browser.
async fn raw(State(state): State<AppState>, Path(id): Path<InboundMailId>) -> Result<Response> {
    let mail = store::find(state.db.reader(), id).await?;
    if mail.text_removed_at.is_some() {
        return Err(AppError::Refused(Message::of("conversations.refused.removed")));
    }
    let name = format!("{}.eml", mail.id);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("message/rfc822")),
        (header::CONTENT_DISPOSITION, files::disposition("attachment", &name)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    let body = files::as_it_came(&state.files, &mail.raw_hash).await?;
    Ok((Extension(FileName(name)), headers, body).into_response())
}

#[derive(Deserialize)]
struct FilePath {
    mail: InboundMailId,
    file: FileId,
}

/// A file that came with a mail, for those who see the mail.
async fn download(
    State(state): State<AppState>,
    current: Current,
    headers: HeaderMap,
    Path(path): Path<FilePath>,
) -> Result<Response> {
    let conn = state.db.reader();
    let mail = store::find(conn, path.mail).await?;
    if current.is_office() && current.masks_contacts() {
        return Err(AppError::Forbidden);
    }
    if !current.is_staff() {
        let of = mail.conversation().ok_or(AppError::NotFound)?;
        match of.kind {
            super::Kind::InstallRequest => {
                sentinels::seen(&state, &current, InstallRequestId(of.id)).await?;
            }
            super::Kind::Issue => {
                let found = issue::find(conn, IssueId(of.id)).await?;
                issues::sees(&current, &found)?;
                if mail.sender_member_id != Some(found.member_id) {
                    return Err(AppError::NotFound);
                }
            }
        }
    }
    let files = store::files(conn, &[mail.id]).await?;
    let (_, file) = files.into_iter().find(|(_, file)| file.id == path.file).ok_or(AppError::NotFound)?;
    files::download(&state, &headers, &file).await
}
