//! Form fields in GOV.UK's manner: label above, hint under it, the error beside the field and in the
//! summary, what was typed kept. `Fields` knows the form and the language; each field is a builder
//! that ends in `view()`. The label is the key `<scope>.<name>`; the hint, where one was written,
//! `<scope>.<name>.hint`.

mod choices;
mod input;

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{form::Form, once, text::Locale};

pub use input::{Field, Group};

/// The fields of one form.
#[derive(Clone, Copy)]
pub struct Fields<'a> {
    pub l: Locale,
    pub form: &'a Form,
}

impl<'a> Fields<'a> {
    pub fn new(l: Locale, form: &'a Form) -> Self {
        Self { l, form }
    }

    /// The key that makes a double click one record; kept over errors.
    pub fn once(self) -> AnyView {
        let typed = self.form.value(once::FIELD);
        let key = if typed.is_empty() { uuid::Uuid::now_v7().to_string() } else { typed.to_owned() };
        view! { <input type="hidden" name=once::FIELD value=key /> }.into_any()
    }

    /// A value that travels unseen, such as the version of what is being changed.
    pub fn hidden(self, name: &str) -> AnyView {
        view! { <input type="hidden" name=name.to_owned() value=self.form.value(name).to_owned() /> }.into_any()
    }

    /// All errors above the h1, each leading to its field; the same words for several fields stand once.
    pub fn summary(self) -> Option<AnyView> {
        let Self { l, form } = self;
        form.has_errors().then(|| {
            let mut said: Vec<String> = Vec::new();
            let mut items = Vec::new();
            for (name, message) in form.errors() {
                let words = l.say(message);
                if !said.contains(&words) {
                    items.push(view! { <li><a href=format!("#{}", id_of(name))>{words.clone()}</a></li> }.into_any());
                    said.push(words);
                }
            }
            view! {
                <div class="error-summary" role="alert" tabindex="-1" autofocus=true>
                    <h2>{l.t("form.summary")}</h2>
                    <ul>{items}</ul>
                </div>
            }
            .into_any()
        })
    }

    fn error(self, name: &str) -> Option<AnyView> {
        let line = |(at, message)| {
            let apart = (at > 0).then(|| view! { <br /> });
            view! { {apart} {self.l.say(message)} }.into_any()
        };
        let lines: Vec<AnyView> = self.form.errors_of(name).enumerate().map(line).collect();
        (!lines.is_empty()).then(|| {
            let id = format!("{}-error", id_of(name));
            view! { <p class="field__error" id=id>{lines}</p> }.into_any()
        })
    }

    fn hint(self, name: &str) -> Option<AnyView> {
        let key = format!("{}.hint", self.form.label_key(name));
        self.l.has(&key).then(|| {
            let id = format!("{}-hint", id_of(name));
            view! { <p class="field__hint" id=id>{self.l.t(&key)}</p> }.into_any()
        })
    }

    fn described(self, name: &str, has_hint: bool) -> Option<String> {
        let id = id_of(name);
        let hint = has_hint.then(|| format!("{id}-hint"));
        let error = self.form.error(name).map(|_| format!("{id}-error"));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

fn field_class(failed: bool) -> &'static str {
    if failed { "field field--error" } else { "field" }
}

/// The element's id of a field: `lines.3.stock` becomes `lines-3-stock`.
pub fn id_of(name: &str) -> String {
    format!("f-{}", name.replace('.', "-"))
}
