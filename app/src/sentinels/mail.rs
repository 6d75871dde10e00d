//! The mail of an install request: subject, plain text and HTML made of the same rows, in Chinese. The
//! HTML has no style of its own, so that the preview under this portal's policy looks as it will in a
//! mail program.

use super::{
    device_list::{Lines, lines},
    sheet::{Sheet, form_names},
};
use crate::{shell::escape, text::Locale};

/// A mail as it is written into the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub title: String,
    pub text: String,
    pub html: String,
}

/// What a request says as pairs of label and value; a value may have several lines.
pub fn rows(l: Locale, sheet: &Sheet) -> Vec<(String, Vec<String>)> {
    let one = |key: &str, value: &str| (l.t(key), vec![value.to_owned()]);
    let [plants, entrances, addresses] = sheet.places();
    let mut rows = vec![
        one("sentinels.row.number", &sheet.number),
        one("sentinels.row.unit", &sheet.unit),
        one("sentinels.row.credit_code", &sheet.credit_code),
        (l.t("sentinels.row.plant"), plants),
        (l.t("sentinels.row.entrance"), entrances),
        (l.t("sentinels.row.address"), addresses),
        (l.t("sentinels.row.scene"), sheet.scene_lines(l)),
        (l.t("sentinels.row.devices"), device_lines(l, sheet)),
        one("sentinels.row.count", &l.tn("sentinels.row.pieces", &[("n", &sheet.devices.count().to_string())])),
        one("sentinels.row.specification", &l.t(&format!("sentinels.assurance.{}", sheet.devices.specification))),
        one("sentinels.row.docking", &l.t(&format!("sentinels.assurance.{}", sheet.devices.docking))),
        one("sentinels.row.contact", &format!("{} {}", sheet.contact.name, sheet.contact.phone)),
        one("sentinels.row.site_phone", &sheet.contact.site_phone),
    ];
    if !sheet.contact.remarks.is_empty() {
        let lines = sheet.contact.remarks.lines().map(str::to_owned).collect();
        rows.push((l.t("sentinels.row.remarks"), lines));
    }
    rows
}

fn device_lines(l: Locale, sheet: &Sheet) -> Vec<String> {
    sheet
        .devices
        .lines
        .iter()
        .enumerate()
        .map(|(n, line)| {
            let arguments = [
                ("form", form_names(l, &[line.form])),
                ("n", line.quantity.to_string()),
                ("brand", line.brand.clone()),
                ("model", line.model.clone()),
                ("vendor", line.vendor.clone()),
            ];
            let arguments: Vec<(&str, &str)> = arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let words = l.tn("sentinels.row.device", &arguments);
            match sheet.spots.get(n) {
                Some(spot) => l.tn("sentinels.row.device_at", &[("place", &spot.name()), ("device", &words)]),
                None => words,
            }
        })
        .collect()
}

pub fn letter(sheet: &Sheet) -> Letter {
    let l = Locale::Zh;
    let title = l.tn("sentinels.mail.title", &[("number", &sheet.number), ("unit", &sheet.unit)]);
    let rows = rows(l, sheet);
    let opening = [l.t("sentinels.mail.greeting"), l.t("sentinels.mail.opening")];
    let closing =
        [l.t("sentinels.mail.closing"), l.tn("sentinels.mail.signature", &[("association", &sheet.association)])];
    Letter {
        text: text(&opening, &rows, &closing),
        html: html(&title, &opening, &rows, &lines(l, sheet), &closing),
        title,
    }
}

fn text(opening: &[String], rows: &[(String, Vec<String>)], closing: &[String]) -> String {
    let facts: Vec<String> = rows
        .iter()
        .map(|(label, values)| match values.as_slice() {
            [value] => format!("{label}：{value}"),
            values => {
                let lines: Vec<String> = values.iter().map(|value| format!("  - {value}")).collect();
                format!("{label}：\n{}", lines.join("\n"))
            }
        })
        .collect();
    format!("{}\n\n{}\n\n{}\n", opening.join("\n\n"), facts.join("\n"), closing.join("\n\n"))
}

fn html(
    title: &str,
    opening: &[String],
    rows: &[(String, Vec<String>)],
    devices: &Lines,
    closing: &[String],
) -> String {
    let paragraphs =
        |texts: &[String]| -> String { texts.iter().map(|text| format!("<p>{}</p>", escape(text))).collect() };
    let facts: String = rows
        .iter()
        .map(|(label, values)| {
            let values: Vec<String> = values.iter().map(|value| escape(value)).collect();
            format!("<tr><th align=\"left\" valign=\"top\">{}</th><td>{}</td></tr>", escape(label), values.join("<br>"))
        })
        .collect();
    format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{}</title></head><body>{}\
         <table border=\"1\" cellpadding=\"6\" cellspacing=\"0\">{facts}</table><br>{}{}</body></html>",
        escape(title),
        paragraphs(opening),
        table(devices),
        paragraphs(closing),
    )
}

/// The devices as a table.
fn table(devices: &Lines) -> String {
    let head = |words: &String| format!("<th align=\"left\">{}</th>", escape(words));
    let cell = |words: &String| format!("<td>{}</td>", escape(words));
    let heads: String = devices.headings.iter().chain([&devices.count]).map(head).collect();
    let rows = devices.rows.iter().map(|(texts, count)| {
        let cells: String = texts.iter().map(cell).collect();
        format!("<tr>{cells}<td align=\"right\">{count}</td></tr>")
    });
    let rows: String = rows.collect();
    format!("<table border=\"1\" cellpadding=\"6\" cellspacing=\"0\"><tr>{heads}</tr>{rows}</table>")
}

#[cfg(test)]
mod tests {
    use super::super::sheet::tests::{a_sheet, a_spread_sheet};
    use super::*;

    #[test]
    fn the_mail_says_everything_that_the_operator_needs_in_both_versions() {
        let sheet = a_sheet();
        let letter = letter(&sheet);
        assert!(letter.title.contains("AZ-2022-0001") && letter.title.contains("上海浦江水泥有限公司"));
        for fact in
            ["91310000631696382C", "同汇路168号", "SA-H20", "2 台", "13800000000", "021-68000000", "由设备服务商确认"]
        {
            assert!(letter.text.contains(fact), "{fact} in {}", letter.text);
            assert!(letter.html.contains(fact), "{fact} in {}", letter.html);
        }
    }

    #[test]
    fn devices_at_several_entrances_are_told_apart_in_both_versions() {
        let letter = letter(&a_spread_sheet());
        for place in ["临港 · 北门", "临港 · 南门", "练塘 · 东门"] {
            assert!(letter.text.contains(&format!("{place}：手持式")), "{place} in {}", letter.text);
            assert!(letter.html.contains(&format!("<td>{place}</td>")), "{place} in {}", letter.html);
        }
        assert!(letter.text.contains("合计：5 台"), "{}", letter.text);
    }

    #[test]
    fn what_a_person_typed_is_text_in_the_html() {
        let letter = letter(&a_sheet());
        assert!(letter.html.contains("北门 &lt;货运&gt; &amp; 人员"));
        assert!(letter.text.contains("北门 <货运> & 人员"));
        assert!(letter.html.contains("<td>SA-H20</td>"), "the devices stand in a table");
        assert!(!letter.html.contains("style="), "the preview's policy allows no inline style");
    }
}
