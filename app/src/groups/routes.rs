//! The pages on which an admin sets which groups get which news, and the secretariat reads it. A group's secret is
//! written here and never shown again.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    Model, News, NewsKind, Wanted, channel, page, sealed,
    store::{self, Draft},
};
use crate::{
    access::{Route, Who},
    audit,
    current::Current,
    error::{AppError, Result},
    flash,
    form::Form,
    ids::GroupId,
    members::{plant_kind::PlantKind, towns},
    once,
    outbox::{self, Channel, Subject},
    state::AppState,
    text::{Locale, Message},
};

pub const SCOPE: &str = "groups.field";
/// Longest name of a group.
pub const MAX_NAME: usize = 60;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/groups", Who::Office, list),
        Route::get("/settings/groups/new", Who::Admin, ask_new),
        Route::post("/settings/groups/new", Who::Admin, add),
        Route::get("/settings/groups/{group}", Who::Office, show),
        Route::post("/settings/groups/{group}", Who::Admin, change),
        Route::post("/settings/groups/{group}/test", Who::Admin, test),
    ]
}

async fn list(State(state): State<AppState>, current: Current) -> Result<Response> {
    let groups = store::all(state.db.reader()).await?;
    Ok(page::list(&state, &current, &groups))
}

async fn ask_new(State(state): State<AppState>, current: Current) -> Response {
    let mut form = Form::new(SCOPE);
    form.set("channel", Channel::Wecom);
    form.set("active", "yes");
    for kind in [NewsKind::Public, NewsKind::Members, NewsKind::Reminders] {
        form.add("news", kind);
    }
    page::new(&state, &current, &form, StatusCode::OK)
}

async fn add(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let id = GroupId::new();
    let made = once::made(state.db.reader(), &form).await?;
    let draft = match made {
        Some(made) => return Ok(Redirect::to(&made).into_response()),
        None => read(&state, &mut form, id, None).await?,
    };
    let Some(draft) = draft else {
        return Ok(page::new(&state, &current, &form, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let here = format!("/settings/groups/{id}");
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &here).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    store::add(&tx, id, &draft).await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("groups.added")))
}

async fn show(State(state): State<AppState>, current: Current, Path(id): Path<GroupId>) -> Result<Response> {
    let group = store::find(state.db.reader(), id).await?;
    answer(&state, &current, &group, &filled(&group), None, StatusCode::OK).await
}

/// The group's page with this form; `stored` is what somebody else saved meanwhile.
async fn answer(
    state: &AppState,
    current: &Current,
    group: &Model,
    form: &Form,
    stored: Option<&Form>,
    status: StatusCode,
) -> Result<Response> {
    let shown = page::Shown {
        group,
        opens: sealed::open(&state.options.secret, group.id, &group.secret).is_some(),
        sent: outbox::store::to_group(state.db.reader(), group.id).await?,
        stored,
    };
    Ok(page::one(state, current, &shown, form, status))
}

fn filled(group: &Model) -> Form {
    let mut form = Form::new(SCOPE);
    let wanted = group.wanted();
    form.set("name", &group.name);
    form.set("channel", group.channel);
    wanted.news.iter().for_each(|kind| form.add("news", kind));
    wanted.plant_kinds.iter().for_each(|kind| form.add("kinds", kind));
    wanted.districts.iter().for_each(|code| form.add("districts", code));
    if group.active {
        form.set("active", "yes");
    }
    form.set("row_version", group.row_version);
    form
}

