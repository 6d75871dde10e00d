//! Choices that are all on the page: radio buttons, checkboxes, a single box to tick.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Fields, field_class, id_of};
use crate::ids::TextEnum;

impl Fields<'_> {
    /// The options of an enum; the words stand under `<prefix>.<word>`.
    pub fn options<E: TextEnum>(self, prefix: &str) -> Vec<(String, String)> {
        E::ALL.iter().map(|value| (value.word().to_owned(), self.l.t(&format!("{prefix}.{}", value.word())))).collect()
    }

    /// One of a few choices, as radio buttons.
    pub fn radios(self, name: &str, options: Vec<(String, String)>) -> AnyView {
        self.choice_set("radio", name, options)
    }

    /// Any of a few choices, as checkboxes.
    pub fn checkboxes(self, name: &str, options: Vec<(String, String)>) -> AnyView {
        self.choice_set("checkbox", name, options)
    }

    /// A single checkbox with the value `yes`.
    pub fn tick(self, name: &str) -> AnyView {
        let Self { l, form } = self;
        let id = id_of(name);
        let error = self.error(name);
        let class = field_class(error.is_some());
        let hint = self.hint(name);
        let described = self.described(name, hint.is_some());
        view! {
            <div class=class>
                {error}
                <div class="choice">
                    <input type="checkbox" id=id.clone() name=name.to_owned() value="yes" checked=form.ticked(name) aria-describedby=described />
                    <label for=id>{l.t(&form.label_key(name))}</label>
                    {hint}
                </div>
            </div>
        }
        .into_any()
    }

    fn choice_set(self, kind: &'static str, name: &str, options: Vec<(String, String)>) -> AnyView {
        let Self { l, form } = self;
        let error = self.error(name);
        let class = field_class(error.is_some());
        let hint = self.hint(name);
        let described = self.described(name, hint.is_some());
        // Short words stand in two columns, the last may be long.
        let row = options.split_last().is_some_and(|(_, others)| others.iter().all(|(_, words)| is_short(words)));
        let choices = options
            .into_iter()
            .enumerate()
            .map(|(n, (value, words))| {
                let class = if row && !is_short(&words) { "choice choice--wide" } else { "choice" };
                let id = if n == 0 { id_of(name) } else { format!("{}-{n}", id_of(name)) };
                let checked = form.has(name, &value);
                view! {
                    <div class=class>
                        <input type=kind id=id.clone() name=name.to_owned() value=value checked=checked />
                        <label for=id>{words}</label>
                    </div>
                }
                .into_any()
            })
            .collect::<Vec<_>>();
        view! {
            <div class=class>
                <fieldset class=if row { "choices choices--row" } else { "choices" } aria-describedby=described>
                    <legend>{l.t(&form.label_key(name))}</legend>
                    {hint}
                    {error}
                    <div class="choices__set">{choices}</div>
                </fieldset>
            </div>
        }
        .into_any()
    }
}

/// Whether words fit into half the width of a phone, beside their box; Chinese characters count twice.
fn is_short(words: &str) -> bool {
    words.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>() <= 12
}
