//! What can be set about mail besides the server's address: whom to trust, how many at a time, how long to wait, when
//! to try again and when to stop trying.

use std::{path::PathBuf, time::Duration};

use app::{outbox::Schedule, time::Instant};
use clap::Args;

use super::{Limits, Trust};
use crate::config::{Sentence, wrong};

#[derive(Clone, Args)]
pub struct MailSettings {
    /// PEM file with the certificate of the mail server's own authority, where no public one vouches for it
    #[arg(long, env = "HUNITONG_MAIL_CA", global = true)]
    pub mail_ca: Option<PathBuf>,
    /// How many mails are sent at the same time
    #[arg(long, env = "HUNITONG_MAIL_PARALLEL", global = true, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub mail_parallel: u16,
    /// How many mails this program may send in a minute, evenly spread; 0 for as many as go
    #[arg(long, env = "HUNITONG_MAIL_PER_MINUTE", global = true, default_value_t = 12_000, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub mail_per_minute: u32,
    /// Minutes to wait after the first, second, … failed attempt; the last number repeats
    #[arg(long, env = "HUNITONG_MAIL_RETRY_MINUTES", global = true, default_value = "2,5,15,30,60,120,240")]
    pub mail_retry_minutes: String,
    /// Hours after which a mail that is put off again and again is given up
    #[arg(long, env = "HUNITONG_MAIL_GIVE_UP_HOURS", global = true, default_value_t = 96, value_parser = clap::value_parser!(i64).range(1..=720))]
    pub mail_give_up_hours: i64,
    /// Seconds after which a mail that was lost behind its final dot is sent again
    #[arg(long, env = "HUNITONG_MAIL_UNCERTAIN_SECONDS", global = true, default_value_t = 1_800, value_parser = clap::value_parser!(i64).range(1..=86_400))]
    pub mail_uncertain_seconds: i64,
    /// Seconds after which another worker takes over what a killed one held
    #[arg(long, env = "HUNITONG_MAIL_LEASE_SECONDS", global = true, default_value_t = 25, value_parser = clap::value_parser!(i64).range(2..=300))]
    pub mail_lease_seconds: i64,
    /// Seconds that a mail server may take for each step
    #[arg(long, env = "HUNITONG_MAIL_STEP_SECONDS", global = true, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub mail_step_seconds: u64,
    /// Seconds that a mail server may take for its answer to the whole mail
    #[arg(long, env = "HUNITONG_MAIL_ANSWER_SECONDS", global = true, default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub mail_answer_seconds: u64,
}

impl MailSettings {
    pub fn limits(&self) -> Limits {
        Limits {
            step: Duration::from_secs(self.mail_step_seconds),
            last_reply: Duration::from_secs(self.mail_answer_seconds),
        }
    }

    /// How many mails may leave in a minute; nothing when there is no limit.
    pub fn per_minute(&self) -> Option<usize> {
        usize::try_from(self.mail_per_minute).ok().filter(|limit| *limit > 0)
    }

    pub fn trust(&self) -> Result<Trust, Sentence> {
        Trust::new("HUNITONG_MAIL_CA", self.mail_ca.as_deref())
    }

    pub fn schedule(&self) -> Result<Schedule, Sentence> {
        let waits: Option<Vec<i64>> = self
            .mail_retry_minutes
            .split(',')
            .map(|part| part.trim().parse::<i64>().ok().filter(|minutes| (1..=10_080).contains(minutes)))
            .map(|minutes| minutes.map(|minutes| minutes * Instant::MINUTE))
            .collect();
        let waits = waits.ok_or_else(|| wrong("HUNITONG_MAIL_RETRY_MINUTES", "is no list of whole minutes"))?;
        Ok(Schedule {
            waits,
            give_up: self.mail_give_up_hours * Instant::HOUR,
            uncertain_wait: self.mail_uncertain_seconds * Instant::SECOND,
            lease: self.mail_lease_seconds * Instant::SECOND,
            ..Schedule::default()
        })
    }
}
