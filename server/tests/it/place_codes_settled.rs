//! Applications for place codes that nobody waits for any more, and results that meet a page which has moved on.

use app::{
    accounts::RoleKind,
    ids::{EntranceId, TextEnum},
    members::entity::{entrance, member, plant},
    place_codes::{applications::model::State, codes::model::Standing},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    builders::a_member,
    place_codes::stands,
    place_codes_apply::{agree, begun, case, file, filed, outcomes, outcomes_of, with_entrances},
    place_codes_disputes::a_sister_plant,
    test_app::TestApp,
};

const REFUSED: [(&str, &str); 2] = [("lines.0.outcome", "refused"), ("lines.0.reason", "名称不符")];
const BY_COMPUTER: [(&str, &str); 3] =
    [("route", "computer"), ("certificate", "electronic_licence"), ("handler", "李经办")];

async fn close(app: &TestApp, door: EntranceId, closed: bool) {
    let tx = app.tx().await;
    entrance::Entity::update_many()
        .col_expr(entrance::Column::ClosedAt, Expr::value(closed.then_some(tx.now)))
        .filter(entrance::Column::Id.eq(door))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn nobody_waits_for_the_code_of_a_closed_entrance() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = begun(&member.admin, &member).await;
    agree(&app, &member.admin, &path, State::Prepared, 1).await;
    close(&app, member.entrance, true).await;
    agree(&app, &member.admin, &path, State::Done, 0).await;
    member.admin.get(&path).await.is(200).says("不再需要").says_not("登记已提交");
    member.admin.post(&format!("{path}/filed"), &BY_COMPUTER).await.is(409).says("没有要提交的出入口");
    // What is opened again is waited for again.
    close(&app, member.entrance, false).await;
    agree(&app, &member.admin, &path, State::Prepared, 1).await;
    file(&member.admin, &path, &BY_COMPUTER).await.is(303);
    outcomes(&member.admin, &path, &REFUSED).await.is(303);
    agree(&app, &member.admin, &path, State::Refused, 1).await;
    close(&app, member.entrance, true).await;
    agree(&app, &member.admin, &path, State::Done, 0).await;
    close(&app, member.entrance, false).await;
    let tx = app.tx().await;
    plant::Entity::update_many().col_expr(plant::Column::ClosedAt, Expr::value(tx.now)).exec(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    agree(&app, &member.admin, &path, State::Done, 0).await;
}

#[tokio::test]
async fn the_others_of_an_application_are_handed_in_without_the_closed_one() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let west = with_entrances(&app, &member, &["西门"]).await[0];
    let path = begun(&member.admin, &member).await;
    close(&app, west, true).await;
    agree(&app, &member.admin, &path, State::Prepared, 1).await;
    member.admin.get(&format!("{path}/copy")).await.is(200).says("第 1 个，共 1 个");
    file(&member.admin, &path, &BY_COMPUTER).await.is(303);
    // What was not handed in does not wait for the city when it is opened again; it is applied for.
    close(&app, west, false).await;
    member.admin.get(&path).await.is(200).says_not("西门");
    agree(&app, &member.admin, &path, State::Waiting, 0).await;
    // One whose only entrance is gone can still be thrown away.
    let second = begun(&member.admin, &member).await;
    close(&app, west, true).await;
    member.admin.post(&format!("{second}/discard"), &[]).await.is(303);
    member.admin.get(&second).await.is(404);
    member.admin.post(&format!("{path}/discard"), &[]).await.is(409);
}

#[tokio::test]
async fn what_is_applied_for_anew_from_scratch_is_not_waited_for_twice() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let old = filed(&app, &member.admin, &member).await;
    outcomes(&member.admin, &old, &REFUSED).await.is(303);
    agree(&app, &member.admin, &old, State::Refused, 1).await;
    stands(&member, member.entrance, Standing::Missing).await;
    // Begun from the list and not from the page of the old one, after the refused one came to no end there either.
    close(&app, member.entrance, true).await;
    close(&app, member.entrance, false).await;
    let page = member.admin.get("/place-codes/apply").await.is(200);
    let new = crate::forms::post_changed(&member.admin, "/place-codes/apply", &page, &[]).await.is(303);
    let new = new.location().to_owned();
    // It remembers the old one all the same.
    let refused = case(&app, &old).await.application;
    assert_eq!(case(&app, &new).await.application.previous_id, Some(refused.id));
    member.admin.get(&new).await.is(200).says("接着办没有通过的").says(&refused.number);
    assert_eq!(case(&app, &old).await.state(), State::Done);
    agree(&app, &member.admin, &new, State::Prepared, 1).await;
    stands(&member, member.entrance, Standing::Applied).await;
    let number = case(&app, &new).await.application.number;
    member.admin.get(&old).await.is(200).says("已重新申领").says(&number);
    member.admin.post(&format!("{new}/discard"), &[]).await.is(303);
    agree(&app, &member.admin, &old, State::Refused, 1).await;
}

