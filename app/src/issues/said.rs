//! What was typed with a step, read from its form.

use std::collections::BTreeSet;

use super::{
    model::{Act, LONGEST_NAME, LONGEST_TEXT},
    store::{
        issue::Details,
        letter::{self, NewLetter},
    },
};
use crate::{
    accounts::store::Known,
    db::Tx,
    error::Result,
    form::Form,
    ids::{IssueId, LetterId, PersonId},
    text::Message,
    time::Day,
};

/// The field that holds a step's text, and whether there must be one. Its name gives it its label.
pub fn text_field(act: Act) -> (&'static str, bool) {
    match act {
        Act::AskBack => ("ask", true),
        Act::Reply => ("reply", true),
        Act::Answer => ("answer", true),
        Act::Reopen => ("reason", true),
        Act::Remark => ("remark", true),
        Act::HandOver => ("handover", false),
        Act::Forward => ("forwarding", false),
        Act::Take | Act::Close => ("closing", false),
    }
}

/// Whether a step's form takes files.
pub fn takes_files(act: Act) -> bool {
    matches!(act, Act::AskBack | Act::Reply | Act::Answer | Act::Reopen)
}

#[derive(Debug, Default)]
pub struct Said {
    text: Option<String>,
    caller: Option<String>,
    reference: Option<String>,
    to: Option<PersonId>,
    chosen: Option<LetterId>,
    new: Option<NewLetter>,
    /// Other issues of the same letter that the answer settles too.
    pub also: BTreeSet<IssueId>,
}

impl Said {
    pub fn read(form: &mut Form, act: Act, by_office: bool, today: Day) -> Self {
        let (field, needed) = text_field(act);
        let text = if needed { Some(form.required(field, LONGEST_TEXT)) } else { form.optional(field, LONGEST_TEXT) };
        let mut said = Self { text, ..Self::default() };
        match act {
            Act::Reply if by_office => said.caller = Some(form.required("caller", LONGEST_NAME)),
            Act::HandOver => said.to = form.parsed("owner"),
            Act::Answer => {
                said.reference = form.optional("reference", LONGEST_NAME);
                said.also = form.values("also").filter_map(|id| id.parse().ok()).collect();
            }
            Act::Forward if form.value("letter").is_empty() => said.new = new_letter(form, today),
            Act::Forward => said.chosen = form.parsed("letter"),
            _ => {}
        }
        said
    }

    /// Whether the new owner, if the step names one, is of those who act for the secretariat.
    pub fn fits_owner(&self, staff: &[Known]) -> bool {
        self.to.is_none_or(|owner| staff.iter().any(|person| person.id == owner))
    }

    /// The letter of the step, recorded now if it is new; nothing at all when its number is taken.
    pub async fn letter(&self, tx: &Tx) -> Result<Option<Option<LetterId>>> {
        Ok(match (&self.new, self.chosen) {
            (Some(new), _) => letter::add(tx, new.clone()).await?.map(Some),
            (None, Some(chosen)) => Some(Some(letter::find(&**tx, chosen).await?.id)),
            (None, None) => Some(None),
        })
    }

    pub fn details(self, letter: Option<LetterId>) -> Details {
        Details { text: self.text, caller: self.caller, reference: self.reference, letter, to: self.to }
    }
}

fn new_letter(form: &mut Form, today: Day) -> Option<NewLetter> {
    let department = form.required("department", LONGEST_NAME);
    let number = form.required("letter_number", LONGEST_NAME);
    let sent_on = form.day("sent_on");
    let answer_due = form.optional_day("answer_due");
    if sent_on.is_some_and(|day| day > today) {
        form.refuse("sent_on", Message::of("issues.forwarding.future"));
    }
    if answer_due.zip(sent_on).is_some_and(|(due, sent)| due < sent) {
        form.refuse("answer_due", Message::of("issues.forwarding.due_before"));
    }
    Some(NewLetter { department, number, sent_on: sent_on?, answer_due })
}
