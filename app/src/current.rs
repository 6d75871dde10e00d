//! Who is asking, and what they may do. The outermost layer of the application works it out once per
//! request; handlers take `Current` as an argument. Rights over a particular member's things are asked
//! here too, and answered with `NotFound`, so that a stranger learns nothing.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;

use crate::{
    accounts::{self, Person, RoleKind},
    audit,
    db::Actor,
    error::{AppError, Result},
    flash,
    ids::{MemberId, PlantId},
    settings::SiteSettings,
    shell,
    state::AppState,
    text::{Locale, Message},
    time::Instant,
    todo,
};

#[derive(Clone, Debug)]
pub struct Current {
    pub locale: Locale,
    pub person: Option<Arc<Person>>,
    pub ip: String,
    pub request: String,
    /// The nonce of this page's scripts.
    pub nonce: String,
    /// Path and query of the page, for the language switch and for returning after signing in.
    pub here: String,
    pub now: Instant,
    /// What the last act says on this page, once.
    pub flash: Option<String>,
    pub site: Arc<SiteSettings>,
    /// A mail server is set.
    pub mail_leaves: bool,
    /// How much waits behind each entry of the navigation.
    pub counts: todo::Counts,
}

impl Current {
    pub fn actor(&self) -> Actor {
        Actor { person: self.person.as_ref().map(|p| p.id), ip: self.ip.clone(), request: self.request.clone() }
    }

    pub fn person(&self) -> Result<&Person> {
        self.person.as_deref().ok_or(AppError::SignIn)
    }

    fn has(&self, test: impl Fn(RoleKind) -> bool) -> bool {
        self.person.as_ref().is_some_and(|p| p.roles.iter().any(|r| test(r.kind)))
    }

    /// Secretariat of any kind, the auditor included: may read everything.
    pub fn is_office(&self) -> bool {
        self.has(RoleKind::is_office)
    }

    /// Secretariat staff and admins: may act for the secretariat.
    pub fn is_staff(&self) -> bool {
        self.has(RoleKind::is_staff)
    }

    pub fn is_admin(&self) -> bool {
        self.has(|kind| kind == RoleKind::OfficeAdmin)
    }

    pub fn serves_a_member(&self) -> bool {
        self.has(RoleKind::is_member)
    }

    /// Contact values are masked to those who only look.
    pub fn masks_contacts(&self) -> bool {
        !self.is_staff()
    }

    /// A text as this person may read it: those of the secretariat who only look see no numbers and addresses in it.
    pub fn shown(&self, text: &str) -> String {
        if self.is_office() && self.masks_contacts() { audit::blotted(text) } else { text.to_owned() }
    }

