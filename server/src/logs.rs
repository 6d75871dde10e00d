//! Logs: readable lines on a terminal or JSON, by setting; `RUST_LOG` chooses how much.

use std::{io::IsTerminal, panic};

use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{LogForm, Settings};

pub fn start(settings: &Settings) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn"));
    let writer = std::io::stderr;
    let builder =
        fmt().with_env_filter(filter).with_ansi(writer().is_terminal()).with_writer(writer).with_target(false);
    if settings.log == LogForm::Json {
        builder.json().init();
    } else {
        builder.init();
    }
    // The usual words of a panic are no line of the log: no JSON, and without the id of the request.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, words = panic.payload_as_str(), "the program panicked");
    }));
}
