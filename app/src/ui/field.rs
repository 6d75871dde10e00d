//! Form fields in GOV.UK's manner: label above, hint under it, the error beside the field and in the
//! summary, what was typed kept. `Fields` knows the form and the language; each field is a builder
//! that ends in `view()`. The label is the key `<scope>.<name>`; the hint, where one was written,
//! `<scope>.<name>.hint`.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{form::Form, ids::TextEnum, once, text::Locale};

/// The fields of one form.
#[derive(Clone, Copy)]
pub struct Fields<'a> {
    pub l: Locale,
    pub form: &'a Form,
}

/// What kind of control a field is.
enum Control {
    Input { kind: &'static str },
    Area { rows: u8 },
    Select { options: Vec<(String, String)>, empty: Option<String> },
    Groups { groups: Vec<Group>, empty: Option<String> },
}

/// A heading and the options under it.
pub type Group = (String, Vec<(String, String)>);

/// A field being described.
pub struct Field<'a> {
    fields: Fields<'a>,
    name: String,
    control: Control,
    class: &'static str,
    unit: Option<String>,
    label: Option<String>,
    optional: bool,
    autocomplete: Option<&'static str>,
    input_mode: Option<&'static str>,
    max: Option<usize>,
    multiple: bool,
    accept: Option<&'static str>,
    list: Option<&'static str>,
}

impl<'a> Fields<'a> {
    pub fn new(l: Locale, form: &'a Form) -> Self {
        Self { l, form }
    }

    fn field(self, name: &str, control: Control) -> Field<'a> {
        Field {
            fields: self,
            name: name.to_owned(),
            control,
            class: "input",
            unit: None,
            label: None,
            optional: false,
            autocomplete: None,
            input_mode: None,
            max: None,
            multiple: false,
            accept: None,
            list: None,
        }
    }

    /// One line of text.
    pub fn text(self, name: &str) -> Field<'a> {
        self.field(name, Control::Input { kind: "text" })
    }

    pub fn password(self, name: &str) -> Field<'a> {
        self.field(name, Control::Input { kind: "password" })
    }

    pub fn date(self, name: &str) -> Field<'a> {
        self.field(name, Control::Input { kind: "date" }).short()
    }

    pub fn date_time(self, name: &str) -> Field<'a> {
        self.field(name, Control::Input { kind: "datetime-local" }).short()
    }

    /// A number typed as text, with a numeric keyboard on a phone.
    pub fn number(self, name: &str) -> Field<'a> {
        let mut field = self.field(name, Control::Input { kind: "text" });
        field.class = "input input--number";
        field.input_mode = Some("decimal");
        field
    }

    pub fn file(self, name: &str) -> Field<'a> {
        self.field(name, Control::Input { kind: "file" })
    }

    pub fn area(self, name: &str, rows: u8) -> Field<'a> {
        self.field(name, Control::Area { rows })
    }

    /// A choice from a list of (value, words); `empty` is the words of “none chosen”.
    pub fn select(self, name: &str, options: Vec<(String, String)>, empty: Option<String>) -> Field<'a> {
        self.field(name, Control::Select { options, empty })
    }

    /// A choice from lists under headings.
    pub fn select_grouped(self, name: &str, groups: Vec<Group>, empty: Option<String>) -> Field<'a> {
        self.field(name, Control::Groups { groups, empty })
    }

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

