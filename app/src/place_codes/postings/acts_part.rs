//! What may be done to a posting, on its page: the likeliest first, the rest folded.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    acts::{BY_EYE, PHOTO, REMOVE, REPORT, WHYS, may_be_confirmed},
    form::MAX_REMARK,
    model::What,
    one::{Shown, path},
    photo,
    record_page::{photo_field, sender},
    store::Posting,
};
use crate::{current::Current, form::Form, ids::TextEnum, text::Locale, time::show_day, ui::field::Fields};

pub fn next(current: &Current, shown: &Shown, form: &Form) -> AnyView {
    let l = current.locale;
    let posting = &shown.posting;
    let wrong = posting.state().is_wrong();
    let replace = (posting.current.is_some() && shown.replacement.is_none()).then(|| {
        let class = if wrong { "button button--big" } else { "button button--quiet" };
        view! {
            <div class="actions">
                <a class=class href=format!("{}/replace", path(posting.row.id))>{l.t("postings.replace")}</a>
            </div>
        }
    });
    let by_eye = may_be_confirmed(posting).then(|| by_eye(l, posting, form));
    let photograph = photograph(l, posting, form);
    if wrong {
        view! { {replace} {photograph} {report(current, posting, form)} {remove(l, posting, form)} }.into_any()
    } else {
        view! { {by_eye} {photograph} {replace} {report(current, posting, form)} {remove(l, posting, form)} }.into_any()
    }
}

fn photograph(l: Locale, posting: &Posting, form: &Form) -> AnyView {
    let fresh = Form::new(PHOTO);
    let sent = form.scope() == PHOTO;
    let fields = Fields::new(l, if sent { form } else { &fresh });
    let again = posting.last.is_some();
    let inner = view! {
        <form class="form" method="post" id="photo" action=format!("{}/photo", path(posting.row.id)) enctype="multipart/form-data">
            {fields.once()}
            {photo_field(fields)}
            {sender(l, "photo", posting.entrance.id)}
            <button class="button">{l.t("postings.photo.send")}</button>
        </form>
    };
    if again {
        let open = form.has_errors() && sent || !form.value(photo::WAITING).is_empty();
        view! {
            <details class="disclosure" open=open>
                <summary>{l.t("postings.photo.again")}</summary>
                <div>{inner}</div>
            </details>
        }
        .into_any()
    } else {
        view! { <h2>{l.t("postings.photo.first")}</h2> {inner} }.into_any()
    }
}

fn by_eye(l: Locale, posting: &Posting, form: &Form) -> AnyView {
    let fresh = Form::new(BY_EYE);
    let fields = Fields::new(l, if form.scope() == BY_EYE { form } else { &fresh });
    view! {
        <h2>{l.t("postings.by_eye")}</h2>
        <p>{l.tn("postings.by_eye.what", &[("number", &posting.code.number)])}</p>
        <form class="form" method="post" action=format!("{}/by-eye", path(posting.row.id))>
            {fields.once()}
            {fields.text("note").max(MAX_REMARK).view()}
            <button class="button">{l.t("postings.by_eye.yes")}</button>
        </form>
    }
    .into_any()
}

fn report(current: &Current, posting: &Posting, form: &Form) -> AnyView {
    let l = current.locale;
    let mut fresh = Form::new(REPORT);
    fresh.set("day", show_day(current.now.day()));
    let sent = form.scope() == REPORT;
    let fields = Fields::new(l, if sent { form } else { &fresh });
    let whats = [What::Damaged, What::Lost];
    let whats = whats.map(|what| (what.word().to_owned(), l.t(&format!("postings.what.{}", what.word()))));
    view! {
        <details class="disclosure" open=sent>
            <summary>{l.t("postings.report")}</summary>
            <div>
                <form class="form" method="post" action=format!("{}/report", path(posting.row.id))>
                    {fields.once()}
                    {fields.radios("what", whats.to_vec())}
                    {fields.date("day").view()}
                    {fields.text("note").max(MAX_REMARK).optional().view()}
                    <button class="button">{l.t("postings.report.yes")}</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

fn remove(l: Locale, posting: &Posting, form: &Form) -> AnyView {
    let fresh = Form::new(REMOVE);
    let sent = form.scope() == REMOVE;
    let fields = Fields::new(l, if sent { form } else { &fresh });
    let whys = WHYS.map(|why| (why.word().to_owned(), l.t(&format!("postings.why.{}", why.word()))));
    view! {
        <details class="disclosure" open=sent>
            <summary>{l.t("postings.remove")}</summary>
            <div>
                <p>{l.t("postings.remove.what")}</p>
                <form class="form" method="post" action=format!("{}/remove", path(posting.row.id))>
                    {fields.radios("why", whys.to_vec())}
                    <button class="button button--danger">{l.t("postings.remove.yes")}</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}
