//! Writing a notice, or a correction of one. Files that came with a form that has errors are kept, so
//! that nothing needs to be chosen twice; a preview opens beside the form and costs nothing that was typed.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};

use super::{SCOPE, id};
use crate::{
    current::Current,
    db::{Tx, words},
    error::{AppError, Result},
    files::{self, FileKind, Kept, Received, Upload},
    flash,
    form::Form,
    ids::{FileId, MemberId, NoticeId, TextEnum},
    members::{plant_kind::PlantKind, store as members, towns},
    notices::{
        model::{Audience, FileRole, Kind, MAX_ATTACHMENTS, MAX_BODY, MAX_TITLE, Unready},
        page::{self, form::Sheet},
        store::{
            self, Version, VersionFile,
            drafts::{self, Content},
        },
    },
    once,
    state::AppState,
    text::Message,
};

/// Most members that can be chosen one by one.
const MAX_CHOSEN: usize = 5_000;
/// Longest line that can name one, in characters.
const MAX_CALLED: usize = 200;
const ORIGINALS: &[FileKind] = &[FileKind::Pdf, FileKind::Docx];

pub(super) async fn new(State(state): State<AppState>, current: Current) -> Response {
    let mut form = Form::new(SCOPE);
    form.set("kind", Kind::Notice);
    form.set("audience", Audience::Members);
    form.set("must_acknowledge", "yes");
    page::form::show(&state, &current, &Sheet::new(form), StatusCode::OK)
}

pub(super) async fn create(State(state): State<AppState>, current: Current, upload: Upload) -> Result<Response> {
    let mut work = Work::begin(&state, upload, Vec::new()).await?;
    let content = work.content(&state, &current, false).await?;
    let Some(content) = content else { return work.again(&state, &current, Sheet::default()).await };
    let notice = NoticeId::new();
    let arrived = work.keep_arrived(&state).await?;
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &work.form, &format!("/notices/{notice}/publish")).await? {
        return Ok(flash::redirect(&made, &Message::of("notices.saved_flash")));
    }
    let files = work.store(&tx, &arrived).await?;
    drafts::create(&tx, notice, content, &files).await?;
    tx.commit().await?;
    Ok(saved(&work.form, notice, false))
}

/// `unscheduled` when the draft had a time and therefore lost it.
fn saved(form: &Form, notice: NoticeId, unscheduled: bool) -> Response {
    let page = if form.value("do") == "save" { "edit" } else { "publish" };
    let key = if unscheduled { "notices.saved_unscheduled_flash" } else { "notices.saved_flash" };
    flash::redirect(&format!("/notices/{notice}/{page}"), &Message::of(key))
}

/// The paper as it would be; opened in a window of its own, so that the form stays as it is.
pub(super) async fn preview(State(state): State<AppState>, current: Current, form: Form) -> Response {
    page::form::preview(&state, &current, &form)
}

/// What is edited: the draft, or (for a correction that is not begun yet) the version in force.
async fn base_of(state: &AppState, notice: NoticeId) -> Result<(Version, Vec<VersionFile>)> {
    let conn = state.db.reader();
    let version = store::versions(conn, notice).await?.into_iter().next().ok_or(AppError::NotFound)?;
    let files = store::files_of(conn, version.id).await?;
    Ok((version, files))
}

pub(super) async fn edit(
    State(state): State<AppState>,
    current: Current,
    Path(notice): Path<String>,
) -> Result<Response> {
    let (version, files) = base_of(&state, id(&notice)?).await?;
    let form = filled(&state, &version).await?;
    let sheet = Sheet { form, base: Some(version), files, ..Sheet::default() };
    Ok(page::form::show(&state, &current, &sheet, StatusCode::OK))
}

