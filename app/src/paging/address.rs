//! The addresses of a list: what narrows it, and where its page begins, stand in the query.

use std::fmt::Display;

/// The address of a list, or of its spreadsheet, with what narrows it; what is empty is left out.
pub fn address<N, V>(path: &str, narrowed: impl IntoIterator<Item = (N, V)>) -> String
where
    N: AsRef<str>,
    V: AsRef<str>,
{
    page_address::<N, V, &str>(path, narrowed, None)
}

/// The address of one page of a list, which begins after or before the row of a key, as the side says.
pub fn page_address<N, V, K>(path: &str, narrowed: impl IntoIterator<Item = (N, V)>, page: Option<(&str, K)>) -> String
where
    N: AsRef<str>,
    V: AsRef<str>,
    K: Display,
{
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in narrowed {
        if !value.as_ref().is_empty() {
            query.append_pair(name.as_ref(), value.as_ref());
        }
    }
    if let Some((side, key)) = page {
        query.append_pair(side, &key.to_string());
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_narrows_a_list_stands_in_its_address() {
        assert_eq!(address("/members", [("q", ""), ("kind", "")]), "/members");
        assert_eq!(address("/members", [("q", "A&B 站"), ("kind", "")]), "/members?q=A%26B+%E7%AB%99");
        let page = page_address("/members", [("q", ""), ("kind", "mixing")], Some(("after", 7)));
        assert_eq!(page, "/members?kind=mixing&after=7");
        assert_eq!(page_address("/members", [("q", "")], None::<(&str, u8)>), "/members");
    }
}
