//! Settings, from flags or the environment, each with a default that works on one machine. `check`
//! finds what is wrong before anything starts and says in one sentence which setting, what is wrong
//! and what to write.

mod secret;
mod wrong;

use std::{ffi::OsString, net::SocketAddr, path::PathBuf};

use app::{
    conversations::LONGEST_MAILBOX,
    members::email::Email,
    state::{Options, Secret},
};
use clap::{Args, FromArgMatches, Parser, Subcommand, builder::BoolishValueParser, error::ErrorKind};

use crate::{
    channels::ChannelSettings,
    commands::{mail::MailCommand, outbox::OutboxCommand},
    mailer::{MailSettings, SmtpAddress},
};

pub use wrong::wrong;

#[derive(Debug, Parser)]
#[command(name = "hunitong", version, about = "Member portal of the Shanghai cement industry association")]
pub struct Arguments {
    #[command(flatten)]
    pub settings: Settings,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Run the portal
    Serve,
    /// Bring the database to the newest form
    Migrate,
    /// Make the first secretariat admin; the password is read from standard input
    CreateAdmin {
        /// Mobile number or e-mail address to sign in with
        #[arg(long)]
        login: String,
        #[arg(long)]
        name: String,
    },
    /// Fill an empty database with the demo association
    SeedDemo {
        /// Do nothing, and succeed, when the database holds something already
        #[arg(long)]
        if_empty: bool,
    },
    /// Check the settings and say what is in force
    CheckConfig,
    /// Put the database and all files into one file, also while the portal runs
    Backup { file: PathBuf },
    /// Bring a backup back into an empty place, every hash checked
    Restore { file: PathBuf },
    /// See and steer the mail queue
    Outbox {
        #[command(subcommand)]
        command: OutboxCommand,
    },
    /// Try the mail settings, or take a mail in
    Mail {
        #[command(subcommand)]
        command: MailCommand,
    },
}

#[derive(Clone, Args)]
pub struct Settings {
    /// `sqlite://path` or `postgres://…`; by default an SQLite file in the data folder
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// Where the database, uploads and written mails are kept
    #[arg(long, env = "HUNITONG_DATA_DIR", global = true, default_value = "data")]
    pub data_dir: PathBuf,
    /// The address to listen on
    #[arg(long, env = "HUNITONG_ADDR", global = true, default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,
    /// Where people reach the portal; http is for loopback only
    #[arg(long, env = "HUNITONG_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,
    /// At least 32 characters; by default made once and kept in the data folder
    #[arg(long, env = "HUNITONG_SECRET_KEY", global = true, hide_env_values = true)]
    pub secret_key: Option<String>,
    /// Believe `X-Forwarded-For` of the nearest proxy
    #[arg(long, env = "HUNITONG_BEHIND_PROXY", global = true, value_parser = BoolishValueParser::new())]
    pub behind_proxy: bool,
    /// `smtps://user:password@host`, `smtp://host:587?tls=required` or `smtp://127.0.0.1:25`; without it mails are
    /// written as files
    #[arg(long, env = "SMTP_URL", global = true, hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// The sender of every mail
    #[arg(long, env = "HUNITONG_MAIL_FROM", global = true, default_value = "hunitong@localhost")]
    pub mail_from: String,
    /// The mailbox for answers, such as `reply@x.cn`: mail to `reply+…@x.cn` must be handed to `hunitong mail ingest`
    #[arg(long, env = "HUNITONG_MAIL_REPLY_TO", global = true)]
    pub mail_reply_to: Option<String>,
    /// The mailbox for delivery reports, such as `bounce@x.cn`: mail to `bounce+…@x.cn` must be handed to
    /// `hunitong mail ingest`; without it they go to the sender, and prove nothing
    #[arg(long, env = "HUNITONG_MAIL_RETURN_PATH", global = true)]
    pub mail_return_path: Option<String>,
    #[command(flatten)]
    pub mail: MailSettings,
    #[command(flatten)]
    pub channels: ChannelSettings,
    /// Where install requests for sentinels go
    #[arg(long, env = "HUNITONG_INSTALL_REQUEST_TO", global = true, default_value = "shaobing@shdata.com")]
    pub install_request_to: String,
    /// `text` for a terminal, `json` for a log collector
    #[arg(long, env = "HUNITONG_LOG", global = true, default_value = "text")]
    pub log: LogForm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogForm {
    Text,
    Json,
}

/// Connection strings and keys stay out of logs.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("data_dir", &self.data_dir).field("addr", &self.addr).finish_non_exhaustive()
    }
}

