//! Adding and changing a member: name and code as on the licence. A code that fails its check digits is let
//! in by staff only, with a reason and the licence attached; a changed name or code, and a licence that the
//! member replaces, has to be confirmed anew.

use axum::{
    extract::{FromRequest, Path, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;

use super::{Answer, Task};
use crate::{
    audit,
    current::Current,
    db::Tx,
    error::{AppError, Result},
    files::{self, FileKind, Kept, Upload},
    flash,
    form::Form,
    ids::{FileId, MemberId},
    members::{
        credit_code::CreditCode,
        model::MemberFacts,
        store::{self, Member, Written},
    },
    once,
    shell::Page,
    state::AppState,
    text::Message,
    ui::{field::Fields, parts, stale},
};

const SCOPE: &str = "members.member";
const LICENCES: [FileKind; 3] = [FileKind::Pdf, FileKind::Png, FileKind::Jpg];

pub async fn ask_new(State(state): State<AppState>, current: Current) -> Response {
    page(&state, &current, None, &Form::new(SCOPE), &Task::Add)
}

pub async fn add(State(state): State<AppState>, current: Current, upload: Upload) -> Answer {
    if let Some(made) = once::made(state.db.reader(), &upload.form).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let mut typed = Typed::read(&state, &current, upload, None).await?;
    let Some((facts, reason)) = typed.facts.take().filter(|_| !typed.form.has_errors()) else {
        // The other click of a double one may have taken the code in the meantime.
        if let Some(made) = once::made(state.db.reader(), &typed.form).await? {
            return Ok(Redirect::to(&made).into_response());
        }
        return Ok(page(&state, &current, None, &typed.form, &Task::Add));
    };
    let id = MemberId::new();
    let here = format!("/members/{id}");
    let kept = typed.keep(&state).await?;
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &typed.form, &here).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    if store::add_member(&tx, id, &facts).await? == Written::Taken {
        typed.form.refuse("credit_code", Message::of("members.code_taken"));
        return Ok(page(&state, &current, None, &typed.form, &Task::Add));
    }
    let file = added(&tx, kept.as_ref()).await?;
    store::keep_licence(&tx, id, file, reason.as_deref()).await?;
    audit::record(
        &tx,
        audit::Entry::new("member.added", "member").subject(id).member(id).after(&summary(&facts, &reason)),
    )
    .await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("members.saved").with("name", facts.name)))
}

pub async fn ask_change(State(state): State<AppState>, current: Current, Path(id): Path<MemberId>) -> Answer {
    current.administers_member(id)?;
    let member = store::member(state.db.reader(), id).await?;
    Ok(page(&state, &current, Some(&member), &filled(&member), &Task::Change))
}

pub async fn change(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<MemberId>,
    request: Request,
) -> Answer {
    current.administers_member(id)?;
    let upload = Upload::from_request(request, &state).await?;
    let old = store::member(state.db.reader(), id).await?;
    let version = upload.form.value("row_version").parse().unwrap_or(0);
    let mut typed = Typed::read(&state, &current, upload, Some(&old)).await?;
    let Some((facts, reason)) = typed.facts.take().filter(|_| !typed.form.has_errors()) else {
        return Ok(page(&state, &current, Some(&old), &typed.form, &Task::Change));
    };
    let kept = typed.keep(&state).await?;
    let tx = state.begin(&current).await?;
    match store::change_member(&tx, &old, version, &facts).await? {
        Written::Done => {}
        Written::Stale => {
            drop(tx);
            let now = store::member(state.db.reader(), id).await?;
            typed.form.set("row_version", now.row_version);
            return Ok(page(&state, &current, Some(&now), &typed.form, &Task::Stale(Box::new(filled(&now)))));
        }
        Written::Taken => {
            typed.form.refuse("credit_code", Message::of("members.code_taken"));
            return Ok(page(&state, &current, Some(&old), &typed.form, &Task::Change));
        }
    }
    let file = added(&tx, kept.as_ref()).await?;
    store::keep_licence(&tx, id, file, reason.as_deref()).await?;
    if file.is_some() && !current.is_staff() {
        store::reopen_licence(&tx, id).await?;
    }
    let (mut before, mut after) = (known(&old), summary(&facts, &reason));
    if let Some(file) = file {
        if let Some(replaced) = old.licence_file_id {
            before["licence"] = files::find(&*tx, replaced).await?.name.into();
        }
        after["licence"] = files::find(&*tx, file).await?.name.into();
    }
    let entry = audit::Entry::new("member.changed", "member").subject(id).member(id);
    audit::record(&tx, entry.before(&before).after(&after)).await?;
    tx.commit().await?;
    Ok(flash::redirect(&format!("/members/{id}"), &Message::of("members.saved").with("name", facts.name)))
}

