//! The holding pen: mails that belong nowhere yet wait there, and on 待办 unless too many of them came on a day.

use crate::{
    audit,
    conversations::{
        mail::Parsed,
        model::{CameBy, Held, Nature},
        store::{self, Inbound, Those},
    },
    db::Tx,
    error::Result,
    time::Instant,
};

/// Mails of one day that wait in the holding pen: of one sender, and of all together, machines and people each by
/// themselves, for a mailing that machines answer must not hide what people ask. What comes above that is put aside at
/// once, and 待办 says how many there are.
const MOST_OF_A_SENDER: u64 = 20;
const MOST_OF_A_DAY: u64 = 200;

/// Leaves a mail in the holding pen, and on 待办 unless too many of them came today.
pub async fn hold(tx: &Tx, kept: &Inbound, parsed: &Parsed, why: Held) -> Result<()> {
    let entry = audit::Entry::new("inbound_mail.held", "inbound_mail").subject(kept.id);
    audit::record(tx, entry.after(&serde_json::json!({ "reason": why }))).await?;
    if kept.came_by == CameBy::Page {
        return Ok(());
    }
    let since = tx.now.plus(-Instant::DAY);
    // One mail server may report all that came back on a day.
    let of_sender = match why {
        Held::UnprovedReport => 0,
        _ => store::unfiled_since(&**tx, since, Those::Of(&parsed.from_email), MOST_OF_A_SENDER + 1).await?,
    };
    let is_machines = why == Held::UnprovedReport || parsed.nature() == Nature::AutoReply;
    let alike = if is_machines { Those::Machines } else { Those::People };
    let of_all = store::unfiled_since(&**tx, since, alike, MOST_OF_A_DAY + 1).await?;
    if of_sender > MOST_OF_A_SENDER || of_all > MOST_OF_A_DAY {
        store::handle(tx, kept.id).await?;
        audit::record(tx, audit::Entry::new("inbound_mail.put_aside", "inbound_mail").subject(kept.id)).await?;
    }
    Ok(())
}