pub(super) async fn save(
    State(state): State<AppState>,
    current: Current,
    Path(notice): Path<String>,
    upload: Upload,
) -> Result<Response> {
    let notice: NoticeId = id(&notice)?;
    let (base, files) = base_of(&state, notice).await?;
    let correction = base.published_at.is_some();
    let mut work = Work::begin(&state, upload, files.clone()).await?;
    let content = work.content(&state, &current, correction || base.number > 1).await?;
    let sheet = Sheet { base: Some(base.clone()), files, ..Sheet::default() };
    let Some(content) = content else { return work.again(&state, &current, sheet).await };
    // A correction begins at row version 0; a draft that is there already was begun by somebody else.
    let row_version: i32 = work.form.value("row_version").parse().unwrap_or_default();
    let arrived = work.keep_arrived(&state).await?;
    let tx = state.begin(&current).await?;
    let files = work.store(&tx, &arrived).await?;
    let done = if correction {
        let seen: i32 = work.form.value("number").parse().unwrap_or_default();
        row_version == 0 && seen == base.number && drafts::correct(&tx, &base, content, &files).await?
    } else {
        drafts::save(&tx, &base, row_version, content, &files).await?
    };
    if done {
        tx.commit().await?;
        let unscheduled = !correction && base.publish_at.is_some();
        return Ok(saved(&work.form, notice, unscheduled));
    }
    drop(tx);
    work.stale(&state, &current, notice).await
}

pub(super) async fn remove(
    State(state): State<AppState>,
    current: Current,
    Path(notice): Path<String>,
    form: Form,
) -> Result<Response> {
    let notice: NoticeId = id(&notice)?;
    let draft = store::draft(state.db.reader(), notice).await?.ok_or(AppError::NotFound)?;
    let tx = state.begin(&current).await?;
    if !drafts::remove(&tx, &draft, form.value("row_version").parse().unwrap_or_default()).await? {
        return Err(AppError::Refused(Message::of("notices.changed_meanwhile")));
    }
    tx.commit().await?;
    Ok(flash::redirect("/notices?show=drafts", &Message::of("notices.removed_flash")))
}

/// The form as a version fills it.
async fn filled(state: &AppState, version: &Version) -> Result<Form> {
    let mut form = Form::new(SCOPE);
    let draft = version.published_at.is_none();
    form.set("row_version", if draft { version.row_version } else { 0 });
    form.set("number", version.number);
    form.set("kind", version.kind);
    form.set("document_number", version.document_number.as_deref().unwrap_or_default());
    form.set("title", &version.title);
    form.set("body", &version.body);
    form.set("audience", version.audience);
    let list = version.audience_list();
    match version.audience {
        Audience::Public | Audience::Members => {}
        Audience::Kinds => list.iter().for_each(|word| form.add("kinds", word)),
        Audience::Districts => list.iter().for_each(|code| form.add("districts", code)),
        Audience::Chosen => {
            let ids: Vec<MemberId> = list.iter().filter_map(|id| id.parse().ok()).collect();
            let names: Vec<String> =
                members::members(state.db.reader(), &ids).await?.into_iter().map(|member| member.name).collect();
            form.set("chosen", names.join("\n"));
        }
    }
    if version.must_acknowledge {
        form.set("must_acknowledge", "yes");
    }
    form.set("acknowledge_by", version.acknowledge_by.map(crate::time::Instant::input).unwrap_or_default());
    form.set("reason", version.reason.as_deref().filter(|_| draft).unwrap_or_default());
    Ok(form)
}

/// A posted form being worked on: what was typed, and the files that will belong to the version.
struct Work {
    form: Form,
    /// Files that are there already and stay.
    staying: Vec<(FileId, FileRole)>,
    /// Files that just came, of a kind that is taken.
    arrived: Vec<(Received, FileKind, FileRole)>,
}

impl Work {
    async fn begin(state: &AppState, upload: Upload, there: Vec<VersionFile>) -> Result<Self> {
        let Upload { form, files: received } = upload;
        let mut work = Self { form: form.scoped(SCOPE), staying: Vec::new(), arrived: Vec::new() };
        for file in received {
            let (role, allowed) = match file.field.as_str() {
                "original" => (FileRole::Original, ORIGINALS),
                _ => (FileRole::Attachment, FileKind::ALL),
            };
            match files::inspect(&file, allowed) {
                Ok(kind) => work.arrived.push((file, kind, role)),
                Err(refusal) => {
                    let field = file.field.clone();
                    work.form.refuse_each(&field, refusal);
                }
            }
        }
        let removed: BTreeSet<String> = work.form.values("remove").map(str::to_owned).collect();
        work.staying = drafts::carried(&there);
        let kept = work.kept(state).await?;
        work.staying.extend(kept);
        work.staying.retain(|(id, _)| !removed.contains(&id.to_string()));
        work.one_original();
        if work.attachments() > MAX_ATTACHMENTS {
            work.form.refuse_each("files", Message::of("notices.too_many_files").with("max", MAX_ATTACHMENTS));
        }
        Ok(work)
    }

