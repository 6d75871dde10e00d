//! The commands of the terminal, one function each.

pub mod backup;
mod create_admin;
pub mod outbox;
mod postgres;
pub mod restore;
mod serve;

use crate::{
    config::{Arguments, Command, Sentence},
    demo, start,
};

pub async fn run(arguments: Arguments) -> Result<(), Sentence> {
    let settings = arguments.settings;
    match arguments.command {
        Command::Serve => serve::run(&settings).await,
        Command::Migrate => start::database(&settings).await.map(|_| say("The database is in its newest form.")),
        Command::CreateAdmin { login, name } => create_admin::run(&settings, &login, &name).await,
        Command::SeedDemo { if_empty } => demo::run(&settings, if_empty).await,
        Command::Backup { file } => backup::run(&settings, &file).await,
        Command::Restore { file } => restore::run(&settings, &file).await,
        Command::Outbox { command } => outbox::run(&settings, command).await,
        Command::Mail { command: outbox::MailCommand::Test { to } } => outbox::test_mail(&settings, &to).await,
        Command::CheckConfig => check_config(&settings),
    }
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

/// Says a line to the person at the terminal.
#[expect(clippy::print_stdout, reason = "a command talks to the person who gave it")]
pub fn say(line: &str) {
    println!("{line}");
}
