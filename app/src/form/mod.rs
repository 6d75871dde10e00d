//! What a person typed, and what is wrong with it. A form keeps every value as it came, so that a
//! page shown again after an error has lost nothing; reading a value bounds and checks it and notes
//! the error at its field. Labels follow from names: field `title` of a form whose scope is
//! `notices.field` is labelled by the key `notices.field.title`.

#[cfg(feature = "ssr")]
pub mod request;

use crate::{
    ids::TextEnum,
    text::Message,
    time::{Day, Instant, parse_day},
};

/// Longest single value that is read at all, in bytes; longer ones are refused with the form.
pub const MAX_VALUE: usize = 200_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    scope: &'static str,
    values: Vec<(String, String)>,
    errors: Vec<(String, Message)>,
}

impl Form {
    /// An empty form; `scope` is where its labels stand, such as `notices.field`.
    pub fn new(scope: &'static str) -> Self {
        Self { scope, ..Self::default() }
    }

    pub fn from_pairs(values: Vec<(String, String)>) -> Self {
        Self { values, ..Self::default() }
    }

    #[must_use]
    pub fn scoped(mut self, scope: &'static str) -> Self {
        self.scope = scope;
        self
    }

    pub fn scope(&self) -> &'static str {
        self.scope
    }

    /// The label's key of a field. Repeated fields (`lines.3.stock`, or a row's id in the place of the number) share
    /// the label of `lines.stock`.
    pub fn label_key(&self, name: &str) -> String {
        let counts = |part: &str| part.parse::<usize>().is_ok() || part.parse::<uuid::Uuid>().is_ok();
        let plain: Vec<&str> = name.split('.').filter(|part| !counts(part)).collect();
        format!("{}.{}", self.scope, plain.join("."))
    }

    pub fn pairs(&self) -> &[(String, String)] {
        &self.values
    }

    /// The value as typed; empty when the field was not sent.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    /// All values of a field that may be sent several times.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Whether a checkbox or radio of this value is set.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values(name).any(|v| v == value)
    }

    pub fn contains(&self, name: &str) -> bool {
        self.values.iter().any(|(n, _)| n == name)
    }

    /// Replaces a field's values by one.
    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.values.retain(|(n, _)| n != name);
        self.add(name, value);
    }

    pub fn add(&mut self, name: &str, value: impl ToString) {
        self.values.push((name.to_owned(), value.to_string()));
    }

    pub fn errors(&self) -> &[(String, Message)] {
        &self.errors
    }

    pub fn error(&self, name: &str) -> Option<&Message> {
        self.errors.iter().find(|(n, _)| n == name).map(|(_, m)| m)
    }

    /// All that is wrong with a field.
    pub fn errors_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Message> {
        self.errors.iter().filter(move |(n, _)| n == name).map(|(_, m)| m)
    }

    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Notes what is wrong with a field; the first error of a field is the one that is shown.
    pub fn refuse(&mut self, name: &str, message: Message) {
        if self.error(name).is_none() {
            self.errors.push((name.to_owned(), message));
        }
    }

    /// Notes what is wrong with one of the things that a field holds, such as files: all such errors are shown.
    pub fn refuse_each(&mut self, name: &str, message: Message) {
        self.errors.push((name.to_owned(), message));
    }

    fn refuse_by_label(&mut self, name: &str, key: &'static str) {
        let label = format!("@{}", self.label_key(name));
        self.refuse(name, Message::of(key).with("label", label));
    }

    /// A text without outer white space; empty or longer than `max` characters is an error.
    pub fn required(&mut self, name: &str, max: usize) -> String {
        match self.optional(name, max) {
            Some(text) => text,
            None => {
                self.refuse_by_label(name, "form.required");
                String::new()
            }
        }
    }

    /// A text without outer white space, or nothing; longer than `max` characters is an error.
    pub fn optional(&mut self, name: &str, max: usize) -> Option<String> {
        let text = self.value(name).trim().replace("\r\n", "\n");
        if text.is_empty() {
            return None;
        }
        let label = format!("@{}", self.label_key(name));
        if text.chars().count() > max {
            self.refuse(name, Message::of("form.too_long").with("label", label).with("max", max));
        } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.refuse(name, Message::of("form.control_characters").with("label", label));
        }
        Some(text)
    }

    /// One of an enum's words; a missing or unknown one is an error.
    pub fn choice<E: TextEnum>(&mut self, name: &str) -> Option<E> {
        let choice = E::from_word(self.value(name).trim());
        if choice.is_none() {
            self.refuse_by_label(name, "form.choose");
        }
        choice
    }

    pub fn optional_choice<E: TextEnum>(&self, name: &str) -> Option<E> {
        E::from_word(self.value(name).trim())
    }

    /// All of an enum's words that are ticked; unknown ones are passed over.
    pub fn choices<E: TextEnum>(&self, name: &str) -> Vec<E> {
        E::ALL.iter().copied().filter(|choice| self.has(name, choice.word())).collect()
    }

    /// A checkbox whose value is `yes`.
    pub fn ticked(&self, name: &str) -> bool {
        self.has(name, "yes")
    }

    pub fn day(&mut self, name: &str) -> Option<Day> {
        let day = self.optional_day(name);
        if day.is_none() {
            self.refuse_by_label(name, "form.required");
        }
        day
    }

    pub fn optional_day(&mut self, name: &str) -> Option<Day> {
        let text = self.value(name).trim().to_owned();
        if text.is_empty() {
            return None;
        }
        let day = parse_day(&text);
        if day.is_none() {
            self.refuse_by_label(name, "form.day");
        }
        day
    }

    pub fn optional_instant(&mut self, name: &str) -> Option<Instant> {
        let text = self.value(name).trim().to_owned();
        if text.is_empty() {
            return None;
        }
        let instant = Instant::parse_input(&text);
        if instant.is_none() {
            self.refuse_by_label(name, "form.instant");
        }
        instant
    }

    /// A whole number within bounds, or nothing when the field is empty.
    pub fn optional_whole(&mut self, name: &str, min: i64, max: i64) -> Option<i64> {
        let text: String = self.value(name).chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
        if text.is_empty() {
            return None;
        }
        let number = text.parse::<i64>().ok().filter(|n| (min..=max).contains(n));
        if number.is_none() {
            let label = format!("@{}", self.label_key(name));
            self.refuse(name, Message::of("form.whole").with("label", label).with("min", min).with("max", max));
        }
        number
    }

    pub fn whole(&mut self, name: &str, min: i64, max: i64) -> Option<i64> {
        let number = self.optional_whole(name, min, max);
        if number.is_none() {
            self.refuse_by_label(name, "form.required");
        }
        number
    }

    /// Any value that can be parsed, such as an id from a select.
    pub fn parsed<T: std::str::FromStr>(&mut self, name: &str) -> Option<T> {
        let parsed = self.value(name).trim().parse().ok();
        if parsed.is_none() {
            self.refuse_by_label(name, "form.choose");
        }
        parsed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Form {
        Form::from_pairs(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()).scoped("x.field")
    }

    #[test]
    fn a_missing_text_is_an_error_that_names_its_label() {
        let mut form = typed(&[("title", "  ")]);
        assert_eq!(form.required("title", 5), "");
        let expected = Message::of("form.required").with("label", "@x.field.title");
        assert_eq!(form.error("title"), Some(&expected));
        assert_eq!(form.value("title"), "  ", "what was typed stays");
    }

    #[test]
    fn length_counts_characters() {
        let mut form = typed(&[("title", "水泥水泥水")]);
        assert_eq!(form.required("title", 5), "水泥水泥水");
        assert!(!form.has_errors());
        form.required("title", 4);
        assert!(form.has_errors());
    }

    #[test]
    fn a_field_says_its_first_error_and_every_one_of_its_files() {
        let mut form = typed(&[]);
        form.refuse("files", Message::of("a"));
        form.refuse("files", Message::of("b"));
        form.refuse_each("files", Message::of("c"));
        form.refuse_each("files", Message::of("d"));
        let said: Vec<&str> = form.errors_of("files").map(|message| message.key).collect();
        assert_eq!(said, ["a", "c", "d"]);
    }

    #[test]
    fn repeated_fields_share_a_label() {
        assert_eq!(typed(&[]).label_key("lines.3.stock"), "x.field.lines.stock");
        let by_id = format!("lines.{}.stock", uuid::Uuid::nil());
        assert_eq!(typed(&[]).label_key(&by_id), "x.field.lines.stock");
    }

    #[test]
    fn whole_numbers_are_bounded() {
        let mut form = typed(&[("n", "1,200"), ("m", "-1")]);
        assert_eq!(form.optional_whole("n", 0, 2000), Some(1200));
        assert_eq!(form.optional_whole("m", 0, 10), None);
        assert!(form.error("m").is_some());
    }
}
