//! Many mails at once: what machines answer to a mailing asks nothing of anybody and hides no question; what is put aside by
//! itself is counted, looked at, and loses nothing before that.

use app::{
    conversations::{self, Nature, Taken, Way, store},
    ids::InboundMailId,
    outbox::entity::{delivery, message},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    builders::a_member,
    outbox,
    replies::{OPERATOR, a_mail, address_of, drop_mail, messages, taken},
    replies_kept::{count, find, piped},
    replies_proof::portal,
    sentinels::{id_of, sent},
    test_app::TestApp,
    todo::counted,
};

/// A mail of ours that is about nothing that has a conversation, and its delivery.
async fn mailing(app: &TestApp) -> (message::Model, delivery::Model) {
    let about = outbox::a_mail(app, &["wang@member.example.cn"]).await;
    let message = messages(app, about).await.pop().unwrap();
    let all = delivery::Entity::find().filter(delivery::Column::MessageId.eq(message.id));
    let delivery = all.one(app.state.db.reader()).await.unwrap().unwrap();
    (message, delivery)
}

fn a_machines_answer(from: &str, to: &str, more: &[(&str, &str)]) -> Vec<u8> {
    a_mail(from, to, "自动回复：休假", &[&[("Auto-Submitted", "auto-replied")], more].concat(), "六月回来。")
}

#[tokio::test]
async fn a_machine_that_answers_a_mail_of_ours_is_filed_and_asks_nothing() {
    let app = portal().await.with_module().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let (message, delivery) = mailing(&app).await;
    let nearest = format!("<{}>", message.rfc_id);
    let own = conversations::return_path(&app.state.options, delivery.id).unwrap();
    for (to, more, about) in [
        ("hunitong@example.cn", vec![("In-Reply-To", nearest.as_str())], None),
        (own.as_str(), vec![], Some(delivery.id)),
    ] {
        let mail = a_machines_answer("wang@member.example.cn", to, &more);
        let Taken::Filed(id) = piped(&app, &mail, Some(to)).await else { panic!("it is held: {to}") };
        let kept = find(&app, id).await;
        assert_eq!((kept.nature, kept.about_id), (Nature::AutoReply, Some(message.about_id)), "{to}");
        assert_eq!((kept.way, kept.delivery_id, kept.became_reply), (None, about, false), "{to}");
        assert!(kept.handled_at.is_some(), "{to}");
    }
    assert_eq!(delivery::Entity::find_by_id(delivery.id).one(app.state.db.reader()).await.unwrap(), Some(delivery));
    // About a request it stands with the request's other mails.
    let path = sent(&member.admin, &member).await;
    let of_request = messages(&app, id_of(&path).0).await.pop().unwrap();
    let all = delivery::Entity::find().filter(delivery::Column::MessageId.eq(of_request.id));
    let to_operator =
        all.filter(delivery::Column::Email.eq(OPERATOR)).one(app.state.db.reader()).await.unwrap().unwrap();
    let own = conversations::return_path(&app.state.options, to_operator.id).unwrap();
    let Taken::Filed(id) = piped(&app, &a_machines_answer(OPERATOR, &own, &[]), Some(&own)).await else { panic!() };
    assert_eq!(find(&app, id).await.way, Some(Way::References));
    member.admin.get(&path).await.is(200).says("自动回复：休假").says_not("登记为已约定");
    assert_eq!(counted(&staff.get("/todo").await.is(200), "/mails"), 0);
    // One whose thread is nobody's waits for people, and a person who answers a mailing does too.
    let strange = a_machines_answer("x@elsewhere.cn", "hunitong@example.cn", &[("In-Reply-To", "<x@elsewhere.cn>")]);
    assert!(matches!(piped(&app, &strange, None).await, Taken::Held(..)));
    let person = a_mail("wang@member.example.cn", "hunitong@example.cn", "收到", &[("In-Reply-To", &nearest)], "收到");
    assert!(matches!(piped(&app, &person, None).await, Taken::Held(..)));
    assert_eq!(counted(&staff.get("/todo").await.is(200), "/mails"), 2);
}

#[tokio::test]
async fn what_machines_write_by_the_hundred_hides_no_question_and_neither_do_strangers_for_good() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let handled = async |taken| match taken {
        Taken::Held(id, _) => find(&app, id).await.handled_at.is_some(),
        other => panic!("{other:?}"),
    };
    for n in 0..201 {
        let mail = a_machines_answer(&format!("m{n}@elsewhere.cn"), "hunitong@example.cn", &[]);
        assert_eq!(handled(piped(&app, &mail, None).await).await, n == 200, "machine {n}");
    }
    let question = |from: &str| a_mail(from, "hunitong@example.cn", "请问", &[], "几时复工？");
    assert!(!handled(piped(&app, &question(&address_of(&member)), None).await).await, "a question is heard");
    for n in 1..=200 {
        let mail = question(&format!("s{n}@elsewhere.cn"));
        assert_eq!(handled(piped(&app, &mail, None).await).await, n == 200, "stranger {n}");
    }
    // Those two are counted, one click away, and stay until somebody has looked at them.
    assert_eq!((count(&app, store::Filter::Pen).await, count(&app, store::Filter::Aside).await), (400, 2));
    let todo = staff.get("/todo").await.is(200).says("2 封无法归档的来信");
    assert_eq!(counted(&todo, "/mails"), 401);
    assert!(todo.text.contains("href=\"/mails?tab=aside\""));
    let tab = staff.get("/mails?tab=aside").await.is(200).says("s200@elsewhere.cn").says("m200@elsewhere.cn");
    assert!(!tab.text.contains("s199@elsewhere.cn"));
    let since = "UPDATE inbound_mails SET received_at = 0";
    app.state.db.writer().execute_unprepared(since).await.unwrap();
    assert_eq!(remove_texts(&app).await, 0, "nobody has looked at any of them");
    let chosen: Vec<InboundMailId> = aside(&app).await;
    let fields: Vec<(&str, String)> = chosen.iter().map(|id| ("chosen", id.to_string())).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, id)| (*name, id.as_str())).collect();
    staff.post("/mails/aside", &fields).await.is(303);
    assert_eq!(count(&app, store::Filter::Aside).await, 0);
    staff.get("/todo").await.is(200).says_not("/mails?tab=aside");
    assert_eq!(remove_texts(&app).await, 2);
}