    /// The members that this person works for.
    pub fn member_ids(&self) -> Vec<MemberId> {
        let mut ids: Vec<MemberId> = self.person.iter().flat_map(|p| p.roles.iter().filter_map(|r| r.member)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// May read what belongs to this member.
    pub fn sees_member(&self, member: MemberId) -> Result<()> {
        if self.is_office() || self.member_ids().contains(&member) { Ok(()) } else { Err(AppError::NotFound) }
    }

    /// May act for this member: its own people while it is one, and staff on behalf of those who phone.
    pub fn acts_for_member(&self, member: MemberId) -> Result<()> {
        self.sees_member(member)?;
        if self.is_staff() {
            return Ok(());
        }
        let mut own = self.person.iter().flat_map(|p| &p.roles).filter(|r| r.member == Some(member));
        match own.next() {
            None => Err(AppError::Forbidden),
            Some(role) if role.left => Err(AppError::Refused(Message::of("members.left.reads_only"))),
            Some(_) => Ok(()),
        }
    }

    /// May change the member's register and its people.
    pub fn administers_member(&self, member: MemberId) -> Result<()> {
        self.acts_for_member(member)?;
        let own = self
            .person
            .iter()
            .flat_map(|p| &p.roles)
            .any(|r| r.member == Some(member) && r.kind == RoleKind::MemberAdmin);
        if self.is_staff() || own { Ok(()) } else { Err(AppError::Forbidden) }
    }

    /// May read what belongs to this plant; an operator sees the chosen plants only.
    pub fn sees_plant(&self, member: MemberId, plant: PlantId) -> Result<()> {
        let served = self
            .person
            .iter()
            .flat_map(|p| &p.roles)
            .any(|r| r.member == Some(member) && (r.kind == RoleKind::MemberAdmin || r.plants.contains(&plant)));
        if self.is_office() || served { Ok(()) } else { Err(AppError::NotFound) }
    }

    pub fn acts_for_plant(&self, member: MemberId, plant: PlantId) -> Result<()> {
        self.sees_plant(member, plant)?;
        self.acts_for_member(member)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Current {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| AppError::internal("no current person in the request"))
    }
}

/// The nonce of the scripts that a response carries; the security headers name it.
#[derive(Clone, Debug)]
pub struct Nonce(pub String);

/// The layer that works out who is asking and dresses bare errors as pages.
pub async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut current = nobody(&state, &parts);
    if let Err(error) = find_out(&state, &parts, &mut current).await {
        let mut response = shell::dress(&state, &current, error.into_response());
        response.extensions_mut().insert(Nonce(current.nonce));
        return response;
    }
    parts.extensions.insert(current.clone());
    let reads = parts.method == Method::GET;
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if reads && response.status() == StatusCode::BAD_REQUEST && response.extensions().get::<AppError>().is_none() {
        // An address that cannot be read names nothing.
        response = AppError::NotFound.into_response();
    }
    let shown = current.flash.is_some() && response.status().is_success();
    let mut response = shell::dress(&state, &current, response);
    if shown && is_page(&response) {
        flash::clear(&mut response);
    }
    flash::send(&mut response, &state.options.secret);
    response.extensions_mut().insert(Nonce(current.nonce));
    response
}

fn is_page(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"))
}

/// What is known of a request before the database is asked; enough to dress an error.
fn nobody(state: &AppState, request: &Parts) -> Current {
    let jar = CookieJar::from_headers(&request.headers);
    let accepted = || header_text(&request.headers, header::ACCEPT_LANGUAGE).and_then(Locale::from_accept_language);
    let locale = jar.get("lang").and_then(|c| Locale::from_code(c.value())).or_else(accepted).unwrap_or_default();
    let id = header_text(&request.headers, header::HeaderName::from_static("x-request-id"));
    Current {
        locale,
        person: None,
        ip: ip_of(state, request),
        request: id.unwrap_or_default().to_owned(),
        nonce: accounts::token::random_text(16),
        here: request.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned(),
        now: state.clock.now(),
        flash: None,
        site: Arc::default(),
        mail_leaves: state.options.mail_leaves,
        counts: todo::Counts::default(),
    }
}

/// The person, their language, the settings and what waits for them.
async fn find_out(state: &AppState, request: &Parts, current: &mut Current) -> Result<()> {
    let jar = CookieJar::from_headers(&request.headers);
    current.site = state.site.get(state.db.reader(), current.now).await?;
    current.person = accounts::session::person_of(state, &jar, state.moment(current)).await?;
    if let Some(locale) = current.person.as_ref().and_then(|p| p.locale) {
        current.locale = locale;
    }
    current.flash = flash::read(&jar, &state.options.secret, current.locale);
    if current.person.is_some() && wants_page(&request.headers) {
        current.counts = todo::counts(state, current).await?;
    }
    Ok(())
}

fn wants_page(headers: &HeaderMap) -> bool {
    header_text(headers, header::ACCEPT).is_none_or(|accept| accept.contains("text/html") || accept.contains("*/*"))
}

fn header_text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn ip_of(state: &AppState, request: &Parts) -> String {
    // A proxy appends: to the list, or as a line of its own. What stands before was sent by whoever asks.
    let lines = request.headers.get_all("x-forwarded-for");
    let forwarded = lines
        .iter()
        .next_back()
        .and_then(|line| line.to_str().ok())
        .and_then(|list| list.rsplit(',').next())
        .map(str::trim)
        .filter(|ip| state.options.behind_proxy && ip.parse::<std::net::IpAddr>().is_ok());
    match forwarded {
        Some(ip) => ip.to_owned(),
        None => {
            request.extensions.get::<ConnectInfo<SocketAddr>>().map_or_else(String::new, |info| info.0.ip().to_string())
        }
    }
}
