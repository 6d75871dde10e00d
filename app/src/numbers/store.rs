//! Giving numbers: one row per series and year holds the last one given. The row stays locked until the
//! transaction ends, so acts that number the same series wait for each other and leave no gap.

use sea_orm::{ConnectionTrait, Statement};

use super::{Number, Series};
use crate::{
    db::Tx,
    error::{AppError, Result},
};

/// The next number of a series in the year of the act. Ask for it late in the transaction, because
/// others wait for it.
pub async fn next(tx: &Tx, series: Series) -> Result<Number> {
    let year = tx.now.day().year();
    let statement = Statement::from_sql_and_values(
        tx.get_database_backend(),
        "INSERT INTO numbers (series, year, last) VALUES ($1, $2, 1)
         ON CONFLICT (series, year) DO UPDATE SET last = numbers.last + 1 RETURNING last",
        [series.letters().into(), year.into()],
    );
    let row = tx.query_one_raw(statement).await?.ok_or_else(|| AppError::internal("no number was given"))?;
    let last: i32 = row.try_get("", "last")?;
    Ok(Number {
        series,
        year: u16::try_from(year).map_err(AppError::internal)?,
        count: u32::try_from(last).map_err(AppError::internal)?,
    })
}
