//! Lists of postings: what a person may see, narrowed, newest first, paged by key. The database finds the states that
//! `State::of` computes. Postings of entrances that are closed, and of members that left, are in no list.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, sea_query::Expr,
};

use super::{Posting, Row, postings};
use crate::{
    db::holds,
    error::Result,
    ids::{EntranceId, MemberId, PlantId, PostingId, TextEnum},
    members::{
        entity::{entrance, member, plant},
        store::called,
    },
    paging::{From, Paged, newest_first},
    place_codes::{
        postings::{
            entity::posting,
            model::{State, What},
        },
        reach::Reach,
    },
};

const PER_PAGE: usize = 50;
pub(super) const COUNTED: u64 = 1_001;

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<State>,
    /// Only what waits to be replaced, for whatever reason.
    pub wrong: bool,
    /// Only what a new version or a changed address recalls.
    pub recalled: bool,
    /// A part of the number, the spot, or the member's, plant's or entrance's name.
    pub text: Option<String>,
    pub member: Option<MemberId>,
    pub plant: Option<PlantId>,
    pub entrance: Option<EntranceId>,
    /// A district's code.
    pub district: Option<String>,
}

pub async fn page(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    filter: &Filter,
    from: From<PostingId>,
) -> Result<Paged<Posting, PostingId>> {
    let rows = newest_first(narrowed(reach, filter), posting::Column::Id, from, PER_PAGE).all(conn).await?;
    let Paged { rows, before, after } = from.page(rows, PER_PAGE, |row| row.id);
    Ok(Paged { rows: postings(conn, rows).await?, before, after })
}

/// How many there are, up to 1,001.
pub async fn count(conn: &impl ConnectionTrait, reach: &Reach, filter: &Filter) -> Result<u64> {
    Ok(narrowed(reach, filter).select_only().column(posting::Column::Id).limit(COUNTED).count(conn).await?)
}

/// All of them, newest first, at most `most`.
pub async fn whole(conn: &impl ConnectionTrait, reach: &Reach, filter: &Filter, most: u64) -> Result<Vec<Posting>> {
    let rows = narrowed(reach, filter).order_by_desc(posting::Column::Id).limit(most).all(conn).await?;
    postings(conn, rows).await
}

/// The copy that hangs in the place of this one, if one was recorded and is there.
pub async fn replacement_of(conn: &impl ConnectionTrait, id: PostingId) -> Result<Option<Row>> {
    let others = posting::Entity::find().filter(posting::Column::ReplacesId.eq(id));
    let others = others.filter(posting::Column::RemovedAt.is_null());
    Ok(others.order_by_desc(posting::Column::Id).one(conn).await?)
}

pub(super) fn narrowed(reach: &Reach, filter: &Filter) -> Select<posting::Entity> {
    let current =
        member::Entity::find().select_only().column(member::Column::Id).filter(member::Column::LeftAt.is_null());
    let mut plants = plant::Entity::find()
        .select_only()
        .column(plant::Column::Id)
        .filter(plant::Column::ClosedAt.is_null())
        .filter(plant::Column::MemberId.in_subquery(current.into_query()))
        // Said of the plants too, or the entrances of all members would be looked through.
        .filter(within(reach, plant::Column::MemberId, plant::Column::Id));
    if let Some(district) = &filter.district {
        plants = plants.filter(plant::Column::District.eq(district));
    }
    let open = entrance::Entity::find()
        .select_only()
        .column(entrance::Column::Id)
        .filter(entrance::Column::ClosedAt.is_null())
        .filter(entrance::Column::PlantId.in_subquery(plants.into_query()));
    let mut query = posting::Entity::find()
        .filter(within(reach, posting::Column::MemberId, posting::Column::PlantId))
        .filter(posting::Column::EntranceId.in_subquery(open.into_query()));
    if let Some(member) = filter.member {
        query = query.filter(posting::Column::MemberId.eq(member));
    }
    if let Some(plant) = filter.plant {
        query = query.filter(posting::Column::PlantId.eq(plant));
    }
    if let Some(entrance) = filter.entrance {
        query = query.filter(posting::Column::EntranceId.eq(entrance));
    }
    if let Some(text) = &filter.text {
        query = query.filter(named(text));
    }
    if let Some(state) = filter.state {
        query = query.filter(stands(state));
    }
    if filter.wrong {
        query = query.filter(recalled_or(&What::WRONG));
    }
    if filter.recalled {
        query = query.filter(is_recalled());
    }
    query
}

