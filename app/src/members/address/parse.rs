//! Reads an address from one line, as spreadsheets hold it. What is understood becomes parts, what
//! is not is handed back as leftovers and never dropped; a person looks at both.

use super::{Address, ElsewhereAddress, ShanghaiAddress, numerals, tidy};
use crate::members::towns;

const LONGEST_INPUT: usize = 300;

/// The pilot zone lies across districts and stands before the address on many licences.
const PILOT_ZONES: [&str; 2] = ["中国（上海）自由贸易试验区临港新片区", "中国（上海）自由贸易试验区"];
const PILOT_ZONE_TOWN: &str = "中国（上海）自由贸易试验区（保税片区）";

const PROVINCES: [&str; 33] = [
    "北京",
    "天津",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
];
const MUNICIPALITIES: [&str; 3] = ["北京", "天津", "重庆"];
const PROVINCE_KINDS: [&str; 7] = ["维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市"];

/// Road kinds; the longer ones first, so that a name is what stands before the whole kind.
const ROAD_KINDS: [&str; 6] = ["大道", "公路", "支路", "路", "街", "道"];

/// After a number these make a building or a name of it, not a house number: 1号楼, 5号路.
const NOT_A_HOUSE: &str = "楼厂库门院仓桥路线街道";

const BUILDING_UNITS: [&str; 8] = ["号仓库", "号厂房", "号楼", "号库", "#楼", "幢", "栋", "座"];
const BUILDING_NAMES: [&str; 6] = ["大厦", "大楼", "厂房", "仓库", "广场", "楼"];

/// An address and the text in which no part was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub address: Address,
    pub leftovers: String,
}

impl Parsed {
    /// Nothing is missing and nothing is left over.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.leftovers.is_empty() && self.address.is_complete()
    }
}

/// Reads a line such as 上海市青浦区练塘镇章练塘路588弄15号1幢二层C区2096室. Bounded: what is longer
/// than any address is left over.
#[must_use]
pub fn parse(line: &str) -> Parsed {
    let mut reader = Reader::new(line);
    let address = if reader.enters_shanghai() {
        Address::Shanghai(reader.shanghai())
    } else {
        Address::Elsewhere(reader.elsewhere())
    };
    reader.leave_rest();
    let leftovers = reader.leftovers.join(" ");
    Parsed { address, leftovers }
}

/// Whether a road has a lane or house number in it that belongs into its own field.
pub(super) fn holds_house_number(road: &str) -> bool {
    let chars: Vec<char> = road.chars().collect();
    first_house(&chars).is_some()
}

struct Reader {
    rest: Vec<char>,
    leftovers: Vec<String>,
}

impl Reader {
    fn new(line: &str) -> Self {
        let chars: Vec<char> = tidy(line)
            .chars()
            .map(|c| match c {
                '(' => '（',
                ')' => '）',
                _ => c,
            })
            .collect();
        let digit = |at: Option<&char>| at.is_some_and(char::is_ascii_digit);
        let mut rest = Vec::new();
        for (i, &c) in chars.iter().enumerate() {
            let between = i > 0 && digit(chars.get(i - 1)) && digit(chars.get(i + 1));
            match c {
                ',' | '，' if between => rest.push('、'),
                ',' | '，' | '。' | ';' | '；' | ':' | '：' | '"' | '\'' => {}
                _ => rest.push(c),
            }
        }
        let beyond = rest.split_off(rest.len().min(LONGEST_INPUT));
        let leftovers = if beyond.is_empty() { Vec::new() } else { vec![beyond.into_iter().collect()] };
        Self { rest, leftovers }
    }

    /// Takes 上海市, in all its repetitions. A line that names no other province or city is taken
    /// for an address in Shanghai.
    fn enters_shanghai(&mut self) -> bool {
        self.take("中国", |after| !after.starts_with('（'));
        let mut named = self.take_pilot_zone();
        while self.take("上海市", |_| true)
            || (named && self.take("市辖区", |_| true))
            || self.take("上海", |after| !begins_road_kind(after))
            || self.take_pilot_zone()
        {
            named = true;
        }
        let line = self.text();
        if named || district_at_start(&line).is_some() {
            return true;
        }
        let city_first = line.chars().take(6).any(|c| c == '市');
        province_of(&line).is_none() && !city_first
    }

