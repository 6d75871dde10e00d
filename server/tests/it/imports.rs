//! Members from a spreadsheet: checked, shown, confirmed, written whole or not at all.

use std::{
    io::Write,
    time::{Duration, Instant as Moment},
};

use app::{
    audit::entity as audit,
    ids::ImportId,
    members::{
        entity::contact,
        import::{self, EXAMPLE_CODE, ImportState, store},
    },
    sheets::{self, Column, Kind, Limits, Table},
    time::Instant,
};
use axum::body::Body;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Statement};
use tokio::time::sleep;

use crate::{
    builders::a_member,
    program::Program,
    test_app::{Answer, Browser, TestApp},
};

const CODE: &str = "91310118DEM0000144";
const OTHER: &str = "91310115DEM000022K";
const HEADINGS: [&str; 13] = [
    "单位名称",
    "统一社会信用代码",
    "厂区名称",
    "厂区类型",
    "区",
    "街道或镇",
    "路",
    "号",
    "出入口",
    "通行对象",
    "室内或室外",
    "联系人",
    "联系电话",
];
const FIRST: [&str; 13] = [
    "上海示范新塘水泥有限公司",
    CODE,
    "新塘粉磨站",
    "粉磨站",
    "青浦区",
    "练塘镇",
    "示范大道",
    "88号",
    "东门",
    "人员和车辆",
    "室外",
    "钱敏",
    "13800000101",
];
const SECOND: [&str; 13] = [
    "上海示范浦江水泥有限公司",
    OTHER,
    "浦江码头",
    "码头",
    "闵行",
    "浦江镇",
    "样例公路",
    "1200",
    "",
    "",
    "",
    "李丽华",
    "１３８ ００００ ０１０２",
];

fn sheet(rows: &[Vec<&str>]) -> Vec<u8> {
    let columns = HEADINGS.iter().map(|heading| Column::new(*heading, Kind::Text, 12)).collect();
    let rows = rows.iter().map(|row| row.iter().map(|text| (*text).into()).collect()).collect();
    Table { title: "会员".to_owned(), columns, rows }.bytes().unwrap()
}

/// A line with some of its cells replaced.
fn with(line: [&'static str; 13], cells: &[(usize, &'static str)]) -> Vec<&'static str> {
    let mut line = line.to_vec();
    for (at, text) in cells {
        line[*at] = text;
    }
    line
}

/// Uploads a sheet; gives the address of the import.
async fn upload(staff: &Browser, bytes: &[u8]) -> String {
    staff.upload("/members/import", &[], &[("file", "名册.xlsx", bytes)]).await.is(303).location().to_owned()
}

/// Uploads a sheet and lets the program check it.
async fn checked(app: &TestApp, staff: &Browser, bytes: &[u8]) -> (String, Answer) {
    let here = upload(staff, bytes).await;
    assert!(import::work(&app.state).await.unwrap());
    let page = staff.get(&here).await.is(200);
    (here, page)
}

fn digest(page: &Answer) -> &str {
    page.text.split("name=\"digest\" value=\"").nth(1).unwrap().split('"').next().unwrap()
}

async fn confirm(app: &TestApp, staff: &Browser, here: &str, page: &Answer) -> Answer {
    staff.post(&format!("{here}/confirm"), &[("digest", digest(page))]).await.is(303);
    assert!(import::work(&app.state).await.unwrap());
    staff.get(here).await.is(200)
}

async fn state_of(app: &TestApp, here: &str) -> ImportState {
    let id: ImportId = here.rsplit('/').next().unwrap().parse().unwrap();
    store::find(app.state.db.reader(), id).await.unwrap().state
}

