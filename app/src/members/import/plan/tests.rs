//! Sheets against a small register: one member with a plant, two entrances and a contact.

use super::*;
use crate::{
    ids::TextEnum,
    members::import::template,
    members::{
        address::ShanghaiAddress,
        model::Passage,
        plant_kind::PlantKind,
        store::{Contact, Entrance, Member, Plant},
    },
    sheets::{Column, Kind, Table, Value},
    text::Locale,
    time::Instant,
};

const CODE: &str = "91310118DEM0000144";
const OTHER: &str = "91310115DEM000022K";
const NAME: &str = "上海示范新塘水泥粉磨有限公司";

fn an_address() -> Address {
    Address::Shanghai(ShanghaiAddress {
        district_code: "310118".to_owned(),
        town_code: "310118103".to_owned(),
        road: "示范大道".to_owned(),
        number: "88号".to_owned(),
        ..ShanghaiAddress::default()
    })
}

fn a_register() -> Register {
    Register::new([a_member()])
}

fn a_member() -> Known {
    let (member, plant, at) = (MemberId::new(), PlantId::new(), Instant(1));
    let entrance = |name: &str, passage, outdoors| Entrance {
        id: EntranceId::new(),
        plant_id: plant,
        name: name.to_owned(),
        passage,
        outdoors,
        created_at: at,
        closed_at: None,
        row_version: 1,
    };
    let contact = Contact {
        id: ContactId::new(),
        member_id: member,
        name: "钱敏".to_owned(),
        title: Some("办公室主任".to_owned()),
        phone: Some("13800000101".to_owned()),
        email: Some("office@member.example".to_owned()),
        duties: ",notices,supply,".to_owned(),
        created_at: at,
        row_version: 1,
    };
    let entrances = vec![entrance("东门", Passage::Both, true), entrance("办公楼", Passage::People, false)];
    Known {
        member: Member {
            id: member,
            name: NAME.to_owned(),
            short_name: None,
            credit_code: CODE.to_owned(),
            code_override: None,
            licence_file_id: None,
            licence_confirmed_at: Some(at),
            licence_confirmed_by: None,
            created_at: at,
            left_at: None,
            left_remark: None,
            row_version: 1,
        },
        plants: vec![KnownPlant {
            plant: Plant {
                id: plant,
                member_id: member,
                name: "新塘粉磨站".to_owned(),
                kind: PlantKind::GrindingStation,
                district: Some("310118".to_owned()),
                town: Some("310118103".to_owned()),
                address: serde_json::to_string(&an_address()).expect("json"),
                address_line: an_address().one_line(),
                address_key: an_address().comparison_key(),
                silo_capacity: Some(24_000_500),
                normal_output: None,
                created_at: at,
                closed_at: None,
                row_version: 1,
            },
            entrances,
        }],
        contacts: vec![contact],
    }
}

/// Another member, whose only contact has the number of the first one's.
fn a_neighbour() -> Known {
    let mut known = a_member();
    known.member.name = "上海示范浦江水泥有限公司".to_owned();
    known.member.credit_code = OTHER.to_owned();
    known.plants.clear();
    known.contacts[0].name = "李丽华".to_owned();
    known
}

fn plan(bytes: &[u8], register: &Register) -> Plan {
    make(bytes, register, &Progress::default()).expect("a readable sheet")
}

/// A sheet of these columns.
fn sheet(fields: &[Field], rows: &[&[&str]]) -> Vec<u8> {
    let columns = fields.iter().map(|field| Column::new(field.heading(Locale::Zh), Kind::Text, 10)).collect();
    let rows = rows.iter().map(|row| row.iter().map(|text| Value::from(*text)).collect()).collect();
    Table { title: "x".to_owned(), columns, rows }.bytes().expect("bytes")
}

/// Cell and key of every problem.
fn problems(plan: &Plan) -> Vec<(String, &'static str)> {
    let problem = |note: &&Note| note.severity == Severity::Problem;
    plan.notes.iter().filter(problem).map(|note| (note.at.name(), note.reason.key)).collect()
}

