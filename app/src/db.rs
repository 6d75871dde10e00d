//! The database: a pool of readers, one writing connection (on SQLite), and the transaction that
//! every act happens in. A transaction knows who acts and when, so the audit row and the domain rows
//! cannot disagree. What people search for is compared here in one way for both databases.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::{
    ColumnTrait, ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExprTrait,
    FromQueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
    sea_query::{BinOper, Expr, Func},
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::Notify;

/// What is read through, be it the readers or a transaction.
pub use sea_orm::ConnectionTrait;

use crate::{
    error::{AppError, Result},
    ids::PersonId,
    time::Instant,
};

/// How long a request waits for a connection or a lock before it is told to come back later.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Who acts, and from where; the audit keeps it.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    /// Nobody for the program itself and for people who are not signed in.
    pub person: Option<PersonId>,
    pub ip: String,
    pub request: String,
}

impl Actor {
    /// The program itself: the worker, a command on the terminal.
    pub fn program() -> Self {
        Self { person: None, ip: String::new(), request: "program".to_owned() }
    }
}

#[derive(Clone, Debug)]
pub struct Db {
    readers: DatabaseConnection,
    writer: DatabaseConnection,
    new_mail: Arc<Notify>,
    commits: Arc<Commits>,
}

/// Acts that were committed by this process.
#[derive(Debug, Default)]
struct Commits {
    all: AtomicU64,
    /// Without those that have nothing to do with entrances.
    of_entrances: AtomicU64,
}

impl Db {
    /// Opens `sqlite://path` (made if missing) or `postgres://…`.
    pub async fn connect(url: &str) -> std::result::Result<Self, DbErr> {
        if url.starts_with("postgres") {
            let mut options = ConnectOptions::new(url);
            options.max_connections(16).sqlx_logging(false).acquire_timeout(LONGEST_WAIT).map_sqlx_postgres_opts(
                |postgres| postgres.options([("lock_timeout", format!("{}s", LONGEST_WAIT.as_secs()))]),
            );
            let pool = Database::connect(options).await?;
            return Ok(Self { readers: pool.clone(), writer: pool, new_mail: Arc::default(), commits: Arc::default() });
        }
        let writer = Database::connect(sqlite_options(url, 1, false)).await?;
        let readers = Database::connect(sqlite_options(url, 4, true)).await?;
        Ok(Self { readers, writer, new_mail: Arc::default(), commits: Arc::default() })
    }

    /// For queries outside a transaction; on SQLite these connections cannot write.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// For migrations and for commands that must not be in a transaction, such as `VACUUM INTO`.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Ends all connections. SQLite then folds its log into the database, so that nothing lies beside it. What still holds
    /// a connection after `LONGEST_WAIT` is left to the database, which undoes it.
    pub async fn close(self) {
        for pool in [self.readers, self.writer] {
            match tokio::time::timeout(LONGEST_WAIT, pool.close()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(cause = %error, "the database was not closed"),
                Err(_) => tracing::warn!("the database was not closed: a connection is still in use"),
            }
        }
    }

    pub fn is_postgres(&self) -> bool {
        self.readers.get_database_backend() == DbBackend::Postgres
    }

    /// Waits until an act of this process has put mail into the outbox.
    pub async fn new_mail(&self) {
        self.new_mail.notified().await;
    }

    /// How many acts this process has committed, without those that no kept page shows (`Tx::commit_unseen`); what
    /// was read before the last of them may be old.
    pub fn commits(&self) -> u64 {
        self.commits.all.load(Ordering::Acquire)
    }

    /// How many of them may have changed how an entrance stands.
    pub fn commits_of_entrances(&self) -> u64 {
        self.commits.of_entrances.load(Ordering::Acquire)
    }

    /// Begins the one transaction of an act.
    pub async fn begin(&self, actor: Actor, now: Instant) -> Result<Tx> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner = self.writer.begin_with_options(options).await?;
        Ok(Tx {
            inner,
            now,
            actor,
            new_mail: Arc::clone(&self.new_mail),
            wrote_mail: AtomicBool::new(false),
            seen: AtomicBool::new(false),
            said: AtomicBool::new(false),
            of_entrances: AtomicBool::new(false),
            commits: Arc::clone(&self.commits),
        })
    }
}

fn sqlite_options(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    // Nothing can have happened to a connection to a file, so it is not tried before it is used.
    options.test_before_acquire(false);
    options.max_connections(connections).sqlx_logging(false).acquire_timeout(LONGEST_WAIT).map_sqlx_sqlite_opts(
        move |sqlite| {
            let sqlite = sqlite
                .foreign_keys(true)
                .busy_timeout(LONGEST_WAIT)
                .synchronous(SqliteSynchronous::Full)
                .pragma("cache_size", "-4000");
            if read_only {
                sqlite.read_only(true)
            } else {
                sqlite.create_if_missing(true).journal_mode(SqliteJournalMode::Wal)
            }
        },
    );
    options
}

/// What somebody looks for, of at most `most` characters: without outer white space, and without control
/// characters, which nobody types and of which PostgreSQL refuses U+0000.
pub fn words(typed: &str, most: usize) -> String {
    typed.trim().chars().filter(|c| !c.is_control()).take(most).collect()
}

