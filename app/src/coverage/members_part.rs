//! The members of which the most is not covered, each leading to its entrances.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    model::Show,
    routes::{HERE, Wanted},
    store::{OfMember, Worst},
};
use crate::text::Locale;

/// Nothing where a single member or plant is looked at, or nobody lacks anything.
pub fn view(l: Locale, wanted: &Wanted, worst: &Worst) -> Option<AnyView> {
    let several = wanted.member.is_empty() && wanted.plant.is_empty();
    (several && !worst.members.is_empty()).then(|| {
        let title = l.t("coverage.by_member");
        let open = l.t("coverage.state.open");
        let lines = worst.members.iter().map(|member| line(l, wanted, member, &open)).collect::<Vec<_>>();
        view! {
            <details class="disclosure">
                <summary>{title.clone()}</summary>
                <p class="quiet">{l.t("coverage.by_member_lead")}</p>
                <div class="table-wrap" role="region" tabindex="0" aria-label=title>
                    <table class="table table--cards">
                        <thead><tr>
                            <th scope="col">{l.t("coverage.row.member")}</th>
                            <th scope="col" class="number">{l.t("coverage.covered")}</th>
                            <th scope="col" class="number">{open}</th>
                        </tr></thead>
                        <tbody>{lines}</tbody>
                    </table>
                </div>
                {(worst.others > 0).then(|| others(l, wanted, worst))}
            </details>
        }
        .into_any()
    })
}

/// How many are not named here, and where their entrances are listed.
fn others(l: Locale, wanted: &Wanted, worst: &Worst) -> AnyView {
    let (named, more) = (worst.members.len().to_string(), worst.others.to_string());
    let words = l.tn("coverage.by_member_more", &[("n", &named), ("more", &more)]);
    let all = wanted.address(HERE, &[("show", Show::OPEN)], None);
    view! { <p>{words} " " <a href=all>{l.t("coverage.by_member_all")}</a></p> }.into_any()
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
