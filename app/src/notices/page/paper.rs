//! A notice as an official paper, with its attachments and versions, and what its reader can do: a member
//! acknowledges it, the secretariat follows it up.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::kind;
use crate::{
    copies::{self, Noted},
    current::Current,
    notices::{
        markdown,
        model::FileRole,
        routes::reading::Readable,
        store::{Version, VersionFile, lists::Standing},
    },
    shell::Page,
    state::AppState,
    text::Locale,
    time::{Instant, show_day},
    ui::parts::{self, Tone, size, tag},
};

pub fn show(
    state: &AppState,
    current: &Current,
    version: &Version,
    files: &[VersionFile],
    readable: &Readable,
) -> Response {
    let l = current.locale;
    Page::new(current, version.title.clone()).render(state, || {
        // A correction may go to fewer readers: those who were left out learn that there is one, and no more.
        let old = version.superseded_at.is_some();
        let newest = readable.versions.iter().any(|v| v.published_at.is_some() && v.superseded_at.is_none());
        let here = version.document_number.clone().unwrap_or_else(|| version.title.clone());
        let mine: Vec<&Standing> = readable.standings.iter().filter(|s| s.version_id == version.id).collect();
        view! {
            {parts::breadcrumbs(l, &[("/notices", l.t("notices.title"))], here)}
            {old.then(|| view! {
                <p class="banner">
                    {l.t("notices.superseded")} " "
                    {newest.then(|| view! { <a href=format!("/notices/{}", version.notice_id)>{l.t("notices.to_newest")}</a> })}
                </p>
            })}
            {head(current, version)}
            {(!old).then(|| awaited(current, version, &mine))}
            {article(l, &current.site.association.name, &version.into(), original(l, version, files))}
            {attachments(l, version, files)}
            {(!old).then(|| acknowledgement(current, version, &mine))}
            {versions(l, version, &readable.versions)}
            {readable.copied.as_ref().map(|noted| to_wechat(state, current, version, noted))}
        }
        .into_any()
    })
}

/// The way to the button under the paper, for those who have not pressed it.
fn awaited(current: &Current, version: &Version, mine: &[&Standing]) -> Option<AnyView> {
    let l = current.locale;
    let waits = mine.iter().any(|s| s.is_owed_by(current));
    (waits && version.published_at.is_some() && current.serves_a_member()).then(|| {
        let words = match version.acknowledge_by {
            Some(by) => l.tn("notices.to_acknowledge_by", &[("at", &by.show())]),
            None => l.t("notices.please_acknowledge"),
        };
        view! { <p class="no-print"><a class="button button--quiet" href="#acknowledge">{words}</a></p> }.into_any()
    })
}

fn head(current: &Current, version: &Version) -> AnyView {
    let l = current.locale;
    let published = version.published_at.is_some();
    let kind = tag(Tone::Info, kind(l, version.kind));
    let number =
        (version.number > 1).then(|| tag(Tone::Info, l.tn("notices.version", &[("n", &version.number.to_string())])));
    let draft = (!published).then(|| tag(Tone::Muted, l.t("notices.draft")));
    let base = format!("/notices/{}", version.notice_id);
    let office = current.is_office().then(|| {
        let edit = if published { l.t("notices.correct") } else { l.t("notices.edit") };
        let staff = current.is_staff() && version.superseded_at.is_none();
        view! {
            <div class="actions">
                {published.then(|| view! { <a class="button" href=format!("{base}/members")>{l.t("notices.follow")}</a> })}
                {staff.then(|| view! { <a class="button button--quiet" href=format!("{base}/edit")>{edit}</a> })}
            </div>
        }
    });
    view! { <div class="page-head no-print"><p>{kind} " " {number} " " {draft}</p>{office}</div> }.into_any()
}

/// What stands on the paper.
pub struct Text<'a> {
    pub document_number: Option<&'a str>,
    pub title: &'a str,
    pub body: &'a str,
    /// Which version this is and why there is it.
    pub reason: Option<(i32, &'a str)>,
    pub published_at: Option<Instant>,
}

impl<'a> From<&'a Version> for Text<'a> {
    fn from(version: &'a Version) -> Self {
        Self {
            document_number: version.document_number.as_deref(),
            title: &version.title,
            body: &version.body,
            reason: version.reason.as_deref().map(|why| (version.number, why)),
            published_at: version.published_at,
        }
    }
}

/// The paper itself; also what a preview and the check before publishing show.
pub fn article(l: Locale, association: &str, text: &Text<'_>, original: Option<AnyView>) -> AnyView {
    let reason = text.reason.map(|(number, why)| {
        let words = l.tn("notices.version_reason", &[("n", &number.to_string()), ("reason", why)]);
        view! { <p>{words}</p> }
    });
    let day = text.published_at.map(|at| view! { <p>{show_day(at.day())}</p> });
    view! {
        <article class="paper">
            <header class="paper__head">
                <p class="paper__issuer">{association.to_owned()}</p>
                {text.document_number.map(|number| view! { <p class="paper__number">{number.to_owned()}</p> })}
            </header>
            <h1 class="paper__title">{text.title.to_owned()}</h1>
            {reason}
            <div class="prose" lang="zh-CN" inner_html=markdown::to_html(text.body)></div>
            {original}
            <footer class="paper__sign"><p>{association.to_owned()}</p>{day}</footer>
        </article>
    }
    .into_any()
}

/// The link to the stamped original, where there is one.
pub fn original(l: Locale, version: &Version, files: &[VersionFile]) -> Option<AnyView> {
    files.iter().find(|file| file.role == FileRole::Original).map(|file| {
        view! {
            <p><a class="button" href=file_path(version, file)>{l.t("notices.open_original")}</a></p>
            <p>{file.stored.name.clone()} " (" {size(file.stored.size)} ")"</p>
        }
        .into_any()
    })
}

