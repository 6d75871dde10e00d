//! Addresses that are only posted to, asked for like a page: a refused form that is loaded again, comes back from the
//! history or changes its language. They lead to the nearest page above them, which shows the form or the thing that
//! it is about.

use std::collections::BTreeSet;

use axum::{
    http::{Method, Uri},
    response::Redirect,
    routing::{MethodRouter, get},
};

use super::Route;
use crate::state::AppState;

/// The posted paths of a table that are no pages, each with its way to one.
pub fn ways(table: &[Route]) -> Vec<(&'static str, MethodRouter<AppState>)> {
    let of = |method: Method| table.iter().filter(move |route| route.method == method).map(|route| route.path);
    let pages: BTreeSet<&str> = of(Method::GET).collect();
    let posted: BTreeSet<&'static str> = of(Method::POST).filter(|path| !pages.contains(path)).collect();
    posted.into_iter().map(|path| (path, way(parts_of_page(path, &pages)))).collect()
}

/// How many of the first parts of a path name a page; none of them is the first page.
fn parts_of_page(path: &str, pages: &BTreeSet<&str>) -> usize {
    let above = path.match_indices('/').map(|(end, _)| &path[..end]);
    above.enumerate().filter(|(_, above)| pages.contains(above)).last().map_or(0, |(parts, _)| parts)
}

fn way(parts: usize) -> MethodRouter<AppState> {
    get(move |asked: Uri| async move { Redirect::to(&first_parts(asked.path(), parts)) })
}

fn first_parts(path: &str, parts: usize) -> String {
    let own: String = path.split('/').skip(1).take(parts).flat_map(|part| ["/", part]).collect();
    if own.is_empty() { "/".to_owned() } else { own }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_page_above_is_led_to() {
        let pages = BTreeSet::from(["/", "/devices", "/devices/{device}", "/devices/{device}/edit"]);
        for (posted, asked, page) in [
            ("/sign-out", "/sign-out", "/"),
            ("/devices/batch", "/devices/batch", "/devices"),
            ("/devices/{device}/entries", "/devices/7/entries", "/devices/7"),
            ("/devices/{device}/files/{file}/delete", "/devices/7/files/a%2Fb/delete", "/devices/7"),
            ("/devices/{device}/edit/check", "/devices/7/edit/check", "/devices/7/edit"),
        ] {
            assert_eq!(first_parts(asked, parts_of_page(posted, &pages)), page, "{posted}");
        }
    }
}
