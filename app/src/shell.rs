//! The document around every page: head, top bar, navigation, flash and banners. `page` renders a
//! view to a whole response; `dress` makes pages of bare errors.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use leptos::{prelude::*, reactive::owner::Owner, tachys::view::any_view::AnyView};

use crate::{
    current::Current,
    error::AppError,
    state::AppState,
    text::Locale,
    ui::{navigation, parts},
};

/// What a page is called and what stands in it.
pub struct Page<'a> {
    current: &'a Current,
    title: String,
    status: StatusCode,
    narrow: bool,
    failed: bool,
}

impl<'a> Page<'a> {
    pub fn new(current: &'a Current, title: impl Into<String>) -> Self {
        Self { current, title: title.into(), status: StatusCode::OK, narrow: false, failed: false }
    }

    /// Shown again because of errors in the form: status 422 and “错误：” in the title.
    #[must_use]
    pub fn failed_if(mut self, failed: bool) -> Self {
        self.failed = failed;
        if failed {
            self.status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        self
    }

    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// A narrow column, for signing in and the like.
    #[must_use]
    pub fn narrow(mut self) -> Self {
        self.narrow = true;
        self
    }

    /// Renders the view now. It must not wait for anything: pages are given their data.
    pub fn render(self, state: &AppState, body: impl FnOnce() -> AnyView) -> Response {
        let current = self.current;
        let l = current.locale;
        let title = if self.failed { l.tn("shell.error_title", &[("title", &self.title)]) } else { self.title };
        let owner = Owner::new_root(Some(std::sync::Arc::new(hydration_context::SsrSharedContext::new_islands())));
        let (frame, has_islands) = owner.with(|| {
            let body = body().to_html();
            let has_islands = body.contains("<leptos-island");
            (navigation::frame(current, &body, self.narrow).to_html(), has_islands)
        });
        drop(owner);
        let html = document(state, current, &title, &frame, has_islands);
        (self.status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response()
    }
}

fn document(state: &AppState, current: &Current, title: &str, frame: &str, has_islands: bool) -> String {
    let l = current.locale;
    let title = escape(title);
    let product = l.t("shell.product");
    let assets = &state.assets;
    let nonce = &current.nonce;
    let body_class = if current.person.is_some() { "" } else { " class=\"public\"" };
    let loader = match &assets.loader {
        Some(loader) if has_islands => format!("<script type=\"module\" nonce=\"{nonce}\">{loader}</script>"),
        _ => String::new(),
    };
    format!(
        "<!DOCTYPE html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"format-detection\" content=\"telephone=no\">\
         <title>{title} - {product}</title>\
         <link rel=\"icon\" href=\"{icon}\"><link rel=\"stylesheet\" href=\"{stylesheet}\">\
         <link rel=\"alternate\" type=\"application/atom+xml\" title=\"{product}\" href=\"/notices.atom\">\
         </head><body{body_class}>{frame}{loader}</body></html>",
        lang = l.code(),
        icon = assets.icon,
        stylesheet = assets.stylesheet,
    )
}

/// Escapes text for HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Makes a page of a response that carries an error or is one of the framework's bare refusals.
pub fn dress(state: &AppState, current: &Current, response: Response) -> Response {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let error = match response.extensions().get::<AppError>() {
        Some(error) => error.clone(),
        None if response.headers().get(header::CONTENT_TYPE).is_some_and(is_finished) => return response,
        None => match status {
            StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge { megabytes: 1 },
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => AppError::NotFound,
            _ if status.is_client_error() => AppError::Refused(crate::text::Message::of("error.unreadable")),
            _ => AppError::internal(format!("bare status {status}")),
        },
    };
    let status = if response.extensions().get::<AppError>().is_some() { error.status() } else { status };
    // The page names the request, so the log must know it.
    match &error {
        AppError::Internal(cause) => tracing::error!(request = %current.request, %cause, "request failed"),
        _ => tracing::info!(request = %current.request, status = status.as_u16(), "request refused"),
    }
    let mut page = error_page(state, current, &error, status);
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    if matches!(error, AppError::Unavailable) {
        page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    page
}

/// Bodies that a handler made on purpose are left as they are; plain text is the framework's.
fn is_finished(content_type: &HeaderValue) -> bool {
    !content_type.as_bytes().starts_with(b"text/plain")
}

fn error_page(state: &AppState, current: &Current, error: &AppError, status: StatusCode) -> Response {
    let l = current.locale;
    let title = l.t(match error {
        AppError::NotFound => "error.title.not_found",
        AppError::Forbidden | AppError::SignIn => "error.title.forbidden",
        AppError::Refused(_) | AppError::TooLarge { .. } | AppError::TooMany { .. } => "error.title.refused",
        AppError::Unavailable => "error.title.unavailable",
        AppError::Internal(_) => "error.title.internal",
    });
    let sentence = l.say(&error.message());
    let heading = title.clone();
    let request = current.request.clone();
    Page::new(current, title).status(status).narrow().render(state, || {
        view! {
            <h1>{heading}</h1>
            <p class="lead">{sentence}</p>
            <p><a href="/">{l.t("error.home")}</a></p>
            {phone_line(l, current)}
            <p class="quiet">{l.tn("error.request", &[("id", &request)])}</p>
        }
        .into_any()
    })
}

/// A line with the secretariat's phone, for pages on which somebody may be stuck.
pub fn phone_line(l: Locale, current: &Current) -> Option<AnyView> {
    phone_link(current).map(|link| view! { <p>{l.t("shell.call")} " " {link}</p> }.into_any())
}

/// The secretariat's phone, one tap to call; nothing while it is not set.
pub fn phone_link(current: &Current) -> Option<AnyView> {
    let phone = current.site.association.phone.clone();
    (!phone.is_empty()).then(|| parts::call(phone, "nowrap"))
}
