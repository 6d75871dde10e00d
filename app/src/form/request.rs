//! Reading a posted form: bodies of bounded size, every pair kept in its order. All texts of a form together
//! stay within `MAX_TEXTS`, whatever its route allows its files, unless the route says that its form is long. Forms
//! with files are read by `files::Upload`.

use axum::{
    RequestExt,
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request},
};

use super::{Form, MAX_VALUE};
use crate::{
    error::{AppError, Result},
    text::Message,
};

/// Most pairs a form may have; the longest real one, what the city said of a thousand entrances, has three thousand.
const MAX_PAIRS: usize = 4_000;
/// Most bytes of all names and values of a form together.
const MAX_TEXTS: usize = 1024 * 1024;
/// The same of a form that its route calls long, and most bytes of its body: a thousand reasons of 300 Chinese
/// characters, each of which travels as nine bytes.
pub const LONG_FORM: usize = 4 * 1024 * 1024;
/// Longest name of a field, in bytes.
pub const MAX_NAME: usize = 200;

/// Stands in a request whose route says that its form is long.
#[derive(Clone, Copy, Debug)]
pub struct IsLong;

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = AppError;

    async fn from_request(request: Request, _state: &S) -> Result<Self> {
        let most = if request.extensions().get::<IsLong>().is_some() { LONG_FORM } else { MAX_TEXTS };
        let mut pairs = Pairs::within(most);
        for (name, value) in parse(&body(request, most).await?)? {
            pairs.add(name, value)?;
        }
        Ok(pairs.form())
    }
}

/// Reads a form of which one value may be as long as the body, and the body `most` bytes.
pub async fn with_long_value(request: Request, long: &str, most: usize) -> Result<Form> {
    let (mut pairs, mut found) = (Pairs::default(), None);
    for (name, value) in parse(&body(request, most).await?)? {
        if name == long {
            found = Some(value);
        } else {
            pairs.add(name, value)?;
        }
    }
    let mut form = pairs.form();
    if let Some(value) = found {
        form.set(long, value);
    }
    Ok(form)
}

async fn body(request: Request, most: usize) -> Result<Bytes> {
    let too_large = |_| AppError::TooLarge { megabytes: most.div_ceil(1024 * 1024) };
    to_bytes(request.into_limited_body(), most).await.map_err(too_large)
}

/// Reads `application/x-www-form-urlencoded` bytes.
fn parse(body: &[u8]) -> Result<Vec<(String, String)>> {
    // Counted before they are taken apart: a megabyte of empty pairs would become many.
    if body.iter().filter(|byte| **byte == b'&').count() >= MAX_PAIRS {
        return Err(beyond_bounds());
    }
    let text = std::str::from_utf8(body).map_err(|_| unreadable())?;
    serde_html_form::from_str(text).map_err(|_| unreadable())
}

fn unreadable() -> AppError {
    AppError::Refused(Message::of("error.unreadable"))
}

/// The refusal of a form with too many or too long values.
pub fn beyond_bounds() -> AppError {
    AppError::Refused(Message::of("error.form_bounds"))
}

/// Pairs as they arrive, bounded while they do.
#[derive(Debug)]
pub struct Pairs {
    pairs: Vec<(String, String)>,
    bytes: usize,
    most: usize,
}

impl Default for Pairs {
    fn default() -> Self {
        Self::within(MAX_TEXTS)
    }
}

impl Pairs {
    /// Those of a form whose texts may have so many bytes together.
    pub fn within(most: usize) -> Self {
        Self { pairs: Vec::new(), bytes: 0, most }
    }

    pub fn add(&mut self, name: String, value: String) -> Result<()> {
        self.bytes += name.len() + value.len();
        let bounds = self.pairs.len() < MAX_PAIRS && self.bytes <= self.most;
        if !bounds || name.len() > MAX_NAME || value.len() > MAX_VALUE {
            return Err(beyond_bounds());
        }
        self.pairs.push((name, value));
        Ok(())
    }

    pub fn form(self) -> Form {
        Form::from_pairs(self.pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_bounded_in_number_in_length_and_together() {
        let mut many = Pairs::default();
        assert!((0..MAX_PAIRS).all(|n| many.add(n.to_string(), String::new()).is_ok()));
        assert!(many.add("one more".to_owned(), String::new()).is_err());

        let mut heavy = Pairs::default();
        let value = "a".repeat(MAX_VALUE);
        assert!((0..5).all(|n| heavy.add(n.to_string(), value.clone()).is_ok()));
        assert!(heavy.add("together too much".to_owned(), value.clone()).is_err());

        let mut long = Pairs::within(LONG_FORM);
        assert!((0..20).all(|n| long.add(n.to_string(), value.clone()).is_ok()));
        assert!(long.add("together too much".to_owned(), value.clone()).is_err());

        assert!(Pairs::default().add("long".to_owned(), format!("{value}a")).is_err());
        assert!(Pairs::default().add("n".repeat(MAX_NAME + 1), String::new()).is_err());
    }

    #[test]
    fn a_body_of_empty_pairs_is_refused_before_it_is_taken_apart() {
        assert_eq!(parse("&".repeat(MAX_PAIRS - 1).as_bytes()).map_or(0, |pairs| pairs.len()), 0);
        assert!(parse("a&".repeat(MAX_PAIRS).as_bytes()).is_err());
    }
}