fn file_path(version: &Version, file: &VersionFile) -> String {
    format!("/notices/{}/files/{}", version.notice_id, file.stored.id)
}

/// The files to take along.
pub fn attachments(l: Locale, version: &Version, files: &[VersionFile]) -> Option<AnyView> {
    let lines = files
        .iter()
        .filter(|file| file.role == FileRole::Attachment)
        .map(|file| {
            view! {
                <li>
                    <a href=file_path(version, file)>{file.stored.name.clone()}</a>
                    <span class="attachments__size">{size(file.stored.size)}</span>
                </li>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    (!lines.is_empty())
        .then(|| view! { <h2>{l.t("notices.attachments")}</h2><ul class="attachments">{lines}</ul> }.into_any())
}

/// The big button of a member, one for each of several, and what is known afterwards.
fn acknowledgement(current: &Current, version: &Version, mine: &[&Standing]) -> Option<AnyView> {
    let l = current.locale;
    if mine.is_empty() || version.published_at.is_none() || !current.serves_a_member() {
        return None;
    }
    let given = mine.iter().filter_map(|s| given(l, s)).collect::<Vec<_>>();
    let waiting: Vec<&&Standing> = mine.iter().filter(|s| s.is_owed_by(current)).collect();
    if given.is_empty() && waiting.is_empty() {
        return None;
    }
    let alone = mine.len() == 1;
    let buttons = waiting
        .iter()
        .map(|s| {
            let words =
                if alone { l.t("notices.acknowledge_button") } else { l.tn("notices.acknowledge_for", &[("member", &s.member_name)]) };
            view! { <p><button class="button button--big" name="member" value=s.member_id.to_string()>{words}</button></p> }.into_any()
        })
        .collect::<Vec<_>>();
    let all = (waiting.len() > 1).then(|| {
        view! { <p><button class="button button--quiet" name="member" value="all">{l.t("notices.acknowledge_all")}</button></p> }
    });
    let asked = (!waiting.is_empty()).then(|| {
        let by = version
            .acknowledge_by
            .map(|by| view! { <p>{l.tn("notices.to_acknowledge_by", &[("at", &by.show())])}</p> });
        view! {
            <h2>{l.t("notices.please_acknowledge")}</h2>
            <p>{l.t("notices.acknowledge_meaning")}</p>
            {by}
            <form method="post" action=format!("/notices/{}/acknowledge", version.notice_id)>
                <input type="hidden" name="version" value=version.id.to_string() />
                {buttons}
                {all}
            </form>
        }
    });
    Some(view! { <section class="panel" id="acknowledge">{given}{asked}</section> }.into_any())
}

/// Who acknowledged and when.
fn given(l: Locale, standing: &Standing) -> Option<AnyView> {
    let at = standing.acknowledged_at?;
    let person = standing.acknowledged_by.clone().unwrap_or_default();
    let key = if standing.on_behalf { "notices.given_on_behalf" } else { "notices.given" };
    let words = l.tn(key, &[("member", &standing.member_name), ("person", &person), ("at", &at.show())]);
    Some(view! { <p>{tag(Tone::Done, l.t("notices.acknowledged"))} " " {words}</p> }.into_any())
}

fn versions(l: Locale, shown: &Version, versions: &[Version]) -> Option<AnyView> {
    let published: Vec<&Version> = versions.iter().filter(|v| v.published_at.is_some()).collect();
    (published.len() > 1).then(|| {
        let items = published
            .into_iter()
            .map(|v| {
                let name = l.tn("notices.version", &[("n", &v.number.to_string())]);
                let name = if v.number == shown.number {
                    view! { <strong>{name}</strong> }.into_any()
                } else {
                    view! { <a href=format!("/notices/{}?version={}", v.notice_id, v.number)>{name}</a> }.into_any()
                };
                view! { <li><time>{v.published_at.map(Instant::show)}</time> " " {name}<p>{v.reason.clone()}</p></li> }
                    .into_any()
            })
            .collect::<Vec<_>>();
        view! { <h2>{l.t("notices.versions")}</h2><ol class="timeline">{items}</ol> }.into_any()
    })
}

/// A short text with the link, for WeChat.
fn to_wechat(state: &AppState, current: &Current, version: &Version, noted: &Noted) -> Option<AnyView> {
    version.published_at?;
    let l = current.locale;
    let link = state.options.url(&format!("/notices/{}", version.notice_id));
    let zh = Locale::Zh;
    let mut text = zh.tn("notices.wechat.notice", &[("title", &version.title), ("link", &link)]);
    if let Some(by) = version.acknowledge_by {
        text.push('\n');
        text.push_str(&zh.tn("notices.wechat.by", &[("at", &by.show())]));
    }
    Some(
        view! {
            <section class="no-print">
                <h2>{l.t("notices.to_wechat")}</h2>
                {copies::button(current, text, l.t("notices.copy_notice"), noted)}
                {copies::list(l, noted)}
            </section>
        }
        .into_any(),
    )
}

/// A button to delete the draft, behind a question.
pub fn removal(l: Locale, draft: &Version) -> AnyView {
    view! {
        <details class="disclosure">
            <summary>{l.t("notices.remove")}</summary>
            <div>
                <p>{l.tn("notices.remove_ask", &[("title", &draft.title)])}</p>
                <form method="post" action=format!("/notices/{}/remove", draft.notice_id)>
                    <input type="hidden" name="row_version" value=draft.row_version.to_string() />
                    <button class="button button--danger">{l.t("notices.remove")}</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}
