//! The form in which what is recorded of a copy is corrected, with the guide's rules beside it.

use axum::{http::StatusCode, response::Response};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    correct,
    form::VERSION,
    one,
    record_page::{copy_fields, rules, sizes},
    routes::LIST,
    store::Posting,
};
use crate::{
    current::Current,
    form::Form,
    guides::facts::Poster,
    ids::PostingId,
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{field::Fields, parts, stale},
};

/// The way to it from the posting's page.
pub fn link(l: Locale, id: PostingId) -> AnyView {
    view! {
        <div class="actions">
            <a class="button button--quiet" href=correct::path(id)>{l.t("postings.correct")}</a>
        </div>
    }
    .into_any()
}

/// `stored` is what somebody else saved meanwhile.
pub fn show(
    state: &AppState,
    current: &Current,
    (posting, poster): (&Posting, &Poster),
    form: &Form,
    stored: Option<&Form>,
) -> Response {
    let l = current.locale;
    let title = l.t("postings.correct.title");
    let status = if stored.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    Page::new(current, title.clone()).status(status).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        let (id, number) = (posting.row.id, &posting.row.number);
        let page = one::path(id);
        let above = [
            ("/place-codes", l.t("place_codes.title")),
            (LIST, l.t("postings.title")),
            (page.as_str(), number.clone()),
        ];
        let place = format!("{number} · {} · {}", posting.plant.name, posting.entrance.name);
        view! {
            {fields.summary()}
            {stored.map(|stored| stale::differences(fields, stored, &|name, value| said(l, poster, name, value)))}
            {parts::breadcrumbs(l, &above, title.clone())}
            <h1>{title.clone()}</h1>
            <p class="lead">{place}</p>
            <p>{l.t("postings.correct.what")}</p>
            <div class="beside">
                <form class="form" method="post" action=correct::path(id)>
                    {fields.hidden(VERSION)}
                    {copy_fields(fields, poster, None)}
                    <button class="button button--big">{l.t("postings.record.save")}</button>
                </form>
                {rules(l, poster, posting.entrance.passage)}
            </div>
        }
        .into_any()
    })
}

/// What a stored value is called.
fn said(l: Locale, poster: &Poster, name: &str, value: &str) -> String {
    match name {
        "size" => {
            let named = sizes(l, poster).into_iter().find(|(word, _)| word == value);
            named.map_or_else(|| value.to_owned(), |(_, words)| words)
        }
        "setting" => l.t(&format!("postings.setting.{value}")),
        "laminated" => l.t("postings.laminated.yes"),
        _ => value.to_owned(),
    }
}