/// Members, plants, entrances and contacts.
/// Members, plants, entrances and contacts, all counted at one instant.
async fn counts(app: &TestApp) -> (u64, u64, u64, u64) {
    let conn = app.state.db.reader();
    let sql = "SELECT (SELECT COUNT(*) FROM members) AS members, (SELECT COUNT(*) FROM plants) AS plants, \
               (SELECT COUNT(*) FROM entrances) AS entrances, (SELECT COUNT(*) FROM contacts) AS contacts";
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await.unwrap().unwrap();
    let count = |table| u64::try_from(row.try_get::<i64>("", table).unwrap()).unwrap();
    (count("members"), count("plants"), count("entrances"), count("contacts"))
}

async fn acts(app: &TestApp, act: &str) -> u64 {
    audit::Entity::find().filter(audit::Column::Act.eq(act)).count(app.state.db.reader()).await.unwrap()
}

fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
    let sheet = sheets::read_bytes(bytes, Limits { rows: 6_000, said: 6_000, columns: 50 }).unwrap();
    let row = |row: &sheets::Row| (0..40).map(|column| row.cell(column).text().unwrap()).collect();
    sheet.rows.iter().map(row).collect()
}

#[tokio::test]
async fn a_sheet_is_checked_shown_confirmed_and_written_once() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    staff.get("/members").await.is(200).says("/members/import");
    let bytes = sheet(&[FIRST.to_vec(), SECOND.to_vec(), with(SECOND, &[(2, "浦江二厂"), (3, "粉磨站"), (7, "1202")])]);
    let once = uuid::Uuid::now_v7().to_string();
    let (fields, files) = ([("once", once.as_str())], [("file", "名册.xlsx", bytes.as_slice())]);
    let here = staff.upload("/members/import", &fields, &files).await.is(303).location().to_owned();
    let twice = staff.upload("/members/import", &fields, &files).await.is(303);
    assert_eq!(twice.location(), here, "a double click is one import");
    let waiting = staff.get(&here).await.is(200).says("<progress").says("正在检查");
    assert_eq!(waiting.headers["refresh"], "2");
    assert!(import::work(&app.state).await.unwrap());
    assert!(!import::work(&app.state).await.unwrap(), "there is one piece of work");
    let page = staff.get(&here).await.is(200).says("检查通过，共 8 项改动").says("浦江二厂");
    assert!(!page.headers.contains_key("refresh"));
    assert_eq!(counts(&app).await, (0, 0, 0, 0), "nothing is written by a check");
    let done = confirm(&app, &staff, &here, &page).await.says("已全部写入，共 8 项改动");
    assert_eq!(done.text.matches("<h1").count(), 1);
    assert_eq!(counts(&app).await, (2, 3, 1, 2));
    staff.post(&format!("{here}/confirm"), &[("digest", digest(&page))]).await.is(303);
    assert!(!import::work(&app.state).await.unwrap(), "a second click does nothing");
    assert_eq!(counts(&app).await, (2, 3, 1, 2));
    for (act, times) in [("import.written", 1), ("member.added", 2), ("plant.added", 3), ("contact.added", 2)] {
        assert_eq!(acts(&app, act).await, times, "{act}");
    }
    let written =
        audit::Entity::find().filter(audit::Column::Act.eq("import.written")).one(app.state.db.reader()).await;
    assert!(written.unwrap().unwrap().person_id.is_some(), "it is the act of the person who confirmed");
    staff.get("/members?q=1234").await.is(200);
    staff.get("/members").await.is(200).says("上海示范浦江水泥有限公司").says("13800000102");
}

#[tokio::test]
async fn the_register_as_a_sheet_is_unchanged_and_one_new_number_is_one_change() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let (here, page) = checked(&app, &staff, &sheet(&[FIRST.to_vec(), SECOND.to_vec()])).await;
    confirm(&app, &staff, &here, &page).await;
    let register = staff.get("/members/import/register.xlsx").await.is(200).bytes;
    let (_, same) = checked(&app, &staff, &register).await;
    assert!(same.says("表格和现有名册一致").text.find("confirm").is_none());
    let (here, page) = checked(&app, &staff, &sheet(&[with(FIRST, &[(12, "13800000199")])])).await;
    let done = confirm(&app, &staff, &here, &page.says("13800000101 → 13800000199")).await;
    done.says("共 1 项改动");
    let changed = contact::Entity::find().filter(contact::Column::Name.eq("钱敏")).one(app.state.db.reader()).await;
    let changed = changed.unwrap().unwrap();
    assert_eq!((changed.phone.as_deref(), changed.row_version), (Some("13800000199"), 2));
    assert_eq!(acts(&app, "contact.changed").await, 1);
}

