//! The breaker before a mail server: one that is away is left in peace for a while, longer each time, so that a
//! whole mailing does not use up its attempts against it. After the wait a single mail tries, whatever else is still in
//! hand; its success lets the others follow.

use std::time::Duration;

use tokio::time::Instant;

/// The longest time for which a server is left in peace.
const LONGEST: Duration = Duration::from_secs(60);

/// Before or after which outage a mail was begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Era(u64);

#[derive(Debug, Default)]
pub struct Breaker {
    /// Changes with every outage: what was begun before it tells nothing new of it.
    era: Era,
    /// How often in a row the server was away.
    failures: u32,
    until: Option<Instant>,
    /// One tries now whether the server is back.
    trying: bool,
}

impl Breaker {
    /// How many mails may be begun now, when `most` could be and `in_hand` are being sent.
    pub fn admits(&self, now: Instant, most: usize, in_hand: usize) -> usize {
        let free = most.saturating_sub(in_hand);
        match self.until {
            None => free,
            Some(until) if until > now || self.trying => 0,
            // The one that tries.
            Some(_) => free.min(1),
        }
    }

    /// Whether nothing is held back.
    pub fn is_closed(&self) -> bool {
        self.until.is_none()
    }

    /// A mail is begun; the era is handed in with what came of it.
    pub fn begin(&mut self) -> Era {
        self.trying = self.until.is_some();
        self.era
    }

    /// Notes whether the server was there for a mail; nothing when that is not known.
    pub fn note(&mut self, now: Instant, era: Era, up: Option<bool>) {
        match up {
            Some(true) => *self = Self { era: self.era, ..Self::default() },
            _ if era != self.era => {}
            None => self.trying = false,
            Some(false) => {
                let failures = self.failures + 1;
                let wait = Duration::from_secs(1 << failures.min(6)).min(LONGEST);
                *self = Self { era: Era(self.era.0 + 1), failures, until: Some(now + wait), trying: false };
            }
        }
    }

    /// Notes that what was begun last ended without a word.
    pub fn note_lost(&mut self) {
        self.trying = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_is_left_in_peace_longer_each_time() {
        let (mut breaker, mut now) = (Breaker::default(), Instant::now());
        assert_eq!(breaker.admits(now, 4, 1), 3);
        let mut era = breaker.begin();
        for wait in [2, 4, 8, 16, 32, 60, 60] {
            breaker.note(now, era, Some(false));
            assert_eq!(breaker.admits(now + Duration::from_secs(wait) - Duration::from_millis(1), 4, 0), 0);
            now += Duration::from_secs(wait);
            assert_eq!(breaker.admits(now, 4, 0), 1, "one tries");
            era = breaker.begin();
            assert_eq!(breaker.admits(now, 4, 1), 0, "while it tries the others wait");
        }
        breaker.note(now, era, Some(true));
        assert_eq!(breaker.admits(now, 4, 0), 4);
    }

    #[test]
    fn a_slow_mail_in_hand_keeps_nobody_from_trying() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        let [slow, broken] = [breaker.begin(), breaker.begin()];
        breaker.note(now, broken, Some(false));
        let later = now + Duration::from_secs(2);
        assert_eq!(breaker.admits(later, 4, 1), 1, "the slow one does not count");
        let trial = breaker.begin();
        breaker.note(later, slow, Some(false));
        assert_eq!(breaker.admits(later, 4, 1), 0, "the trial goes on");
        breaker.note(later, trial, Some(true));
        assert_eq!(breaker.admits(later, 4, 0), 4);
    }

    #[test]
    fn one_outage_counts_once_however_many_mails_it_breaks() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        let hands: Vec<Era> = (0..64).map(|_| breaker.begin()).collect();
        for era in hands {
            breaker.note(now, era, Some(false));
        }
        assert_eq!(breaker.admits(now + Duration::from_secs(2), 64, 0), 1);
    }

    #[test]
    fn a_mail_for_which_nobody_was_asked_closes_nothing_and_the_next_one_tries() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        let era = breaker.begin();
        breaker.note(now, era, Some(false));
        let later = now + Duration::from_secs(2);
        let trial = breaker.begin();
        breaker.note(later, trial, None);
        assert_eq!(breaker.admits(later, 4, 0), 1);
        breaker.begin();
        breaker.note_lost();
        assert_eq!(breaker.admits(later, 4, 0), 1);
        assert!(!breaker.is_closed());
    }
}