/// Staff compared name and code with the licence.
pub async fn confirm(State(state): State<AppState>, current: Current, Path(id): Path<MemberId>, form: Form) -> Answer {
    let member = store::member(state.db.reader(), id).await?;
    let here = format!("/members/{id}");
    let version = form.value("row_version").parse().unwrap_or(0);
    let tx = state.begin(&current).await?;
    if !store::confirm_licence(&tx, id, version).await? {
        drop(tx);
        let now = store::member(state.db.reader(), id).await?;
        // The other click of a double one may have confirmed it.
        let own = now.licence_confirmed_at.is_some() && now.licence_confirmed_by == current.actor().person;
        let said = if own { "members.licence.done" } else { "members.licence.changed" };
        return Ok(flash::redirect(&here, &Message::of(said)));
    }
    let seen = |confirmed: bool| serde_json::json!({ "name": member.name, "credit_code": member.credit_code, "licence_confirmed": confirmed });
    let before = seen(member.licence_confirmed_at.is_some());
    let entry = audit::Entry::new("member.licence_confirmed", "member").subject(id).member(id);
    audit::record(&tx, entry.before(&before).after(&seen(true))).await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("members.licence.done")))
}

/// The licence that was attached.
pub async fn licence(
    State(state): State<AppState>,
    current: Current,
    headers: HeaderMap,
    Path(id): Path<MemberId>,
) -> Answer {
    current.sees_member(id)?;
    let member = store::member(state.db.reader(), id).await?;
    let file = files::find(state.db.reader(), member.licence_file_id.ok_or(AppError::NotFound)?).await?;
    files::download(&state, &headers, &file).await
}

/// What was typed and attached, checked.
struct Typed {
    form: Form,
    upload: Vec<files::Received>,
    kind: Option<FileKind>,
    facts: Option<(MemberFacts, Option<String>)>,
}

impl Typed {
    async fn read(state: &AppState, current: &Current, upload: Upload, old: Option<&Member>) -> Result<Self> {
        let mut form = upload.form.scoped(SCOPE);
        let mut kind = None;
        let mut upload = upload.files;
        upload.retain(|file| file.field == "licence");
        if let Some(file) = upload.first() {
            match files::inspect(file, &LICENCES) {
                Ok(found) => kind = Some(found),
                Err(message) => form.refuse("licence", message),
            }
        }
        let name = form.required("name", 100);
        let short_name = form.optional("short_name", 40);
        let attached = kind.is_some() || old.is_some_and(|member| member.licence_file_id.is_some());
        let code = read_code(&mut form, current, attached, old);
        if let Some((code, _)) = &code {
            let taken = store::member_by_code(state.db.reader(), code.as_str()).await?;
            if let Some(other) = taken.filter(|other| old.is_none_or(|member| member.id != other.id)) {
                let message = match current.is_staff() {
                    true => Message::of("members.code_taken_by").with("name", other.name),
                    false => Message::of("members.code_taken"),
                };
                form.refuse("credit_code", message);
            }
        }
        let facts = code.map(|(credit_code, reason)| (MemberFacts { name, short_name, credit_code }, reason));
        Ok(Self { form, upload, kind, facts })
    }

    /// Keeps the attached licence; `added` makes it known.
    async fn keep(&self, state: &AppState) -> Result<Option<Kept>> {
        match (self.upload.first(), self.kind) {
            (Some(file), Some(kind)) => Ok(Some(files::keep(&state.files, file, kind).await?)),
            _ => Ok(None),
        }
    }
}

async fn added(tx: &Tx, licence: Option<&Kept>) -> Result<Option<FileId>> {
    match licence {
        Some(kept) => Ok(Some(files::add(tx, kept).await?)),
        None => Ok(None),
    }
}

