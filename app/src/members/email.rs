//! E-mail addresses, checked only so far that a slip is caught and a mail header stays safe:
//! whether a mailbox exists, only a mail can tell. Lengths follow RFC 5321.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::text::Message;

/// Bytes in a whole address and in the part before the @ (RFC 5321, 4.5.3.1).
pub const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;
const LONGEST_LABEL: usize = 63;

/// An address whose domain is in lower case; the part before the @ stays as typed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailError {
    Missing,
    TooLong,
    /// No @, or more than one.
    AtSign,
    /// A space, a comma or another character that no address needs.
    Character(char),
    /// The part before the @ is empty, too long or has dots in the wrong place.
    Local,
    /// The part after the @ is no domain name.
    Domain,
}

impl Email {
    /// Reads an address as people write it; full-width characters become half-width.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(raw: &str) -> Result<Self, EmailError> {
        if raw.len() > LONGEST * 4 {
            return Err(EmailError::TooLong);
        }
        let text: String = raw.nfkc().collect();
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailError::Missing);
        }
        if text.len() > LONGEST {
            return Err(EmailError::TooLong);
        }
        if let Some(c) = text.chars().find(|c| !is_allowed(*c)) {
            return Err(EmailError::Character(c));
        }
        let (local, domain) = text.split_once('@').ok_or(EmailError::AtSign)?;
        if domain.contains('@') {
            return Err(EmailError::AtSign);
        }
        if local.len() > LONGEST_LOCAL || local.split('.').any(str::is_empty) {
            return Err(EmailError::Local);
        }
        let domain = domain.to_ascii_lowercase();
        if !is_domain(&domain) {
            return Err(EmailError::Domain);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For finding an account: in practice no two mailboxes differ only in case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// A stored address for those who need not see it; `****` for one that cannot be read.
    #[must_use]
    pub fn mask(stored: &str) -> String {
        Self::parse(stored).map_or_else(|_| "****".to_owned(), |email| email.masked())
    }

    /// `z***@example.com`
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or((&self.0, ""));
        let first: String = local.chars().take(1).collect();
        format!("{first}***@{domain}")
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Masked, so that no log carries an address.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email({})", self.masked())
    }
}

impl EmailError {
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::Missing => Message::of("members.email.missing"),
            Self::TooLong => Message::of("members.email.too_long").with("max", LONGEST),
            Self::AtSign => Message::of("members.email.at_sign"),
            Self::Character(c) if c.is_whitespace() || c.is_control() => Message::of("members.email.space"),
            Self::Character(c) => Message::of("members.email.character").with("found", c),
            Self::Local => Message::of("members.email.local"),
            Self::Domain => Message::of("members.email.domain"),
        }
    }
}

/// ASCII without quotes, brackets and separators: quoted local parts exist in the RFC only.
fn is_allowed(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '(' | ')' | '<' | '>' | '[' | ']' | ',' | ';' | ':')
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= LONGEST_LABEL
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.')
        && domain.split('.').all(label)
        && last.len() >= 2
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (raw, text) in [
            ("shaobing@shdata.com", "shaobing@shdata.com"),
            (" Zhang.San@Example.COM.cn ", "Zhang.San@example.com.cn"),
            ("ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "zhang@example.com"),
            ("a+b_c@163.com", "a+b_c@163.com"),
            ("12345@qq.com", "12345@qq.com"),
        ] {
            assert_eq!(Email::parse(raw).expect(raw).as_str(), text);
        }
        let email = Email::parse("Zhang@Example.com").expect("address");
        assert_eq!(email.key(), "zhang@example.com");
        assert_eq!(email.masked(), "Z***@example.com");
        assert_eq!(format!("{email:?}"), "Email(Z***@example.com)");
    }

    #[test]
    fn slips_and_tricks_are_refused() {
        for (raw, error) in [
            ("  ", EmailError::Missing),
            ("zhang.example.com", EmailError::AtSign),
            ("a@b@example.com", EmailError::AtSign),
            ("a b@example.com", EmailError::Character(' ')),
            ("a@example.com\r\nBcc: x@example.com", EmailError::Character('\r')),
            ("a@example.com,b@example.com", EmailError::Character(',')),
            ("张三@example.com", EmailError::Character('张')),
            ("@example.com", EmailError::Local),
            (".a@example.com", EmailError::Local),
            ("a..b@example.com", EmailError::Local),
            ("a@localhost", EmailError::Domain),
            ("a@-x.com", EmailError::Domain),
            ("a@x..com", EmailError::Domain),
            ("a@127.0.0.1", EmailError::Domain),
        ] {
            assert_eq!(Email::parse(raw), Err(error), "{raw:?}");
        }
    }

    #[test]
    fn lengths_are_bounded() {
        let local = format!("{}@example.com", "a".repeat(65));
        assert_eq!(Email::parse(&local), Err(EmailError::Local));
        let whole = format!("a@{}.com", "a.".repeat(130));
        assert_eq!(Email::parse(&whole), Err(EmailError::TooLong));
        assert_eq!(Email::parse(&"a".repeat(5_000_000)), Err(EmailError::TooLong));
    }
}
