//! Taking one message out of the house into a chat group. What to ask and what the answer means is the channel's
//! business in `app::groups::channel`; here it is carried there over HTTP and the answer carried back, within time and
//! bytes, to no address that is not public, and never a redirect after.

mod guard;
mod http;
mod settings;

use std::path::Path;

use app::{
    db::Actor,
    error::AppError,
    groups::{
        self,
        channel::{self, Verdict},
    },
    ids::DeliveryId,
    outbox::{Channel, Outcome, Reason, Report, Schedule, store},
    settings as stored,
    state::AppState,
    time::Instant,
};
use url::Url;

pub use guard::Reach;
pub use http::{Http, Limits};
pub use settings::ChannelSettings;

use http::{Answer, Lost};

use crate::mailer::Folder;

/// When a message to a group is tried again: news is old after a day, and a robot that spoke too often may speak again
/// after a minute. A group has no Message-ID by which copies become one, so what may have arrived is repeated once. What
/// workers share, such as the lease, is as for mail.
pub fn schedule(of_mail: Schedule) -> Schedule {
    Schedule {
        waits: [1, 2, 5, 15, 30, 60].map(|minutes| minutes * Instant::MINUTE).to_vec(),
        give_up: Instant::DAY,
        uncertain_times: 1,
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
    folder: Folder,
}

impl Messenger {
    pub fn new(state: AppState, http: Http, wecom: Url, data: &Path) -> Self {
        Self { state, http, wecom, folder: Folder::in_data(data) }
    }

    /// Makes one attempt. `body_starts` runs right before the message leaves and says whether it may, else why not.
    pub async fn send(&self, id: DeliveryId, body_starts: impl Future<Output = Result<(), Reason>> + Send) -> Report {
        match self.attempt(id, body_starts).await {
            Ok(report) | Err(report) => report,
        }
    }

    async fn attempt(
        &self,
        id: DeliveryId,
        body_starts: impl Future<Output = Result<(), Reason>> + Send,
    ) -> Result<Report, Report> {
        let reader = self.state.db.reader();
        let found = store::whole(reader, id).await.map_err(unread)?;
        let unsendable = |reason: Reason| Report::here(Outcome::Unsendable(reason.words()));
        let group = found.delivery.group_id.ok_or_else(|| unsendable(Reason::NoGroup))?;
        let group = groups::store::find(reader, group).await.map_err(unread)?;
        let service = channel::service(group.channel).ok_or_else(|| unsendable(Reason::NoChannel))?;
        let demo = stored::is_demo(reader).await.map_err(unread)?;
        let nowhere = |_| unsendable(Reason::NoAddress);
        let base = if group.channel == Channel::Wecom {
            self.wecom.clone()
        } else {
            Url::parse(service.base()).map_err(nowhere)?
        };
        if demo && !self.http.stays_here(&base) {
            return Ok(self.written(id, &found.message.body_text).await);
        }
        let secret = groups::open(&self.state.options.secret, group.id, &group.secret)
            .ok_or_else(|| unsendable(Reason::OtherKey))?;
        let asked = service.ask(&secret, &found.message.about_kind, &found.message.body_text);
        let url = format!("{}{}", base.as_str().trim_end_matches('/'), asked.path);
        let url = Url::parse(&url).map_err(nowhere)?;
        let sent = self.http.post(&url, asked.body.to_string(), demo, body_starts).await;
        let (server, tls, verdict) = match sent {
            Ok(Answer { server, tls, status, body }) => {
                // Should the service repeat the secret, it goes before anything is cut.
                let body = String::from_utf8_lossy(&body).replace(&secret, "…");
                (Some(server), tls, channel::judge(service, status, body.as_bytes()))
            }
            Err(Lost { server, tls, outcome }) => (server, tls, Verdict::of(outcome)),
        };
        if let Some(rest) = verdict.rest {
            self.rest(group.id, rest).await.map_err(unread)?;
        }
        Ok(Report { server, tls, outcome: verdict.outcome })
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
        Report::here(match self.folder.write(&format!("{id}.md"), text.as_bytes()).await {
            Ok(name) => Outcome::Written(name),
            Err(error) => Outcome::deferred(Reason::NotWritten.with(error)),
        })
    }
}

fn unread(_: AppError) -> Report {
    Report::here(Outcome::put_off(Reason::DatabaseBusy))
}
