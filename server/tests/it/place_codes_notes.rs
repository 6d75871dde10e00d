//! What is said of codes under another address, before sheets are printed and elsewhere; and whom the sheets name to be
//! called.

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
    builders::{TestMember, a_member},
    forms::post_changed,
    place_codes::{add, issued, moved, on_record, page_of, payload},
    place_codes_apply::{begun, case, file, filed, outcomes, with_entrances},
    place_codes_turns::Counted,
    postings::{form_of, posted, with_code},
    test_app::TestApp,
    todo::counted,
};

/// An address outside Shanghai, as it is kept.
fn outside() -> String {
    let address = Address::Elsewhere(ElsewhereAddress {
        province: "浙江省".to_owned(),
        city: "湖州市".to_owned(),
        county: "长兴县".to_owned(),
        detail: "煤山镇新槐路1号".to_owned(),
    });
    serde_json::to_string(&address).unwrap()
}

/// The member's plant has this address in parts, in this district.
async fn located(app: &TestApp, member: &TestMember, address: &str, district: Option<&str>) {
    let tx = app.tx().await;
    plant::Entity::update_many()
        .col_expr(plant::Column::Address, Expr::value(address))
        .col_expr(plant::Column::District, Expr::value(district.map(str::to_owned)))
        .filter(plant::Column::Id.eq(member.plant))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

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
    located(&app, &member, &outside(), None).await;
    let page = member.admin.get(&one).await.is(200).says("不能申领新码");
    page.says_not("已经在重新申领").says_not("请先重新申领").says_not(&apply);
}

/// Nobody is asked to apply for what is applied for already, or where nothing can be applied for.
#[tokio::test]
async fn what_is_advised_after_a_move_is_what_can_be_done() {
    let app = TestApp::start().await;
    let (member, image) = with_code(&app, 1).await;
    let posting = posted(&member.admin, &form_of(member.entrance), &[], Some(&image)).await.is(303);
    let (entrance, copy) = (page_of(member.entrance), posting.location());
    let print = format!("/place-codes/print?entrance={}", member.entrance);
    let apply = format!("/place-codes/apply?member={}", member.id);
    let pages = [entrance.as_str(), copy, print.as_str()];
    // Whether 待办 asks to apply, and how much it counts beside the copy that is to be replaced.
    let todo = async |asks: bool, others: usize| {
        let todo = member.admin.get("/todo").await.is(200);
        assert_eq!(todo.text.contains("1 个出入口的场所码与厂区现在的地址不符"), asks);
        assert_eq!(counted(&todo, "/place-codes"), 1 + others);
        let (_, tasks) = todo.text.split_once("class=\"tasks\"").unwrap();
        let tasks = tasks.split("</ul>").next().unwrap();
        assert_eq!(tasks.matches("<a href=\"/place-codes").count(), 1 + others, "as many are listed");
    };
    moved(&app, &member, "上海市青浦区新路 9 号").await;
    todo(true, 1).await;
    let page = member.admin.get(&entrance).await.is(200).says("请重新申领").says(&apply);
    page.says("撤回").says_not("把同一张图片再传一次");
    // What 待办 leads to lists them and nothing else.
    let to_apply = "/place-codes?standing=to_apply";
    member.admin.get("/todo").await.is(200).says(to_apply);
    member.admin.get(to_apply).await.is(200).says(&entrance);
    member.admin.get(copy).await.is(200).says("请先申领新码");

    let row = plant::Entity::find_by_id(member.plant).one(app.state.db.reader()).await.unwrap().unwrap();
    located(&app, &member, &outside(), None).await;
    todo(false, 0).await;
    for page in pages {
        let page = member.admin.get(page).await.is(200).says("不在上海市，不能申领新码");
        page.says_not("请重新申领").says_not("请先申领新码").says_not("请先重新申领").says_not(&apply);
    }
    located(&app, &member, &row.address, row.district.as_deref()).await;
    todo(true, 1).await;

    // The application itself is on 待办 until it is handed in.
    app.state.clock.advance(Instant::DAY);
    let application = begun(&member.admin, &member).await;
    let number = case(&app, &application).await.application.number;
    todo(false, 1).await;
    for page in pages {
        let page = member.admin.get(page).await.is(200).says("请先提交");
        page.says_not("请重新申领").says_not("请先申领新码").says_not("请先重新申领").says_not(&apply);
    }
    let done = [("route", "computer"), ("certificate", "electronic_licence"), ("handler", "李经办")];
    file(&member.admin, &application, &done).await.is(303);
    todo(false, 0).await;
    member.admin.get(to_apply).await.is(200).says_not(&entrance);
    for page in [entrance.as_str(), copy] {
        let page = member.admin.get(page).await.is(200).says("新码已经申领").says(&application).says(&number);
        page.says_not("请重新申领").says_not("请先申领新码").says_not("请先提交").says_not(&apply);
    }
    // When it was refused it is to be applied for once more.
    let refused = [("lines.0.outcome", "refused"), ("lines.0.reason", "名称不符")];
    outcomes(&member.admin, &application, &refused).await.is(303);
    todo(true, 2).await;
    member.admin.get(copy).await.is(200).says("请先申领新码");
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