    /// Files that came with this form before, when it had errors; one that waited too long is asked for again.
    async fn kept(&mut self, state: &AppState) -> Result<Vec<(FileId, FileRole)>> {
        let ids =
            |field| -> Vec<FileId> { self.form.values(field).filter_map(|id| id.parse().ok()).take(20).collect() };
        let (originals, attachments) = (ids("kept_original"), ids("kept"));
        let all: Vec<FileId> = originals.iter().chain(&attachments).copied().collect();
        let stored = files::find_all(state.db.reader(), &all).await?;
        if all.iter().any(|id| stored.iter().all(|file| file.id != *id)) {
            self.form.refuse("files", Message::of("notices.kept_gone"));
        }
        let role = |id| if originals.contains(&id) { FileRole::Original } else { FileRole::Attachment };
        Ok(stored.iter().map(|file| (file.id, role(file.id))).collect())
    }

    /// There is one original; the newest takes the place of the others.
    fn one_original(&mut self) {
        let arrived = self.arrived.iter().any(|(_, _, role)| *role == FileRole::Original);
        let last = self.staying.iter().rposition(|(_, role)| *role == FileRole::Original);
        let mut place = 0;
        self.staying.retain(|(_, role)| {
            let stays = *role == FileRole::Attachment || (!arrived && Some(place) == last);
            place += 1;
            stays
        });
    }

    fn attachments(&self) -> usize {
        let staying = self.staying.iter().filter(|(_, role)| *role == FileRole::Attachment).count();
        staying + self.arrived.iter().filter(|(_, _, role)| *role == FileRole::Attachment).count()
    }

    /// What was typed, if nothing is wrong with it.
    async fn content(&mut self, state: &AppState, current: &Current, correction: bool) -> Result<Option<Content>> {
        let form = &mut self.form;
        let kind = form.choice::<Kind>("kind");
        let document_number = form.optional("document_number", 60);
        let title = form.required("title", MAX_TITLE);
        let body = form.optional("body", MAX_BODY).unwrap_or_default();
        let audience = form.choice::<Audience>("audience");
        let audience_values = match audience {
            Some(Audience::Kinds) => form.choices::<PlantKind>("kinds").iter().map(ToString::to_string).collect(),
            Some(Audience::Districts) => {
                form.values("districts").filter(|code| towns::district(code).is_some()).map(str::to_owned).collect()
            }
            Some(Audience::Chosen) => chosen(state, form).await?,
            Some(Audience::Public | Audience::Members) | None => Vec::new(),
        };
        if let Some(field @ ("kinds" | "districts" | "chosen")) = audience.map(list_field)
            && audience_values.is_empty()
        {
            form.refuse(field, Message::of("notices.audience_empty"));
        }
        let named = !form.value("chosen").trim().is_empty();
        if named && audience.is_some_and(|audience| audience != Audience::Chosen) {
            form.refuse("chosen", Message::of("notices.chosen_unused"));
        }
        let must_acknowledge = form.ticked("must_acknowledge");
        let acknowledge_by = form.optional_instant("acknowledge_by");
        if acknowledge_by.is_some() && !must_acknowledge {
            form.refuse("acknowledge_by", Message::of("notices.deadline_unused"));
        } else if acknowledge_by.is_some_and(|by| by <= current.now) {
            form.refuse("acknowledge_by", Unready::Deadline.message());
        }
        let reason = if correction { Some(form.required("reason", 200)) } else { None };
        Ok(match (kind, audience) {
            (Some(kind), Some(audience)) if !form.has_errors() => Some(Content {
                kind,
                document_number,
                title,
                body,
                audience,
                audience_values,
                must_acknowledge,
                acknowledge_by,
                reason,
            }),
            _ => None,
        })
    }

    /// Keeps the bytes of the files that came; their rows come with the act.
    async fn keep_arrived(&self, state: &AppState) -> Result<Vec<(Kept, FileRole)>> {
        let mut kept = Vec::new();
        for (received, kind, role) in &self.arrived {
            kept.push((files::keep(&state.files, received, *kind).await?, *role));
        }
        Ok(kept)
    }

