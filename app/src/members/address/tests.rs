use super::*;

fn in_shanghai(line: &str) -> ShanghaiAddress {
    match parse(line).address {
        Address::Shanghai(address) => address,
        Address::Elsewhere(address) => panic!("{line}: {address:?}"),
    }
}

fn elsewhere(line: &str) -> ElsewhereAddress {
    match parse(line).address {
        Address::Elsewhere(address) => address,
        Address::Shanghai(address) => panic!("{line}: {address:?}"),
    }
}

/// District, town, road, lane, number, building, floor, room.
fn parts(line: &str) -> [String; 8] {
    let a = in_shanghai(line);
    let district = towns::district(&a.district_code).map_or("", |d| d.name);
    let town = towns::town(&a.town_code).map_or("", |t| t.name);
    [district.into(), town.into(), a.road, a.lane, a.number, a.building, a.floor, a.room]
}

fn works() -> ShanghaiAddress {
    in_shanghai("上海市青浦区练塘镇章练塘路588弄15号1幢二层C区2096室")
}

fn key(change: impl Fn(&mut ShanghaiAddress)) -> String {
    let mut address = works();
    change(&mut address);
    Address::Shanghai(address).comparison_key()
}

fn problems(change: impl Fn(&mut ShanghaiAddress)) -> Vec<(Part, &'static str)> {
    let mut address = works();
    change(&mut address);
    let problems = Address::Shanghai(address).problems();
    problems.into_iter().map(|p| (p.part, p.message.key)).collect()
}

#[test]
fn lines_from_licences_are_taken_apart() {
    for (line, expected) in [
        (
            "上海市青浦区练塘镇章练塘路588弄15号1幢二层C区2096室",
            ["青浦区", "练塘镇", "章练塘路", "588", "15", "1幢", "二层", "C区2096室"],
        ),
        (
            "上海市松江区佘山镇沈砖公路3129弄1号1幢3楼A区213室",
            ["松江区", "佘山镇", "沈砖公路", "3129", "1", "1幢", "3楼", "A区213室"],
        ),
        (
            "上海市上海市市辖区 浦东新区，川沙新镇 华洲路１３２号２幢１０１室",
            ["浦东新区", "川沙新镇", "华洲路", "", "132", "2幢", "", "101"],
        ),
        (
            "上海宝山区罗泾镇潘沪路88弄2支弄3-5号3号楼",
            ["宝山区", "罗泾镇", "潘沪路", "88弄2支弄", "3-5", "3号楼", "", ""],
        ),
        ("虹口区四川北路街道四川北路一百号甲", ["虹口区", "四川北路街道", "四川北路", "", "一百号甲", "", "", ""]),
        (
            "上海市崇明县堡镇中路12号综合楼A座地下一层",
            ["崇明区", "堡镇", "中路", "", "12", "综合楼A座", "地下一层", ""],
        ),
        ("嘉定区安亭镇于塘路888号海泥大厦1605", ["嘉定区", "安亭镇", "于塘路", "", "888", "海泥大厦", "", "1605"]),
        ("奉贤区青村镇和中村5组12号", ["奉贤区", "青村镇", "和中村5组", "", "12", "", "", ""]),
        ("浦东老港镇良欣路456号1-3幢", ["浦东新区", "老港镇", "良欣路", "", "456", "1-3幢", "", ""]),
        ("闵行区莘庄工业区5号路100号", ["闵行区", "莘庄工业区", "5号路", "", "100", "", "", ""]),
        ("南汇区惠南镇城南路168号", ["浦东新区", "惠南镇", "城南路", "", "168", "", "", ""]),
    ] {
        assert_eq!(parts(line), expected, "{line}");
        let parsed = parse(line);
        assert!(parsed.is_complete(), "{line}: {parsed:?}");
    }
}

