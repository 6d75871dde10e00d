//! The frame around a page: top bar, navigation by role with what waits behind each entry, banners,
//! flash. On a phone the first five entries stand in a bar at the bottom.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{access::Who, current::Current, text::Locale};

/// An entry of the navigation; shown to those whom `who` admits.
struct Entry {
    path: &'static str,
    label: &'static str,
    who: Who,
}

const ENTRIES: &[Entry] = &[Entry { path: "/todo", label: "nav.todo", who: Who::SignedIn }];

/// How many entries the bar at the bottom of a phone holds.
const BOTTOM: usize = 5;

pub fn frame(current: &Current, body: String, narrow: bool) -> AnyView {
    let l = current.locale;
    let signed_in = current.person.is_some();
    let main_class = if narrow { "main narrow" } else { "main" };
    let flash = current.flash.clone().map(|text| view! { <p class="flash" role="status">{text}</p> });
    view! {
        <a class="skip-link" href="#main">{l.t("shell.skip")}</a>
        {top_bar(current)}
        <div class="frame">
            {signed_in.then(|| view! {
                <nav class="sidenav" aria-label=l.t("shell.navigation")><ul>{entries(current, usize::MAX)}</ul></nav>
            })}
            <main id="main" class=main_class tabindex="-1">
                {banners(current)}
                {flash}
                <div inner_html=body></div>
            </main>
        </div>
        {signed_in.then(|| view! {
            <nav class="bottombar" aria-label=l.t("shell.navigation_bottom")><ul>{entries(current, BOTTOM)}</ul></nav>
        })}
        <footer class="footer">
            <p>{current.site.association.name.clone()}</p>
            <p>{l.t("shell.footer")}</p>
        </footer>
    }
    .into_any()
}

fn top_bar(current: &Current) -> AnyView {
    let l = current.locale;
    let phone = current.site.association.phone.clone();
    let (other, other_name) = match l {
        Locale::Zh => ("en", "English"),
        Locale::En => ("zh-CN", "中文"),
    };
    let here = current.here.clone();
    let person = current.person.as_ref().map(|p| p.name.clone());
    view! {
        <header class="topbar">
            <a class="topbar__brand" href="/">{l.t("shell.product")}</a>
            {(!phone.is_empty()).then(|| view! {
                <a class="topbar__phone" href=format!("tel:{}", phone.replace(' ', "")) aria-label=l.tn("shell.call_number", &[("phone", &phone)])>
                    {phone.clone()}
                </a>
            })}
            <div class="topbar__menu">
                <form method="post" action="/language">
                    <input type="hidden" name="next" value=here />
                    <button class="button button--link" name="language" value=other lang=other>{other_name}</button>
                </form>
                {match person {
                    Some(name) => view! {
                        <span class="topbar__person">{name}</span>
                        <form method="post" action="/sign-out"><button class="button button--link">{l.t("accounts.sign_out")}</button></form>
                    }.into_any(),
                    None => view! { <a href="/sign-in">{l.t("accounts.sign_in")}</a> }.into_any(),
                }}
            </div>
        </header>
    }
    .into_any()
}

fn entries(current: &Current, most: usize) -> Vec<AnyView> {
    let l = current.locale;
    ENTRIES
        .iter()
        .filter(|entry| entry.who.admits(current))
        .take(most)
        .map(|entry| {
            let here = current.here.split('?').next().unwrap_or_default();
            let inside = here == entry.path || here.starts_with(&format!("{}/", entry.path));
            let count = current.counts.of(entry.path);
            view! {
                <li>
                    <a href=entry.path aria-current=inside.then_some("page")>
                        {l.t(entry.label)}
                        {(count > 0).then(|| view! { " " <span class="count">{count}</span> })}
                    </a>
                </li>
            }
            .into_any()
        })
        .collect()
}

/// What everybody on every page must know: that this is a demo.
fn banners(current: &Current) -> Option<AnyView> {
    let l = current.locale;
    current.site.demo.then(|| view! { <p class="banner">{l.t("shell.demo")}</p> }.into_any())
}
