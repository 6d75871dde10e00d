//! What is to be known before sheets are printed: which codes stand under another address than their plant's, and whom
//! the sheets name where nobody of the member can be called.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::contact::Contacts;
use crate::{
    db::ConnectionTrait,
    error::Result,
    ids::MemberId,
    place_codes::codes::{model::Standing, store::Row},
    text::Locale,
};

pub struct Notes {
    /// Codes that were filed under another address.
    moved: usize,
    /// Whose contact is missing, and whom the sheets name in its place.
    missing: Option<(MemberId, Option<String>)>,
}

impl Notes {
    /// About the sheets of a member's entrances.
    pub async fn of(conn: &impl ConnectionTrait, rows: &[Row]) -> Result<Self> {
        let moved = rows.iter().filter(|row| row.standing() == Standing::Moved).count();
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

    pub fn view(&self, l: Locale, rows: &[Row]) -> AnyView {
        let apply = rows.first().map(|row| format!("/place-codes/apply?member={}", row.member.id));
        let moved = (self.moved > 0).then(|| {
            let words = l.tn("place_codes.print.moved", &[("n", &self.moved.to_string())]);
            view! { <p class="banner banner--urgent">{words} " " <a href=apply>{l.t("place_codes.apply")}</a></p> }
        });
        let missing = self.missing.as_ref().map(|(member, other)| {
            let words = match other {
                Some(whom) => l.tn("place_codes.print.other_contact", &[("whom", whom)]),
                None => l.t("place_codes.print.no_contact"),
            };
            let href = format!("/members/{member}");
            view! { <p class="banner">{words} " " <a href=href>{l.t("place_codes.print.enter_contact")}</a></p> }
        });
        view! {
            {moved}
            {missing}
        }
        .into_any()
    }
}