    fn take_pilot_zone(&mut self) -> bool {
        if self.begins(PILOT_ZONE_TOWN) {
            return false;
        }
        for zone in PILOT_ZONES {
            if self.take(zone, |_| true) {
                self.leftovers.push(zone.to_owned());
                return true;
            }
        }
        false
    }

    fn shanghai(&mut self) -> ShanghaiAddress {
        let mut address = ShanghaiAddress::default();
        if let Some((district, length)) = district_at_start(&self.text()) {
            self.rest.drain(..length);
            district.code.clone_into(&mut address.district_code);
        }
        self.take_pilot_zone();
        if let Some(town) = self.take_town(&address.district_code) {
            town.code.clone_into(&mut address.town_code);
            town.district_code.clone_into(&mut address.district_code);
        }
        self.take_pilot_zone();
        self.take_asides();
        address.road = self.take_road();
        address.lane = self.take_lane();
        address.number = self.take_number();
        address.building = self.take_building();
        address.floor = self.take_floor();
        address.room = self.take_room();
        address
    }

    /// A town's full name, in the district if that is known; else a name that only one town has.
    fn take_town(&mut self, district_code: &str) -> Option<&'static towns::Town> {
        let line = self.text();
        let found: Vec<_> = towns::all_towns()
            .filter(|t| district_code.is_empty() || t.district_code == district_code)
            .filter(|t| line.starts_with(t.name))
            .collect();
        let longest = found.iter().map(|t| t.name.len()).max()?;
        let mut best = found.into_iter().filter(|t| t.name.len() == longest);
        let town = best.next().filter(|_| best.next().is_none())?;
        self.rest.drain(..town.name.chars().count());
        Some(town)
    }

    /// Remarks in brackets are no part of an address.
    fn take_asides(&mut self) {
        while let Some(open) = self.rest.iter().position(|c| *c == '（') {
            let length = self.rest[open..].iter().position(|c| *c == '）');
            let end = length.map_or(self.rest.len(), |length| open + length + 1);
            let aside = self.rest.drain(open..end).collect();
            self.leftovers.push(aside);
        }
    }

    /// What stands before the first lane or house number; without one, up to the last road kind.
    fn take_road(&mut self) -> String {
        let end = first_house(&self.rest).or_else(|| {
            let last = self.rest.iter().rposition(|c| "路街道村".contains(*c))?;
            Some(last + 1)
        });
        end.map_or(String::new(), |end| self.rest.drain(..end).collect())
    }

    fn take_lane(&mut self) -> String {
        let Some(mut lane) = self.take_numbered("弄") else {
            return String::new();
        };
        if let Some(branch) = self.take_numbered("支弄") {
            lane = format!("{lane}弄{branch}支弄");
        }
        lane
    }

    fn take_number(&mut self) -> String {
        let Some(mut number) = self.take_numbered("号") else {
            return String::new();
        };
        if let Some(c) = self.rest.first().copied().filter(|c| is_stem(*c)) {
            self.rest.remove(0);
            number = format!("{number}号{c}");
        }
        number
    }

    fn take_numbered(&mut self, unit: &str) -> Option<String> {
        let length = house_length(&self.rest, unit)?;
        let taken: Vec<char> = self.rest.drain(..length).collect();
        let number = &taken[..length - unit.chars().count()];
        Some(number.iter().collect())
    }

    /// One building, or two: 综合楼A座.
    fn take_building(&mut self) -> String {
        let mut building = String::new();
        for _ in 0..2 {
            if let Some(length) = building_length(&self.rest) {
                building.extend(self.rest.drain(..length));
            }
        }
        building
    }

    fn take_floor(&mut self) -> String {
        floor_length(&self.rest).map_or(String::new(), |length| self.rest.drain(..length).collect())
    }

    /// Up to 室, or a rest that is a room's number.
    fn take_room(&mut self) -> String {
        let bare = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        let end = match self.rest.iter().position(|c| *c == '室') {
            Some(last) => last + 1,
            None if self.rest.iter().all(bare) => self.rest.len(),
            None => 0,
        };
        let room: String = self.rest.drain(..end).collect();
        let number = room.strip_suffix('室').unwrap_or(&room);
        if number.chars().all(|c| bare(&c)) { number.to_owned() } else { room }
    }

    fn elsewhere(&mut self) -> ElsewhereAddress {
        let mut address = ElsewhereAddress::default();
        if let Some(province) = province_of(&self.text()) {
            self.rest.drain(..province.chars().count());
            let name = PROVINCES.iter().find(|p| province.starts_with(**p));
            if name.is_some_and(|name| MUNICIPALITIES.contains(name)) {
                self.take(&province, |_| true);
                self.take("市辖区", |_| true);
                address.city.clone_from(&province);
            }
            address.province = province;
        }
        if address.city.is_empty() {
            address.city = self.take_division(&["市", "自治州", "地区", "盟"]);
        }
        address.county = self.take_division(&["区", "县", "市", "旗"]);
        address.detail = self.rest.drain(..).collect();
        address
    }

    /// A division's name of two to nine characters, none of which begins something smaller.
    fn take_division(&mut self, kinds: &[&str]) -> String {
        let line = self.text();
        let mut ends: Vec<usize> = kinds.iter().filter_map(|kind| line.find(kind).map(|at| at + kind.len())).collect();
        ends.sort_unstable();
        let name = ends.first().map_or("", |end| &line[..*end]);
        let length = name.chars().count();
        let smaller = name.contains(['镇', '乡', '街', '路', '村', '园', '开', '号']);
        if !(2..=9).contains(&length) || smaller {
            return String::new();
        }
        self.rest.drain(..length).collect()
    }

    fn leave_rest(&mut self) {
        if !self.rest.is_empty() {
            let rest = self.rest.drain(..).collect();
            self.leftovers.push(rest);
        }
    }

    fn begins(&self, prefix: &str) -> bool {
        prefix.chars().enumerate().all(|(i, c)| self.rest.get(i) == Some(&c))
    }

    /// Takes a prefix if what follows it will do.
    fn take(&mut self, prefix: &str, will_do: impl Fn(&str) -> bool) -> bool {
        let line = self.text();
        let fits = line.strip_prefix(prefix).is_some_and(will_do);
        if fits {
            self.rest.drain(..prefix.chars().count());
        }
        fits
    }

    fn text(&self) -> String {
        self.rest.iter().collect()
    }
}

