//! Bringing the application up from its settings: database, migrations, files, state.

use std::{path::Path, sync::Arc};

use app::{
    accounts::{Passwords, session::PeopleOfSessions},
    db::Db,
    files::Files,
    members::import::Desk,
    notices::PublicPages,
    settings::Site,
    state::{AppState, Shared},
    supply::DaySums,
    time::Clock,
    todo::CountsOfPeople,
};
use migrations::{Migrator, MigratorTrait};

use crate::{
    assets,
    channels::{self, Http, Messenger},
    config::{Sentence, Settings, wrong},
    documents::TypstDocuments,
    mailer::{Post, Writer},
    private,
    worker::Worker,
};

/// Opens the database and brings it to the newest form.
pub async fn database(settings: &Settings) -> Result<Db, Sentence> {
    let db = opened(settings).await?;
    Migrator::up(db.writer(), None)
        .await
        .map_err(|e| format!("the database cannot be brought to the newest form: {e}"))?;
    Ok(db)
}

/// Opens a database that is in the form that this program knows, and changes nothing of it.
pub async fn database_as_it_is(settings: &Settings) -> Result<Db, Sentence> {
    let db = opened(settings).await?;
    match Migrator::get_pending_migrations_read_only(db.writer()).await {
        Ok(missing) if missing.is_empty() => Ok(db),
        Ok(_) => {
            Err("the database is not in its newest form; hunitong serve or hunitong migrate bring it there".to_owned())
        }
        Err(e) => Err(format!("the database is in no form that this program knows: {e}")),
    }
}

async fn opened(settings: &Settings) -> Result<Db, Sentence> {
    let url = settings.database()?;
    if let Some(path) = sqlite_path(&url)
        && let Some(folder) = path.parent()
    {
        // SQLite gives the files beside the database the rights of the database itself.
        private::folder(folder).and_then(|()| private::made(path)).map_err(|e| {
            let what = format!("is in the folder {}, which cannot be used ({e})", folder.display());
            if settings.database_url.is_some() { wrong("DATABASE_URL", what) } else { settings.unusable_folder(e) }
        })?;
    }
    Db::connect(&url)
        .await
        .map_err(|e| wrong("DATABASE_URL", format!("leads to no database that can be opened now ({e})")))
}

/// The file of an SQLite database.
pub fn sqlite_path(url: &str) -> Option<&Path> {
    url.strip_prefix("sqlite://").map(|path| Path::new(path.split('?').next().unwrap_or(path)))
}

/// Everything that requests need.
pub async fn state(settings: &Settings, db: Db) -> Result<AppState, Sentence> {
    let options = settings.options()?;
    private::folder(&settings.data_dir).map_err(|e| settings.unusable_folder(e))?;
    let files = Files::in_folder(&settings.data_dir).map_err(|e| settings.unusable_folder(format!("{e:?}")))?;
    let state = AppState::new(Shared {
        db,
        files,
        documents: Arc::new(TypstDocuments::new()),
        letters: Arc::new(Writer),
        clock: Clock::default(),
        options,
        passwords: Passwords::new().map_err(|e| format!("passwords cannot be hashed: {e:?}"))?,
        site: Site::default(),
        people: PeopleOfSessions::default(),
        public_pages: PublicPages::default(),
        counts: CountsOfPeople::default(),
        supply_sums: DaySums::default(),
        coverage: app::coverage::KeptOverviews::default(),
        readiness: app::readiness::KeptStandings::default(),
        imports: Desk::default(),
        prints: tokio::sync::Notify::default(),
        assets: assets::for_pages(),
    });
    let site = state
        .site
        .get(state.db.reader(), state.clock.now())
        .await
        .map_err(|e| format!("the settings cannot be read: {e:?}"))?;
    if site.demo && !settings.is_local() {
        return Err("this database holds demo data and demo accounts, which must not be reached from outside; \
                    use another HUNITONG_DATA_DIR or DATABASE_URL, or serve it on 127.0.0.1"
            .to_owned());
    }
    Ok(state)
}

/// The worker that sends what goes to chat groups.
pub fn group_worker(settings: &Settings, state: &AppState) -> Result<Worker, Sentence> {
    let channels = &settings.channels;
    let http = Http::new(channels.reach(), &channels.trust()?, channels::Limits::default());
    let messenger = Messenger::new(state.clone(), http, channels.wecom()?, &settings.data_dir);
    let schedule = channels::schedule(settings.mail.schedule()?);
    Ok(Worker::to_groups(state.clone(), messenger, schedule, settings.mail.mail_parallel.into()))
}

/// The worker that sends the mail in the outbox.
pub fn worker(settings: &Settings, state: &AppState) -> Result<Worker, Sentence> {
    let post = Post::new(settings.smtp()?, &settings.mail.trust()?, settings.mail.limits(), &settings.data_dir);
    let worker = Worker::new(state.clone(), post, settings.mail.schedule()?, settings.mail.mail_parallel.into());
    Ok(worker.at_most(settings.mail.per_minute()))
}
