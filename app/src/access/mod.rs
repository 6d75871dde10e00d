//! The access table: every route, who may use it, and its handler. The router is built from this
//! table and from nothing else, and a test walks it with every role. Whose object it is, the handler
//! asks through `Current`.

mod way_back;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    handler::Handler,
    http::Method,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use tower::limit::GlobalConcurrencyLimitLayer;

use crate::{
    accounts, audit, conversations, copies, coverage, current::Current, error::AppError, form::request, groups, guides,
    issues, members, notices, outbox, place_codes, readiness, sentinels, settings, state::AppState, supply, todo,
};

/// Who may use a route at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anyone, signed in or not.
    Anyone,
    /// Every signed-in person; the handler asks whose object it is.
    SignedIn,
    /// The secretariat, the auditor included: reading.
    Office,
    /// Secretariat staff and admins: acting for the secretariat.
    Staff,
    /// Secretariat admins.
    Admin,
    /// People of members.
    Member,
    /// People of members, and staff on behalf of those who phone.
    MemberOrStaff,
}

impl Who {
    pub fn admits(self, current: &Current) -> bool {
        match self {
            Self::Anyone => true,
            Self::SignedIn => current.person.is_some(),
            Self::Office => current.is_office(),
            Self::Staff => current.is_staff(),
            Self::Admin => current.is_admin(),
            Self::Member => current.serves_a_member(),
            Self::MemberOrStaff => current.serves_a_member() || current.is_staff(),
        }
    }
}

/// Largest body of an ordinary form, in bytes.
const FORM_LIMIT: usize = 1024 * 1024;
/// Spreadsheets that are made at once: a large one takes much memory while it is made. The others wait.
pub const SPREADSHEETS_AT_ONCE: usize = 2;

/// One row of the table.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
    limit: usize,
    is_long: bool,
    handler: MethodRouter<AppState>,
}

impl Route {
    pub fn get<H, T>(path: &'static str, who: Who, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        Self::of((Method::GET, MethodFilter::GET), path, who, handler)
    }

    pub fn post<H, T>(path: &'static str, who: Who, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        Self::of((Method::POST, MethodFilter::POST), path, who, handler)
    }

    fn of<H, T>((method, filter): (Method, MethodFilter), path: &'static str, who: Who, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        Self { method, path, who, limit: FORM_LIMIT, is_long: false, handler: on(filter, handler) }
    }

    /// Allows a larger body, in bytes; for uploads.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Allows a form of very many texts.
    #[must_use]
    pub fn long_form(mut self) -> Self {
        (self.limit, self.is_long) = (request::LONG_FORM, true);
        self
    }
}

/// The whole table, feature by feature.
pub fn table() -> Vec<Route> {
    [
        accounts::routes(),
        notices::routes(),
        todo::routes(),
        guides::routes(),
        supply::routes(),
        issues::routes(),
        outbox::routes(),
        groups::routes(),
        copies::routes(),
        conversations::routes(),
        place_codes::routes(),
        sentinels::routes(),
        coverage::routes(),
        readiness::routes(),
        members::routes(),
        settings::routes(),
        audit::routes(),
        members::import::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The router of a table.
pub fn router(state: &AppState, table: Vec<Route>) -> Router<AppState> {
    let ways = way_back::ways(&table);
    let router = ways.into_iter().fold(Router::new(), |router, (path, way)| router.route(path, way));
    let turns = GlobalConcurrencyLimitLayer::new(SPREADSHEETS_AT_ONCE);
    table.into_iter().fold(router, |router, route| {
        let (who, is_long) = (route.who, route.is_long);
        let makes_spreadsheet = route.method == Method::GET && route.path.ends_with(".xlsx");
        let handler = if makes_spreadsheet { route.handler.layer(turns.clone()) } else { route.handler };
        let guarded: MethodRouter<AppState> = handler.layer(middleware::from_fn_with_state(
            state.clone(),
            move |State(state): State<AppState>, mut request: Request, next: Next| {
                if is_long {
                    request.extensions_mut().insert(request::IsLong);
                }
                guard(state, who, request, next)
            },
        ));
        // The limit lies outside the guard, which reads the posted form of somebody who must sign in first.
        let guarded = guarded.layer(DefaultBodyLimit::max(route.limit));
        router.route(route.path, guarded)
    })
}

async fn guard(state: AppState, who: Who, request: Request, next: Next) -> Response {
    let Some(current) = request.extensions().get::<Current>().cloned() else {
        return AppError::internal("no current person in the request").into_response();
    };
    if who.admits(&current) {
        next.run(request).await
    } else if current.person.is_some() {
        AppError::Forbidden.into_response()
    } else {
        accounts::interrupted(&state, &current, request).await
    }
}
