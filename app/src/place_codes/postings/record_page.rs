//! The form in which a copy is recorded, and the guide's rules beside it.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    form::{BASE, MAX_NAME, MAX_REMARK, OTHER},
    island::{PhotoSender, Words},
    photo,
    record::Asked,
};
use crate::{
    current::Current,
    documents::code_sheet::SheetSize,
    form::Form,
    guides::facts::{Poster, Size},
    ids::{EntranceId, PostingId, TextEnum},
    members::model::Passage,
    place_codes::{
        codes::page_of,
        printing::model::{least, papers, recommended},
    },
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{draft::DraftKeeper, field::Fields, parts},
};

/// The form's id, by which the browser keeps what was typed and sends its photo.
const ID: &str = "posting";

pub fn show(state: &AppState, current: &Current, asked: &Asked, form: &Form) -> Response {
    let l = current.locale;
    let place = &asked.place;
    let title = l.t(if asked.old.is_some() { "postings.replace.title" } else { "postings.record.title" });
    Page::new(current, title.clone()).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        let name = format!("{} · {}", place.plant.name, place.entrance.name);
        let above = page_of(place.entrance.id);
        let above = [("/place-codes", l.t("place_codes.title")), (above.as_str(), place.entrance.name.clone())];
        let old = asked.old.as_ref().map(|old| {
            view! { <p class="banner">{l.tn("postings.replace.what", &[("number", &old.row.number)])}</p> }
        });
        let body = if place.code.is_some() {
            let rules = rules(l, &asked.poster, place.entrance.passage);
            view! { <div class="beside">{body(asked, fields)}{rules}</div> }.into_any()
        } else {
            view! { <p class="banner banner--urgent">{l.t("postings.wrong.no_code")}</p> }.into_any()
        };
        view! {
            {fields.summary()}
            {parts::breadcrumbs(l, &above, title.clone())}
            <h1>{title.clone()}</h1>
            <p class="lead">{name} {place.code.as_ref().map(|code| format!(" · {}", code.number))}</p>
            {old}
            {moved(l, asked)}
            {place.code.is_some().then(|| keeper(l, asked, form))}
            {body}
        }
        .into_any()
    })
}

/// What is typed is kept on the device until the server has it.
fn keeper(l: Locale, asked: &Asked, form: &Form) -> AnyView {
    let key = draft_key(asked.place.entrance.id, asked.old.as_ref().map(|old| old.row.id));
    let fresh = !form.has_errors();
    view! {
        <DraftKeeper form=ID.to_owned() key fresh restored=l.t("form.draft_restored") discard=l.t("form.draft_discard") />
    }
    .into_any()
}

/// Under which name the typing is kept: of an entrance, or of the copy that is replaced.
pub fn draft_key(entrance: EntranceId, old: Option<PostingId>) -> String {
    let old = old.map_or_else(|| "new".to_owned(), |old| old.to_string());
    format!("posting:{entrance}:{old}")
}

/// A copy under an old address is the wrong one from its first day.
fn moved(l: Locale, asked: &Asked) -> Option<AnyView> {
    let code = asked.place.code.as_ref()?;
    (code.address_key != asked.place.plant.address_key)
        .then(|| view! { <p class="banner banner--urgent">{l.t("postings.wrong.moved")}</p> }.into_any())
}

fn body(asked: &Asked, fields: Fields<'_>) -> AnyView {
    let l = fields.l;
    view! {
        <form class="form" method="post" id=ID action=asked.path() enctype="multipart/form-data">
            {fields.once()}
            {fields.hidden(BASE)}
            {copy_fields(fields, &asked.poster, Some(photo_field(fields)))}
            {sender(l, ID, asked.place.entrance.id)}
            <button class="button button--big">{l.t("postings.record.save")}</button>
        </form>
    }
    .into_any()
}

