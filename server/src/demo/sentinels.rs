//! A demo catalogue of invented models, and install requests of the first member: one that only has to be checked
//! and sent, and one that was just begun.

use app::{
    db::Tx,
    error::{AppError, Result},
    guides::facts::{Ability, DeviceForm},
    ids::{InstallRequestId, SentinelModelId},
    numbers,
    sentinels::{
        answers::{Answers, Contact, Devices, Line},
        catalogue::{
            model::Finding,
            store::{self as catalogue, Draft},
        },
        model::Assurance,
        recommendation::{Gates, Scene},
        store::{self, Place},
    },
};

use super::members::DemoMembers;

const VENDOR: &str = "上海示范智能设备服务有限公司";

pub async fn seed(tx: &Tx, members: &DemoMembers) -> Result<()> {
    for draft in models() {
        catalogue::add(tx, SentinelModelId::new(), &draft).await?;
    }
    requests(tx, members).await
}

/// What the demo catalogue holds: model, form, abilities, conforms, docked, people in a minute.
type Known = (&'static str, DeviceForm, &'static [Ability], Finding, Finding, Option<i32>);

const MODELS: [Known; 6] = {
    use Ability::{FaceMatch, GateControl, IdCardReader, Voice};
    use Finding::{No, Unknown, Yes};
    [
        ("SF-H1", DeviceForm::Handheld, &[IdCardReader], Yes, Yes, Some(8)),
        ("SF-F2", DeviceForm::Floor, &[IdCardReader, FaceMatch, Voice], Yes, Yes, Some(20)),
        ("SF-G1", DeviceForm::Gate, &[GateControl, IdCardReader, FaceMatch], Yes, Unknown, Some(25)),
        ("SF-W3", DeviceForm::Wall, &[Voice], Yes, Unknown, None),
        ("SF-D1", DeviceForm::Desk, &[IdCardReader], Unknown, Unknown, None),
        ("SF-H0", DeviceForm::Handheld, &[], No, No, None),
    ]
};

fn models() -> impl Iterator<Item = Draft> {
    MODELS.into_iter().map(|(model, form, abilities, conformity, docking, throughput)| Draft {
        brand: "示范智能".to_owned(),
        model: model.to_owned(),
        form,
        abilities: abilities.iter().copied().collect(),
        conformity,
        docking,
        vendor: VENDOR.to_owned(),
        vendor_phone: Some("021-60000031".to_owned()),
        throughput,
        remarks: (conformity == Finding::No).then(|| "老型号，不能读身份证，也没有对接接口。".to_owned()),
    })
}

async fn requests(tx: &Tx, members: &DemoMembers) -> Result<()> {
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
        vendor: VENDOR.to_owned(),
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
    let scene = Scene { vehicles: true, vehicles_per_hour: Some(100), ..Scene::default() };
    Answers { scene: Some(scene), devices: Some(devices), contact: Some(contact) }
}
