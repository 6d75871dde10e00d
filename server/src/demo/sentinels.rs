//! A demo catalogue of invented models; devices of the first member, of which some count and the others lack something,
//! one due for its check-up, one with a fault, two in an acceptance that was begun; and its install requests: one for two
//! entrances that only has to be checked and sent, and one that was just begun.

use app::{
    db::Tx,
    error::{AppError, Result},
    guides::facts::{Ability, DeviceForm},
    ids::{AcceptanceId, EntranceId, InstallRequestId, SentinelId, SentinelModelId},
    numbers,
    sentinels::{
        acceptance::store as acceptance,
        answers::{Answers, Contact, Devices, Line},
        catalogue::{
            model::Finding,
            store::{self as catalogue, Draft},
        },
        devices::{
            model::{Proof, Stage},
            store::{self as register, Entered, Shown},
        },
        faults::{
            model::Way,
            store::{self as faults, Told},
        },
        model::Assurance,
        recommendation::{Gates, Scene},
        store::{self, Place},
    },
    time::{Day, Instant},
};

use super::members::DemoMembers;

const VENDOR: &str = "上海示范智能设备服务有限公司";

pub async fn seed(tx: &Tx, members: &DemoMembers) -> Result<()> {
    for draft in models() {
        catalogue::add(tx, SentinelModelId::new(), &draft).await?;
    }
    devices(tx, members).await?;
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
        checkup_days: None,
        remarks: (conformity == Finding::No).then(|| "老型号，不能读身份证，也没有对接接口。".to_owned()),
    })
}

/// Serial, model, what happened how many days ago, and what is on record.
type Life = (&'static str, &'static str, &'static [(Stage, i64)], &'static [Proof]);

const DEVICES: [Life; 7] = {
    use Stage::{Accepted, Faulty, InService, Installed, Shipped};
    [
        (
            "SF2204-00017",
            "SF-F2",
            &[(Shipped, 20), (Installed, 15), (Accepted, 14), (InService, 14)],
            &[Proof::Conformity, Proof::Docking, Proof::RealTime],
        ),
        ("SF2204-00018", "SF-H1", &[(Installed, 15), (InService, 14)], &[Proof::Conformity]),
        (
            "SF2204-00019",
            "SF-H1",
            &[(Installed, 15), (InService, 14), (Faulty, 2)],
            &[Proof::Conformity, Proof::Docking],
        ),
        ("SF2205-00003", "SF-G1", &[(Shipped, 3)], &[]),
        (
            "SF2201-00002",
            "SF-W3",
            &[(Installed, 110), (InService, 100)],
            &[Proof::Conformity, Proof::Docking, Proof::RealTime],
        ),
        ("SF2205-00011", "SF-F2", &[(Installed, 2)], &[Proof::Conformity, Proof::Docking]),
        ("SF2205-00012", "SF-H1", &[(Installed, 2)], &[Proof::Conformity]),
    ]
};

async fn devices(tx: &Tx, members: &DemoMembers) -> Result<()> {
    let mut installed = Vec::new();
    let missing = || AppError::internal("the first demo member has no entrances");
    let member = members.members.first().ok_or_else(missing)?;
    let plant = member.plants.first().ok_or_else(missing)?;
    let ago = |days: i64| tx.now.plus(-days * Instant::DAY).day();
    let entered = |(stage, days): (Stage, i64)| {
        let note = (stage == Stage::Faulty).then(|| "扫码后没有声音，已报服务商。".to_owned());
        Entered { stage, day: ago(days), note, request: None }
    };
    for (n, (serial, model, life, proofs)) in DEVICES.into_iter().enumerate() {
        let known = models().find(|known| known.model == model).ok_or_else(missing)?;
        let entrance = plant.entrances.get(n % 2).copied().ok_or_else(missing)?;
        let draft = register::Draft {
            place: register::Place { member: member.id, plant: plant.id, entrance },
            brand: known.brand,
            model: known.model,
            serial: Some(serial.to_owned()),
            form: known.form,
            abilities: known.abilities,
            vendor: Some(known.vendor),
            service_contact: None,
            service_phone: known.vendor_phone,
            warranty_until: Some(in_a_year(ago(15))),
        };
        let id = SentinelId::new();
        let [first, rest @ ..] = life else { return Err(missing()) };
        register::add(tx, id, &draft, &entered(*first)).await?;
        for next in rest {
            let device = register::device(&**tx, id).await?;
            register::enter_all(tx, std::slice::from_ref(&device), &entered(*next)).await?;
        }
        let device = register::device(&**tx, id).await?;
        let shown = Shown { proofs, reference: Some("示范服务商确认函第 7 号"), file: None, day: ago(13) };
        register::prove(tx, std::slice::from_ref(&device), &shown).await?;
        match device.stage() {
            Stage::Installed => installed.push(device),
            Stage::Faulty => told(tx, &device).await?,
            _ => {}
        }
    }
    acceptance::add(tx, AcceptanceId::new(), member.id, &installed).await
}

/// The vendor of the faulty device was told yesterday morning and promised nothing.
async fn told(tx: &Tx, device: &register::Device) -> Result<()> {
    for fault in faults::of_device(&**tx, device.row.id, 1).await? {
        let at = Instant::at(tx.now.plus(-Instant::DAY).day(), 9, 30);
        let told = Told { at, way: Way::Phone, ticket: Some("SF-BX-0007".to_owned()), promised: None };
        faults::tell(tx, &fault, fault.row_version, &told).await?;
    }
    Ok(())
}

fn in_a_year(day: Day) -> Day {
    day.replace_year(day.year() + 1).unwrap_or(day)
}

async fn requests(tx: &Tx, members: &DemoMembers) -> Result<()> {
    let missing = || AppError::internal("the first demo member has no entrances");
    let member = members.members.first().ok_or_else(missing)?;
    let plant = member.plants.first().ok_or_else(missing)?;
    let [first, second, ..] = plant.entrances[..] else { return Err(missing()) };
    let place = |entrance| Place { member: member.id, plant: plant.id, entrance };

    let ready = InstallRequestId::new();
    store::add_draft(tx, ready, place(second)).await?;
    store::save_answers(tx, ready, &answers(first)).await?;
    let number = numbers::next(tx, numbers::Series::InstallRequest).await?;
    store::set_number(tx, ready, &number.to_string()).await?;

    let begun = InstallRequestId::new();
    store::add_draft(tx, begun, place(first)).await?;
    let scene = Scene { crowd: true, gates: Gates::Existing, ..Scene::default() };
    store::save_answers(tx, begun, &Answers { scene: Some(scene), ..Answers::default() }).await?;
    Ok(())
}

fn answers(other: EntranceId) -> Answers {
    let line = Line {
        form: DeviceForm::Handheld,
        brand: "示范智能".to_owned(),
        model: "SF-H1".to_owned(),
        vendor: VENDOR.to_owned(),
        quantity: 2,
        entrance: None,
    };
    let floor =
        Line { form: DeviceForm::Floor, model: "SF-F2".to_owned(), quantity: 1, entrance: Some(other), ..line.clone() };
    let devices =
        Devices { lines: vec![line, floor], specification: Assurance::Yes, docking: Assurance::VendorWillConfirm };
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
