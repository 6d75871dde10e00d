//! Inviting somebody: to the secretariat by an admin, to a member by staff or the member's own admin.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use leptos::prelude::*;

use super::store as people;
use crate::{
    access::{Route, Who},
    accounts::{
        RoleKind,
        links::{self, Mailed, Offer, Purpose, store::Invitation},
        reach::Reach,
    },
    audit,
    current::Current,
    db::Tx,
    error::Result,
    flash,
    form::Form,
    ids::{LinkId, MemberId, PlantId, TextEnum},
    members::store::{self as members, Member, Plant},
    once, outbox,
    shell::Page,
    state::AppState,
    text::{Locale, Message},
    time::Instant,
    ui::{field::Fields, parts},
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/people/invite", Who::Admin, show_office),
        Route::post("/people/invite", Who::Admin, invite_office),
        Route::get("/members/{member}/people/invite", Who::MemberOrStaff, show_member),
        Route::post("/members/{member}/people/invite", Who::MemberOrStaff, invite_member),
    ]
}

const SCOPE: &str = "accounts.invite";

/// Where somebody is invited to: a member with its plants, or the secretariat.
pub struct Place {
    pub member: Option<Member>,
    pub plants: Vec<Plant>,
}

impl Place {
    pub async fn of(state: &AppState, member: Option<MemberId>) -> Result<Self> {
        let conn = state.db.reader();
        Ok(match member {
            Some(id) => {
                Self { member: Some(members::member(conn, id).await?), plants: members::plants_of(conn, &[id]).await? }
            }
            None => Self { member: None, plants: Vec::new() },
        })
    }

    /// The list of people that it belongs to.
    pub fn list(&self) -> String {
        self.member.as_ref().map_or_else(|| "/people".to_owned(), |member| format!("/members/{}/people", member.id))
    }

    fn kinds(&self) -> Vec<RoleKind> {
        RoleKind::ALL.iter().copied().filter(|kind| kind.is_member() == self.member.is_some()).collect()
    }

    /// The plants that are ticked in a form, of those that there are.
    pub fn ticked(&self, form: &Form) -> Vec<PlantId> {
        self.plants.iter().map(|plant| plant.id).filter(|id| form.has("plants", &id.to_string())).collect()
    }

    pub fn options(&self) -> Vec<(String, String)> {
        self.plants.iter().map(|plant| (plant.id.to_string(), plant.name.clone())).collect()
    }

    /// The names of some of its plants.
    pub fn names(&self, ids: &[PlantId]) -> Vec<String> {
        self.plants.iter().filter(|plant| ids.contains(&plant.id)).map(|plant| plant.name.clone()).collect()
    }
}

async fn show_office(State(state): State<AppState>, current: Current) -> Result<Response> {
    let place = Place::of(&state, None).await?;
    Ok(page(&state, &current, &place, &Form::new(SCOPE)))
}

async fn show_member(
    State(state): State<AppState>,
    current: Current,
    Path(member): Path<MemberId>,
) -> Result<Response> {
    current.administers_member(member)?;
    let place = Place::of(&state, Some(member)).await?;
    Ok(page(&state, &current, &place, &Form::new(SCOPE)))
}

async fn invite_office(State(state): State<AppState>, current: Current, form: Form) -> Result<Response> {
    invite(&state, &current, &Place::of(&state, None).await?, form).await
}

async fn invite_member(
    State(state): State<AppState>,
    current: Current,
    Path(member): Path<MemberId>,
    form: Form,
) -> Result<Response> {
    current.administers_member(member)?;
    invite(&state, &current, &Place::of(&state, Some(member)).await?, form).await
}

