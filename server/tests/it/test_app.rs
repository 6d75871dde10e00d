//! A portal of its own for each test: its database, its files, and browsers that keep cookies.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use app::{
    accounts::{
        Passwords, RoleKind,
        session::{self, PeopleOfSessions},
        store,
    },
    db::{Actor, Db, Tx},
    documents::Documents,
    files::Files,
    ids::{MemberId, PersonId, PlantId},
    members::import::Desk,
    notices::PublicPages,
    settings::Site,
    state::{AppState, Options, Secret, Shared},
    supply::DaySums,
    time::Clock,
    todo::CountsOfPeople,
};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
    response::Response,
};
use http_body_util::BodyExt;
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use server::{documents::TypstDocuments, mailer::Writer, router};
use tempfile::TempDir;
use tower::ServiceExt;

/// Set by the run that proves that the rest of the portal stands without the module of codes and sentinels.
const WITHOUT_MODULE: &str = "HUNITONG_TEST_WITHOUT_MODULE";

pub struct TestApp {
    pub state: AppState,
    router: Router,
    /// Where this portal keeps its files; removed with it.
    pub folder: TempDir,
    /// The address of its database.
    pub database: String,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(options()).await
    }

    /// A portal for a test of the module of codes and sentinels itself, in whichever run.
    pub async fn start_with_module() -> Self {
        Self::start().await.with_module().await
    }

    /// This portal with the module on.
    pub async fn with_module(self) -> Self {
        if !has_module() {
            self.prepare("DELETE FROM settings WHERE name = 'modules'").await;
        }
        self
    }

    /// Changes the settings as nobody does: the audit knows nothing of it.
    async fn prepare(&self, sql: &str) {
        self.state.db.writer().execute_unprepared(sql).await.unwrap();
        self.state.site.forget();
    }

    /// A portal without a mail server: mails become files.
    pub async fn start_without_mail() -> Self {
        Self::with(Options { mail_leaves: false, ..options() }).await
    }

    /// A portal that was started with these options.
    pub async fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match postgres_server() {
            Some(server) => new_on_postgres(&server, "hunitong_template").await,
            None => empty_database(folder.path()).await,
        };
        let app = Self::over(folder, database, options).await;
        if !app.state.db.is_postgres() {
            Migrator::up(app.state.db.writer(), None).await.unwrap();
        }
        if !has_module() {
            let off = "INSERT INTO settings (name, value, row_version, changed_at)
                VALUES ('modules', '{\"sentinels\":false}', 1, 1)";
            app.prepare(off).await;
        }
        app
    }

    /// A portal whose papers are made by another than typst.
    pub async fn with_documents(documents: Arc<dyn Documents>) -> Self {
        let app = Self::start().await;
        let TestApp { folder, database, .. } = app;
        Self::made(folder, database, options(), documents).await
    }

    /// A portal over a folder and a database that are there already.
    pub async fn over(folder: TempDir, database: String, options: Options) -> Self {
        Self::made(folder, database, options, Arc::new(TypstDocuments::new())).await
    }

    async fn made(folder: TempDir, database: String, options: Options, documents: Arc<dyn Documents>) -> Self {
        let state = AppState::new(Shared {
            db: Db::connect(&database).await.unwrap(),
            files: Files::in_folder(folder.path()).unwrap(),
            documents,
            letters: Arc::new(Writer),
            clock: Clock::default(),
            options,
            passwords: Passwords::new().unwrap(),
            site: Site::default(),
            people: PeopleOfSessions::default(),
            public_pages: PublicPages::default(),
            counts: CountsOfPeople::default(),
            supply_sums: DaySums::default(),
            coverage: app::coverage::KeptOverviews::default(),
            readiness: app::readiness::KeptStandings::default(),
            imports: Desk::default(),
            prints: tokio::sync::Notify::default(),
            assets: server::assets::for_pages(),
        });
        Self { router: router::router(state.clone()), state, folder, database }
    }

    pub async fn tx(&self) -> Tx {
        self.state.db.begin(Actor::program(), self.state.clock.now()).await.unwrap()
    }

    /// A browser in which nobody is signed in.
    pub fn stranger(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: Mutex::default() }
    }

    /// A browser of a secretariat person.
    pub async fn office(&self, kind: RoleKind) -> Browser {
        self.browser_of(kind, None, &[]).await
    }

    pub async fn admin(&self) -> Browser {
        self.office(RoleKind::OfficeAdmin).await
    }

    pub async fn staff(&self) -> Browser {
        self.office(RoleKind::OfficeStaff).await
    }

    pub async fn auditor(&self) -> Browser {
        self.office(RoleKind::Auditor).await
    }

    /// A browser in which a new person with this role is signed in.
    pub async fn browser_of(&self, kind: RoleKind, member: Option<MemberId>, plants: &[PlantId]) -> Browser {
        let tx = self.tx().await;
        let person = new_person(&tx).await;
        store::add_role(&tx, person, kind, member, plants).await.unwrap();
        tx.commit().await.unwrap();
        self.signed_in(person).await
    }

    /// A browser in which this person is signed in.
    pub async fn signed_in(&self, person: PersonId) -> Browser {
        let tx = self.tx().await;
        let cookie = session::start(&tx, &self.state.options, person, session::LONG).await.unwrap();
        tx.commit().await.unwrap();
        let browser = self.stranger();
        browser.keep(cookie.to_str().unwrap());
        browser
    }
}

