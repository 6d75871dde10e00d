//! Sending a page's form back as a browser would: everything that stands in it, with some values changed.

use crate::test_app::{Answer, Browser};

/// The fields of the form on a page, as a browser would send them back.
pub fn form_fields(answer: &Answer) -> Vec<(String, String)> {
    let unescape =
        |text: &str| text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let (mut found, mut select) = (Vec::new(), String::new());
    let is_the_form = |part: &&str| part.split('>').next().is_some_and(|tag| tag.contains("class=\"form"));
    let form = answer.text.split("<form").find(is_the_form).unwrap().split("</form>").next().unwrap();
    for tag in form.split('<') {
        let attribute =
            |name: &str| tag.split(&format!(" {name}=\"")).nth(1).map(|rest| unescape(rest.split('"').next().unwrap()));
        let Some(name) = attribute("name") else {
            if tag.starts_with("option") && tag.contains(" selected") {
                found.push((select.clone(), attribute("value").unwrap()));
            }
            continue;
        };
        if tag.starts_with("select") {
            select.clone_from(&name);
        }
        if tag.starts_with("textarea") {
            found.push((name, unescape(tag.split_once('>').unwrap().1)));
        } else if tag.starts_with("input") {
            let box_ = tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"");
            if !box_ || tag.contains(" checked") {
                found.push((name, attribute("value").unwrap_or_default()));
            }
        }
    }
    found
}

/// Posts the form of a page with some values changed.
pub async fn post_changed(browser: &Browser, path: &str, page: &Answer, changes: &[(&str, &str)]) -> Answer {
    let fields = form_fields(page);
    let kept = fields.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let fields: Vec<(&str, &str)> =
        kept.map(|(name, value)| (name.as_str(), value.as_str())).chain(changes.iter().copied()).collect();
    browser.post(path, &fields).await
}
