//! When a mail is tried again, and when trying ends. All times are microseconds and counted from the
//! clock that the caller gives, so that four days are tested in no time.

use crate::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The waits after the first, second, … attempt; the last one repeats.
    pub waits: Vec<i64>,
    /// How long after its first attempt a mail is tried at all; time on hold does not count.
    pub give_up: i64,
    /// How long after a loss behind the final dot a mail is repeated.
    pub uncertain_wait: i64,
    /// How often such a loss is repeated before it is left to people.
    pub uncertain_times: i32,
    /// How long a claim lasts unless it is renewed. Others look every two seconds, so that what a killed worker held is
    /// taken over within half a minute.
    pub lease: i64,
    /// How often a paused queue is probed.
    pub probe: i64,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            waits: [2, 5, 15, 30, 60, 120, 240].map(|minutes| minutes * Instant::MINUTE).to_vec(),
            give_up: 4 * Instant::DAY,
            uncertain_wait: 30 * Instant::MINUTE,
            uncertain_times: 3,
            lease: 25 * Instant::SECOND,
            probe: 3 * Instant::MINUTE,
        }
    }
}

impl Schedule {
    /// When to try again after `attempts` attempts, the first of them `since` and the last `now`; `None` when the time for
    /// trying is over. `jitter` from 0 to 1 spreads the tries over a fifth of the wait, so that many
    /// mails put off together do not come back together.
    pub fn next(&self, attempts: i32, since: Instant, now: Instant, jitter: f64) -> Option<Instant> {
        let last = self.waits.len().saturating_sub(1);
        let index = usize::try_from(attempts.max(1) - 1).unwrap_or(0).min(last);
        let wait = self.waits.get(index).copied().unwrap_or(Instant::HOUR);
        let end = since.plus(self.give_up);
        if now >= end {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "a wait is hours, not centuries"
        )]
        let spread = (wait as f64 / 5.0 * jitter.clamp(0.0, 1.0)) as i64;
        Some(now.plus(wait + spread).min(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The instants of all attempts of a mail that is put off every time.
    fn attempts(jitter: f64) -> Vec<i64> {
        let schedule = Schedule::default();
        let (mut now, mut tries) = (Instant(0), vec![0]);
        while let Some(next) = schedule.next(i32::try_from(tries.len()).unwrap_or(i32::MAX), Instant(0), now, jitter) {
            assert!(next > now);
            now = next;
            tries.push(now.0);
        }
        tries
    }

    #[test]
    fn the_first_tries_come_within_the_hour_and_the_last_at_four_days() {
        for jitter in [0.0, 0.5, 1.0] {
            let tries = attempts(jitter);
            assert!(tries.iter().filter(|at| **at <= Instant::HOUR).count() >= 4, "{tries:?}");
            assert_eq!(tries.last(), Some(&(4 * Instant::DAY)));
            assert!(tries.len() < 40);
        }
    }

    #[test]
    fn jitter_spreads_but_never_shortens() {
        let schedule = Schedule::default();
        let [least, most] =
            [0.0, 1.0].map(|jitter| schedule.next(1, Instant(0), Instant(0), jitter).unwrap_or_default());
        assert_eq!(least.0, 2 * Instant::MINUTE);
        assert_eq!(most.0, 2 * Instant::MINUTE + 24 * Instant::SECOND);
    }
}