#[test]
fn the_register_as_a_sheet_changes_nothing() {
    let register = a_register();
    for l in Locale::ALL {
        let plan = plan(&template::register(l, &register).expect("bytes"), &register);
        assert_eq!(plan.notes, []);
        assert_eq!(plan.changes, []);
        let same =
            (plan.tally.members.same, plan.tally.plants.same, plan.tally.entrances.same, plan.tally.contacts.same);
        assert_eq!(same, (1, 1, 2, 1));
    }
}

#[test]
fn the_register_of_one_association_fills_another() {
    let bytes = template::register(Locale::Zh, &a_register()).expect("bytes");
    let plan = plan(&bytes, &Register::default());
    assert_eq!(problems(&plan), []);
    let acts = &plan.acts;
    assert_eq!((acts.add_members.len(), acts.add_plants.len(), acts.add_entrances.len()), (1, 1, 2));
    assert_eq!(acts.add_plants[0].2.silo_capacity, Some(24_000_500));
    assert_eq!(acts.add_plants[0].2.address.comparison_key(), an_address().comparison_key());
    assert_eq!(acts.add_contacts[0].2.phone.as_deref(), Some("13800000101"));
}

#[test]
fn the_template_is_right_and_its_example_is_passed_over() {
    for l in Locale::ALL {
        let bytes = template::template(l).expect("bytes");
        let plan = plan(&bytes, &a_register());
        assert_eq!((plan.tally.changes(), plan.tally.problems, plan.tally.lines), (0, 0, 1));
        assert_eq!(plan.notes[0].reason.key, "imports.remark.example");
        // With a code of its own the example is a line like any other.
        let filled = crate::sheets::read_bytes(&bytes, records::LIMITS).expect("readable");
        let own: Vec<String> = (0..Field::ALL.len() as u32)
            .map(|column| filled.rows[1].cell(column).text().expect("text").replace(template::EXAMPLE_CODE, OTHER))
            .collect();
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let filled = self::plan(&sheet(Field::ALL, &[&own]), &Register::default());
        assert_eq!((problems(&filled), filled.tally.changes()), (Vec::new(), 4));
    }
}

#[test]
fn an_empty_cell_leaves_what_is_there_and_a_new_value_is_a_change() {
    let register = a_register();
    let fields = [Field::Code, Field::Contact, Field::Phone, Field::Title];
    let plan = plan(&sheet(&fields, &[&[CODE, "钱敏", "138 0000 0199", ""]]), &register);
    assert_eq!(problems(&plan), []);
    let (_, facts) = &plan.acts.change_contacts[0];
    assert_eq!((facts.phone.as_deref(), facts.title.as_deref()), (Some("13800000199"), Some("办公室主任")));
    assert_eq!(plan.changes.len(), 1);
    assert_eq!(plan.changes[0].details[0].before, "13800000101");
}

#[test]
fn every_wrong_cell_is_named_with_its_reason() {
    let fields = [Field::Name, Field::Code, Field::Plant, Field::Kind, Field::Address, Field::Contact, Field::Phone];
    let address = "上海市青浦区练塘镇示范大道90号";
    let rows: [&[&str]; 7] = [
        &["甲公司", "91310115DEM000O22K", "一厂", "水泥厂", address, "", ""],
        &["乙公司", OTHER, "一厂", "", "青浦区", "", ""],
        &["丙公司", OTHER, "", "粉磨站", "", "", ""],
        &["丁公司", "", "", "", "", "王强", "12345"],
        &["", "91310116DEM000030W", "", "", "", "", ""],
        &[NAME, "91310151DEM000049F", "", "", "", "", ""],
        &["", CODE, "", "", "", "", "13800000101"],
    ];
    let found = problems(&plan(&sheet(&fields, &rows), &a_register()));
    let cells: Vec<&str> = found.iter().map(|(cell, _)| cell.as_str()).collect();
    for (cell, key) in [
        ("B2", "members.credit_code.character"),
        ("D2", "imports.problem.unknown"),
        ("D3", "form.required"),
        ("A4", "imports.problem.code_twice"),
        ("C4", "form.required"),
        ("B5", "form.required"),
        ("G5", "members.phone.invalid"),
        ("A6", "form.required"),
        ("A7", "imports.problem.name_registered"),
        ("F8", "form.required"),
    ] {
        assert!(found.contains(&(cell.to_owned(), key)), "{cell} {key} is not in {found:?}");
    }
    assert!(cells.contains(&"E3"), "an address that is not whole: {found:?}");
    assert_eq!(found.len(), 11, "{found:?}");
}

