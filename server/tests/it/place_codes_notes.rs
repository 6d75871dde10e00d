//! What is said before sheets are printed: codes under another address, and whom the sheets name to be called.

use std::sync::Arc;

use app::{
    accounts::RoleKind,
    members::{
        address::{Address, ElsewhereAddress},
        entity::{contact, plant},
    },
    time::Instant,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    builders::a_member,
    forms::post_changed,
    place_codes::{add, issued, moved, on_record, page_of, payload},
    place_codes_apply::{filed, with_entrances},
    place_codes_turns::Counted,
    test_app::TestApp,
};

#[tokio::test]
async fn codes_under_another_address_are_counted_before_they_are_printed() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    on_record(&app, &member).await;
    let west = with_entrances(&app, &member, &["西门"]).await[0];
    add(&member.admin, west, &[], &issued(&[&payload(1)])).await.is(303);
    let one = format!("/place-codes/print?entrance={}", member.entrance);
    let all = format!("/place-codes/print?plant={}", member.plant);
    for ask in [&one, &all] {
        member.admin.get(ask).await.is(200).says_not("登记在另一个地址");
    }
    moved(&app, &member, "上海市青浦区新路 9 号").await;
    let apply = format!("/place-codes/apply?member={}", member.id);
    member.admin.get(&one).await.is(200).says("这个场所码登记在另一个地址").says("请先重新申领").says(&apply);
    let page = member.admin.get(&all).await.is(200).says("其中 2 个场所码登记在另一个地址");
    // It stays said when the form comes back.
    post_changed(&member.admin, &all, &page, &[("size", "a0")]).await.is(422).says("其中 2 个场所码");
    // One of them is right again.
    add(&member.admin, west, &[("cause", "address_changed")], &issued(&[&payload(2)])).await.is(303);
    member.admin.get(&all).await.is(200).says("其中 1 个场所码登记在另一个地址");
    // What is applied for already is not to be applied for again, and outside Shanghai nothing can be.
    app.state.clock.advance(Instant::DAY);
    filed(&app, &member.admin, &member).await;
    let page = member.admin.get(&one).await.is(200).says("已经在重新申领");
    page.says_not("请先重新申领").says_not(&apply);
    let elsewhere = Address::Elsewhere(ElsewhereAddress {
        province: "浙江省".to_owned(),
        city: "湖州市".to_owned(),
        county: "长兴县".to_owned(),
        detail: "煤山镇新槐路1号".to_owned(),
    });
    let tx = app.tx().await;
    plant::Entity::update_many()
        .col_expr(plant::Column::Address, Expr::value(serde_json::to_string(&elsewhere).unwrap()))
        .filter(plant::Column::Id.eq(member.plant))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let page = member.admin.get(&one).await.is(200).says("不能申领新码");
    page.says_not("已经在重新申领").says_not("请先重新申领").says_not(&apply);
}

#[tokio::test]
async fn where_no_contact_can_be_called_the_sheets_name_the_association_or_it_is_said_that_they_name_nobody() {
    let documents = Arc::new(Counted::default());
    let app = TestApp::with_documents(Arc::<Counted>::clone(&documents)).await;
    let member = a_member(&app).await;
    on_record(&app, &member).await;
    let ask = format!("/place-codes/print?entrance={}", member.entrance);
    let sheet = format!("{}/sheet.pdf?size=a4&kind=poster&code=redrawn", page_of(member.entrance));
    member.admin.get(&ask).await.is(200).says_not("还没有登记联系人的电话");
    member.admin.get(&sheet).await.is(200);

    let tx = app.tx().await;
    contact::Entity::update_many()
        .col_expr(contact::Column::Phone, Expr::value(None::<String>))
        .filter(contact::Column::Id.eq(member.contact))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let enter = format!("href=\"/members/{}\"", member.id);
    member.admin.get(&ask).await.is(200).says("张贴纸上不会有联系人").says(&enter);
    // Whoever cannot enter contacts is told who can.
    let operator = app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await;
    operator.get(&ask).await.is(200).says("请本单位管理员先登记").says_not("去登记联系人");
    member.admin.get(&sheet).await.is(200);

    let admin = app.admin().await;
    let page = admin.get("/settings/association").await.is(200);
    post_changed(&admin, "/settings/association", &page, &[("phone", "021-63210000")]).await.is(303);
    let page = member.admin.get(&ask).await.is(200).says("张贴纸上会印协会的联系方式");
    page.says("上海市水泥行业协会 021-63210000").says(&enter);
    member.admin.get(&sheet).await.is(200);

    let named = documents.contacts.lock().unwrap().clone();
    let whom = |name: &str, phone: &str| Some((name.to_owned(), phone.to_owned()));
    assert_eq!(named, [whom("王厂长", "18600001402"), None, whom("上海市水泥行业协会", "021-63210000")]);
}
