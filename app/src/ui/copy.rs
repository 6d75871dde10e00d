//! A text to be taken to WeChat: it stands in a box from which it can be copied by hand, and where the
//! browser runs islands a button copies it with one tap.

use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use leptos::{wasm_bindgen::JsCast, web_sys::HtmlTextAreaElement};

#[cfg(feature = "ssr")]
use crate::text::Locale;

/// A box with the text and the button that copies it; `label` says what is copied.
#[cfg(feature = "ssr")]
pub fn copy_button(l: Locale, text: String, label: String) -> leptos::tachys::view::any_view::AnyView {
    noting_button(l, text, label, None)
}

/// The same, and that the text was copied is noted: `note` is the form that is sent to `/copies`.
#[cfg(feature = "ssr")]
pub fn noting_button(
    l: Locale,
    text: String,
    label: String,
    note: Option<String>,
) -> leptos::tachys::view::any_view::AnyView {
    view! { <CopyText text=text label=label done=l.t("copy.done") note=note /> }.into_any()
}

/// The button shows only where it works; `done` is what it says after copying, `note` what is told of it.
#[island]
pub fn CopyText(text: String, label: String, done: String, note: Option<String>) -> impl IntoView {
    let (awake, wake) = signal(false);
    let (copied, set_copied) = signal(false);
    let area = NodeRef::<leptos::html::Textarea>::new();
    Effect::new(move |_| wake.set(true));
    let copy = move |_| {
        if let Some(area) = area.get() {
            let note = note.clone();
            put_on_clipboard(&area, move || {
                set_copied.set(true);
                if let Some(note) = &note {
                    tell(note);
                }
            });
        }
    };
    let rows = text.lines().count().clamp(2, 12).to_string();
    let words = label.clone();
    view! {
        <div class="copy-text">
            <textarea class="input" readonly=true rows=rows aria-label=label node_ref=area>{text}</textarea>
            <button type="button" class="button button--quiet copy" hidden=move || !awake.get()
                data-copied=move || copied.get().then_some("") on:click=copy>
                {move || if copied.get() { done.clone() } else { words.clone() }}
            </button>
        </div>
    }
}

/// Selects the text and copies it; `done` runs when it is on the clipboard, and else it stays selected to be copied by
/// hand. The old command works in every WebView and without https; where a browser has dropped it, the clipboard takes the
/// text, if it may.
#[cfg(feature = "hydrate")]
fn put_on_clipboard(area: &HtmlTextAreaElement, done: impl FnOnce() + 'static) {
    area.select();
    let page = document().dyn_into::<web_sys::HtmlDocument>();
    if page.is_ok_and(|page| page.exec_command("copy").unwrap_or(false)) {
        done();
    } else if window().is_secure_context() {
        let writing = window().navigator().clipboard().write_text(&area.value());
        leptos::task::spawn_local(async move {
            if wasm_bindgen_futures::JsFuture::from(writing).await.is_ok() {
                done();
            }
        });
    }
}

/// Sends the note beside the copying, also when the page is left at once. A note that is lost is no harm.
#[cfg(feature = "hydrate")]
fn tell(note: &str) {
    if let Ok(form) = web_sys::UrlSearchParams::new_with_str(note) {
        let _ = window().navigator().send_beacon_with_opt_url_search_params("/copies", Some(&form));
    }
}

#[cfg(not(feature = "hydrate"))]
fn tell(_note: &str) {}

#[cfg(not(feature = "hydrate"))]
fn put_on_clipboard<T>(_area: &T, _done: impl FnOnce()) {}
