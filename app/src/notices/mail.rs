//! The mails about notices: full text as plain text and as HTML, attachments as links. They are in
//! Chinese, as the papers are.

use crate::{
    outbox::{NewMessage, Recipient, Subject},
    shell::escape,
    state::Options,
    text::Locale,
};

use super::{
    markdown,
    store::{Version, VersionFile},
};

const L: Locale = Locale::Zh;

/// What a mail about a version is made from.
pub struct About<'a> {
    pub options: &'a Options,
    pub association: &'a str,
    pub version: &'a Version,
    pub files: &'a [VersionFile],
}

impl About<'_> {
    /// The mail that goes out when a version is published.
    pub fn publication(&self, recipients: Vec<Recipient>) -> NewMessage {
        let key = if self.version.number > 1 { "notices.mail.corrected" } else { "notices.mail.published" };
        self.message(L.tn(key, &[("title", &self.version.title)]), None, recipients)
    }

    /// The mail to those that have not acknowledged it.
    pub fn reminder(&self, recipients: Vec<Recipient>) -> NewMessage {
        let title = L.tn("notices.mail.reminder", &[("title", &self.version.title)]);
        self.message(title, Some(L.t("notices.mail.reminder_lead")), recipients)
    }

    fn message(&self, title: String, lead: Option<String>, recipients: Vec<Recipient>) -> NewMessage {
        NewMessage {
            about: Subject { kind: "notice", id: self.version.notice_id.0 },
            title,
            text: self.text(lead.as_deref()),
            html: Some(self.html(lead.as_deref())),
            reply_to: None,
            attachments: Vec::new(),
            recipients,
            shown_together: false,
        }
    }

    fn link(&self) -> String {
        self.options.url(&format!("/notices/{}", self.version.notice_id))
    }

    fn files(&self) -> impl Iterator<Item = (&str, String)> {
        self.files.iter().map(|file| {
            let path = format!("/notices/{}/files/{}", self.version.notice_id, file.stored.id);
            (file.stored.name.as_str(), self.options.url(&path))
        })
    }

    /// What the member is asked to do.
    fn asked(&self) -> Option<String> {
        self.version.must_acknowledge.then(|| match self.version.acknowledge_by {
            Some(by) => L.tn("notices.mail.acknowledge_by", &[("at", &by.show())]),
            None => L.t("notices.mail.acknowledge"),
        })
    }

    /// The lines above the text: the paper's number and why there is this version.
    fn above(&self) -> impl Iterator<Item = String> {
        let reason = self
            .version
            .reason
            .as_ref()
            .map(|why| L.tn("notices.version_reason", &[("n", &self.version.number.to_string()), ("reason", why)]));
        self.version.document_number.clone().into_iter().chain(reason)
    }

    fn text(&self, lead: Option<&str>) -> String {
        let mut parts: Vec<String> = lead.map(str::to_owned).into_iter().collect();
        parts.push(self.association.to_owned());
        parts.extend(self.above());
        parts.push(self.version.title.clone());
        if !self.version.body.is_empty() {
            parts.push(self.version.body.clone());
        }
        let files: Vec<String> = self.files().map(|(name, url)| format!("- {name}\n  {url}")).collect();
        if !files.is_empty() {
            parts.push(format!("{}\n{}", L.t("notices.mail.files"), files.join("\n")));
        }
        parts.push(format!("{}\n{}", self.asked().unwrap_or_else(|| L.t("notices.mail.open")), self.link()));
        parts.join("\n\n")
    }

    fn html(&self, lead: Option<&str>) -> String {
        let paragraph = |words: String| format!("<p>{}</p>", escape(&words));
        let mut html = String::from("<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"></head><body>");
        html.extend(lead.map(|words| paragraph(words.to_owned())));
        html.push_str(&paragraph(self.association.to_owned()));
        html.extend(self.above().map(paragraph));
        html.push_str(&format!("<h1>{}</h1>{}", escape(&self.version.title), markdown::to_html(&self.version.body)));
        let files: String =
            self.files().map(|(name, url)| format!("<li><a href=\"{url}\">{}</a></li>", escape(name))).collect();
        if !files.is_empty() {
            html.push_str(&format!("<h2>{}</h2><ul>{files}</ul>", escape(&L.t("notices.mail.files"))));
        }
        html.extend(self.asked().map(paragraph));
        let link = self.link();
        html.push_str(&format!("<p><a href=\"{link}\">{}</a></p></body></html>", escape(&L.t("notices.mail.open"))));
        html
    }
}
