//! Who is believed: whose mail counts as the member's own reply, whose as the operator's answer, and what those who
//! only look get to see of it.

use app::{
    accounts::{RoleKind, store as accounts},
    conversations::{Held, store as conversations},
    ids::PlantId,
    issues::{model::State as IssueState, store::issue},
    members::store as members,
    settings::{self, Association},
    time::{Instant, show_day},
};

use crate::{
    builders::{TestMember, a_member, an_issue},
    program::ingest,
    replies::{OPERATOR, a_mail, address_of, asked_back, drop_mail, messages, portal, reply_address, state_of, taken},
    sentinels::{id_of, sent},
    test_app::{TestApp, new_person},
    todo::listed,
};

/// A person with a role in this member, and their address.
async fn somebody(app: &TestApp, kind: RoleKind, member: Option<&TestMember>, plants: &[PlantId]) -> String {
    let tx = app.tx().await;
    let person = new_person(&tx).await;
    accounts::add_role(&tx, person, kind, member.map(|member| member.id), plants).await.unwrap();
    tx.commit().await.unwrap();
    accounts::known(app.state.db.reader(), &[person]).await.unwrap().remove(0).email.unwrap()
}

#[tokio::test]
async fn a_made_up_id_does_not_make_a_stranger_the_member() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = asked_back(&app, &member, &staff).await;
    let number = issue::find(app.state.db.reader(), id).await.unwrap().number;
    let told = messages(&app, id.0).await.len();
    // Two mails of somebody who knows a number and a contact's address, the second in answer to the first.
    let first = a_mail(&address_of(&member), "hunitong@example.cn", &number, &[], "x");
    let first = taken(&app, &drop_mail(&staff, &first).await).await;
    let nearest = format!("<{}>", first.rfc_id.unwrap());
    let more = [("In-Reply-To", nearest.as_str())];
    let second = a_mail(&address_of(&member), "hunitong@example.cn", "Re", &more, "我们撤回");
    let second = taken(&app, &drop_mail(&staff, &second).await).await;
    assert_eq!((second.about_id, second.became_reply), (Some(id.0), false));
    assert_eq!(state_of(&app, id).await, IssueState::AskedBack);
    assert_eq!(messages(&app, id.0).await.len(), told, "nobody is told that the member replied");
    // From an address that nobody knows the thread of a number is worth as little as the number.
    let strange = a_mail("stranger@elsewhere.cn", "hunitong@example.cn", "Re", &more, "x");
    assert_eq!(taken(&app, &drop_mail(&staff, &strange).await).await.held, Some(Held::UnknownSender));
    // What answers a mail that came by the signed address is filed with it, and speaks for nobody either.
    let to = reply_address(&messages(&app, id.0).await.pop().unwrap());
    let known = a_mail("stranger@elsewhere.cn", &to, "Re", &[], "x");
    let known = taken(&app, &drop_mail(&staff, &known).await).await;
    let nearest = format!("<{}>", known.rfc_id.unwrap());
    let more = [("In-Reply-To", nearest.as_str())];
    let next = a_mail(&address_of(&member), "hunitong@example.cn", "Re", &more, "十二辆");
    let next = taken(&app, &drop_mail(&staff, &next).await).await;
    assert_eq!((next.about_id, next.became_reply), (Some(id.0), false));
    // The member's answer to our own mail does.
    let asked = messages(&app, id.0).await.pop().unwrap();
    let references = format!("<{}> {nearest}", asked.rfc_id);
    let own = a_mail(&address_of(&member), "hunitong@example.cn", "Re", &[("References", &references)], "十二辆");
    assert!(taken(&app, &drop_mail(&staff, &own).await).await.became_reply);
}

