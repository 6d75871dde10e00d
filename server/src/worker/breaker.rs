//! The breaker before a mail server: one that is away is left in peace for a while, longer each time, so that a
//! whole mailing does not use up its attempts against it. After the wait a single mail tries, whatever else is still in
//! hand; once the server has taken its sender, the others follow, however long its recipient takes.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::mailer::Turn;

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
    /// The one that tries now whether the server is back.
    trying: Option<Arc<Turn>>,
}

impl Breaker {
    /// How many mails may be begun now, when `most` could be and `in_hand` are being sent.
    pub fn admits(&self, now: Instant, most: usize, in_hand: usize) -> usize {
        let free = most.saturating_sub(in_hand);
        match self.until {
            None => free,
            Some(until) if until > now || self.trying.is_some() => 0,
            // The one that tries.
            Some(_) => free.min(1),
        }
    }

    /// Whether nothing is held back.
    pub fn is_closed(&self) -> bool {
        self.until.is_none()
    }

    /// A mail is begun; the era is handed in with what came of it.
    pub fn begin(&mut self, turn: Arc<Turn>) -> Era {
        self.trying = self.until.map(|_| turn);
        self.era
    }

    /// Sees whether the server has let in the one that tries.
    pub fn look(&mut self, now: Instant) {
        if self.trying.as_ref().is_some_and(|turn| turn.waited(now).is_some()) {
            self.close();
        }
    }

    fn close(&mut self) {
        *self = Self { era: self.era, ..Self::default() };
    }

    /// Notes whether the server was there for a mail; nothing when that is not known.
    /// `jitter`, from 0 to 1, makes the wait up to a quarter longer, so that not all programs come back at once.
    pub fn note(&mut self, now: Instant, era: Era, up: Option<bool>, jitter: f64) {
        match up {
            Some(true) => self.close(),
            _ if era != self.era => {}
            None => {
                self.look(now);
                self.trying = None;
            }
            Some(false) => {
                let failures = self.failures + 1;
                let wait = Duration::from_secs(1 << failures.min(6)).min(LONGEST).mul_f64(1.0 + jitter / 4.0);
                *self = Self { era: Era(self.era.0 + 1), failures, until: Some(now + wait), trying: None };
            }
        }
    }

    /// Notes that what was begun last ended without a word.
    pub fn note_lost(&mut self) {
        self.trying = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_is_left_in_peace_longer_each_time() {
        let (mut breaker, mut now) = (Breaker::default(), Instant::now());
        assert_eq!(breaker.admits(now, 4, 1), 3);
        let mut era = breaker.begin(Arc::default());
        for wait in [2, 4, 8, 16, 32, 60, 60] {
            breaker.note(now, era, Some(false), 0.0);
            assert_eq!(breaker.admits(now + Duration::from_secs(wait) - Duration::from_millis(1), 4, 0), 0);
            now += Duration::from_secs(wait);
            assert_eq!(breaker.admits(now, 4, 0), 1, "one tries");
            era = breaker.begin(Arc::default());
            assert_eq!(breaker.admits(now, 4, 1), 0, "while it tries the others wait");
        }
        breaker.note(now, era, Some(true), 0.0);
        assert_eq!(breaker.admits(now, 4, 0), 4);
    }

    #[test]
    fn a_slow_mail_in_hand_keeps_nobody_from_trying() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        let [slow, broken] = [breaker.begin(Arc::default()), breaker.begin(Arc::default())];
        breaker.note(now, broken, Some(false), 0.0);
        let later = now + Duration::from_secs(2);
        assert_eq!(breaker.admits(later, 4, 1), 1, "the slow one does not count");
        let trial = breaker.begin(Arc::default());
        breaker.note(later, slow, Some(false), 0.0);
        assert_eq!(breaker.admits(later, 4, 1), 0, "the trial goes on");
        breaker.note(later, trial, Some(true), 0.0);
        assert_eq!(breaker.admits(later, 4, 0), 4);
    }

    #[tokio::test]
    async fn a_server_that_takes_the_sender_is_there_however_long_the_recipient_takes() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        let era = breaker.begin(Arc::default());
        breaker.note(now, era, Some(false), 0.0);
        let later = now + Duration::from_secs(2);
        let trial = Turn::begin();
        let era = breaker.begin(trial.seen());
        breaker.look(later);
        assert_eq!(breaker.admits(later, 4, 1), 0, "it dials");
        trial.asking(async {}).await;
        breaker.look(later);
        assert_eq!(breaker.admits(later, 4, 1), 3);
        breaker.note(later, era, None, 0.0);
        assert!(breaker.is_closed());
    }

    #[test]
    fn the_wait_has_a_jitter() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        let era = breaker.begin(Arc::default());
        breaker.note(now, era, Some(false), 1.0);
        assert_eq!(breaker.admits(now + Duration::from_millis(2_499), 4, 0), 0);
        assert_eq!(breaker.admits(now + Duration::from_millis(2_500), 4, 0), 1);
    }

    #[test]
    fn one_outage_counts_once_however_many_mails_it_breaks() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        let hands: Vec<Era> = (0..64).map(|_| breaker.begin(Arc::default())).collect();
        for era in hands {
            breaker.note(now, era, Some(false), 0.0);
        }
        assert_eq!(breaker.admits(now + Duration::from_secs(2), 64, 0), 1);
    }

    #[test]
    fn a_mail_for_which_nobody_was_asked_closes_nothing_and_the_next_one_tries() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        let era = breaker.begin(Arc::default());
        breaker.note(now, era, Some(false), 0.0);
        let later = now + Duration::from_secs(2);
        let trial = breaker.begin(Arc::default());
        breaker.note(later, trial, None, 0.0);
        assert_eq!(breaker.admits(later, 4, 0), 1);
        breaker.begin(Arc::default());
        breaker.note_lost();
        assert_eq!(breaker.admits(later, 4, 0), 1);
        assert!(!breaker.is_closed());
    }
}
