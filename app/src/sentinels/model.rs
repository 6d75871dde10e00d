//! The life of an install request, derived from what is known: whether it was submitted, what became
//! of its mail, what people entered by hand. Nothing is claimed that nobody said: a mail that was
//! accepted is not a mail that was read.

use crate::{ids::text_enum, text::Message};

text_enum! {
    /// Where a request stands.
    pub enum State {
        /// Being written.
        Draft = "draft",
        /// Submitted; the mail waits to be sent.
        Queued = "queued",
        /// The mail server took the mail.
        Accepted = "accepted",
        /// There is no mail server: the mail was only written as a file.
        Written = "written",
        /// The connection broke at the end: possibly delivered.
        Uncertain = "uncertain",
        /// The mail server refused the mail for good.
        Refused = "refused",
        /// The mail was given up, held back or cancelled here.
        NotSent = "not_sent",
        /// The operator of the devices confirmed that it has the request.
        Acknowledged = "acknowledged",
        /// A day for the installation is set.
        Scheduled = "scheduled",
        Installed = "installed",
        /// The operator will not install.
        TurnedDown = "turned_down",
    }
}

text_enum! {
    /// What people do to a request. All but the first two are entered by hand.
    pub enum Act {
        Submit = "submitted",
        /// A mail that did not arrive is sent once more.
        Resend = "resent",
        Acknowledge = "acknowledged",
        Schedule = "scheduled",
        Install = "installed",
        TurnDown = "turned_down",
        /// The vendor confirmed that the devices keep to the technical specification.
        ConfirmSpecification = "specification_confirmed",
        /// The vendor confirmed that the devices are docked and check in real time.
        ConfirmDocking = "docking_confirmed",
    }
}

text_enum! {
    /// What the requester can say about a technical demand on the device.
    pub enum Assurance {
        Yes = "yes",
        /// The vendor will confirm it; until then the device does not count as in service.
        VendorWillConfirm = "vendor_will_confirm",
    }
}

/// What became of the mail to the operator; of the last one, if it was sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mail {
    Waiting,
    Accepted,
    Written,
    Uncertain,
    Refused,
    NotSent,
}

impl Mail {
    /// Whether the mail has to be sent once more, or the operator to be called.
    #[must_use]
    pub fn failed(self) -> bool {
        matches!(self, Self::Refused | Self::Uncertain | Self::NotSent)
    }
}

/// What is known of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Nothing before it is submitted.
    pub mail: Option<Mail>,
    /// Everything that was done, in any order.
    pub acts: Vec<Act>,
    pub specification: Assurance,
    pub docking: Assurance,
}

impl State {
    /// What the operator said outranks what the mail server said.
    #[must_use]
    pub fn of(known: &Known) -> Self {
        let Some(mail) = known.mail else { return Self::Draft };
        let answers = [
            (Act::TurnDown, Self::TurnedDown),
            (Act::Install, Self::Installed),
            (Act::Schedule, Self::Scheduled),
            (Act::Acknowledge, Self::Acknowledged),
        ];
        answers.into_iter().find(|(act, _)| known.acts.contains(act)).map_or(
            match mail {
                Mail::Waiting => Self::Queued,
                Mail::Accepted => Self::Accepted,
                Mail::Written => Self::Written,
                Mail::Uncertain => Self::Uncertain,
                Mail::Refused => Self::Refused,
                Mail::NotSent => Self::NotSent,
            },
            |(_, state)| state,
        )
    }

    /// Whether the mail has to be sent once more, or the operator to be called.
    #[must_use]
    pub fn mail_failed(self) -> bool {
        matches!(self, Self::Refused | Self::Uncertain | Self::NotSent)
    }
}

