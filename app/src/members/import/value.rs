//! A cell's text in the one way in which the register keeps it, or what is wrong with it; and back into the words
//! that a person reads.

use super::{
    columns::Field,
    model::{At, Note},
};
use crate::{
    ids::TextEnum,
    members::{
        credit_code::{self, CreditCode},
        email::Email,
        model::{Duty, Passage, join_duties, split_duties},
        phone::Phone,
        plant_kind::PlantKind,
        towns,
    },
    sheets::{Cell, Content},
    supply::quantity::Kilograms,
    text::{Locale, Message},
};

pub const OUTSIDE: &str = "outside";
pub const INSIDE: &str = "inside";
/// What a sheet that is handed back says in place of a value that was lost; no column takes it.
pub const UNREADABLE: &str = "#?";

/// Why a cell's text is not taken, and what may have been meant.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    pub reason: Message,
    pub suggestion: Option<Message>,
}

impl Fault {
    fn of(reason: Message) -> Self {
        Self { reason, suggestion: None }
    }

    fn suggest(self, key: &'static str) -> Self {
        Self { suggestion: Some(Message::of(key)), ..self }
    }

    pub fn note(self, at: At) -> Note {
        Note::problem(at, self.reason).suggest(self.suggestion)
    }
}

/// The text of a cell for a column, canonical; empty for an empty cell. A credit code is only tidied here,
/// because a wrong one still says which lines belong together; `check_code` judges it.
pub fn read(cell: &Cell, field: Field) -> Result<String, Fault> {
    if let Content::Day(day) = cell.content {
        let meant = format!("{}-{}", u8::from(day.month()), day.day());
        let suggestion = Message::of("imports.suggest.text").with("text", meant);
        return Err(Fault { reason: Message::of("imports.problem.date"), suggestion: Some(suggestion) });
    }
    let text = cell.text().map_err(Fault::of)?;
    if text.starts_with(UNREADABLE) {
        return Err(Fault::of(Message::of("imports.problem.lost")).suggest("imports.suggest.lost"));
    }
    let pieces = text.split(|c: char| c.is_control()).map(str::trim).filter(|piece| !piece.is_empty());
    let text = match field {
        Field::Duties => pieces.collect::<Vec<_>>().join("\n"),
        _ => on_one_line(pieces),
    };
    if text.is_empty() {
        return Ok(text);
    }
    let max = longest(field);
    if text.chars().count() > max {
        return Err(Fault::of(Message::of("form.too_long").with("label", field.label()).with("max", max)));
    }
    canonical(&text, field)
}

/// What stood on several lines: a space keeps Latin words apart, Chinese goes on without one.
fn on_one_line<'a>(pieces: impl Iterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for piece in pieces {
        if line.ends_with(|c: char| c.is_ascii()) && piece.starts_with(|c: char| c.is_ascii()) {
            line.push(' ');
        }
        line.push_str(piece);
    }
    line
}

/// The most characters of a column's text.
fn longest(field: Field) -> usize {
    match field {
        Field::Name => 100,
        Field::Code | Field::ShortName | Field::Entrance | Field::Contact | Field::Title => 40,
        Field::Plant | Field::Phone => 60,
        Field::Address => 200,
        Field::Email => 254,
        Field::Detail => 120,
        Field::Duties => 100,
        _ => 60,
    }
}

fn canonical(text: &str, field: Field) -> Result<String, Fault> {
    match field {
        Field::Code => Ok(credit_code::normalise(text)),
        Field::Kind => chosen(PlantKind::from_text(text).map(PlantKind::word), text, "imports.allowed.kind"),
        Field::Passage => chosen(passage(text).map(Passage::word), text, "imports.allowed.passage"),
        Field::Place => chosen(place(text), text, "imports.allowed.place"),
        Field::Duties => duties(text),
        Field::District => chosen(towns::district_by_name(text).map(|d| d.code), text, "imports.allowed.district"),
        Field::Phone => match Phone::parse(text) {
            Ok(phone) => Ok(phone.as_str().to_owned()),
            Err(error) => Err(Fault::of(error.message()).suggest("imports.suggest.phone")),
        },
        Field::Email => match Email::parse(text) {
            Ok(email) => Ok(email.as_str().to_owned()),
            Err(error) => Err(Fault::of(error.message()).suggest("imports.suggest.email")),
        },
        Field::Silo | Field::Output => match Kilograms::parse_tonnes(text) {
            Ok(Kilograms(kilograms)) => Ok(kilograms.to_string()),
            Err(error) => Err(Fault::of(error.message()).suggest("imports.suggest.tonnes")),
        },
        _ => Ok(text.to_owned()),
    }
}