    /// Adds the rows of the files that came; gives all files of the version.
    async fn store(&self, tx: &Tx, arrived: &[(Kept, FileRole)]) -> Result<Vec<(FileId, FileRole)>> {
        let mut files = self.staying.clone();
        files.extend(add(tx, arrived).await?);
        Ok(files)
    }

    /// The form again with its errors; the files that came are kept and named in it.
    async fn again(self, state: &AppState, current: &Current, sheet: Sheet) -> Result<Response> {
        let sheet = self.keep(state, current, sheet).await?;
        Ok(page::form::show(state, current, &sheet, StatusCode::UNPROCESSABLE_ENTITY))
    }

    /// The form again beside what somebody else saved meanwhile.
    async fn stale(mut self, state: &AppState, current: &Current, notice: NoticeId) -> Result<Response> {
        let (base, files) = base_of(state, notice).await?;
        self.form.set("row_version", if base.published_at.is_none() { base.row_version } else { 0 });
        self.form.set("number", base.number);
        let stored = Some(filled(state, &base).await?);
        let sheet = Sheet { base: Some(base), files, ..Sheet::default() };
        let sheet = Sheet { stored, ..self.keep(state, current, sheet).await? };
        Ok(page::form::show(state, current, &sheet, StatusCode::CONFLICT))
    }

    async fn keep(mut self, state: &AppState, current: &Current, sheet: Sheet) -> Result<Sheet> {
        let there: Vec<FileId> = sheet.files.iter().map(|file| file.stored.id).collect();
        let mut kept: Vec<(FileId, FileRole)> =
            self.staying.iter().copied().filter(|(id, _)| !there.contains(id)).collect();
        if !self.arrived.is_empty() && self.attachments() <= MAX_ATTACHMENTS {
            let arrived = self.keep_arrived(state).await?;
            let tx = state.begin(current).await?;
            kept.extend(add(&tx, &arrived).await?);
            tx.commit().await?;
        }
        let ids: Vec<FileId> = kept.iter().map(|(id, _)| *id).collect();
        let stored = files::find_all(state.db.reader(), &ids).await?;
        let kept = kept
            .into_iter()
            .filter_map(|(id, role)| Some(VersionFile { role, stored: stored.iter().find(|s| s.id == id)?.clone() }))
            .collect();
        self.arrived.clear();
        Ok(Sheet { form: self.form, kept, ..sheet })
    }
}

/// Adds the rows of files that are kept.
async fn add(tx: &Tx, kept: &[(Kept, FileRole)]) -> Result<Vec<(FileId, FileRole)>> {
    let mut ids = Vec::new();
    for (kept, role) in kept {
        ids.push((files::add(tx, kept).await?, *role));
    }
    Ok(ids)
}

/// The field in which the choices of an audience are made.
fn list_field(audience: Audience) -> &'static str {
    match audience {
        Audience::Kinds => "kinds",
        Audience::Districts => "districts",
        Audience::Chosen => "chosen",
        Audience::Public | Audience::Members => "audience",
    }
}

/// The members named in the box, one on each line; lines that name none are an error that shows them.
async fn chosen(state: &AppState, form: &mut Form) -> Result<Vec<String>> {
    let lines: BTreeSet<String> =
        form.value("chosen").lines().map(|line| words(line, MAX_CALLED)).filter(|line| !line.is_empty()).collect();
    if lines.len() > MAX_CHOSEN {
        form.refuse("chosen", Message::of("notices.too_many_chosen").with("max", MAX_CHOSEN));
        return Ok(Vec::new());
    }
    let lines: Vec<String> = lines.into_iter().collect();
    let found = drafts::members_called(state.db.reader(), &lines).await?;
    let unknown: Vec<&str> = lines
        .iter()
        .filter(|line| {
            !found.iter().any(|(short, member)| {
                member.name == **line || short.as_ref() == Some(line) || member.credit_code.eq_ignore_ascii_case(line)
            })
        })
        .map(String::as_str)
        .take(5)
        .collect();
    if !unknown.is_empty() {
        form.refuse("chosen", Message::of("notices.unknown_members").with("names", unknown.join("、")));
    }
    let ids: BTreeSet<String> = found.iter().map(|(_, member)| member.id.to_string()).collect();
    Ok(ids.into_iter().collect())
}
