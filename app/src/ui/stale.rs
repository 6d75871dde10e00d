//! A stale form: somebody else changed the thing since it was shown. Both versions stand side by side,
//! nothing was overwritten, and what was typed is still in the form below.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{field::Fields, parts};
use crate::form::Form;

/// Where what is stored now differs from what was typed; `stored` is the form filled from the former.
pub fn differences(fields: Fields, stored: &Form) -> AnyView {
    let Fields { l, form } = fields;
    let all = |form: &Form, name: &str| form.values(name).collect::<Vec<_>>().join(" / ");
    let mut names: Vec<&str> = stored.pairs().iter().chain(form.pairs()).map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let rows = names
        .into_iter()
        .filter(|name| l.has(&form.label_key(name)) && all(stored, name) != all(form, name))
        .map(|name| {
            view! {
                <tr>
                    <th scope="row">{l.t(&form.label_key(name))}</th>
                    <td>{parts::or_dashes(Some(all(stored, name)))}</td>
                    <td>{parts::or_dashes(Some(all(form, name)))}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="error-summary" role="alert" tabindex="-1">
            <h2>{l.t("stale.title")}</h2>
            <p>{l.t("stale.text")}</p>
            <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("stale.title")>
                <table class="table">
                    <thead><tr>
                        <th scope="col">{l.t("stale.field")}</th>
                        <th scope="col">{l.t("stale.theirs")}</th>
                        <th scope="col">{l.t("stale.yours")}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
    .into_any()
}
