//! Keeps what is typed into a form on the device until the server has it: a lost network, a reload or a
//! closed browser loses no typing. The form works without it; where storage is refused nothing happens.

use leptos::prelude::*;

/// Watches the form of this id. On a page that was asked for afresh, what was typed before is put back;
/// on one that the server rendered from what was typed, that is what is kept.
#[island]
pub fn DraftKeeper(
    /// The form's id.
    form: String,
    /// Under which name the typing is kept.
    key: String,
    fresh: bool,
    /// What is said when something was put back.
    restored: String,
    /// The words on the button that throws it away.
    discard: String,
) -> impl IntoView {
    let found = RwSignal::new(false);
    let watched = key.clone();
    Effect::new(move |_| found.set(browser::watch(&form, &watched, fresh)));
    let throw_away = move |_| browser::discard(&key);
    view! {
        <div role="status">
            <Show when=move || found.get() fallback=|| ()>
                <p class="banner">
                    {restored.clone()} " "
                    <button type="button" class="button button--link" on:click=throw_away.clone()>{discard.clone()}</button>
                </p>
            </Show>
        </div>
    }
}

/// The server has it: nothing whose name begins so is kept any longer.
#[island]
pub fn DraftDone(prefix: String) -> impl IntoView {
    Effect::new(move |_| browser::forget(&prefix));
}

#[cfg(not(feature = "hydrate"))]
mod browser {
    pub fn watch(_: &str, _: &str, _: bool) -> bool {
        false
    }
    pub fn discard(_: &str) {}
    pub fn forget(_: &str) {}
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{prelude::window, web_sys};
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{
        Element, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, Storage,
    };

    /// Fields that belong to one rendering of the form, not to what was typed.
    const OWN: [&str; 7] = ["once", "base", "row_version", "action", "quick", "waiting_photo", "not_this"];

    type Pairs = Vec<(String, String)>;

    /// Puts kept typing back or keeps what stands in the form, then follows every change. Whether
    /// anything was put back.
    pub fn watch(id: &str, key: &str, fresh: bool) -> bool {
        let Some((form, storage)) = form(id).zip(storage()) else { return false };
        let name = format!("draft:{key}");
        let kept = storage.get_item(&name).ok().flatten().and_then(|text| serde_json::from_str::<Pairs>(&text).ok());
        let restored = kept.filter(|kept| fresh && *kept != typed(&form)).is_some_and(|kept| restore(&form, &kept));
        if !fresh {
            keep(&form, &storage, &name);
        }
        let watched = form.clone();
        let changed = Closure::<dyn Fn()>::new(move || keep(&watched, &storage, &name));
        for event in ["input", "change"] {
            // Without its listener the form is a plain form.
            let _ = form.add_event_listener_with_callback(event, changed.as_ref().unchecked_ref());
        }
        changed.forget();
        restored
    }

