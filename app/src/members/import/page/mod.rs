//! The pages of imports: where one begins, and one on its way.

mod findings;
mod one;
mod start;

pub use one::{Shown, import};
pub use start::start;

use leptos::tachys::view::any_view::AnyView;

use super::{model::ImportState, store::Import};
use crate::{
    text::Locale,
    ui::parts::{Tone, tag},
};

/// How far an import is; of one that was checked, what came of it.
fn state_tag(l: Locale, import: &Import) -> AnyView {
    let tally = import.tally().unwrap_or_default();
    let (tone, key) = match import.state {
        ImportState::Checking => (Tone::Info, "imports.state.checking"),
        ImportState::Checked if tally.problems > 0 => (Tone::Urgent, "imports.state.wrong"),
        ImportState::Checked if tally.changes() == 0 => (Tone::Muted, "imports.state.same"),
        ImportState::Checked => (Tone::Wait, "imports.state.checked"),
        ImportState::Refused => (Tone::Urgent, "imports.state.refused"),
        ImportState::Writing => (Tone::Info, "imports.state.writing"),
        ImportState::Done => (Tone::Done, "imports.state.done"),
        ImportState::Failed => (Tone::Urgent, "imports.state.failed"),
        ImportState::Dropped => (Tone::Muted, "imports.state.dropped"),
    };
    tag(tone, l.t(key))
}