#[tokio::test]
async fn who_may_not_reply_on_the_page_does_not_reply_by_mail() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = asked_back(&app, &member, &staff).await;
    let to = reply_address(&messages(&app, id.0).await.pop().unwrap());
    let replied = async |email: &str| {
        let mail = a_mail(email, &to, "答复", &[], "十二辆");
        taken(&app, &drop_mail(&staff, &mail).await).await.became_reply
    };
    let elsewhere = somebody(&app, RoleKind::MemberOperator, Some(&member), &[]).await;
    assert!(!replied(&elsewhere).await, "an operator of another plant");
    let admin = somebody(&app, RoleKind::MemberAdmin, Some(&member), &[]).await;
    let tx = app.tx().await;
    let version = members::member(&*tx, member.id).await.unwrap().row_version;
    assert!(members::leave(&tx, member.id, version, tx.now, None).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!replied(&admin).await && !replied(&address_of(&member)).await, "a member that left");
    let tx = app.tx().await;
    assert!(members::take_back(&tx, member.id, version + 1).await.unwrap());
    tx.commit().await.unwrap();
    let operator = somebody(&app, RoleKind::MemberOperator, Some(&member), &[member.plant]).await;
    assert!(replied(&operator).await, "an operator of the plant");
}

#[tokio::test]
async fn nobody_is_asked_to_answer_the_secretariats_own_mail_and_who_does_is_told() {
    let app = portal().await;
    let member = a_member(&app).await;
    let (owner, staff) = (somebody(&app, RoleKind::OfficeStaff, None, &[]).await, app.staff().await);
    let tx = app.tx().await;
    let stored = settings::load::<Association>(&*tx).await.unwrap();
    let association = Association { email: "office@association.example.cn".to_owned(), ..stored.value };
    settings::save(&tx, &association, stored.row_version).await.unwrap();
    tx.commit().await.unwrap();
    let id = an_issue(&app, &member).await;
    let filed = messages(&app, id.0).await.pop().unwrap();
    assert_eq!(filed.reply_to, None, "what goes to the secretariat");
    staff.post(&format!("/issues/{id}/take"), &[]).await.is(303);
    let taken_on = messages(&app, id.0).await.pop().unwrap();
    let to = reply_address(&taken_on);
    let nearest = format!("<{}>", filed.rfc_id);
    let more = [("In-Reply-To", nearest.as_str())];
    for (from, to, more) in [
        (owner.as_str(), to.as_str(), &[][..]),
        (&owner, "hunitong@example.cn", &more),
        ("Office@association.example.cn", "hunitong@example.cn", &more),
    ] {
        let answer = drop_mail(&staff, &a_mail(from, to, "答复", more, "可以进城")).await;
        assert_eq!(taken(&app, &answer).await.held, Some(Held::FromOffice), "{from} {to}");
        staff.get(answer.location()).await.is(200).says("会员没有收到");
    }
}

#[tokio::test]
async fn the_answer_to_a_request_is_not_the_members_own_mail() {
    let app = portal().await.with_module().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let path = sent(&member.admin, &member).await;
    let to = reply_address(&messages(&app, id_of(&path).0).await.pop().unwrap());
    let day = app.state.clock.now().plus(20 * Instant::DAY).day();
    let text = format!("{}月{}日不行。", u8::from(day.month()), day.day());
    drop_mail(&staff, &a_mail(&address_of(&member), &to, "Re: 申领", &[], &text)).await;
    member.admin.get(&path).await.is(200).says("不行").says_not("登记为已约定");

    drop_mail(&staff, &a_mail("li@elsewhere.cn", &to, "Re: 申领", &[], "六月来")).await;
    let page = member.admin.get(&path).await.is(200).says("登记为已约定");
    page.says("不是对方的地址").says("li@elsewhere.cn");
    drop_mail(&staff, &a_mail(&OPERATOR.to_uppercase(), &to, "Re: 申领", &[], "六月来装")).await;
    member.admin.get(&path).await.is(200).says("登记为已约定").says_not("不是对方的地址");
}

