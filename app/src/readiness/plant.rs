//! One plant: its page, and the sheets that are made of it.

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    model::{Criterion, holds_up},
    plant_page::{self, Shown},
    proof,
    routes::HERE,
    sheet::{self, Said},
    store,
};
use crate::{
    current::Current,
    db::ConnectionTrait,
    documents::DocumentError,
    error::{AppError, Result},
    files, flash,
    form::Form,
    ids::{PlantId, ReadinessSheetId},
    issues,
    members::store::{Member, Plant},
    numbers, once,
    state::AppState,
    supply,
    text::{Locale, Message},
};

/// What is listed of one kind.
const MOST: usize = 10;

pub fn path(plant: PlantId) -> String {
    format!("{HERE}/{plant}")
}

pub async fn show(State(state): State<AppState>, current: Current, Path(plant): Path<PlantId>) -> Result<Response> {
    let conn = state.db.reader();
    let (member, plant) = sheet::seen(conn, &current, plant).await?;
    let said = sheet::now(conn, &current, &member, &plant).await?;
    let owed = match &said {
        Some(said) => owed(conn, &current, said, &member, &plant).await?,
        None => Owed::default(),
    };
    let sheets = store::latest(conn, plant.id, MOST as u64).await?;
    Ok(plant_page::show(&state, &current, &Shown { member, plant, said, owed, sheets }))
}

/// What is missing of the criteria that are not met, each with the way to mend it: pairs of address and words.
#[derive(Default)]
pub struct Owed {
    pub notices: Vec<(String, String)>,
    pub reports: Vec<(String, String)>,
    pub issues: Vec<(String, String)>,
}

async fn owed(
    conn: &impl ConnectionTrait,
    current: &Current,
    said: &Said,
    member: &Member,
    plant: &Plant,
) -> Result<Owed> {
    let lacks = said.facts.lacks(&said.criteria);
    let l = current.locale;
    let mut owed = Owed::default();
    if lacks.contains(&Criterion::Notices) {
        let notices = store::owed_notices(conn, member.id, MOST).await?;
        owed.notices =
            notices.into_iter().map(|one| (format!("/notices/{}", one.notice_id), current.shown(&one.title))).collect();
    }
    if lacks.contains(&Criterion::Supply) {
        let rules = supply::store::duty::rules(conn).await?;
        let open = supply::store::duty::open(conn, &rules, std::slice::from_ref(plant), current.now).await?;
        let late = open.into_iter().filter(|open| open.due_at < current.now);
        owed.reports = late
            .map(|open| {
                let day = crate::time::show_day(open.day);
                (format!("/plants/{}/supply/{day}", plant.id), l.tn("readiness.owed.report", &[("day", &day)]))
            })
            .collect();
    }
    if lacks.contains(&Criterion::Issues) {
        let of_this = |issue: &issues::store::list::Unanswered| {
            issue.plant_id.is_none_or(|id| id == plant.id) && holds_up(issue.kind, issue.category)
        };
        let open = issues::store::list::unanswered(conn, Some(&[member.id])).await?;
        let open = open.into_iter().filter(of_this).take(MOST);
        owed.issues = open
            .map(|issue| (format!("/issues/{}", issue.id), format!("{} {}", issue.number, current.shown(&issue.title))))
            .collect();
    }
    Ok(owed)
}

/// Makes a sheet of how the plant stands now.
pub async fn make(
    State(state): State<AppState>,
    current: Current,
    Path(plant): Path<PlantId>,
    form: Form,
) -> Result<Response> {
    let (member, plant) = sheet::seen(state.db.reader(), &current, plant).await?;
    current.acts_for_plant(member.id, plant.id)?;
    let here = path(plant.id);
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &here).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let Some(said) = sheet::now(&*tx, &current, &member, &plant).await? else {
        return Err(AppError::Refused(Message::of("readiness.closed")));
    };
    if said.criteria.is_empty() {
        return Err(AppError::Refused(Message::of("readiness.nothing_to_prove")));
    }
    let number = numbers::next(&tx, numbers::Series::ReadinessSheet).await?;
    store::add(&tx, ReadinessSheetId::new(), number, (member.id, plant.id), &said).await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("readiness.made").with("number", number)))
}

/// The paper, set anew from what the sheet said when it was made.
pub async fn paper(
    State(state): State<AppState>,
    current: Current,
    Path((plant, id)): Path<(PlantId, ReadinessSheetId)>,
) -> Result<Response> {
    let conn = state.db.reader();
    let (_, plant) = sheet::seen(conn, &current, plant).await?;
    let sheet = store::sheet(conn, id).await?;
    if sheet.plant_id != plant.id {
        return Err(AppError::NotFound);
    }
    let link = state.options.url(&proof::path(&state.options.secret, id));
    let paper = sheet.said()?.paper(&current.site.association.name, &sheet.number, sheet.made_at, link);
    let bytes = state.documents.readiness_sheet(&paper).await.map_err(|error| match error {
        DocumentError::DoesNotFit => AppError::Refused(Message::of("readiness.does_not_fit")),
        DocumentError::Failed => AppError::internal("the sheet could not be set"),
    })?;
    let name = format!("{} {}.pdf", Locale::Zh.t("readiness.sheet"), sheet.number);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, files::disposition("inline", &name)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((Extension(files::FileName(name)), headers, bytes).into_response())
}
