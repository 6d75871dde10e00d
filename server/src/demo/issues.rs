//! Issues of the demo association, from one that nobody has taken to one whose answer is published.

use app::{
    db::Tx,
    error::Result,
    ids::{IssueId, PersonId},
    issues::{
        model::{Act, Category, Kind},
        store::{
            issue::{self, Details, NewIssue},
            letter::{self, NewLetter},
            question::{self, Words},
        },
    },
    time::Instant,
};

use super::Demo;

/// One demo issue: what is asked, and the steps that it has gone.
struct Story {
    kind: Kind,
    category: Category,
    title: &'static str,
    body: &'static str,
    /// Days ago.
    filed: i64,
    steps: &'static [(Act, &'static str)],
}

const STORIES: [Story; 5] = [
    Story {
        kind: Kind::PolicyQuestion,
        category: Category::Transport,
        title: "散装车夜间进城需要哪些证件",
        body: "我们有十二辆散装车，想在夜间给工地送货。\n除了通行证，驾驶员还要带什么？",
        filed: 20,
        steps: &[
            (Act::Take, ""),
            (Act::Forward, ""),
            (Act::Answer, "夜间通行凭车辆通行证和驾驶员名单，名单变动提前一天报备。"),
        ],
    },
    Story {
        kind: Kind::PolicyQuestion,
        category: Category::Resumption,
        title: "粉磨站复工要报哪些材料",
        body: "停产两个月，准备恢复一条粉磨线，请告知报送材料和时限。",
        filed: 16,
        steps: &[(Act::Take, ""), (Act::Forward, "")],
    },
    Story {
        kind: Kind::CallForHelp,
        category: Category::Materials,
        title: "矿渣粉库存只够三天",
        body: "供货码头封闭，能否协调附近会员调剂两百吨？",
        filed: 3,
        steps: &[(Act::Take, ""), (Act::AskBack, "需要什么级别？能否自提？")],
    },
    Story {
        kind: Kind::CallForHelp,
        category: Category::Staff,
        title: "返岗人员住宿安排",
        body: "二十名工人返岗后需要闭环住宿，厂内床位不够。",
        filed: 2,
        steps: &[(Act::Take, "")],
    },
    Story {
        kind: Kind::PolicyQuestion,
        category: Category::Energy,
        title: "错峰用电能否延后一周",
        body: "窑系统刚点火，下周的错峰安排会造成停窑，想申请延后。",
        filed: 1,
        steps: &[],
    },
];

/// Adds the stories, each step five hours after the one before.
pub async fn seed(tx: &mut Tx, demo: &Demo) -> Result<()> {
    let (now, actor) = (tx.now, tx.actor.clone());
    let mut first = None;
    for (n, story) in STORIES.iter().enumerate() {
        let Some(member) = demo.members.members.get(n % 2) else { continue };
        tx.now = now.plus(-story.filed * Instant::DAY);
        tx.actor.person = Some(demo.members.admin);
        let id = IssueId::new();
        let new = NewIssue {
            id,
            member: member.id,
            plant: member.plants.first().map(|plant| plant.id),
            kind: story.kind,
            category: story.category,
            title: story.title.to_owned(),
            body: story.body.to_owned(),
            by_office: false,
            caller: None,
        };
        issue::file(tx, new).await?;
        tell(tx, id, story, demo.office.staff).await?;
        first.get_or_insert(id);
    }
    if let Some(id) = first {
        publish(tx, id).await?;
    }
    (tx.now, tx.actor) = (now, actor);
    Ok(())
}

async fn tell(tx: &mut Tx, id: IssueId, story: &Story, staff: PersonId) -> Result<()> {
    tx.actor.person = Some(staff);
    for (act, text) in story.steps {
        tx.now = tx.now.plus(5 * Instant::HOUR);
        let found = issue::find(&**tx, id).await?;
        let letter = if *act == Act::Forward {
            let day = tx.now.day();
            let new = NewLetter {
                department: "市住房城乡建设管理委".to_owned(),
                number: format!("沪水协〔{}〕{}号", day.year(), 100 - story.filed),
                sent_on: day,
                answer_due: tx.now.plus(7 * Instant::DAY).day().into(),
            };
            letter::add(tx, new).await?
        } else {
            None
        };
        let text = Some((*text).to_owned()).filter(|text| !text.is_empty());
        let details = Details { text, letter, ..Details::default() };
        issue::advance(tx, &found, *act, true, &details).await?;
        issue::add_event(tx, id, (*act).into(), true, &details).await?;
    }
    Ok(())
}

/// The answer that everybody may read.
async fn publish(tx: &Tx, id: IssueId) -> Result<()> {
    let words = Words {
        category: Category::Transport,
        title: "散装车夜间进城需要哪些证件？".to_owned(),
        question: "夜间给工地送散装水泥，除了车辆通行证，驾驶员还要带什么？".to_owned(),
        answer: "凭车辆通行证和驾驶员名单通行；名单变动的，请提前一天报备。".to_owned(),
    };
    question::publish(tx, id, words).await.map(drop)
}
