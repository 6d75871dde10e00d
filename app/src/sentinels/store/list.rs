//! Lists of install requests: what a person may see, narrowed, newest first, paged by key.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Order, Query, SimpleExpr},
};

use super::{Case, cases, mail_of};
use crate::{
    db::holds,
    error::Result,
    ids::{InstallRequestId, MemberId, PlantId, TextEnum},
    members::entity::{member, plant},
    outbox::DeliveryState,
    paging::{From, Paged, newest_first},
    sentinels::{
        entity::{event, request},
        model::{Act, Mail, State},
    },
    time::{Day, Instant},
};

/// Which requests a person may see.
#[derive(Clone, Debug)]
pub enum Scope {
    /// All of them; drafts only for those who may go on writing them.
    Office { drafts: bool },
    /// Those of whole members and of single plants.
    Of { members: Vec<MemberId>, plants: Vec<PlantId> },
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub state: Option<State>,
    /// A part of the number, the member's or the plant's name.
    pub text: Option<String>,
}

/// One page of a list, newest first.
pub struct Listed {
    pub cases: Vec<Case>,
    pub newer: Option<InstallRequestId>,
    pub older: Option<InstallRequestId>,
    /// Stops counting at 1,001.
    pub count: u64,
}

const PER_PAGE: usize = 50;
const COUNTED: u64 = 1_001;

pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    from: From<InstallRequestId>,
) -> Result<Listed> {
    let all = narrowed(scope, filter);
    let count = all.clone().select_only().column(request::Column::Id).limit(COUNTED).count(conn).await?;
    let requests = newest_first(all, request::Column::Id, from, PER_PAGE).all(conn).await?;
    let Paged { rows, before, after } = from.page(requests, PER_PAGE, |request| request.id);
    Ok(Listed { cases: cases(conn, rows).await?, newer: before, older: after, count })
}

/// All that the list shows on all its pages, newest first, at most `most`.
pub async fn everything(conn: &impl ConnectionTrait, scope: &Scope, filter: &Filter, most: u64) -> Result<Vec<Case>> {
    let requests = narrowed(scope, filter).order_by_desc(request::Column::Id).limit(most).all(conn).await?;
    cases(conn, requests).await
}

fn narrowed(scope: &Scope, filter: &Filter) -> Select<request::Entity> {
    let mut query = request::Entity::find().filter(within(scope));
    if let Some(state) = filter.state {
        query = query.filter(in_state(state));
    }
    if let Some(text) = &filter.text {
        let members = member::Entity::find()
            .select_only()
            .column(member::Column::Id)
            .filter(holds(member::Column::Name, text).or(holds(member::Column::ShortName, text)));
        let plants =
            plant::Entity::find().select_only().column(plant::Column::Id).filter(holds(plant::Column::Name, text));
        query = query.filter(
            Condition::any()
                .add(holds(request::Column::Number, text))
                .add(request::Column::MemberId.in_subquery(members.into_query()))
                .add(request::Column::PlantId.in_subquery(plants.into_query())),
        );
    }
    query
}

fn within(scope: &Scope) -> Condition {
    match scope {
        Scope::Office { drafts: true } => Condition::all(),
        Scope::Office { drafts: false } => Condition::all().add(request::Column::SubmittedAt.is_not_null()),
        Scope::Of { members, plants } => {
            // An empty list beside another would keep the databases from their indexes.
            let mut own = Condition::any();
            if !members.is_empty() || plants.is_empty() {
                own = own.add(request::Column::MemberId.is_in(members.iter().copied()));
            }
            if !plants.is_empty() {
                own = own.add(request::Column::PlantId.is_in(plants.iter().copied()));
            }
            own
        }
    }
}