fn chosen(word: Option<&str>, text: &str, allowed: &'static str) -> Result<String, Fault> {
    word.map(str::to_owned).ok_or_else(|| Fault {
        reason: Message::of("imports.problem.unknown").with("text", text),
        suggestion: Some(Message::of(allowed)),
    })
}

fn passage(text: &str) -> Option<Passage> {
    match text.to_lowercase().as_str() {
        "人员" | "人" | "行人" | "people" => Some(Passage::People),
        "车辆" | "车" | "货车" | "vehicles" => Some(Passage::Vehicles),
        "人员和车辆" | "人车" | "人车混行" | "人员、车辆" | "人员车辆" | "都有" | "people and vehicles" | "both" => {
            Some(Passage::Both)
        }
        _ => None,
    }
}

fn place(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "室外" | "户外" | "outdoors" | "outside" => Some(OUTSIDE),
        "室内" | "indoors" | "inside" => Some(INSIDE),
        _ => None,
    }
}

fn duties(text: &str) -> Result<String, Fault> {
    let mut found = Vec::new();
    for part in text.split(['、', '，', ',', '；', ';', '/', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        let named = |duty: &Duty| Locale::ALL.iter().any(|l| l.t(&duty_key(*duty)).eq_ignore_ascii_case(part));
        match Duty::ALL.iter().copied().find(named).or_else(|| duty_in_short(part)) {
            Some(duty) => found.push(duty),
            None => return chosen(None, part, "imports.allowed.duties"),
        }
    }
    Ok(join_duties(&found))
}

fn duty_in_short(text: &str) -> Option<Duty> {
    match text {
        "通知" => Some(Duty::Notices),
        "保供" | "填报" => Some(Duty::Supply),
        "场所码" | "数字哨兵" | "哨兵" => Some(Duty::Codes),
        "其他" | "综合" => Some(Duty::General),
        other => Duty::from_word(other),
    }
}

fn duty_key(duty: Duty) -> String {
    format!("members.duty.{}", duty.word())
}

/// Whether a tidied code is one. `registered` says that the register holds this very code already: then it was
/// let in with the licence, whatever its check digits say.
pub fn check_code(code: &str, registered: bool) -> Result<CreditCode, Fault> {
    let judged = if registered { CreditCode::despite_checks(code) } else { CreditCode::parse(code) };
    judged.map_err(|error| {
        let otherwise = || error.is_check_failure().then(|| Message::of("imports.suggest.licence"));
        Fault { reason: error.message(), suggestion: error.suggestion_message().or_else(otherwise) }
    })
}

/// A canonical value as a person reads it, and as `read` takes it back.
pub fn show(l: Locale, field: Field, value: &str) -> String {
    match field {
        Field::Kind => PlantKind::from_word(value).map_or_else(String::new, |kind| l.say(&kind.name())),
        Field::Passage => Passage::from_word(value).map_or_else(String::new, |p| l.t(&format!("members.passage.{p}"))),
        Field::Place if value == OUTSIDE => l.t("members.entrance.outside"),
        Field::Place if value == INSIDE => l.t("members.entrance.inside"),
        Field::Duties => {
            let words: Vec<String> = split_duties(value).into_iter().map(|duty| l.t(&duty_key(duty))).collect();
            words.join("、")
        }
        Field::District => towns::district(value).map_or_else(|| value.to_owned(), |d| d.name.to_owned()),
        Field::Silo | Field::Output => {
            value.parse().map_or_else(|_| value.to_owned(), |kilograms| Kilograms(kilograms).as_input())
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, field: Field) -> Result<String, Fault> {
        read(&Cell { row: 2, column: 3, content: Content::Text(text.to_owned()) }, field)
    }

    fn number(number: f64, field: Field) -> Result<String, Fault> {
        read(&Cell { row: 2, column: 3, content: Content::Number(number) }, field)
    }

    #[test]
    fn what_a_person_would_call_readable_is_read() {
        assert_eq!(text("１３８ ００００ ０１０１", Field::Phone).as_deref(), Ok("13800000101"));
        assert_eq!(text("1.3800000101E+10", Field::Phone).as_deref(), Ok("13800000101"));
        assert_eq!(number(13_800_000_101.0, Field::Phone).as_deref(), Ok("13800000101"));
        assert_eq!(text(" 9131 0118 example03e\n", Field::Code).as_deref(), Ok("91310118EXAMPLE03E"));
        assert_eq!(number(24_000.0, Field::Silo).as_deref(), Ok("24000000"));
        assert_eq!(text("2.6 吨", Field::Output).as_deref(), Ok("2600"));
        assert_eq!(number(15.0, Field::Number).as_deref(), Ok("15"));
        assert_eq!(text("通知，保供填报;Notices", Field::Duties).as_deref(), Ok(",notices,supply,"));
        assert_eq!(text("码头", Field::Kind).as_deref(), Ok("terminal"));
    }

    #[test]
    fn a_line_break_in_a_cell_separates_what_a_person_sees_apart() {
        assert_eq!(text("通知\n保供填报", Field::Duties).as_deref(), Ok(",notices,supply,"));
        assert_eq!(text("Shanghai\r\n Cement", Field::Name).as_deref(), Ok("Shanghai Cement"));
        assert_eq!(text("上海示范\n水泥有限公司", Field::Name).as_deref(), Ok("上海示范水泥有限公司"));
        assert_eq!(text("A区\nB楼", Field::Detail).as_deref(), Ok("A区B楼"));
    }

    #[test]
    fn what_was_lost_is_taken_by_no_column() {
        for field in Field::ALL {
            for lost in [UNREADABLE.to_owned(), format!(" {UNREADABLE} 9.1e17\n")] {
                let fault = text(&lost, *field).expect_err("lost");
                assert_eq!(fault.reason.key, "imports.problem.lost", "{field}");
            }
        }
    }

    #[test]
    fn what_nobody_could_read_is_refused_with_a_suggestion() {
        assert_eq!(text("1.38E+10", Field::Phone).expect_err("lost").reason.key, "members.phone.scientific");
        assert_eq!(number(9.131_011_8e17, Field::Code).expect_err("lost").reason.key, "sheets.digits_lost");
        let kind = text("水泥厂", Field::Kind).expect_err("unknown");
        assert_eq!(kind.suggestion, Some(Message::of("imports.allowed.kind")));
        let day = time::macros::date!(2026 - 03 - 05);
        let date = Cell { row: 0, column: 0, content: Content::Day(day) };
        let fault = read(&date, Field::Number).expect_err("a date");
        assert_eq!(fault.suggestion, Some(Message::of("imports.suggest.text").with("text", "3-5")));
        assert!(text(&"长".repeat(101), Field::Name).is_err());
    }

    #[test]
    fn a_code_is_suggested_or_sent_to_the_members_page() {
        assert!(check_code("91310118EXAMPLE03E", false).is_ok());
        let slip = check_code("91310118EXAMPLEO3E", false).expect_err("a letter O");
        let expected = Message::of("members.credit_code.suggestion").with("code", "91310118EXAMPLE03E");
        assert_eq!(slip.suggestion, Some(expected));
        let wrong = check_code("91310118EXAMPLE03F", false).expect_err("a wrong check");
        assert_eq!(wrong.suggestion, Some(Message::of("imports.suggest.licence")));
        assert!(check_code("91310118EXAMPLE03F", true).is_ok());
    }

    #[test]
    fn every_allowed_word_is_named_and_read_back() {
        for l in Locale::ALL {
            let all = |key: &str, words: Vec<String>, field: Field, values: Vec<String>| {
                for (word, value) in words.iter().zip(values) {
                    assert!(l.t(key).contains(word), "{word} is not in {key}");
                    assert_eq!(text(word, field).expect(word), value);
                    assert_eq!(&show(l, field, &value), word);
                }
            };
            let kinds = PlantKind::ALL.iter().map(|kind| l.say(&kind.name())).collect();
            all("imports.allowed.kind", kinds, Field::Kind, PlantKind::ALL.iter().map(ToString::to_string).collect());
            let ways = Passage::ALL.iter().map(|way| l.t(&format!("members.passage.{way}"))).collect();
            all(
                "imports.allowed.passage",
                ways,
                Field::Passage,
                Passage::ALL.iter().map(ToString::to_string).collect(),
            );
            let places = vec![l.t("members.entrance.inside"), l.t("members.entrance.outside")];
            all("imports.allowed.place", places, Field::Place, vec![INSIDE.to_owned(), OUTSIDE.to_owned()]);
            let duties = Duty::ALL.iter().map(|duty| l.t(&duty_key(*duty))).collect();
            all(
                "imports.allowed.duties",
                duties,
                Field::Duties,
                Duty::ALL.iter().map(|d| join_duties(&[*d])).collect(),
            );
        }
    }
}
