//! What the protocol prints, in Chinese as those who sign read it; of what was recorded the same each time.

use super::{
    model::{Outcome, Verdict},
    record::is_there,
    stood::Stood,
    store::Batch,
};
use crate::{
    current::Current,
    documents::acceptance::{AcceptanceProtocol, ProtocolLine},
    ids::TextEnum,
    sentinels::{
        devices::store::{Device, Names},
        sheet::form_names,
    },
    text::Locale,
    time::show_day,
};

pub fn facts(current: &Current, batch: &Batch, devices: &[Device], names: &Names) -> AcceptanceProtocol {
    let l = Locale::Zh;
    let recorded = batch.row.recorded_at.is_some();
    let lines = batch.lines.iter().filter_map(|line| {
        let device = devices.iter().find(|device| device.row.id == line.sentinel_id)?;
        let outcome = |outcome: &Option<Outcome>| outcome.map(|found| found.word().to_owned()).unwrap_or_default();
        let stood = Stood::of(line, device, names);
        Some(ProtocolLine {
            make: stood.make,
            form: form_names(l, &[stood.form]),
            serial: stood.serial.unwrap_or_default(),
            place: stood.place,
            trials: line.trials().0.each_ref().map(outcome),
            verdict: match line.trials().verdict() {
                Some(Verdict::Passed) => "合格".to_owned(),
                Some(Verdict::Failed) => "不合格".to_owned(),
                None if !recorded && !is_there(device) => "已拆除".to_owned(),
                None => String::new(),
            },
            note: line.note.as_deref().map(|note| current.shown(note)).unwrap_or_default(),
        })
    });
    AcceptanceProtocol {
        number: batch.row.number.clone(),
        association: batch.row.association.clone().unwrap_or_else(|| current.site.association.name.clone()),
        unit: batch.unit(&names.members).cloned().unwrap_or_default(),
        recorded,
        day: batch.row.day.map(show_day).unwrap_or_default(),
        tester: batch.row.tester.as_deref().map(|name| current.shown(name)).unwrap_or_default(),
        remark: batch.row.remark.as_deref().map(|remark| current.shown(remark)).unwrap_or_default(),
        lines: lines.collect(),
    }
}
