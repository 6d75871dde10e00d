//! What somebody handed out ends with the right to hand it out: the open invitations and password links of a person
//! who is barred or lost the role that made them.

use super::store::RoleRow;
use crate::{
    accounts::{
        RoleKind,
        links::{
            Purpose,
            store::{self as links, Link},
        },
    },
    audit,
    db::Tx,
    error::Result,
    ids::PersonId,
};

/// Withdraws what the person made and could not make with the roles that are left.
pub async fn withdraw(tx: &Tx, person: PersonId, left: &[RoleRow]) -> Result<()> {
    let made = links::open_of(tx, person).await?;
    for link in made.into_iter().filter(|link| !may_hand_out(left, link, person)) {
        if !links::withdraw(tx, link.id).await? {
            continue;
        }
        let entry = match link.purpose {
            Purpose::Invitation => audit::Entry::new("person.invitation_withdrawn", "invitation").subject(link.id),
            Purpose::Password => {
                let owner = link.person_id.unwrap_or(person);
                audit::Entry::new("person.password_link_withdrawn", "person").subject(owner)
            }
        };
        let entry = entry.of(link.member_id).before(&serde_json::json!({ "name": link.name }));
        audit::record(tx, entry).await?;
    }
    Ok(())
}

fn may_hand_out(roles: &[RoleRow], link: &Link, maker: PersonId) -> bool {
    let has = |test: &dyn Fn(&RoleRow) -> bool| roles.iter().any(test);
    let admin = has(&|role| role.kind == RoleKind::OfficeAdmin);
    match (link.purpose, link.member_id) {
        (Purpose::Invitation, None) => admin,
        (Purpose::Invitation, Some(member)) => {
            has(&|role| role.kind.is_staff())
                || has(&|role| role.kind == RoleKind::MemberAdmin && role.member_id == Some(member))
        }
        // Whose link staff may make depends on its owner's roles; without asking, it ends, as it soon would anyway.
        (Purpose::Password, _) => admin || link.person_id == Some(maker),
    }
}
