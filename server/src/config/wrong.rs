//! The sentence about a wrong setting: which one, by its variable and its flag, what is wrong, what to write.
//! A mistake that clap finds is said the same way as one that we find.

use std::fmt::Display;

use clap::{
    Command, CommandFactory,
    builder::Resettable,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{Arguments, Sentence};

/// What to write, by the setting's variable.
const WRITE: &[(&str, &str)] = &[
    ("DATABASE_URL", "sqlite://path/to/file.db or postgres://user:password@host/database"),
    ("HUNITONG_DATA_DIR", "the path of a folder that can be written, such as /var/lib/hunitong"),
    ("HUNITONG_ADDR", "an IP address of this machine and a free port, such as 127.0.0.1:3000"),
    ("HUNITONG_PUBLIC_URL", "scheme and host, such as https://portal.example.cn"),
    ("HUNITONG_SECRET_KEY", "at least 32 random characters, or nothing"),
    ("HUNITONG_BEHIND_PROXY", "true or false"),
    ("SMTP_URL", "smtps://user:password@host or smtp://user:password@host?tls=required, or nothing"),
    ("HUNITONG_MAIL_FROM", "a mail address, such as office@example.cn"),
    ("HUNITONG_MAIL_REPLY_TO", "a mail address with at most 20 characters before the @, such as reply@example.cn"),
    ("HUNITONG_MAIL_RETURN_PATH", "a mail address with at most 20 characters before the @, such as bounce@example.cn"),
    ("HUNITONG_MAIL_PARALLEL", "a whole number from 1 to 64, such as 4"),
    ("HUNITONG_MAIL_PER_MINUTE", "a whole number from 0 to 100000, such as 300; 0 is no limit"),
    ("HUNITONG_MAIL_RETRY_MINUTES", "whole minutes from 1 to 10080 with commas between, such as 2,5,15,30,60"),
    ("HUNITONG_MAIL_GIVE_UP_HOURS", "a whole number from 1 to 720, such as 96"),
    ("HUNITONG_MAIL_UNCERTAIN_SECONDS", "a whole number from 1 to 86400, such as 1800"),
    ("HUNITONG_MAIL_LEASE_SECONDS", "a whole number from 2 to 300, such as 25"),
    ("HUNITONG_MAIL_STEP_SECONDS", "a whole number from 1 to 600, such as 60"),
    ("HUNITONG_MAIL_CA", "the path of a PEM file with the authority's certificate"),
    ("HUNITONG_MAIL_ANSWER_SECONDS", "a whole number from 1 to 3600, such as 600"),
    ("HUNITONG_WECOM_BASE", "an https address, such as https://qyapi.weixin.qq.com, or nothing"),
    ("HUNITONG_WECOM_CA", "the path of a PEM file with the authority's certificate"),
    ("HUNITONG_WECOM_ALLOW_PRIVATE", "true or false"),
    ("HUNITONG_INSTALL_REQUEST_TO", "a mail address, such as shaobing@shdata.com"),
    ("HUNITONG_LOG", "text or json"),
];

/// The sentence about the setting of this variable.
pub fn wrong(variable: &str, what: impl Display) -> Sentence {
    let write = WRITE.iter().find(|(name, _)| *name == variable).map_or("what --help shows", |(_, write)| write);
    format!("{variable} (--{}) {what}; write {write}", flag(variable))
}

/// The flag's name follows from the variable's.
fn flag(variable: &str) -> String {
    variable.trim_start_matches("HUNITONG_").to_lowercase().replace('_', "-")
}

/// The command line, as it is read: a variable that is set to nothing counts as not set, as templates of
/// environment files leave them.
pub(super) fn command() -> Command {
    Arguments::command().mut_args(|argument| {
        let empty = argument.get_env().is_some_and(|name| std::env::var_os(name).is_some_and(|value| value.is_empty()));
        if empty { argument.env(Resettable::Reset) } else { argument }
    })
}

/// What clap found, in one sentence. It repeats values of numbers, addresses and choices only; what may be secret
/// is text to clap and never refused by it.
pub(super) fn sentence(error: &clap::Error) -> Sentence {
    let named = context(error, ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => match context(error, ContextKind::SuggestedArg) {
            Some(meant) => format!("{} is no setting; write {meant}, or see hunitong --help", shown(named)),
            None => format!("{} is no setting; write one that hunitong --help shows", shown(named)),
        },
        ErrorKind::InvalidSubcommand => {
            let given = context(error, ContextKind::InvalidSubcommand);
            format!("{} is no command; write one that hunitong --help shows", shown(given))
        }
        ErrorKind::MissingRequiredArgument => {
            format!("{} must be given too; hunitong --help shows how each command is written", shown(named))
        }
        ErrorKind::MissingSubcommand => "a command is missing; write for example hunitong serve".to_owned(),
        ErrorKind::InvalidUtf8 => match unreadable() {
            Some(variable) => wrong(variable, "is not UTF-8"),
            None => "what was written is not UTF-8; write it again".to_owned(),
        },
        _ => {
            let what = match context(error, ContextKind::InvalidValue).filter(|given| !given.is_empty()) {
                None => "has no value".to_owned(),
                Some(given) => format!("is {given:?}, which cannot be used"),
            };
            match variable(named.as_deref().unwrap_or_default()) {
                Some(variable) => wrong(variable, what),
                None => format!("{} {what}; write what hunitong --help shows", shown(named)),
            }
        }
    }
}

fn shown(named: Option<String>) -> String {
    named.unwrap_or_else(|| "what was written".to_owned())
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(all) => Some(all.join(" ")),
        _ => None,
    }
}

/// The variable of an argument that clap shows as `--addr <ADDR>`.
fn variable(shown: &str) -> Option<&'static str> {
    let name = shown.split([' ', '=', '[']).next()?.strip_prefix("--")?;
    WRITE.iter().map(|(variable, _)| *variable).find(|variable| flag(variable) == name)
}

/// The variable whose value is not UTF-8.
fn unreadable() -> Option<&'static str> {
    let is_unreadable = |name: &&str| std::env::var_os(name).is_some_and(|value| value.to_str().is_none());
    WRITE.iter().map(|(variable, _)| *variable).find(is_unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_says_what_to_write() {
        let command = Arguments::command();
        let settings: Vec<_> = command.get_arguments().filter(|argument| argument.get_env().is_some()).collect();
        assert_eq!(settings.len(), WRITE.len());
        for argument in settings {
            let variable = argument.get_env().and_then(|name| name.to_str()).unwrap_or_default();
            assert!(WRITE.iter().any(|(name, _)| *name == variable), "{variable}");
            assert_eq!(argument.get_long(), Some(flag(variable).as_str()), "{variable}");
        }
    }
}
