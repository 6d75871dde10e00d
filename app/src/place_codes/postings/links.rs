//! The ways from an entrance to its postings.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{record, routes::LIST};
use crate::{ids::EntranceId, text::Locale};

pub fn links(l: Locale, entrance: EntranceId, may_act: bool) -> AnyView {
    let record = may_act
        .then(|| view! { <a class="button button--quiet" href=record::path(entrance)>{l.t("postings.record")}</a> });
    view! {
        <div class="actions">
            {record}
            <a class="button button--quiet" href=format!("{LIST}?entrance={entrance}")>{l.t("postings.of_entrance")}</a>
        </div>
    }
    .into_any()
}
