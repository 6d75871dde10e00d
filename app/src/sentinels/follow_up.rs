//! Asking after a request by a further mail: to the mailbox that the request went to, in the same conversation, so that
//! mail programs show it below the first, with the first one's text quoted and its paper attached once more.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    request_page::Refused,
    routes::{acted_on, again, path},
    send::{recipients, reply_to},
    sheet::Sheet,
    store::{self, Case, Mail},
};
use crate::{
    audit,
    current::Current,
    db::Tx,
    error::{AppError, Result},
    files::FileKind,
    flash,
    form::Form,
    ids::InstallRequestId,
    once,
    outbox::{self, Attachment, NewMessage, Subject},
    state::AppState,
    text::{Locale, Message},
    time::Instant,
    ui::field::{Fields, id_of},
};

pub const SCOPE: &str = "sentinels.follow_up";
/// Characters in what is asked.
const MAX_TEXT: usize = 500;
/// Mails about one request on one day: its own, and so many to ask after it. The mailbox is the operator's.
const MOST_A_DAY: u64 = 2;

pub async fn send(
    State(state): State<AppState>,
    current: Current,
    Path(id): Path<InstallRequestId>,
    form: Form,
) -> Result<Response> {
    let case = acted_on(&state, &current, id).await?;
    let mut form = form.scoped(SCOPE);
    let asked = form.required("text", MAX_TEXT);
    if form.has_errors() {
        return again(&state, &current, &case, Refused::FollowUp(form)).await;
    }
    let tx = state.begin(&current).await?;
    if let Some(made) = once::claim(&tx, &form, &path(id, "")).await? {
        return Ok(Redirect::to(&made).into_response());
    }
    let case = store::lock(&tx, id).await?;
    if let Some(why) = refused(&tx, &case).await? {
        drop(tx);
        form.refuse("text", why);
        return again(&state, &current, &case, Refused::FollowUp(form)).await;
    }
    let (Some(sheet), Some(to), Some(hash), Some(first)) = (
        store::sheet(&case.request)?,
        &case.request.sent_to,
        &case.request.paper_hash,
        store::mail(&*tx, &case.request).await?,
    ) else {
        return Err(AppError::internal("a sent request without its mail"));
    };
    let about = Subject { kind: store::KIND, id: id.0 };
    let new = NewMessage {
        about,
        title: Locale::Zh.tn("sentinels.follow_up.mail_title", &[("title", &first.title)]),
        text: text(&asked, &sheet, &first),
        html: None,
        reply_to: reply_to(&state, &current, id, &sheet),
        attachments: attached(&first, &sheet, hash),
        recipients: recipients(&sheet, to, case.request.member_id),
        shown_together: true,
    };
    let message = outbox::enqueue(&tx, &state.options, new).await?;
    let entry =
        audit::Entry::new("install_request.followed_up", store::KIND).subject(id).member(case.request.member_id);
    audit::record(&tx, entry.after(&serde_json::json!({ "remark": asked, "message": message }))).await?;
    tx.commit().await?;
    let said =
        if outbox::leaves(&state, &current) { "sentinels.follow_up.sent" } else { "sentinels.follow_up.as_file" };
    Ok(flash::redirect(&path(id, ""), &Message::of(said)))
}

/// Why no further mail can leave now.
async fn refused(tx: &Tx, case: &Case) -> Result<Option<Message>> {
    if let Err(why) = case.known.allows_follow_up() {
        return Ok(Some(why));
    }
    let to = case.request.sent_to.as_deref().unwrap_or_default();
    if outbox::store::refusal(&**tx, to).await?.is_some() {
        return Ok(Some(Message::of("sentinels.move.address_refused")));
    }
    let today = outbox::store::mailed_since(&**tx, store::KIND, case.request.id.0, tx.now.plus(-Instant::DAY)).await?;
    Ok((today > MOST_A_DAY).then(|| Message::of("sentinels.follow_up.enough")))
}

/// What the first mail carried; the paper alone, which is kept for good, once the rest of it was removed.
fn attached(first: &Mail, sheet: &Sheet, hash: &str) -> Vec<Attachment> {
    if first.text_removed_at.is_none() {
        return first.attachments();
    }
    let media_type = FileKind::Pdf.media_type().to_owned();
    vec![Attachment { name: sheet.paper_name(), media_type, hash: hash.to_owned() }]
}

