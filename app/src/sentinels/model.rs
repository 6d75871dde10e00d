//! The life of an install request, derived from what is known: when it was submitted, what the mail
//! server said, what the operator of the devices answered. Nothing is claimed that nobody said: a
//! mail that was accepted is not a mail that was read.

use crate::text::Message;

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Being written.
    Draft,
    /// Submitted; the mail waits to be sent.
    Queued,
    /// The mail server took the mail.
    Accepted,
    /// The mail server refused the mail for good.
    Refused,
    /// The operator confirmed that it has the request.
    Acknowledged,
    /// A day for the installation is set.
    Scheduled,
    Installed,
    /// The operator will not install.
    TurnedDown,
}

/// What happens to a request. The mail server's answers come from the outbox, the operator's are
/// entered by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    Submit,
    MailAccepted,
    MailRefused,
    /// A refused mail is sent once more, with an address or a text put right.
    Resend,
    Acknowledge,
    Schedule,
    Install,
    TurnDown,
}

/// The instants of a request, in microseconds UTC; each is the last of its kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Instants {
    /// Submitted or sent once more.
    pub queued: Option<i64>,
    pub mail_accepted: Option<i64>,
    pub mail_refused: Option<i64>,
    pub acknowledged: Option<i64>,
    pub scheduled: Option<i64>,
    pub installed: Option<i64>,
    pub turned_down: Option<i64>,
}

/// What the requester can say about a technical demand on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    Yes,
    /// The vendor will confirm it; until then the device does not count as in service.
    VendorWillConfirm,
}

impl State {
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::Queued,
        Self::Accepted,
        Self::Refused,
        Self::Acknowledged,
        Self::Scheduled,
        Self::Installed,
        Self::TurnedDown,
    ];

    /// Derives the state. What the operator said outranks what the mail server said; of the mail
    /// server's answers the one after the last sending counts.
    #[must_use]
    pub fn of(instants: &Instants) -> Self {
        let Some(queued) = instants.queued else {
            return Self::Draft;
        };
        let since = |instant: Option<i64>| instant.filter(|i| *i >= queued);
        let accepted = since(instants.mail_accepted);
        let refused = since(instants.mail_refused);
        if instants.turned_down.is_some() {
            Self::TurnedDown
        } else if instants.installed.is_some() {
            Self::Installed
        } else if instants.scheduled.is_some() {
            Self::Scheduled
        } else if instants.acknowledged.is_some() {
            Self::Acknowledged
        } else if accepted.is_some() && accepted >= refused {
            Self::Accepted
        } else if refused.is_some() {
            Self::Refused
        } else {
            Self::Queued
        }
    }

    /// Whether nothing more will happen.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Installed | Self::TurnedDown)
    }

    #[must_use]
    pub fn name(self) -> Message {
        Message::of(match self {
            Self::Draft => "sentinels.state.draft",
            Self::Queued => "sentinels.state.queued",
            Self::Accepted => "sentinels.state.accepted",
            Self::Refused => "sentinels.state.refused",
            Self::Acknowledged => "sentinels.state.acknowledged",
            Self::Scheduled => "sentinels.state.scheduled",
            Self::Installed => "sentinels.state.installed",
            Self::TurnedDown => "sentinels.state.turned_down",
        })
    }
}

/// Moves a request. The operator may answer before the mail server's word is in, for mails also
/// travel by hand; a mail server's word that comes late changes nothing the operator said.
///
/// # Errors
/// A sentence that says why the act does not fit.
pub fn apply(state: State, act: Act) -> Result<State, Message> {
    use State::*;
    match (act, state) {
        (Act::Submit, Draft) | (Act::Resend, Refused) => Ok(Queued),
        (Act::Submit, _) => Err(Message::of("sentinels.move.already_submitted")),
        (_, Draft) => Err(Message::of("sentinels.move.not_submitted")),
        (Act::Resend, _) => Err(Message::of("sentinels.move.only_refused_again")),
        (Act::MailAccepted, Queued | Accepted | Refused) => Ok(Accepted),
        (Act::MailRefused, Queued | Accepted | Refused) => Ok(Refused),
        (Act::MailAccepted | Act::MailRefused, later) => Ok(later),
        (_, Installed) => Err(Message::of("sentinels.move.installed")),
        (_, TurnedDown) => Err(Message::of("sentinels.move.turned_down")),
        (Act::Acknowledge, Queued | Accepted | Refused) => Ok(Acknowledged),
        (Act::Acknowledge, _) => Err(Message::of("sentinels.move.already_acknowledged")),
        (Act::Schedule, _) => Ok(Scheduled),
        (Act::Install, _) => Ok(Installed),
        (Act::TurnDown, _) => Ok(TurnedDown),
    }
}

