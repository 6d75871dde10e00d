//! What is to be said of a plant: its criteria with their facts and days. A page shows it as it is now, a sheet keeps it
//! as it was when it was made.

use serde::{Deserialize, Serialize};

use super::{
    Occasion,
    model::{Criterion, Facts, Verdict},
    store::{self, Dates, Scope},
};
use crate::{
    current::Current,
    db::ConnectionTrait,
    documents::{ReadinessLine, ReadinessSheet},
    error::Result,
    ids::TextEnum,
    members::{
        plant_kind::PlantKind,
        store::{self as register, Member, Plant},
    },
    place_codes::reach::Reach,
    settings,
    text::Locale,
    time::Instant,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub occasion: String,
    pub occasion_en: String,
    pub member: String,
    pub plant: String,
    pub kind: PlantKind,
    pub address: String,
    /// Those that counted, in their order.
    pub criteria: Vec<Criterion>,
    pub facts: Facts,
    pub dates: Dates,
}

impl Said {
    pub fn verdict(&self) -> Option<Verdict> {
        self.facts.verdict(&self.criteria)
    }

    pub fn occasion(&self, l: Locale) -> &str {
        match l {
            Locale::Zh => &self.occasion,
            Locale::En => &self.occasion_en,
        }
    }

    /// The day behind a criterion, with what it is the day of.
    pub fn day(&self, l: Locale, criterion: Criterion) -> Option<String> {
        let (key, day) = match criterion {
            Criterion::Entrances => ("readiness.day.seen", &self.dates.seen),
            Criterion::Notices => ("readiness.day.acknowledged", &self.dates.acknowledged),
            Criterion::Supply => ("readiness.day.reported", &self.dates.reported),
            Criterion::Issues => ("readiness.day.answered", &self.dates.answered),
            Criterion::Contact => return None,
        };
        day.as_ref().map(|day| l.tn(key, &[("day", day)]))
    }

    /// Whether what it says is what is so now: the same place, the same criteria, and just as much is missing of them,
    /// neither more nor less. What is met and what is not asked of the plant are alike. Where nothing is asked for
    /// nothing holds.
    pub fn still_holds(&self, now: &Self) -> bool {
        let place = |said: &Self| (said.member.clone(), said.plant.clone(), said.address.clone());
        let same_lacks = self.criteria == now.criteria && self.lacks() == now.lacks();
        !now.criteria.is_empty() && place(self) == place(now) && same_lacks
    }

    /// The criteria that are not met, each with how much is missing.
    fn lacks(&self) -> Vec<(Criterion, u64)> {
        self.facts.lacks(&self.criteria).into_iter().map(|one| (one, self.facts.missing(one))).collect()
    }

    /// The paper that it is printed as, in Chinese as every official paper.
    pub fn paper(&self, association: &str, number: &str, made_at: Instant, link: String) -> ReadinessSheet {
        let l = Locale::Zh;
        let verdict = self.verdict().map(|verdict| l.t(&format!("readiness.verdict.{}", verdict.word())));
        let line = |criterion: &Criterion| ReadinessLine {
            criterion: l.t(&format!("readiness.criterion.{}", criterion.word())),
            answer: l.t(&format!("readiness.answer.{}", self.facts.answer(*criterion).word())),
            said: l.say(&self.facts.said(*criterion)),
            day: self.day(l, *criterion).unwrap_or_default(),
        };
        ReadinessSheet {
            occasion: self.occasion.clone(),
            number: number.to_owned(),
            made_at: made_at.show(),
            association: association.to_owned(),
            member: self.member.clone(),
            plant: self.plant.clone(),
            kind: l.say(&self.kind.name()),
            address: self.address.clone(),
            verdict: verdict.unwrap_or_default(),
            lines: self.criteria.iter().map(line).collect(),
            link,
        }
    }
}

/// What is so now; nothing when the plant is closed or its member left.
pub async fn now(
    conn: &impl ConnectionTrait,
    current: &Current,
    member: &Member,
    plant: &Plant,
) -> Result<Option<Said>> {
    let occasion = settings::load::<Occasion>(conn).await?.value;
    let criteria = occasion.counting(current);
    let scope = Scope { reach: &Reach::All, plant: Some(plant.id), criteria: &criteria, now: current.now };
    let Some(row) = store::gather(conn, scope).await?.into_iter().next() else { return Ok(None) };
    let dates = store::dates(conn, member.id, plant.id).await?;
    Ok(Some(Said {
        occasion: occasion.title,
        occasion_en: occasion.title_en,
        member: member.name.clone(),
        plant: plant.name.clone(),
        kind: plant.kind,
        address: plant.address_line.clone(),
        criteria,
        facts: row.facts,
        dates,
    }))
}

