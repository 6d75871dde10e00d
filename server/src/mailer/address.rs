//! The mail server's address in lettre's form: `smtps://user:password@host`, `smtp://host?tls=required`
//! or `smtp://host`, with `%`-escapes in name and password. A password never travels in the clear,
//! except to this machine itself.

use lettre::transport::smtp::{authentication::Credentials, extension::ClientId};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::config::{Sentence, wrong};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    None,
    /// STARTTLS where the server offers it.
    WhereOffered,
    /// STARTTLS, or nothing is sent.
    Required,
    /// From the first byte (RFC 8314).
    Wrapped,
}

#[derive(Clone)]
pub struct SmtpAddress {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    pub credentials: Option<Credentials>,
    /// What we call ourselves in EHLO.
    pub hello: ClientId,
}

impl std::fmt::Debug for SmtpAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{} ({:?})", self.host, self.port, self.encryption)
    }
}

impl SmtpAddress {
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        let wrong = |what: &str| wrong("SMTP_URL", what);
        let url = Url::parse(text).map_err(|_| wrong("is not an address"))?;
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let (encryption, port) = match (url.scheme(), tls.as_deref()) {
            ("smtps", _) => (Encryption::Wrapped, 465),
            ("smtp", Some("required")) => (Encryption::Required, 587),
            ("smtp", Some("opportunistic")) => (Encryption::WhereOffered, 587),
            ("smtp", None) => (Encryption::None, 25),
            _ => return Err(wrong("has an unknown scheme or tls setting")),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| wrong("names no host"))?;
        let decoded = |part: &str| {
            percent_decode_str(part).decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_| wrong("is not UTF-8"))
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(decoded(url.username())?, decoded(password)?)),
            None if url.username().is_empty() => None,
            None => return Err(wrong("has a user and no password")),
        };
        let hello = url.path().trim_matches('/');
        let address = Self {
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: url.port().unwrap_or(port),
            encryption,
            credentials,
            hello: if hello.is_empty() { ClientId::default() } else { ClientId::Domain(decoded(hello)?) },
        };
        if address.port == 465 && encryption != Encryption::Wrapped {
            // There the server waits for the handshake and we for its greeting.
            return Err(wrong("names port 465, where the encryption begins at once: write smtps:// for it"));
        }
        let clear = matches!(encryption, Encryption::None | Encryption::WhereOffered);
        if clear && address.credentials.is_some() && !address.is_loopback() {
            return Err(wrong("would send the password without encryption"));
        }
        Ok(address)
    }

    /// Whether the server is this machine.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lettres_forms_are_read() -> Result<(), Sentence> {
        for (text, host, port, encryption) in [
            ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Encryption::None),
            ("smtp://mail.example.cn", "mail.example.cn", 25, Encryption::None),
            ("smtp://u:p@mail.example.cn?tls=required", "mail.example.cn", 587, Encryption::Required),
            ("smtp://mail.example.cn?tls=opportunistic", "mail.example.cn", 587, Encryption::WhereOffered),
            ("smtps://u%40x.cn:p%2F@mail.example.cn", "mail.example.cn", 465, Encryption::Wrapped),
            ("smtp://[::1]:25", "::1", 25, Encryption::None),
        ] {
            let address = SmtpAddress::parse(text)?;
            assert_eq!((address.host.as_str(), address.port, address.encryption), (host, port, encryption), "{text}");
        }
        let address = SmtpAddress::parse("smtps://u%40x.cn:p%2F@mail.example.cn")?;
        assert_eq!(address.credentials, Some(Credentials::new("u@x.cn".to_owned(), "p/".to_owned())));
        Ok(())
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for text in [
            "mail.example.cn",
            "http://mail.example.cn",
            "smtp://mail.example.cn?tls=maybe",
            "smtp://user:secret@mail.example.cn",
            "smtp://user:secret@mail.example.cn?tls=opportunistic",
            "smtps://user@mail.example.cn",
            "smtp://user:secret@mail.example.cn:465?tls=required",
            "smtp://mail.example.cn:465",
        ] {
            let sentence = SmtpAddress::parse(text).err().unwrap_or_default();
            assert!(sentence.starts_with("SMTP_URL") && sentence.contains("write"), "{text}: {sentence}");
            assert!(!sentence.contains("secret"));
        }
    }
}
