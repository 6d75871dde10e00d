//! Shanghai's 16 districts and their 234 towns, subdistricts and the like, from the division codes
//! of the National Bureau of Statistics (as of 2023-06-30). Districts that were merged are found
//! under the name they have now.

use std::sync::LazyLock;

static CSV: &str = include_str!("towns.csv");

static DISTRICTS: LazyLock<Vec<District>> = LazyLock::new(|| read(CSV));

/// Merged and renamed districts (without 区 or 县) and what they belong to now.
const OLD_NAMES: [(&str, &str); 4] = [("卢湾", "黄浦"), ("南市", "黄浦"), ("闸北", "静安"), ("南汇", "浦东")];

/// A district, with its 6-digit code.
#[derive(Debug, PartialEq, Eq)]
pub struct District {
    pub code: &'static str,
    pub name: &'static str,
    pub towns: Vec<Town>,
}

/// A town, subdistrict or similar unit, with its 9-digit code.
#[derive(Debug, PartialEq, Eq)]
pub struct Town {
    pub code: &'static str,
    pub district_code: &'static str,
    pub name: &'static str,
    pub kind: TownKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TownKind {
    /// 街道
    Subdistrict,
    /// 镇
    Town,
    /// 乡
    Township,
    /// Industrial zones, farms and the like that count as a town.
    Zone,
}

/// All districts, in the order of their codes.
#[must_use]
pub fn districts() -> &'static [District] {
    &DISTRICTS
}

#[must_use]
pub fn district(code: &str) -> Option<&'static District> {
    districts().iter().find(|d| d.code == code)
}

/// Finds a district by its name, with or without 区, by an old name, or as a county (崇明县).
#[must_use]
pub fn district_by_name(name: &str) -> Option<&'static District> {
    let short = short_name(name.trim());
    let short = OLD_NAMES.iter().find_map(|(old, new)| (*old == short).then_some(*new)).unwrap_or(short);
    districts().iter().find(|d| short_name(d.name) == short)
}

#[must_use]
pub fn town(code: &str) -> Option<&'static Town> {
    all_towns().find(|t| t.code == code)
}

/// Finds a town of a district by its full name, or by its name without 街道, 镇 or 乡 where only
/// one town of the district has it.
#[must_use]
pub fn town_by_name(district_code: &str, name: &str) -> Option<&'static Town> {
    let towns = &district(district_code)?.towns;
    let name = name.trim();
    if let Some(town) = towns.iter().find(|t| t.name == name) {
        return Some(town);
    }
    let mut similar = towns.iter().filter(|t| t.short_name() == name);
    similar.next().filter(|_| similar.next().is_none())
}

pub(super) fn all_towns() -> impl Iterator<Item = &'static Town> {
    districts().iter().flat_map(|d| &d.towns)
}

/// Old names, for reading an address line.
pub(super) fn old_names() -> impl Iterator<Item = &'static str> {
    OLD_NAMES.iter().map(|(old, _)| *old)
}

impl District {
    /// The name without 区 or 新区.
    #[must_use]
    pub fn short_name(&self) -> &'static str {
        short_name(self.name)
    }
}

impl Town {
    /// The name without 街道, 镇 or 乡.
    #[must_use]
    pub fn short_name(&self) -> &'static str {
        let suffix = match self.kind {
            TownKind::Subdistrict => "街道",
            TownKind::Town => "镇",
            TownKind::Township => "乡",
            TownKind::Zone => "",
        };
        self.name.strip_suffix(suffix).unwrap_or(self.name)
    }
}

fn short_name(name: &str) -> &str {
    ["新区", "区", "县"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name)
}

/// The lines of a district stand together in the file.
fn read(csv: &'static str) -> Vec<District> {
    let mut districts: Vec<District> = Vec::new();
    for line in csv.lines().skip(1) {
        let cells: Vec<&'static str> = line.split(',').collect();
        let [district_code, district, code, name, kind] = cells[..] else {
            continue;
        };
        let kind = match kind {
            "街道" => TownKind::Subdistrict,
            "镇" => TownKind::Town,
            "乡" => TownKind::Township,
            _ => TownKind::Zone,
        };
        let town = Town { code, district_code, name, kind };
        match districts.last_mut() {
            Some(last) if last.code == district_code => last.towns.push(town),
            _ => districts.push(District { code: district_code, name: district, towns: vec![town] }),
        }
    }
    districts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_list_is_complete_and_consistent() {
        assert_eq!(districts().len(), 16);
        assert_eq!(all_towns().count(), 234);
        let codes: BTreeSet<_> = all_towns().map(|t| t.code).collect();
        assert_eq!(codes.len(), 234);
        for town in all_towns() {
            assert_eq!(town.code.len(), 9, "{}", town.name);
            assert!(town.code.starts_with(town.district_code), "{}", town.name);
            let kind = match town.code[6..].parse::<u32>().expect(town.code) {
                1..=99 => TownKind::Subdistrict,
                100..=199 => TownKind::Town,
                200..=399 => TownKind::Township,
                _ => TownKind::Zone,
            };
            assert_eq!(town.kind, kind, "{}", town.name);
        }
    }

    #[test]
    fn districts_are_found_by_any_of_their_names() {
        for (name, code) in [
            ("青浦区", "310118"),
            ("青浦", "310118"),
            ("浦东", "310115"),
            ("浦东新区", "310115"),
            ("卢湾区", "310101"),
            ("闸北", "310106"),
            ("南汇区", "310115"),
            ("南汇县", "310115"),
            ("崇明县", "310151"),
        ] {
            let found = district_by_name(name).map(|d| d.code);
            assert_eq!(found, Some(code), "{name}");
        }
        assert_eq!(district_by_name("朝阳区"), None);
        assert_eq!(district_by_name(""), None);
    }

    #[test]
    fn towns_are_found_by_code_and_by_name_within_their_district() {
        let town = town_by_name("310118", "练塘").expect("town");
        assert_eq!(town.name, "练塘镇");
        assert_eq!(super::town(town.code), Some(town));
        assert_eq!(town_by_name("310117", "练塘镇"), None);
        assert_eq!(town_by_name("999999", "练塘镇"), None);
        assert_eq!(town_by_name("310118", ""), None);
    }
}