/// The district whose name, full, old or short, a line begins with, and the length of that name.
fn district_at_start(line: &str) -> Option<(&'static towns::District, usize)> {
    let now = towns::districts().iter().map(towns::District::short_name);
    now.chain(towns::old_names()).find_map(|short| {
        let after = line.strip_prefix(short)?;
        let district = towns::district_by_name(short)?;
        let kind = ["新区", "区", "县"].iter().find(|k| after.starts_with(**k));
        let length = short.chars().count();
        match kind {
            Some(kind) => Some((district, length + kind.chars().count())),
            None => is_address_below(district, after).then_some((district, length)),
        }
    })
}

fn begins_road_kind(text: &str) -> bool {
    ROAD_KINDS.iter().any(|kind| text.starts_with(kind))
}

/// After a short district name there must be a town of it or a road with a name of its own:
/// 松江佘山镇 and 浦东张杨路 begin with a district, 宝山路 and 金山大道 do not.
fn is_address_below(district: &towns::District, after: &str) -> bool {
    if district.towns.iter().any(|t| after.starts_with(t.name)) {
        return true;
    }
    let name =
        ROAD_KINDS.iter().filter_map(|kind| after.find(kind)).min().map_or(0, |end| after[..end].chars().count());
    (2..=6).contains(&name)
}

