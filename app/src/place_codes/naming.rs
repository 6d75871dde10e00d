//! What a place is called when its code is applied for, and when two ways of writing mean the same place.

use unicode_normalization::UnicodeNormalization;

use crate::members::address::numerals;

/// The name of a place: the company's, the plant's and the entrance's. A plant that is called by the company's
/// full or short name is not prefixed with it again.
#[must_use]
pub fn place_name(company: &str, short_name: Option<&str>, plant: &str, entrance: &str) -> String {
    let plain = key(plant);
    let named =
        std::iter::once(company).chain(short_name).any(|name| !name.is_empty() && plain.starts_with(&key(name)));
    if named { format!("{plant}{entrance}") } else { format!("{company}{plant}{entrance}") }
}

/// Equal for names that differ only in writing: width, case, spaces, punctuation, 一号门 and 1号门.
#[must_use]
pub fn key(name: &str) -> String {
    let chars: Vec<char> = name.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect();
    let (mut out, mut at) = (String::new(), 0);
    while let Some(&c) = chars.get(at) {
        let run = chars[at..].iter().take_while(|c| numerals::is_numeral(**c)).count();
        match numerals::value(&chars[at..at + run]) {
            Some(number) => {
                out.push_str(&number.to_string());
                at += run;
            }
            None => {
                out.push(c);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_called_by_company_plant_and_entrance() {
        let name = |plant| place_name("上海海纳水泥有限公司", Some("海纳水泥"), plant, "东门");
        assert_eq!(name("一号粉磨站"), "上海海纳水泥有限公司一号粉磨站东门");
        assert_eq!(name("海纳水泥粉磨站"), "海纳水泥粉磨站东门");
        assert_eq!(place_name("海纳", None, "海纳码头", "1号门"), "海纳码头1号门");
    }

    #[test]
    fn ways_of_writing_do_not_count() {
        for (one, other) in [
            ("一号门", "1号门"),
            ("１ 号门", "1号门"),
            ("东门（货运）", "东门(货运)"),
            ("A门", "a 门"),
            ("十一号门", "11号门"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        for (one, other) in [("东门", "西门"), ("1号门", "11号门"), ("东门", "东大门")] {
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }
}
