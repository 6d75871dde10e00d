//! Taking one message out of the house into a chat group. What to ask and what the answer means is the channel's
//! business in `app::groups::channel`; here it is carried there over HTTP and the answer carried back, within time and
//! bytes, to no address that is not public, and never a redirect after.

mod guard;
mod http;
mod settings;

use std::path::{Path, PathBuf};

use app::{
    db::Actor,
    error::AppError,
    groups::{
        self,
        channel::{self, Verdict},
    },
    ids::DeliveryId,
    outbox::{Channel, Outcome, Report, Schedule, store},
    settings as stored,
    state::AppState,
    time::Instant,
};
use tokio::fs;
use url::Url;

pub use guard::Reach;
pub use http::{Http, Limits};
pub use settings::ChannelSettings;

use http::{Answer, Lost};

/// When a message to a group is tried again: news is old after a day, and a robot that spoke too often may speak again
/// after a minute. What workers share, such as the lease, is as for mail.
pub fn schedule(of_mail: Schedule) -> Schedule {
    Schedule {
        waits: [1, 2, 5, 15, 30, 60].map(|minutes| minutes * Instant::MINUTE).to_vec(),
        give_up: Instant::DAY,
        ..of_mail
    }
}

/// Sends what goes to groups.
pub struct Messenger {
    state: AppState,
    http: Http,
    /// Where WeCom is.
    wecom: Url,
    /// Where messages are written that must not leave.
    folder: PathBuf,
}

impl Messenger {
    pub fn new(state: AppState, http: Http, wecom: Url, data: &Path) -> Self {
        Self { state, http, wecom, folder: data.join("mail") }
    }

    /// Makes one attempt. `body_starts` runs right before the message leaves and says whether it may.
    pub async fn send(&self, id: DeliveryId, body_starts: impl Future<Output = bool> + Send) -> Report {
        match self.attempt(id, body_starts).await {
            Ok(report) | Err(report) => report,
        }
    }

    async fn attempt(&self, id: DeliveryId, body_starts: impl Future<Output = bool> + Send) -> Result<Report, Report> {
        let reader = self.state.db.reader();
        let found = store::whole(reader, id).await.map_err(unread)?;
        let unsendable = |words: &str| Report::here(Outcome::Unsendable(words.to_owned()));
        let group = found.delivery.group_id.ok_or_else(|| unsendable("it goes to no group"))?;
        let group = groups::store::find(reader, group).await.map_err(unread)?;
        let service = channel::service(group.channel).ok_or_else(|| unsendable("its channel is not known"))?;
        let demo = stored::is_demo(reader).await.map_err(unread)?;
        let nowhere = |_| unsendable("the channel's address is none");
        let base = if group.channel == Channel::Wecom {
            self.wecom.clone()
        } else {
            Url::parse(service.base()).map_err(nowhere)?
        };
        if demo && !self.http.stays_here(&base) {
            return Ok(self.written(id, &found.message.body_text).await);
        }
        let secret = groups::open(&self.state.options.secret, group.id, &group.secret)
            .ok_or_else(|| unsendable("the group's webhook cannot be read with the portal's present key"))?;
        let asked = service.ask(&secret, &found.message.about_kind, &found.message.body_text);
        let url = format!("{}{}", base.as_str().trim_end_matches('/'), asked.path);
        let url = Url::parse(&url).map_err(nowhere)?;
        let sent = self.http.post(&url, asked.body.to_string(), demo, body_starts).await;
        let (server, tls, verdict) = match sent {
            Ok(Answer { server, tls, status, body }) => (Some(server), tls, channel::judge(service, status, &body)),
            Err(Lost { server, tls, outcome }) => (server, tls, Verdict::of(outcome)),
        };
        if let Some(rest) = verdict.rest {
            self.rest(group.id, rest).await.map_err(unread)?;
        }
        Ok(Report { server, tls, outcome: without(verdict.outcome, &secret) })
    }

    /// The group asked to be left in peace.
    async fn rest(&self, group: app::ids::GroupId, micros: i64) -> Result<(), AppError> {
        let now = self.state.clock.now();
        let tx = self.state.db.begin(Actor::program(), now).await?;
        groups::store::rest(&tx, group, now.plus(micros)).await?;
        tx.commit().await
    }

    /// A message about demo data stays here, as a file.
    async fn written(&self, id: DeliveryId, text: &str) -> Report {
        let name = format!("{id}.md");
        let half = self.folder.join(format!(".{name}.part"));
        let written = async {
            fs::create_dir_all(&self.folder).await?;
            fs::write(&half, text).await?;
            fs::rename(&half, self.folder.join(&name)).await
        };
        Report::here(match written.await {
            Ok(()) => Outcome::Written(format!("mail/{name}")),
            Err(error) => Outcome::deferred(format!("the message cannot be written: {error}")),
        })
    }
}

fn unread(_: AppError) -> Report {
    Report::here(Outcome::deferred("the database cannot be read now"))
}

/// The outcome with no trace of the secret, should a service repeat it.
fn without(outcome: Outcome, secret: &str) -> Outcome {
    let clean = |mut reply: app::outbox::Reply| {
        reply.words = reply.words.replace(secret, "…");
        reply
    };
    match outcome {
        Outcome::Accepted(reply) => Outcome::Accepted(clean(reply)),
        Outcome::Refused(reply) => Outcome::Refused(clean(reply)),
        Outcome::Uncertain(reply) => Outcome::Uncertain(clean(reply)),
        Outcome::Deferred { reply, hold } => Outcome::Deferred { reply: clean(reply), hold },
        other => other,
    }
}