#[test]
fn what_is_missing_stays_missing_and_what_is_strange_is_left_over() {
    for (line, leftovers, missing) in [
        ("章练塘路588弄15号", "", &["district", "town"][..]),
        ("宝山路20号", "", &["district", "town"]),
        ("金山大道2000号", "", &["district", "town"]),
        ("江苏路398号", "", &["district", "town"]),
        ("浦东张杨路707号", "", &["town"]),
        ("青浦区沪青平公路", "", &["town", "number"]),
        ("青浦区练塘镇章练塘路588弄15号（近老朱枫公路）", "（近老朱枫公路）", &[]),
        ("青浦区练塘镇章练塘路588弄15号门口右转", "门口右转", &[]),
        ("中国(上海)自由贸易试验区张杨路707号", "中国（上海）自由贸易试验区", &["district", "town"]),
        ("", "", &["district", "town", "road", "number"]),
        ("？？？", "？？？", &["district", "town", "road", "number"]),
    ] {
        let parsed = parse(line);
        assert_eq!(parsed.leftovers, leftovers, "{line}");
        let found: Vec<_> = parsed.address.problems().iter().map(|p| p.part.name()).collect();
        assert_eq!(found, missing, "{line}: {parsed:?}");
        assert!(!parsed.is_complete(), "{line}");
    }
}

#[test]
fn no_text_is_lost_and_none_is_endless() {
    let line = format!("青浦区练塘镇章练塘路588弄15号{}", "很长".repeat(5_000));
    let parsed = parse(&line);
    let kept = parsed.address.one_line().chars().count() + parsed.leftovers.chars().count();
    assert!(kept > 10_000);
}

#[test]
fn addresses_elsewhere_keep_province_and_city() {
    for (line, expected) in [
        ("江苏省苏州市昆山市花桥镇绿地大道1555号", ["江苏省", "苏州市", "昆山市", "花桥镇绿地大道1555号"]),
        ("浙江省嘉兴市平湖市独山港镇海河路99号", ["浙江省", "嘉兴市", "平湖市", "独山港镇海河路99号"]),
        ("安徽芜湖市繁昌区荻港镇1号", ["安徽", "芜湖市", "繁昌区", "荻港镇1号"]),
        ("北京市北京市市辖区海淀区三里河路11号", ["北京市", "北京市", "海淀区", "三里河路11号"]),
        ("江苏省南通市开发区通盛大道1号", ["江苏省", "南通市", "", "开发区通盛大道1号"]),
    ] {
        let a = elsewhere(line);
        assert_eq!([a.province, a.city, a.county, a.detail], expected, "{line}");
        assert!(parse(line).is_complete(), "{line}");
    }
    let incomplete = parse("昆山市花桥镇绿地大道1555号");
    assert!(matches!(incomplete.address, Address::Elsewhere(_)));
    assert!(!incomplete.is_complete());
}

#[test]
fn one_line_reads_back_to_the_same_parts_in_every_town() {
    for town in towns::all_towns() {
        let address = Address::Shanghai(ShanghaiAddress {
            district_code: town.district_code.into(),
            town_code: town.code.into(),
            road: "四川北路".into(),
            lane: "588".into(),
            number: "15".into(),
            building: "1幢".into(),
            floor: "二层".into(),
            room: "C区2096室".into(),
        });
        let parsed = parse(&address.one_line());
        assert_eq!(parsed.address, address, "{}", address.one_line());
        assert!(parsed.is_complete(), "{}", town.name);
    }
}

#[test]
fn one_line_adds_only_the_units_that_are_missing() {
    let mut address = works();
    let line = "上海市青浦区练塘镇章练塘路588弄15号1幢二层C区2096室";
    assert_eq!(address.one_line(), line);
    address.lane = "588弄".into();
    address.number = "15号".into();
    assert_eq!(address.one_line(), line);
    address.floor = "2".into();
    address.room = "2096".into();
    assert!(address.one_line().ends_with("1幢2层2096室"));
    address.room = "门卫".into();
    assert!(address.one_line().ends_with("2层门卫"));
}

#[test]
fn ways_of_writing_are_the_same_address() {
    let original = key(|_| {});
    for same in [
        key(|a| a.floor = "2".into()),
        key(|a| a.floor = "2楼".into()),
        key(|a| a.floor = "2F".into()),
        key(|a| a.floor = "第二层".into()),
        key(|a| a.room = "ｃ区 2096".into()),
        key(|a| a.room = "C区2096".into()),
        key(|a| a.building = "一幢".into()),
        key(|a| a.lane = "５８８弄".into()),
        key(|a| a.number = " 15号 ".into()),
        key(|a| a.road = "章练塘路，".into()),
        key(|a| {
            a.floor = String::new();
            a.room = "二楼C区2096室".into();
        }),
    ] {
        assert_eq!(same, original);
    }
    let range = key(|a| a.number = "3-5".into());
    for dash in ["3—5", "3－5号", "3~5", "3～5", "3至5号"] {
        assert_eq!(key(|a| a.number = dash.into()), range, "{dash}");
    }
    let cellar = key(|a| a.floor = "B1层".into());
    assert_eq!(key(|a| a.floor = "地下一层".into()), cellar);
    assert_eq!(key(|a| a.floor = "负一楼".into()), cellar);
}

