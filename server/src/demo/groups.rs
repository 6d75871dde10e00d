//! The demo association's chat group. Nothing leaves to it: messages about demo data become files.

use app::{
    db::Tx,
    error::Result,
    groups::{self, NewsKind, Wanted, store},
    ids::GroupId,
    outbox::Channel,
    state::AppState,
};

pub async fn seed(state: &AppState, tx: &Tx) -> Result<()> {
    let id = GroupId::new();
    let draft = store::Draft {
        name: "会员通知群".to_owned(),
        channel: Channel::Wecom,
        secret: Some(groups::seal(&state.options.secret, id, "00000000-0000-0000-0000-000000000000")?),
        wanted: Wanted { news: vec![NewsKind::Public, NewsKind::Members, NewsKind::Reminders], ..Wanted::default() },
        active: true,
    };
    store::add(tx, id, &draft).await
}
