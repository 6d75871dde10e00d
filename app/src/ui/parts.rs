//! Small parts that many pages share: tags, breadcrumbs, counts, pagers, empty states.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::text::Locale;

/// How much a tag asks for attention; the words say what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Done,
    Urgent,
    Wait,
    Info,
    Muted,
}

pub fn tag(tone: Tone, words: String) -> AnyView {
    let class = match tone {
        Tone::Done => "tag tag--done",
        Tone::Urgent => "tag tag--urgent",
        Tone::Wait => "tag tag--wait",
        Tone::Info => "tag tag--info",
        Tone::Muted => "tag tag--muted",
    };
    view! { <span class=class>{words}</span> }.into_any()
}

/// Where this page stands: pairs of address and words, the page itself last and without a link.
pub fn breadcrumbs(l: Locale, above: &[(&str, String)], here: String) -> AnyView {
    let items = above
        .iter()
        .map(|(href, words)| view! { <li><a href=(*href).to_owned()>{words.clone()}</a></li> }.into_any())
        .collect::<Vec<_>>();
    view! {
        <nav class="breadcrumbs" aria-label=l.t("shell.breadcrumbs")>
            <ol>{items}<li aria-current="page">{here}</li></ol>
        </nav>
    }
    .into_any()
}

/// A friendly empty state with the next step.
pub fn empty(words: String, next: Option<(&str, String)>) -> AnyView {
    let next = next.map(|(href, words)| view! { <p><a class="button" href=href.to_owned()>{words}</a></p> });
    view! { <div class="empty"><p>{words}</p>{next}</div> }.into_any()
}

/// How many there are; counting stops at a thousand.
pub fn result_count(l: Locale, count: u64) -> AnyView {
    let words = if count > 1_000 { l.t("list.many") } else { l.tn("list.count", &[("n", &count.to_string())]) };
    view! { <p class="result-count" role="status">{words}</p> }.into_any()
}

/// Links to the page before and the page after, when there are such pages.
pub fn pager(l: Locale, before: Option<String>, after: Option<String>) -> Option<AnyView> {
    (before.is_some() || after.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=l.t("list.pages")>
                {before.map(|href| view! { <a rel="prev" href=href>{l.t("list.before")}</a> })}
                {after.map(|href| view! { <a rel="next" href=href>{l.t("list.after")}</a> })}
            </nav>
        }
        .into_any()
    })
}

/// A phone number, one tap to call.
pub fn call(phone: String, class: &'static str) -> AnyView {
    let href = format!("tel:{}", phone.replace(' ', ""));
    view! { <a class=class href=href>{phone}</a> }.into_any()
}

/// A value, or `--` when there is none.
pub fn or_dashes(value: Option<String>) -> String {
    value.filter(|text| !text.is_empty()).unwrap_or_else(|| "--".to_owned())
}

/// A size that people say: `42 kB`, `1.2 MB`.
pub fn size(bytes: i64) -> String {
    if bytes < 1_000_000 {
        format!("{} kB", (bytes + 999) / 1_000)
    } else {
        format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
    }
}
