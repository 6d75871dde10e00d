//! Without a mail server the pages promise no mail: they say that it is only written as a file.

use crate::{builders::a_member, notices::a_notice, test_app::TestApp};

const AS_FILE: &str = "只在服务器上存成文件";

#[tokio::test]
async fn a_forgotten_password_leads_to_the_phone() {
    let app = TestApp::start_without_mail().await;
    let asking = app.stranger();
    let answer = asking.post("/forgotten", &[("login", "nobody@example.cn")]).await.is(303);
    asking.get(answer.location()).await.is(200).says(AS_FILE).says_not("已经在路上").says_not("请查收邮件");
    let usual = TestApp::start().await;
    usual.stranger().get("/forgotten/sent").await.is(200).says("请查收邮件").says_not(AS_FILE);
}

#[tokio::test]
async fn an_invitation_by_mail_says_that_it_has_to_be_handed_over() {
    let fields = [("kind", "office_staff"), ("name", "新同事"), ("email", "new@example.cn")];
    let app = TestApp::start_without_mail().await;
    app.admin().await.post("/people/invite", &fields).await.is(200).says(AS_FILE).says_not("已交给发送队列");
    let usual = TestApp::start().await;
    usual.admin().await.post("/people/invite", &fields).await.is(200).says("已交给发送队列").says_not(AS_FILE);
}

#[tokio::test]
async fn a_reminder_and_a_publication_say_that_nothing_left() {
    let app = TestApp::start_without_mail().await;
    let (staff, _member) = (app.staff().await, a_member(&app).await);
    let notice = a_notice(&staff, &[]).await;
    staff.get(&notice).await.is(200).says(AS_FILE).says_not("正在发往");
    let told = staff.post(&format!("{notice}/remind"), &[]).await.is(303);
    staff.get(told.location()).await.is(200).says(AS_FILE).says_not("提醒邮件正在发往");
}
