//! Who may have the places at the mail server. A recipient whose server keeps ours waiting holds a place for minutes, and
//! a few of them would hold all. So the domain of a mail that takes long counts as slow until one of its mails goes
//! quickly, and slow domains together never have the last place. Where all places wait before that is known, the mail
//! whose recipient was named last gives way; where none can, because all wait for the answer to their texts, there is one
//! place more for whoever is not known to be slow. A single place has one more at once.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::mailer::{Going, Turn};

/// A mail takes long when it waits for longer than this after its recipient was named.
const LONG: Duration = Duration::from_secs(5);
/// How many slow domains are remembered, the latest ones.
const REMEMBERED: usize = 20;

/// A mail under way.
#[derive(Debug)]
struct Hand {
    domain: String,
    turn: Arc<Turn>,
}

impl Hand {
    fn takes_long(&self, now: Instant) -> bool {
        self.turn.waited(now).is_some_and(|waited| waited >= LONG)
    }
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

    /// A mail begins; whoever sends it keeps what is returned until its end.
    pub fn begin(&mut self, domain: &str) -> Going {
        let going = Turn::begin();
        self.hands.push(Hand { domain: domain.to_owned(), turn: going.seen() });
        going
    }

    /// Notes which mails ended and which take long.
    pub fn look(&mut self, now: Instant) {
        let (ended, under_way): (Vec<Hand>, Vec<Hand>) =
            std::mem::take(&mut self.hands).into_iter().partition(|hand| hand.turn.is_over());
        for hand in ended.iter().chain(&under_way).filter(|hand| hand.takes_long(now)) {
            self.remember(&hand.domain);
        }
        // A quick end says more than a slow one of the same moment.
        for hand in ended.iter().filter(|hand| hand.turn.waited(now).is_some() && !hand.takes_long(now)) {
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

    /// All domains that are known to be slow.
    pub fn slow(&self) -> &[String] {
        &self.slow
    }

    /// The domains whose mails cannot begin now.
    pub fn closed(&self) -> &[String] {
        let slow_ones = self.hands.iter().filter(|hand| self.is_slow(&hand.domain)).count();
        let is_last = self.places > 1 && slow_ones + 1 >= self.places;
        if is_last || self.hands.len() >= self.places { &self.slow } else { &[] }
    }

    pub fn may_begin(&self, domain: &str) -> bool {
        self.closed().iter().all(|closed| closed != domain)
    }

    fn all_wait(&self, now: Instant) -> bool {
        self.hands.len() >= self.places && self.hands.iter().all(|hand| hand.takes_long(now))
    }

    /// How many places there are now.
    pub fn places(&self, now: Instant) -> usize {
        let none_leaves = !self.gives_way() && self.to_give_way(now).is_none();
        self.places + usize::from(self.all_wait(now) && none_leaves)
    }

    /// Whether a mail was asked to give way and is not gone.
    fn gives_way(&self) -> bool {
        self.hands.iter().any(|hand| hand.turn.is_wanted())
    }

    /// The mail that is to give way when others could go.
    pub fn to_give_way(&self, now: Instant) -> Option<&Turn> {
        if self.hands.len() < 2 || !self.all_wait(now) || self.gives_way() {
            return None;
        }
        let may_give = self.hands.iter().map(|hand| &*hand.turn).filter(|turn| turn.can_give_way());
        may_give.min_by_key(|turn| turn.waited(now))
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;

    /// What a mail is at.
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Recipient,
        Text,
    }

    /// A mail that waits for ever.
    struct Waiting {
        going: Arc<Going>,
        asking: std::pin::Pin<Box<dyn Future<Output = Option<()>>>>,
    }

    impl Waiting {
        fn begin(lanes: &mut Lanes, domain: &str, at: At) -> Self {
            let going = Arc::new(lanes.begin(domain));
            let turn = Arc::clone(&going);
            let asking = async move {
                turn.asking(async {
                    if at == At::Recipient {
                        std::future::pending::<()>().await;
                    }
                })
                .await
            };
            let mut waiting = Self { going, asking: Box::pin(asking) };
            assert_eq!(waiting.is_through(), at == At::Text);
            waiting
        }

        fn is_through(&mut self) -> bool {
            self.asking.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
        }
    }

    fn later(seconds: u64) -> Instant {
        Instant::now() + Duration::from_secs(seconds)
    }

    #[test]
    fn slow_domains_never_have_the_last_place() {
        let mut lanes = Lanes::new(3);
        let slow = ["a.cn", "b.cn"].map(|domain| Waiting::begin(&mut lanes, domain, At::Recipient));
        lanes.look(later(0));
        assert!(lanes.may_begin("a.cn"), "nothing is known yet");
        lanes.look(later(6));
        assert!(!lanes.may_begin("a.cn") && !lanes.may_begin("b.cn") && lanes.may_begin("c.cn"));
        assert_eq!(lanes.closed(), ["a.cn", "b.cn"]);
        drop(slow);
        lanes.look(later(6));
        assert!(lanes.may_begin("a.cn"), "its place is free");
    }

    #[test]
    fn a_quick_mail_takes_its_domain_off_the_list() {
        let mut lanes = Lanes::new(2);
        let slow = Waiting::begin(&mut lanes, "a.cn", At::Text);
        lanes.look(later(6));
        assert_eq!(lanes.slow(), ["a.cn"]);
        drop(slow);
        lanes.look(later(6));
        assert!(lanes.slow().is_empty(), "in truth it was quick");
    }

    #[test]
    fn what_came_not_so_far_as_its_recipient_says_nothing_of_it() {
        let mut lanes = Lanes::new(2);
        let silent = [lanes.begin("a.cn"), lanes.begin("b.cn")];
        lanes.look(later(60));
        assert!(lanes.to_give_way(later(60)).is_none());
        assert_eq!(lanes.places(later(60)), 2);
        drop(silent);
        lanes.look(later(61));
        assert!(lanes.slow().is_empty());
    }

    #[test]
    fn the_latest_gives_way_once_all_wait_and_no_other_before_it_is_gone() {
        let mut lanes = Lanes::new(2);
        let mut first = Waiting::begin(&mut lanes, "a.cn", At::Recipient);
        let mut second = Waiting::begin(&mut lanes, "b.cn", At::Recipient);
        assert!(lanes.to_give_way(later(1)).is_none(), "they are quick yet");
        let turn = lanes.to_give_way(later(6)).unwrap();
        assert!(std::ptr::eq(turn, &**second.going));
        turn.give_way();
        assert!(second.is_through() && !first.is_through());
        assert!(lanes.to_give_way(later(6)).is_none(), "it is not gone yet");
        assert_eq!(lanes.places(later(6)), 2);
        drop(second);
        lanes.look(later(6));
        assert_eq!(lanes.places(later(6)), 2, "its place is free");
    }

    #[test]
    fn where_all_wait_for_the_answer_to_their_texts_there_is_one_place_more_for_others() {
        let mut lanes = Lanes::new(2);
        let _texts = ["a.cn", "b.cn"].map(|domain| Waiting::begin(&mut lanes, domain, At::Text));
        assert_eq!(lanes.places(later(1)), 2);
        lanes.look(later(6));
        assert_eq!(lanes.places(later(6)), 3);
        assert!(lanes.to_give_way(later(6)).is_none());
        assert!(!lanes.may_begin("a.cn") && lanes.may_begin("c.cn"));
        let _third = Waiting::begin(&mut lanes, "c.cn", At::Text);
        assert_eq!(lanes.places(Instant::now()), 2, "that one is quick yet");
    }

    #[test]
    fn a_single_place_is_kept_and_others_get_one_more_until_they_are_slow_too() {
        let mut lanes = Lanes::new(1);
        assert!(lanes.may_begin("a.cn"));
        let slow = Waiting::begin(&mut lanes, "a.cn", At::Recipient);
        lanes.look(later(6));
        assert!(lanes.to_give_way(later(6)).is_none());
        assert_eq!(lanes.places(later(6)), 2);
        assert!(!lanes.may_begin("a.cn") && lanes.may_begin("b.cn"));
        let second = Waiting::begin(&mut lanes, "b.cn", At::Recipient);
        assert!(std::ptr::eq(lanes.to_give_way(later(6)).unwrap(), &**second.going));
        drop(second);
        lanes.look(later(6));
        assert_eq!(lanes.places(later(6)), 2);
        drop(slow);
        lanes.look(later(6));
        assert!(lanes.may_begin("a.cn"));
    }

    #[test]
    fn only_the_latest_slow_domains_are_remembered() {
        let mut lanes = Lanes::new(100);
        let domains: Vec<String> = (0..30).map(|n| format!("d{n}.cn")).collect();
        let _many: Vec<_> = domains.iter().map(|domain| Waiting::begin(&mut lanes, domain, At::Text)).collect();
        lanes.look(later(6));
        assert_eq!((lanes.slow().len(), lanes.slow()[0].as_str()), (REMEMBERED, "d10.cn"));
    }
}