impl Known {
    /// Whether an act fits. The operator may answer before the mail server's word is in, for requests
    /// also travel by hand.
    ///
    /// # Errors
    /// A sentence that says why the act does not fit.
    pub fn allows(&self, act: Act) -> Result<(), Message> {
        let state = State::of(self);
        let refuse = |key| Err(Message::of(key));
        match (act, state) {
            (Act::Submit, State::Draft) => Ok(()),
            (Act::Submit, _) => refuse("sentinels.move.already_submitted"),
            (_, State::Draft) => refuse("sentinels.move.not_submitted"),
            (Act::Resend, state) if state.mail_failed() || state == State::Written => Ok(()),
            (Act::Resend, _) => refuse("sentinels.move.only_failed_again"),
            (_, State::TurnedDown) => refuse("sentinels.move.turned_down"),
            // What the requester answered proves nothing; the vendor's word, with its source, does.
            (Act::ConfirmSpecification | Act::ConfirmDocking, _) if self.acts.contains(&act) => {
                refuse("sentinels.move.already_confirmed")
            }
            (Act::ConfirmSpecification | Act::ConfirmDocking, _) => Ok(()),
            (_, State::Installed) => refuse("sentinels.move.installed"),
            (Act::Acknowledge, State::Acknowledged | State::Scheduled) => refuse("sentinels.move.already_acknowledged"),
            (Act::Acknowledge | Act::Schedule | Act::Install | Act::TurnDown, _) => Ok(()),
        }
    }

    /// Whether a further mail may ask after the request: it was sent, the first mail did not fail, and the operator
    /// has something left to do.
    ///
    /// # Errors
    /// A sentence that says why not.
    pub fn allows_follow_up(&self) -> Result<(), Message> {
        let refuse = |key| Err(Message::of(key));
        match State::of(self) {
            State::Draft => refuse("sentinels.move.not_submitted"),
            State::Queued => refuse("sentinels.move.first_on_its_way"),
            State::Refused | State::NotSent | State::Uncertain => refuse("sentinels.move.first_failed"),
            State::Installed => refuse("sentinels.move.installed"),
            State::TurnedDown => refuse("sentinels.move.turned_down"),
            State::Accepted | State::Written | State::Acknowledged | State::Scheduled => Ok(()),
        }
    }

    /// What is said of the specification by now.
    #[must_use]
    pub fn specification(&self) -> Assurance {
        if self.acts.contains(&Act::ConfirmSpecification) { Assurance::Yes } else { self.specification }
    }

    /// What is said of the docking by now.
    #[must_use]
    pub fn docking(&self) -> Assurance {
        if self.acts.contains(&Act::ConfirmDocking) { Assurance::Yes } else { self.docking }
    }

    /// Whether the devices count as in service: installed, true to the technical specification, docked
    /// with the data service and checking in real time (the guide).
    ///
    /// # Errors
    /// What is still missing, as a sentence.
    pub fn in_service(&self) -> Result<(), Message> {
        if State::of(self) != State::Installed {
            Err(Message::of("sentinels.service.not_installed"))
        } else if self.specification() != Assurance::Yes {
            Err(Message::of("sentinels.service.specification"))
        } else if self.docking() != Assurance::Yes {
            Err(Message::of("sentinels.service.docking"))
        } else {
            Ok(())
        }
    }

    /// Whether nothing more has to be done: in service, or turned down.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        State::of(self) == State::TurnedDown || self.in_service().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::TextEnum;

    fn known(mail: Option<Mail>, acts: &[Act]) -> Known {
        let vendor = Assurance::VendorWillConfirm;
        Known { mail, acts: acts.to_vec(), specification: vendor, docking: vendor }
    }

