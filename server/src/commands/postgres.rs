//! PostgreSQL's own programs for copying a database out and in. They are told where it is by an address
//! without its password: the arguments of a process can be read by everybody on the machine, so the password
//! goes by the environment.

use std::{ffi::OsStr, path::Path};

use percent_encoding::percent_decode_str;
use tokio::process::Command;
use url::Url;

use crate::config::Sentence;

/// Writes the database as of one instant into a file, while others read and write.
pub async fn dump(url: &str, file: &Path) -> Result<(), Sentence> {
    let arguments = ["--format=custom", "--no-owner", "--no-privileges", "--file"].map(OsStr::new);
    run("pg_dump", url, arguments.into_iter().chain([file.as_os_str()])).await
}

/// Brings such a file back into an empty database, whole or not at all.
pub async fn restore(url: &str, file: &Path) -> Result<(), Sentence> {
    let arguments = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"].map(OsStr::new);
    run("pg_restore", url, arguments.into_iter().chain([file.as_os_str()])).await
}

async fn run(program: &str, url: &str, arguments: impl Iterator<Item = &OsStr>) -> Result<(), Sentence> {
    let (address, password) = without_password(url)?;
    let mut command = Command::new(program);
    command.arg("--dbname").arg(address).args(arguments);
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    match command.status().await {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("{program} failed; its own words stand above")),
        Err(error) => Err(format!(
            "{program} cannot be started ({error}); install PostgreSQL's client programs of the server's version"
        )),
    }
}

fn without_password(url: &str) -> Result<(String, Option<String>), Sentence> {
    let unreadable = || "DATABASE_URL cannot be read; write postgres://user:password@host/database".to_owned();
    let mut address = Url::parse(url).map_err(|_| unreadable())?;
    let Some(password) = address.password() else { return Ok((address.into(), None)) };
    let password = percent_decode_str(password).decode_utf8().map_err(|_| unreadable())?.into_owned();
    address.set_password(None).map_err(|()| unreadable())?;
    Ok((address.into(), Some(password)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_stands_in_no_argument() {
        for (url, address, password) in [
            ("postgres://u:p%40ss@db.example.cn:5433/portal", "postgres://u@db.example.cn:5433/portal", Some("p@ss")),
            ("postgres://u@127.0.0.1/portal?sslmode=require", "postgres://u@127.0.0.1/portal?sslmode=require", None),
            ("postgresql:///portal?host=/run/postgresql", "postgresql:///portal?host=/run/postgresql", None),
        ] {
            let password = password.map(str::to_owned);
            assert_eq!(without_password(url), Ok((address.to_owned(), password)));
        }
    }
}
