//! 待办 as a list, each line one click from done.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::Item;
use crate::{current::Current, shell::Page, state::AppState, ui::parts};

pub fn show(state: &AppState, current: &Current, items: Vec<Item>) -> Response {
    let l = current.locale;
    Page::new(current, l.t("todo.title")).render(state, || {
        let list = if items.is_empty() {
            parts::empty(l.t("todo.empty"), None)
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
    let due = item.due.map(|due| {
        let late = due < current.now;
        let key = if late { "todo.late" } else { "todo.due" };
        let class = if late || item.urgent { "tasks__due tasks__due--late" } else { "tasks__due" };
        view! { <span class=class>{l.tn(key, &[("at", &due.show())])}</span> }
    });
    view! {
        <li>
            <a href=item.href>
                <span>{l.say(&item.title)}</span>
                {item.about.map(|about| view! { <span class="tasks__why">{about}</span> })}
                {due}
            </a>
        </li>
    }
    .into_any()
}
