//! The commands of the terminal, one function each.

mod create_admin;
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
        Command::CheckConfig => check_config(&settings),
    }
}

fn check_config(settings: &crate::config::Settings) -> Result<(), Sentence> {
    let options = settings.options()?;
    let database = if settings.database()?.starts_with("sqlite") { "SQLite" } else { "PostgreSQL" };
    say(&format!("The settings are fine: {database}, {} on {}.", options.public_url, settings.addr));
    Ok(())
}

/// Says a line to the person at the terminal.
#[expect(clippy::print_stdout, reason = "a command talks to the person who gave it")]
pub fn say(line: &str) {
    println!("{line}");
}
