//! The pages of the register. The secretariat keeps all of it, a member's admin keeps the member's own, and
//! everybody of a member reads that. Every change goes through a form that knows the version it began with.

mod address;
mod contact;
mod entrance;
mod leaving;
mod list;
mod member;
mod plant;
mod show;

pub(super) use contact::{known as contact_known, summary as contact_summary};
pub(super) use entrance::summary as entrance_summary;
pub(super) use member::{known as member_known, summary as member_summary};
pub(super) use plant::{known as plant_known, summary as plant_summary};

use axum::response::Response;

use crate::{
    access::{Route, Who},
    files::upload_limit,
};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/members", Who::SignedIn, list::show),
        Route::get("/members.xlsx", Who::Office, list::export),
        Route::get("/members/new", Who::Staff, member::ask_new),
        Route::post("/members/new", Who::Staff, member::add).limit(upload_limit(1)),
        Route::get("/members/{member}", Who::SignedIn, show::show),
        Route::get("/members/{member}/edit", Who::SignedIn, member::ask_change),
        Route::post("/members/{member}/edit", Who::SignedIn, member::change).limit(upload_limit(1)),
        Route::get("/members/{member}/licence", Who::SignedIn, member::licence),
        Route::post("/members/{member}/licence", Who::Staff, member::confirm),
        Route::get("/members/{member}/leave", Who::Staff, leaving::ask),
        Route::post("/members/{member}/leave", Who::Staff, leaving::leave),
        Route::post("/members/{member}/return", Who::Staff, leaving::take_back),
        Route::get("/members/{member}/plants/new", Who::SignedIn, plant::ask_new),
        Route::post("/members/{member}/plants/new", Who::SignedIn, plant::add),
        Route::get("/plants/{plant}", Who::SignedIn, plant::show),
        Route::get("/plants/{plant}/edit", Who::SignedIn, plant::ask_change),
        Route::post("/plants/{plant}/edit", Who::SignedIn, plant::change),
        Route::get("/plants/{plant}/entrances/new", Who::SignedIn, entrance::ask_new),
        Route::post("/plants/{plant}/entrances/new", Who::SignedIn, entrance::add),
        Route::get("/entrances/{entrance}/edit", Who::SignedIn, entrance::ask_change),
        Route::post("/entrances/{entrance}/edit", Who::SignedIn, entrance::change),
        Route::get("/members/{member}/contacts/new", Who::SignedIn, contact::ask_new),
        Route::post("/members/{member}/contacts/new", Who::SignedIn, contact::add),
        Route::get("/contacts/{contact}/edit", Who::SignedIn, contact::ask_change),
        Route::post("/contacts/{contact}/edit", Who::SignedIn, contact::change),
        Route::post("/contacts/{contact}/write-again", Who::SignedIn, contact::write_again),
        Route::post("/contacts/{contact}/remove", Who::SignedIn, contact::remove),
    ]
}

/// What a form does: adding, or changing what has a stored version.
pub(super) enum Task {
    Add,
    Change,
    /// Somebody else was faster: what is stored now, as the form would hold it.
    Stale(Box<crate::form::Form>),
}

/// What an act came to: done, or the form again.
type Answer = crate::error::Result<Response>;
