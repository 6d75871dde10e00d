//! The frame around a page: top bar, navigation by role with what waits behind each entry, banners,
//! flash. On a phone the first entries stand in a bar at the bottom.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{access::Who, current::Current, shell, text::Locale};

/// An entry of the navigation; shown to those whom `who` admits.
struct Entry {
    path: &'static str,
    label: &'static str,
    who: Who,
}

const ENTRIES: &[Entry] = &[
    Entry { path: "/todo", label: "nav.todo", who: Who::SignedIn },
    Entry { path: "/notices", label: "nav.notices", who: Who::SignedIn },
    Entry { path: "/supply", label: "nav.supply", who: Who::SignedIn },
    Entry { path: "/issues", label: "nav.issues", who: Who::SignedIn },
    Entry { path: "/letters", label: "nav.letters", who: Who::Office },
    Entry { path: "/questions", label: "nav.questions", who: Who::SignedIn },
    Entry { path: "/outbox", label: "nav.outbox", who: Who::Office },
    Entry { path: "/sentinels", label: "nav.sentinels", who: Who::SignedIn },
    Entry { path: "/members", label: "nav.members", who: Who::SignedIn },
    Entry { path: "/guides", label: "nav.guides", who: Who::Anyone },
    Entry { path: "/people", label: "nav.people", who: Who::Admin },
    Entry { path: "/audit", label: "audit.title", who: Who::Office },
    Entry { path: "/settings", label: "settings.title", who: Who::Admin },
];

/// Entries of the module that can be switched off.
const OF_THE_MODULE: &[&str] = &["/guides", "/sentinels"];

/// How many entries the bar at the bottom of a phone holds.
const BOTTOM: usize = 5;

pub fn frame(current: &Current, body: &str, narrow: bool) -> AnyView {
    let l = current.locale;
    let signed_in = current.person.is_some();
    let flash = current.flash.clone().map(|text| view! { <div class="flash" role="status"><p>{text}</p></div> });
    let main = match narrow {
        true => format!("{}<div class=\"narrow\">{body}</div>", flash.to_html()),
        false => format!("{}{body}", flash.to_html()),
    };
    view! {
        <a class="skip-link" href="#main">{l.t("shell.skip")}</a>
        {top_bar(current)}
        {banners(current)}
        <div class="frame">
            {signed_in.then(|| view! {
                <nav class="sidenav" id="sidenav" aria-label=l.t("shell.navigation")>
                    <ul>{shown(current).map(|entry| view! { <li>{link(current, entry)}</li> }).collect::<Vec<_>>()}</ul>
                </nav>
            })}
            <main id="main" class="main" tabindex="-1" inner_html=main></main>
        </div>
        {footer(current)}
        {signed_in.then(|| bottom_bar(current))}
    }
    .into_any()
}

fn top_bar(current: &Current) -> AnyView {
    let l = current.locale;
    let association = &current.site.association;
    let phone = (!association.phone.is_empty()).then(|| {
        let href = format!("tel:{}", association.phone.replace(' ', ""));
        view! { <a class="topbar__phone" href=href>{l.tn("shell.secretariat_phone", &[("phone", &association.phone)])}</a> }
    });
    let (other, other_name) = match l {
        Locale::Zh => ("en", "English"),
        Locale::En => ("zh-CN", "中文"),
    };
    let here = current.here.clone();
    let person = match current.person.as_ref().map(|p| p.name.clone()) {
        Some(name) => view! {
            <a href="/account">{name}</a>
            <form method="post" action="/sign-out"><button class="button button--link">{l.t("accounts.sign_out")}</button></form>
        }
        .into_any(),
        None => view! { <a href="/sign-in">{l.t("accounts.sign_in")}</a> }.into_any(),
    };
    view! {
        <header class="topbar">
            <a class="topbar__brand" href="/">{l.t("shell.product")} " " <small>{name(current)}</small></a>
            {phone}
            <div class="topbar__menu">
                <form method="post" action="/language">
                    <input type="hidden" name="next" value=here />
                    <button class="button button--link" name="language" value=other lang=other>{other_name}</button>
                </form>
                {person}
            </div>
        </header>
    }
    .into_any()
}

/// Whose portal this is, and how and when the secretariat can be reached.
fn footer(current: &Current) -> AnyView {
    let l = current.locale;
    let association = &current.site.association;
    let phone = shell::phone_link(current)
        .map(|link| view! { <p>{l.t("shell.call")} " " {link} " " {association.hours.clone()}</p> });
    let email = (!association.email.is_empty()).then(|| {
        view! { <p><a href=format!("mailto:{}", association.email)>{association.email.clone()}</a></p> }
    });
    view! {
        <footer class="footer">
            <p>{name(current)} " " {l.t("shell.footer")}</p>
            {phone}
            {email}
        </footer>
    }
    .into_any()
}

/// The association's name in the reader's language.
fn name(current: &Current) -> String {
    let association = &current.site.association;
    match current.locale {
        Locale::Zh => association.name.clone(),
        Locale::En => association.name_en.clone(),
    }
}

/// The first entries under the thumb, and the way to the others when there are more.
fn bottom_bar(current: &Current) -> AnyView {
    let l = current.locale;
    let all = shown(current).count();
    let most = if all > BOTTOM { BOTTOM - 1 } else { BOTTOM };
    let links = shown(current).take(most).map(|entry| link(current, entry)).collect::<Vec<_>>();
    let more = (all > BOTTOM).then(|| view! { <a href="#sidenav">{l.t("nav.more")}</a> });
    view! { <nav class="bottombar" aria-label=l.t("shell.navigation_bottom")>{links}{more}</nav> }.into_any()
}

fn shown(current: &Current) -> impl Iterator<Item = &'static Entry> {
    let module = current.site.modules.sentinels;
    ENTRIES
        .iter()
        .filter(move |entry| module || !OF_THE_MODULE.contains(&entry.path))
        .filter(|entry| entry.who.admits(current))
}

fn link(current: &Current, entry: &Entry) -> AnyView {
    let l = current.locale;
    let here = current.here.split('?').next().unwrap_or_default();
    let inside = here == entry.path || here.starts_with(&format!("{}/", entry.path));
    let count = current.counts.of(entry.path);
    let count = (count > 0).then(|| {
        view! { " " <span class="count">{count}<span class="visually-hidden">{l.t("nav.waiting")}</span></span> }
    });
    view! { <a href=entry.path aria-current=inside.then_some("page")>{l.t(entry.label)}{count}</a> }.into_any()
}

/// What everybody on every page must know: that this is a demo.
fn banners(current: &Current) -> Vec<AnyView> {
    let l = current.locale;
    let demo = current.site.demo.then(|| {
        view! { <section class="banner" aria-label=l.t("shell.demo_label")><p>{l.t("shell.demo")}</p></section> }
            .into_any()
    });
    let paused = current.counts.mail_paused.then(|| {
        view! {
            <section class="banner banner--urgent" aria-label=l.t("outbox.pause.label")>
                <p><a href="/outbox">{l.t("outbox.pause.banner")}</a></p>
            </section>
        }
        .into_any()
    });
    demo.into_iter().chain(paused).collect()
}
