//! Languages and what is said in them. Code never holds a sentence for people: it names a key, and
//! the sentences stand side by side in `locales/*.yml`. A test holds that every key used exists in
//! both languages and that none is left over.

use serde::{Deserialize, Serialize};

/// The two languages of the product; Chinese comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Locale {
    #[default]
    Zh,
    En,
}

impl Locale {
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The BCP 47 tag, as it stands in `lang` and in the locale files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// Reads a tag such as `zh`, `zh-CN` or `en-GB`; anything else is not ours.
    pub fn from_code(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_lowercase();
        if code == "zh" || code.starts_with("zh-") {
            Some(Self::Zh)
        } else if code == "en" || code.starts_with("en-") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The first of ours in an `Accept-Language` header, by the order in which it lists them.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        header.split(',').filter_map(|part| Self::from_code(part.split(';').next().unwrap_or_default())).next()
    }
}

/// A sentence to be said: its key in the locale files and the values that go into it. A value that
/// is `@` and a key is said in the same language; any other that begins with `@` stands as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    pub key: &'static str,
    pub args: Vec<(&'static str, String)>,
}

impl Message {
    pub fn of(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// A sentence that was kept or sent along, as `Message` writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    key: String,
    args: Vec<(String, String)>,
}

impl Kept {
    /// Whether it is the sentence of this key.
    pub fn is(&self, key: &str) -> bool {
        self.key == key
    }
}

#[cfg(feature = "ssr")]
impl Locale {
    /// The sentence of a key.
    pub fn t(self, key: &str) -> String {
        crate::translate(key, self.code())
    }

    /// The sentence of a key with values for its `%{names}`.
    pub fn tn(self, key: &str, args: &[(&str, &str)]) -> String {
        let mut text = self.t(key);
        for (name, value) in args {
            text = text.replace(&format!("%{{{name}}}"), value);
        }
        text
    }

    /// Whether there is a sentence for the key.
    pub fn has(self, key: &str) -> bool {
        self.t(key) != key
    }

    pub fn say(self, message: &Message) -> String {
        self.with_args(message.key, message.args.iter().map(|(name, value)| (*name, value.as_str())))
    }

    /// A kept sentence; nothing when no such sentence exists.
    pub fn say_kept(self, kept: &Kept) -> Option<String> {
        let args = kept.args.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.has(&kept.key).then(|| self.with_args(&kept.key, args))
    }

    fn with_args<'a>(self, key: &str, args: impl Iterator<Item = (&'a str, &'a str)>) -> String {
        let args: Vec<(&str, String)> = args
            .map(|(name, value)| {
                let key = value.strip_prefix('@').filter(|key| self.has(key));
                (name, key.map_or_else(|| value.to_owned(), |key| self.t(key)))
            })
            .collect();
        let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.tn(key, &args)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_of_ours_wins() {
        assert_eq!(Locale::from_accept_language("fr, en-GB;q=0.9, zh;q=0.8"), Some(Locale::En));
        assert_eq!(Locale::from_accept_language("zh-TW,zh;q=0.9"), Some(Locale::Zh));
        assert_eq!(Locale::from_accept_language("fr"), None);
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn only_a_key_that_exists_is_said_in_place_of_a_value() {
        let said = |label: &str| Locale::En.say(&Message::of("form.required").with("label", label));
        assert!(said("@accounts.field.password").contains("Password"));
        assert!(said("@zhang").contains("@zhang"));
    }
}
