//! The words of the register.

use crate::ids::text_enum;

text_enum! {
    /// Who or what passes an entrance.
    pub enum Passage {
        People = "people",
        Vehicles = "vehicles",
        Both = "both",
    }
}

text_enum! {
    /// What a contact of a member is called for. A contact may have several duties.
    pub enum Duty {
        /// Gets notices.
        Notices = "notices",
        /// Reports supply.
        Supply = "supply",
        /// Keeps place codes and sentinels in order.
        Codes = "codes",
        /// Answers for everything else.
        General = "general",
    }
}
