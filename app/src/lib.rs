//! 沪泥通, the application: one folder per feature, and beside them the few things that all features
//! share. On the server everything is built; for the browser only the islands and the plain types.

pub mod form;
pub mod ids;
pub mod text;
pub mod time;
pub mod ui;

pub mod coverage;
pub mod guides;
pub mod issues;
pub mod members;
pub mod notices;
pub mod numbers;
pub mod place_codes;
pub mod readiness;
pub mod sentinels;
pub mod supply;

#[cfg(feature = "ssr")]
pub mod access;
#[cfg(feature = "ssr")]
pub mod accounts;
#[cfg(feature = "ssr")]
pub mod audit;
#[cfg(feature = "ssr")]
pub mod conversations;
#[cfg(feature = "ssr")]
pub mod copies;
#[cfg(feature = "ssr")]
pub mod current;
#[cfg(feature = "ssr")]
pub mod db;
#[cfg(feature = "ssr")]
pub mod documents;
#[cfg(feature = "ssr")]
pub mod error;
#[cfg(feature = "ssr")]
pub mod etag;
#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
pub mod flash;
#[cfg(feature = "ssr")]
pub mod groups;
#[cfg(feature = "ssr")]
pub mod hex;
#[cfg(feature = "ssr")]
pub mod kept;
#[cfg(feature = "ssr")]
pub mod once;
#[cfg(feature = "ssr")]
pub mod outbox;
#[cfg(feature = "ssr")]
pub mod paging;
#[cfg(feature = "ssr")]
pub mod pictures;
#[cfg(feature = "ssr")]
pub mod retention;
#[cfg(feature = "ssr")]
pub mod settings;
#[cfg(feature = "ssr")]
pub mod sheets;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod state;
#[cfg(feature = "ssr")]
pub mod todo;
#[cfg(feature = "ssr")]
pub mod upkeep;

#[cfg(feature = "ssr")]
rust_i18n::i18n!("locales", fallback = "zh-CN");

/// The sentence of a key in a language; the key itself when there is none.
#[cfg(feature = "ssr")]
fn translate(key: &str, locale: &str) -> String {
    rust_i18n::t!(key, locale = locale).into_owned()
}

/// Starts the islands of the page that this runs in.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