/// Where a copy hangs, what it is like, and who put it up when; its photo stands behind its spot.
pub fn copy_fields(fields: Fields<'_>, poster: &Poster, photo: Option<AnyView>) -> AnyView {
    let l = fields.l;
    let settings = ["indoors", "outdoors"].map(|word| (word.to_owned(), l.t(&format!("postings.setting.{word}"))));
    view! {
        {fields.text("spot").max(MAX_NAME).view()}
        {photo}
        {fields.select("size", sizes(l, poster), None).view()}
        <div class="form__row">
            {fields.number("width").input_mode("numeric").unit("mm".to_owned()).optional().view()}
            {fields.number("height").input_mode("numeric").unit("mm".to_owned()).optional().view()}
        </div>
        {fields.radios("setting", settings.to_vec())}
        {fields.tick("laminated")}
        {fields.date("posted_on").view()}
        {fields.text("posted_by").max(MAX_NAME).autocomplete("name").view()}
        {fields.text("remark").max(MAX_REMARK).optional().view()}
    }
    .into_any()
}

/// The words of each size that can be chosen.
pub fn sizes(l: Locale, poster: &Poster) -> Vec<(String, String)> {
    let paper = |size: SheetSize| {
        let advice = if size == recommended(poster) { l.t("place_codes.print.recommended") } else { String::new() };
        let (width, height) = size.mm();
        let key = format!("place_codes.print.size.{}", size.word());
        let words = l.tn(&key, &[("width", &width.to_string()), ("height", &height.to_string())]);
        (size.word().to_owned(), format!("{words}{advice}"))
    };
    let other = (OTHER.to_owned(), l.t("postings.size.other"));
    papers(poster).into_iter().map(paper).chain([other]).collect()
}

/// Brings the photo of a form to the server before it.
pub fn sender(l: Locale, form: &'static str, entrance: EntranceId) -> AnyView {
    let words = Words {
        sending: l.t("postings.photo.sending"),
        broken: l.t("postings.photo.broken"),
        not_taken: l.t("postings.photo.not_taken"),
        signed_out: l.t("postings.photo.signed_out"),
        sign_in: l.t("postings.photo.sign_in"),
        again: l.t("postings.photo.resend"),
    };
    let to = format!("/place-codes/entrances/{entrance}/photo");
    view! { <PhotoSender form=form.to_owned() to words /> }.into_any()
}

/// The photo, taken at once or chosen, or the one that came before.
pub fn photo_field(fields: Fields<'_>) -> AnyView {
    let l = fields.l;
    let waiting = fields.form.value(photo::WAITING).to_owned();
    let shown = (!waiting.is_empty()).then(|| {
        let image = format!("/place-codes/posting-photos/{waiting}");
        view! {
            <div class="kept-photo">
                <img class="kept-photo__image" src=image alt=l.t("postings.photo.waiting") width="120" height="120" />
                <p>{l.t("postings.photo.waiting")}</p>
            </div>
            {fields.tick(photo::NOT_THIS)}
        }
    });
    view! {
        {fields.hidden(photo::WAITING)}
        {shown}
        {fields.file(photo::FIELD).accept("image/*").optional().view()}
    }
    .into_any()
}

/// What the guide asks of a copy; what it says of sizes comes from the facts.
pub fn rules(l: Locale, poster: &Poster, passage: Passage) -> AnyView {
    let Size { width, height } = least(poster, passage);
    let (width, height) = (width.to_string(), height.to_string());
    let size = l.tn("postings.rule.size", &[("width", &width), ("height", &height)]);
    let said = ["prominent", "flat", "uncovered"].map(|rule| l.t(&format!("postings.rule.{rule}")));
    let more = ["old_removed", "laminated", "several"].map(|rule| l.t(&format!("postings.rule.{rule}")));
    let lines = said.into_iter().chain([size]).chain(more);
    let lines = lines.map(|words| view! { <li>{words}</li> }.into_any()).collect::<Vec<_>>();
    view! {
        <section class="checklist" aria-labelledby="posting-rules">
            <h2 id="posting-rules">{l.t("postings.rules")}</h2>
            <ul>{lines}</ul>
            <p><a href="/guides/running-a-plant#posting">{l.t("guides.running.title")}</a></p>
        </section>
    }
    .into_any()
}
