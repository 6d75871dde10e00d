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

/// The words in `text` that give the member away, in the order of `names` (full name, short name, code).
#[must_use]
pub fn giveaways(text: &str, names: &[&str]) -> Vec<String> {
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut found: Vec<String> = Vec::new();
    for name in names {
        let own = own_part(name);
        for word in [(*name).to_owned(), own] {
            let known = found.iter().any(|longer| longer.contains(&word));
            if word.chars().count() >= 2 && !known && squeezed.contains(&word) {
                found.push(word);
            }
        }
    }
    found
}

/// `上海泖塘水泥有限公司` is known as `泖塘`.
fn own_part(name: &str) -> String {
    COMMON.iter().fold(name.to_owned(), |rest, common| rest.replace(common, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["上海泖塘水泥有限公司", "泖塘水泥", "91310118MA1JL00000"];

    #[test]
    fn a_full_name_is_found_even_when_broken_by_spaces() {
        assert_eq!(giveaways("我们上海 泖塘水泥\n有限公司的车", &NAMES), ["上海泖塘水泥有限公司"]);
    }

    #[test]
    fn what_only_this_member_is_called_gives_it_away() {
        assert_eq!(giveaways("泖塘的车辆能否进城", &NAMES), ["泖塘"]);
        assert_eq!(giveaways("代码 91310118MA1JL00000", &NAMES), ["91310118MA1JL00000"]);
    }

    #[test]
    fn words_of_the_trade_name_nobody() {
        assert!(giveaways("上海的水泥企业如何申请", &NAMES).is_empty());
    }
}
