//! The answer to an install request, and how far it is believed: what anybody can have written names no day, and what the
//! member's own people wrote is no answer.

use app::{
    conversations::{Held, Way, store as conversations},
    ids::InboundMailId,
    members::{
        model::{ContactFacts, Duty},
        store as members,
    },
    sentinels::store as sentinels,
    text::Locale,
    time::{Instant, show_day},
};

use crate::{
    builders::a_member,
    replies::{OPERATOR, a_mail, address_of, drop_mail, messages, portal, reply_address, taken},
    sentinels::{id_of, sent},
    test_app::{Answer, TestApp},
};

/// A day to come as a letter writes it, and as a form does.
fn a_day(app: &TestApp, ahead: i64) -> (String, String) {
    let day = app.state.clock.now().plus(ahead * Instant::DAY).day();
    (format!("{}月{}日", u8::from(day.month()), day.day()), format!("value=\"{}\"", show_day(day)))
}

fn is_doubted(page: &Answer) -> bool {
    let doubted = page.text.contains(&Locale::Zh.t("conversations.unsure"));
    assert!(page.text.contains("登记为已约定"), "{}", page.text);
    assert_eq!(doubted, !page.text.contains("已于"), "what anybody can have written is not said to be an answer");
    doubted
}

#[tokio::test]
async fn a_mail_that_anybody_can_write_names_no_day_and_says_so() {
    let app = portal().await.with_module().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    let number = sentinels::request(app.state.db.reader(), id_of(&path)).await.unwrap().number.unwrap();
    let (forged_day, forged) = a_day(&app, 20);
    let mail = a_mail(OPERATOR, "hunitong@example.cn", &number, &[], &format!("定于{forged_day}上门，请付押金。"));
    let by_number = taken(&app, &drop_mail(&staff, &mail).await).await;
    assert_eq!(by_number.way, Some(Way::Number));
    let page = member.admin.get(&path).await.is(200).says("请付押金").says_not(&forged);
    assert!(is_doubted(&page));
    // Nor does a mail that answers one which came in: its writer may have chosen the id of that one.
    let to = reply_address(&messages(&app, id_of(&path).0).await.pop().unwrap());
    let first = taken(&app, &drop_mail(&staff, &a_mail("li@elsewhere.cn", &to, "Re", &[], "收到")).await).await;
    let nearest = format!("<{}>", first.rfc_id.unwrap());
    let more = [("In-Reply-To", nearest.as_str())];
    let mail = a_mail(OPERATOR, "hunitong@example.cn", "Re", &more, &format!("改为{forged_day}。"));
    assert_eq!(taken(&app, &drop_mail(&staff, &mail).await).await.way, Some(Way::Thread));
    assert!(is_doubted(&member.admin.get(&path).await.is(200).says("改为").says_not(&forged)));
    // What came by the signed address names its day.
    let (true_day, meant) = a_day(&app, 30);
    drop_mail(&staff, &a_mail(OPERATOR, &to, "Re", &[], &format!("定于{true_day}安装。"))).await;
    assert!(!is_doubted(&member.admin.get(&path).await.is(200).says(&meant)));
}

#[tokio::test]
async fn what_hides_lines_stays_doubtful_whoever_files_it_and_a_quotation_names_no_day() {
    let app = portal().await.with_module().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    let number = sentinels::request(app.state.db.reader(), id_of(&path)).await.unwrap().number.unwrap();
    let to = reply_address(&messages(&app, id_of(&path).0).await.pop().unwrap());
    let (day, value) = a_day(&app, 20);
    let mail = a_mail(OPERATOR, &to, "=?utf-8?Q?x=0D=0ABcc:_a@b.cn?=", &[], &format!("定于{day}安装。"));
    let held = drop_mail(&staff, &mail).await;
    assert_eq!(taken(&app, &held).await.held, Some(Held::HiddenLines));
    staff.post(&format!("{}/file", held.location()), &[("number", &number)]).await.is(303);
    assert!(is_doubted(&member.admin.get(&path).await.is(200).says_not(&value)));

    drop_mail(&staff, &a_mail(OPERATOR, &to, "Re", &[], &format!("> 希望{day}安装。"))).await;
    assert!(!is_doubted(&member.admin.get(&path).await.is(200).says("希望").says_not(&value)));
}

#[tokio::test]
async fn a_member_that_shares_an_address_with_another_does_not_answer_itself() {
    let app = portal().await.with_module().await;
    let (member, other) = (a_member(&app).await, a_member(&app).await);
    let staff = app.staff().await;
    let shared = address_of(&member);
    let tx = app.tx().await;
    let facts = ContactFacts {
        name: "王厂长".to_owned(),
        title: None,
        phone: None,
        email: Some(shared.to_uppercase()),
        duties: vec![Duty::General],
    };
    members::add_contact(&tx, other.id, &facts).await.unwrap();
    tx.commit().await.unwrap();
    let path = sent(&member.admin, &member).await;
    let to = reply_address(&messages(&app, id_of(&path).0).await.pop().unwrap());
    let (day, _) = a_day(&app, 20);
    let mail = drop_mail(&staff, &a_mail(&shared, &to, "Re", &[], &format!("{day}不行。"))).await;
    let id: InboundMailId = taken(&app, &mail).await.id;
    let kept = conversations::find(app.state.db.reader(), id).await.unwrap();
    assert_eq!((kept.way, kept.sender_member_id), (Some(Way::Token), None));
    member.admin.get(&path).await.is(200).says("不行。").says_not("登记为已约定");
    drop_mail(&staff, &a_mail("li@elsewhere.cn", &to, "Re", &[], "六月来")).await;
    member.admin.get(&path).await.is(200).says("登记为已约定");
}
