//! Queries on readiness: `gather` what is known of plants, few or all, each kind of fact in one statement; `kept` is
//! that of all of them for half a minute at most; `dates` are of one plant; `sheets` are what was made of it.

mod dates;
mod gather;
mod kept;
mod sheets;

pub use dates::{Dates, dates, owed_notices};
pub use gather::{Row, Scope, gather};
pub use kept::{KeptStandings, Standings};
pub use sheets::{Sheet, add, latest, sheet};
