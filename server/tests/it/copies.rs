//! The button that copies a text for a WeChat group: a copy is noted beside the thing, once and with a name.

use app::time::Instant;

use crate::{builders::a_member, notices::a_notice, test_app::TestApp};

#[tokio::test]
async fn a_copy_to_wechat_is_noted_once_with_its_name() {
    let app = TestApp::start().await;
    let (staff, member) = (app.staff().await, a_member(&app).await);
    let notice = a_notice(&staff, &[]).await;
    let id = notice.rsplit('/').next().unwrap();
    staff.get(&notice).await.is(200).says(&format!("kind=notice&amp;about={id}")).says_not("复制到微信的记录");
    for _ in 0..2 {
        staff.post("/copies", &[("kind", "notice"), ("about", id)]).await.is(204);
    }
    app.state.clock.advance(2 * Instant::MINUTE);
    staff.post("/copies", &[("kind", "notice"), ("about", id)]).await.is(204);
    staff.post("/copies", &[("kind", "notice_names"), ("about", id)]).await.is(204);
    staff.post("/copies", &[("kind", "supply_names"), ("about", "2022-05-30")]).await.is(204);
    let page = app.auditor().await.get(&notice).await.is(200).says("测试员 复制到微信");
    assert_eq!(page.text.matches("测试员 复制到微信").count(), 2, "two taps within a minute are one copy");
    page.says_not("kind=notice&amp;about=");
    staff.get(&format!("{notice}/names")).await.is(200).says("测试员 复制到微信");
    member.admin.get(&notice).await.is(200).says_not("复制到微信");
    member.admin.post("/copies", &[("kind", "notice"), ("about", id)]).await.is(403);
    let nothing = uuid::Uuid::now_v7().to_string();
    for wrong in [
        [("kind", "notice"), ("about", nothing.as_str())],
        [("kind", "notice"), ("about", "x")],
        [("kind", "other"), ("about", id)],
        [("kind", "supply_names"), ("about", "2022-13-01")],
    ] {
        staff.post("/copies", &wrong).await.is(404);
    }
}

#[tokio::test]
async fn taps_that_come_together_are_one_copy() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    let notice = a_notice(&staff, &[]).await;
    let id = notice.rsplit('/').next().unwrap();
    let tap = async || staff.post("/copies", &[("kind", "notice"), ("about", id)]).await;
    let (a, b, c, d) = tokio::join!(tap(), tap(), tap(), tap());
    for answer in [a, b, c, d] {
        answer.is(204);
    }
    let page = app.auditor().await.get(&notice).await.is(200);
    assert_eq!(page.text.matches("测试员 复制到微信").count(), 1);
}