/// The province a line begins with, as written there. A name alone counts only before a city:
/// 江苏路 is a road.
fn province_of(line: &str) -> Option<String> {
    let name = PROVINCES.iter().find(|p| line.starts_with(**p))?;
    let after = &line[name.len()..];
    if let Some(kind) = PROVINCE_KINDS.iter().find(|k| after.starts_with(**k)) {
        return Some(format!("{name}{kind}"));
    }
    let city = after.chars().take(6).any(|c| c == '市');
    city.then(|| (*name).to_owned())
}

/// Where the first lane or house number begins.
fn first_house(chars: &[char]) -> Option<usize> {
    (0..chars.len()).find(|&i| {
        let before = i.checked_sub(1).map(|i| chars[i]);
        let starts = if chars[i].is_ascii_digit() {
            !before.is_some_and(|c| c.is_ascii_alphanumeric())
        } else {
            numerals::is_numeral(chars[i]) && before.is_some_and(|c| "路街道村".contains(c))
        };
        starts && ["弄", "号"].iter().any(|u| house_length(&chars[i..], u).is_some())
    })
}

/// Length of a number with its unit at the beginning, such as 588弄 or 3-5号.
fn house_length(chars: &[char], unit: &str) -> Option<usize> {
    let first = chars.first()?;
    let number = if numerals::is_numeral(*first) {
        chars.iter().take_while(|c| numerals::is_numeral(**c)).count()
    } else if first.is_ascii_digit() {
        let inside = |c: &char| c.is_ascii_alphanumeric() || is_stem(*c) || "-~～—–、/.之至".contains(*c);
        chars.iter().take_while(|c| inside(c)).count()
    } else {
        return None;
    };
    let end = number + unit.chars().count();
    let fits = chars.get(number..end)?.iter().copied().eq(unit.chars());
    let named = unit == "号"
        && match chars[end..] {
            ['门', '口', ..] => false,
            [next, ..] => NOT_A_HOUSE.contains(next),
            [] => false,
        };
    (fits && !named).then_some(end)
}

/// 甲乙丙丁, which follow a house number: 15号甲.
fn is_stem(c: char) -> bool {
    matches!(c, '甲' | '乙' | '丙' | '丁')
}

/// 1幢, A座, 3号楼; or a name such as 综合楼 and 海泥大厦.
fn building_length(chars: &[char]) -> Option<usize> {
    let mark = |c: &char| {
        c.is_ascii_alphanumeric() || numerals::is_numeral(*c) || is_stem(*c) || "-~、东南西北第".contains(*c)
    };
    let run = chars.iter().take(8).take_while(|c| mark(c)).count();
    if run > 0 {
        let after: String = chars[run..].iter().take(3).collect();
        if let Some(unit) = BUILDING_UNITS.iter().find(|u| after.starts_with(**u)) {
            return Some(run + unit.chars().count());
        }
    }
    let name: String = chars.iter().take(16).take_while(|c| !c.is_ascii_digit() && **c != '室').collect();
    let end = BUILDING_NAMES
        .iter()
        .filter_map(|kind| name.find(kind).filter(|at| *at > 0).map(|at| at + kind.len()))
        .min()?;
    let name: Vec<char> = name[..end].chars().collect();
    let floor = name.iter().rev().nth(1).is_some_and(|c| numerals::is_numeral(*c));
    (!floor).then_some(name.len())
}

/// 二层, 3楼, 第5层, 地下一层, B1层, 2F.
fn floor_length(chars: &[char]) -> Option<usize> {
    let line: String = chars.iter().take(8).collect();
    let lead = ["第", "地下", "负", "B", "b"]
        .iter()
        .find(|lead| line.starts_with(**lead))
        .map_or(0, |lead| lead.chars().count());
    let number = |c: &&char| c.is_ascii_digit() || numerals::is_numeral(**c) || "-、".contains(**c);
    let run = chars[lead..].iter().take_while(number).count();
    let unit = chars.get(lead + run)?;
    (run > 0 && matches!(unit, '层' | '楼' | 'F' | 'f')).then_some(lead + run + 1)
}