/// That what these columns name is of a member or plant within reach.
fn within(reach: &Reach, of_member: impl ColumnTrait, of_plant: impl ColumnTrait) -> Condition {
    match reach {
        Reach::All => Condition::all(),
        Reach::Of { members, plants } => {
            // An empty list beside another would keep the databases from their indexes.
            let mut own = Condition::any();
            if !members.is_empty() || plants.is_empty() {
                own = own.add(of_member.is_in(members.iter().copied()));
            }
            if !plants.is_empty() {
                own = own.add(of_plant.is_in(plants.iter().copied()));
            }
            own
        }
    }
}

fn named(text: &str) -> Condition {
    let plants = plant::Entity::find().select_only().column(plant::Column::Id).filter(holds(plant::Column::Name, text));
    let entrances =
        entrance::Entity::find().select_only().column(entrance::Column::Id).filter(holds(entrance::Column::Name, text));
    Condition::any()
        .add(holds(posting::Column::Number, text))
        .add(holds(posting::Column::Spot, text))
        .add(posting::Column::MemberId.in_subquery(called(text)))
        .add(posting::Column::PlantId.in_subquery(plants.into_query()))
        .add(posting::Column::EntranceId.in_subquery(entrances.into_query()))
}

/// That its version is the entrance's current one and stands under the present address.
const STANDS: &str = "EXISTS (SELECT 1 FROM place_codes c WHERE c.id = postings.code_id AND c.withdrawn_at IS NULL
    AND c.address_key = (SELECT p.address_key FROM plants p WHERE p.id = postings.plant_id)
    AND NOT EXISTS (SELECT 1 FROM place_codes d WHERE d.entrance_id = c.entrance_id AND d.withdrawn_at IS NULL
        AND d.version > c.version))";

/// That it hangs and stands no longer.
pub(super) fn is_recalled() -> Condition {
    Condition::all().add(posting::Column::RemovedAt.is_null()).add(Expr::cust(format!("NOT {STANDS}")))
}

/// What counts of all that was seen, as `Verdict` says: a photo that cannot be read is passed over where what was seen
/// before it is wrong.
fn verdict() -> String {
    let (counts, before) = (says_of("e"), says_of("f"));
    let unreadable = What::Unreadable.word();
    let wrong = among(&What::WRONG);
    format!(
        "COALESCE((SELECT {counts} FROM posting_events e WHERE e.posting_id = postings.id
            AND (e.what <> '{unreadable}' OR COALESCE((SELECT {before} FROM posting_events f
                WHERE f.posting_id = e.posting_id AND f.id < e.id AND f.what <> '{unreadable}'
                ORDER BY f.id DESC LIMIT 1), '') NOT IN {wrong})
            ORDER BY e.id DESC LIMIT 1), '')"
    )
}

/// What an event says of its copy, as `What::says_of`.
fn says_of(event: &str) -> String {
    let (outdated, right) = (What::Outdated.word(), What::Right.word());
    format!(
        "CASE WHEN {event}.what = '{outdated}' AND {event}.code_id = postings.code_id THEN '{right}'
            ELSE {event}.what END"
    )
}

/// These words as a list of the database.
fn among(whats: &[What]) -> String {
    let words: Vec<String> = whats.iter().map(|what| format!("'{}'", what.word())).collect();
    format!("({})", words.join(", "))
}

/// That it hangs and stands no longer, or that one of these counts.
fn recalled_or(whats: &[What]) -> Condition {
    let hangs = Condition::all().add(posting::Column::RemovedAt.is_null());
    hangs.add(Expr::cust(format!("(NOT {STANDS} OR {} IN {})", verdict(), among(whats))))
}

fn stands(state: State) -> Condition {
    let seen = |what: &str| {
        let hangs = Condition::all().add(posting::Column::RemovedAt.is_null());
        hangs.add(Expr::cust(format!("{STANDS} AND {} = '{what}'", verdict())))
    };
    match state {
        State::Removed => Condition::all().add(posting::Column::RemovedAt.is_not_null()),
        State::ToReplace => recalled_or(&[What::Damaged, What::Lost]),
        State::NoPhoto => seen(""),
        State::Right => seen(What::Right.word()),
        State::ByEye => seen(What::ByEye.word()),
        State::Unreadable => seen(What::Unreadable.word()),
        State::Outdated => seen(What::Outdated.word()),
        State::Elsewhere => seen(What::Elsewhere.word()),
    }
}
