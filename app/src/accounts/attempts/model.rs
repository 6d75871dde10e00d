//! How long failures make an attempt wait, and whose attempts are counted together.

use std::net::{IpAddr, Ipv6Addr};

use crate::time::Instant;

/// The bounds of one kind of tally.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// So many attempts in a row cost no wait.
    pub free: i32,
    /// The longest wait; the first is a minute, each further one twice the last.
    pub longest: i64,
    /// After so much time without an attempt one of them is forgotten.
    pub decay: i64,
}

pub const ACCOUNT: Rule = Rule { free: 5, longest: 15 * Instant::MINUTE, decay: 30 * Instant::MINUTE };
/// A company's people share an address, so it is given more.
pub const ADDRESS: Rule = Rule { free: 30, longest: Instant::HOUR, decay: 5 * Instant::MINUTE };
pub const CODE: Rule = Rule { free: 5, longest: Instant::HOUR, decay: 30 * Instant::MINUTE };
pub const MAIL: Rule = Rule { free: 3, longest: Instant::HOUR, decay: Instant::HOUR };

/// What is counted for an address: itself or, of IPv6, its /64, which is what one customer is given.
pub fn network(ip: &str) -> String {
    match ip.parse().map(|ip: IpAddr| ip.to_canonical()) {
        Ok(IpAddr::V6(ip)) => Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64)).to_string(),
        Ok(IpAddr::V4(ip)) => ip.to_string(),
        Err(_) => ip.to_owned(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    pub failures: i32,
    pub at: Instant,
    pub free_at: Instant,
}

impl Tally {
    /// The tally after one more attempt, which counts as a failure until it turns out otherwise; or the
    /// instant until which it must wait. An attempt that is turned away is not counted.
    pub fn attempt(self, rule: Rule, now: Instant) -> Result<Self, Instant> {
        if self.free_at > now {
            return Err(self.free_at);
        }
        let forgotten = i32::try_from(now.since(self.at).max(0) / rule.decay).unwrap_or(i32::MAX);
        let failures = self.failures.saturating_sub(forgotten).max(0).saturating_add(1);
        let free_at = match wait(rule, failures) {
            // Left as it is, for another attempt of the same moment may have looked at the clock a little earlier.
            0 => self.free_at,
            wait => now.plus(wait),
        };
        Ok(Self { failures, at: now, free_at })
    }
}

fn wait(rule: Rule, failures: i32) -> i64 {
    match u32::try_from(failures - rule.free) {
        Ok(beyond) if beyond > 0 => (Instant::MINUTE << (beyond - 1).min(20)).min(rule.longest),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: Tally = Tally { failures: 0, at: Instant(0), free_at: Instant(0) };

    fn after(attempts: i32, now: Instant) -> Tally {
        let mut tally = NEW;
        for _ in 0..attempts {
            tally = Tally { free_at: now, ..tally }.attempt(ACCOUNT, now).unwrap_or(NEW);
        }
        tally
    }

    #[test]
    fn the_first_attempts_are_free_then_the_wait_doubles_up_to_its_bound() {
        let now = Instant(Instant::DAY);
        let wait = |n| after(n, now).free_at.since(now) / Instant::MINUTE;
        assert_eq!([5, 6, 7, 8, 9, 10, 11, 60].map(wait), [0, 1, 2, 4, 8, 15, 15, 15]);
    }

    #[test]
    fn who_comes_too_early_is_told_when_and_is_not_counted() {
        let now = Instant(Instant::DAY);
        let tally = after(7, now);
        assert_eq!(tally.attempt(ACCOUNT, now.plus(1)), Err(tally.free_at));
        assert_eq!(tally.attempt(ACCOUNT, tally.free_at).map(|t| t.failures), Ok(8));
    }

    #[test]
    fn the_addresses_of_one_customer_are_counted_as_one() {
        assert_eq!(network("2001:db8:1:2::7"), network("2001:db8:1:2:ffff::8"));
        assert_ne!(network("2001:db8:1:2::7"), network("2001:db8:1:3::7"));
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network(""), "");
    }

    #[test]
    fn attempts_of_the_same_moment_do_not_wait_for_each_other() {
        let now = Instant(Instant::DAY);
        let first = NEW.attempt(ACCOUNT, now).unwrap_or(NEW);
        assert_eq!(first.attempt(ACCOUNT, now.plus(-1)).map(|t| t.failures), Ok(2));
    }

    #[test]
    fn failures_are_forgotten_with_time() {
        let now = Instant(Instant::DAY);
        let later = now.plus(3 * ACCOUNT.decay);
        assert_eq!(after(8, now).attempt(ACCOUNT, later).map(|t| t.failures), Ok(6));
        assert_eq!(after(8, now).attempt(ACCOUNT, later.plus(Instant::DAY)).map(|t| t.failures), Ok(1));
    }
}