/// What every test's portal was started with.
pub fn options() -> Options {
    Options {
        public_url: "http://127.0.0.1:3000".to_owned(),
        behind_proxy: false,
        mail_from: "hunitong@example.cn".to_owned(),
        mail_reply_to: None,
        mail_return_path: None,
        install_request_to: "shaobing@shdata.com".to_owned(),
        mail_leaves: true,
        mail_stays_here: true,
        secret: Secret(vec![7; 32]),
    }
}

/// Whether the tests run with the module of codes and sentinels on, as they do unless it is said.
pub fn has_module() -> bool {
    std::env::var_os(WITHOUT_MODULE).is_none()
}

/// A person with an address of their own and no role yet.
pub async fn new_person(tx: &Tx) -> PersonId {
    let email = format!("{}@example.cn", PersonId::new());
    let new = store::NewPerson { name: "测试员".to_owned(), phone: None, email: Some(email), password_hash: None };
    store::add_person(tx, new).await.unwrap()
}

fn postgres_server() -> Option<String> {
    std::env::var("HUNITONG_TEST_DATABASE").ok()
}

/// The address of a database that holds nothing yet, for a portal in this folder.
pub async fn empty_database(folder: &Path) -> String {
    match postgres_server() {
        Some(server) => new_on_postgres(&server, "template0").await,
        None => format!("sqlite://{}", folder.join("test.db").display()),
    }
}

/// A new database, as a copy of the template; `hunitong_template` was brought to the newest form once.
async fn new_on_postgres(server: &str, template: &str) -> String {
    let admin = Database::connect(server).await.unwrap();
    let name = format!("test_{}", uuid::Uuid::now_v7().simple());
    admin.execute_unprepared("SELECT pg_advisory_lock(20220530)").await.unwrap();
    ensure_template(&admin, server).await;
    admin.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
    admin.execute_unprepared("SELECT pg_advisory_unlock(20220530)").await.unwrap();
    at(server, &name)
}

async fn ensure_template(admin: &DatabaseConnection, server: &str) {
    let exists = "SELECT 1 FROM pg_database WHERE datname = 'hunitong_template'";
    if admin.execute_unprepared(exists).await.unwrap().rows_affected() == 0 {
        admin.execute_unprepared("CREATE DATABASE hunitong_template").await.unwrap();
        let template = Database::connect(at(server, "hunitong_template")).await.unwrap();
        Migrator::up(&template, None).await.unwrap();
        template.close().await.unwrap();
    }
}

/// The same server's address with another database.
fn at(server: &str, database: &str) -> String {
    format!("{}/{database}", server.rsplit_once('/').unwrap().0)
}

const BOUNDARY: &str = "----boundary-of-the-test";

/// The parts of a form that are texts.
fn texts(fields: &[(&str, &str)]) -> Vec<u8> {
    let part = |(name, value): &(&str, &str)| {
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes()
    };
    fields.iter().flat_map(part).collect()
}

/// The parts of a form that are files.
fn contents(files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let part = |(field, name, content): &(&str, &str, &[u8])| {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        [head.as_bytes(), content, b"\r\n"].concat()
    };
    files.iter().flat_map(part).collect()
}

/// A browser: keeps cookies, follows nothing by itself.
pub struct Browser {
    router: Router,
    cookies: Mutex<Vec<(String, String)>>,
}

impl Browser {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    /// Posts a form as a page of the portal would.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_html_form::to_string(fields).unwrap();
        let request = self
            .request("POST", path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// Posts a form with files: (field, file name, content).
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Answer {
        self.send(self.upload_request(path, fields, files)).await
    }

    /// The request that posts a form with files.
    pub fn upload_request(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Request<Body> {
        self.multipart(path, &[texts(fields), contents(files)].concat())
    }

    /// The same with the files before the texts.
    pub async fn upload_files_first(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        self.send(self.multipart(path, &[contents(files), texts(fields)].concat())).await
    }

    fn multipart(&self, path: &str, parts: &[u8]) -> Request<Body> {
        let body = [parts, format!("--{BOUNDARY}--\r\n").as_bytes()].concat();
        self.request("POST", path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(Body::from(body))
            .unwrap()
    }

    /// The same browser, with the same cookies, before another portal.
    pub fn before(&self, app: &TestApp) -> Self {
        Self { router: app.router.clone(), cookies: Mutex::new(self.cookies.lock().unwrap().clone()) }
    }

    /// A request with this browser's cookies, for tests that need other headers.
    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self.cookies.lock().unwrap().iter().map(|(n, v)| format!("{n}={v}")).collect();
        Request::builder().method(method).uri(path).header(header::COOKIE, cookies.join("; "))
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        Answer::read(response).await
    }

    pub fn keep(&self, cookie: &str) {
        let (pair, _) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').unwrap();
        let mut cookies = self.cookies.lock().unwrap();
        cookies.retain(|(n, _)| n != name);
        if !value.is_empty() {
            cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub bytes: Vec<u8>,
    pub text: String,
}

impl Answer {
    async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Self { status: parts.status, headers: parts.headers, bytes, text }
    }

    /// Where it redirects to.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.text.contains(words), "“{words}” is not in:\n{}", self.text);
        self
    }

    #[track_caller]
    pub fn says_not(self, words: &str) -> Self {
        assert!(!self.text.contains(words), "“{words}” is in:\n{}", self.text);
        self
    }
}
