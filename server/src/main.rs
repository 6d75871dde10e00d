//! `hunitong`: reads its arguments and runs one command.

use std::process::ExitCode;

use server::{
    commands,
    config::{Arguments, Unread},
    logs,
};

/// Large lists and papers come and go: this one gives their memory back to the machine within seconds.
#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(Unread::Asked(told)) => told.exit(),
        Err(Unread::Wrong(sentence)) => {
            eprintln!("hunitong: {sentence}");
            return ExitCode::from(commands::code_of_unread(std::env::args_os()));
        }
    };
    logs::start(&arguments.settings);
    match commands::run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("hunitong: {failure}");
            ExitCode::from(failure.code)
        }
    }
}
