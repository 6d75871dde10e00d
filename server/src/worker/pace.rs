//! How many mails may leave in a minute, spread evenly over it: a long mailing neither exceeds what the mail server's
//! house allows nor takes the machine from those who read pages.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);
/// A part of the minute, and how many of those there are. None has more than its share, rounded up.
const PART: Duration = Duration::from_millis(100);
const PARTS: usize = 600;

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
        let just_begun = self.begun.iter().rev().take_while(|begun| **begun + PART > now).count();
        let (in_minute, in_part) = (most.saturating_sub(self.begun.len()), most.div_ceil(PARTS));
        wished.min(in_minute).min(in_part.saturating_sub(just_begun))
    }

    /// How long until another may be begun; nothing when one may be begun now.
    pub fn wait(&self, now: Instant) -> Option<Duration> {
        let most = self.per_minute?;
        // What must have gone out of a window of this length before there is room in it.
        let free_at = |window: Duration, most: usize| {
            let begun = self.begun.len().checked_sub(most).and_then(|at| self.begun.get(at))?;
            Some((*begun + window).saturating_duration_since(now)).filter(|wait| !wait.is_zero())
        };
        free_at(MINUTE, most).max(free_at(PART, most.div_ceil(PARTS)))
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

    /// Begins what it may for so long, seven at most at a time, and gives when each was begun.
    fn begun(per_minute: usize, minutes: u32) -> Vec<Instant> {
        let (mut pace, start) = (Pace::new(Some(per_minute)), Instant::now());
        let (mut begun, mut now) = (Vec::new(), start);
        while now < start + minutes * MINUTE {
            let mails = pace.admits(now, 7);
            pace.note(now, mails);
            begun.extend(std::iter::repeat_n(now, mails));
            match pace.wait(now) {
                Some(wait) => now += wait,
                None => assert!(mails > 0, "it neither lets one go nor says how long to wait"),
            }
        }
        begun
    }

    /// The most that lie within any window of this length.
    fn most_within(begun: &[Instant], window: Duration) -> usize {
        (0..begun.len()).map(|at| begun[at..].partition_point(|later| *later < begun[at] + window)).max().unwrap_or(0)
    }

    #[test]
    fn no_minute_has_more_than_the_limit_and_none_is_idle() {
        for limit in [1, 20, 601, 12_000] {
            let begun = begun(limit, 5);
            assert_eq!(most_within(&begun, MINUTE), limit);
            assert_eq!(begun.len(), 5 * limit, "in five minutes");
        }
    }

    #[test]
    fn a_fast_limit_is_spread_over_the_minute() {
        assert_eq!(most_within(&begun(12_000, 1), PART), 20);
        assert_eq!(most_within(&begun(12_000, 1), Duration::from_secs(1)), 200);
        assert_eq!(most_within(&begun(60, 1), PART), 1);
    }

    #[test]
    fn without_a_limit_all_go() {
        let (mut pace, now) = (Pace::new(None), Instant::now());
        pace.note(now, 1_000_000);
        assert_eq!((pace.admits(now, 64), pace.wait(now)), (64, None));
    }
}
