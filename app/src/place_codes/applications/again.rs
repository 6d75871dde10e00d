//! The check before applying, made again when it is noted that an application was handed in: the register may have
//! moved on since the entrances were chosen. That an application is under way does not count, for it is this one.

use super::{
    check::Finding,
    sheet::Sheet,
    store::{self, Offered},
};
use crate::{db::ConnectionTrait, error::Result, form::Form, members::store::Member, text::Message};

/// Notes at `field` what the city would refuse about the places of the sheet by now.
pub async fn check(
    conn: &impl ConnectionTrait,
    member: &Member,
    sheet: &Sheet,
    field: &str,
    form: &mut Form,
) -> Result<()> {
    let offered = store::offered(conn, member).await?;
    let in_sheet = |offered: &&Offered| sheet.places.iter().any(|place| place.entrance_id == offered.entrance.id);
    let mut said: Vec<Message> = Vec::new();
    for offered in offered.iter().filter(in_sheet) {
        let name = &offered.place_name;
        for finding in &offered.findings {
            let why = match finding {
                // The same for all of them.
                Finding::Licence => Message::of("place_codes.finding.licence"),
                Finding::Outside => Message::of("place_codes.filing.outside").with("name", name),
                Finding::Address => Message::of("place_codes.filing.address").with("name", name),
                Finding::Twin { other } => {
                    Message::of("place_codes.filing.twin").with("name", name).with("other", other)
                }
                Finding::Applied { .. } | Finding::HasCode | Finding::ElsewhereCode { .. } => continue,
            };
            if !said.contains(&why) {
                said.push(why);
            }
        }
    }
    said.into_iter().for_each(|why| form.refuse_each(field, why));
    Ok(())
}
