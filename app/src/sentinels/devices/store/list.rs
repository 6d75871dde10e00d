//! Lists of devices: what a person may see, narrowed, newest first, paged by key.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};

use super::{Device, devices};
use crate::{
    db::holds,
    error::Result,
    guides::facts::DeviceForm,
    ids::{EntranceId, InstallRequestId, MemberId, PlantId, SentinelId, TextEnum},
    members::{
        entity::{entrance, plant},
        store as register,
    },
    paging::{From, Paged, newest_first},
    sentinels::{
        catalogue::store::REFUTED,
        checkups::{model::CHECKED, store::Due},
        devices::{
            entity::sentinel,
            model::{Proof, Stage},
        },
        entity::request,
        store::Scope,
    },
};

/// Where the devices of a list stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    At(Stage),
    /// Installed and whole, in service or not yet.
    There,
}

impl Standing {
    /// The word in a list's address.
    pub fn word(self) -> &'static str {
        match self {
            Self::At(stage) => stage.word(),
            Self::There => THERE,
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        if word == THERE { Some(Self::There) } else { Stage::from_word(word).map(Self::At) }
    }

    fn stages(self) -> Vec<Stage> {
        match self {
            Self::At(stage) => vec![stage],
            Self::There => vec![Stage::Installed, Stage::Tested, Stage::Accepted, Stage::InService],
        }
    }
}

const THERE: &str = "there";

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub stage: Option<Standing>,
    pub form: Option<DeviceForm>,
    /// Whether it counts as a sentinel.
    pub counts: Option<bool>,
    /// A district's code.
    pub district: Option<String>,
    pub member: Option<MemberId>,
    /// Where it stands.
    pub entrance: Option<EntranceId>,
    /// The request that it came from.
    pub request: Option<InstallRequestId>,
    /// Only those that are due to be checked.
    pub due: Option<Due>,
    /// A part of serial, brand, model, of the request's number, or of the member's, plant's or entrance's name.
    pub text: String,
}

/// One page of a list, newest first.
pub struct Listed {
    pub devices: Vec<Device>,
    pub newer: Option<SentinelId>,
    pub older: Option<SentinelId>,
    /// Stops counting at 1,001.
    pub count: u64,
}

const PER_PAGE: usize = 50;
const COUNTED: u64 = 1_001;
/// Devices that are offered for being entered together.
const ALIKE: u64 = 20;

pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    from: From<SentinelId>,
) -> Result<Listed> {
    let all = narrowed(scope, filter);
    let count = all.clone().select_only().column(sentinel::Column::Id).limit(COUNTED).count(conn).await?;
    let rows = newest_first(all, sentinel::Column::Id, from, PER_PAGE).all(conn).await?;
    let Paged { rows, before, after } = from.page(rows, PER_PAGE, |row| row.id);
    Ok(Listed { devices: devices(conn, rows).await?, newer: before, older: after, count })
}

/// All that the list shows on all its pages, newest first, at most `most`.
pub async fn everything(conn: &impl ConnectionTrait, scope: &Scope, filter: &Filter, most: u64) -> Result<Vec<Device>> {
    let rows = narrowed(scope, filter).order_by_desc(sentinel::Column::Id).limit(most).all(conn).await?;
    devices(conn, rows).await
}

/// Other devices at the same plant, of the same make or where this one stands: what is entered for this one often
/// holds for them.
pub async fn alike(conn: &impl ConnectionTrait, device: &Device) -> Result<Vec<Device>> {
    let same =
        Condition::any().add(sentinel::Column::ModelKey.eq(&device.row.model_key)).add(stands(&[device.stage()]));
    let rows = sentinel::Entity::find()
        .filter(sentinel::Column::PlantId.eq(device.row.plant_id))
        .filter(sentinel::Column::Id.ne(device.row.id))
        .filter(stands(&[Stage::Removed]).not())
        .filter(same)
        .order_by_asc(sentinel::Column::Id)
        .limit(ALIKE);
    devices(conn, rows.all(conn).await?).await
}

/// A member's devices that stand at one of these stages, those of one of its plants first, then the oldest; at most
/// `most`.
pub async fn standing(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    (member, plant): (MemberId, PlantId),
    stages: &[Stage],
    most: u64,
) -> Result<Vec<Device>> {
    let rows = sentinel::Entity::find()
        .filter(within(scope))
        .filter(sentinel::Column::MemberId.eq(member))
        .filter(stands(stages))
        .order_by_desc(sentinel::Column::PlantId.eq(plant))
        .order_by_asc(sentinel::Column::Id)
        .limit(most);
    devices(conn, rows.all(conn).await?).await
}

