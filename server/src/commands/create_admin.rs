//! Making the first secretariat admin. The password comes from standard input, so that it stands in no shell
//! history and no process list; a terminal shows it while it is typed, and the question says so.

use app::{
    accounts::{Login, Passwords, RoleKind, Weakness, people, store, weakness},
    audit,
    db::Actor,
    error::AppError,
    time::Clock,
};

use super::say;
use crate::{
    config::{Sentence, Settings},
    start,
};

/// As in the form of an invitation.
const LONGEST_NAME: usize = 50;
const TAKEN: &str = "there is already an account with this login";

pub async fn run(settings: &Settings, login: &str, name: &str) -> Result<(), Sentence> {
    let login = Login::parse(login).ok_or("--login is neither a mobile number nor an e-mail address")?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err("--name must be the person's name, at most 50 characters".to_owned());
    }
    say("Password (at least 8 characters; it is shown while you type):");
    let mut typed = String::new();
    std::io::stdin().read_line(&mut typed).map_err(|e| format!("the password cannot be read: {e}"))?;
    let typed = typed.trim_end_matches(['\r', '\n']).to_owned();
    match weakness(&typed, &[login.as_str()]) {
        None => {}
        Some(Weakness::Length) => return Err("the password must have 8 to 128 characters".to_owned()),
        Some(Weakness::Common | Weakness::Own) => {
            return Err("this password is easily guessed; choose one that is neither common nor the login".to_owned());
        }
    }
    let db = start::database(settings).await?;
    let hash = Passwords::new().map_err(failed)?.hash(typed).await.map_err(failed)?;
    let (phone, email) = match login {
        Login::Phone(phone) => (Some(phone), None),
        Login::Email(email) => (None, Some(email)),
    };
    let found = people::store::by_reach(db.reader(), phone.as_deref(), email.as_deref()).await.map_err(failed)?;
    if let Some(person) = found {
        return Err(match person.disabled_at {
            None => TAKEN.to_owned(),
            Some(_) => "this login belongs to a closed account; write another, or have an admin open that account \
                        again on its page under People"
                .to_owned(),
        });
    }
    let new = store::NewPerson { name: name.to_owned(), phone, email, password_hash: Some(hash) };
    let tx = db.begin(Actor::program(), Clock::default().now()).await.map_err(failed)?;
    let person = store::add_person(&tx, new).await.map_err(failed)?;
    store::add_role(&tx, person, RoleKind::OfficeAdmin, None, &[]).await.map_err(failed)?;
    audit::record(&tx, audit::Entry::new("person.created", "person").subject(person)).await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    say("The secretariat admin is ready to sign in.");
    Ok(())
}

fn failed(error: AppError) -> Sentence {
    match error {
        // Somebody made it since it was looked for.
        AppError::Refused(_) => TAKEN.to_owned(),
        AppError::Unavailable => "the database cannot be read or written at the moment; try again".to_owned(),
        AppError::Internal(cause) => format!("the account cannot be made: {cause}"),
        other => format!("the account cannot be made: {other:?}"),
    }
}
