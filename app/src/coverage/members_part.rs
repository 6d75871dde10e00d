//! The members of which the most is not covered, each leading to its entrances.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    model::Show,
    routes::{HERE, Wanted},
    store::{MOST_MEMBERS, OfMember},
};
use crate::text::Locale;

/// Nothing where a single member or plant is looked at, or nobody lacks anything.
pub fn view(l: Locale, wanted: &Wanted, worst: &[OfMember]) -> Option<AnyView> {
    let several = wanted.member.is_empty() && wanted.plant.is_empty();
    (several && !worst.is_empty()).then(|| {
        let title = l.t("coverage.by_member");
        let open = l.t("coverage.state.open");
        view! {
            <details class="disclosure">
                <summary>{title.clone()}</summary>
                <p class="quiet">{l.tn("coverage.by_member_lead", &[("n", &MOST_MEMBERS.to_string())])}</p>
                <div class="table-wrap" role="region" tabindex="0" aria-label=title>
                    <table class="table table--cards">
                        <thead><tr>
                            <th scope="col">{l.t("coverage.row.member")}</th>
                            <th scope="col" class="number">{l.t("coverage.covered")}</th>
                            <th scope="col" class="number">{open.clone()}</th>
                        </tr></thead>
                        <tbody>{worst.iter().map(|member| line(l, wanted, member, &open)).collect::<Vec<_>>()}</tbody>
                    </table>
                </div>
            </details>
        }
        .into_any()
    })
}

fn line(l: Locale, wanted: &Wanted, member: &OfMember, open: &str) -> AnyView {
    let id = member.id.to_string();
    let showing = |show| wanted.address(HERE, &[("member", id.as_str()), ("show", show)], None);
    view! {
        <tr>
            <th scope="row"><a href=showing("")>{member.name.clone()}</a></th>
            <td class="number" data-label=l.t("coverage.covered")>{format!("{} / {}", member.covered, member.all)}</td>
            <td class="number" data-label=open.to_owned()><a href=showing(Show::OPEN)>{member.all - member.covered}</a></td>
        </tr>
    }
    .into_any()
}
