//! What is shown of issues, letters and published questions.

pub mod filing;
pub mod issue;
pub mod letter;
pub mod list;
pub mod publishing;
pub mod step;

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{model::State, store::Issue};
use crate::{
    files::Stored,
    ids::TextEnum,
    text::Locale,
    ui::parts::{self, Tone, size},
};

/// The endings that a browser offers to choose.
const ENDINGS: &str = ".pdf,.docx,.xlsx,.pptx,.png,.jpg,.jpeg";

/// Where an issue stands; what waits for the reader stands out.
fn state_tag(l: Locale, state: State, office: bool) -> AnyView {
    let tone = match state {
        State::Filed | State::Replied | State::Reopened if office => Tone::Urgent,
        State::AskedBack if !office => Tone::Urgent,
        State::Taken => Tone::Info,
        State::Answered => Tone::Done,
        State::Closed => Tone::Muted,
        _ => Tone::Wait,
    };
    parts::tag(tone, l.t(&format!("issues.state.{state}")))
}

/// The options of a select over an enum whose words stand under `prefix`.
fn options<E: TextEnum + std::fmt::Display>(l: Locale, prefix: &str) -> Vec<(String, String)> {
    E::ALL.iter().map(|value| (value.to_string(), l.t(&format!("{prefix}.{value}")))).collect()
}

/// A text as it was typed, a paragraph to a line.
fn paragraphs(text: &str) -> Vec<AnyView> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <p>{line.to_owned()}</p> }.into_any())
        .collect()
}

fn file_list(issue: &Issue, files: &[&Stored]) -> Option<AnyView> {
    let line = |file: &&Stored| {
        let href = format!("/issues/{}/files/{}", issue.id, file.id);
        view! { <li><a href=href>{file.name.clone()}</a> <span class="attachments__size">{size(file.size)}</span></li> }
            .into_any()
    };
    (!files.is_empty()).then(|| {
        let lines = files.iter().map(line).collect::<Vec<_>>();
        view! { <ul class="attachments">{lines}</ul> }.into_any()
    })
}
