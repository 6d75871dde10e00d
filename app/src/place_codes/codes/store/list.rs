//! Entrances with their codes: what a person may see, narrowed, plant by plant, paged by key. The database finds
//! what `Standing::of` and `Way::of` compute.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
    sea_query::{Expr, Order},
};

use super::{Code, current_of};
use crate::{
    db::holds,
    error::Result,
    ids::{EntranceId, MemberId, PlantId},
    members::{
        entity::{entrance, member, plant},
        store::{Entrance, Member, Plant, called},
    },
    paging::{From, Paged},
    place_codes::{
        applications::store::{Application, under_way},
        codes::{
            model::{Known, Standing},
            way::Way,
        },
        reach::Reach,
        store::within,
    },
};

const PER_PAGE: usize = 50;
const COUNTED: u64 = 1_001;

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub standing: Option<Standing>,
    /// A part of the member's, the plant's or the entrance's name, or of a code's number.
    pub text: Option<String>,
    pub member: Option<MemberId>,
    pub plant: Option<PlantId>,
    /// A district's code.
    pub district: Option<String>,
    /// Only entrances that have a code, under whichever address.
    pub with_code: bool,
    /// Only entrances whose code stands under another address and for which a new one can be applied for now.
    pub to_apply: bool,
}

/// An entrance with all that its standing follows from.
#[derive(Clone, Debug)]
pub struct Row {
    pub member: Member,
    pub plant: Plant,
    pub entrance: Entrance,
    pub code: Option<Code>,
    /// The application that is under way.
    pub applied: Option<Application>,
}

impl Row {
    pub fn standing(&self) -> Standing {
        Standing::of(Known {
            code_here: self.code.as_ref().map(|code| code.address_key == self.plant.address_key),
            applied: self.applied.is_some(),
        })
    }

    /// What can be done where its code stands under another address.
    pub fn way(&self) -> Way {
        Way::of(&self.plant.address, self.applied.as_ref().map(|applied| applied.filed_at.is_some()))
    }
}

/// One page. A key that is nobody's any more leads to the first.
pub async fn page(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    filter: &Filter,
    from: From<EntranceId>,
) -> Result<Paged<Row, EntranceId>> {
    let mark = match from {
        From::Start => None,
        From::After(id) | From::Before(id) => entrance::Entity::find_by_id(id).one(conn).await?,
    };
    let from = if mark.is_some() { from } else { From::Start };
    let back = from.is_backwards();
    let order = if back { Order::Desc } else { Order::Asc };
    let mut query = narrowed(reach, filter);
    if let Some(mark) = &mark {
        query = query.filter(beside(mark, back));
    }
    let found = query
        .order_by(entrance::Column::PlantId, order.clone())
        .order_by(entrance::Column::Id, order)
        .limit(PER_PAGE as u64 + 1)
        .all(conn)
        .await?;
    let Paged { rows: found, before, after } = from.page(found, PER_PAGE, |entrance| entrance.id);
    Ok(Paged { rows: rows(conn, found).await?, before, after })
}

/// How many there are, up to 1,001.
pub async fn count(conn: &impl ConnectionTrait, reach: &Reach, filter: &Filter) -> Result<u64> {
    Ok(narrowed(reach, filter).select_only().column(entrance::Column::Id).limit(COUNTED).count(conn).await?)
}

/// All of them, at most `most`.
pub async fn whole(conn: &impl ConnectionTrait, reach: &Reach, filter: &Filter, most: u64) -> Result<Vec<Row>> {
    let query = narrowed(reach, filter).order_by_asc(entrance::Column::PlantId).order_by_asc(entrance::Column::Id);
    rows(conn, query.limit(most).all(conn).await?).await
}

fn beside(mark: &Entrance, before: bool) -> Condition {
    let (plant, id) = (entrance::Column::PlantId, entrance::Column::Id);
    let (plant_beyond, id_beyond) =
        if before { (plant.lt(mark.plant_id), id.lt(mark.id)) } else { (plant.gt(mark.plant_id), id.gt(mark.id)) };
    Condition::any().add(plant_beyond).add(plant.eq(mark.plant_id).and(id_beyond))
}

/// Adds to entrances whose they are and what they have.
pub async fn rows(conn: &impl ConnectionTrait, entrances: Vec<Entrance>) -> Result<Vec<Row>> {
    let ids: Vec<EntranceId> = entrances.iter().map(|entrance| entrance.id).collect();
    let mut plant_ids: Vec<PlantId> = entrances.iter().map(|entrance| entrance.plant_id).collect();
    plant_ids.dedup();
    let plants = plant::Entity::find().filter(plant::Column::Id.is_in(plant_ids)).all(conn).await?;
    let mut member_ids: Vec<MemberId> = plants.iter().map(|plant| plant.member_id).collect();
    member_ids.sort_unstable();
    member_ids.dedup();
    let members = member::Entity::find().filter(member::Column::Id.is_in(member_ids)).all(conn).await?;
    let plants: HashMap<PlantId, Plant> = plants.into_iter().map(|plant| (plant.id, plant)).collect();
    let members: HashMap<MemberId, Member> = members.into_iter().map(|member| (member.id, member)).collect();
    let mut codes = current_of(conn, &ids).await?;
    let mut applied = under_way(conn, &ids).await?;
    Ok(entrances
        .into_iter()
        .filter_map(|entrance| {
            let plant = plants.get(&entrance.plant_id)?.clone();
            let member = members.get(&plant.member_id)?.clone();
            let (code, applied) = (codes.remove(&entrance.id), applied.remove(&entrance.id));
            Some(Row { member, plant, entrance, code, applied })
        })
        .collect())
}

