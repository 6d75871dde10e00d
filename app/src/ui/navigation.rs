//! The frame around a page: top bar, navigation by role with what waits behind each entry, banners,
//! flash. On a phone what is needed most stands in a bar at the bottom.

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
    Entry { path: "/notices", label: "nav.notices", who: Who::Anyone },
    Entry { path: "/supply", label: "nav.supply", who: Who::SignedIn },
    Entry { path: "/issues", label: "nav.issues", who: Who::SignedIn },
    Entry { path: "/letters", label: "nav.letters", who: Who::Office },
    Entry { path: "/questions", label: "nav.questions", who: Who::Anyone },
    Entry { path: "/outbox", label: "nav.outbox", who: Who::Office },
    Entry { path: "/mails", label: "nav.mails", who: Who::Office },
    Entry { path: "/place-codes", label: "nav.place_codes", who: Who::SignedIn },
    Entry { path: "/sentinels", label: "nav.sentinels", who: Who::SignedIn },
    Entry { path: "/readiness", label: "nav.readiness", who: Who::SignedIn },
    Entry { path: "/coverage", label: "nav.coverage", who: Who::SignedIn },
    Entry { path: "/members", label: "nav.members", who: Who::SignedIn },
    Entry { path: "/guides", label: "nav.guides", who: Who::Anyone },
    Entry { path: "/people", label: "nav.people", who: Who::Office },
    Entry { path: "/audit", label: "audit.title", who: Who::Office },
    Entry { path: "/settings", label: "settings.title", who: Who::Office },
];

/// Entries of the module that can be switched off.
const OF_THE_MODULE: &[&str] = &["/guides", "/place-codes", "/sentinels", "/coverage"];

/// The bar at the bottom of a phone: an entry, words that fit into a fifth of the bar, and a drawing.
const BOTTOM: [(&str, &str, &str); 4] = [
    ("/todo", "nav.todo", "M4 6.5l1.5 1.5L8.5 5M4 12.5l1.5 1.5 3-3M4 18.5l1.5 1.5 3-3M12 6.5h8M12 12.5h8M12 18.5h8"),
    ("/notices", "nav.notices.short", "M6 3h8l5 5v13H6zM14 3v5h5M9 12.5h7M9 16.5h7"),
    ("/supply", "nav.supply.short", "M4 20V9l5-3v14M9 11l6-3v12M15 12h5v8M3 20h18"),
    ("/issues", "nav.issues.short", "M4 5h16v11h-9l-4 4v-4H4zM9.5 9a2.5 2 0 1 1 2.5 2v.8M12 13.7v.1"),
];
const MORE: &str = "M4 7h16M4 12h16M4 17h16";

pub fn frame(current: &Current, body: &str, narrow: bool) -> AnyView {
    let l = current.locale;
    let signed_in = current.person.is_some();
    let flash = current.flash.clone().map(|text| view! { <div class="flash" role="status"><p>{text}</p></div> });
    let main = match narrow {
        true => format!("{}<div class=\"narrow\">{body}</div>", flash.to_html()),
        false => format!("{}{}{body}", (!signed_in).then(|| public_bar(current)).to_html(), flash.to_html()),
    };
    view! {
        <a class="skip-link" href="#main">{l.t("shell.skip")}</a>
        {top_bar(current)}
        {banners(current)}
        <div class="frame">
            {signed_in.then(|| view! {
                <nav class="sidenav" id="sidenav" aria-label=l.t("shell.navigation")>
                    <ul>{shown(current).map(|entry| view! { <li>{link(current, entry.path, l.t(entry.label).into_any())}</li> }).collect::<Vec<_>>()}</ul>
                </nav>
            })}
            <main id="main" class="main" tabindex="-1" inner_html=main></main>
        </div>
        {footer(current)}
        {signed_in.then(|| bottom_bar(current))}
    }
    .into_any()
}

/// The association's name in the language of the page.
pub fn association_name(current: &Current) -> &str {
    let association = &current.site.association;
    match current.locale {
        Locale::Zh => &association.name,
        Locale::En => &association.name_en,
    }
}

/// What a stranger may read; it does not stand beside a question such as signing in.
fn public_bar(current: &Current) -> AnyView {
    let l = current.locale;
    let links = shown(current).map(|entry| link(current, entry.path, l.t(entry.label).into_any())).collect::<Vec<_>>();
    view! { <nav class="tabs" aria-label=l.t("shell.navigation_public")>{links}</nav> }.into_any()
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
            <a class="topbar__brand" href="/">{l.t("shell.product")} " " <small>{association_name(current).to_owned()}</small></a>
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
            <p>{association_name(current).to_owned()} " " {l.t("shell.footer")}</p>
            {phone}
            {email}
        </footer>
    }
    .into_any()
}

/// What a thumb needs most, and the way to everything else.
fn bottom_bar(current: &Current) -> AnyView {
    let l = current.locale;
    let drawn = |drawing: &'static str| {
        view! { <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true"><path d=drawing></path></svg> }
    };
    let links = BOTTOM
        .into_iter()
        .map(|(path, words, drawing)| link(current, path, view! { {drawn(drawing)} {l.t(words)} }.into_any()))
        .collect::<Vec<_>>();
    view! {
        <nav class="bottombar" aria-label=l.t("shell.navigation_bottom")>
            {links}
            <a href="#sidenav">{drawn(MORE)} {l.t("nav.more")}</a>
        </nav>
    }
    .into_any()
}

fn shown(current: &Current) -> impl Iterator<Item = &'static Entry> {
    let module = current.site.modules.sentinels;
    ENTRIES
        .iter()
        .filter(move |entry| module || !OF_THE_MODULE.contains(&entry.path))
        .filter(|entry| entry.who.admits(current))
}

/// A way to an entry, with what waits behind it.
fn link(current: &Current, path: &'static str, words: AnyView) -> AnyView {
    let l = current.locale;
    let here = current.here.split('?').next().unwrap_or_default();
    let inside = here == path || here.starts_with(&format!("{path}/"));
    let count = current.counts.of(path);
    let count = (count > 0).then(|| {
        view! { " " <span class="count">{count}<span class="visually-hidden">{l.t("nav.waiting")}</span></span> }
    });
    view! { <a href=path aria-current=inside.then_some("page")>{words}{count}</a> }.into_any()
}

/// What everybody on every page must know: that this is a demo, that no mail leaves.
fn banners(current: &Current) -> Vec<AnyView> {
    let l = current.locale;
    let demo = current.site.demo.then(|| {
        view! { <section class="banner" aria-label=l.t("shell.demo_label")><p>{l.t("shell.demo")}</p></section> }
            .into_any()
    });
    let no_mail = (!current.mail_leaves && !current.site.demo).then(|| {
        view! { <section class="banner" aria-label=l.t("shell.no_mail_label")><p>{l.t("shell.no_mail")}</p></section> }
            .into_any()
    });
    let paused = current.counts.mail_paused.then(|| {
        view! {
            <section class="banner banner--urgent" aria-label=l.t("outbox.pause.on_every_page")>
                <p><a href="/outbox">{l.t("outbox.pause.banner")}</a></p>
            </section>
        }
        .into_any()
    });
    demo.into_iter().chain(no_mail).chain(paused).collect()
}