#[tokio::test]
async fn every_wrong_cell_is_told_with_reason_and_suggestion_and_nothing_can_be_confirmed() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let rows = [
        FIRST.to_vec(),
        with(SECOND, &[(1, "91310115DEM0OO022K"), (3, "水泥厂"), (12, "1.38E+10")]),
        with(FIRST, &[(0, "另一家"), (11, "赵师傅"), (12, "13800000101")]),
    ];
    let (here, page) = checked(&app, &staff, &sheet(&rows)).await;
    let page = page
        .says("有 4 处需要改正")
        .says("scope=\"row\">B3<")
        .says("您要填的是不是 91310115DEM000022K")
        .says("scope=\"row\">D3<")
        .says("请填：熟料线")
        .says("scope=\"row\">M3<")
        .says("科学计数")
        .says("scope=\"row\">A4<")
        .says("这个代码在 A2 已经填了另一个单位名称");
    assert!(!page.text.contains("/confirm"));
    staff.post(&format!("{here}/confirm"), &[("digest", "")]).await.is(409);
    assert_eq!(counts(&app).await, (0, 0, 0, 0));

    let errors = staff.get(&format!("{here}/errors.xlsx")).await.is(200).bytes;
    let rows = texts(&errors);
    assert_eq!((rows.len(), rows[0][0].as_str(), rows[0][2].as_str()), (4, "需要改正的地方", HEADINGS[1]));
    assert_eq!(rows[1][0], "");
    assert!(rows[2][0].contains("C3 第") && rows[2][0].contains("E3 ") && rows[2][0].contains("N3 "), "{}", rows[2][0]);
    assert_eq!((rows[2][2].as_str(), rows[3][1].as_str()), ("91310115DEM0OO022K", "另一家"));
    staff.keep("lang=en");
    let english = texts(&staff.get(&format!("{here}/errors.xlsx")).await.is(200).bytes);
    assert!(english[2][0].contains("; "), "{}", english[2][0]);
    staff.keep("lang=zh-CN");
    let (_, again) = checked(&app, &staff, &errors).await;
    again.says("有 4 处需要改正").says("scope=\"row\">C3<");

    staff.post(&format!("{here}/drop"), &[]).await.is(303);
    staff.get(&here).await.is(200).says("已放弃");
    staff.get(&format!("{here}/errors.xlsx")).await.is(404);
}

#[tokio::test]
async fn only_staff_import() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let here = upload(&app.staff().await, &sheet(&[FIRST.to_vec()])).await;
    for browser in [app.auditor().await, member.admin] {
        for path in ["/members/import", "/members/import/template.xlsx", "/members/import/register.xlsx", &here] {
            browser.get(path).await.is(403);
        }
        browser.upload("/members/import", &[], &[("file", "a.xlsx", b"x")]).await.is(403);
        for act in ["confirm", "drop", "repeat"] {
            browser.post(&format!("{here}/{act}"), &[]).await.is(403);
        }
        browser.get("/members").await.says_not("/members/import");
    }
    app.admin().await.get(&here).await.is(200);
}

