//! What is to be known before sheets are printed: which codes stand under another address than their plant's, and whom
//! the sheets name where nobody of the member can be called.

use std::collections::BTreeMap;

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::contact::Contacts;
use crate::{
    current::Current,
    db::ConnectionTrait,
    error::Result,
    ids::MemberId,
    place_codes::codes::{model::Standing, store::Row, way::Way},
};

/// What is said of each way.
fn key(way: Way) -> &'static str {
    match way {
        Way::Apply => "place_codes.print.moved.apply",
        Way::HandIn => "place_codes.print.moved.hand_in",
        Way::Wait => "place_codes.print.moved.wait",
        Way::Outside => "place_codes.moved.outside",
    }
}

pub struct Notes {
    /// Codes that were filed under another address, by what is to be done about them.
    moved: BTreeMap<Way, usize>,
    /// Whose contact is missing, and whom the sheets name in its place.
    missing: Option<(MemberId, Option<String>)>,
}

impl Notes {
    /// About the sheets of a member's entrances.
    pub async fn of(conn: &impl ConnectionTrait, rows: &[Row]) -> Result<Self> {
        let mut moved: BTreeMap<Way, usize> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.standing() == Standing::Moved) {
            *moved.entry(row.way()).or_default() += 1;
        }
        let missing = match rows.first().map(|row| row.member.id) {
            Some(member) => {
                let contacts = Contacts::of(conn, &[member]).await?;
                let other = contacts.whom(member).map(|(name, phone)| format!("{name} {phone}"));
                (!contacts.has_own(member)).then_some((member, other))
            }
            None => None,
        };
        Ok(Self { moved, missing })
    }

    pub fn view(&self, current: &Current, rows: &[Row]) -> AnyView {
        let l = current.locale;
        let apply = rows.first().map(|row| format!("/place-codes/apply?member={}", row.member.id));
        let moved = self.moved.iter().map(|(way, n)| {
            let which = match rows {
                [_] => l.t("place_codes.print.moved.one"),
                _ => l.tn("place_codes.print.moved", &[("n", &n.to_string())]),
            };
            let words = format!("{which}{}", l.t(key(*way)));
            let link = apply.clone().filter(|_| *way == Way::Apply);
            let link = link.map(|href| view! { <a href=href>{l.t("place_codes.apply")}</a> });
            view! { <p class="banner banner--urgent">{words} " " {link}</p> }.into_any()
        });
        let moved = moved.collect::<Vec<_>>();
        let missing = self.missing.as_ref().map(|(member, other)| {
            let words = match other {
                Some(whom) => l.tn("place_codes.print.other_contact", &[("whom", whom)]),
                None => l.t("place_codes.print.no_contact"),
            };
            let how = if current.administers_member(*member).is_ok() {
                let href = format!("/members/{member}");
                view! { <a href=href>{l.t("place_codes.print.enter_contact")}</a> }.into_any()
            } else {
                view! { <span>{l.t("place_codes.print.ask_administrator")}</span> }.into_any()
            };
            view! { <p class="banner">{words} " " {how}</p> }
        });
        view! {
            {moved}
            {missing}
        }
        .into_any()
    }
}