#[test]
fn lines_that_differ_in_writing_have_one_key() {
    let key = |line: &str| parse(line).address.comparison_key();
    let original = key("上海市浦东新区惠南镇城南路168号3楼301室");
    for line in [
        "上海市上海市浦东新区惠南镇城南路168号三层301室",
        "上海 浦东新区 惠南镇 城南路１６８号 3F 301",
        "南汇区惠南镇城南路168号3楼301室",
        "上海市市辖区浦东新区惠南镇城南路一百六十八号3楼301室",
    ] {
        assert_eq!(key(line), original, "{line}");
    }
}

#[test]
fn different_places_stay_different() {
    let original = key(|_| {});
    for other in [
        key(|a| a.building = "1栋".into()),
        key(|a| a.building = "1号楼".into()),
        key(|a| a.number = "1-5".into()),
        key(|a| a.number = "1、5".into()),
        key(|a| a.room = "C区2097室".into()),
        key(|a| a.floor = "B2层".into()),
        key(|a| a.town_code = in_shanghai("青浦区金泽镇").town_code),
    ] {
        assert_ne!(other, original);
    }
    let road = |road: &str| key(|a| a.road = road.into());
    assert_ne!(road("四川北路"), road("4川北路"));
    assert_ne!(road("五号路"), road("5号路"));
    assert_ne!(key(|a| a.floor = "1".into()), key(|a| a.floor = "B1".into()));
}

#[test]
fn elsewhere_the_kinds_of_divisions_do_not_matter() {
    let key = |province: &str, city: &str, county: &str, detail: &str| {
        let address = ElsewhereAddress {
            province: province.into(),
            city: city.into(),
            county: county.into(),
            detail: detail.into(),
        };
        Address::Elsewhere(address).comparison_key()
    };
    let original = key("江苏省", "苏州市", "昆山市", "五号路十五号三楼");
    assert_eq!(key("江苏", "苏州", "昆山", "五号路15号3层"), original);
    assert_ne!(key("江苏", "苏州", "昆山", "5号路15号3层"), original);
}

#[test]
fn a_form_is_told_every_gap_at_its_field() {
    let nothing = Address::Shanghai(ShanghaiAddress::default()).problems();
    let parts: Vec<_> = nothing.iter().map(|p| p.part).collect();
    assert_eq!(parts, [Part::District, Part::Town, Part::Road, Part::Number]);

    assert!(problems(|_| {}).is_empty());
    assert!(problems(|a| a.road.clear()).is_empty(), "lane and number will do");
    assert_eq!(problems(|a| a.town_code = "310117103".into()), [(Part::Town, "members.address.town.elsewhere")]);
    assert_eq!(problems(|a| a.road = "章练塘路588弄".into()), [(Part::Road, "members.address.road.number_inside")]);
    assert_eq!(problems(|a| a.building = "1".into()), [(Part::Building, "members.address.building.unit")]);
    assert_eq!(problems(|a| a.number = "无".into()), [(Part::Number, "members.address.number.digits")]);
    assert_eq!(problems(|a| a.room = "室".repeat(31)), [(Part::Room, "members.address.too_long")]);
    let shanghai = ElsewhereAddress { province: "上海市".into(), ..ElsewhereAddress::default() };
    let problems = Address::Elsewhere(shanghai).problems();
    assert_eq!(problems[0].message.key, "members.address.province.shanghai");
    assert_eq!(problems.len(), 3);
}

#[test]
fn what_is_stored_is_tidy_and_otherwise_as_typed() {
    let typed = Address::Shanghai(ShanghaiAddress {
        road: " 四川 北路\u{0}".into(),
        number: "１５－１".into(),
        floor: "二层".into(),
        building: "1幢（东）".into(),
        ..ShanghaiAddress::default()
    });
    let Address::Shanghai(tidy) = typed.tidied() else {
        panic!("moved away");
    };
    assert_eq!(tidy.road, "四川北路");
    assert_eq!(tidy.number, "15-1");
    assert_eq!(tidy.floor, "二层");
    assert_eq!(tidy.building, "1幢（东）");
}