fn narrowed(reach: &Reach, filter: &Filter) -> Select<entrance::Entity> {
    let current =
        member::Entity::find().select_only().column(member::Column::Id).filter(member::Column::LeftAt.is_null());
    let mut plants = plant::Entity::find()
        .select_only()
        .column(plant::Column::Id)
        .filter(plant::Column::ClosedAt.is_null())
        .filter(plant::Column::MemberId.in_subquery(current.into_query()))
        .filter(within(reach, plant::Column::MemberId, |plants| plant::Column::Id.is_in(plants.iter().copied())));
    if let Some(district) = &filter.district {
        plants = plants.filter(plant::Column::District.eq(district));
    }
    if let Some(member) = filter.member {
        plants = plants.filter(plant::Column::MemberId.eq(member));
    }
    if let Some(plant) = filter.plant {
        plants = plants.filter(plant::Column::Id.eq(plant));
    }
    let mut query = entrance::Entity::find()
        .filter(entrance::Column::ClosedAt.is_null())
        .filter(entrance::Column::PlantId.in_subquery(plants.into_query()));
    if let Some(text) = &filter.text {
        query = query.filter(named(text));
    }
    if let Some(standing) = filter.standing {
        query = query.filter(stands(standing));
    }
    if filter.with_code {
        query = query.filter(Expr::cust(CODE));
    }
    if filter.to_apply {
        let to_apply = Expr::cust(format!("{IN_SHANGHAI} AND NOT {APPLIED}"));
        query = query.filter(stands(Standing::Moved)).filter(to_apply);
    }
    query
}

fn named(text: &str) -> Condition {
    use crate::place_codes::entity::code;
    let plants = plant::Entity::find().select_only().column(plant::Column::Id).filter(
        Condition::any().add(holds(plant::Column::Name, text)).add(plant::Column::MemberId.in_subquery(called(text))),
    );
    let codes = code::Entity::find()
        .select_only()
        .column(code::Column::EntranceId)
        .filter(code::Column::WithdrawnAt.is_null())
        .filter(holds(code::Column::Number, text));
    Condition::any()
        .add(holds(entrance::Column::Name, text))
        .add(entrance::Column::PlantId.in_subquery(plants.into_query()))
        .add(entrance::Column::Id.in_subquery(codes.into_query()))
}

/// That the entrance has a code.
const CODE: &str = "EXISTS (SELECT 1 FROM place_codes c WHERE c.entrance_id = entrances.id AND c.withdrawn_at IS NULL)";
/// That its newest code stands under the plant's address.
const HERE: &str = "EXISTS (SELECT 1 FROM place_codes c WHERE c.entrance_id = entrances.id AND c.withdrawn_at IS NULL
    AND c.address_key = (SELECT p.address_key FROM plants p WHERE p.id = entrances.plant_id)
    AND NOT EXISTS (SELECT 1 FROM place_codes d WHERE d.entrance_id = c.entrance_id AND d.withdrawn_at IS NULL
        AND d.version > c.version))";
/// That an application for it is under way: not answered by a code, not refused, not taken up by a later one. What
/// was closed or left does not stand in the list.
const APPLIED: &str =
    "EXISTS (SELECT 1 FROM place_code_lines l JOIN place_code_applications a ON a.id = l.application_id
    WHERE l.entrance_id = entrances.id
    AND COALESCE((SELECT o.outcome FROM place_code_outcomes o WHERE o.line_id = l.id ORDER BY o.id DESC LIMIT 1), '')
        <> 'refused'
    AND NOT EXISTS (SELECT 1 FROM place_codes c WHERE c.entrance_id = entrances.id AND c.withdrawn_at IS NULL
        AND c.added_at >= a.created_at)
    AND NOT EXISTS (SELECT 1 FROM place_code_lines m WHERE m.entrance_id = l.entrance_id
        AND m.application_id > l.application_id))";
/// That its plant is in Shanghai.
const IN_SHANGHAI: &str = "EXISTS (SELECT 1 FROM plants p WHERE p.id = entrances.plant_id AND p.district IS NOT NULL)";

fn stands(standing: Standing) -> Expr {
    Expr::cust(match standing {
        Standing::Current => HERE.to_owned(),
        Standing::Moved => format!("{CODE} AND NOT {HERE}"),
        Standing::Applied => format!("NOT {CODE} AND {APPLIED}"),
        Standing::Missing => format!("NOT {CODE} AND NOT {APPLIED}"),
    })
}
