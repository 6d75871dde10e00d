//! Recording what came of an attempt.

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect,
    sea_query::Expr,
};

use super::{bounce, claim::held, hold, secret, suppressed};
use crate::{
    db::Tx,
    error::{AppError, Result},
    ids::DeliveryId,
    outbox::{
        DeliveryState, Outcome, Reply, Report, Schedule,
        entity::delivery::{self, Column},
        refusal,
    },
};

/// Records the report if this worker still holds the delivery (`false` when it does not). A server's “yes”
/// is recorded also when the hold was lost meanwhile: it is the truth.
pub async fn settle(
    tx: &Tx,
    owner: &str,
    id: DeliveryId,
    report: &Report,
    schedule: &Schedule,
    jitter: f64,
) -> Result<bool> {
    if let Outcome::Paused(reason, words) = &report.outcome {
        hold::pause_queue(tx, *reason, words, schedule).await?;
    }
    if matches!(report.outcome, Outcome::Paused(..) | Outcome::GaveWay) {
        return give_back(tx, owner, id).await;
    }
    // No report of its return may come between reading and writing.
    let known = delivery::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?.ok_or(AppError::NotFound)?;
    let ours = known.state == DeliveryState::Sending && known.lease_owner.as_deref() == Some(owner);
    let late_yes = known.state == DeliveryState::Uncertain && matches!(report.outcome, Outcome::Accepted(_));
    if !ours && !late_yes {
        return Ok(false);
    }
    let attempts = known.attempts + i32::from(ours);
    let mut times_uncertain = known.times_uncertain;
    let tried_since = known.tried_since.unwrap_or(tx.now);
    let again = |next| (Some(next), None);
    let over = (None, Some(tx.now));
    let (state, reply, (next_at, settled_at)) = match &report.outcome {
        Outcome::Accepted(reply) => (DeliveryState::Accepted, reply.clone(), over),
        Outcome::Written(file) => (DeliveryState::Written, Reply::of_connection(file.as_str()), over),
        Outcome::Refused(reply) | Outcome::RefusedRecipient(reply) => (DeliveryState::Refused, reply.clone(), over),
        Outcome::Unsendable(words) => (DeliveryState::Refused, Reply::of_connection(words.as_str()), over),
        Outcome::Deferred { reply, .. } => match schedule.next(attempts, tried_since, tx.now, jitter) {
            Some(next) => (DeliveryState::Deferred, reply.clone(), again(next)),
            None => (DeliveryState::GivenUp, reply.clone(), over),
        },
        Outcome::Uncertain(reply) => {
            times_uncertain += 1;
            let last = times_uncertain > schedule.uncertain_times;
            let times = if last { over } else { again(tx.now.plus(schedule.uncertain_wait)) };
            (DeliveryState::Uncertain, reply.clone(), times)
        }
        Outcome::Paused(..) | Outcome::GaveWay => return Ok(false),
    };
    let state = state.or_possibly_delivered(times_uncertain);
    if settled_at.is_some() && !matches!(state, DeliveryState::Accepted | DeliveryState::Written) {
        tx.must_be_seen();
        tx.bears_on_entrances(false);
    }
    let next_at = next_at.unwrap_or(known.next_at);
    // What a server put off it did not take, so no body is under way.
    let put_off = matches!(report.outcome, Outcome::Deferred { .. });
    let settled = delivery::ActiveModel {
        state: Set(state),
        attempts: Set(attempts),
        times_uncertain: Set(times_uncertain),
        next_at: Set(next_at),
        tried_at: Set(Some(tx.now)),
        tried_since: Set(Some(tried_since)),
        body_started_at: if put_off { Set(None) } else { NotSet },
        settled_at: Set(settled_at),
        lease_owner: Set(None),
        lease_until: Set(None),
        server: Set(report.server.clone()),
        tls: Set(report.tls.clone()),
        reply_code: Set(reply.code.map(i32::from)),
        enhanced_code: Set(reply.enhanced),
        reply: Set(Some(Reply::kept(&reply.words))),
        ..Default::default()
    };
    // Nobody may have taken it over, or settled it, since it was read.
    let row = if ours { held(owner, id) } else { delivery::Entity::update_many().filter(uncertain(id)) };
    let done = row.set(settled).exec(&**tx).await?.rows_affected == 1;
    if done && settled_at.is_some() {
        secret::forget(tx, &[known.message_id]).await?;
    }
    if let Outcome::RefusedRecipient(reply) = &report.outcome
        && done
        && refusal::is_of_the_address(reply)
    {
        suppressed::suppress(tx, &known, reply, report.server.as_deref()).await?;
    }
    if done && known.bounced_at.is_some() {
        bounce::refuse(tx, &known).await?;
    }
    if done && settled_at.is_none() {
        suppressed::settle_if_refused(tx, &known.email).await?;
    }
    Ok(done)
}

fn uncertain(id: DeliveryId) -> Condition {
    Condition::all().add(Column::Id.eq(id)).add(Column::State.eq(DeliveryState::Uncertain))
}

/// Puts a delivery back as if it had not been claimed.
pub async fn give_back(tx: &Tx, owner: &str, id: DeliveryId) -> Result<bool> {
    let known = delivery::Entity::find_by_id(id).one(&**tx).await?.ok_or(AppError::NotFound)?;
    let state = if known.attempts == 0 { DeliveryState::Queued } else { DeliveryState::Deferred };
    let state = state.or_possibly_delivered(known.times_uncertain);
    let given = held(owner, id)
        .filter(Column::SettledAt.is_null())
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::LeaseOwner, Expr::value(Option::<String>::None))
        .col_expr(Column::LeaseUntil, Expr::value(Option::<i64>::None))
        .col_expr(Column::BodyStartedAt, Expr::value(Option::<i64>::None))
        .exec(&**tx)
        .await?;
    let done = given.rows_affected == 1;
    if done {
        suppressed::settle_if_refused(tx, &known.email).await?;
    }
    Ok(done)
}