/// What is asked, above the first mail, as it was sent, in the way that mail programs quote it. Nothing is quoted once
/// its text was removed because it had been kept long enough.
fn text(asked: &str, sheet: &Sheet, mail: &Mail) -> String {
    let l = Locale::Zh;
    let quoted: Vec<String> = mail.body_text.lines().map(|line| format!("> {line}")).collect();
    let quoted: Vec<&str> = quoted.iter().map(|line| line.trim_end()).collect();
    let signature = l.tn("sentinels.mail.signature", &[("association", &sheet.association)]);
    if quoted.is_empty() {
        return format!("{asked}\n\n{signature}\n");
    }
    let first = l.tn("sentinels.follow_up.first", &[("day", &sheet.date)]);
    format!("{asked}\n\n{signature}\n\n{first}\n{}\n", quoted.join("\n"))
}

/// The way to ask, with polite words that can be sent as they are, or with what was typed and could not leave.
pub fn view(current: &Current, case: &Case, sheet: &Sheet, form: &Form) -> Option<AnyView> {
    let l = current.locale;
    let may = current.acts_for_plant(case.request.member_id, case.request.plant_id).is_ok();
    let failed = form.has_errors();
    if !may || (case.known.allows_follow_up().is_err() && !failed) {
        return None;
    }
    let polite = || Locale::Zh.tn("sentinels.follow_up.words", &[("day", &sheet.date), ("number", &sheet.number)]);
    let words = if failed { form.value("text").to_owned() } else { polite() };
    let id = id_of("text");
    let wrong = format!("{id}-error");
    let error = form.error("text").map(|why| {
        let words = l.say(why);
        view! { <p class="field__error" id=wrong.clone()>{words}</p> }
    });
    Some(
        view! {
            <details class="disclosure" open=failed>
                <summary>{l.t("sentinels.follow_up")}</summary>
                <div>
                    <p>{l.t("sentinels.follow_up.what")}</p>
                    <form method="post" action=path(case.request.id, "follow-up")>
                        {Fields::new(l, form).once()}
                        <div class=if failed { "field field--error" } else { "field" }>
                            <label class="field__label" for=id.clone()>{l.t("sentinels.follow_up.text")}</label>
                            {error}
                            <textarea class="input" id=id name="text" rows="4" required=true maxlength=MAX_TEXT lang="zh-CN"
                                aria-describedby=failed.then_some(wrong) aria-invalid=failed.then_some("true")>{words}</textarea>
                        </div>
                        <button class="button">{l.t("sentinels.follow_up.send")}</button>
                    </form>
                </div>
            </details>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ids::MessageId,
        sentinels::{mail, sheet::tests::a_sheet},
    };

    fn a_mail(text: String) -> Mail {
        Mail {
            id: MessageId::new(),
            rfc_id: "1@example.cn".to_owned(),
            about_kind: store::KIND.to_owned(),
            about_id: uuid::Uuid::nil(),
            sender: "hunitong@example.cn".to_owned(),
            reply_to: None,
            title: "申领".to_owned(),
            body_text: text,
            body_html: None,
            attachments: "[]".to_owned(),
            thread: String::new(),
            shown_together: true,
            created_at: Instant(0),
            text_removed_at: None,
        }
    }

    #[test]
    fn the_first_mail_stands_quoted_below_what_is_asked() {
        let text = text("请问何时安装？", &a_sheet(), &a_mail(mail::letter(&a_sheet()).text));
        let (asked, quoted) = text.split_once("\n> ").expect("a quotation");
        assert!(asked.starts_with("请问何时安装？") && asked.contains("2022-05-20"));
        assert!(quoted.lines().skip(1).all(|line| line.starts_with('>')), "{quoted}");
        assert!(quoted.contains("> 申领编号：AZ-2022-0001"));
        let removed = super::text("请问何时安装？", &a_sheet(), &a_mail(String::new()));
        assert!(!removed.contains('>'), "{removed}");
    }
}