#[tokio::test]
async fn an_entry_takes_only_the_mail_off_the_list_that_it_answers() {
    let app = portal().await.with_module().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let (path, other) = (sent(&member.admin, &member).await, sent(&member.admin, &member).await);
    let address = async |path: &str| reply_address(&messages(&app, id_of(path).0).await.pop().unwrap());
    let (to, elsewhere) = (address(&path).await, address(&other).await);
    let read = drop_mail(&staff, &a_mail(OPERATOR, &to, "Re: 申领", &[], "六月来装")).await;
    let read = taken(&app, &read).await;
    let foreign = taken(&app, &drop_mail(&staff, &a_mail(OPERATOR, &elsewhere, "Re", &[], "也来")).await).await;
    let page = member.admin.get(&path).await.is(200);
    page.says(&format!("name=\"mail\" value=\"{}\"", read.id));
    // It came after the page was shown.
    let later = drop_mail(&staff, &a_mail(OPERATOR, &to, "Re: 申领", &[], "来不了")).await;
    let later = taken(&app, &later).await;
    let day = show_day(app.state.clock.now().plus(20 * Instant::DAY).day());
    let handled = async |id| conversations::find(app.state.db.reader(), id).await.unwrap().handled_at.is_some();
    let entries = format!("{path}/entries");
    let foreign_id = foreign.id.to_string();
    let fields = [("act", "docking_confirmed"), ("mail", foreign_id.as_str()), ("remark", "申安李工来电")];
    member.admin.post(&entries, &fields).await.is(303);
    assert!(!handled(foreign.id).await && !handled(read.id).await);
    let read_id = read.id.to_string();
    let fields = [("act", "scheduled"), ("day", day.as_str()), ("mail", read_id.as_str())];
    member.admin.post(&entries, &fields).await.is(303);
    assert!(handled(read.id).await && !handled(later.id).await);
    assert_eq!(listed(&staff.get("/todo").await.is(200), "/mails"), 2);
    app.auditor().await.get("/audit?act=inbound_mail.handled").await.is(200).says("处理了来信");
}

#[tokio::test]
async fn those_who_only_look_see_no_contacts_in_names_notes_and_replies() {
    let app = portal().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let id = asked_back(&app, &member, &staff).await;
    let to = reply_address(&messages(&app, id.0).await.pop().unwrap());
    let from = address_of(&member);
    let named = |mail: Vec<u8>| {
        let text = String::from_utf8(mail).unwrap();
        let start = text.find("From: ").unwrap();
        let end = start + text[start..].find("\r\n").unwrap();
        format!("{}From: \"{from}\" <{from}>{}", &text[..start], &text[end..]).into_bytes()
    };
    let mail = named(a_mail(&from, &to, "答复 13800000188", &[], "十二辆。\n王厂长 13800000188"));
    let answer = drop_mail(&staff, &mail).await;
    assert!(taken(&app, &answer).await.became_reply);
    let more = named(a_mail(&from, &to, "再问 13800000188", &[], "几时？"));
    drop_mail(&staff, &more).await;
    let issue = format!("/issues/{id}");
    staff.post(&format!("{issue}/talks"), &[("channel", "phone"), ("note", "打了 13800000188")]).await.is(303);
    staff.get(&issue).await.is(200).says("打了 13800000188").says(&from);
    let auditor = app.auditor().await;
    for path in [issue.as_str(), answer.location(), "/mails?tab=all", "/todo"] {
        auditor.get(path).await.is(200).says_not("13800000188").says_not(&from);
    }
    auditor.get(&issue).await.is(200).says("打了 •••").says("十二辆。");
}

#[tokio::test]
async fn a_signed_address_is_shown_to_nobody_who_only_looks() {
    let app = portal().await.with_module().await;
    let member = a_member(&app).await;
    let staff = app.staff().await;
    let to = reply_address(&messages(&app, id_of(&sent(&member.admin, &member).await).0).await.pop().unwrap());
    let mail = a_mail(OPERATOR, &to, "Re: 申领", &[], "六月来装");
    assert_eq!(ingest(&app, &["--recipient", &to], &mail).await.code, Some(0));
    let listed = staff.get("/mails?tab=all").await.is(200);
    let path = listed.text.split("href=\"").find(|part| part.starts_with("/mails/")).unwrap();
    let path = path.split('"').next().unwrap();
    staff.get(path).await.is(200).says(&to);
    app.auditor().await.get(path).await.is(200).says("申领").says_not(&to).says_not("reply+");
}
