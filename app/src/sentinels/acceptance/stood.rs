//! A device of a batch as it stood before those who tested it: what was signed stays true when the device moves on or
//! its serial is corrected.

use super::store::Line;
use crate::{
    guides::facts::DeviceForm,
    sentinels::devices::store::{Device, Names},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stood {
    /// `申安 SA-H20`.
    pub make: String,
    pub form: DeviceForm,
    pub serial: Option<String>,
    /// Plant and entrance.
    pub place: String,
}

impl Stood {
    /// As the register has it.
    pub fn now(device: &Device, names: &Names) -> Self {
        Self {
            make: device.row.make(),
            form: device.row.form,
            serial: device.row.serial.clone(),
            place: format!("{} · {}", names.plant(device), names.entrance(device)),
        }
    }

    /// As it was when the outcome was recorded; as it is now while that is open, and where nothing was kept with it.
    pub fn of(line: &Line, device: &Device, names: &Names) -> Self {
        let now = Self::now(device, names);
        let (Some(make), Some(form), Some(place)) = (&line.make, line.form, &line.stood_at) else { return now };
        Self { make: make.clone(), form, serial: line.serial.clone(), place: place.clone() }
    }
}
