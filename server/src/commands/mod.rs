//! The commands of the terminal, one function each.

pub mod backup;
mod create_admin;
pub mod mail;
mod mail_ingest;
pub mod outbox;
mod postgres;
pub mod restore;
mod serve;

use std::{ffi::OsString, fmt};

use app::error::AppError;

use self::mail::MailCommand;
use crate::{
    config::{Arguments, Command, Sentence},
    demo, start,
};

/// Why a command failed, and the code that tells it to whoever started the program.
#[derive(Debug)]
pub struct Failure {
    pub sentence: Sentence,
    pub code: u8,
}

impl From<Sentence> for Failure {
    fn from(sentence: Sentence) -> Self {
        Self { sentence, code: 1 }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// The code where arguments or settings cannot be read: a mail server must keep its mail then.
pub fn code_of_unread(mut line: impl Iterator<Item = OsString>) -> u8 {
    if line.any(|word| word == "ingest") { mail_ingest::TRY_AGAIN } else { 1 }
}

pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    let settings = arguments.settings;
    let done = match arguments.command {
        Command::Serve => serve::run(&settings).await,
        Command::Migrate => start::database(&settings).await.map(|_| say("The database is in its newest form.")),
        Command::CreateAdmin { login, name } => create_admin::run(&settings, &login, &name).await,
        Command::SeedDemo { if_empty } => demo::run(&settings, if_empty).await,
        Command::Backup { file } => backup::run(&settings, &file).await,
        Command::Restore { file } => restore::run(&settings, &file).await,
        Command::Outbox { command } => outbox::run(&settings, command).await,
        Command::Mail { command: MailCommand::Test { to } } => mail::test(&settings, &to).await,
        Command::Mail { command: MailCommand::Ingest { recipient } } => {
            return mail_ingest::run(&settings, recipient).await;
        }
        Command::CheckConfig => check_config(&settings),
    };
    done.map_err(Failure::from)
}

fn check_config(settings: &crate::config::Settings) -> Result<(), Sentence> {
    let options = settings.options()?;
    let database = if settings.database()?.starts_with("sqlite") { "SQLite" } else { "PostgreSQL" };
    let mail = match settings.smtp()? {
        Some(address) => format!("mail goes to {address:?}"),
        None => "mail is written as files, because SMTP_URL is not set".to_owned(),
    };
    say(&format!("The settings are fine: {database}, {} on {}; {mail}.", options.public_url, settings.addr));
    Ok(())
}

fn failed(error: AppError) -> Sentence {
    format!("the database cannot be used: {error:?}")
}

/// Says a line to the person at the terminal.
#[expect(clippy::print_stdout, reason = "a command talks to the person who gave it")]
pub fn say(line: &str) {
    println!("{line}");
}
