//! What can be done about a code that stands under another address than its plant's.

use crate::members::address::Address;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    Apply,
    /// An application for a new one is made and still to be handed in.
    HandIn,
    /// A new one is applied for already.
    Wait,
    /// Outside Shanghai nothing can be applied for.
    Outside,
}

impl Way {
    /// By the plant's address as it is kept and, where an application is under way, whether that was handed in.
    #[must_use]
    pub fn of(address: &str, handed_in: Option<bool>) -> Self {
        match (serde_json::from_str::<Address>(address), handed_in) {
            (Ok(Address::Elsewhere(_)), _) => Self::Outside,
            (_, Some(true)) => Self::Wait,
            (_, Some(false)) => Self::HandIn,
            (_, None) => Self::Apply,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::address::{ElsewhereAddress, ShanghaiAddress};

    #[test]
    fn a_new_code_is_applied_for_once_and_only_in_shanghai() {
        let kept = |address: Address| serde_json::to_string(&address).expect("an address");
        let here = kept(Address::Shanghai(ShanghaiAddress::default()));
        let outside = kept(Address::Elsewhere(ElsewhereAddress::default()));
        // What is kept may be of an older form; it can be mended, and then applied with.
        for address in [here.as_str(), "{}"] {
            assert_eq!(Way::of(address, None), Way::Apply);
            assert_eq!(Way::of(address, Some(false)), Way::HandIn);
            assert_eq!(Way::of(address, Some(true)), Way::Wait);
        }
        for handed_in in [None, Some(false), Some(true)] {
            assert_eq!(Way::of(&outside, handed_in), Way::Outside);
        }
    }
}
