//! The evidence sheet of a plant: its words and, drawn here, the code that leads to its proof.

use app::documents::{DocumentError, ReadinessSheet};
use qrcode::{EcLevel, QrCode, render::svg};
use typst::foundations::Bytes;

use super::paper::{self, Facts, Picture, Template};

pub static TEMPLATE: Template = Template::new("readiness_sheet.typ", include_str!("readiness_sheet.typ"));

/// What the template reads.
pub fn parts(sheet: &ReadinessSheet) -> Result<(Facts, Vec<Picture>), DocumentError> {
    let code = QrCode::with_error_correction_level(&sheet.link, EcLevel::M).map_err(|fault| {
        tracing::error!(%fault, "the link of a sheet does not fit into a code");
        DocumentError::Failed
    })?;
    let drawn = code.render::<svg::Color>().min_dimensions(300, 300).build();
    Ok((paper::facts(sheet)?, vec![("code.svg".to_owned(), Bytes::new(drawn.into_bytes()))]))
}

#[cfg(test)]
mod tests {
    use app::documents::{Documents, ReadinessLine};

    use super::*;
    use crate::documents::{
        TypstDocuments,
        tests::{poppler, text_of},
    };

    fn a_sheet(line: &ReadinessLine, length: usize) -> ReadinessSheet {
        ReadinessSheet {
            occasion: "复工准备".repeat(7),
            number: "ZB-2022-0042".to_owned(),
            made_at: "2022-05-20 09:30".to_owned(),
            association: "上海市水泥行业协会".to_owned(),
            member: "名".repeat(length),
            plant: "厂".repeat(length),
            kind: "粉磨站".to_owned(),
            address: "址".repeat(2 * length),
            verdict: "未就绪".to_owned(),
            lines: vec![line.clone(); 5],
            link: format!("https://portal.example.cn/proof/{}", "A".repeat(44)),
        }
    }

    #[tokio::test]
    async fn a_sheet_is_one_a4_page_even_with_the_longest_names() {
        let line = ReadinessLine {
            criterion: "没有待答复的求助".to_owned(),
            answer: "不适用".to_owned(),
            said: "还有 999 件求助或复工问题没有答复".to_owned(),
            day: "最近一次填报的日期：2022-05-20".to_owned(),
        };
        for length in [10, 100] {
            let pdf = TypstDocuments::new().readiness_sheet(&a_sheet(&line, length)).await.expect("a sheet");
            let info = poppler("pdfinfo", &[], &pdf);
            assert!(info.lines().any(|l| l.starts_with("Pages:") && l.ends_with(" 1")), "{info}");
            assert!(info.contains("(A4)") && info.contains("准备情况证明单 ZB-2022-0042"), "{info}");
            let text = text_of(&pdf);
            for expected in ["ZB-2022-0042", "2022-05-2009:30", "未就绪", "没有待答复的求助", "扫码核验"]
            {
                assert!(text.contains(expected), "{expected} is not in {text}");
            }
        }
    }
}
