//! Demo install requests of the first member: one that only has to be checked and sent, and one that
//! was just begun.

use app::{
    db::Tx,
    error::{AppError, Result},
    guides::facts::DeviceForm,
    ids::InstallRequestId,
    numbers,
    sentinels::{
        answers::{Answers, Contact, Devices, Line},
        model::Assurance,
        recommendation::{Gates, Scene},
        store::{self, Place},
    },
};

use super::members::DemoMembers;

pub async fn seed(tx: &Tx, members: &DemoMembers) -> Result<()> {
    let missing = || AppError::internal("the first demo member has no entrances");
    let member = members.members.first().ok_or_else(missing)?;
    let plant = member.plants.first().ok_or_else(missing)?;
    let [first, second, ..] = plant.entrances[..] else { return Err(missing()) };
    let place = |entrance| Place { member: member.id, plant: plant.id, entrance };

    let ready = InstallRequestId::new();
    store::add_draft(tx, ready, place(second)).await?;
    store::save_answers(tx, ready, &answers()).await?;
    let number = numbers::next(tx, numbers::Series::InstallRequest).await?;
    store::set_number(tx, ready, &number.to_string()).await?;

    let begun = InstallRequestId::new();
    store::add_draft(tx, begun, place(first)).await?;
    let scene = Scene { crowd: true, gates: Gates::Existing, ..Scene::default() };
    store::save_answers(tx, begun, &Answers { scene: Some(scene), ..Answers::default() }).await?;
    Ok(())
}

fn answers() -> Answers {
    let line = Line {
        form: DeviceForm::Handheld,
        brand: "示范智能".to_owned(),
        model: "SF-H1".to_owned(),
        vendor: "上海示范智能设备服务有限公司".to_owned(),
        quantity: 2,
    };
    let devices = Devices { lines: vec![line], specification: Assurance::Yes, docking: Assurance::VendorWillConfirm };
    let contact = Contact {
        name: "何志强".to_owned(),
        phone: "13900000021".to_owned(),
        site_phone: "021-60000021".to_owned(),
        copy_to: Some(super::members::OPERATOR.to_owned()),
        remarks: "西门只走货车，请在早上七点前安装。".to_owned(),
    };
    let scene = Scene { vehicles: true, ..Scene::default() };
    Answers { scene: Some(scene), devices: Some(devices), contact: Some(contact) }
}
