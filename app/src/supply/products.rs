//! The catalogue of what plants make and ship, as the standards name it: cement by type and grade
//! (GB 175), clinker, masonry cement, fly ash (GB/T 1596-2017), slag powder (GB/T 18046-2017) and
//! the other admixtures of GB/T 51003-2014. A product's code never changes.

use time::Date;
use time::macros::date;

use crate::{ids::text_enum, members::plant_kind::PlantKind, text::Message};

/// A product of the catalogue. The order is that of the trade's own lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Product {
    Clinker,
    Cement(Cement, Grade),
    /// 砌筑水泥 M32.5
    Masonry,
    FlyAsh(AshClass),
    Slag(SlagGrade),
    Admixture(Admixture),
}

/// Types of common Portland cement (GB 175).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cement {
    /// P·I 硅酸盐
    PI,
    /// P·II 硅酸盐
    PII,
    /// P·O 普通
    PO,
    /// P·S·A 矿渣
    PSA,
    /// P·S·B 矿渣
    PSB,
    /// P·P 火山灰
    PP,
    /// P·F 粉煤灰
    PF,
    /// P·C 复合
    PC,
}

/// Strength grades; R gains strength early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    G32,
    G32R,
    G42,
    G42R,
    G52,
    G52R,
    G62,
    G62R,
}

/// Fly ash for concrete (GB/T 1596-2017).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AshClass {
    I,
    II,
    III,
}

/// Ground granulated blast furnace slag (GB/T 18046-2017).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlagGrade {
    S105,
    S95,
    S75,
}

/// The other mineral admixtures of GB/T 51003-2014.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Admixture {
    SilicaFume,
    Limestone,
    SteelSlag,
    PhosphorusSlag,
    Zeolite,
    Composite,
}

text_enum! {
    /// How a product leaves the plant.
    pub enum Packing {
        Bulk = "bulk",
        Bagged = "bagged",
    }
}

/// Editions of GB 175, by which a cement's grade is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// GB 175-2007 as amended; P·C 32.5R ended on 2019-10-01, P·C 32.5 before.
    Gb175Of2007,
    /// GB 175-2023, in force since 2024-06-01.
    Gb175Of2023,
}

impl Edition {
    /// The edition in force on a day.
    #[must_use]
    pub fn on(day: Date) -> Self {
        if day < date!(2024 - 06 - 01) { Self::Gb175Of2007 } else { Self::Gb175Of2023 }
    }
}

impl Cement {
    pub const ALL: [Self; 8] = [Self::PI, Self::PII, Self::PO, Self::PSA, Self::PSB, Self::PP, Self::PF, Self::PC];

    /// The grades an edition allows.
    #[must_use]
    pub fn grades(self, edition: Edition) -> &'static [Grade] {
        use Grade::*;
        match (self, edition) {
            (Self::PI | Self::PII, _) | (Self::PO, Edition::Gb175Of2023) => &[G42, G42R, G52, G52R, G62, G62R],
            (Self::PO | Self::PC, _) => &[G42, G42R, G52, G52R],
            (Self::PSA | Self::PSB | Self::PP | Self::PF, _) => &[G32, G32R, G42, G42R, G52, G52R],
        }
    }

    /// With dots, as printed on bags: `P·S·A`.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::PI => "P·I",
            Self::PII => "P·II",
            Self::PO => "P·O",
            Self::PSA => "P·S·A",
            Self::PSB => "P·S·B",
            Self::PP => "P·P",
            Self::PF => "P·F",
            Self::PC => "P·C",
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::PI => "PI",
            Self::PII => "PII",
            Self::PO => "PO",
            Self::PSA => "PSA",
            Self::PSB => "PSB",
            Self::PP => "PP",
            Self::PF => "PF",
            Self::PC => "PC",
        }
    }
}

impl Grade {
    pub const ALL: [Self; 8] =
        [Self::G32, Self::G32R, Self::G42, Self::G42R, Self::G52, Self::G52R, Self::G62, Self::G62R];

    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::G32 => "32.5",
            Self::G32R => "32.5R",
            Self::G42 => "42.5",
            Self::G42R => "42.5R",
            Self::G52 => "52.5",
            Self::G52R => "52.5R",
            Self::G62 => "62.5",
            Self::G62R => "62.5R",
        }
    }
}

impl Product {
    /// The whole catalogue under an edition, in order.
    #[must_use]
    pub fn all(edition: Edition) -> Vec<Self> {
        let cements = Cement::ALL.into_iter().flat_map(|cement| {
            let grades = cement.grades(edition).iter();
            grades.map(move |grade| Self::Cement(cement, *grade))
        });
        std::iter::once(Self::Clinker).chain(cements).chain(OTHERS).collect()
    }

