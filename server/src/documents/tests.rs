use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::documents::acceptance::{AcceptanceProtocol, ProtocolLine};
use app::documents::{
    Assurance, DeviceLine, DocumentError, Documents, InstallRequestForm, MAX_DEVICE_LINES, MAX_LISTED_LINES,
    MAX_REMARKS_CHARS, MAX_SCENE_LINES,
};

use super::fonts::{BOOK, FAMILY, FONTS};
use super::{PAPERS_AT_A_TIME, TypstDocuments};

fn a_form() -> InstallRequestForm {
    InstallRequestForm {
        number: "AZ-2026-0042".into(),
        date: "2022年5月20日".into(),
        association: "上海市水泥行业协会".into(),
        unit_name: "上海浦江水泥有限公司".into(),
        credit_code: "91310000631696382C".into(),
        plant: "临港粉磨站".into(),
        entrance: "北门（人员、车辆）".into(),
        address: "上海市浦东新区南汇新城镇同汇路168号1幢101室".into(),
        scene: vec![
            "人流较大，换班时容易排队".into(),
            "货车较多，需在车窗旁核验司机".into(),
            "推荐形态：手持式；申领单位选用：手持式、通道式".into(),
        ],
        devices: vec![
            a_device("手持式", "申安", "SA-H20", "上海申安智能科技有限公司", 2),
            a_device("通道式", "申安", "SA-G300 Pro", "上海申安智能科技有限公司", 1),
        ],
        listed: false,
        conformity: Assurance::Yes,
        docking: Assurance::VendorWillConfirm,
        contact_name: "陈晓龢".into(),
        contact_phone: "138 0000 0000".into(),
        site_phone: "021-6800 0000".into(),
        remarks: "北门为唯一货运通道，请在早上七点前安装。".into(),
    }
}

fn a_device(form: &str, brand: &str, model: &str, vendor: &str, quantity: u32) -> DeviceLine {
    DeviceLine {
        place: String::new(),
        address: String::new(),
        form: form.into(),
        brand: brand.into(),
        model: model.into(),
        vendor: vendor.into(),
        quantity,
    }
}

/// A form at every limit that `InstallRequestForm` promises to fit.
fn the_fullest_form() -> InstallRequestForm {
    let device = a_device(
        "壁挂式",
        &"品".repeat(30),
        &"MODEL-9000".repeat(3),
        &"上海临港新片区智能设备服务".repeat(5)[..180],
        9999,
    );
    InstallRequestForm {
        association: "协".repeat(60),
        unit_name: "名".repeat(60),
        plant: "厂".repeat(60),
        entrance: "门".repeat(60),
        address: "址".repeat(120),
        scene: vec!["景".repeat(60); MAX_SCENE_LINES],
        devices: vec![device; MAX_DEVICE_LINES],
        contact_name: "人".repeat(60),
        contact_phone: "1".repeat(60),
        site_phone: "2".repeat(60),
        remarks: "注".repeat(MAX_REMARKS_CHARS),
        ..a_form()
    }
}

async fn render(form: &InstallRequestForm) -> Vec<u8> {
    let pdf = TypstDocuments::new().install_request_form(form).await;
    pdf.expect("the form should render")
}

