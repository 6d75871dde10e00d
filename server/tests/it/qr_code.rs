//! The QR code of an invitation, read back as a phone would.

use tokio::process::Command;

use crate::{invitations::link_in_text, test_app::TestApp};

/// Paints the drawing's rectangles (`M8 8h7v1H8V8`, one after the other) as an image of grey dots.
fn paint(svg: &str) -> Vec<u8> {
    let numbers = |text: &str| -> Vec<usize> {
        text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).map(|n| n.parse().unwrap()).collect()
    };
    let attribute = |from: &str, name: &str| {
        let (_, rest) = from.split_once(&format!(" {name}=\"")).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let side = numbers(&attribute(svg, "viewBox"))[2];
    let dark = svg.split("<path").find(|path| path.contains("#000")).unwrap();
    let mut dots = vec![255; side * side];
    for rectangle in attribute(dark, "d").split('M').skip(1) {
        let [left, top, width, height] = numbers(rectangle)[..4] else { unreachable!() };
        for row in top..top + height {
            dots[row * side + left..row * side + left + width].fill(0);
        }
    }
    [format!("P5 {side} {side} 255\n").as_bytes(), &dots].concat()
}

#[tokio::test]
async fn an_invitations_qr_code_holds_exactly_its_link() {
    let app = TestApp::start().await;
    let fields = [("name", "王师傅"), ("kind", "office_staff"), ("phone", "13900000002")];
    let shown = app.admin().await.post("/people/invite", &fields).await.is(200);
    let svg = shown.text.split_once("<svg").unwrap().1.split_once("</svg>").unwrap().0;
    let image = app.folder.path().join("code.pgm");
    std::fs::write(&image, paint(svg)).unwrap();
    let read = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&image).output().await.unwrap();
    let link = app.state.options.url(&link_in_text(&shown.text));
    assert_eq!(String::from_utf8(read.stdout).unwrap().trim_end(), link);
    app.stranger().get(&link_in_text(&shown.text)).await.is(200).says("接受邀请");
}
