//! What the audit keeps of a draft: every value that a person writes, the files by their names, of the text
//! and of the members chosen one by one only what differs. A new draft's text is kept by the draft itself.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use super::drafts::Content;
use crate::{
    db::Tx,
    error::Result,
    files,
    ids::{FileId, MemberId},
    members::{store as members, towns},
    notices::model::{Audience, FileRole},
    time::Instant,
};

/// What a draft says, and its files.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    pub content: &'a Content,
    pub files: &'a [(FileId, FileRole)],
}

/// The values of a draft before and after it was changed.
pub async fn changed(tx: &Tx, before: Side<'_>, after: Side<'_>) -> Result<(Value, Value)> {
    let files: Vec<FileId> = before.files.iter().chain(after.files).map(|(id, _)| *id).collect();
    let files = file_names(tx, &files).await?;
    let (was, is) = (chosen(before.content), chosen(after.content));
    let gone = member_names(tx, &was, &is).await?;
    let come = member_names(tx, &is, &was).await?;
    let (old, new) = apart(&before.content.body, &after.content.body);
    Ok((values(before, &files, &gone, &old), values(after, &files, &come, &new)))
}

/// The values of a draft that was just begun.
pub async fn begun(tx: &Tx, side: Side<'_>) -> Result<Value> {
    whole(tx, side, "").await
}

/// The values of a draft that is taken away, with its text.
pub async fn ended(tx: &Tx, side: Side<'_>) -> Result<Value> {
    whole(tx, side, &side.content.body).await
}

async fn whole(tx: &Tx, side: Side<'_>, body: &str) -> Result<Value> {
    let files: Vec<FileId> = side.files.iter().map(|(id, _)| *id).collect();
    let files = file_names(tx, &files).await?;
    let chosen = member_names(tx, &chosen(side.content), &BTreeSet::new()).await?;
    Ok(values(side, &files, &chosen, body))
}

fn values(side: Side<'_>, names: &HashMap<FileId, String>, chosen: &[String], body: &str) -> Value {
    let Side { content, files } = side;
    let of_role = |role: FileRole| -> Vec<&String> {
        files.iter().filter(|(_, of)| *of == role).filter_map(|(id, _)| names.get(id)).collect()
    };
    let list = |audience: Audience| {
        let values = (content.audience == audience).then_some(&content.audience_values);
        values.into_iter().flatten().map(String::as_str)
    };
    let districts: Vec<&str> =
        list(Audience::Districts).filter_map(towns::district).map(|district| district.name).collect();
    json!({
        "kind": content.kind,
        "document_number": content.document_number,
        "title": content.title,
        "body": body,
        "audience": content.audience,
        "kinds": list(Audience::Kinds).collect::<Vec<_>>(),
        "districts": districts,
        "chosen": chosen,
        "must_acknowledge": content.must_acknowledge,
        "acknowledge_by": content.acknowledge_by.map(Instant::show),
        "reason": content.reason,
        "original": of_role(FileRole::Original),
        "files": of_role(FileRole::Attachment),
    })
}

fn chosen(content: &Content) -> BTreeSet<&str> {
    let values = (content.audience == Audience::Chosen).then_some(&content.audience_values);
    values.into_iter().flatten().map(String::as_str).collect()
}

async fn file_names(tx: &Tx, ids: &[FileId]) -> Result<HashMap<FileId, String>> {
    Ok(files::find_all(&**tx, ids).await?.into_iter().map(|file| (file.id, file.name)).collect())
}

/// The names of the members that are in one list and not in the other.
async fn member_names(tx: &Tx, these: &BTreeSet<&str>, others: &BTreeSet<&str>) -> Result<Vec<String>> {
    let ids: Vec<MemberId> = these.difference(others).filter_map(|id| id.parse().ok()).collect();
    Ok(members::members(&**tx, &ids).await?.into_iter().map(|member| member.name).collect())
}

/// The lines in which two texts differ: what stands between the beginning and the end that they share.
fn apart(before: &str, after: &str) -> (String, String) {
    let (mut old, mut new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    old.drain(..head);
    new.drain(..head);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    old.truncate(old.len() - tail);
    new.truncate(new.len() - tail);
    (old.join("\n"), new.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_text_the_lines_that_differ() {
        assert_eq!(apart("一\n二\n三", "一\n贰\n三"), ("二".to_owned(), "贰".to_owned()));
        assert_eq!(apart("一\n三", "一\n二\n三"), (String::new(), "二".to_owned()));
        assert_eq!(apart("一\n一", "一"), ("一".to_owned(), String::new()));
        assert_eq!(apart("一", "一"), (String::new(), String::new()));
    }
}
