//! A text that is passed on by WeChat: it stands there to be selected, and where scripts run a button
//! copies it.

use leptos::prelude::*;

/// The text in a field, and the button that copies it. Without scripts the field alone does.
#[island]
pub fn Copy(text: String, label: String, button: String, done: String) -> impl IntoView {
    let field = NodeRef::<leptos::html::Textarea>::new();
    let ready = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    let rows = text.lines().map(|line| 1 + line.chars().count() / 30).sum::<usize>().clamp(2, 12).to_string();
    let copy = move |_| copied.set(copy_from(field));
    view! {
        <div class="field">
            <textarea class="input" readonly rows=rows aria-label=label node_ref=field>{text}</textarea>
        </div>
        <button type="button" class="button button--quiet copy" hidden=move || !ready.get() data-copied=move || copied.get().then_some("yes") on:click=copy>
            {move || if copied.get() { done.clone() } else { button.clone() }}
        </button>
    }
}

/// Selects the field's text and copies it, in the way that WeChat's old browser knows too.
#[cfg(feature = "hydrate")]
fn copy_from(field: NodeRef<leptos::html::Textarea>) -> bool {
    use wasm_bindgen::JsCast;
    let Some(field) = field.get_untracked() else { return false };
    field.select();
    leptos::prelude::document()
        .dyn_into::<web_sys::HtmlDocument>()
        .is_ok_and(|document| document.exec_command("copy").unwrap_or(false))
}

#[cfg(not(feature = "hydrate"))]
fn copy_from(_field: NodeRef<leptos::html::Textarea>) -> bool {
    false
}
