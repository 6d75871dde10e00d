//! 待办 as a list, each line one click from done.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::Item;
use crate::{current::Current, shell::Page, state::AppState};

pub fn show(state: &AppState, current: &Current, items: Vec<Item>) -> Response {
    let l = current.locale;
    Page::new(current, l.t("todo.title")).render(state, || {
        let list = if items.is_empty() {
            view! { <div class="empty empty--done"><p class="empty__title">{l.t("todo.empty")}</p></div> }.into_any()
        } else {
            let lines = items.into_iter().map(|item| line(current, item)).collect::<Vec<_>>();
            view! { <ul class="tasks">{lines}</ul> }.into_any()
        };
        view! {
            <h1>{l.t("todo.title")}</h1>
            {list}
        }
        .into_any()
    })
}

fn line(current: &Current, item: Item) -> AnyView {
    let l = current.locale;
    let late = item.due.is_some_and(|due| due < current.now);
    let urgent = (late || item.urgent).then_some("tasks__item--late");
    let due = item.due.map(|due| {
        let key = if late { "todo.late" } else { "todo.due" };
        let class = if late || item.urgent { "tasks__due tasks__due--late" } else { "tasks__due" };
        view! { <span class=class>{l.tn(key, &[("at", &due.show())])}</span> }
    });
    view! {
        <li class=urgent>
            <a href=item.href>
                <strong class="tasks__title">{l.say(&item.title)}</strong>
                {item.about.map(|about| view! { <span class="tasks__why">{about}</span> })}
                {due}
            </a>
        </li>
    }
    .into_any()
}
