//! Demo postings of the first member: its first entrance has got a second version since its copies were put up. One is
//! replaced already, one is to be, and one has no photo yet.

use app::{
    db::Tx,
    error::{AppError, Result},
    files::{self, FileKind},
    guides::facts::Size,
    ids::{EntranceId, PlantId, PostingId},
    members::store as register,
    pictures,
    place_codes::{
        codes::store::{self as codes, Code},
        postings::{
            model::What,
            store::{self, Copy, Seen},
        },
    },
    state::AppState,
    time::Day,
};

use super::{members::DemoMembers, place_codes};

const NEXT: &str = "https://code.example/place/xintang-east-gate-2";

pub async fn seed(state: &AppState, tx: &Tx, members: &DemoMembers) -> Result<()> {
    let missing = || AppError::internal("the first demo member has no entrance");
    let plant = members.members.first().and_then(|member| member.plants.first()).ok_or_else(missing)?;
    let entrance = *plant.entrances.first().ok_or_else(missing)?;
    let today = tx.now.day();
    let before = today.saturating_sub(time::Duration::days(10));
    let at = (plant.id, entrance);
    let window = put_up(state, tx, at, &copy("门卫室窗口左侧", before, None), true).await?;
    put_up(state, tx, at, &copy("人行通道立柱", before, None), true).await?;
    place_codes::code(state, tx, plant.id, entrance, today, NEXT).await?;
    put_up(state, tx, at, &copy("门卫室窗口左侧", today, Some(window)), true).await?;
    put_up(state, tx, at, &copy("地磅房外墙", today, None), false).await?;
    Ok(())
}

fn copy(spot: &str, posted_on: Day, replaces: Option<PostingId>) -> Copy {
    Copy {
        replaces,
        spot: spot.to_owned(),
        size: Size::new(210, 297),
        outdoors: true,
        laminated: true,
        posted_on,
        posted_by: "何志强".to_owned(),
        remark: None,
    }
}

async fn put_up(
    state: &AppState,
    tx: &Tx,
    (plant, entrance): (PlantId, EntranceId),
    copy: &Copy,
    photo: bool,
) -> Result<PostingId> {
    let (plant, entrance) = (register::plant(&**tx, plant).await?, register::entrance(&**tx, entrance).await?);
    let code = codes::current_of(&**tx, &[entrance.id]).await?.remove(&entrance.id);
    let code: Code = code.ok_or_else(|| AppError::internal("the demo entrance has no code"))?;
    let id = PostingId::new();
    store::add(tx, id, (&plant, &entrance, &code), copy).await?;
    if photo {
        let image = place_codes::drawn(&code.payload)?;
        let seen = pictures::read(image.into()).await.map_err(|trouble| AppError::internal(trouble.message().key))?;
        let file = files::add_made(&state.files, tx, "photo.jpg", FileKind::Jpg, seen.kept.into()).await?;
        let seen = Seen { what: What::Right, day: copy.posted_on, file: Some(file), code: Some(code.id), note: None };
        store::note(tx, id, &seen).await?;
    }
    Ok(id)
}
