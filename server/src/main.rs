//! `hunitong`: reads its arguments and runs one command.

use std::process::ExitCode;

use clap::Parser;
use server::{commands, config::Arguments, logs};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    logs::start(&arguments.settings);
    match commands::run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("hunitong: {sentence}");
            ExitCode::FAILURE
        }
    }
}
