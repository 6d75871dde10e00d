//! Which error to use when:
//!
//! - `NotFound`: no such thing, or a thing of another member (they must look the same from outside).
//! - `Forbidden`: the person is known and may not do this at all.
//! - `SignIn`: nobody is signed in and somebody must be.
//! - `Refused`: the act is not allowed in this state; the sentence says why. 409.
//! - `TooLarge`, `TooMany`: a bound was passed; the page names it.
//! - `Unavailable`: the database is locked, full or away; nothing was written, trying again is right. 503.
//! - `Internal`: everything else. It is logged with its cause; the page shows only the request id.
//!
//! Wrong input is no `AppError`: the form is shown again at 422 with its errors.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::text::Message;

#[derive(Clone, Debug)]
pub enum AppError {
    NotFound,
    Forbidden,
    SignIn,
    Refused(Message),
    TooLarge { megabytes: usize },
    TooMany { minutes: i64 },
    Unavailable,
    Internal(String),
}

pub type Result<T, E = AppError> = std::result::Result<T, E>;

impl AppError {
    /// Wraps any failure that is the program's or its surroundings' fault.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Refused(_) => StatusCode::CONFLICT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The sentence that the page says.
    pub fn message(&self) -> Message {
        match self {
            Self::NotFound => Message::of("error.not_found"),
            Self::Forbidden => Message::of("error.forbidden"),
            Self::SignIn => Message::of("error.sign_in"),
            Self::Refused(message) => message.clone(),
            Self::TooLarge { megabytes } => Message::of("error.too_large").with("max", megabytes),
            Self::TooMany { minutes } => Message::of("error.too_many").with("minutes", minutes),
            Self::Unavailable => Message::of("error.unavailable"),
            Self::Internal(_) => Message::of("error.internal"),
        }
    }
}

impl IntoResponse for AppError {
    /// A bare status that carries the error; `shell::dress` makes the page of it, because only there
    /// is known who asked and in which language.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<sea_orm::DbErr> for AppError {
    fn from(error: sea_orm::DbErr) -> Self {
        use sea_orm::DbErr;
        let text = error.to_string();
        let away = matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_))
            || [
                "database is locked",
                "database or disk is full",
                "disk I/O error",
                "lock timeout",
                "deadlock detected",
                "could not extend file",
                "No space left",
                "error communicating with database",
                "terminating connection",
            ]
            .iter()
            .any(|sign| text.contains(sign));
        if away {
            tracing::warn!(cause = %text, "the database cannot write or be reached");
            Self::Unavailable
        } else {
            Self::Internal(text)
        }
    }
}

/// The name of the unique constraint or index that a write ran into, if that is why it failed.
/// PostgreSQL names the constraint, SQLite the columns: `table.column, table.column`.
pub fn unique_violation(error: &sea_orm::DbErr) -> Option<String> {
    match error.sql_err() {
        Some(sea_orm::SqlErr::UniqueConstraintViolation(name)) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::DbErr;

    use super::*;

    #[test]
    fn a_database_that_goes_away_in_the_middle_is_worth_another_try() {
        for text in [
            "error communicating with database: connection reset by peer",
            "terminating connection due to administrator command",
            "database is locked",
        ] {
            assert_eq!(
                AppError::from(DbErr::Custom(text.to_owned())).status(),
                StatusCode::SERVICE_UNAVAILABLE,
                "{text}"
            );
        }
        let broken = AppError::from(DbErr::Custom("no such column: x".to_owned()));
        assert_eq!(broken.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