/// The state as the database finds it; says the same as `State::of`.
fn in_state(state: State) -> Condition {
    let submitted = Condition::all().add(request::Column::SubmittedAt.is_not_null());
    let none_of = |acts: &[Act]| acts.iter().fold(submitted.clone(), |all, act| all.add(done(*act).not()));
    let of_mail = |kind: Mail| {
        none_of(&[Act::TurnDown, Act::Install, Act::Schedule, Act::Acknowledge]).add(mail(&|found| found == kind))
    };
    match state {
        State::Draft => Condition::all().add(request::Column::SubmittedAt.is_null()),
        State::Queued => of_mail(Mail::Waiting),
        State::Accepted => of_mail(Mail::Accepted),
        State::Written => of_mail(Mail::Written),
        State::Uncertain => of_mail(Mail::Uncertain),
        State::Refused => of_mail(Mail::Refused),
        State::NotSent => of_mail(Mail::NotSent),
        State::Acknowledged => none_of(&[Act::TurnDown, Act::Install, Act::Schedule]).add(done(Act::Acknowledge)),
        State::Scheduled => none_of(&[Act::TurnDown, Act::Install]).add(done(Act::Schedule)),
        State::Installed => none_of(&[Act::TurnDown]).add(done(Act::Install)),
        State::TurnedDown => submitted.add(done(Act::TurnDown)),
    }
}

/// That this was done to the request.
fn done(act: Act) -> SimpleExpr {
    Expr::cust(format!(
        "EXISTS (SELECT 1 FROM install_request_events e WHERE e.request_id = install_requests.id AND e.act = '{act}')"
    ))
}

/// That this became of the request's mail.
fn mail(is: &dyn Fn(Mail) -> bool) -> SimpleExpr {
    let states = DeliveryState::ALL.iter().filter(|state| is(mail_of(**state)));
    let words: Vec<String> = states.map(|state| format!("'{}'", state.word())).collect();
    Expr::cust(format!(
        "EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = install_requests.message_id
         AND d.email = install_requests.sent_to AND d.state IN ({}))",
        words.join(", ")
    ))
}

/// Requests that were sent and wait for somebody rather than for their time: the mail failed, nobody
/// answered since `silent`, the day of the installation is before `today`, or it only has to be confirmed.
pub struct Waiting<'a> {
    pub scope: &'a Scope,
    pub silent: Instant,
    pub today: Day,
}

impl Waiting<'_> {
    fn select(&self) -> Select<request::Entity> {
        let none_of = |acts: &[Act]| acts.iter().fold(Condition::all(), |all, act| all.add(done(*act).not()));
        let of_this = || {
            let same =
                Expr::col((event::Entity, event::Column::RequestId)).equals((request::Entity, request::Column::Id));
            Query::select().from(event::Entity).and_where(same).to_owned()
        };
        let day = of_this()
            .column(event::Column::Day)
            .and_where(event::Column::Act.eq(Act::Schedule))
            .order_by(event::Column::Id, Order::Desc)
            .limit(1)
            .to_owned();
        let passed = Expr::value(self.today).gt(Expr::SubQuery(None, Box::new(day.into())));
        let heard = Expr::exists(of_this().expr(Expr::val(1)).and_where(event::Column::At.gt(self.silent)).to_owned());
        request::Entity::find()
            .filter(within(self.scope))
            .filter(request::Column::SubmittedAt.is_not_null())
            .filter(request::Column::SettledAt.is_null())
            .filter(
                Condition::any()
                    .add(done(Act::Install))
                    .add(none_of(&[Act::Install]).add(passed))
                    .add(none_of(&[Act::Install, Act::Schedule]).add(heard.not()))
                    .add(none_of(&[Act::Install, Act::Schedule, Act::Acknowledge]).add(mail(&Mail::failed))),
            )
    }

    /// How many there are, up to 1,001.
    pub async fn count(&self, conn: &impl ConnectionTrait) -> Result<u64> {
        Ok(self.select().select_only().column(request::Column::Id).limit(COUNTED).count(conn).await?)
    }

    /// The first of them: those whose mail failed, then the longest open.
    pub async fn first(&self, conn: &impl ConnectionTrait, most: u64) -> Result<Vec<Case>> {
        let requests = self
            .select()
            .order_by_desc(mail(&Mail::failed))
            .order_by_asc(request::Column::SubmittedAt)
            .limit(most)
            .all(conn)
            .await?;
        cases(conn, requests).await
    }
}
