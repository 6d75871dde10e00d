//! What every request can reach: the database, the files, the renderers of papers and mails, the clock and the
//! settings of this process. Cheap to clone.

use std::{ops::Deref, sync::Arc};

use tokio::sync::Notify;

use crate::{
    accounts::{Passwords, session::PeopleOfSessions},
    coverage::KeptOverviews,
    current::Current,
    db::{Db, Tx},
    documents::Documents,
    error::Result,
    files::Files,
    kept::Moment,
    members::import,
    notices::PublicPages,
    outbox::Letters,
    readiness::KeptStandings,
    settings::Site,
    supply::DaySums,
    time::Clock,
    todo::CountsOfPeople,
};

/// What was set when the program was started. The server's `config` reads and checks it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where people reach the portal, without a trailing slash: `https://portal.example.cn`.
    pub public_url: String,
    /// Whether `X-Forwarded-For` of the nearest proxy is believed.
    pub behind_proxy: bool,
    /// The sender of every mail.
    pub mail_from: String,
    /// The mailbox for answers, before its token; nothing when none come in here.
    pub mail_reply_to: Option<String>,
    /// The mailbox for reports about what was sent, before its token; without it they go to the sender.
    pub mail_return_path: Option<String>,
    /// Where install requests go.
    pub install_request_to: String,
    /// Whether mail really leaves; without it mails become `.eml` files.
    pub mail_leaves: bool,
    /// Whether the mail server, if any, is this machine; mail about demo data goes nowhere else.
    pub mail_stays_here: bool,
    /// The key behind signed links.
    pub secret: Secret,
}

impl Options {
    /// Whether people reach the portal by https.
    pub fn https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// A full address for a path of the portal.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}

/// A secret that no log line shows.
#[derive(Clone)]
pub struct Secret(pub Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

pub struct Shared {
    pub db: Db,
    pub files: Files,
    pub documents: Arc<dyn Documents>,
    pub letters: Arc<dyn Letters>,
    pub clock: Clock,
    pub options: Options,
    pub passwords: Passwords,
    pub site: Site,
    pub people: PeopleOfSessions,
    pub public_pages: PublicPages,
    pub counts: CountsOfPeople,
    pub supply_sums: DaySums,
    pub coverage: KeptOverviews,
    pub readiness: KeptStandings,
    pub imports: import::Desk,
    /// Sheets were asked for in this process.
    pub prints: Notify,
    /// The addresses of the embedded stylesheet and of the wasm loader.
    pub assets: Assets,
}

/// Where the embedded assets are served; the names carry a hash of their content.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    pub stylesheet: String,
    /// The text of the module that starts the islands; nothing when the program was built without wasm.
    pub loader: Option<String>,
    pub icon: String,
}

#[derive(Clone)]
pub struct AppState(Arc<Shared>);

impl AppState {
    pub fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// The moment before something is read that may be kept.
    pub fn moment(&self, current: &Current) -> Moment {
        Moment { at: current.now, commits: self.db.commits() }
    }

    /// The same for what only shows how entrances stand.
    pub fn moment_of_entrances(&self, current: &Current) -> Moment {
        Moment { at: current.now, commits: self.db.commits_of_entrances() }
    }

    /// Begins the transaction of what this person does now.
    pub async fn begin(&self, current: &Current) -> Result<Tx> {
        self.db.begin(current.actor(), self.clock.now()).await
    }
}

impl Deref for AppState {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}