#[tokio::test]
async fn a_foreign_file_is_refused_with_its_real_type_and_a_large_one_with_the_limit() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let send = |name: &'static str, bytes: Vec<u8>| {
        let staff = &staff;
        async move { staff.upload("/members/import", &[], &[("file", name, bytes.as_slice())]).await }
    };
    send("名册.xlsx", b"%PDF-1.7\n%%EOF".to_vec()).await.is(422).says("pdf").says("aria-invalid");
    send("名册.csv", "单位名称,代码\n甲,乙\n".into()).await.is(422).says("txt");
    send("名册.xlsx", "单位名称,代码\n甲,乙\n".into()).await.is(422).says("txt");
    send("名册.xlsx", vec![b'x'; 5 * 1024 * 1024 + 1]).await.is(422).says("“名册.xlsx”太大").says("5 MB");
    staff.upload("/members/import", &[], &[]).await.is(422).says("请选择要导入的");
    assert!(!import::work(&app.state).await.unwrap());
}

/// A sheet with the headings of the tests; the rest is written by the test.
fn a_book(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write_string(0, column, heading).unwrap();
    }
    fill(sheet);
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn formulas_merged_cells_and_numbers_are_read_where_a_person_could_read_them() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let readable = a_book(|sheet| {
        for (column, text) in (0..).zip(FIRST) {
            sheet.write_string(1, column, text).unwrap();
        }
        // A member over two lines, a name that is a formula, a number in scientific notation.
        sheet.merge_range(1, 1, 2, 1, CODE, &Format::new()).unwrap();
        sheet.write_formula(2, 11, Formula::new("=\"李\"&\"丽华\"").set_result("李丽华")).unwrap();
        let scientific = Format::new().set_num_format("0.00E+00");
        sheet.write_number_with_format(2, 12, 13_800_000_102.0, &scientific).unwrap();
    });
    let (here, page) = checked(&app, &staff, &readable).await;
    confirm(&app, &staff, &here, &page.says("共 5 项改动")).await;
    let phones: Vec<_> = contact::Entity::find().all(app.state.db.reader()).await.unwrap();
    assert!(phones.iter().any(|c| c.name == "李丽华" && c.phone.as_deref() == Some("13800000102")), "{phones:?}");

    let unreadable = a_book(|sheet| {
        sheet.write_formula(1, 0, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
        sheet.write_number(1, 1, 913_101_180_000_001_440.0).unwrap();
        sheet.merge_range(2, 2, 2, 3, "新塘粉磨站", &Format::new()).unwrap();
    });
    let (here, page) = checked(&app, &staff, &unreadable).await;
    page.says("#DIV/0!").says("末尾几位已经丢失").says("横向合并");
    // Handed back and uploaded again as it is, every cell is still wrong.
    let errors = staff.get(&format!("{here}/errors.xlsx")).await.is(200).bytes;
    let (_, again) = checked(&app, &staff, &errors).await;
    let cells = ["B2", "C2", "E3"].map(|cell| format!("scope=\"row\">{cell}<"));
    again.says(&cells[0]).says(&cells[1]).says(&cells[2]).says("还没有补填");

    // 3-5 typed as a house number, and what Excel makes of it.
    let dated = a_book(|sheet| {
        for (column, text) in (0..).zip(FIRST) {
            sheet.write_string(1, column, text).unwrap();
        }
        let day = ExcelDateTime::from_ymd(2022, 3, 5).unwrap();
        sheet.write_datetime_with_format(1, 7, day, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    });
    let (here, page) = checked(&app, &staff, &dated).await;
    page.says("表格把内容变成了日期").says("scope=\"row\">H2<");
    let errors = staff.get(&format!("{here}/errors.xlsx")).await.is(200).bytes;
    let (_, again) = checked(&app, &staff, &errors).await;
    again.says("表格把内容变成了日期").says("scope=\"row\">I2<");
}

#[tokio::test]
async fn a_file_that_unpacks_without_end_or_has_no_headings_is_refused_as_a_whole() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        for _ in 0..40 {
            archive.write_all(&vec![b' '; 1024 * 1024]).unwrap();
        }
    }
    let bomb = archive.finish().unwrap().into_inner();
    let (here, page) = checked(&app, &staff, &bomb).await;
    page.says("这个文件不能导入").says("展开后超过");
    staff.post(&format!("{here}/confirm"), &[]).await.is(409);
    let columns = vec![Column::new("公司", Kind::Text, 10)];
    let plain = Table { title: "x".to_owned(), columns, rows: vec![vec!["甲".into()]] }.bytes().unwrap();
    checked(&app, &staff, &plain).await.1.says("没有找到表头");
}

