//! Papers made with typst from the templates in this folder.
//!
//! At most two papers are set at a time, on blocking threads; the others wait. Sheets of place codes have two
//! turns of their own, with their caller. Whatever goes wrong inside is logged and comes back as a
//! [`DocumentError`], and nothing of a paper stays in memory after it.

mod code_sheet;
mod fonts;
mod paper;
mod readiness_sheet;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use app::documents::acceptance::AcceptanceProtocol;
use app::documents::code_sheet::{CodeSheet, SheetFault, SheetPage, SheetPdf};
use app::documents::{DocumentError, Documents, InstallRequestForm, ReadinessSheet};
use async_trait::async_trait;
use serde::Serialize;
use tokio::sync::Semaphore;

use self::paper::{Facts, Picture, Template};

/// As many papers at a time as the smallest machine has cores.
const PAPERS_AT_A_TIME: usize = 2;

static INSTALL_REQUEST: Template = Template::new("install_request.typ", include_str!("install_request.typ"));
static ACCEPTANCE: Template = Template::new("acceptance.typ", include_str!("acceptance.typ"));
static DEMO_ATTACHMENT: Template = Template::new("attachment.typ", include_str!("../demo/attachment.typ"));

/// Renders papers with the embedded templates and fonts; clones share one queue.
#[derive(Clone)]
pub struct TypstDocuments {
    turns: Arc<Semaphore>,
}

impl TypstDocuments {
    #[must_use]
    pub fn new() -> Self {
        Self { turns: Arc::new(Semaphore::new(PAPERS_AT_A_TIME)) }
    }

    /// A list as a paper, for the demo association.
    pub(crate) async fn demo_attachment(&self, facts: &(impl Serialize + Sync)) -> Result<Vec<u8>, DocumentError> {
        self.of_pages(&DEMO_ATTACHMENT, facts, 1..=1).await
    }

    async fn of_pages(
        &self,
        template: &'static Template,
        facts: &(impl Serialize + Sync),
        pages: RangeInclusive<usize>,
    ) -> Result<Vec<u8>, DocumentError> {
        self.set_in_turn(template, paper::facts(facts)?, Vec::new(), pages).await
    }

    async fn set_in_turn(
        &self,
        template: &'static Template,
        facts: Facts,
        pictures: Vec<Picture>,
        pages: RangeInclusive<usize>,
    ) -> Result<Vec<u8>, DocumentError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| DocumentError::Failed)?;
        tokio::task::spawn_blocking(move || {
            let paper = paper::of_pages(template, facts, pictures, &pages);
            drop(turn);
            paper
        })
        .await
        .unwrap_or_else(|fault| {
            tracing::error!(template = template.name, %fault, "setting a paper broke off");
            Err(DocumentError::Failed)
        })
    }
}

impl Default for TypstDocuments {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Documents for TypstDocuments {
    async fn install_request_form(&self, form: &InstallRequestForm) -> Result<Vec<u8>, DocumentError> {
        let pages = if form.listed { 2..=10 } else { 1..=1 };
        self.of_pages(&INSTALL_REQUEST, form, pages).await
    }

    async fn acceptance_protocol(&self, protocol: &AcceptanceProtocol) -> Result<Vec<u8>, DocumentError> {
        self.of_pages(&ACCEPTANCE, protocol, 1..=20).await
    }

    async fn readiness_sheet(&self, sheet: &ReadinessSheet) -> Result<Vec<u8>, DocumentError> {
        let (facts, pictures) = readiness_sheet::parts(sheet)?;
        self.set_in_turn(&readiness_sheet::TEMPLATE, facts, pictures, 1..=1).await
    }

    fn code_sheet(&self, sheet: &CodeSheet) -> Result<SheetPage, Vec<SheetFault>> {
        unbroken(|| code_sheet::make(sheet)).unwrap_or_else(|| Err(vec![SheetFault::NotMade]))
    }

    fn bind_sheets(&self, pages: Vec<SheetPage>) -> Result<SheetPdf, DocumentError> {
        unbroken(|| code_sheet::bind(pages)).unwrap_or(Err(DocumentError::Failed))
    }
}

/// Does work in which a panic is one paper's misfortune and not that of all that are made with it.
fn unbroken<T>(work: impl FnOnce() -> T) -> Option<T> {
    let done = catch_unwind(AssertUnwindSafe(work));
    paper::forget();
    done.inspect_err(|_| tracing::error!("setting a paper broke off")).ok()
}