    /// Forgets the typing and shows the form as the server has it.
    pub fn discard(key: &str) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&format!("draft:{key}"));
        }
        let _ = window().location().reload();
    }

    pub fn forget(prefix: &str) {
        let Some(storage) = storage() else { return };
        let prefix = format!("draft:{prefix}");
        let names = (0..storage.length().unwrap_or(0)).filter_map(|n| storage.key(n).ok().flatten());
        for name in names.filter(|name| name.starts_with(&prefix)).collect::<Vec<_>>() {
            let _ = storage.remove_item(&name);
        }
    }

    fn storage() -> Option<Storage> {
        window().local_storage().ok().flatten()
    }

    fn form(id: &str) -> Option<HtmlFormElement> {
        window().document()?.get_element_by_id(id)?.dyn_into().ok()
    }

    fn keep(form: &HtmlFormElement, storage: &Storage, name: &str) {
        if let Ok(text) = serde_json::to_string(&typed(form)) {
            let _ = storage.set_item(name, &text);
        }
    }

    fn controls(form: &HtmlFormElement) -> impl Iterator<Item = Control> {
        let elements = form.elements();
        (0..elements.length()).filter_map(move |n| Control::of(elements.item(n)?))
    }

    fn typed(form: &HtmlFormElement) -> Pairs {
        controls(form).filter(Control::counts).map(|control| (control.name(), control.value())).collect()
    }

    /// Where the form has a field for everything, each gets its value; else the server is asked to draw
    /// the form that was typed into.
    fn restore(form: &HtmlFormElement, kept: &Pairs) -> bool {
        let fields: Vec<Control> = controls(form).collect();
        let fits = kept.iter().all(|(name, value)| {
            fields.iter().any(|field| field.name() == *name && (!field.is_hidden() || field.value() == *value))
        });
        if !fits {
            return redraw(form, &fields, kept).is_some();
        }
        for field in fields {
            field.take(kept);
        }
        true
    }

    fn redraw(form: &HtmlFormElement, fields: &[Control], kept: &Pairs) -> Option<()> {
        let button = form.query_selector("button[name=action][value=redraw]").ok()??.dyn_into::<HtmlElement>().ok()?;
        for field in fields {
            field.silence();
        }
        let document = window().document()?;
        for (name, value) in kept {
            let input: HtmlInputElement = document.create_element("input").ok()?.dyn_into().ok()?;
            input.set_type("hidden");
            input.set_name(name);
            input.set_value(value);
            form.append_child(&input).ok()?;
        }
        button.click();
        Some(())
    }

    enum Control {
        Input(HtmlInputElement),
        Select(HtmlSelectElement),
        Area(HtmlTextAreaElement),
    }

    impl Control {
        /// A field whose value is the person's; nothing for buttons, files and passwords.
        fn of(element: Element) -> Option<Self> {
            let control = match element.dyn_into::<HtmlInputElement>() {
                Ok(input) if ["file", "password", "submit", "button"].contains(&input.type_().as_str()) => return None,
                Ok(input) => Self::Input(input),
                Err(element) => match element.dyn_into::<HtmlSelectElement>() {
                    Ok(select) => Self::Select(select),
                    Err(element) => Self::Area(element.dyn_into().ok()?),
                },
            };
            let name = control.name();
            (!name.is_empty() && !OWN.contains(&name.as_str())).then_some(control)
        }

        fn name(&self) -> String {
            match self {
                Self::Input(input) => input.name(),
                Self::Select(select) => select.name(),
                Self::Area(area) => area.name(),
            }
        }

        fn value(&self) -> String {
            match self {
                Self::Input(input) => input.value(),
                Self::Select(select) => select.value(),
                Self::Area(area) => area.value(),
            }
        }

        fn is_hidden(&self) -> bool {
            matches!(self, Self::Input(input) if input.type_() == "hidden")
        }

        fn is_choice(&self) -> bool {
            matches!(self, Self::Input(input) if ["radio", "checkbox"].contains(&input.type_().as_str()))
        }

        /// Whether it would be sent: a choice only when it is made.
        fn counts(&self) -> bool {
            !self.is_choice() || matches!(self, Self::Input(input) if input.checked())
        }

        fn take(&self, kept: &Pairs) {
            let name = self.name();
            let mut values = kept.iter().filter(|(n, _)| *n == name).map(|(_, value)| value);
            match self {
                Self::Input(input) if self.is_choice() => input.set_checked(values.any(|v| *v == input.value())),
                Self::Input(input) => values.next().into_iter().for_each(|v| input.set_value(v)),
                Self::Select(select) => values.next().into_iter().for_each(|v| select.set_value(v)),
                Self::Area(area) => values.next().into_iter().for_each(|v| area.set_value(v)),
            }
        }

        fn silence(&self) {
            match self {
                Self::Input(input) => input.set_disabled(true),
                Self::Select(select) => select.set_disabled(true),
                Self::Area(area) => area.set_disabled(true),
            }
        }
    }
}