#[tokio::test]
async fn the_template_explains_itself_and_imports_nothing() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let template = staff.get("/members/import/template.xlsx").await.is(200);
    assert!(template.headers["content-disposition"].to_str().unwrap().contains("attachment"));
    let rows = texts(&template.bytes);
    assert_eq!((rows.len(), rows[1][1].as_str()), (2, EXAMPLE_CODE));
    let (_, page) = checked(&app, &staff, &template.bytes).await;
    page.says("示例行，已跳过").says("没有要写入的内容");
}

#[tokio::test]
async fn what_was_confirmed_is_written_or_shown_again_when_the_register_moved() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let (first, page) = checked(&app, &staff, &sheet(&[FIRST.to_vec()])).await;
    // Something else changes: what was confirmed still holds.
    a_member(&app).await;
    confirm(&app, &staff, &first, &page).await.says("已全部写入");
    // The same things change: a person looks again.
    let (second, page) = checked(&app, &staff, &sheet(&[with(FIRST, &[(12, "13800000199")])])).await;
    let contact = contact::Entity::find().filter(contact::Column::Name.eq("钱敏")).one(app.state.db.reader()).await;
    let edit = format!("/contacts/{}/edit", contact.unwrap().unwrap().id);
    let fields = [("name", "钱敏"), ("phone", "13800000155"), ("row_version", "1")];
    staff.post(&edit, &fields).await.is(303);
    let again = confirm(&app, &staff, &second, &page).await.says("您确认之后名册有了变动");
    let again = again.says("13800000155 → 13800000199");
    // A page that was opened before does not confirm what it never showed.
    staff.post(&format!("{second}/confirm"), &[("digest", digest(&page))]).await.is(303);
    assert_eq!(state_of(&app, &second).await, ImportState::Checked);
    confirm(&app, &staff, &second, &again).await.says("已全部写入");
}

/// A code that passes its checks, for an invented company.
fn a_code(n: usize) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut code = format!("91310118TE{n:06}");
    let weights = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = code[8..].chars().zip(weights).map(|(c, weight)| c.to_digit(36).unwrap() * weight).sum();
    code.push(match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap(),
    });
    let powers = std::iter::successors(Some(1), |power| Some(power * 3 % 31));
    let sum: usize = code.chars().zip(powers).map(|(c, weight)| ALPHABET.find(c).unwrap() * weight).sum();
    code.push(ALPHABET.chars().nth((31 - sum % 31) % 31).unwrap());
    code
}

/// Members with a plant, an entrance and a contact each.
fn a_large_sheet(lines: usize) -> Vec<u8> {
    a_large_sheet_from(0, lines)
}

fn a_large_sheet_from(first: usize, lines: usize) -> Vec<u8> {
    let rows = (first..first + lines).map(|n| {
        let mut row: Vec<String> = FIRST.iter().map(|text| (*text).to_owned()).collect();
        row[0] = format!("上海样例第{n}水泥有限公司");
        row[1] = a_code(n);
        row[7] = format!("{}号", n + 1);
        row[11] = format!("联系人{n}");
        row[12] = format!("139{n:08}");
        row.into_iter().map(Into::into).collect()
    });
    let columns = HEADINGS.iter().map(|heading| Column::new(*heading, Kind::Text, 12)).collect();
    Table { title: "会员".to_owned(), columns, rows: rows.collect() }.bytes().unwrap()
}

