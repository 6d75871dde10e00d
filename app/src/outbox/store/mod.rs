//! Named queries and commands of the outbox, a file per concern: writing into it, claiming, taking over and settling by
//! the worker, chat groups, long mailings, rates, workers that are alive, pausing, looking, failures and their causes,
//! reports of them, forgetting, refused addresses, and what staff do.

mod acts;
mod bounce;
mod causes;
mod claim;
mod enqueue;
mod failures;
mod groups;
mod hold;
mod list;
mod look;
mod mailings;
mod rates;
mod retention;
mod secret;
mod settle;
mod suppressed;
mod take_over;
mod workers;

pub use acts::{cancel, handle, resend, try_now};
pub use bounce::{BouncedAs, bounce};
pub use causes::{Cause, causes};
pub use claim::{anything_due, body_starts, claim, renew, together};
pub use enqueue::enqueue;
pub use failures::{count_unhandled, pause};
pub use groups::{
    anything_due_to_groups, cancel_to_group, claim_to_groups, enqueue_to_groups, to_group, to_groups_about,
};
pub use hold::{change_sender, may_probe, pause_queue, resume_after_probe, resume_queue, still_paused};
pub use list::{Filter, From, Listed, count, everything, list, oldest_waiting, superseded_by};
pub use look::{Found, Head, Whole, attached, mailed_since, status, to_address, whole, wholes};
pub use mailings::{Mailing, mailings};
pub use rates::{Rate, Rates, rates};
pub use retention::remove_texts;
pub use settle::{give_back, settle};
pub use suppressed::{Suppressed, count_suppressed, lift, lift_one, refusal, refusals, suppressed_addresses, unsent};
pub use take_over::{Door, anything_expired, take_over};
pub use workers::{alive, beat, forget_silent, last_heard, nobody_sends, stopped};
