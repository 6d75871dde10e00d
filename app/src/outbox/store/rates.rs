//! How fast mail leaves: what became of deliveries in the last hour and today. Only what was settled since is read, by
//! an index, so that old rows do not count.

use sea_orm::{ConnectionTrait, Statement};

use crate::{error::Result, outbox::DeliveryState, time::Instant};

/// Where counting stops, newest first.
const COUNTED: i64 = 100_000;

/// How many deliveries reached a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub state: DeliveryState,
    pub hour: u64,
    pub today: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Each state that any delivery reached.
    pub states: Vec<Rate>,
    /// How many attempts ended for good in the last minute.
    pub minute: u64,
    /// Whether there were more than are counted.
    pub more: bool,
}

impl Rates {
    pub fn of(&self, state: DeliveryState) -> Option<Rate> {
        self.states.iter().copied().find(|rate| rate.state == state)
    }
}

const SETTLED: &str = "SELECT state, \
    SUM(CASE WHEN settled_at >= $2 THEN 1 ELSE 0 END) AS hour, \
    SUM(CASE WHEN settled_at >= $3 THEN 1 ELSE 0 END) AS today, \
    SUM(CASE WHEN settled_at >= $4 AND state IN ('accepted', 'written', 'refused') THEN 1 ELSE 0 END) AS minute, \
    COUNT(*) AS found \
    FROM (SELECT settled_at, state FROM deliveries WHERE settled_at >= $1 ORDER BY settled_at DESC LIMIT $5) newest \
    GROUP BY state";

const PUT_OFF: &str = "SELECT \
    COALESCE(SUM(CASE WHEN tried_at >= $2 THEN 1 ELSE 0 END), 0) AS hour, \
    COALESCE(SUM(CASE WHEN tried_at >= $3 THEN 1 ELSE 0 END), 0) AS today \
    FROM (SELECT tried_at FROM deliveries WHERE state = 'deferred' AND tried_at >= $1 \
        ORDER BY tried_at DESC LIMIT $4) newest";

/// What became of deliveries until now. A deferred one counts as such until it is settled.
pub async fn rates(conn: &impl ConnectionTrait, now: Instant) -> Result<Rates> {
    let backend = conn.get_database_backend();
    let (hour, minute, day) = (now.plus(-Instant::HOUR), now.plus(-Instant::MINUTE), Instant::at(now.day(), 0, 0));
    let first = hour.min(day);
    let values = [first.into(), hour.into(), day.into(), minute.into(), COUNTED.into()];
    let mut rates = Rates::default();
    let mut found = 0;
    for row in conn.query_all_raw(Statement::from_sql_and_values(backend, SETTLED, values)).await? {
        let number = |column: &str| row.try_get::<i64>("", column).map(|n| u64::try_from(n).unwrap_or_default());
        rates.states.push(Rate { state: row.try_get("", "state")?, hour: number("hour")?, today: number("today")? });
        rates.minute += number("minute")?;
        found += row.try_get::<i64>("", "found")?;
    }
    rates.more = found >= COUNTED;
    let values = [first.into(), hour.into(), day.into(), COUNTED.into()];
    if let Some(row) = conn.query_one_raw(Statement::from_sql_and_values(backend, PUT_OFF, values)).await? {
        let number = |column: &str| row.try_get::<i64>("", column).map(|n| u64::try_from(n).unwrap_or_default());
        let rate = Rate { state: DeliveryState::Deferred, hour: number("hour")?, today: number("today")? };
        rates.states.extend((rate.today + rate.hour > 0).then_some(rate));
    }
    rates.states.sort_by_key(|rate| rate.state);
    Ok(rates)
}