    /// What a plant of this kind makes, passes on or uses, in order.
    #[must_use]
    pub fn of_kind(kind: PlantKind, edition: Edition) -> Vec<Self> {
        let mut products = Self::all(edition);
        products.retain(|product| product.suits(kind));
        products
    }

    /// As stored: `PO42.5R`, `CLINKER`, `S95`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Cement(cement, grade) => format!("{}{}", cement.code(), grade.text()),
            Self::Clinker => "CLINKER".into(),
            Self::Masonry => "M32.5".into(),
            Self::FlyAsh(AshClass::I) => "FA1".into(),
            Self::FlyAsh(AshClass::II) => "FA2".into(),
            Self::FlyAsh(AshClass::III) => "FA3".into(),
            Self::Slag(SlagGrade::S105) => "S105".into(),
            Self::Slag(SlagGrade::S95) => "S95".into(),
            Self::Slag(SlagGrade::S75) => "S75".into(),
            Self::Admixture(admixture) => admixture.code().into(),
        }
    }

    /// Finds a product by its code, also one that today's edition no longer allows: old reports
    /// keep theirs.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let cements = Cement::ALL.into_iter().flat_map(|cement| {
            let grades = Grade::ALL.into_iter();
            grades.map(move |grade| Self::Cement(cement, grade))
        });
        std::iter::once(Self::Clinker).chain(cements).chain(OTHERS).find(|product| product.code() == code)
    }

    /// The short name that all languages share, where there is one: `P·O 42.5R`, `S95`.
    #[must_use]
    pub fn symbol(self) -> Option<String> {
        match self {
            Self::Cement(cement, grade) => Some(format!("{} {}", cement.symbol(), grade.text())),
            Self::Masonry | Self::Slag(_) => Some(self.code()),
            Self::Clinker | Self::FlyAsh(_) | Self::Admixture(_) => None,
        }
    }

    /// The full name.
    #[must_use]
    pub fn name(self) -> Message {
        let message = Message::of(self.name_key());
        match self.symbol() {
            Some(symbol) => message.with("symbol", symbol),
            None => message,
        }
    }

    /// The ways it is shipped. Clinker has no bags.
    #[must_use]
    pub fn packings(self) -> &'static [Packing] {
        match self {
            Self::Clinker => &[Packing::Bulk],
            _ => &[Packing::Bulk, Packing::Bagged],
        }
    }

    fn suits(self, kind: PlantKind) -> bool {
        let cement = matches!(self, Self::Cement(..) | Self::Masonry);
        let slag = matches!(self, Self::Slag(_));
        match kind {
            PlantKind::ClinkerLine => cement || self == Self::Clinker,
            PlantKind::GrindingStation => cement || slag,
            PlantKind::Terminal => true,
            PlantKind::AdmixturePlant => !cement && self != Self::Clinker,
            PlantKind::MixingStation => self != Self::Clinker,
        }
    }

    fn name_key(self) -> &'static str {
        match self {
            Self::Clinker => "supply.product.clinker",
            Self::Cement(Cement::PI | Cement::PII, _) => "supply.product.portland",
            Self::Cement(Cement::PO, _) => "supply.product.ordinary",
            Self::Cement(Cement::PSA | Cement::PSB, _) => "supply.product.slag_cement",
            Self::Cement(Cement::PP, _) => "supply.product.pozzolana_cement",
            Self::Cement(Cement::PF, _) => "supply.product.fly_ash_cement",
            Self::Cement(Cement::PC, _) => "supply.product.composite_cement",
            Self::Masonry => "supply.product.masonry",
            Self::FlyAsh(AshClass::I) => "supply.product.fly_ash_1",
            Self::FlyAsh(AshClass::II) => "supply.product.fly_ash_2",
            Self::FlyAsh(AshClass::III) => "supply.product.fly_ash_3",
            Self::Slag(_) => "supply.product.slag_powder",
            Self::Admixture(Admixture::SilicaFume) => "supply.product.silica_fume",
            Self::Admixture(Admixture::Limestone) => "supply.product.limestone",
            Self::Admixture(Admixture::SteelSlag) => "supply.product.steel_slag",
            Self::Admixture(Admixture::PhosphorusSlag) => "supply.product.phosphorus_slag",
            Self::Admixture(Admixture::Zeolite) => "supply.product.zeolite",
            Self::Admixture(Admixture::Composite) => "supply.product.composite",
        }
    }
}