/// The code, and the reason where it is let in despite its check digits.
fn read_code(
    form: &mut Form,
    current: &Current,
    attached: bool,
    old: Option<&Member>,
) -> Option<(CreditCode, Option<String>)> {
    let raw = form.value("credit_code").to_owned();
    let error = match CreditCode::parse(&raw) {
        Ok(code) => return Some((code, None)),
        Err(error) => error,
    };
    // What was let in once stays in while it is not touched.
    let kept = CreditCode::despite_checks(&raw)
        .ok()
        .filter(|code| old.is_some_and(|m| m.credit_code == code.as_str() && m.code_override.is_some()));
    if let Some(code) = kept {
        return Some((code, old.and_then(|member| member.code_override.clone())));
    }
    if !(current.is_staff() && error.is_check_failure() && form.ticked("override")) {
        form.refuse("credit_code", error.message());
        return None;
    }
    let reason = form.required("override_reason", 200);
    if !attached {
        form.refuse("licence", Message::of("members.override.licence"));
    }
    let code = CreditCode::despite_checks(&raw).ok()?;
    Some((code, Some(reason)))
}

/// What the audit keeps of a member that is stored.
pub(in crate::members) fn known(member: &Member) -> serde_json::Value {
    serde_json::json!({
        "name": member.name,
        "short_name": member.short_name,
        "credit_code": member.credit_code,
        "code_override": member.code_override,
    })
}

/// What the audit keeps of it.
pub(in crate::members) fn summary(facts: &MemberFacts, reason: &Option<String>) -> serde_json::Value {
    serde_json::json!({
        "name": facts.name,
        "short_name": facts.short_name,
        "credit_code": facts.credit_code.as_str(),
        "code_override": reason,
    })
}

fn filled(member: &Member) -> Form {
    let mut form = Form::new(SCOPE);
    form.set("name", &member.name);
    form.set("short_name", member.short_name.as_deref().unwrap_or_default());
    form.set("credit_code", &member.credit_code);
    form.set("row_version", member.row_version);
    form
}

fn page(state: &AppState, current: &Current, member: Option<&Member>, form: &Form, task: &Task) -> Response {
    let l = current.locale;
    let title = l.t(if member.is_some() { "members.edit" } else { "members.new" });
    let status = if matches!(task, Task::Stale(_)) { StatusCode::CONFLICT } else { StatusCode::OK };
    Page::new(current, title.clone()).status(status).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        let list = ("/members", l.t("members.title"));
        let (above, action) = match member {
            Some(member) => {
                let here = format!("/members/{}", member.id);
                (
                    parts::breadcrumbs(l, &[(list.0, list.1), (&here, member.name.clone())], title.clone()),
                    format!("{here}/edit"),
                )
            }
            None => (parts::breadcrumbs(l, &[list], title.clone()), "/members/new".to_owned()),
        };
        let stale = match task {
            Task::Stale(stored) => Some(stale::differences(fields, stored, &stale::as_typed)),
            Task::Add | Task::Change => None,
        };
        let suggestion = CreditCode::parse(form.value("credit_code"))
            .err()
            .filter(|_| form.has_errors())
            .and_then(|error| error.suggestion_message())
            .map(|message| view! { <p class="banner">{l.say(&message)}</p> });
        let licence = (!current.masks_contacts()).then(|| {
            view! {
                <fieldset class="fieldset">
                    <legend>{l.t("members.override.title")}</legend>
                    <p class="quiet">{l.t("members.override.lead")}</p>
                    {fields.tick("override")}
                    {fields.text("override_reason").max(200).optional().view()}
                </fieldset>
            }
        });
        view! {
            {above}
            {fields.summary()}
            {stale}
            <h1>{title.clone()}</h1>
            <form class="form" method="post" action=action enctype="multipart/form-data">
                {if member.is_some() { fields.hidden("row_version") } else { fields.once() }}
                {fields.text("name").max(100).autocomplete("organization").view()}
                {fields.text("short_name").max(40).optional().view()}
                {fields.text("credit_code").max(40).view()}
                {suggestion}
                {fields.file("licence").optional().view()}
                {licence}
                <button class="button button--big">{l.t("members.save")}</button>
            </form>
        }
        .into_any()
    })
}
