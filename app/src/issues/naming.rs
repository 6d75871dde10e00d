//! Whether a text that is to be published names the member that it came from: by full name, by short
//! name, by credit code, or by the part of the name that no other company shares.

/// Words of a company's name that many share; what is left is its own.
const COMMON: [&str; 14] = [
    "上海市",
    "上海",
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "分公司",
    "公司",
    "集团",
    "水泥制品",
    "水泥",
    "建材",
    "混凝土",
    "新型",
    "预拌",
];

/// What a member is called.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    pub full: &'a str,
    pub short: &'a str,
    pub code: &'a str,
}

/// A name that was found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Giveaway {
    /// As the register writes it.
    pub word: String,
    /// The full name or the credit code: never to be published.
    pub never: bool,
}

/// The names in `text` that give the member away, however they are spaced and capitalised.
#[must_use]
pub fn giveaways(text: &str, names: Names<'_>) -> Vec<Giveaway> {
    let text = squeezed(text);
    let mut found: Vec<Giveaway> = Vec::new();
    for (name, never) in [(names.full, true), (names.short, false), (names.code, true)] {
        for (word, never) in [(name.to_owned(), never), (own_part(name), false)] {
            let sought = squeezed(&word);
            let known = found.iter().any(|longer| squeezed(&longer.word).contains(&sought));
            if sought.chars().filter(|c| c.is_alphanumeric()).count() >= 2 && !known && text.contains(&sought) {
                found.push(Giveaway { word, never });
            }
        }
    }
    found
}

/// Without white space, in capitals, and with the narrow forms of letters, digits and brackets.
fn squeezed(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(narrow).flat_map(char::to_uppercase).collect()
}

/// `上海泖塘水泥有限公司` is known as `泖塘`.
fn own_part(name: &str) -> String {
    COMMON.iter().fold(name.to_owned(), |rest, common| rest.replace(common, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names<'_> =
        Names { full: "上海泖塘水泥有限公司", short: "泖塘水泥", code: "91310118MA1JL00000" };

    fn words(text: &str) -> Vec<(String, bool)> {
        giveaways(text, NAMES).into_iter().map(|found| (found.word, found.never)).collect()
    }

    #[test]
    fn a_full_name_is_found_even_when_broken_by_spaces() {
        assert_eq!(words("我们上海 泖塘水泥\n有限公司的车"), [("上海泖塘水泥有限公司".to_owned(), true)]);
    }

    #[test]
    fn what_only_this_member_is_called_gives_it_away() {
        assert_eq!(words("泖塘的车辆能否进城"), [("泖塘".to_owned(), false)]);
        for code in [
            "91310118MA1JL00000",
            "91310118ma1jl00000",
            "9131 0118 MA1J L00000",
            "９１３１０１１８ＭＡ１ＪＬ０００００",
        ] {
            assert_eq!(words(&format!("代码 {code}")), [("91310118MA1JL00000".to_owned(), true)], "{code}");
        }
    }

    #[test]
    fn a_name_with_spaces_and_letters_is_found_however_it_is_written() {
        let names = Names { full: "ABC Cement Co., Ltd.（上海）", short: "", code: "" };
        for text in ["ABC Cement Co., Ltd.（上海）", "我们 abc  cement co.,ltd.(上海) 的车"] {
            let found = giveaways(text, names);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].never && found[0].word == names.full, "{found:?}");
        }
        assert!(giveaways("水泥车能否进城", names).is_empty());
    }

    #[test]
    fn words_of_the_trade_name_nobody() {
        assert!(words("上海的水泥企业如何申请").is_empty());
    }
}