/// A plant that this person may see, with its member.
pub async fn seen(
    conn: &impl ConnectionTrait,
    current: &Current,
    plant: crate::ids::PlantId,
) -> Result<(Member, Plant)> {
    let plant = register::plant(conn, plant).await?;
    current.sees_plant(plant.member_id, plant.id)?;
    Ok((register::member(conn, plant.member_id).await?, plant))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said() -> Said {
        Said {
            occasion: "复工准备".to_owned(),
            occasion_en: "Resumption".to_owned(),
            member: "海纳".to_owned(),
            plant: "一号粉磨站".to_owned(),
            kind: PlantKind::GrindingStation,
            address: "章练塘路588弄15号".to_owned(),
            criteria: vec![Criterion::Notices, Criterion::Supply],
            facts: Facts { reports: 3, ..Facts::default() },
            dates: Dates::default(),
        }
    }

    #[test]
    fn it_holds_while_the_place_and_the_answers_are_the_same() {
        let then = said();
        let more = Facts { reports: 5, ..then.facts };
        assert!(then.still_holds(&Said { facts: more, ..said() }), "other numbers, the same answers");
        assert!(then.still_holds(&Said { occasion: "复工".to_owned(), ..said() }));
        let lacking = |missing| Said { facts: Facts { missing, ..then.facts }, ..said() };
        assert!(lacking(1).still_holds(&lacking(1)));
        assert!(!lacking(1).still_holds(&lacking(3)), "the same answer, but more is missing");
        let another_day = Said { facts: Facts { missing: 1, reports: 8, by_eye: 1, ..then.facts }, ..said() };
        assert!(lacking(1).still_holds(&another_day), "as much is missing, of more");
        for other in [
            Said { facts: Facts { notices: 1, ..then.facts }, ..said() },
            Said { criteria: vec![Criterion::Notices], ..said() },
            Said { address: "别处".to_owned(), ..said() },
            Said { plant: "二号".to_owned(), ..said() },
            Said { member: "别家".to_owned(), ..said() },
        ] {
            assert!(!then.still_holds(&other), "{other:?}");
        }
    }

    #[test]
    fn what_is_met_and_what_is_not_asked_of_the_plant_are_alike() {
        let with = |reports, missing| Said { facts: Facts { reports, missing, ..Facts::default() }, ..said() };
        let (unasked, filed, late) = (with(0, 0), with(1, 0), with(1, 1));
        assert!(unasked.still_holds(&filed), "the first report was due and is there");
        assert!(filed.still_holds(&unasked), "no report is due any more");
        assert!(!unasked.still_holds(&late) && !filed.still_holds(&late));
        assert!(!late.still_holds(&filed) && !late.still_holds(&unasked), "it says that something is missing");
        let no_contact = || Said { criteria: vec![Criterion::Supply, Criterion::Contact], ..unasked.clone() };
        let by_then = Said { facts: Facts { reports: 1, ..Facts::default() }, ..no_contact() };
        assert!(no_contact().still_holds(&by_then), "the same is missing");
        let facts = Facts { reports: 1, missing: 1, contact: true, ..Facts::default() };
        assert!(!no_contact().still_holds(&Said { facts, ..no_contact() }), "as much is missing of something else");
        let entrances = |entrances| Said {
            criteria: vec![Criterion::Entrances],
            facts: Facts { entrances, covered: entrances, ..Facts::default() },
            ..said()
        };
        assert!(!entrances(0).still_holds(&entrances(1)), "without entrances it is not met, though nothing is counted");
    }

    #[test]
    fn nothing_holds_while_nothing_is_asked_for() {
        let nothing = || Said { criteria: Vec::new(), ..said() };
        assert!(!nothing().still_holds(&nothing()));
        assert!(!said().still_holds(&nothing()));
        assert!(!nothing().still_holds(&said()));
    }
}
