//! One field with a label: a line, an area, a choice from a list. A builder that ends in `view()`.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Fields, field_class, id_of};

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
