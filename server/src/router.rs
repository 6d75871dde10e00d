//! The whole HTTP side: the application's table, embedded assets, health, and the layers around them.

use app::{access, current, files::FileKind, state::AppState};
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, DefaultPredicate, Predicate, predicate::NotForContentType},
    trace::TraceLayer,
};

use crate::{assets, security};

pub fn router(state: AppState) -> Router {
    let pages = access::router(&state, access::table())
        .fallback(|| async { app::error::AppError::NotFound })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), security::same_origin))
        .layer(from_fn_with_state(state.clone(), current::layer))
        .layer(from_fn_with_state(state.clone(), security::headers))
        .layer(CompressionLayer::new().compress_when(is_not_packed_yet()))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(from_fn(security::request_id));
    Router::new()
        .merge(assets::router())
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .merge(pages)
        .with_state(state)
}

/// Spreadsheets and papers are compressed in themselves; pictures, the default knows.
fn is_not_packed_yet() -> impl Predicate {
    let spreadsheet = NotForContentType::const_new(FileKind::Xlsx.media_type());
    DefaultPredicate::new().and(spreadsheet).and(NotForContentType::const_new(FileKind::Pdf.media_type()))
}

/// A handler that panics has done nothing that was committed; the person sees an honest page.
fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    app::error::AppError::internal("a handler panicked").into_response()
}

/// Ready when the database answers.
async fn ready(State(state): State<AppState>) -> Response {
    match app::settings::load::<app::settings::Association>(state.db.reader()).await {
        Ok(_) => (StatusCode::OK, "ready").into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response(),
    }
}

/// The span of a request: method, path without query, request id. What follows `/link/` opens an account
/// and is left out.
fn span(request: &axum::extract::Request) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let path = request.uri().path();
    let path = if path.starts_with("/link/") { "/link/…" } else { path };
    tracing::info_span!("request", method = %request.method(), path, id)
}
