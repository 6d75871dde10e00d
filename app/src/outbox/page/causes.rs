//! Failures by what was said, each leading to its mails.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{
    current::Current,
    outbox::{status::state_tag, store::Cause},
    text::Locale,
};

/// Nothing when nothing failed.
pub fn causes(current: &Current, (causes, others): &(Vec<(Cause, u64)>, bool)) -> Option<AnyView> {
    let l = current.locale;
    if causes.is_empty() {
        return None;
    }
    let rows = causes.iter().map(|(cause, n)| row(l, cause, *n)).collect::<Vec<_>>();
    Some(
        view! {
            <h2>{l.t("outbox.causes")}</h2>
                <div class="table-wrap" role="region" tabindex="0" aria-label=l.t("outbox.causes")>
                    <table class="table table--cards">
                        <thead>
                            <tr>
                                <th scope="col">{l.t("outbox.causes.column.why")}</th>
                                <th scope="col">{l.t("outbox.column.state")}</th>
                                <th scope="col">{l.t("outbox.causes.column.server")}</th>
                                <th scope="col" class="number">{l.t("outbox.causes.column.count")}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {others.then(|| view! { <p class="quiet">{l.t("outbox.causes.others")}</p> })}
        }
        .into_any(),
    )
}

fn row(l: Locale, cause: &Cause, n: u64) -> AnyView {
    let server = cause.server.clone().unwrap_or_else(|| "--".to_owned());
    view! {
        <tr>
            <th scope="row"><a href=format!("/outbox?{}", query(cause))>{words(l, cause)}</a></th>
            <td data-label=l.t("outbox.column.state")>{state_tag(l, cause.state)}</td>
            <td data-label=l.t("outbox.causes.column.server")>{server}</td>
            <td class="number" data-label=l.t("outbox.causes.column.count")>{n}</td>
        </tr>
    }
    .into_any()
}

/// What chooses the failures of a cause.
pub fn query(cause: &Cause) -> String {
    format!("state=failed&{}", serde_html_form::to_string(cause).unwrap_or_default())
}

/// A cause in words: the codes, and what they usually mean.
pub fn words(l: Locale, cause: &Cause) -> String {
    let codes: Vec<String> =
        [cause.code.map(|code| code.to_string()), cause.enhanced.clone()].into_iter().flatten().collect();
    match (meaning(cause), codes.is_empty()) {
        (Some(key), false) => format!("{} ({})", l.t(key), codes.join(" ")),
        (Some(key), true) => l.t(key),
        (None, _) => codes.join(" "),
    }
}

/// What a code of RFC 3463 usually means; nothing where the server gave one that says little.
fn meaning(cause: &Cause) -> Option<&'static str> {
    if cause.code.is_none() && cause.enhanced.is_none() {
        return Some("outbox.cause.no_code");
    }
    let enhanced = cause.enhanced.as_deref().unwrap_or_default();
    let (_, detail) = enhanced.split_once('.')?;
    match detail {
        "1.1" | "1.2" | "1.3" | "1.6" | "1.10" => Some("outbox.cause.no_such_address"),
        "2.1" => Some("outbox.cause.disabled"),
        "2.2" => Some("outbox.cause.full"),
        "2.3" | "3.4" => Some("outbox.cause.too_large"),
        _ if detail.starts_with("7.") => Some("outbox.cause.policy"),
        _ if detail.starts_with("4.") => Some("outbox.cause.network"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::DeliveryState;

    fn cause(code: Option<i32>, enhanced: Option<&str>) -> Cause {
        Cause {
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
            words(l, &cause(Some(550), Some("5.1.1"))),
            format!("{} (550 5.1.1)", l.t("outbox.cause.no_such_address"))
        );
        assert_eq!(words(l, &cause(Some(554), None)), "554");
        assert_eq!(words(l, &cause(Some(550), Some("5.6.1"))), "550 5.6.1");
        assert_eq!(words(l, &cause(None, None)), l.t("outbox.cause.no_code"));
    }

    #[test]
    fn an_address_carries_a_reason_whole() {
        let query = query(&cause(Some(550), None));
        assert!(query.starts_with("state=failed&is=refused&code=550&server=mx.example.cn"), "{query}");
        assert!(!query.contains("enhanced") && !query.contains(" & "), "{query}");
    }
}
