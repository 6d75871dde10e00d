//! The real program over a test's own database and files, and requests as they go over the wire.

use std::{
    net::SocketAddr,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    body::Body,
    http::{HeaderValue, Request, header},
};
use http_body_util::BodyExt;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

use crate::test_app::TestApp;

/// Longer than anything takes on a busy machine.
const LONG: Duration = Duration::from_secs(30);

/// The program with the settings of this portal.
pub fn command(app: &TestApp, arguments: &[&str]) -> Command {
    settings(Command::new(env!("CARGO_BIN_EXE_hunitong")), app, arguments)
}

/// The same, started by a shell after it has done something.
pub fn after(shell: &str, app: &TestApp, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{shell}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_hunitong")]);
    settings(command, app, arguments)
}

fn settings(mut command: Command, app: &TestApp, arguments: &[&str]) -> Command {
    command
        .args(arguments)
        .env("HUNITONG_DATA_DIR", app.folder.path())
        .env("DATABASE_URL", &app.database)
        .env("HUNITONG_ADDR", "127.0.0.1:0")
        .env("HUNITONG_LOG", "json")
        .env_remove("RUST_LOG")
        .env_remove("SMTP_URL")
        .kill_on_drop(true);
    command
}

/// What came of handing a mail to the program.
pub struct Ingested {
    pub code: Option<i32>,
    pub said: String,
    pub took: Duration,
    /// The most memory that it ever held, in bytes.
    pub peak: u64,
}

/// Hands a mail to the program through its pipe, as a mail server does, with the key and the mailbox of the test's
/// portal, so that its tokens are known.
pub async fn ingest(app: &TestApp, more: &[&str], mail: &[u8]) -> Ingested {
    let mut program = command(app, &[&["mail", "ingest"], more].concat());
    program.env("HUNITONG_SECRET_KEY", "\u{7}".repeat(32)).env("HUNITONG_MAIL_REPLY_TO", "reply@portal.example.cn");
    program.env("HUNITONG_MAIL_RETURN_PATH", "bounce@portal.example.cn");
    let began = std::time::Instant::now();
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let peak = tokio::task::spawn_blocking({
        let status = format!("/proc/{}/status", child.id().unwrap());
        move || watched(&status)
    });
    let mut stdin = child.stdin.take().unwrap();
    // It may answer before it has read everything.
    let _ = stdin.write_all(mail).await;
    drop(stdin);
    let peak = timeout(LONG, peak).await.unwrap().unwrap();
    let took = began.elapsed();
    let output = child.wait_with_output().await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    Ingested { code: output.status.code(), said: String::from_utf8_lossy(&said).into_owned(), took, peak }
}

/// The high-water mark of a process's memory, looked at until it ends; one that has ended has none any more.
fn watched(status: &str) -> u64 {
    let mut peak = 0;
    loop {
        let Some(mark) = high_water_mark(status) else { return peak };
        peak = peak.max(mark);
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The most memory that a process has held so far, in bytes.
fn high_water_mark(status: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let mark = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"))?;
    mark.parse::<u64>().ok().map(|kilobytes| kilobytes * 1_024)
}

/// Runs a command to its end; gives whether it succeeded and what it said.
pub async fn run(mut command: Command) -> (bool, String) {
    let output = timeout(LONG, command.output()).await.unwrap().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

pub struct Program {
    child: Child,
    address: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
    reading: JoinHandle<()>,
}

impl Program {
    pub async fn serve(app: &TestApp) -> Self {
        Self::start(command(app, &["serve"])).await
    }

    /// Starts it and waits until it listens.
    pub async fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (tell, told) = oneshot::channel();
        let kept = Arc::clone(&log);
        let reading = tokio::spawn(async move {
            let mut tell = Some(tell);
            while let Ok(Some(line)) = lines.next_line().await {
                if line.contains("\"listening\"") {
                    tell.take().unwrap().send(address_in(&line)).unwrap();
                }
                kept.lock().unwrap().push(line);
            }
        });
        let told = timeout(LONG, told).await.unwrap();
        let address = told.unwrap_or_else(|_| panic!("it does not start: {:?}", log.lock().unwrap()));
        Self { child, address, log, reading }
    }

    pub async fn connect(&self) -> std::io::Result<TcpStream> {
        TcpStream::connect(self.address).await
    }

    /// Sends a request on a connection of its own; gives the whole answer.
    pub async fn send(&self, request: Request<Body>) -> String {
        let mut line = self.connect().await.unwrap();
        // It may answer, and hang up, before it has read everything.
        let _ = line.write_all(&on_the_wire(request).await).await;
        answer(line).await
    }

    /// The most memory that it has held so far, in bytes.
    pub fn peak(&self) -> u64 {
        high_water_mark(&format!("/proc/{}/status", self.child.id().unwrap())).unwrap()
    }

    /// Sends a signal by its name.
    pub async fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().await.unwrap().success());
    }

    /// Waits for its end; gives how it ended and every line of its log.
    pub async fn ended(mut self) -> (ExitStatus, Vec<String>) {
        let status = timeout(LONG, self.child.wait()).await.unwrap().unwrap();
        self.reading.await.unwrap();
        let log = self.log.lock().unwrap().clone();
        (status, log)
    }
}

fn address_in(line: &str) -> SocketAddr {
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    line["fields"]["address"].as_str().unwrap().parse().unwrap()
}

/// A request in HTTP/1.1, on a connection that serves once.
pub async fn on_the_wire(mut request: Request<Body>) -> Vec<u8> {
    let body = std::mem::take(request.body_mut()).collect().await.unwrap().to_bytes();
    request.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    request.headers_mut().insert(header::HOST, HeaderValue::from_static("127.0.0.1"));
    request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    let mut wire = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri()).into_bytes();
    for (name, value) in request.headers() {
        wire.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    [wire.as_slice(), b"\r\n", &body].concat()
}

/// All that comes back until the other side hangs up.
pub async fn answer(mut line: TcpStream) -> String {
    let mut bytes = Vec::new();
    timeout(LONG, line.read_to_end(&mut bytes)).await.unwrap().unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