async fn aside(app: &TestApp) -> Vec<InboundMailId> {
    let listed = store::list(app.state.db.reader(), store::Filter::Aside, app::paging::From::Start).await.unwrap();
    listed.rows.iter().map(|mail| mail.id).collect()
}

async fn remove_texts(app: &TestApp) -> u64 {
    let tx = app.tx().await;
    let removed = store::remove_texts(&tx, tx.now, 1_000).await.unwrap();
    tx.commit().await.unwrap();
    removed
}

#[tokio::test]
async fn a_mail_that_was_put_aside_by_itself_is_filed_by_a_copy_that_knows_where() {
    let app = portal().await.with_module().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    let to = crate::replies::reply_address(&messages(&app, id_of(&path).0).await.pop().unwrap());
    let spam = |n: usize| a_mail("li@elsewhere.cn", "x@portal.example.cn", "x", &[], &format!("{n}"));
    for n in 0..20 {
        piped(&app, &spam(n), None).await;
    }
    let mail = spam(20);
    let Taken::Held(id, _) = piped(&app, &mail, None).await else { panic!("it is filed") };
    assert!(find(&app, id).await.handled_at.is_some(), "it was put aside by itself");
    assert_eq!(piped(&app, &mail, Some(&to)).await, Taken::Filed(id));
    let kept = find(&app, id).await;
    assert_eq!((kept.about_id, kept.handled_at), (Some(id_of(&path).0), None));
    // What a person put aside stays there.
    let other = spam(21);
    let Taken::Held(id, _) = piped(&app, &other, None).await else { panic!("it is filed") };
    staff.post(&format!("/mails/{id}/aside"), &[]).await.is(303);
    staff.post(&format!("/mails/{id}/aside"), &[]).await.is(303);
    assert!(find(&app, id).await.handled_by.is_some());
    assert_eq!(piped(&app, &other, Some(&to)).await, Taken::Again);
}

#[tokio::test]
async fn what_comes_to_a_return_path_without_a_code_says_that_and_leads_to_the_delivery() {
    let app = portal().await.with_module().await;
    let staff = app.staff().await;
    let (_, delivery) = mailing(&app).await;
    let own = conversations::return_path(&app.state.options, delivery.id).unwrap();
    let here = format!("/outbox/{}", delivery.id);
    let report = a_mail("MAILER-DAEMON@mx.example.cn", &own, "failure notice", &[], "I give up.");
    let report = drop_mail(&staff, &report).await;
    let person = drop_mail(&staff, &a_mail("li@elsewhere.cn", &own, "此人已离职", &[], "请改发他人")).await;
    for (held, short, words) in
        [(&report, "退信没有代码", "没有用标准格式写明结果和代码"), (&person, "寄到退信地址", "不是系统认得的投递报告")]
    {
        let kept = taken(&app, held).await;
        assert_eq!((kept.delivery_id, kept.about_id), (Some(delivery.id), None), "{words}");
        let page = staff.get(held.location()).await.is(200).says(words).says(&here);
        page.says_not("没有寄到带签名的退信地址").says_not("无法判断它属于哪一件事");
        staff.get("/mails?tab=pen").await.is(200).says(short);
    }
    // Filed to the wrong place by hand, it can be taken back: it moved no delivery.
    let member = a_member(&app).await;
    let path = sent(&member.admin, &member).await;
    let number = app::sentinels::store::request(app.state.db.reader(), id_of(&path)).await.unwrap().number.unwrap();
    staff.post(&format!("{}/file", report.location()), &[("number", &number)]).await.is(303);
    staff.get(report.location()).await.is(200).says("由秘书处的人看过后归档").says("退回待归档");
    staff.post(&format!("{}/take-back", report.location()), &[]).await.is(303);
    // Believed, it is what proves the return, and stays.
    let believed = [("delivery", delivery.id.to_string())];
    let believed: Vec<(&str, &str)> = believed.iter().map(|(name, id)| (*name, id.as_str())).collect();
    app.state.db.writer().execute_unprepared("UPDATE deliveries SET state = 'accepted', settled_at = 1").await.unwrap();
    staff.post(&format!("{}/believe", report.location()), &believed).await.is(303);
    staff.get(report.location()).await.is(200).says_not("退回待归档");
    staff.post(&format!("{}/take-back", report.location()), &[]).await.is(409);
}
