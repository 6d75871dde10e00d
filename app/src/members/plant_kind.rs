//! The kinds of plants, and what each of them can say in a supply report: a terminal receives
//! where a mill produces, a mixing station uses where others ship. Forms show only what applies.

use crate::{
    ids::{TextEnum, text_enum},
    text::Message,
};

text_enum! {
    /// What a plant does.
    pub enum PlantKind {
        /// 熟料线: burns clinker, often grinds cement too.
        ClinkerLine = "clinker_line",
        /// 粉磨站: grinds bought clinker to cement.
        GrindingStation = "grinding_station",
        /// 中转库、码头: stores and passes on.
        Terminal = "terminal",
        /// 掺合料厂: fly ash, slag powder and the like.
        AdmixturePlant = "admixture_plant",
        /// 搅拌站: uses cement for concrete.
        MixingStation = "mixing_station",
    }
}

/// What fills a plant's silos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inflow {
    Produced,
    Received,
}

/// What empties them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outflow {
    Shipped,
    Used,
}

impl PlantKind {
    /// Reads a kind from a spreadsheet cell: its Chinese or English name, or its code.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        match text.as_str() {
            "熟料线" | "熟料" | "一体化" | "熟料生产线" | "clinker line" => Some(Self::ClinkerLine),
            "粉磨站" | "粉磨" | "grinding station" => Some(Self::GrindingStation),
            "中转库" | "码头" | "中转库/码头" | "中转站" | "terminal" => Some(Self::Terminal),
            "掺合料厂" | "掺合料" | "admixture plant" => Some(Self::AdmixturePlant),
            "搅拌站" | "混凝土搅拌站" | "mixing station" => Some(Self::MixingStation),
            other => Self::from_word(other),
        }
    }

    #[must_use]
    pub fn name(self) -> Message {
        Message::of(match self {
            Self::ClinkerLine => "members.plant_kind.clinker_line",
            Self::GrindingStation => "members.plant_kind.grinding_station",
            Self::Terminal => "members.plant_kind.terminal",
            Self::AdmixturePlant => "members.plant_kind.admixture_plant",
            Self::MixingStation => "members.plant_kind.mixing_station",
        })
    }

    #[must_use]
    pub fn inflow(self) -> Inflow {
        match self {
            Self::ClinkerLine | Self::GrindingStation | Self::AdmixturePlant => Inflow::Produced,
            Self::Terminal | Self::MixingStation => Inflow::Received,
        }
    }

    #[must_use]
    pub fn outflow(self) -> Outflow {
        match self {
            Self::MixingStation => Outflow::Used,
            _ => Outflow::Shipped,
        }
    }

    /// Whether it can say what is available to others, and at what price.
    #[must_use]
    pub fn offers_supply(self) -> bool {
        self.outflow() == Outflow::Shipped
    }

    /// Whether it has a normal daily output, against which output is lost or recovered.
    #[must_use]
    pub fn has_normal_output(self) -> bool {
        self.inflow() == Inflow::Produced
    }
}

impl Inflow {
    /// The label of the field.
    #[must_use]
    pub fn name(self) -> Message {
        Message::of(match self {
            Self::Produced => "members.plant_kind.inflow.produced",
            Self::Received => "members.plant_kind.inflow.received",
        })
    }
}

impl Outflow {
    /// The label of the field.
    #[must_use]
    pub fn name(self) -> Message {
        Message::of(match self {
            Self::Shipped => "members.plant_kind.outflow.shipped",
            Self::Used => "members.plant_kind.outflow.used",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_code_and_its_json_is_that_code() {
        for kind in PlantKind::ALL.iter().copied() {
            assert_eq!(PlantKind::from_word(kind.word()), Some(kind));
            let json = serde_json::to_string(&kind).expect("json");
            assert_eq!(json, format!("\"{}\"", kind.word()));
        }
        assert_eq!(PlantKind::from_text(" 中转库/码头 "), Some(PlantKind::Terminal));
        assert_eq!(PlantKind::from_text("Mixing Station"), Some(PlantKind::MixingStation));
        assert_eq!(PlantKind::from_text("饭店"), None);
    }

    #[test]
    fn only_what_applies_is_asked() {
        use PlantKind::*;
        let table = [
            (ClinkerLine, Inflow::Produced, Outflow::Shipped, true, true),
            (GrindingStation, Inflow::Produced, Outflow::Shipped, true, true),
            (Terminal, Inflow::Received, Outflow::Shipped, true, false),
            (AdmixturePlant, Inflow::Produced, Outflow::Shipped, true, true),
            (MixingStation, Inflow::Received, Outflow::Used, false, false),
        ];
        for (kind, inflow, outflow, offers, normal) in table {
            assert_eq!(kind.inflow(), inflow);
            assert_eq!(kind.outflow(), outflow);
            assert_eq!(kind.offers_supply(), offers);
            assert_eq!(kind.has_normal_output(), normal);
        }
    }
}
