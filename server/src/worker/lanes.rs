//! Who may have the places at the mail server. A recipient whose server keeps ours waiting holds a place for minutes, and
//! a few of them would hold all. So the domain of a mail that takes long counts as slow until one of its mails goes
//! quickly, and slow domains together never have the last place. Where all places wait before that is known, the mail that
//! began last gives way. With a single place there is no choice.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::mailer::Turn;

/// A mail takes long from here on.
const LONG: Duration = Duration::from_secs(5);
/// How many slow domains are remembered, the latest ones.
const REMEMBERED: usize = 20;

/// A mail under way.
#[derive(Debug)]
struct Hand {
    domain: String,
    begun: Instant,
    /// Shared with the task that sends, so that its end shows here.
    turn: Arc<Turn>,
}

#[derive(Debug)]
pub struct Lanes {
    places: usize,
    hands: Vec<Hand>,
    slow: Vec<String>,
}

impl Lanes {
    pub fn new(places: usize) -> Self {
        Self { places, hands: Vec::new(), slow: Vec::new() }
    }

    /// Notes which mails ended and which take long.
    pub fn look(&mut self, now: Instant) {
        let (under_way, ended): (Vec<Hand>, Vec<Hand>) =
            std::mem::take(&mut self.hands).into_iter().partition(|hand| Arc::strong_count(&hand.turn) > 1);
        for hand in ended.iter().chain(&under_way).filter(|hand| hand.turn.has_named()) {
            if now - hand.begun >= LONG {
                self.remember(&hand.domain);
            }
        }
        // A quick end says more than a slow one of the same moment.
        for hand in ended.iter().filter(|hand| hand.turn.has_named() && now - hand.begun < LONG) {
            self.slow.retain(|slow| *slow != hand.domain);
        }
        self.hands = under_way;
    }

    fn remember(&mut self, domain: &str) {
        if !self.is_slow(domain) {
            self.slow.push(domain.to_owned());
            let forgotten = self.slow.len().saturating_sub(REMEMBERED);
            self.slow.drain(..forgotten);
        }
    }

    fn is_slow(&self, domain: &str) -> bool {
        self.slow.iter().any(|slow| slow == domain)
    }

    /// The domains whose mails cannot begin now.
    pub fn closed(&self) -> &[String] {
        let slow_ones = self.hands.iter().filter(|hand| self.is_slow(&hand.domain)).count();
        if self.places > 1 && slow_ones + 1 >= self.places { &self.slow } else { &[] }
    }

    pub fn may_begin(&self, domain: &str) -> bool {
        self.closed().iter().all(|closed| closed != domain)
    }

    /// A mail begins; the task that sends it keeps what is returned until its end.
    pub fn begin(&mut self, now: Instant, domain: &str) -> Arc<Turn> {
        let turn = Arc::new(Turn::default());
        self.hands.push(Hand { domain: domain.to_owned(), begun: now, turn: Arc::clone(&turn) });
        turn
    }

    /// The mail that is to give way when others could go: none while a place is free or one of them is quick yet.
    pub fn to_give_way(&self, now: Instant) -> Option<&Turn> {
        let all_wait = self.hands.len() >= self.places.max(2) && self.hands.iter().all(|hand| now - hand.begun >= LONG);
        let may_give = self.hands.iter().filter(|hand| hand.turn.can_give_way());
        may_give.max_by_key(|hand| hand.begun).filter(|_| all_wait).map(|hand| &*hand.turn)
    }

    /// All domains that are known to be slow.
    pub fn slow(&self) -> &[String] {
        &self.slow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mail that has named its recipient and waits for ever.
    fn named(lanes: &mut Lanes, now: Instant, domain: &str) -> Arc<Turn> {
        let turn = lanes.begin(now, domain);
        let mut asking = Box::pin(turn.asking(std::future::pending::<()>()));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(asking.as_mut().poll(&mut context).is_pending());
        drop(asking);
        turn
    }

    fn after(seconds: u64, now: Instant) -> Instant {
        now + Duration::from_secs(seconds)
    }

    #[test]
    fn slow_domains_never_have_the_last_place() {
        let (mut lanes, now) = (Lanes::new(3), Instant::now());
        let slow = [named(&mut lanes, now, "a.cn"), named(&mut lanes, now, "b.cn")];
        lanes.look(now);
        assert!(lanes.may_begin("a.cn"), "nothing is known yet");
        lanes.look(after(5, now));
        assert!(!lanes.may_begin("a.cn") && !lanes.may_begin("b.cn") && lanes.may_begin("c.cn"));
        assert_eq!(lanes.closed(), ["a.cn", "b.cn"]);
        drop(slow);
        lanes.look(after(6, now));
        assert!(lanes.may_begin("a.cn"), "its place is free");
        assert_eq!(lanes.slow(), ["a.cn", "b.cn"], "it took long");
    }

    #[test]
    fn a_quick_mail_takes_its_domain_off_the_list() {
        let (mut lanes, now) = (Lanes::new(2), Instant::now());
        let slow = named(&mut lanes, now, "a.cn");
        lanes.look(after(5, now));
        assert_eq!(lanes.slow(), ["a.cn"]);
        drop(slow);
        lanes.look(after(7, now));
        drop(named(&mut lanes, after(7, now), "a.cn"));
        lanes.look(after(8, now));
        assert!(lanes.slow().is_empty());
    }

    #[test]
    fn what_came_not_so_far_as_its_recipient_says_nothing_of_it() {
        let (mut lanes, now) = (Lanes::new(2), Instant::now());
        let silent = lanes.begin(now, "a.cn");
        lanes.look(after(60, now));
        drop(silent);
        lanes.look(after(61, now));
        assert!(lanes.slow().is_empty());
    }

    #[test]
    fn a_single_place_is_for_everybody() {
        let (mut lanes, now) = (Lanes::new(1), Instant::now());
        let _slow = named(&mut lanes, now, "a.cn");
        lanes.look(after(60, now));
        assert!(lanes.closed().is_empty());
        assert!(lanes.to_give_way(after(60, now)).is_none());
    }

    #[test]
    fn the_latest_gives_way_once_all_wait() {
        let (mut lanes, now) = (Lanes::new(2), Instant::now());
        let asking = |turn: Arc<Turn>| async move { turn.asking(std::future::pending::<()>()).await };
        let first = lanes.begin(now, "a.cn");
        let second = lanes.begin(after(1, now), "b.cn");
        let mut both = [Box::pin(asking(Arc::clone(&first))), Box::pin(asking(Arc::clone(&second)))];
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(both.iter_mut().all(|one| one.as_mut().poll(&mut context).is_pending()));
        assert!(lanes.to_give_way(after(5, now)).is_none(), "the second is quick yet");
        let turn = lanes.to_give_way(after(6, now)).unwrap();
        assert!(std::ptr::eq(turn, &*second));
        turn.give_way();
        assert!(both[1].as_mut().poll(&mut context).is_ready());
        assert!(std::ptr::eq(lanes.to_give_way(after(6, now)).unwrap(), &*first), "until that one has left its place");
    }

    #[test]
    fn only_the_latest_slow_domains_are_remembered() {
        let (mut lanes, now) = (Lanes::new(100), Instant::now());
        let _many: Vec<_> = (0..30).map(|n| named(&mut lanes, now, &format!("d{n}.cn"))).collect();
        lanes.look(after(5, now));
        assert_eq!((lanes.slow().len(), lanes.slow()[0].as_str()), (REMEMBERED, "d10.cn"));
    }
}
