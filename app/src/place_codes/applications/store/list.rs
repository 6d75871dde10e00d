//! Lists of applications: what a person may see, narrowed, newest first, paged by key; and those that wait for
//! somebody. The database finds the states that `State::of` computes.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
    sea_query::{Expr, ExprTrait, IntoCondition, Query, SelectStatement, SimpleExpr},
};

use super::{Application, Case, cases};
use crate::{
    db::holds,
    error::Result,
    ids::{ApplicationId, MemberId},
    members::store::called,
    paging::{From, Paged, newest_first},
    place_codes::{
        applications::model::State,
        entity::{application, line},
        reach::Reach,
        store::within,
    },
    time::Instant,
};

const PER_PAGE: usize = 50;
const COUNTED: u64 = 1_001;

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<State>,
    /// A part of the number or of the member's name.
    pub text: Option<String>,
    pub member: Option<MemberId>,
}

pub async fn page(
    conn: &impl ConnectionTrait,
    reach: &Reach,
    filter: &Filter,
    from: From<ApplicationId>,
) -> Result<Paged<Case, ApplicationId>> {
    let rows = newest_first(narrowed(reach, filter), application::Column::Id, from, PER_PAGE).all(conn).await?;
    let Paged { rows, before, after } = from.page(rows, PER_PAGE, |row| row.id);
    Ok(Paged { rows: cases(conn, rows).await?, before, after })
}

/// How many there are, up to 1,001.
pub async fn count(conn: &impl ConnectionTrait, reach: &Reach, filter: &Filter) -> Result<u64> {
    Ok(narrowed(reach, filter).select_only().column(application::Column::Id).limit(COUNTED).count(conn).await?)
}

/// The applications of the list on all its pages, newest first, for as long as they have at most `most` entrances
/// together.
pub async fn whole(conn: &impl ConnectionTrait, reach: &Reach, filter: &Filter, most: u64) -> Result<Vec<Case>> {
    let found = narrowed(reach, filter).order_by_desc(application::Column::Id).limit(most);
    let sizes = line::Entity::find()
        .select_only()
        .column(line::Column::ApplicationId)
        .column_as(line::Column::Id.count(), "places")
        .filter(
            line::Column::ApplicationId
                .in_subquery(narrowed(reach, filter).select_only().column(application::Column::Id).into_query()),
        )
        .group_by(line::Column::ApplicationId)
        .into_tuple::<(ApplicationId, i64)>()
        .all(conn)
        .await?
        .into_iter()
        .collect::<std::collections::HashMap<_, _>>();
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut sum = 0;
    let within: Vec<Application> = found
        .all(conn)
        .await?
        .into_iter()
        .take_while(|row| {
            sum += sizes.get(&row.id).copied().unwrap_or_default();
            sum <= most
        })
        .collect();
    cases(conn, within).await
}

fn narrowed(reach: &Reach, filter: &Filter) -> Select<application::Entity> {
    let mut query = application::Entity::find().filter(reached(reach));
    if let Some(state) = filter.state {
        query = query.filter(in_state(state));
    }
    if let Some(member) = filter.member {
        query = query.filter(application::Column::MemberId.eq(member));
    }
    if let Some(text) = &filter.text {
        let named = Condition::any()
            .add(holds(application::Column::Number, text))
            .add(application::Column::MemberId.in_subquery(called(text)));
        query = query.filter(named);
    }
    query
}

/// Whoever works for single plants sees the applications that are about these alone.
fn reached(reach: &Reach) -> Condition {
    within(reach, application::Column::MemberId, |plants| {
        let about = |named: SimpleExpr| Expr::exists(lines(named));
        let theirs = about(line::Column::PlantId.is_in(plants.iter().copied()));
        let others = about(line::Column::PlantId.is_not_in(plants.iter().copied()));
        theirs.and(others.not())
    })
}

/// The lines of the application of the outer query that are so.
fn lines(so: impl IntoCondition) -> SelectStatement {
    let same =
        Expr::col((line::Entity, line::Column::ApplicationId)).equals((application::Entity, application::Column::Id));
    Query::select().expr(Expr::val(1)).from(line::Entity).and_where(same).cond_where(so).take()
}

/// Whether a code came for the line since the application was made.
const ISSUED: &str = "EXISTS (SELECT 1 FROM place_codes c WHERE c.entrance_id = place_code_lines.entrance_id
    AND c.withdrawn_at IS NULL AND c.added_at >= place_code_applications.created_at)";
/// Whether the entrance was closed, its plant was, or its member left.
const GONE: &str =
    "EXISTS (SELECT 1 FROM entrances e JOIN plants p ON p.id = e.plant_id JOIN members b ON b.id = p.member_id
    WHERE e.id = place_code_lines.entrance_id
    AND (e.closed_at IS NOT NULL OR p.closed_at IS NOT NULL OR b.left_at IS NOT NULL))";
/// Whether a later application took the entrance up again. Ids grow with time.
const AGAIN: &str = "EXISTS (SELECT 1 FROM place_code_lines m WHERE m.entrance_id = place_code_lines.entrance_id
    AND m.application_id > place_code_lines.application_id)";
/// What the city said last of the line.
const SAID: &str = "COALESCE((SELECT o.outcome FROM place_code_outcomes o WHERE o.line_id = place_code_lines.id
    ORDER BY o.id DESC LIMIT 1), '')";

fn in_state(state: State) -> Condition {
    let open =
        |more: String| Expr::exists(lines(Expr::cust(format!("NOT {ISSUED} AND NOT {GONE} AND NOT {AGAIN}{more}"))));
    let any = || open(String::new());
    let saying = |word: &str| open(format!(" AND {SAID} = '{word}'"));
    let filed = || Condition::all().add(application::Column::FiledAt.is_not_null());
    match state {
        State::Prepared => Condition::all().add(application::Column::FiledAt.is_null()).add(any()),
        State::Refused => filed().add(saying("refused")),
        State::ToUpload => filed().add(saying("approved")).add(saying("refused").not()),
        State::Waiting => filed().add(saying("")).add(saying("approved").not()).add(saying("refused").not()),
        State::Done => Condition::all().add(any().not()),
    }
}

/// Applications that wait for somebody rather than for the city: to be handed in, refused, codes to be uploaded,
/// and those of which nothing was heard since `silent`.
pub struct Waiting<'a> {
    pub reach: &'a Reach,
    pub silent: Instant,
}

impl Waiting<'_> {
    fn select(&self) -> Select<application::Entity> {
        let quiet = in_state(State::Waiting).add(application::Column::FiledAt.lt(self.silent));
        let waits = [State::Prepared, State::Refused, State::ToUpload];
        let waits = waits.into_iter().fold(Condition::any(), |any, state| any.add(in_state(state)));
        application::Entity::find().filter(reached(self.reach)).filter(waits.add(quiet))
    }

    /// How many there are, up to 1,001.
    pub async fn count(&self, conn: &impl ConnectionTrait) -> Result<u64> {
        Ok(self.select().select_only().column(application::Column::Id).limit(COUNTED).count(conn).await?)
    }

    /// The oldest of them.
    pub async fn first(&self, conn: &impl ConnectionTrait, most: u64) -> Result<Vec<Case>> {
        let found = self.select().order_by_asc(application::Column::Id).limit(most).all(conn).await?;
        cases(conn, found).await
    }
}