async fn invite(state: &AppState, current: &Current, place: &Place, form: Form) -> Result<Response> {
    let mut form = form.scoped(SCOPE);
    let Some(invitation) = read(place, &mut form) else {
        return Ok(page(state, current, place, &form));
    };
    let id = LinkId::new();
    let tx = state.begin(current).await?;
    let mailed = Mailed::to(&*tx, invitation.email.as_deref()).await?;
    if let Some(made) = once::claim(&tx, &form, &format!("/invitations/{id}")).await? {
        return Ok(flash::redirect(&made, &Message::of(made_already(mailed))));
    }
    let secrets = links::store::invite(&tx, &state.options.secret, id, &invitation).await?;
    let entry = audit::Entry::new("person.invited", "invitation").subject(id).of(invitation.member);
    let after = serde_json::json!({
        "name": invitation.name,
        "role": invitation.kind,
        "plants": place.names(&invitation.plants),
    });
    audit::record(&tx, entry.after(&after)).await?;
    let offer = Offer {
        purpose: Purpose::Invitation,
        name: invitation.name.clone(),
        until: tx.now.plus(links::INVITATION),
        secrets,
        mailed,
    };
    send(&tx, state, id, &offer, &invitation).await?;
    tx.commit().await?;
    Ok(links::show_offer(state, current, &offer, &place.list()))
}

/// What is said to a second press of the button: the link was shown to the first one only, which had no time to
/// be read. One that was mailed works as it is.
fn made_already(mailed: Mailed) -> &'static str {
    match mailed {
        Mailed::Queued => "accounts.invitation.made_and_mailed",
        Mailed::No | Mailed::Refused => "accounts.invitation.made_already",
    }
}

/// Mails the invitation, if there is an address, in the language of the account that it belongs to.
pub async fn send(tx: &Tx, state: &AppState, id: LinkId, offer: &Offer, invitation: &Invitation) -> Result<()> {
    let Some(email) = &invitation.email else { return Ok(()) };
    let known = people::by_reach(&**tx, invitation.phone.as_deref(), Some(email)).await?;
    let locale = known.and_then(|person| person.locale).and_then(|code| Locale::from_code(&code)).unwrap_or_default();
    let message = links::mail(locale, &state.options, offer, id.into(), email);
    outbox::enqueue(tx, &state.options, message).await?;
    Ok(())
}

fn read(place: &Place, form: &mut Form) -> Option<Invitation> {
    let name = form.required("name", 50);
    let Reach { phone, email } = Reach::read(form);
    let kind = form.choice::<RoleKind>("kind");
    let allowed = kind.filter(|kind| place.kinds().contains(kind));
    if kind.is_some() && allowed.is_none() {
        form.refuse("kind", Message::of("form.choose").with("label", "@accounts.invite.kind"));
    }
    let operator = allowed == Some(RoleKind::MemberOperator);
    let plants = if operator { place.ticked(form) } else { Vec::new() };
    if operator && plants.is_empty() {
        form.refuse("plants", Message::of("accounts.invite.plants_needed"));
    }
    let member = place.member.as_ref().map(|member| member.id);
    allowed.filter(|_| !form.has_errors()).map(|kind| Invitation { name, phone, email, kind, member, plants })
}

fn page(state: &AppState, current: &Current, place: &Place, form: &Form) -> Response {
    let l = current.locale;
    let title = l.t("accounts.people.invite");
    let list = place.list();
    let status = if form.has_errors() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Page::new(current, title.clone()).failed_if(form.has_errors()).status(status).render(state, || {
        let fields = Fields::new(l, form);
        let kinds =
            place.kinds().into_iter().map(|kind| (kind.to_string(), l.t(&format!("accounts.role.{kind}")))).collect();
        let hours = (links::INVITATION / Instant::HOUR).to_string();
        view! {
            {parts::breadcrumbs(l, &[(&list, l.t("accounts.people.title"))], title.clone())}
            {fields.summary()}
            <h1>{title}</h1>
            <p class="lead">{l.tn("accounts.invite.lead", &[("hours", &hours)])}</p>
            {place.member.as_ref().map(|member| view! { <p>{member.name.clone()}</p> })}
            <form class="form" method="post">
                {fields.once()}
                {fields.text("name").autocomplete("off").max(50).view()}
                {fields.text("phone").optional().input_mode("tel").autocomplete("off").view()}
                {fields.text("email").optional().input_mode("email").autocomplete("off").view()}
                {fields.radios("kind", kinds)}
                {(!place.plants.is_empty()).then(|| fields.checkboxes("plants", place.options()))}
                <button class="button">{l.t("accounts.invite.make")}</button>
            </form>
        }
        .into_any()
    })
}