/// One sentence for a person at a terminal.
pub type Sentence = String;

/// Why no command is run.
#[derive(Debug)]
pub enum Unread {
    /// Help or the version was asked for.
    Asked(clap::Error),
    Wrong(Sentence),
}

impl Arguments {
    /// Reads the command line and the environment.
    pub fn read(line: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Result<Self, Unread> {
        let read = wrong::command().try_get_matches_from(line).and_then(|matches| Self::from_arg_matches(&matches));
        read.map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Unread::Asked(error),
            _ => Unread::Wrong(wrong::sentence(&error)),
        })
    }
}

impl Settings {
    /// The database's address.
    pub fn database(&self) -> Result<String, Sentence> {
        match &self.database_url {
            None => Ok(format!("sqlite://{}", self.data_dir.join("hunitong.db").display())),
            Some(url) if url.starts_with("sqlite://") || is_postgres(url) => Ok(url.clone()),
            Some(_) => Err(wrong("DATABASE_URL", "is neither SQLite nor PostgreSQL")),
        }
    }

    /// Everything that the application is told, checked.
    pub fn options(&self) -> Result<Options, Sentence> {
        let public_url = self.checked_public_url()?;
        for (name, address) in
            [("HUNITONG_MAIL_FROM", &self.mail_from), ("HUNITONG_INSTALL_REQUEST_TO", &self.install_request_to)]
        {
            if address.parse::<lettre::message::Mailbox>().is_err() {
                return Err(wrong(name, "is not a mail address"));
            }
        }
        let smtp = self.smtp()?;
        self.mail.schedule()?;
        self.mail.trust()?;
        self.channels.wecom()?;
        self.channels.trust()?;
        Ok(Options {
            public_url,
            behind_proxy: self.behind_proxy,
            mail_from: self.mail_from.clone(),
            mail_reply_to: mailbox("HUNITONG_MAIL_REPLY_TO", self.mail_reply_to.as_deref())?,
            mail_return_path: mailbox("HUNITONG_MAIL_RETURN_PATH", self.mail_return_path.as_deref())?,
            install_request_to: self.install_request_to.clone(),
            mail_leaves: smtp.is_some(),
            mail_stays_here: smtp.is_none_or(|address| address.is_loopback()),
            secret: self.secret()?,
        })
    }

    /// The mail server, where one is set.
    pub fn smtp(&self) -> Result<Option<SmtpAddress>, Sentence> {
        self.smtp_url.as_deref().filter(|url| !url.is_empty()).map(SmtpAddress::parse).transpose()
    }

