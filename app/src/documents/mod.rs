//! The papers that the portal makes for people, as PDF.
//!
//! A feature fills one of the plain structs below with what is to be printed and asks [`Documents`] for the
//! paper; the program around the app implements it. What a person typed is printed as typed, never interpreted.

use async_trait::async_trait;
use serde::Serialize;

pub mod acceptance;
pub mod code_sheet;

use self::acceptance::AcceptanceProtocol;
use self::code_sheet::{CodeSheet, SheetFault, SheetPage, SheetPdf};

/// Renders papers. Calls may wait for their turn; a dropped call gives its turn back when the work in hand is done.
#[async_trait]
pub trait Documents: Send + Sync {
    /// The request form for sentinels: one page, or up to ten where devices are listed; A4, Chinese, fonts embedded.
    ///
    /// # Errors
    /// [`DocumentError::DoesNotFit`] when the texts fill more than its pages even in the smallest print.
    async fn install_request_form(&self, form: &InstallRequestForm) -> Result<Vec<u8>, DocumentError>;

    /// The protocol of an acceptance: A4, Chinese, as many pages as its devices take.
    ///
    /// # Errors
    /// [`DocumentError::DoesNotFit`] when it takes more than twenty pages.
    async fn acceptance_protocol(&self, protocol: &AcceptanceProtocol) -> Result<Vec<u8>, DocumentError>;

    /// The one-page evidence sheet of a plant: A4, Chinese, with the code that leads to its proof.
    ///
    /// # Errors
    /// [`DocumentError::DoesNotFit`] when the texts fill more than the page even in the smallest print.
    async fn readiness_sheet(&self, sheet: &ReadinessSheet) -> Result<Vec<u8>, DocumentError>;

    /// Sets the sheet of a place code and looks at it as it will be printed: its code is read and compared, its
    /// size and margin measured, its texts checked. It works for a tenth of a second and blocks so long: a caller
    /// makes one sheet at a time on a blocking thread, and may say after each how far it is.
    ///
    /// # Errors
    /// Everything for which the sheet must not be handed out.
    fn code_sheet(&self, sheet: &CodeSheet) -> Result<SheetPage, Vec<SheetFault>>;

    /// Binds sheets that passed into one PDF, in the order given. It blocks as well.
    ///
    /// # Errors
    /// [`DocumentError::Failed`] without any sheet.
    fn bind_sheets(&self, pages: Vec<SheetPage>) -> Result<SheetPdf, DocumentError>;
}

/// Why there is no paper. The cause is in the log, not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    #[error("the text does not fit on the page")]
    DoesNotFit,
    #[error("the document could not be rendered")]
    Failed,
}

/// What the request form for sentinels prints. Texts are in the form's language, Chinese; an empty one prints
/// as a dash. Without `Debug`, because it names people and their telephones.
///
/// A form fits when it keeps to [`MAX_DEVICE_LINES`], [`MAX_SCENE_LINES`], [`MAX_REMARKS_CHARS`] and to 60
/// characters in a name or a line of the scene, 120 in the address, 30 in brand and model. Where it is `listed`, the
/// devices stand on pages of their own, up to [`MAX_LISTED_LINES`] of them.
#[derive(Clone, Serialize)]
pub struct InstallRequestForm {
    /// The number that people say aloud: `AZ-2026-0042`.
    pub number: String,
    /// The day as it is to be printed: `2022年5月20日`.
    pub date: String,
    pub association: String,
    pub unit_name: String,
    pub credit_code: String,
    pub plant: String,
    pub entrance: String,
    /// Where the devices are to stand.
    pub address: String,
    /// The scene, a sentence per line: `人流较大，高峰时容易排队`.
    pub scene: Vec<String>,
    pub devices: Vec<DeviceLine>,
    /// Whether the devices stand on pages of their own, each line with its place; the first then has how many of each form.
    pub listed: bool,
    /// The devices follow the technical specification.
    pub conformity: Assurance,
    /// The devices are docked with the data interface and verify in real time.
    pub docking: Assurance,
    pub contact_name: String,
    pub contact_phone: String,
    pub site_phone: String,
    pub remarks: String,
}

/// One kind of device that is asked for.
#[derive(Clone, Serialize)]
pub struct DeviceLine {
    /// Where they are to stand, plant and entrance, and the address where the plants differ; printed where the form
    /// is `listed`.
    pub place: String,
    pub address: String,
    /// The form as printed: `手持式`.
    pub form: String,
    pub brand: String,
    pub model: String,
    pub vendor: String,
    pub quantity: u32,
}

/// How a requirement on the devices is answered.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    Yes,
    /// To be confirmed before the devices count as in service.
    VendorWillConfirm,
}

/// What the evidence sheet of a plant prints. Texts are in Chinese, the sheet's language; an empty one prints as a dash.
#[derive(Clone, Debug, Serialize)]
pub struct ReadinessSheet {
    pub occasion: String,
    pub number: String,
    /// As it is to be printed: `2022-05-20 09:30`.
    pub made_at: String,
    pub association: String,
    pub member: String,
    pub plant: String,
    pub kind: String,
    pub address: String,
    pub verdict: String,
    pub lines: Vec<ReadinessLine>,
    /// The full address of the proof.
    pub link: String,
}

/// One criterion.
#[derive(Clone, Debug, Serialize)]
pub struct ReadinessLine {
    pub criterion: String,
    pub answer: String,
    pub said: String,
    pub day: String,
}

/// More device lines than this may not fit on the first page.
pub const MAX_DEVICE_LINES: usize = 6;
/// More device lines than this may not fit on pages of their own.
pub const MAX_LISTED_LINES: usize = 20;
/// More lines on the scene than this may not fit on the page.
pub const MAX_SCENE_LINES: usize = 8;
/// Longer remarks than this may not fit on the page.
pub const MAX_REMARKS_CHARS: usize = 300;