/// Whether an installed device counts as in service: it keeps to the technical specification, and
/// it is docked with the data service and checks in real time (the guide).
///
/// # Errors
/// What is still missing, as a sentence.
pub fn may_enter_service(state: State, specification: Assurance, docking: Assurance) -> Result<(), Message> {
    if state != State::Installed {
        return Err(Message::of("sentinels.service.not_installed"));
    }
    if specification != Assurance::Yes {
        return Err(Message::of("sentinels.service.specification"));
    }
    if docking != Assurance::Yes {
        return Err(Message::of("sentinels.service.docking"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTS: [Act; 8] = [
        Act::Submit,
        Act::MailAccepted,
        Act::MailRefused,
        Act::Resend,
        Act::Acknowledge,
        Act::Schedule,
        Act::Install,
        Act::TurnDown,
    ];

    /// For every state the outcome of every act, in the order of `ACTS`; none is refused.
    #[test]
    fn every_move_is_allowed_or_refused_as_written_here() {
        use State::*;
        let (q, acc, refu) = (Some(Queued), Some(Accepted), Some(Refused));
        let (ack, sch) = (Some(Acknowledged), Some(Scheduled));
        let (ins, down) = (Some(Installed), Some(TurnedDown));
        let no = None;
        for (state, outcomes) in [
            (Draft, [q, no, no, no, no, no, no, no]),
            (Queued, [no, acc, refu, no, ack, sch, ins, down]),
            (Accepted, [no, acc, refu, no, ack, sch, ins, down]),
            (Refused, [no, acc, refu, q, ack, sch, ins, down]),
            (Acknowledged, [no, ack, ack, no, no, sch, ins, down]),
            (Scheduled, [no, sch, sch, no, no, sch, ins, down]),
            (Installed, [no, ins, ins, no, no, no, no, no]),
            (TurnedDown, [no, down, down, no, no, no, no, no]),
        ] {
            for (act, outcome) in ACTS.into_iter().zip(outcomes) {
                assert_eq!(apply(state, act).ok(), outcome, "{state:?} {act:?}");
            }
        }
    }

    #[test]
    fn a_refusal_says_why() {
        let why = |state, act| apply(state, act).expect_err("refused").key;
        assert_eq!(why(State::Draft, Act::Install), "sentinels.move.not_submitted");
        assert_eq!(why(State::Accepted, Act::Resend), "sentinels.move.only_refused_again");
        assert_eq!(why(State::Installed, Act::TurnDown), "sentinels.move.installed");
    }

    /// Whatever happens, in whatever order, the instants tell the same state as the moves.
    #[test]
    fn instants_tell_the_same_as_moves() {
        fn record(instants: &mut Instants, act: Act, now: i64) {
            let field = match act {
                Act::Submit | Act::Resend => &mut instants.queued,
                Act::MailAccepted => &mut instants.mail_accepted,
                Act::MailRefused => &mut instants.mail_refused,
                Act::Acknowledge => &mut instants.acknowledged,
                Act::Schedule => &mut instants.scheduled,
                Act::Install => &mut instants.installed,
                Act::TurnDown => &mut instants.turned_down,
            };
            *field = Some(now);
        }
        fn walk(state: State, instants: Instants, now: i64, seen: &mut usize) {
            assert_eq!(State::of(&instants), state, "{instants:?}");
            *seen += 1;
            if now == 6 {
                return;
            }
            for act in ACTS {
                if let Ok(next) = apply(state, act) {
                    let mut later = instants;
                    record(&mut later, act, now);
                    walk(next, later, now + 1, seen);
                }
            }
        }
        let mut seen = 0;
        walk(State::Draft, Instants::default(), 0, &mut seen);
        assert!(seen > 1_000, "{seen}");
    }

    #[test]
    fn a_device_is_in_service_only_when_everything_is_confirmed() {
        use Assurance::*;
        let why = |state, specification, docking| may_enter_service(state, specification, docking).err().map(|m| m.key);
        assert_eq!(why(State::Installed, Yes, Yes), None);
        assert_eq!(why(State::Scheduled, Yes, Yes), Some("sentinels.service.not_installed"));
        assert_eq!(why(State::Installed, VendorWillConfirm, Yes), Some("sentinels.service.specification"));
        assert_eq!(why(State::Installed, Yes, VendorWillConfirm), Some("sentinels.service.docking"));
        assert!(State::TurnedDown.is_over() && !State::Refused.is_over());
    }
}
