//! The demo association: invented members and people, so that everybody can try everything. A database
//! that holds it is marked for good and never sends mail from this machine.

use app::{
    accounts::{Passwords, RoleKind, store},
    db::Actor,
    settings,
    time::Clock,
};

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
        return Err("demo data is for this machine only; set HUNITONG_PUBLIC_URL to an address on 127.0.0.1".to_owned());
    }
    let db = start::database(settings).await?;
    let failed = |e| format!("the demo data cannot be written: {e:?}");
    if store::anybody(db.reader()).await.map_err(failed)? {
        return if if_empty {
            Ok(())
        } else {
            Err("the database is not empty; demo data goes into an empty one".to_owned())
        };
    }
    let hash = Passwords::new().map_err(failed)?.hash(PASSWORD.to_owned()).await.map_err(failed)?;
    let tx = db.begin(Actor::program(), Clock::default().now()).await.map_err(failed)?;
    settings::mark_demo(&tx).await.map_err(failed)?;
    for (name, email, kind) in [
        ("周秘书", "admin@hunitong.example", RoleKind::OfficeAdmin),
        ("陈干事", "staff@hunitong.example", RoleKind::OfficeStaff),
        ("审计员", "auditor@hunitong.example", RoleKind::Auditor),
    ] {
        let new = store::NewPerson {
            name: name.to_owned(),
            phone: None,
            email: Some(email.to_owned()),
            password_hash: Some(hash.clone()),
        };
        let person = store::add_person(&tx, new).await.map_err(failed)?;
        store::add_role(&tx, person, kind, None, &[]).await.map_err(failed)?;
    }
    tx.commit().await.map_err(failed)?;
    say(&format!(
        "The demo association is ready. Sign in as admin@hunitong.example or staff@hunitong.example; password {PASSWORD}."
    ));
    Ok(())
}
