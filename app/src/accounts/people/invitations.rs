//! An invitation that waits for its answer: made anew, or withdrawn, by those who could have made it.

use axum::{
    extract::{Path, State},
    response::Response,
};
use leptos::prelude::*;

use super::{
    invite::{Place, send},
    page::facts,
};
use crate::{
    access::{Route, Who},
    accounts::links::{
        self, LinkState, Mailed, Offer, Purpose,
        store::{self, Invitation, Link},
    },
    audit,
    current::Current,
    error::{AppError, Result},
    flash,
    ids::LinkId,
    outbox,
    shell::Page,
    state::AppState,
    text::Message,
    ui::parts,
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/invitations/{invitation}", Who::SignedIn, show),
        Route::post("/invitations/{invitation}/renew", Who::SignedIn, renew),
        Route::post("/invitations/{invitation}/withdraw", Who::SignedIn, withdraw),
    ]
}

/// The invitation, for those who may answer for its place; to others it does not exist.
async fn allowed(state: &AppState, current: &Current, id: LinkId) -> Result<(Link, Place)> {
    let link = store::invitation(state.db.reader(), id).await?;
    match link.member_id {
        Some(member) => current.administers_member(member)?,
        None if current.is_admin() => {}
        None => return Err(AppError::NotFound),
    }
    let place = Place::of(state, link.member_id).await?;
    Ok((link, place))
}

async fn show(State(state): State<AppState>, current: Current, Path(id): Path<LinkId>) -> Result<Response> {
    let (link, place) = allowed(&state, &current, id).await?;
    let l = current.locale;
    let title = l.tn("accounts.invitation.title", &[("name", &link.name)]);
    let open = matches!(link.state(current.now), LinkState::Open | LinkState::Expired);
    let list = place.list();
    let refused = outbox::store::refusal(state.db.reader(), link.email.as_deref().unwrap_or_default()).await?;
    Ok(Page::new(&current, title.clone()).render(&state, || {
        let role = link.role_kind.map(|kind| l.t(&format!("accounts.role.{kind}")));
        let rows = vec![
            (l.t("accounts.invite.phone"), parts::or_dashes(link.phone.clone())),
            (l.t("accounts.invite.email"), parts::or_dashes(link.email.clone())),
            (l.t("accounts.invite.kind"), parts::or_dashes(role)),
            (
                l.t("accounts.invite.plants"),
                parts::or_dashes(Some(place.names(&link.plants()).join(&l.t("list.comma")))),
            ),
            (l.t("accounts.people.state"), l.t(state_word(link.state(current.now)))),
            (l.t("accounts.invitation.until"), link.expires_at.show()),
        ];
        view! {
            {parts::breadcrumbs(l, &[(&list, l.t("accounts.people.title"))], title.clone())}
            <h1>{title}</h1>
            {facts(rows)}
            {refused.as_ref().map(|refused| outbox::refused_address(&current, refused, None, &format!("/invitations/{id}")))}
            {open.then(|| view! {
                <p>{l.t("accounts.invitation.lead")}</p>
                <div class="actions">
                    <form method="post" action=format!("/invitations/{id}/renew")>
                        <button class="button">{l.t("accounts.invitation.renew")}</button>
                    </form>
                    <form method="post" action=format!("/invitations/{id}/withdraw")>
                        <button class="button button--danger">{l.t("accounts.invitation.withdraw")}</button>
                    </form>
                </div>
            })}
        }
        .into_any()
    }))
}

pub fn state_word(state: LinkState) -> &'static str {
    match state {
        LinkState::Open => "accounts.invitation.state.open",
        LinkState::Used => "accounts.invitation.state.used",
        LinkState::Withdrawn => "accounts.invitation.state.withdrawn",
        LinkState::Expired => "accounts.invitation.state.expired",
    }
}

async fn renew(State(state): State<AppState>, current: Current, Path(id): Path<LinkId>) -> Result<Response> {
    let (link, place) = allowed(&state, &current, id).await?;
    let tx = state.begin(&current).await?;
    let secrets = store::renew(&tx, &state.options.secret, id)
        .await?
        .ok_or_else(|| AppError::Refused(Message::of("accounts.invitation.over")))?;
    let kind = link.role_kind.ok_or_else(|| AppError::internal("an invitation without a role"))?;
    let entry = audit::Entry::new("person.invited_again", "invitation").subject(id).of(link.member_id);
    audit::record(&tx, entry.after(&serde_json::json!({ "name": link.name }))).await?;
    let offer = Offer {
        purpose: Purpose::Invitation,
        name: link.name.clone(),
        until: tx.now.plus(links::INVITATION),
        secrets,
        mailed: Mailed::to(&*tx, link.email.as_deref()).await?,
    };
    let plants = link.plants();
    let Link { name, phone, email, member_id: member, .. } = link;
    send(&tx, &state, id, &offer, &Invitation { name, phone, email, kind, member, plants }).await?;
    tx.commit().await?;
    Ok(links::show_offer(&state, &current, &offer, &place.list()))
}

async fn withdraw(State(state): State<AppState>, current: Current, Path(id): Path<LinkId>) -> Result<Response> {
    let (link, place) = allowed(&state, &current, id).await?;
    let tx = state.begin(&current).await?;
    if !store::withdraw(&tx, id).await? {
        return Err(AppError::Refused(Message::of("accounts.invitation.over")));
    }
    let entry = audit::Entry::new("person.invitation_withdrawn", "invitation").subject(id).of(link.member_id);
    audit::record(&tx, entry.before(&serde_json::json!({ "name": link.name }))).await?;
    tx.commit().await?;
    Ok(flash::redirect(&place.list(), &Message::of("accounts.invitation.withdrawn").with("name", link.name)))
}
