//! How many mails may leave in a minute, where the mail server's house sets a limit.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);

/// Remembers when the mails of the last minute were begun.
#[derive(Debug)]
pub struct Pace {
    /// Nothing when there is no limit.
    per_minute: Option<usize>,
    begun: VecDeque<Instant>,
}

impl Pace {
    pub fn new(per_minute: Option<usize>) -> Self {
        Self { per_minute, begun: VecDeque::new() }
    }

    /// How many of `wished` mails may be begun now.
    pub fn admits(&mut self, now: Instant, wished: usize) -> usize {
        let Some(most) = self.per_minute else { return wished };
        while self.begun.front().is_some_and(|begun| *begun + MINUTE <= now) {
            self.begun.pop_front();
        }
        wished.min(most.saturating_sub(self.begun.len()))
    }

    pub fn note(&mut self, now: Instant, begun: usize) {
        if self.per_minute.is_some() {
            self.begun.extend(std::iter::repeat_n(now, begun));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_has_more_than_the_limit() {
        let (mut pace, start) = (Pace::new(Some(20)), Instant::now());
        let mut begun = Vec::new();
        for tick in 0..600 {
            let now = start + Duration::from_millis(tick * 500);
            let mails = pace.admits(now, 7);
            pace.note(now, mails);
            begun.extend(std::iter::repeat_n(now, mails));
        }
        for first in &begun {
            let within = begun.iter().filter(|at| **at >= *first && **at < *first + MINUTE).count();
            assert!(within <= 20, "{within} in a minute");
        }
        assert!((95..=100).contains(&begun.len()), "{} in five minutes", begun.len());
    }

    #[test]
    fn without_a_limit_all_go() {
        let mut pace = Pace::new(None);
        pace.note(Instant::now(), 1_000_000);
        assert_eq!(pace.admits(Instant::now(), 64), 64);
    }
}