impl Field<'_> {
    #[must_use]
    pub fn short(mut self) -> Self {
        self.class = "input input--short";
        self
    }

    #[must_use]
    pub fn unit(mut self, unit: String) -> Self {
        self.unit = Some(unit);
        self
    }

    /// Says “（选填）” behind the label.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// A label other than the one of its key.
    #[must_use]
    pub fn label(mut self, words: String) -> Self {
        self.label = Some(words);
        self
    }

    #[must_use]
    pub fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = Some(what);
        self
    }

    /// The keyboard that a phone shows: `tel`, `email`, `numeric`, `decimal`.
    #[must_use]
    pub fn input_mode(mut self, mode: &'static str) -> Self {
        self.input_mode = Some(mode);
        self
    }

    #[must_use]
    pub fn max(mut self, characters: usize) -> Self {
        self.max = Some(characters);
        self
    }

    /// Takes several files.
    #[must_use]
    pub fn multiple(mut self) -> Self {
        self.multiple = true;
        self
    }

    /// The endings of the files that a browser offers to choose.
    #[must_use]
    pub fn accept(mut self, endings: &'static str) -> Self {
        self.accept = Some(endings);
        self
    }

    /// What may be typed is offered by a `datalist` of this id.
    #[must_use]
    pub fn list(mut self, id: &'static str) -> Self {
        self.list = Some(id);
        self
    }

    pub fn view(self) -> AnyView {
        let Fields { l, form } = self.fields;
        let id = id_of(&self.name);
        let error = self.fields.error(&self.name);
        let hint = self.fields.hint(&self.name);
        let described = self.fields.described(&self.name, hint.is_some());
        let label = self.label.unwrap_or_else(|| l.t(&form.label_key(&self.name)));
        let optional = self.optional.then(|| view! { " " <span class="field__optional">{l.t("form.optional")}</span> });
        let value = form.value(&self.name).to_owned();
        let invalid = error.is_some().then_some("true");
        let failed = error.is_some();
        let class = self.class;
        let name = self.name;
        let control = match self.control {
            Control::Input { kind } => {
                let value = (kind != "password" && kind != "file").then_some(value);
                view! {
                    <input type=kind class=class id=id.clone() name=name value=value maxlength=self.max aria-describedby=described
                        aria-invalid=invalid autocomplete=self.autocomplete inputmode=self.input_mode multiple=self.multiple accept=self.accept
                        list=self.list />
                }
                .into_any()
            }
            Control::Area { rows } => view! {
                <textarea class=class id=id.clone() name=name rows=rows.to_string() aria-describedby=described aria-invalid=invalid>{value}</textarea>
            }
            .into_any(),
            Control::Select { options, empty } => {
                let options = choices(options, &value);
                let empty = empty.map(|words| view! { <option value="">{words}</option> });
                view! {
                    <select class=class id=id.clone() name=name aria-describedby=described aria-invalid=invalid>{empty}{options}</select>
                }
                .into_any()
            }
            Control::Groups { groups, empty } => {
                let groups = groups
                    .into_iter()
                    .map(|(heading, options)| {
                        view! { <optgroup label=heading>{choices(options, &value)}</optgroup> }.into_any()
                    })
                    .collect::<Vec<_>>();
                let empty = empty.map(|words| view! { <option value="">{words}</option> });
                view! {
                    <select class=class id=id.clone() name=name aria-describedby=described aria-invalid=invalid>{empty}{groups}</select>
                }
                .into_any()
            }
        };
        view! {
            <div class=field_class(failed)>
                <label class="field__label" for=id>{label}{optional}</label>
                {hint}
                {error}
                {match self.unit {
                    Some(unit) => view! { <div class="field__with-unit">{control}<span class="field__unit">{unit}</span></div> }.into_any(),
                    None => control,
                }}
            </div>
        }
        .into_any()
    }
}

fn choices(options: Vec<(String, String)>, value: &str) -> Vec<AnyView> {
    options
        .into_iter()
        .map(|(option, words)| {
            let selected = option == value;
            view! { <option value=option selected=selected>{words}</option> }.into_any()
        })
        .collect()
}

/// Whether words fit into half the width of a phone, beside their box; Chinese characters count twice.
fn is_short(words: &str) -> bool {
    words.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>() <= 12
}

fn field_class(failed: bool) -> &'static str {
    if failed { "field field--error" } else { "field" }
}

/// The element's id of a field: `lines.3.stock` becomes `lines-3-stock`.
pub fn id_of(name: &str) -> String {
    format!("f-{}", name.replace('.', "-"))
}
