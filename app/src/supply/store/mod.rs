//! Reading and filing supply reports: `report` for one plant's, `duty` for who must report when, `day`
//! and `figures` for what the secretariat sees of all of them.

pub mod behind;
pub mod day;
pub mod duty;
pub mod figures;
pub mod report;
