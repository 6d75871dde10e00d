//! What is handed out is measured and read with tools that are not ours.

use std::path::{Path, PathBuf};
use std::process::Command;

use app::ids::TextEnum;

use super::*;
use crate::documents::tests::{poppler, text_of};

/// Runs a tool to its end and returns what it prints.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|fault| panic!("{command:?} (see .ci/test): {fault}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What zbar reads on every page of a PDF; the pages as pixels stand in the folder.
pub fn codes_of(pdf: &[u8], folder: &Path) -> Vec<String> {
    let pages = pages_of(pdf, folder);
    pages.iter().map(|page| run(Command::new("zbarimg").args(["--quiet", "--raw"]).arg(page))).collect()
}

/// Every page of a PDF as pixels.
pub fn pages_of(pdf: &[u8], folder: &Path) -> Vec<PathBuf> {
    let file = folder.join("sheets.pdf");
    std::fs::write(&file, pdf).expect("a file");
    run(Command::new("pdftoppm").args(["-png", "-gray", "-scale-to", "1400"]).arg(&file).arg(folder.join("page")));
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "png"))
        .collect();
    pages.sort();
    pages
}

fn in_millimetres(points: &str) -> f64 {
    points.parse::<f64>().expect("points") * 25.4 / 72.0
}

#[test]
fn every_size_and_kind_measures_what_it_says_and_is_read_by_others() {
    let kinds = SheetKind::ALL.iter().flat_map(|kind| SheetSize::ALL.iter().map(|size| (*kind, *size)));
    let sheets: Vec<CodeSheet> = kinds
        .enumerate()
        .map(|(index, (kind, size))| {
            let from = if index % 2 == 0 { a_sheet() } else { a_wordy_sheet() };
            let payload = format!("{PAYLOAD}{index}");
            // Every size and every kind with the city's image as well as drawn anew.
            let code = if (index + index / SheetSize::ALL.len()) % 2 == 0 {
                SheetCode::Issued { image: png(&a_code(&payload, 8, 4)), payload }
            } else {
                SheetCode::Redrawn { payload }
            };
            CodeSheet { code, kind, size, ..from }
        })
        .collect();
    let pages: Vec<SheetPage> = sheets.iter().map(passed).collect();
    let pdf = TypstDocuments::new().bind_sheets(pages).expect("a book").bytes;

    let info = poppler("pdfinfo", &["-l", "99"], &pdf);
    let measured: Vec<(f64, f64)> = info
        .lines()
        .filter(|line| line.starts_with("Page ") && line.contains("size:"))
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (in_millimetres(words[3]), in_millimetres(words[5]))
        })
        .collect();
    assert_eq!(measured.len(), sheets.len(), "{info}");
    for (sheet, measured) in sheets.iter().zip(measured) {
        let (width, height) = sheet.size.mm();
        let off = (measured.0 - f64::from(width)).abs().max((measured.1 - f64::from(height)).abs());
        assert!(off < 0.05, "{}: {measured:?}", sheet.size);
    }

    let folder = tempfile::tempdir().expect("a folder");
    let codes = codes_of(&pdf, folder.path());
    let payloads: Vec<String> = sheets.iter().map(|sheet| format!("{}\n", sheet.code.payload())).collect();
    assert_eq!(codes, payloads);
}

#[test]
fn the_image_of_the_city_is_printed_pixel_by_pixel() {
    let code = a_code(PAYLOAD, 6, 4);
    let poster = pasted(GrayImage::from_pixel(800, 1100, Luma([120])), &code, 200, 400);
    let close_cut = a_code(PAYLOAD, 7, 0);
    for image in [code, poster, close_cut] {
        let pdf = passed(&with_image(&image)).pdf;
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(codes_of(&pdf, folder.path()), [format!("{PAYLOAD}\n")]);
        run(Command::new("pdfimages")
            .arg("-png")
            .arg(folder.path().join("sheets.pdf"))
            .arg(folder.path().join("picture")));
        let printed = image::open(folder.path().join("picture-000.png")).expect("the picture").to_luma8();
        assert!(printed == image, "the picture in the PDF differs from the city's");
    }
}

#[test]
fn a_sheet_says_what_it_was_given_and_how_to_pass() {
    let text = text_of(&passed(&a_sheet()).pdf);
    for expected in [
        "进入请扫码",
        "Scantoenter",
        "临港粉磨站",
        "北门（人员、车辆）",
        "同汇路168号1幢101室",
        "上海浦江水泥有限公司",
        "陈晓龢",
        "13800000000",
        "CSM-2026-0042",
        "第2版",
        "2022年5月20日核发",
        "随申办、微信或支付宝",
        "身份证",
        "离线码",
    ] {
        assert!(text.contains(expected), "{expected} is missing in {text}");
    }
    assert!(!text.contains("覆膜") && !text.contains("请勿下车"), "{text}");
    let card = CodeSheet { kind: SheetKind::HandHeld, size: SheetSize::A5, ..a_wordy_sheet() };
    let text = text_of(&passed(&card).pdf);
    for expected in ["请勿下车", "请覆膜", "二期扩建工程厂区", "罐车及原材料运输车辆专用", "转8012", "第12版"]
    {
        assert!(text.contains(expected), "{expected} is missing in {text}");
    }
}

#[test]
fn rare_names_are_printed_and_nothing_typed_is_run() {
    let tricky = "#panic(1)$x^2$*b*_e_`r`<l>@r[c]堃喆龢䶮㛃翀";
    let sheet = CodeSheet { place: tricky.into(), entrance: "\u{202E}门\u{0007}".into(), ..a_sheet() };
    let text = text_of(&passed(&sheet).pdf);
    assert!(text.contains(tricky) && !text.contains('\u{202E}'), "{text}");
}

#[test]
fn a_payload_in_chinese_comes_back_byte_by_byte() {
    let code = SheetCode::Redrawn { payload: "上海浦江水泥有限公司，临港粉磨站，北门".into() };
    passed(&CodeSheet { code, ..a_sheet() });
}

#[test]
fn texts_that_are_not_there_leave_no_trace() {
    let none = String::new;
    let sheet = CodeSheet { contact: None, address: none(), entrance: none(), member: none(), ..a_sheet() };
    assert!(!text_of(&passed(&sheet).pdf).contains("联系人"));
}