/// The pattern of `LOWER(column) LIKE LOWER(pattern) ESCAPE '\'` that finds what was typed: `%` and `_` stand for
/// themselves, control characters for nothing.
pub fn like_pattern(words: &str) -> String {
    let plain = words.chars().filter(|c| !c.is_control());
    let escaped = plain.flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c]));
    format!("%{}%", escaped.collect::<String>())
}

/// Whether a column holds what was typed, capital letters or not, alike on both databases.
pub fn holds(column: impl ColumnTrait, words: &str) -> Expr {
    let lower = |text: Expr| Expr::expr(Func::lower(text));
    let pattern = lower(Expr::val(like_pattern(words))).binary(BinOper::Escape, Expr::cust("'\\'"));
    lower(Expr::col(column.as_column_ref())).binary(BinOper::Like, pattern)
}

/// An act's transaction: its rows, its audit row and its outbox rows become true together.
/// Dropped without `commit`, nothing of it has happened.
#[derive(Debug)]
pub struct Tx {
    inner: DatabaseTransaction,
    pub now: Instant,
    pub actor: Actor,
    new_mail: Arc<Notify>,
    wrote_mail: AtomicBool,
    seen: AtomicBool,
    /// Whether it was said if this bears on entrances, and that it does.
    said: AtomicBool,
    of_entrances: AtomicBool,
    commits: Arc<Commits>,
}

impl Tx {
    pub async fn commit(self) -> Result<()> {
        self.must_be_seen();
        self.commit_unseen().await
    }

    /// Commits what changes nothing that is kept between requests (`kept`): a lease, a mail that left as it
    /// should, a first reading. There are many of these just when everybody looks. What somebody said must be seen
    /// is seen all the same.
    pub async fn commit_unseen(self) -> Result<()> {
        self.inner.commit().await?;
        if self.wrote_mail.into_inner() {
            self.new_mail.notify_one();
        }
        if self.seen.into_inner() {
            if self.of_entrances.into_inner() || !self.said.into_inner() {
                self.commits.of_entrances.fetch_add(1, Ordering::Release);
            }
            self.commits.all.fetch_add(1, Ordering::Release);
        }
        Ok(())
    }

    /// This transaction changes what is kept between requests, however it is committed.
    pub fn must_be_seen(&self) {
        self.seen.store(true, Ordering::Relaxed);
    }

    /// Whether what this transaction does may bear on how entrances stand; once it does, it does. Where nobody says, it does.
    pub fn bears_on_entrances(&self, bears: bool) {
        self.said.store(true, Ordering::Relaxed);
        self.of_entrances.fetch_or(bears, Ordering::Relaxed);
    }

    /// Wakes the mail worker when this transaction is committed.
    pub fn has_mail(&self) {
        self.wrote_mail.store(true, Ordering::Relaxed);
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;
    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

/// A statement under construction: text with numbered places, and what goes into them.
#[derive(Debug, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    pub fn push(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value and its place.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self.text.push_str(&format!("${}", self.values.len()));
        self
    }

    /// Adds `(…, …)`; an empty list matches nothing.
    pub fn list<V: Into<Value>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        self.text.push('(');
        let mut first = true;
        for value in values {
            if !first {
                self.text.push_str(", ");
            }
            first = false;
            self = self.bind(value);
        }
        if first {
            self.text.push_str("NULL");
        }
        self.text.push(')');
        self
    }

    pub fn statement(self, conn: &impl ConnectionTrait) -> Statement {
        Statement::from_sql_and_values(conn.get_database_backend(), self.text, self.values)
    }

    pub async fn all<T: FromQueryResult>(self, conn: &impl ConnectionTrait) -> Result<Vec<T>> {
        let rows = conn.query_all_raw(self.statement(conn)).await?;
        rows.iter().map(|row| T::from_query_result(row, "").map_err(AppError::from)).collect()
    }

    pub async fn one<T: FromQueryResult>(self, conn: &impl ConnectionTrait) -> Result<Option<T>> {
        let row = conn.query_one_raw(self.statement(conn)).await?;
        row.map(|row| T::from_query_result(&row, "").map_err(AppError::from)).transpose()
    }

    /// Runs it and says how many rows it changed.
    pub async fn run(self, conn: &impl ConnectionTrait) -> Result<u64> {
        Ok(conn.execute_raw(self.statement(conn)).await?.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use super::{like_pattern, words};

    #[test]
    fn what_is_typed_stands_for_itself() {
        assert_eq!(like_pattern("水泥"), "%水泥%");
        assert_eq!(like_pattern(r"100%_\"), r"%100\%\_\\%");
        assert_eq!(like_pattern("水\0泥"), "%水泥%");
    }

    #[test]
    fn words_are_plain_and_bounded() {
        assert_eq!(words(" 水\0泥\u{9f} 厂\n", 10), "水泥 厂");
        assert_eq!(words("\0", 10), "");
        assert_eq!(words("水泥水泥", 3), "水泥水");
    }
}
