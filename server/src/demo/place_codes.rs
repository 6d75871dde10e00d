//! Demo codes of the first member: an entrance with its code, one whose application was approved and waits for the
//! image, one that is to be applied for. The payload is an address that leads nowhere.

use std::io::Cursor;

use app::{
    db::Tx,
    error::{AppError, Result},
    files::{self, FileKind},
    guides::facts::{Certificate, Route},
    ids::{ApplicationId, EntranceId, PlantId},
    members::store as register,
    numbers,
    place_codes::{
        Reach,
        applications::{
            model::Outcome,
            sheet::Sheet,
            store::{self, Filing},
        },
        codes::{New, accept},
    },
    state::AppState,
    time::Day,
};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops::FilterType};
use qrcode::{Color, QrCode};

use super::members::DemoMembers;

const PAYLOAD: &str = "https://code.example/place/xintang-east-gate";
/// Dots of each module, and modules of white around the code.
const DOTS: u32 = 8;
const MARGIN: u32 = 4;

pub async fn seed(state: &AppState, tx: &Tx, members: &DemoMembers) -> Result<()> {
    let missing = || AppError::internal("the first demo member has too few entrances");
    let member = members.members.first().ok_or_else(missing)?;
    let plant = member.plants.first().ok_or_else(missing)?;
    let [first, second, ..] = plant.entrances[..] else { return Err(missing()) };
    let day = tx.now.day().saturating_sub(time::Duration::days(12));
    code(state, tx, plant.id, first, day, PAYLOAD).await?;

    let applied = ApplicationId::new();
    let number = numbers::next(tx, numbers::Series::PlaceCodeApplication).await?;
    store::add(tx, applied, member.id, number, None, &[(plant.id, second)]).await?;
    let case = store::case(&**tx, applied).await?;
    let sheet = Sheet::of(&**tx, &case).await?;
    let filing = Filing {
        on: day,
        route: Route::Computer,
        certificate: Some(Certificate::CorporateCertificate),
        handler: "何志强".to_owned(),
    };
    store::file(tx, applied, &sheet, &filing, &[]).await?;
    let line = case.lines.first().ok_or_else(missing)?;
    store::add_outcome(tx, line.row.id, Outcome::Approved, tx.now.day(), None).await
}

/// Puts a code of an entrance on record.
pub(super) async fn code(
    state: &AppState,
    tx: &Tx,
    plant: PlantId,
    entrance: EntranceId,
    issued_on: Day,
    payload: &str,
) -> Result<()> {
    let plant = register::plant(&**tx, plant).await?;
    let entrance = register::entrance(&**tx, entrance).await?;
    let name = format!("{}{}.png", plant.name, entrance.name);
    let file = files::add_made(&state.files, tx, &name, FileKind::Png, drawn(payload)?.into()).await?;
    let new = New { file, payload: payload.to_owned(), issued_on, cause: None, remark: None };
    let accepted = accept(tx, &plant, &entrance, new, &Reach::All).await?;
    accepted.map(drop).map_err(|why| AppError::internal(why.key))
}

/// The code as an image.
pub(super) fn drawn(payload: &str) -> Result<Vec<u8>> {
    let code = QrCode::new(payload).map_err(AppError::internal)?;
    let colors = code.to_colors();
    let side = u32::try_from(code.width()).map_err(AppError::internal)?;
    let small = GrayImage::from_fn(side + 2 * MARGIN, side + 2 * MARGIN, |x, y| {
        let inside = |at: u32| at.checked_sub(MARGIN).filter(|at| *at < side);
        let color = inside(x).zip(inside(y)).and_then(|(x, y)| colors.get((y * side + x) as usize));
        Luma([if color == Some(&Color::Dark) { 0 } else { 255 }])
    });
    let (width, height) = (small.width() * DOTS, small.height() * DOTS);
    let large = image::imageops::resize(&small, width, height, FilterType::Nearest);
    let mut png = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(large).write_to(&mut png, ImageFormat::Png).map_err(AppError::internal)?;
    Ok(png.into_inner())
}
