//! What the browser gets besides pages: the style, icons and the wasm, all carried inside the program
//! (`build.rs` prepares them). Addresses hold a content hash, so an answer may be cached for a year;
//! the bytes were compressed at build time and are sent as they are.

use std::sync::LazyLock;

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

struct Asset {
    name: &'static str,
    url: &'static str,
    content_type: &'static str,
    raw: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Starts the islands of a page; see [`loader_module`].
const LOADER: &str = include_str!("assets/loader.js");

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Every address of this module begins with this.
pub const PREFIX: &str = "/assets/";

/// The address of a file by its name: `main.css`, or a path below `style/static`.
#[must_use]
pub fn url(name: &str) -> Option<&'static str> {
    ASSETS.iter().find(|asset| asset.name == name).map(|asset| asset.url)
}

#[must_use]
pub fn stylesheet_url() -> &'static str {
    url("main.css").unwrap_or_default()
}

/// The addresses of the JavaScript and of the wasm, for a page's preload links;
/// none when the program was built without its browser part.
#[must_use]
pub fn wasm_urls() -> Option<(&'static str, &'static str)> {
    Some((url("app.js")?, url("app_bg.wasm")?))
}

/// The text of the inline module that a page with islands carries in `<script type="module" nonce=…>`.
/// A browser that cannot run the wasm keeps the plain page.
#[must_use]
pub fn loader_module() -> Option<&'static str> {
    static MODULE: LazyLock<Option<String>> = LazyLock::new(|| {
        let (js, wasm) = wasm_urls()?;
        Some(format!("({})({js:?}, {wasm:?});", LOADER.trim_end()))
    });
    MODULE.as_deref()
}

/// What the document of every page names.
#[must_use]
pub fn for_pages() -> app::state::Assets {
    app::state::Assets {
        stylesheet: stylesheet_url().to_owned(),
        loader: loader_module().map(str::to_owned),
        icon: url("favicon.svg").unwrap_or_default().to_owned(),
    }
}

/// The route of all assets.
pub fn router<S: Clone + Send + Sync + 'static>() -> axum::Router<S> {
    let answer = |uri: Uri, headers: HeaderMap| async move { serve(uri.path(), &headers) };
    axum::Router::new().route(&format!("{PREFIX}{{*path}}"), axum::routing::get(answer))
}

/// Answers a request for `path`, in the smallest encoding that the browser takes.
#[must_use]
pub fn serve(path: &str, headers: &HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.url == path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (encoding, bytes) = choose(asset, accepted);
    let mut response = Response::new(Body::from(bytes));
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, value(asset.content_type));
    answer.insert(header::CACHE_CONTROL, value(FOR_EVER));
    answer.insert(header::VARY, value("accept-encoding"));
    answer.insert(header::CONTENT_LENGTH, bytes.len().into());
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, value(encoding));
    }
    response
}

fn value(text: &'static str) -> header::HeaderValue {
    header::HeaderValue::from_static(text)
}

fn choose(asset: &Asset, accepted: &str) -> (Option<&'static str>, &'static [u8]) {
    [("br", asset.brotli), ("gzip", asset.gzip)]
        .into_iter()
        .filter(|(encoding, _)| accepts(accepted, encoding))
        .find_map(|(encoding, bytes)| Some((Some(encoding), bytes?)))
        .unwrap_or((None, asset.raw))
}

/// Whether an `Accept-Encoding` names this encoding and does not refuse it with `q=0`.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding))
            && !parts.any(|part| part.strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0_f32)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(path: &str, accepted: &'static str) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, value(accepted));
        serve(path, &headers)
    }

    fn length(response: &Response) -> usize {
        let length = &response.headers()[header::CONTENT_LENGTH];
        length.to_str().unwrap().parse().unwrap()
    }

    #[test]
    fn the_style_comes_in_the_encoding_asked_for_and_may_be_kept() {
        let plain = served(stylesheet_url(), "identity");
        assert!(!plain.headers().contains_key(header::CONTENT_ENCODING));
        assert_eq!(plain.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(plain.headers()[header::CACHE_CONTROL], FOR_EVER);
        for (accepted, encoding) in [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0.5", "gzip")] {
            let small = served(stylesheet_url(), accepted);
            assert_eq!(small.headers()[header::CONTENT_ENCODING], encoding);
            assert!(length(&small) < length(&plain));
        }
    }

    #[test]
    fn the_style_is_lowered_for_old_browsers() {
        let style = ASSETS.iter().find(|asset| asset.name == "main.css").unwrap();
        let css = std::str::from_utf8(style.raw).unwrap();
        assert!(css.contains('{'));
        for new in ["@import", "@layer", "&"] {
            assert!(!css.contains(new), "{new} is left in the style");
        }
    }

    #[test]
    fn another_hash_or_name_is_not_found() {
        assert_eq!(served("/assets/0/main.css", "br").status(), StatusCode::NOT_FOUND);
        assert!(url("favicon.svg").is_some_and(|icon| icon.starts_with(PREFIX)));
    }

    #[test]
    fn the_loader_names_the_very_files_that_are_served() {
        let Some((js, wasm)) = wasm_urls() else {
            assert!(loader_module().is_none());
            return;
        };
        let module = loader_module().unwrap();
        for path in [js, wasm] {
            assert!(module.contains(path));
            assert_eq!(served(path, "br").status(), StatusCode::OK);
        }
    }
}
