//! For which member something is done: the members that a person works for, or those that staff look up.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{members::store::Member, text::Locale, ui::parts};

/// Each member leads to the page `here`; `search` is what staff looked for.
pub fn member_list(l: Locale, here: &'static str, members: &[Member], search: Option<&str>) -> AnyView {
    let list = members
        .iter()
        .map(|member| {
            let href = format!("{here}?member={}", member.id);
            view! { <li><a href=href><span>{member.name.clone()}</span></a></li> }.into_any()
        })
        .collect::<Vec<_>>();
    let list = if !list.is_empty() {
        view! { <ul class="tasks">{list}</ul> }.into_any()
    } else if search.is_some_and(str::is_empty) {
        ().into_any()
    } else {
        parts::empty(l.t("place_codes.no_member"), None)
    };
    let search = search.map(|words| {
        view! {
            <form class="filters" method="get" action=here role="search">
                <div class="field">
                    <label class="field__label" for="f-q">{l.t("place_codes.search.member")}</label>
                    <input class="input" type="search" id="f-q" name="q" maxlength="60" value=words.to_owned() />
                </div>
                <button class="button">{l.t("place_codes.search")}</button>
            </form>
        }
    });
    view! {
        {search}
        {list}
    }
    .into_any()
}
