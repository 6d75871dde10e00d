//! The protocol of an acceptance: which devices are tested, by which trials, and what was found.

use serde::Serialize;

/// What the protocol prints, A4, Chinese, to be signed; before anything is recorded its boxes are empty. Texts are
/// printed as they are. Without `Debug`, because it names people.
#[derive(Clone, Serialize)]
pub struct AcceptanceProtocol {
    pub number: String,
    pub association: String,
    pub unit: String,
    /// Whether the outcome is known; else day, tester and boxes are left to the pen.
    pub recorded: bool,
    pub day: String,
    pub tester: String,
    pub remark: String,
    pub lines: Vec<ProtocolLine>,
}

/// One device.
#[derive(Clone, Serialize)]
pub struct ProtocolLine {
    pub make: String,
    pub form: String,
    pub serial: String,
    pub place: String,
    /// Scan, card, refuse, speak: `passed`, `failed`, `not_applicable`, or empty.
    pub trials: [String; 4],
    /// In words; empty while it is open.
    pub verdict: String,
    pub note: String,
}
