//! What counts of all that was seen of a copy. The newest does, but a photo that cannot be read takes nothing back:
//! where something else is to hang, that stays so until the copy is seen to be right.

use super::model::What;

/// Two places in the list of what was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What counts.
    pub at: usize,
    /// The first of the wrong ones after which nothing right was seen, where what counts is wrong.
    pub wrong_from: Option<usize>,
}

impl Verdict {
    /// Of what was seen, the oldest first.
    #[must_use]
    pub fn of(seen: impl IntoIterator<Item = What>) -> Option<Self> {
        seen.into_iter().enumerate().fold(None, |before: Option<Self>, (at, what)| {
            let wrong_from = before.and_then(|before| before.wrong_from);
            if what == What::Unreadable && wrong_from.is_some() {
                return before;
            }
            Some(Self { at, wrong_from: what.is_wrong().then(|| wrong_from.unwrap_or(at)) })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_that_cannot_be_read_takes_back_nothing_that_is_wrong() {
        use What::{ByEye, Damaged, Elsewhere, Lost, Outdated, Right, Unreadable};
        let table: [(&[What], Option<What>, Option<usize>); 15] = [
            (&[], None, None),
            (&[Right], Some(Right), None),
            (&[Unreadable], Some(Unreadable), None),
            (&[Right, Unreadable], Some(Unreadable), None),
            (&[ByEye, Unreadable], Some(Unreadable), None),
            (&[Unreadable, ByEye], Some(ByEye), None),
            (&[Damaged, Unreadable], Some(Damaged), Some(0)),
            (&[Right, Lost, Unreadable, Unreadable], Some(Lost), Some(1)),
            (&[Outdated, Unreadable], Some(Outdated), Some(0)),
            (&[Elsewhere, Unreadable], Some(Elsewhere), Some(0)),
            // A run of wrong ones goes on over what cannot be read, and the newest of them says what is wrong.
            (&[Unreadable, Outdated, Unreadable, Elsewhere, Damaged], Some(Damaged), Some(1)),
            (&[Damaged, Right, Unreadable], Some(Unreadable), None),
            (&[Damaged, Unreadable, Right], Some(Right), None),
            (&[Lost, Right, Outdated], Some(Outdated), Some(2)),
            (&[Lost, ByEye, Unreadable, Outdated], Some(Outdated), Some(3)),
        ];
        for (seen, counts, wrong_from) in table {
            let verdict = Verdict::of(seen.iter().copied());
            assert_eq!(verdict.map(|verdict| seen[verdict.at]), counts, "{seen:?}");
            assert_eq!(verdict.and_then(|verdict| verdict.wrong_from), wrong_from, "{seen:?}");
        }
    }
}
