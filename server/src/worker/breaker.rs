//! The breaker before a mail server: one that is away is left in peace for a while, longer each time, so that a
//! whole mailing does not use up its attempts against it. After the wait a single mail tries; its success lets the
//! others follow.

use std::time::Duration;

use tokio::time::Instant;

/// The longest time for which a server is left in peace.
const LONGEST: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub struct Breaker {
    /// How often in a row the server was away.
    failures: u32,
    until: Option<Instant>,
}

impl Breaker {
    /// How many mails may be begun now, when `most` could be and `in_hand` are being sent.
    pub fn admits(&self, now: Instant, most: usize, in_hand: usize) -> usize {
        let free = most.saturating_sub(in_hand);
        match self.until {
            None => free,
            Some(until) if until > now => 0,
            // The one that tries.
            Some(_) => free.min(1_usize.saturating_sub(in_hand)),
        }
    }

    /// Notes whether the server was there for a mail.
    pub fn note(&mut self, now: Instant, up: bool) {
        if up {
            *self = Self::default();
        } else {
            self.failures += 1;
            self.until = Some(now + Duration::from_secs(1 << self.failures.min(6)).min(LONGEST));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_is_left_in_peace_longer_each_time() {
        let (mut breaker, mut now) = (Breaker::default(), Instant::now());
        assert_eq!(breaker.admits(now, 4, 1), 3);
        for wait in [2, 4, 8, 16, 32, 60, 60] {
            breaker.note(now, false);
            assert_eq!(breaker.admits(now + Duration::from_secs(wait) - Duration::from_millis(1), 4, 0), 0);
            now += Duration::from_secs(wait);
            assert_eq!(breaker.admits(now, 4, 0), 1, "one tries");
            assert_eq!(breaker.admits(now, 4, 1), 0, "while it tries the others wait");
        }
        breaker.note(now, true);
        assert_eq!(breaker.admits(now, 4, 0), 4);
    }
}
