//! The demo association: invented members and people, so that everybody can try everything. A database
//! that holds it is marked for good and never sends mail from this machine.

mod groups;
pub mod issues;
pub mod members;
mod notices;
mod place_codes;
mod postings;
mod sentinels;
pub mod supply;

use app::{
    accounts::{Passwords, RoleKind, store},
    db::{Actor, Tx},
    error::Result as AppResult,
    ids::PersonId,
    settings::{self, Association},
    state::AppState,
    time::Clock,
};

use self::members::DemoMembers;
use crate::{
    commands::say,
    config::{Sentence, Settings},
    start,
};

/// The password of every demo account.
pub const PASSWORD: &str = "hunitong-demo";

/// Fills an empty database; `if_empty` makes it no error when there is something already.
pub async fn run(settings: &Settings, if_empty: bool) -> Result<(), Sentence> {
    if !settings.is_local() {
        return Err(
            "demo data is for this machine only; set HUNITONG_PUBLIC_URL and HUNITONG_ADDR to an address on 127.0.0.1"
                .to_owned(),
        );
    }
    let db = start::database(settings).await?;
    let failed = |e| format!("the demo data cannot be written: {e:?}");
    if store::anybody(db.reader()).await.map_err(failed)? {
        return if if_empty {
            if settings::is_demo(db.reader()).await.map_err(failed)? {
                say_accounts();
            }
            Ok(())
        } else {
            Err("the database is not empty; demo data goes into an empty one".to_owned())
        };
    }
    let hash = Passwords::new().map_err(failed)?.hash(PASSWORD.to_owned()).await.map_err(failed)?;
    let state = start::state(settings, db.clone()).await?;
    let mut tx = db.begin(Actor::program(), Clock::default().now()).await.map_err(failed)?;
    seed(&state, &mut tx, &hash).await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    say_accounts();
    Ok(())
}

fn say_accounts() {
    say(&format!("The demo association is ready. The password of every demo account is {PASSWORD}:"));
    for (email, what) in ACCOUNTS {
        say(&format!("  {email:<28} {what}"));
    }
}

/// What a person can sign in as, and who that is.
const ACCOUNTS: [(&str, &str); 5] = [
    (ADMIN, "admin of the secretariat"),
    (STAFF, "staff of the secretariat"),
    (AUDITOR, "auditor: reads everything, changes nothing"),
    (members::ADMIN, "admin of two members"),
    (members::OPERATOR, "operator of one plant of the first member"),
];

const ADMIN: &str = "admin@hunitong.example";
const STAFF: &str = "staff@hunitong.example";
const AUDITOR: &str = "auditor@hunitong.example";

/// What is in the demo association; each feature's demo data builds on it.
pub struct Demo {
    pub office: Office,
    pub members: DemoMembers,
}

/// The secretariat's people.
pub struct Office {
    pub admin: PersonId,
    pub staff: PersonId,
    pub auditor: PersonId,
}

/// Fills the database, feature by feature, in the transaction that is given.
pub async fn seed(state: &AppState, tx: &mut Tx, password_hash: &str) -> AppResult<Demo> {
    settings::mark_demo(tx).await?;
    let association = Association {
        phone: "021-60000000".to_owned(),
        hours: "工作日 9:00–17:00".to_owned(),
        ..Association::default()
    };
    settings::save(tx, &association, 0).await?;
    let office = Office {
        admin: office_person(tx, "周秘书", ADMIN, RoleKind::OfficeAdmin, password_hash).await?,
        staff: office_person(tx, "陈干事", STAFF, RoleKind::OfficeStaff, password_hash).await?,
        auditor: office_person(tx, "审计员", AUDITOR, RoleKind::Auditor, password_hash).await?,
    };
    let members = members::seed(tx, password_hash).await?;
    let demo = Demo { office, members };
    notices::seed(state, tx, &demo).await?;
    supply::seed(tx, &demo.members).await?;
    issues::seed(tx, &demo).await?;
    sentinels::seed(tx, &demo.members).await?;
    place_codes::seed(state, tx, &demo.members).await?;
    postings::seed(state, tx, &demo.members).await?;
    groups::seed(state, tx).await?;
    Ok(demo)
}

async fn office_person(tx: &Tx, name: &str, email: &str, kind: RoleKind, password_hash: &str) -> AppResult<PersonId> {
    let person = store::add_person(tx, new_person(name, email, password_hash)).await?;
    store::add_role(tx, person, kind, None, &[]).await?;
    Ok(person)
}

fn new_person(name: &str, email: &str, password_hash: &str) -> store::NewPerson {
    store::NewPerson {
        name: name.to_owned(),
        phone: None,
        email: Some(email.to_owned()),
        password_hash: Some(password_hash.to_owned()),
    }
}