#[tokio::test]
async fn five_thousand_lines_are_written_while_readers_go_on() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let (here, page) = checked(&app, &staff, &a_large_sheet(5_000)).await;
    let page = page.says("共 20000 项改动");
    staff.post(&format!("{here}/confirm"), &[("digest", digest(&page))]).await.is(303);
    let (mut looks, mut bars) = (0, 0);
    let work = import::work(&app.state);
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            worked = &mut work => break assert!(worked.unwrap()),
            () = sleep(Duration::from_millis(50)) => {
                // Each look is polled beside the work, so the work goes on under it.
                let look = staff.get(&here);
                let mut look = std::pin::pin!(look);
                let answer = tokio::select! {
                    answer = &mut look => answer,
                    worked = &mut work => { assert!(worked.unwrap()); look.await.is(200); break }
                };
                looks += 1;
                bars += usize::from(answer.is(200).text.contains("<progress"));
            }
        }
    }
    assert!(looks > 0 && bars > 0, "{looks} looks, {bars} of them with a bar");
    staff.get(&here).await.is(200).says("已全部写入");
    assert_eq!(counts(&app).await, (5_000, 5_000, 5_000, 5_000));
    let (_, page) = checked(&app, &staff, &a_large_sheet(5_001)).await;
    page.says("超过 5000 行");
}

#[tokio::test]
async fn killed_at_any_instant_it_is_whole_or_not_there_and_goes_on() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let here = upload(&staff, &a_large_sheet(300)).await;
    for pause in [3, 40, 120] {
        let _ = tokio::time::timeout(Duration::from_millis(pause), import::work(&app.state)).await;
        app.state.clock.advance(20 * Instant::SECOND);
    }
    while import::work(&app.state).await.unwrap() {}
    assert_eq!(state_of(&app, &here).await, ImportState::Checked);
    let page = staff.get(&here).await.is(200).says("共 1200 项改动");
    staff.post(&format!("{here}/confirm"), &[("digest", digest(&page))]).await.is(303);
    for pause in [20, 200, 450] {
        let _ = tokio::time::timeout(Duration::from_millis(pause), import::work(&app.state)).await;
        let found = counts(&app).await;
        assert!(found == (0, 0, 0, 0) || found == (300, 300, 300, 300), "{found:?}");
        app.state.clock.advance(20 * Instant::SECOND);
    }
    while import::work(&app.state).await.unwrap() {}
    staff.get(&here).await.is(200).says("已全部写入");
    assert_eq!(counts(&app).await, (300, 300, 300, 300));
    assert_eq!(acts(&app, "import.written").await, 1);
}

#[tokio::test]
async fn what_breaks_off_again_and_again_is_given_up_honestly_and_can_be_repeated() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let here = upload(&staff, &sheet(&[FIRST.to_vec()])).await;
    let id: ImportId = here.rsplit('/').next().unwrap().parse().unwrap();
    for n in 0..4 {
        let tx = app.tx().await;
        assert!(store::claim(&tx, &format!("killed-{n}"), id).await.unwrap().is_some());
        tx.commit().await.unwrap();
        assert!(!import::work(&app.state).await.unwrap(), "somebody has it in hand");
        app.state.clock.advance(16 * Instant::SECOND);
    }
    assert!(import::work(&app.state).await.unwrap());
    staff.get(&here).await.is(200).says("这次导入没有完成，什么都没有写入").says("再试一次");
    staff.post(&format!("{here}/repeat"), &[]).await.is(303);
    assert!(import::work(&app.state).await.unwrap());
    staff.get(&here).await.is(200).says("检查通过");
    // Nobody confirms it: after a week it is put aside, and what was found in it is removed.
    app.state.clock.advance(8 * Instant::DAY);
    let staff = app.staff().await;
    upload(&staff, &sheet(&[SECOND.to_vec()])).await;
    assert_eq!(state_of(&app, &here).await, ImportState::Dropped);
    assert!(store::notes(app.state.db.reader(), id).await.unwrap().is_empty());
}