/// What a Poppler tool says about a PDF.
pub fn poppler(tool: &str, after_file: &[&str], pdf: &[u8]) -> String {
    let mut child = Command::new(tool)
        .arg("-")
        .args(after_file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|fault| panic!("{tool} (apt install poppler-utils): {fault}"));
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let pdf = pdf.to_vec();
    let feeder = std::thread::spawn(move || stdin.write_all(&pdf));
    let output = child.wait_with_output().expect("the tool should end");
    feeder.join().expect("feeder").expect("the tool should read the PDF");
    assert!(output.status.success(), "{tool} should accept the PDF");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The text of a PDF in reading order without white space and marks that steer line breaks.
pub fn text_of(pdf: &[u8]) -> String {
    let text = poppler("pdftotext", &["-"], pdf);
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{200B}' | '\u{2060}')).collect()
}

#[tokio::test]
async fn a_form_is_one_a4_page_with_both_fonts_embedded() {
    let pdf = render(&a_form()).await;

    let info = poppler("pdfinfo", &[], &pdf);
    assert!(info.lines().any(|l| l.starts_with("Pages:") && l.ends_with(" 1")), "{info}");
    assert!(info.contains("(A4)"), "{info}");
    assert!(info.contains("数字哨兵安装申领表 AZ-2026-0042"), "{info}");

    let fonts = poppler("pdffonts", &[], &pdf);
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert_eq!(fonts.len(), 2, "{fonts:?}");
    for font in fonts {
        // The columns from the end: object (two), uni, sub, emb.
        let columns: Vec<&str> = font.split_whitespace().rev().collect();
        assert_eq!(columns[2..5], ["yes", "yes", "yes"], "{font}");
        assert!(font.contains("NotoSansCJKsc"), "{font}");
    }
}

#[tokio::test]
async fn a_form_says_everything_that_it_was_given() {
    let text = text_of(&render(&a_form()).await);
    for expected in [
        "数字哨兵安装申领表",
        "AZ-2026-0042",
        "2022年5月20日",
        "上海浦江水泥有限公司",
        "91310000631696382C",
        "临港粉磨站",
        "北门（人员、车辆）",
        "上海市浦东新区南汇新城镇同汇路168号1幢101室",
        "货车较多，需在车窗旁核验司机",
        "SA-G300Pro",
        "上海申安智能科技有限公司",
        "合计3",
        "陈晓龢",
        "13800000000",
        "021-68000000",
        "请在早上七点前安装",
        "上海市水泥行业协会",
    ] {
        assert!(text.contains(expected), "{expected} is missing in {text}");
    }
    assert_eq!(text.matches('✓').count(), 2, "one tick per answer");
}

#[tokio::test]
async fn typed_text_is_printed_and_never_run() {
    let tricky = "#panic(\"x\")$x^2$*bold*_em_`raw`<label>@ref=h\\n//c[b]#import\"@preview/a:1\"";
    let form = InstallRequestForm {
        unit_name: tricky.into(),
        remarks: format!("{tricky}\u{202E}\u{0007}\nend"),
        scene: vec![format!("- {tricky}")],
        ..a_form()
    };
    let text = text_of(&render(&form).await);
    assert_eq!(text.matches(tricky).count(), 3, "{text}");
    assert!(text.contains("end"));
    assert!(!text.contains('\u{202E}'));
}

#[tokio::test]
async fn the_fullest_form_still_fits_and_loses_nothing() {
    let form = the_fullest_form();
    let pdf = render(&form).await;
    let text = text_of(&pdf);
    for (letter, expected) in [("址", 120), ("景", 60 * MAX_SCENE_LINES), ("品", 30 * MAX_DEVICE_LINES)] {
        // The form's own words use some of these letters too.
        assert!(text.matches(letter).count() >= expected, "{letter} in {text}");
    }
    assert!(text.matches('注').count() >= MAX_REMARKS_CHARS);
    // Nothing is set beyond the edges of the sheet: 595 by 842 points.
    let boxes = poppler("pdftotext", &["-bbox", "-"], &pdf);
    let words: Vec<&str> = boxes.lines().filter(|line| line.contains("<word ")).collect();
    assert!(words.len() > 50, "{boxes}");
    for word in words {
        let edges: Vec<f64> = word.split('"').skip(1).step_by(2).filter_map(|number| number.parse().ok()).collect();
        assert_eq!(edges.len(), 4, "{word}");
        assert!(edges[0] >= 50.0 && edges[2] <= 545.0 && edges[3] <= 842.0 - 40.0, "{word}");
    }
}

#[tokio::test]
async fn devices_at_several_entrances_stand_on_a_page_of_their_own() {
    let name = |letter: &str| letter.repeat(60);
    let device = DeviceLine {
        place: format!("{} · {}", name("厂"), name("门")),
        address: "址".repeat(120),
        ..a_device("壁挂式", &"品".repeat(30), &"型".repeat(30), &name("商"), 3)
    };
    let devices = vec![device; MAX_LISTED_LINES];
    let form = InstallRequestForm { devices, listed: true, ..the_fullest_form() };
    let pdf = render(&form).await;
    let text = text_of(&pdf);
    assert!(text.contains("共20项") && text.contains("合计60"), "{text}");
    for letter in ["厂", "门", "品", "型", "商"] {
        assert!(text.matches(letter).count() >= 30 * MAX_LISTED_LINES, "{letter} in {text}");
    }
    let two = InstallRequestForm { devices: vec![a_form().devices.remove(0); 2], listed: true, ..a_form() };
    let info = poppler("pdfinfo", &[], &render(&two).await);
    assert!(info.lines().any(|l| l.starts_with("Pages:") && l.ends_with(" 2")), "{info}");
    let beyond = InstallRequestForm { remarks: "注".repeat(20_000), ..two };
    let paper = TypstDocuments::new().install_request_form(&beyond).await;
    assert_eq!(paper.err(), Some(DocumentError::DoesNotFit), "a first page that does not fit is no second one");
}

#[tokio::test]
async fn a_form_beyond_the_limits_is_refused_not_cut() {
    let form = InstallRequestForm { remarks: "注".repeat(20_000), ..a_form() };
    let paper = TypstDocuments::new().install_request_form(&form).await;
    assert_eq!(paper.err(), Some(DocumentError::DoesNotFit));
}

#[tokio::test]
async fn an_empty_form_renders_dashes() {
    let form = InstallRequestForm {
        devices: vec![],
        scene: vec![],
        remarks: " ".into(),
        site_phone: String::new(),
        ..a_form()
    };
    let text = text_of(&render(&form).await);
    assert!(text.contains("现场电话—") && text.contains("合计0"), "{text}");
}

/// Towns as the portal knows them, and characters that names and papers are known to need.
fn characters_that_matter() -> BTreeSet<char> {
    const TOWNS: &str = include_str!("../../../app/src/members/towns.csv");
    let others = "堃喆龢䶮㛃翀昉玥璟垚淼鑫犇㙦·℃㎡±×≥≤→□✓①（）【】《》“”‘’…—、。；：？！￥％＃ＡＺ０９";
    TOWNS.chars().chain(others.chars()).filter(|c| !c.is_control()).collect()
}

#[tokio::test]
async fn every_town_and_every_rare_name_has_its_glyphs() {
    let needed = characters_that_matter();
    let regular = FONTS.iter().find(|font| font.info().variant.weight.to_number() == 400).expect("a regular font");
    let missing: String = needed.iter().filter(|c| !regular.info().coverage.contains(u32::from(**c))).collect();
    assert_eq!(missing, "");

    // And they come back out of a paper: 300 to a form, as remarks.
    let needed: Vec<char> = needed.into_iter().filter(|c| !c.is_whitespace()).collect();
    for part in needed.chunks(MAX_REMARKS_CHARS) {
        let form = InstallRequestForm { remarks: part.iter().collect(), ..a_form() };
        let text = text_of(&render(&form).await);
        let lost: String = part.iter().filter(|c| !text.contains(**c)).collect();
        assert_eq!(lost, "");
    }
}

#[test]
fn the_embedded_fonts_are_the_family_that_templates_name() {
    assert_eq!(BOOK.select_family(&FAMILY.to_lowercase()).count(), 2);
    assert!(include_str!("install_request.typ").contains(FAMILY));
}

#[tokio::test]
async fn papers_wait_for_their_turn_and_all_come() {
    let documents = TypstDocuments::new();
    let begun = Instant::now();
    documents.install_request_form(&a_form()).await.expect("a paper");
    let one_paper = begun.elapsed();
    // While others set as many papers as may be set at a time, none is begun.
    let turns = Arc::clone(&documents.turns);
    let all_turns = turns.acquire_many_owned(PAPERS_AT_A_TIME as u32).await.expect("every turn");
    let forms: Vec<_> = (0..20)
        .map(|number| {
            let documents = documents.clone();
            tokio::spawn(async move {
                let number = format!("AZ-2026-{number:04}");
                let form = InstallRequestForm { number: number.clone(), ..a_form() };
                (number, documents.install_request_form(&form).await)
            })
        })
        .collect();
    tokio::time::sleep(one_paper * 5 + Duration::from_millis(200)).await;
    assert!(forms.iter().all(|form| !form.is_finished()));
    drop(all_turns);
    for form in forms {
        let (number, pdf) = form.await.expect("no panic");
        let pdf = pdf.expect("a paper");
        assert!(text_of(&pdf).contains(&number));
    }
    assert_eq!(documents.turns.available_permits(), PAPERS_AT_A_TIME, "every turn was given back");
}

fn a_protocol(devices: usize, recorded: bool) -> AcceptanceProtocol {
    let outcome = |word: &str| if recorded { word.to_owned() } else { String::new() };
    let line = ProtocolLine {
        make: "申安 SA-H20".into(),
        form: "手持式".into(),
        serial: "SN-0001".into(),
        place: "临港粉磨站 · 北门".into(),
        trials: ["passed", "not_applicable", "failed", "passed"].map(outcome),
        verdict: outcome("不合格"),
        note: outcome("红码也放行"),
    };
    AcceptanceProtocol {
        number: "YS-2026-0001".into(),
        association: "上海市水泥行业协会".into(),
        unit: "上海浦江水泥有限公司".into(),
        recorded,
        day: outcome("2022-05-30"),
        tester: outcome("李工"),
        remark: outcome("下次带身份证"),
        lines: vec![line; devices],
    }
}

#[tokio::test]
async fn a_protocol_is_printed_empty_and_as_it_was_found() {
    let documents = TypstDocuments::new();
    let blank = documents.acceptance_protocol(&a_protocol(2, false)).await.expect("a protocol");
    let info = poppler("pdfinfo", &[], &blank);
    assert!(info.contains("(A4)") && info.lines().any(|l| l.starts_with("Pages:") && l.ends_with(" 1")), "{info}");
    let text = text_of(&blank);
    for said in [
        "数字哨兵验收单",
        "YS-2026-0001",
        "上海浦江水泥有限公司",
        "SN-0001",
        "临港粉磨站·北门",
        "设备服务商（签字盖章）",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert!(!text.contains('✓') && !text.contains("李工"), "{text}");
    let found = text_of(&documents.acceptance_protocol(&a_protocol(2, true)).await.expect("a protocol"));
    for said in ["2022-05-30", "李工", "下次带身份证", "红码也放行"] {
        assert!(found.contains(said), "{said} in {found}");
    }
    assert_eq!(found.matches('✓').count(), 8, "one tick per trial of two devices");
}

#[tokio::test]
async fn a_protocol_of_many_devices_takes_more_pages_and_says_so() {
    let mut protocol = a_protocol(30, true);
    for line in &mut protocol.lines {
        line.make = "SA-LONGNAME".repeat(5);
        line.place = "厂".repeat(120);
        line.note = "注".repeat(300);
    }
    let pdf = TypstDocuments::new().acceptance_protocol(&protocol).await.expect("a protocol");
    let text = text_of(&pdf);
    assert!(text.matches('注').count() >= 9_000 && text.contains("第2页，共"), "{text}");
    assert_eq!(text.matches("使用单位（签字盖章）").count(), 1);
}
