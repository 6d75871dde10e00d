//! Failures by what was said, each leading to its mails.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{
    current::Current,
    outbox::{status::state_tag, store::Reason},
    text::Locale,
};

/// Nothing when nothing failed.
pub fn reasons(current: &Current, reasons: &[(Reason, u64)]) -> Option<AnyView> {
    let l = current.locale;
    if reasons.is_empty() {
        return None;
    }
    let rows = reasons.iter().map(|(reason, n)| row(l, reason, *n)).collect::<Vec<_>>();
    Some(
        view! {
            <h2>{l.t("outbox.reasons")}</h2>
                <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("outbox.reasons")>
                    <table class="table table--cards">
                        <thead>
                            <tr>
                                <th scope="col">{l.t("outbox.reasons.column.why")}</th>
                                <th scope="col">{l.t("outbox.column.state")}</th>
                                <th scope="col">{l.t("outbox.reasons.column.server")}</th>
                                <th scope="col" class="number">{l.t("outbox.reasons.column.count")}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
        }
        .into_any(),
    )
}

fn row(l: Locale, reason: &Reason, n: u64) -> AnyView {
    let server = reason.server.clone().unwrap_or_else(|| "--".to_owned());
    view! {
        <tr>
            <th scope="row"><a href=format!("/outbox?{}", query(reason))>{words(l, reason)}</a></th>
            <td data-label=l.t("outbox.column.state")>{state_tag(l, reason.state)}</td>
            <td data-label=l.t("outbox.reasons.column.server")>{server}</td>
            <td class="number" data-label=l.t("outbox.reasons.column.count")>{n}</td>
        </tr>
    }
    .into_any()
}

/// What chooses the failures of a reason.
pub fn query(reason: &Reason) -> String {
    format!("state=failed&{}", serde_html_form::to_string(reason).unwrap_or_default())
}

/// A reason in words: the codes, and what they usually mean.
pub fn words(l: Locale, reason: &Reason) -> String {
    let codes: Vec<String> =
        [reason.code.map(|code| code.to_string()), reason.enhanced.clone()].into_iter().flatten().collect();
    match (meaning(reason), codes.is_empty()) {
        (Some(key), false) => format!("{} ({})", l.t(key), codes.join(" ")),
        (Some(key), true) => l.t(key),
        (None, _) => codes.join(" "),
    }
}

/// What a code of RFC 3463 usually means; nothing where the server gave one that says little.
fn meaning(reason: &Reason) -> Option<&'static str> {
    if reason.code.is_none() && reason.enhanced.is_none() {
        return Some("outbox.reason.no_code");
    }
    let enhanced = reason.enhanced.as_deref().unwrap_or_default();
    let (_, detail) = enhanced.split_once('.')?;
    match detail {
        "1.1" | "1.2" | "1.3" | "1.6" | "1.10" => Some("outbox.reason.no_such_address"),
        "2.1" => Some("outbox.reason.disabled"),
        "2.2" => Some("outbox.reason.full"),
        "2.3" | "3.4" => Some("outbox.reason.too_large"),
        _ if detail.starts_with("7.") => Some("outbox.reason.policy"),
        _ if detail.starts_with("4.") => Some("outbox.reason.network"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::DeliveryState;

    fn reason(code: Option<i32>, enhanced: Option<&str>) -> Reason {
        Reason {
            state: DeliveryState::Refused,
            code,
            enhanced: enhanced.map(ToOwned::to_owned),
            server: Some("mx.example.cn & 会员".to_owned()),
        }
    }

    #[test]
    fn a_code_is_said_with_what_it_usually_means() {
        let l = Locale::En;
        assert_eq!(
            words(l, &reason(Some(550), Some("5.1.1"))),
            format!("{} (550 5.1.1)", l.t("outbox.reason.no_such_address"))
        );
        assert_eq!(words(l, &reason(Some(554), None)), "554");
        assert_eq!(words(l, &reason(Some(550), Some("5.6.1"))), "550 5.6.1");
        assert_eq!(words(l, &reason(None, None)), l.t("outbox.reason.no_code"));
    }

    #[test]
    fn an_address_carries_a_reason_whole() {
        let query = query(&reason(Some(550), None));
        assert!(query.starts_with("state=failed&is=refused&code=550&server=mx.example.cn"), "{query}");
        assert!(!query.contains("enhanced") && !query.contains(" & "), "{query}");
    }
}
