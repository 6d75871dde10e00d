//! A stale form: somebody else changed the thing since it was shown. Both versions stand side by side,
//! nothing was overwritten, and what was typed is still in the form below, which carries the newest
//! version, so that sending it again is a decision.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::field::Fields;
use crate::{form::Form, text::Locale};

/// The words of a value as it is: for texts and numbers.
pub fn as_typed(_name: &str, value: &str) -> String {
    value.to_owned()
}

/// Where what is stored now differs from what was typed; `stored` is the form filled from the former,
/// `say` gives the words of a value. Fields without a label are left out.
pub fn differences(fields: Fields, stored: &Form, say: &dyn Fn(&str, &str) -> String) -> AnyView {
    let label = |name: &str| own_label(fields, name);
    labelled(fields, stored, &label, say)
}

/// The same for a form some of whose labels are not its fields' own; a field without one is left out.
pub fn labelled(
    fields: Fields,
    stored: &Form,
    label: &dyn Fn(&str) -> Option<String>,
    say: &dyn Fn(&str, &str) -> String,
) -> AnyView {
    let Fields { l, form } = fields;
    let rows = names(stored, form)
        .into_iter()
        .filter(|name| !filled(stored, name).eq(filled(form, name)))
        .filter_map(|name| Some((label(name)?, name)))
        .map(|(label, name)| {
            view! {
                <tr>
                    <th scope="row">{label}</th>
                    <td class="pre" data-label=l.t("stale.theirs")>{said(l, stored, name, say)}</td>
                    <td class="pre" data-label=l.t("stale.yours")>{said(l, form, name, say)}</td>
                </tr>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let same = rows.is_empty();
    view! {
        <div class="error-summary" role="alert" tabindex="-1">
            <h2>{l.t("stale.title")}</h2>
            <p>{l.t(if same { "stale.same" } else { "stale.text" })}</p>
            {(!same).then(|| table(l, rows))}
        </div>
    }
    .into_any()
}

fn table(l: Locale, rows: Vec<AnyView>) -> AnyView {
    view! {
        <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("stale.title")>
            <table class="table table--cards">
                <thead><tr>
                    <th scope="col">{l.t("stale.field")}</th>
                    <th scope="col">{l.t("stale.theirs")}</th>
                    <th scope="col">{l.t("stale.yours")}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The label of a field, with its place where several fields have the same: `brand 2`.
pub fn own_label(Fields { l, form }: Fields, name: &str) -> Option<String> {
    let key = form.label_key(name);
    let place = name.split('.').find_map(|part| part.parse::<usize>().ok());
    l.has(&key).then(|| match place {
        Some(place) => format!("{} {}", l.t(&key), place + 1),
        None => l.t(&key),
    })
}

/// Every field of either form, once, in the order of the forms.
fn names<'a>(stored: &'a Form, typed: &'a Form) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in stored.pairs().iter().chain(typed.pairs()) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

fn filled<'a>(form: &'a Form, name: &'a str) -> impl Iterator<Item = &'a str> {
    form.values(name).map(str::trim).filter(|value| !value.is_empty())
}

fn said(l: Locale, form: &Form, name: &str, say: &dyn Fn(&str, &str) -> String) -> String {
    let words: Vec<String> = filled(form, name).map(|value| say(name, value)).collect();
    if words.is_empty() { "--".to_owned() } else { words.join(&l.t("list.comma")) }
}