    fn checked_public_url(&self) -> Result<String, Sentence> {
        let url = self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.addr));
        // As browsers write an origin.
        let url = url.trim_end_matches('/').to_ascii_lowercase();
        let url = match url.split_once("://") {
            Some(("https", host)) => format!("https://{}", host.strip_suffix(":443").unwrap_or(host)),
            Some(("http", host)) => format!("http://{}", host.strip_suffix(":80").unwrap_or(host)),
            _ => url,
        };
        let host = url.split_once("://").map_or("", |(_, host)| host);
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || "/?#@".contains(c)) {
            return Err(wrong("HUNITONG_PUBLIC_URL", "is more or less than scheme and host"));
        }
        if url.starts_with("https://") || (url.starts_with("http://") && is_loopback(&url)) {
            Ok(url)
        } else {
            let set = if self.public_url.is_some() { "is" } else { "is not set, so it would be" };
            Err(wrong(
                "HUNITONG_PUBLIC_URL",
                format!(
                    "{set} {url}, where sign-in cookies would travel in the clear (plain http is for 127.0.0.1 only)"
                ),
            ))
        }
    }

    /// Whether the portal is reached on this machine only, so that demo data may be shown.
    pub fn is_local(&self) -> bool {
        self.addr.ip().is_loopback() && self.checked_public_url().is_ok_and(|url| is_loopback(&url))
    }

    /// The sentence about a data folder that cannot be used.
    pub fn unusable_folder(&self, why: impl std::fmt::Display) -> Sentence {
        wrong("HUNITONG_DATA_DIR", format!("is {}, which cannot be used ({why})", self.data_dir.display()))
    }

    fn secret(&self) -> Result<Secret, Sentence> {
        if let Some(key) = &self.secret_key {
            return if key.len() >= secret::SHORTEST {
                Ok(Secret(key.clone().into_bytes()))
            } else {
                Err(wrong("HUNITONG_SECRET_KEY", "is too short"))
            };
        }
        let path = self.data_dir.join("secret.key");
        let key = secret::read_or_make(&path).map_err(|error| self.unusable_folder(error))?;
        if key.len() < secret::SHORTEST {
            return Err(format!(
                "{} holds no whole key; bring it back from a backup, or remove it to have a new one made, \
                 which ends all sessions and open links",
                path.display()
            ));
        }
        Ok(Secret(key))
    }
}

/// A mailbox for signed addresses; the token behind its name must fit into a local part.
fn mailbox(variable: &str, set: Option<&str>) -> Result<Option<String>, Sentence> {
    let Some(set) = set.filter(|set| !set.is_empty()) else { return Ok(None) };
    let mailbox = Email::parse(set).map_err(|_| wrong(variable, "is not a mail address"))?;
    let name = mailbox.as_str().split('@').next().unwrap_or_default();
    if name.len() > LONGEST_MAILBOX || name.contains('+') {
        return Err(wrong(variable, "has a name that leaves no room for the token behind it"));
    }
    Ok(Some(mailbox.to_string()))
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Whether an http address leads to this machine.
pub fn is_loopback(url: &str) -> bool {
    let host = url.split("://").nth(1).unwrap_or_default().split('/').next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, port)| if port.parse::<u16>().is_ok() { host } else { url });
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(arguments: &[&str]) -> Settings {
        Arguments::parse_from(["hunitong", "check-config"].iter().chain(arguments)).settings
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        for (url, fine) in [
            ("http://127.0.0.1:3000", true),
            ("http://localhost", true),
            ("http://[::1]:3000/", true),
            ("https://portal.example.cn", true),
            ("http://portal.example.cn", false),
            ("http://127.0.0.1.example.cn", false),
            ("ftp://127.0.0.1", false),
        ] {
            assert_eq!(settings(&["--public-url", url]).checked_public_url().is_ok(), fine, "{url}");
        }
    }

    #[test]
    fn the_public_address_is_written_as_browsers_write_an_origin() {
        for (given, origin) in [
            ("https://Portal.Example.cn:443/", "https://portal.example.cn"),
            ("HTTPS://portal.example.cn:8443", "https://portal.example.cn:8443"),
            ("http://localhost:80", "http://localhost"),
            ("https://portal.example.cn:80", "https://portal.example.cn:80"),
        ] {
            assert_eq!(settings(&["--public-url", given]).checked_public_url().unwrap(), origin);
        }
    }

    #[test]
    fn half_a_key_is_refused() {
        let folder = std::env::temp_dir().join(format!("half-a-key-{}", app::accounts::token::random_text(16)));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("secret.key"), "").unwrap();
        let sentence = settings(&["--data-dir", &folder.display().to_string()]).options().unwrap_err();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(sentence.contains("secret.key") && sentence.contains("no whole key"), "{sentence}");
    }
}
