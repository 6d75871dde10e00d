//! A double click or a resend makes one record. A form that creates something carries a key of its
//! own; the act claims the key in its transaction, and whoever comes second is led to what the first
//! one made.

use sea_orm::{ConnectionTrait, Statement};

use crate::{
    db::Tx,
    error::{AppError, Result},
    form::Form,
    time::Instant,
};

/// How long a key is remembered; no form is sent again after that.
const KEPT: i64 = 30 * Instant::DAY;

/// The form field that carries the key.
pub const FIELD: &str = "once";

/// Claims the form's key for `location`. `Some(location)` means that the same form was already
/// stored: show what it made instead. A form without a key is not held to this.
pub async fn claim(tx: &Tx, form: &Form, location: &str) -> Result<Option<String>> {
    let Ok(key) = form.value(FIELD).parse::<uuid::Uuid>() else { return Ok(None) };
    let backend = tx.get_database_backend();
    let insert = Statement::from_sql_and_values(
        backend,
        "INSERT INTO submissions (id, location, at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        [key.into(), location.into(), tx.now.into()],
    );
    if tx.execute_raw(insert).await?.rows_affected() == 1 {
        return Ok(None);
    }
    let made = made(&**tx, form).await?;
    made.map(Some).ok_or_else(|| AppError::internal("a claimed submission is gone"))
}

/// What the same form made before, if it did: for checks that would take its own record for another's.
pub async fn made(conn: &impl ConnectionTrait, form: &Form) -> Result<Option<String>> {
    let Ok(key) = form.value(FIELD).parse::<uuid::Uuid>() else { return Ok(None) };
    let sql = "SELECT location FROM submissions WHERE id = $1";
    let found = Statement::from_sql_and_values(conn.get_database_backend(), sql, [key.into()]);
    Ok(conn.query_one_raw(found).await?.map(|row| row.try_get("", "location")).transpose()?)
}

/// Forgets the keys of old forms.
pub async fn tidy(tx: &Tx) -> Result<()> {
    let (backend, bound) = (tx.get_database_backend(), tx.now.plus(-KEPT));
    let delete = Statement::from_sql_and_values(backend, "DELETE FROM submissions WHERE at < $1", [bound.into()]);
    tx.execute_raw(delete).await?;
    Ok(())
}