    /// For every state the acts that fit; all others are refused with a sentence.
    #[test]
    fn every_act_is_allowed_or_refused_as_written_here() {
        use Act::*;
        let sent = Some(Mail::Accepted);
        let by_hand = [Acknowledge, Schedule, Install, TurnDown, ConfirmSpecification, ConfirmDocking];
        let and_resend = [&by_hand[..], &[Resend]].concat();
        for (known, fitting) in [
            (known(None, &[]), vec![Submit]),
            (known(Some(Mail::Waiting), &[]), by_hand.to_vec()),
            (known(sent, &[]), by_hand.to_vec()),
            (known(Some(Mail::Refused), &[]), and_resend.clone()),
            (known(Some(Mail::Uncertain), &[]), and_resend.clone()),
            (known(Some(Mail::NotSent), &[]), and_resend.clone()),
            (known(Some(Mail::Written), &[]), and_resend),
            (known(sent, &[Acknowledge]), vec![Schedule, Install, TurnDown, ConfirmSpecification, ConfirmDocking]),
            (known(sent, &[Schedule]), vec![Schedule, Install, TurnDown, ConfirmSpecification, ConfirmDocking]),
            (known(sent, &[Install]), vec![ConfirmSpecification, ConfirmDocking]),
            (known(sent, &[Install, ConfirmDocking]), vec![ConfirmSpecification]),
            (known(sent, &[TurnDown]), vec![]),
        ] {
            for act in Act::ALL {
                assert_eq!(known.allows(*act).is_ok(), fitting.contains(act), "{known:?} {act:?}");
            }
        }
    }

    #[test]
    fn what_the_operator_said_outranks_the_mail_server() {
        assert_eq!(State::of(&known(Some(Mail::Refused), &[])), State::Refused);
        assert_eq!(State::of(&known(Some(Mail::Refused), &[Act::Acknowledge])), State::Acknowledged);
        let all = [Act::Submit, Act::Acknowledge, Act::Schedule, Act::Install];
        assert_eq!(State::of(&known(Some(Mail::Waiting), &all)), State::Installed);
    }

    #[test]
    fn a_further_mail_asks_while_the_operator_has_something_to_do() {
        let sent = Some(Mail::Accepted);
        for (known, fits) in [
            (known(None, &[]), false),
            (known(Some(Mail::Waiting), &[]), false),
            (known(Some(Mail::Refused), &[]), false),
            (known(Some(Mail::Uncertain), &[]), false),
            (known(Some(Mail::Written), &[]), true),
            (known(sent, &[]), true),
            (known(sent, &[Act::Acknowledge]), true),
            (known(sent, &[Act::Schedule]), true),
            (known(sent, &[Act::Install]), false),
            (known(sent, &[Act::TurnDown]), false),
        ] {
            assert_eq!(known.allows_follow_up().is_ok(), fits, "{known:?}");
        }
    }

    #[test]
    fn the_vendors_word_is_entered_although_the_requester_answered_yes() {
        let own = Known { specification: Assurance::Yes, ..known(Some(Mail::Accepted), &[Act::Install]) };
        assert!(own.allows(Act::ConfirmSpecification).is_ok());
    }

    #[test]
    fn a_refusal_says_why() {
        let why = |known: Known, act| known.allows(act).expect_err("refused").key;
        assert_eq!(why(known(None, &[]), Act::Install), "sentinels.move.not_submitted");
        assert_eq!(why(known(Some(Mail::Accepted), &[]), Act::Resend), "sentinels.move.only_failed_again");
        assert_eq!(why(known(Some(Mail::Accepted), &[Act::Install]), Act::TurnDown), "sentinels.move.installed");
    }

    #[test]
    fn a_device_is_in_service_only_when_everything_is_confirmed() {
        let sent = Some(Mail::Accepted);
        let missing = |acts: &[Act]| known(sent, acts).in_service().err().map(|m| m.key);
        let (install, specification, docking) = (Act::Install, Act::ConfirmSpecification, Act::ConfirmDocking);
        assert_eq!(missing(&[specification, docking]), Some("sentinels.service.not_installed"));
        assert_eq!(missing(&[install, docking]), Some("sentinels.service.specification"));
        assert_eq!(missing(&[install, specification]), Some("sentinels.service.docking"));
        assert_eq!(missing(&[install, specification, docking]), None);
        assert!(known(sent, &[install, specification, docking]).is_settled());
        assert!(known(sent, &[Act::TurnDown]).is_settled());
        assert!(!known(sent, &[install]).is_settled());
    }
}