impl Admixture {
    fn code(self) -> &'static str {
        match self {
            Self::SilicaFume => "SILICA",
            Self::Limestone => "LIMESTONE",
            Self::SteelSlag => "STEELSLAG",
            Self::PhosphorusSlag => "PHOSSLAG",
            Self::Zeolite => "ZEOLITE",
            Self::Composite => "COMPOSITE",
        }
    }
}

impl Packing {
    #[must_use]
    pub fn name(self) -> Message {
        Message::of(match self {
            Self::Bulk => "supply.packing.bulk",
            Self::Bagged => "supply.packing.bagged",
        })
    }
}

/// Everything after the cements, in order.
const OTHERS: [Product; 13] = [
    Product::Masonry,
    Product::FlyAsh(AshClass::I),
    Product::FlyAsh(AshClass::II),
    Product::FlyAsh(AshClass::III),
    Product::Slag(SlagGrade::S105),
    Product::Slag(SlagGrade::S95),
    Product::Slag(SlagGrade::S75),
    Product::Admixture(Admixture::SilicaFume),
    Product::Admixture(Admixture::Limestone),
    Product::Admixture(Admixture::SteelSlag),
    Product::Admixture(Admixture::PhosphorusSlag),
    Product::Admixture(Admixture::Zeolite),
    Product::Admixture(Admixture::Composite),
];

#[cfg(test)]
mod tests {
    use crate::ids::TextEnum;
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_stable() {
        let all = Product::all(Edition::Gb175Of2023);
        let codes: BTreeSet<_> = all.iter().map(|p| p.code()).collect();
        assert_eq!(codes.len(), all.len());
        for product in all {
            assert_eq!(Product::from_code(&product.code()), Some(product));
        }
        let po = Product::Cement(Cement::PO, Grade::G42R);
        assert_eq!(po.code(), "PO42.5R");
        assert_eq!(po.symbol().as_deref(), Some("P·O 42.5R"));
        let old = Product::Cement(Cement::PC, Grade::G32);
        assert_eq!(Product::from_code("PC32.5"), Some(old));
        assert_eq!(Product::from_code("PX42.5"), None);
    }

    #[test]
    fn the_catalogue_is_in_the_order_of_its_type() {
        let all = Product::all(Edition::Gb175Of2023);
        assert!(all.is_sorted());
        assert_eq!(all.len(), 1 + 6 * 3 + 6 * 4 + 4 + OTHERS.len());
    }

    #[test]
    fn editions_differ_in_ordinary_62_5_and_neither_has_composite_32_5() {
        let old = Product::all(Edition::Gb175Of2007);
        let new = Product::all(Edition::Gb175Of2023);
        let added: Vec<_> = new.iter().filter(|p| !old.contains(p)).collect();
        assert_eq!(added.len(), 2);
        for product in added {
            assert!(product.code().starts_with("PO62.5"));
        }
        for edition in [Edition::Gb175Of2007, Edition::Gb175Of2023] {
            let products = Product::all(edition);
            assert!(!products.contains(&Product::Cement(Cement::PC, Grade::G32R)));
            assert!(products.contains(&Product::Slag(SlagGrade::S95)));
        }
    }

    #[test]
    fn the_edition_changes_on_its_day() {
        assert_eq!(Edition::on(date!(2024 - 05 - 31)), Edition::Gb175Of2007);
        assert_eq!(Edition::on(date!(2024 - 06 - 01)), Edition::Gb175Of2023);
    }

    #[test]
    fn plants_see_only_what_they_handle() {
        let handles = |kind, code: &str| {
            let products = Product::of_kind(kind, Edition::Gb175Of2023);
            products.iter().any(|p| p.code() == code)
        };
        use PlantKind::*;
        for (code, kinds) in [
            ("CLINKER", &[ClinkerLine, Terminal][..]),
            ("PO42.5", &[ClinkerLine, GrindingStation, Terminal, MixingStation]),
            ("S95", &[GrindingStation, Terminal, AdmixturePlant, MixingStation]),
            ("FA2", &[Terminal, AdmixturePlant, MixingStation]),
        ] {
            for kind in PlantKind::ALL.iter().copied() {
                assert_eq!(handles(kind, code), kinds.contains(&kind), "{code} {kind:?}");
            }
        }
    }

    #[test]
    fn clinker_has_no_bags() {
        assert_eq!(Product::Clinker.packings(), [Packing::Bulk]);
        assert_eq!(Product::Masonry.packings().len(), 2);
    }
}