async fn change(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<GroupId>,
    form: Form,
) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let group = store::find(state.db.reader(), id).await?;
    let row_version = form.whole("row_version", 0, i64::from(i32::MAX)).and_then(|version| i32::try_from(version).ok());
    let draft = read(&state, &mut form, id, Some(&group)).await?;
    let (Some(draft), Some(row_version)) = (draft, row_version) else {
        return answer(&state, &current, &group, &form, None, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let tx = state.begin(&current).await?;
    let before = store::find(&*tx, id).await?;
    if store::change(&tx, &before, row_version, &draft).await? {
        tx.commit().await?;
        return Ok(flash::redirect(&format!("/settings/groups/{id}"), &Message::of("groups.saved")));
    }
    drop(tx);
    form.set("row_version", before.row_version);
    ask_again(&mut form);
    answer(&state, &current, &before, &form, Some(&filled(&before)), StatusCode::CONFLICT).await
}

/// What was typed, if nothing is wrong with it. A group that is there already keeps its secret when none was typed.
async fn read(state: &AppState, form: &mut Form, id: GroupId, there: Option<&Model>) -> Result<Option<Draft>> {
    let name = form.required("name", MAX_NAME);
    if store::name_taken(state.db.reader(), &name, there.map(|group| group.id)).await? {
        form.refuse("name", Message::of("groups.wrong.name_taken"));
    }
    let chosen = form.choice::<Channel>("channel");
    let service = chosen.and_then(channel::service);
    if chosen.is_some() && service.is_none() {
        form.refuse("channel", Message::of("form.choose").with("label", "@groups.field.channel"));
    }
    let typed = match there {
        None => Some(form.required("secret", 500)),
        Some(_) => form.optional("secret", 500),
    };
    let mut secret = None;
    if let (Some(service), Some(typed)) = (service, typed.filter(|typed| !typed.is_empty())) {
        match service.secret(&typed) {
            Ok(plain) => secret = Some(sealed::seal(&state.options.secret, id, &plain)?),
            Err(message) => form.refuse("secret", message),
        }
    }
    let wanted = wanted(form);
    if form.has_errors() {
        ask_again(form);
    }
    Ok(match chosen {
        Some(channel) if !form.has_errors() => {
            Some(Draft { name, channel, secret, wanted, active: form.ticked("active") })
        }
        _ => None,
    })
}

/// The page never holds a secret, so one that was typed into a form that comes back has to be typed again.
fn ask_again(form: &mut Form) {
    if !form.value("secret").is_empty() {
        form.refuse("secret", Message::of("groups.wrong.type_again"));
    }
}

fn wanted(form: &mut Form) -> Wanted {
    let districts: Vec<String> =
        form.values("districts").filter_map(towns::district).map(|district| district.code.to_owned()).collect();
    let wanted = Wanted { news: form.choices("news"), plant_kinds: form.choices::<PlantKind>("kinds"), districts };
    if wanted.news.is_empty() {
        form.refuse("news", Message::of("groups.wrong.no_news"));
    }
    let empty = [
        (NewsKind::Kinds, "kinds", wanted.plant_kinds.is_empty()),
        (NewsKind::Districts, "districts", wanted.districts.is_empty()),
    ];
    for (kind, field, nothing) in empty {
        if wanted.has(kind) && nothing {
            form.refuse(field, Message::of("notices.audience_empty"));
        }
    }
    wanted
}

/// Sends the group a message that says that it is reached.
async fn test(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<GroupId>,
    form: Form,
) -> Result<Response> {
    let here = format!("/settings/groups/{id}");
    let tx = state.begin(&current).await?;
    let group = store::find(&*tx, id).await?;
    if !group.active {
        return Err(AppError::Refused(Message::of("groups.refused.inactive")));
    }
    if let Some(made) = once::claim(&tx, &form, &here).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let zh = Locale::Zh;
    let news = News {
        about: Subject { kind: Subject::CHAT_GROUP, id: id.0 },
        title: zh.t("groups.test.title"),
        lines: vec![current.site.association.name.clone()],
        asked: None,
        summary: zh.tn("groups.test.text", &[("name", &group.name)]),
        link: state.options.url("/"),
        link_words: zh.t("groups.news.open"),
    };
    store::tell(&tx, std::slice::from_ref(&group), &news).await?;
    audit::record(&tx, audit::Entry::new("chat_group.tested", "chat_group").subject(id)).await?;
    tx.commit().await?;
    Ok(flash::redirect(&here, &Message::of("groups.test.sent")))
}
