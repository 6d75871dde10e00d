//! Which passwords are accepted: 8 to 128 characters, no rules of composition, but nothing that guessers
//! try first: the common ones, plain rows and repetitions, the product's own words, one's own login.

use unicode_normalization::UnicodeNormalization;

use super::password::{MAX_LENGTH, MIN_LENGTH};
use crate::{form::Form, text::Message};

/// One a line, normalised; words of this trade and product among them.
const COMMON: &str = include_str!("common_passwords.txt");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    Length,
    Common,
    /// It is the person's own number or address.
    Own,
}

/// What is wrong with a password for a person with these logins.
pub fn weakness(password: &str, logins: &[&str]) -> Option<Weakness> {
    if !(MIN_LENGTH..=MAX_LENGTH).contains(&password.chars().count()) {
        return Some(Weakness::Length);
    }
    let plain = normal(password);
    if logins.iter().any(|login| plain == normal(login) || plain == normal(login.split('@').next().unwrap_or(login))) {
        return Some(Weakness::Own);
    }
    let bare = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    let listed = |word: &str| COMMON.lines().any(|common| common == word);
    let common = listed(&plain) || (!bare.is_empty() && listed(bare)) || is_row(&plain) || is_repeated(&plain);
    common.then_some(Weakness::Common)
}

/// Reads the field `name` as a new password that is typed a second time in `again`.
pub fn read(form: &mut Form, name: &str, again: &str, logins: &[&str]) -> Option<String> {
    let password = form.value(name).to_owned();
    let message = match weakness(&password, logins) {
        Some(Weakness::Length) => {
            Some(Message::of("accounts.password.length").with("min", MIN_LENGTH).with("max", MAX_LENGTH))
        }
        Some(Weakness::Common) => Some(Message::of("accounts.password.common")),
        Some(Weakness::Own) => Some(Message::of("accounts.password.own")),
        None => None,
    };
    if let Some(message) = message {
        form.refuse(name, message);
        return None;
    }
    if form.value(again) != password {
        form.refuse(again, Message::of("accounts.password.differs"));
        return None;
    }
    Some(password)
}

/// Lower case, half-width, letters and digits only: what a guesser's variations have in common.
fn normal(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// `12345678`, `abcdefgh` and their reverse.
fn is_row(text: &str) -> bool {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let steps = |step: i64| codes.windows(2).all(|pair| i64::from(pair[1]) - i64::from(pair[0]) == step);
    steps(1) || steps(-1)
}

/// One to three characters over and over; a password of signs alone counts too, as nothing is left of it.
fn is_repeated(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    (1..=3).any(|size| chars.iter().enumerate().all(|(n, c)| *c == chars[n % size.min(chars.len())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_normalised() {
        for word in COMMON.lines() {
            assert_eq!(normal(word), word);
            assert!(!word.is_empty());
        }
    }

    #[test]
    fn common_passwords_are_refused_however_they_are_written() {
        for password in [
            "password",
            "PassWord1!",
            "ｐａｓｓｗｏｒｄ",
            "12345678",
            "87654321",
            "abcdefgh",
            "11111111",
            "abcabcabc",
            "qwertyuiop",
            "Hunitong2022",
            "沪泥通沪泥通沪泥通",
            "woaini1314",
            "shanghai2022",
            "********",
        ] {
            assert_eq!(weakness(password, &[]), Some(Weakness::Common), "{password}");
        }
    }

    #[test]
    fn nothing_else_is_asked_of_a_password() {
        for password in ["correct horse", "四个水泥罐两辆车", "kiln-dust-9", "        a  kiln of d e"] {
            assert_eq!(weakness(password, &[]), None, "{password}");
        }
    }

    #[test]
    fn length_and_ones_own_login_matter() {
        assert_eq!(weakness("kiln-7", &[]), Some(Weakness::Length));
        assert_eq!(weakness(&"kiln ".repeat(26), &[]), Some(Weakness::Length));
        assert_eq!(weakness("13800000017", &["13800000017"]), Some(Weakness::Own));
        assert_eq!(weakness("wangchangzhang", &["Wang.ChangZhang@plant.cn"]), Some(Weakness::Own));
    }
}
