//! Where an application for place codes stands, entrance by entrance. Stored is only what was done: that it was
//! handed in, what the city said of each entrance, the code that came, the application that followed. The rest
//! is computed here.

use crate::{ids::text_enum, text::Message};

text_enum! {
    /// What the city said of one entrance.
    pub enum Outcome {
        Approved = "approved",
        Refused = "refused",
    }
}

text_enum! {
    /// Where one entrance of an application stands.
    pub enum LineState {
        /// Not handed in yet.
        Prepared = "prepared",
        /// Handed in; the city has not said anything.
        Waiting = "waiting",
        /// Approved; the code is to be uploaded.
        Approved = "approved",
        /// The code came since.
        Issued = "issued",
        Refused = "refused",
        /// Applied for anew.
        Again = "again",
        /// The entrance was closed, or its member left: nobody waits for its code any more.
        Gone = "gone",
    }
}

text_enum! {
    /// Where an application stands: what somebody has to do about it next.
    pub enum State {
        /// To be handed in.
        Prepared = "prepared",
        /// For some entrance the city has not said anything.
        Waiting = "waiting",
        /// Some entrance was refused and not applied for anew.
        Refused = "refused",
        /// Some approved code is to be uploaded.
        ToUpload = "to_upload",
        Done = "done",
    }
}

text_enum! {
    /// What people do to an application.
    pub enum Act {
        File = "file",
        Approve = "approve",
        Refuse = "refuse",
        Discard = "discard",
    }
}

/// What is known of one entrance of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub filed: bool,
    /// The last thing that the city said.
    pub outcome: Option<Outcome>,
    /// A code was added to the entrance since the application was made.
    pub code_since: bool,
    /// A later application took the entrance up again.
    pub again: bool,
    /// The entrance or its plant was closed, or the member left.
    pub gone: bool,
}

impl LineState {
    /// A code that is here outranks what was written down about it.
    #[must_use]
    pub fn of(known: Known) -> Self {
        match known {
            Known { code_since: true, .. } => Self::Issued,
            Known { gone: true, .. } => Self::Gone,
            Known { again: true, .. } => Self::Again,
            Known { filed: false, .. } => Self::Prepared,
            Known { outcome: Some(Outcome::Approved), .. } => Self::Approved,
            Known { outcome: Some(Outcome::Refused), .. } => Self::Refused,
            Known { outcome: None, .. } => Self::Waiting,
        }
    }

    /// Whether an application is still under way for the entrance, so that a second one would be in its way.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Prepared | Self::Waiting | Self::Approved)
    }

    /// Whether nobody waits for anything about the entrance any more.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Issued | Self::Again | Self::Gone)
    }

    /// Whether an act fits one entrance.
    ///
    /// # Errors
    /// A sentence that says why it does not.
    pub fn allows(self, act: Act) -> Result<(), Message> {
        let refuse = |key| Err(Message::of(key));
        match (act, self) {
            (Act::File | Act::Discard, Self::Prepared) => Ok(()),
            (Act::File | Act::Discard, _) => refuse("place_codes.move.filed_already"),
            (_, Self::Prepared) => refuse("place_codes.move.not_filed"),
            (_, Self::Issued) => refuse("place_codes.move.issued"),
            (_, Self::Again) => refuse("place_codes.move.again"),
            (_, Self::Gone) => refuse("place_codes.move.gone"),
            (Act::Approve, Self::Approved) | (Act::Refuse, Self::Refused) => refuse("place_codes.move.said_already"),
            // The city may change its mind, and people their entry; both words stay.
            (Act::Approve | Act::Refuse, _) => Ok(()),
        }
    }
}

impl State {
    /// What is most pressing of all entrances.
    #[must_use]
    pub fn of(lines: &[LineState]) -> Self {
        let any = |state| lines.contains(&state);
        match () {
            () if any(LineState::Prepared) => Self::Prepared,
            () if any(LineState::Refused) => Self::Refused,
            () if any(LineState::Approved) => Self::ToUpload,
            () if any(LineState::Waiting) => Self::Waiting,
            () => Self::Done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::TextEnum;

    const FILED: Known = Known { filed: true, outcome: None, code_since: false, again: false, gone: false };

    #[test]
    fn the_state_of_an_entrance_follows_from_what_was_done() {
        for (known, state) in [
            (Known { filed: false, ..FILED }, LineState::Prepared),
            (FILED, LineState::Waiting),
            (Known { outcome: Some(Outcome::Approved), ..FILED }, LineState::Approved),
            (Known { outcome: Some(Outcome::Refused), ..FILED }, LineState::Refused),
            (Known { outcome: Some(Outcome::Refused), again: true, ..FILED }, LineState::Again),
            (Known { outcome: Some(Outcome::Approved), code_since: true, ..FILED }, LineState::Issued),
            // Whoever uploads the code need not write down that it was approved, or even handed in.
            (Known { code_since: true, ..FILED }, LineState::Issued),
            (Known { filed: false, code_since: true, ..FILED }, LineState::Issued),
            (Known { filed: false, again: true, ..FILED }, LineState::Again),
            // Nobody waits for the code of an entrance that is gone, whatever was said of it.
            (Known { gone: true, ..FILED }, LineState::Gone),
            (Known { filed: false, gone: true, ..FILED }, LineState::Gone),
            (Known { outcome: Some(Outcome::Refused), gone: true, ..FILED }, LineState::Gone),
            (Known { gone: true, code_since: true, ..FILED }, LineState::Issued),
        ] {
            assert_eq!(LineState::of(known), state, "{known:?}");
        }
    }

    #[test]
    fn every_act_is_allowed_or_refused_as_written_here() {
        use Act::*;
        for (state, fitting) in [
            (LineState::Prepared, vec![File, Discard]),
            (LineState::Waiting, vec![Approve, Refuse]),
            (LineState::Approved, vec![Refuse]),
            (LineState::Refused, vec![Approve]),
            (LineState::Issued, vec![]),
            (LineState::Again, vec![]),
            (LineState::Gone, vec![]),
        ] {
            for act in Act::ALL {
                assert_eq!(state.allows(*act).is_ok(), fitting.contains(act), "{state:?} {act:?}");
            }
        }
    }

    #[test]
    fn an_application_is_where_its_most_pressing_entrance_is() {
        use LineState::*;
        for (lines, state) in [
            (vec![Prepared, Issued], State::Prepared),
            (vec![Waiting, Refused, Approved], State::Refused),
            (vec![Waiting, Approved, Issued], State::ToUpload),
            (vec![Waiting, Issued, Again], State::Waiting),
            (vec![Issued, Again], State::Done),
            (vec![Gone, Refused], State::Refused),
            (vec![Gone], State::Done),
        ] {
            assert_eq!(State::of(&lines), state, "{lines:?}");
        }
    }
}