#[test]
fn an_address_is_the_same_however_it_is_written_and_never_mixed() {
    let register = a_register();
    let fields = [Field::Code, Field::Plant, Field::District, Field::Town, Field::Road, Field::Number];
    let same = plan(&sheet(&fields, &[&[CODE, "新塘粉磨站", "青浦", "练塘", "示范大道", "８８"]]), &register);
    assert_eq!((problems(&same), same.changes.len()), (Vec::new(), 0));
    let part = plan(&sheet(&fields, &[&[CODE, "新塘粉磨站", "", "", "", "90"]]), &register);
    assert!(!problems(&part).is_empty());
    let wrong = plan(&sheet(&fields, &[&[CODE, "新塘粉磨站", "松江区", "练塘镇", "示范大道", "88"]]), &register);
    assert_eq!(problems(&wrong), [("D2".to_owned(), "imports.problem.unknown")]);
    let suggestion = wrong.notes[0].suggestion.as_ref().expect("the towns of the district");
    assert_eq!(suggestion.key, "imports.suggest.towns");
}

#[test]
fn a_number_of_somebody_else_is_a_problem_unless_the_sheet_takes_it_from_there() {
    let register = a_register();
    let fields = [Field::Name, Field::Code, Field::Contact, Field::Phone];
    let other: &[&str] = &["上海示范浦江水泥有限公司", OTHER, "李丽华", "13800000101"];
    let taken = plan(&sheet(&fields, &[other]), &register);
    assert_eq!(problems(&taken), [("D2".to_owned(), "imports.problem.phone_taken")]);
    let freed = plan(&sheet(&fields, &[other, &["", CODE, "钱敏", "13800000199"]]), &register);
    assert_eq!(problems(&freed), []);
}

#[test]
fn a_number_that_two_members_share_already_holds_up_no_other_change() {
    let register = Register::new([a_member(), a_neighbour()]);
    let fields = [Field::Code, Field::Contact, Field::Title, Field::Phone];
    let title = plan(&sheet(&fields, &[&[CODE, "钱敏", "主任", "13800000101"]]), &register);
    assert_eq!((problems(&title), title.changes.len()), (Vec::new(), 1));
    let number = plan(&sheet(&fields, &[&[CODE, "王强", "", "13800000101"]]), &register);
    assert_eq!(problems(&number), [("D2".to_owned(), "imports.problem.phone_taken")]);
}

#[test]
fn a_member_under_a_new_name_is_still_one_member() {
    let fields = [Field::Name, Field::Code, Field::Contact, Field::Phone];
    let renamed = plan(&sheet(&fields, &[&["上海示范新塘建材有限公司", CODE, "王强", "13800000101"]]), &a_register());
    assert_eq!(problems(&renamed), []);
    let keys: Vec<&str> = renamed.notes.iter().map(|note| note.reason.key).collect();
    assert_eq!(keys, ["imports.remark.renamed"]);
}

#[test]
fn equal_sheets_give_equal_digests_and_other_ones_do_not() {
    let fields = [Field::Name, Field::Code];
    let digest = |name: &str| plan(&sheet(&fields, &[&[name, OTHER]]), &Register::default()).digest();
    assert_eq!(digest("甲公司"), digest("甲公司"));
    assert_ne!(digest("甲公司"), digest("乙公司"));
}
