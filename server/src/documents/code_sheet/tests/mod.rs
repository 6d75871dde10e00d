//! Sheets of place codes, made and looked at.

mod faults;
mod kinds;
mod prints;

use std::io::Cursor;

use app::documents::Documents;
use app::documents::code_sheet::{CodeSheet, SheetCode, SheetFault, SheetKind, SheetPage, SheetSize};
use image::{GrayImage, ImageFormat, Luma, imageops};
use qrcode::{Color, EcLevel, QrCode};
use time::macros::date;

use crate::documents::TypstDocuments;

const PAYLOAD: &str = "https://s.sh.gov.cn/m/2022050312345678?c=1b2c3d4e5f607182&t=9";

fn a_sheet() -> CodeSheet {
    CodeSheet {
        size: SheetSize::A4,
        kind: SheetKind::Poster,
        outdoors: false,
        member: "上海浦江水泥有限公司".into(),
        place: "临港粉磨站".into(),
        entrance: "北门（人员、车辆）".into(),
        address: "上海市浦东新区南汇新城镇同汇路168号1幢101室".into(),
        contact: Some(("陈晓龢".into(), "138 0000 0000".into())),
        number: "CSM-2026-0042".into(),
        version: 2,
        issued: date!(2022 - 05 - 20),
        code: SheetCode::Redrawn { payload: PAYLOAD.into() },
    }
}

/// A sheet whose names are as long as this trade has them.
fn a_wordy_sheet() -> CodeSheet {
    CodeSheet {
        outdoors: true,
        member: "上海建工建材科技集团股份有限公司浦东新区临港新片区混凝土掺合料分公司".into(),
        place: "上海浦江水泥有限公司临港新片区南汇新城镇同汇路粉磨站二期扩建工程厂区".into(),
        entrance: "北侧一号货运通道出入口（散装水泥罐车及原材料运输车辆专用）".into(),
        address: "中国（上海）自由贸易试验区临港新片区南汇新城镇同汇路168弄1号1幢二层C区2096室（近沧海路口北侧堆场）"
            .into(),
        contact: Some(("欧阳建华（安全环保科）".into(), "021-6800 0000 转 8012".into())),
        version: 12,
        ..a_sheet()
    }
}

fn with_image(image: &GrayImage) -> CodeSheet {
    CodeSheet { code: SheetCode::Issued { image: png(image), payload: PAYLOAD.into() }, ..a_sheet() }
}

/// The code of a payload as the city might issue it: so many pixels to a module, so many light modules around.
fn a_code(payload: &str, pixels: u32, margin: u32) -> GrayImage {
    let code = QrCode::with_error_correction_level(payload, EcLevel::Q).expect("a code");
    let side = code.width() as u32;
    GrayImage::from_fn((side + 2 * margin) * pixels, (side + 2 * margin) * pixels, |x, y| {
        let module = |at: u32| (at / pixels).checked_sub(margin).filter(|at| *at < side).map(|at| at as usize);
        let is_dark = module(x).zip(module(y)).is_some_and(|at| code[at] == Color::Dark);
        Luma([if is_dark { 0 } else { 255 }])
    })
}

fn white(width: u32, height: u32) -> GrayImage {
    GrayImage::from_pixel(width, height, Luma([255]))
}

fn pasted(mut onto: GrayImage, picture: &GrayImage, x: u32, y: u32) -> GrayImage {
    imageops::replace(&mut onto, picture, i64::from(x), i64::from(y));
    onto
}

fn png(image: &GrayImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).expect("a PNG");
    bytes.into_inner()
}

fn make(sheet: &CodeSheet) -> Result<SheetPage, Vec<SheetFault>> {
    TypstDocuments::new().code_sheet(sheet)
}

fn passed(sheet: &CodeSheet) -> SheetPage {
    make(sheet).unwrap_or_else(|faults| panic!("{} {}: {faults:?}", sheet.size, sheet.kind))
}

fn faults(sheet: &CodeSheet) -> Vec<SheetFault> {
    make(sheet).err().unwrap_or_default()
}
