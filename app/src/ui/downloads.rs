//! A download and, beside it, the same paper by mail: the browser inside a chat program often cannot
//! save files.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::field::Fields;
use crate::{current::Current, form::Form};

/// A link to a paper or spreadsheet, and the button that mails it to the person who is signed in.
pub fn links(current: &Current, href: &str, words: String) -> AnyView {
    let l = current.locale;
    let form = Form::new("outbox.to_me");
    let once = Fields::new(l, &form).once();
    view! {
        <div class="actions">
            <a class="button button--quiet" href=href.to_owned()>{words}</a>
            <form method="post" action="/mail-to-me">
                {once}
                <input type="hidden" name="path" value=href.to_owned() />
                <input type="hidden" name="back" value=current.here.clone() />
                <button class="button button--link">{l.t("outbox.to_me.send")}</button>
            </form>
        </div>
    }
    .into_any()
}