/// Of several refusals the newest is remembered, and only by who sees all of that application.
#[tokio::test]
async fn a_fresh_application_remembers_the_newest_refusal_that_its_maker_sees() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    a_sister_plant(&app, &member).await;
    let both = filed(&app, &member.admin, &member).await;
    let all = [REFUSED[0], REFUSED[1], ("lines.1.outcome", "refused"), ("lines.1.reason", "名称不符")];
    outcomes(&member.admin, &both, &all).await.is(303);
    let previous = async |path: &str| case(&app, path).await.application.previous_id;
    let both_id = case(&app, &both).await.application.id;

    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    let own = filed(&app, &operator, &member).await;
    assert_eq!(previous(&own).await, None, "the other plant's entrance is not theirs to see");
    outcomes(&operator, &own, &REFUSED).await.is(303);
    // One entrance was refused again since, in an application of its own.
    let next = begun(&member.admin, &member).await;
    assert_eq!(previous(&next).await, Some(case(&app, &own).await.application.id));
    member.admin.post(&format!("{next}/discard"), &[]).await.is(303);
    let again = filed(&app, &operator, &member).await;
    assert_eq!(previous(&again).await, Some(case(&app, &own).await.application.id));
    // What is left for the member is the entrance that was refused in the first.
    let last = begun(&member.admin, &member).await;
    assert_eq!(previous(&last).await, Some(both_id));
}

#[tokio::test]
async fn nothing_is_waited_for_of_a_member_that_left() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let path = filed(&app, &member.admin, &member).await;
    outcomes(&member.admin, &path, &REFUSED).await.is(303);
    let tx = app.tx().await;
    let leaving = member::Entity::update_many().col_expr(member::Column::LeftAt, Expr::value(tx.now));
    leaving.filter(member::Column::Id.eq(member.id)).exec(&*tx).await.unwrap();
    tx.commit().await.unwrap();
    let staff = app.staff().await;
    agree(&app, &staff, &path, State::Done, 0).await;
}

/// Two have the page open: what one noted is neither overruled nor passed over in silence when the other sends theirs.
#[tokio::test]
async fn results_go_by_the_entrance_and_what_is_not_taken_is_said() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    with_entrances(&app, &member, &["北门", "西门"]).await;
    let path = filed(&app, &member.admin, &member).await;
    let opened = member.admin.get(&path).await.is(200);
    let opened_too = member.admin.get(&path).await.is(200);
    let names: Vec<String> = case(&app, &path).await.lines.iter().map(|line| line.entrance.name.clone()).collect();
    outcomes(&app.staff().await, &path, &[("lines.0.outcome", "approved")]).await.is(303);

    let typed = [
        ("lines.0.outcome", "refused"),
        ("lines.0.reason", "证照过期"),
        ("lines.1.outcome", "approved"),
        ("lines.2.outcome", "refused"),
        ("lines.2.reason", "重名"),
    ];
    let refused = outcomes_of(&member.admin, &path, &opened, &typed).await.is(422);
    let refused = refused.says(&names[0]).says("选的结果没有登记").says("已通过，待上传场所码").says("重名");
    let states = async || -> Vec<&str> { case(&app, &path).await.lines.iter().map(|line| line.state.word()).collect() };
    assert_eq!(states().await, ["approved", "waiting", "waiting"], "nothing is noted in part");
    // Sent again as it stands, the others are noted: each at its own entrance, wherever that stands on the page now.
    outcomes_of(&member.admin, &path, &refused, &[]).await.is(303);
    assert_eq!(states().await, ["approved", "approved", "refused"]);
    let reason = case(&app, &path).await.lines[2].said.last().unwrap().reason.clone();
    assert_eq!(reason.as_deref(), Some("重名"));
    // Everything was said meanwhile; the page that is left says so.
    let late = outcomes_of(&member.admin, &path, &opened_too, &[("all", "approved")]).await.is(422);
    late.says(&names[2]).says("选的结果没有登记");
    assert_eq!(states().await, ["approved", "approved", "refused"]);
}

/// Of two forms on a page the one that was sent shows what is wrong with it, with what was typed.
#[tokio::test]
async fn a_wrong_correction_is_shown_in_the_form_of_corrections() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    with_entrances(&app, &member, &["西门"]).await;
    let path = filed(&app, &member.admin, &member).await;
    outcomes(&member.admin, &path, &[("lines.0.outcome", "approved")]).await.is(303);
    let line = case(&app, &path).await.lines[0].row.id;
    let fields = [
        ("corrected_on".to_owned(), "2020-01-01"),
        (format!("lines.{line}.state"), "approved"),
        (format!("lines.{line}.outcome"), "refused"),
        (format!("lines.{line}.reason"), "市里改了主意"),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let page = member.admin.post(&format!("{path}/outcomes"), &fields).await.is(422);
    let [waiting, correcting] = page
        .text
        .split("/outcomes\" class")
        .skip(1)
        .map(|form| form.split("</form>").next().unwrap())
        .collect::<Vec<_>>()[..]
    else {
        panic!("two forms: {}", page.text)
    };
    assert!(!waiting.contains("field__error") && !waiting.contains("市里改了主意"), "{waiting}");
    assert!(correcting.contains("f-corrected_on-error") && correcting.contains("市里改了主意"), "{correcting}");
    assert!(correcting.contains("value=\"2020-01-01\""));
    assert!(page.text.contains("<details open class=\"disclosure\""));
    // No two fields of the page have the same id, so that the summary leads to the right one.
    let mut ids: Vec<&str> = page.text.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}
