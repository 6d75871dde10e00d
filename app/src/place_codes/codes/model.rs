//! What is stored of a code beside its image.

use crate::ids::text_enum;

text_enum! {
    /// Why an entrance got a version of its code.
    pub enum Cause {
        First = "first",
        /// The city issued it anew.
        Reissued = "reissued",
        AddressChanged = "address_changed",
        /// The version before was another place's, or unreadable in print.
        Corrected = "corrected",
    }
}