/// How many devices that are installed do not count, up to 1,001.
pub async fn unproven(conn: &impl ConnectionTrait, scope: &Scope) -> Result<u64> {
    let filter = Filter { stage: Some(Standing::There), counts: Some(false), ..Filter::default() };
    count(conn, scope, &filter).await
}

/// How many devices a list has, up to 1,001.
pub async fn count(conn: &impl ConnectionTrait, scope: &Scope, filter: &Filter) -> Result<u64> {
    Ok(narrowed(scope, filter).select_only().column(sentinel::Column::Id).limit(COUNTED).count(conn).await?)
}

fn narrowed(scope: &Scope, filter: &Filter) -> Select<sentinel::Entity> {
    let mut query = sentinel::Entity::find().filter(within(scope));
    if let Some(stage) = filter.stage {
        query = query.filter(stands(&stage.stages()));
    }
    if let Some(due) = &filter.due {
        query = query.filter(stands(&CHECKED)).filter(due.condition());
    }
    if let Some(form) = filter.form {
        query = query.filter(sentinel::Column::Form.eq(form));
    }
    if let Some(counts) = filter.counts {
        let all = Proof::ALL.iter().fold(Condition::all().add(holds_up()), |all, proof| all.add(proven(*proof)));
        query = query.filter(if counts { all } else { all.not() });
    }
    if let Some(district) = &filter.district {
        let plants = plant::Entity::find().select_only().column(plant::Column::Id);
        let there = plants.filter(plant::Column::District.eq(district));
        query = query.filter(sentinel::Column::PlantId.in_subquery(there.into_query()));
    }
    if let Some(member) = filter.member {
        query = query.filter(sentinel::Column::MemberId.eq(member));
    }
    if let Some(entrance) = filter.entrance {
        query = query.filter(sentinel::Column::EntranceId.eq(entrance));
    }
    if let Some(request) = filter.request {
        query = query.filter(sentinel::Column::RequestId.eq(request));
    }
    if !filter.text.is_empty() {
        query = query.filter(called(&filter.text));
    }
    query
}

fn called(text: &str) -> Condition {
    let plants = plant::Entity::find().select_only().column(plant::Column::Id).filter(holds(plant::Column::Name, text));
    let entrances =
        entrance::Entity::find().select_only().column(entrance::Column::Id).filter(holds(entrance::Column::Name, text));
    let requests = request::Entity::find().select_only().column(request::Column::Id);
    let requests = requests.filter(holds(request::Column::Number, text));
    let columns = [sentinel::Column::Serial, sentinel::Column::Brand, sentinel::Column::Model];
    columns
        .into_iter()
        .fold(Condition::any(), |any, column| any.add(holds(column, text)))
        .add(sentinel::Column::RequestId.in_subquery(requests.into_query()))
        .add(sentinel::Column::MemberId.in_subquery(register::called(text)))
        .add(sentinel::Column::PlantId.in_subquery(plants.into_query()))
        .add(sentinel::Column::EntranceId.in_subquery(entrances.into_query()))
}

fn within(scope: &Scope) -> Condition {
    match scope {
        Scope::Office { .. } => Condition::all(),
        Scope::Of { members, plants } => {
            // An empty list beside another would keep the databases from their indexes.
            let mut own = Condition::any();
            if !members.is_empty() || plants.is_empty() {
                own = own.add(sentinel::Column::MemberId.is_in(members.iter().copied()));
            }
            if !plants.is_empty() {
                own = own.add(sentinel::Column::PlantId.is_in(plants.iter().copied()));
            }
            own
        }
    }
}

/// That one of these was the last thing that happened; says the same as `Life::stage`.
fn stands(stages: &[Stage]) -> SimpleExpr {
    let words: Vec<String> = stages.iter().map(|stage| format!("'{stage}'")).collect();
    Expr::cust(format!(
        "(SELECT e.stage FROM sentinel_events e WHERE e.sentinel_id = sentinels.id ORDER BY e.seq DESC LIMIT 1) IN ({})",
        words.join(", ")
    ))
}

/// That the catalogue says nothing against its model; with the evidence, the same as `model::counts`.
fn holds_up() -> SimpleExpr {
    Expr::cust(format!("sentinels.model_key NOT IN ({REFUTED})"))
}

/// That this is on record and was not withdrawn.
fn proven(proof: Proof) -> SimpleExpr {
    Expr::cust(format!(
        "EXISTS (SELECT 1 FROM sentinel_proofs p WHERE p.sentinel_id = sentinels.id AND p.proof = '{proof}'
         AND p.withdrawn_at IS NULL)"
    ))
}
