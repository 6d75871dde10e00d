//! News about notices, told to the groups that want it within the transaction of the act. It is in Chinese, as the
//! papers are, and names no member and no person.

use super::{Model, News, NewsKind, store};
use crate::{
    db::Tx,
    error::Result,
    notices::{model::summary, store::Version},
    outbox::Subject,
    state::Options,
    text::Locale,
};

const L: Locale = Locale::Zh;
/// Most characters of a notice's beginning that a group is shown; the rest stands behind the link.
const SUMMARY: usize = 200;

/// Tells of a version that was just published; says how many groups are told.
pub async fn published(tx: &Tx, options: &Options, association: &str, version: &Version) -> Result<usize> {
    let groups = wanting(tx, version, None).await?;
    let key = if version.number > 1 { "groups.news.corrected" } else { "groups.news.published" };
    let mut news = about(options, version, L.tn(key, &[("title", &version.title)]));
    news.lines = [association.to_owned()].into_iter().chain(version.document_number.clone()).collect();
    news.summary = summary(&version.body, SUMMARY);
    store::tell(tx, &groups, &news).await
}

/// Tells that a version is still to be confirmed by so many; says how many groups are told.
pub async fn reminded(tx: &Tx, options: &Options, version: &Version, waiting: u64) -> Result<usize> {
    let groups = wanting(tx, version, Some(NewsKind::Reminders)).await?;
    let mut news = about(options, version, L.tn("groups.news.reminder", &[("title", &version.title)]));
    news.lines = vec![L.tn("groups.news.waiting", &[("n", &waiting.to_string())])];
    store::tell(tx, &groups, &news).await
}

/// The active groups that get this notice, and news of this kind too.
async fn wanting(tx: &Tx, version: &Version, also: Option<NewsKind>) -> Result<Vec<Model>> {
    let values = version.audience_list();
    let wants = |group: &Model| {
        let wanted = group.wanted();
        wanted.notice(version.audience, &values) && also.is_none_or(|kind| wanted.has(kind))
    };
    Ok(store::active(&**tx).await?.into_iter().filter(wants).collect())
}

fn about(options: &Options, version: &Version, title: String) -> News {
    let asked = version.must_acknowledge.then(|| match version.acknowledge_by {
        Some(by) => L.tn("groups.news.confirm_by", &[("at", &by.show())]),
        None => L.t("groups.news.confirm"),
    });
    News {
        about: Subject { kind: "notice", id: version.notice_id.0 },
        title,
        lines: Vec::new(),
        asked,
        summary: String::new(),
        link: options.url(&format!("/notices/{}", version.notice_id)),
        link_words: L.t("groups.news.open"),
    }
}
