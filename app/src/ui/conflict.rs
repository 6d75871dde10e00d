//! What a person sees whose form went stale: what somebody else has stored meanwhile beside what was typed.
//! Nothing was overwritten; the form below carries the newest version, so sending it again is a decision.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{form::Form, text::Locale};

/// The fields in which the stored form and the typed one differ; `say` gives the words of a value.
pub fn panel(l: Locale, stored: &Form, typed: &Form, names: &[&str], say: &dyn Fn(&str, &str) -> String) -> AnyView {
    let values = |form: &Form, name: &str| {
        let words: Vec<String> = form.values(name).filter(|v| !v.is_empty()).map(|v| say(name, v)).collect();
        if words.is_empty() { "--".to_owned() } else { words.join("、") }
    };
    let rows = names
        .iter()
        .filter(|name| !stored.values(name).filter(|v| !v.is_empty()).eq(typed.values(name).filter(|v| !v.is_empty())))
        .map(|name| {
            view! {
                <tr>
                    <th scope="row">{l.t(&typed.label_key(name))}</th>
                    <td>{values(stored, name)}</td>
                    <td>{values(typed, name)}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <section class="banner banner--urgent" role="alert" aria-label=l.t("conflict.title")>
            <p><strong>{l.t("conflict.title")}</strong></p>
            <p>{l.t("conflict.lead")}</p>
            <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("conflict.differences")>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{l.t("conflict.field")}</th>
                            <th scope="col">{l.t("conflict.stored")}</th>
                            <th scope="col">{l.t("conflict.typed")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
