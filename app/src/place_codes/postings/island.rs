//! Brings the photo of a form to the server before the form itself: when the network drops on the way the page stays,
//! says so and sends the same photo again, by itself or by hand; when the portal does not take it, or wants the person
//! to sign in again, by hand alone. Without it the form is sent with its photo.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// How far the photo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Here,
    Sending,
    /// The network dropped.
    Broken,
    /// The portal did not take it.
    NotTaken,
    /// The session ran out.
    SignedOut,
}

/// What is said while a photo is on its way, and when it does not arrive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Words {
    pub sending: String,
    pub broken: String,
    pub not_taken: String,
    pub signed_out: String,
    /// On the link to the sign-in.
    pub sign_in: String,
    /// On the button that sends it again.
    pub again: String,
}

#[island]
pub fn PhotoSender(
    /// The form's id.
    form: String,
    /// Where its photo is kept.
    to: String,
    words: Words,
) -> impl IntoView {
    let way = RwSignal::new(Way::Here);
    let Words { sending, broken, not_taken, signed_out, sign_in, again } = words;
    let (watched, there) = (form.clone(), to.clone());
    Effect::new(move |_| browser::watch(&watched, &there, way));
    let send = move |_| browser::send(&form, &to, way);
    let said = [(Way::Broken, broken), (Way::NotTaken, not_taken), (Way::SignedOut, signed_out)];
    let why = move || said.iter().find(|(at, _)| *at == way.get()).map(|(_, words)| words.clone());
    // In another tab, for this one holds the photo.
    let link = move || {
        let needed = way.get() == Way::SignedOut;
        needed.then(|| view! { <a href="/sign-in" target="_blank" rel="noopener">{sign_in.clone()}</a> " " })
    };
    view! {
        <div role="status">
            <Show when=move || way.get() == Way::Sending fallback=|| ()>
                <p class="banner">{sending.clone()}</p>
            </Show>
            <Show when=move || !matches!(way.get(), Way::Here | Way::Sending) fallback=|| ()>
                <p class="banner banner--urgent">
                    {why.clone()} " " {link.clone()}
                    <button type="button" class="button button--link" on:click=send.clone()>{again.clone()}</button>
                </p>
            </Show>
        </div>
    }
}

#[cfg(not(feature = "hydrate"))]
mod browser {
    use leptos::prelude::RwSignal;

    use super::Way;

    pub fn watch(_: &str, _: &str, _: RwSignal<Way>) {}
    pub fn send(_: &str, _: &str, _: RwSignal<Way>) {}
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use leptos::{
        prelude::{GetUntracked, RwSignal, Set, set_interval, window},
        web_sys,
    };
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{Event, FormData, HtmlFormElement, HtmlInputElement, XmlHttpRequest};

    use super::Way;
    use crate::{ids::PostingPhotoId, place_codes::postings::photo_answer::Answer};

    /// The fields of the file, and of the photo that has arrived.
    const FILE: &str = "photo";
    const ARRIVED: &str = "waiting_photo";
    /// Ticked where a photo that arrived before is not the one.
    const NOT_THIS: &str = "not_this";
    /// A phone may have its network back without saying so.
    const EVERY: Duration = Duration::from_secs(10);
    /// A photo that took longer than that is not on its way any more; milliseconds.
    const LONGEST: u32 = 120_000;

    /// From now on the form is sent when its photo has arrived.
    pub fn watch(id: &str, to: &str, way: RwSignal<Way>) {
        let Some(form) = form(id) else { return };
        let (watched, there) = (form.clone(), to.to_owned());
        let sent = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            if way.get_untracked() == Way::Sending {
                event.prevent_default();
            } else if has_photo(&watched) {
                event.prevent_default();
                bring(&watched, &there, way);
            }
        });
        // Without its listener the form is a plain form.
        let _ = form.add_event_listener_with_callback("submit", sent.as_ref().unchecked_ref());
        sent.forget();
        let (watched, there) = (form.clone(), to.to_owned());
        let back = Closure::<dyn Fn()>::new(move || try_again(&watched, &there, way));
        let _ = window().add_event_listener_with_callback("online", back.as_ref().unchecked_ref());
        back.forget();
        let there = to.to_owned();
        set_interval(move || try_again(&form, &there, way), EVERY);
    }

    /// Sends the photo again, by hand.
    pub fn send(id: &str, to: &str, way: RwSignal<Way>) {
        if let Some(form) = form(id).filter(|form| way.get_untracked() != Way::Sending && has_photo(form)) {
            bring(&form, to, way);
        }
    }

    /// By itself only where the network dropped: what came to the portal whole need not come again every few seconds.
    fn try_again(form: &HtmlFormElement, to: &str, way: RwSignal<Way>) {
        if way.get_untracked() == Way::Broken && has_photo(form) {
            bring(form, to, way);
        }
    }

    /// Brings the photo to the server; the form follows when it is there, or when the server has something to say of
    /// it, for that stands on the page that answers the form.
    fn bring(form: &HtmlFormElement, to: &str, way: RwSignal<Way>) {
        let (Ok(request), Ok(data)) = (XmlHttpRequest::new(), FormData::new_with_form(form)) else {
            let _ = form.submit();
            return;
        };
        let (sent, answer) = (form.clone(), request.clone());
        let arrived = Closure::<dyn Fn()>::new(move || {
            let body = answer.response_text().ok().flatten().unwrap_or_default();
            match Answer::of(answer.status().unwrap_or_default(), &body) {
                Answer::NotTaken => return way.set(Way::NotTaken),
                Answer::SignedOut => return way.set(Way::SignedOut),
                Answer::Arrived(id) => arrive(&sent, id),
                Answer::Refused => {}
            }
            let _ = sent.submit();
        });
        let lost = Closure::<dyn Fn()>::new(move || way.set(Way::Broken));
        request.set_onload(Some(arrived.as_ref().unchecked_ref()));
        request.set_onerror(Some(lost.as_ref().unchecked_ref()));
        request.set_ontimeout(Some(lost.as_ref().unchecked_ref()));
        arrived.forget();
        lost.forget();
        way.set(Way::Sending);
        let opened = request.open("POST", to);
        request.set_timeout(LONGEST);
        if opened.and_then(|()| request.send_with_opt_form_data(Some(&data))).is_err() {
            way.set(Way::Broken);
        }
    }

    /// The form names the photo that has arrived and does not carry it again.
    fn arrive(form: &HtmlFormElement, id: PostingPhotoId) {
        if let (Some(file), Some(arrived)) = (input(form, FILE), input(form, ARRIVED)) {
            arrived.set_value(&id.to_string());
            file.set_value("");
        }
        // What the tick spoke of was another photo than the one that the form names now.
        if let Some(other) = input(form, NOT_THIS) {
            other.set_checked(false);
        }
    }

    fn has_photo(form: &HtmlFormElement) -> bool {
        input(form, FILE).is_some_and(|file| !file.value().is_empty())
    }

    fn input(form: &HtmlFormElement, name: &str) -> Option<HtmlInputElement> {
        form.query_selector(&format!("input[name={name}]")).ok()??.dyn_into().ok()
    }

    fn form(id: &str) -> Option<HtmlFormElement> {
        window().document()?.get_element_by_id(id)?.dyn_into().ok()
    }
}