#[tokio::test]
async fn killed_in_the_middle_of_writing_the_program_goes_on_after_its_start() {
    const LINES: usize = 600;
    let all = (LINES as u64, LINES as u64, LINES as u64, LINES as u64);
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let (here, page) = checked(&app, &staff, &a_large_sheet(LINES)).await;
    let id: ImportId = here.rsplit('/').next().unwrap().parse().unwrap();
    let program = Program::serve(&app).await;
    staff.post(&format!("{here}/confirm"), &[("digest", digest(&page))]).await.is(303);
    let end = Moment::now() + Duration::from_secs(30);
    // Of all changes, not of the lines that are read before.
    let bar = format!("max=\"{}\"", 4 * LINES);
    loop {
        let look = program.send(staff.request("GET", &here).body(Body::empty()).unwrap()).await;
        if look.contains(&bar) && !look.contains("value=\"0\"") {
            break;
        }
        assert!(Moment::now() < end, "it does not write: {look}");
    }
    program.signal("KILL").await;
    let (status, _) = program.ended().await;
    assert!(!status.success());
    let import = store::find(app.state.db.reader(), id).await.unwrap();
    assert_eq!((import.state, import.attempts), (ImportState::Writing, 1), "it was not killed in the middle");
    assert_eq!(counts(&app).await, (0, 0, 0, 0));

    // What the killed one held runs out.
    let sql = "UPDATE imports SET lease_until = lease_until - 20000000";
    app.state.db.writer().execute_unprepared(sql).await.unwrap();
    let again = Program::serve(&app).await;
    while state_of(&app, &here).await != ImportState::Done {
        assert!(Moment::now() < end, "it does not go on: {:?}", store::find(app.state.db.reader(), id).await);
        sleep(Duration::from_millis(50)).await;
    }
    again.signal("TERM").await;
    assert!(again.ended().await.0.success());
    staff.get(&here).await.is(200).says("已全部写入");
    assert_eq!(counts(&app).await, all);
    assert_eq!(acts(&app, "import.written").await, 1);
}

/// Works until nothing waits any more, as two programs at once would.
async fn two_work(app: &TestApp) {
    let one = async || while import::work(&app.state).await.unwrap() {};
    tokio::join!(one(), one());
}

#[tokio::test]
async fn two_imports_at_once_are_both_whole_and_one_of_the_same_things_is_looked_at_again() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let other = with(SECOND, &[(12, "13800000199")]);
    let mut imports = Vec::new();
    for rows in [vec![FIRST.to_vec(), SECOND.to_vec()], vec![other]] {
        imports.push(checked(&app, &staff, &sheet(&rows)).await);
    }
    for (here, page) in &imports {
        staff.post(&format!("{here}/confirm"), &[("digest", digest(page))]).await.is(303);
    }
    two_work(&app).await;
    // Both bring the same member: one is written, and of the other a person sees what it would change now.
    let mut states = Vec::new();
    for (here, _) in &imports {
        states.push(state_of(&app, here).await);
    }
    let again = states.iter().position(|state| *state == ImportState::Checked).unwrap_or_else(|| panic!("{states:?}"));
    assert_eq!(states[1 - again], ImportState::Done);
    let here = &imports[again].0;
    let page = staff.get(here).await.is(200).says("您确认之后名册有了变动");
    staff.post(&format!("{here}/confirm"), &[("digest", digest(&page))]).await.is(303);
    two_work(&app).await;
    assert_eq!(state_of(&app, here).await, ImportState::Done);
    assert_eq!(counts(&app).await, (2, 2, 1, 2));
    assert_eq!(acts(&app, "member.added").await, 2);

    // Different members do not come in each other's way.
    let mut imports = Vec::new();
    for n in 0..2 {
        let sheet = a_large_sheet_from(n * 50, 50);
        imports.push(checked(&app, &staff, &sheet).await);
    }
    for (here, page) in &imports {
        staff.post(&format!("{here}/confirm"), &[("digest", digest(page))]).await.is(303);
    }
    two_work(&app).await;
    for (here, _) in &imports {
        staff.get(here).await.is(200).says("已全部写入");
    }
    assert_eq!(counts(&app).await.0, 102);
}
