//! What a protocol said when its outcome was recorded, it says ever after.

use std::sync::Arc;

use app::{
    documents::{
        DocumentError, Documents, InstallRequestForm, ReadinessSheet,
        acceptance::AcceptanceProtocol,
        code_sheet::{CodeSheet, SheetFault, SheetPage, SheetPdf},
    },
    members::entity::member,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    builders::a_member,
    forms::post_changed,
    sentinel_acceptance::{begun, record},
    sentinel_register_devices::a_device,
    sentinel_spread::{a_plant, an_entrance},
    test_app::TestApp,
};

/// Sets a protocol as the texts that it would print.
struct AsTexts;

#[async_trait::async_trait]
impl Documents for AsTexts {
    async fn install_request_form(&self, _: &InstallRequestForm) -> Result<Vec<u8>, DocumentError> {
        Err(DocumentError::Failed)
    }

    async fn acceptance_protocol(&self, protocol: &AcceptanceProtocol) -> Result<Vec<u8>, DocumentError> {
        serde_json::to_vec(protocol).map_err(|_| DocumentError::Failed)
    }

    async fn readiness_sheet(&self, _: &ReadinessSheet) -> Result<Vec<u8>, DocumentError> {
        Err(DocumentError::Failed)
    }

    fn code_sheet(&self, _: &CodeSheet) -> Result<SheetPage, Vec<SheetFault>> {
        Err(Vec::new())
    }

    fn bind_sheets(&self, _: Vec<SheetPage>) -> Result<SheetPdf, DocumentError> {
        Err(DocumentError::Failed)
    }
}

#[tokio::test]
async fn a_recorded_protocol_stays_as_it_was_when_its_device_moves_and_its_serial_is_corrected() {
    let app = TestApp::with_documents(Arc::new(AsTexts)).await;
    let member = a_member(&app).await;
    let gate = an_entrance(&app, a_plant(&app, &member, "白鹤中转库").await, "码头岗亭").await.to_string();
    let own = member.entrance.to_string();
    let device = a_device(&member.admin, &member, &[("serial", "SN-1"), ("entrance", &own)]).await;
    let edit = format!("{device}/edit");
    let path = begun(&member.admin, &member, &[&device]).await;
    let protocol = format!("{path}/protocol");
    // Before anything is recorded it says what is so now.
    let page = member.admin.get(&edit).await.is(200);
    post_changed(&member.admin, &edit, &page, &[("serial", "SN-2")]).await.is(303);
    member.admin.get(&protocol).await.is(200).says("SN-2").says("一号粉磨站 · 东门");
    record(&member.admin, &path, &[]).await.is(303);
    let signed = member.admin.get(&protocol).await.is(200).says("SN-2").says("手持式").text;

    let page = member.admin.get(&edit).await.is(200);
    let changes = [("entrance", gate.as_str()), ("serial", "SN-3"), ("model", "SA-H99"), ("form", "desk")];
    post_changed(&member.admin, &edit, &page, &changes).await.is(303);
    let tx = app.tx().await;
    member::Entity::update_many()
        .col_expr(member::Column::Name, Expr::value("上海改名水泥有限公司"))
        .filter(member::Column::Id.eq(member.id))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let admin = app.admin().await;
    let page = admin.get("/settings/association").await.is(200);
    post_changed(&admin, "/settings/association", &page, &[("name", "上海建材行业协会")]).await.is(303);
    assert_eq!(member.admin.get(&protocol).await.is(200).text, signed);
    let listed = member.admin.get("/sentinels/acceptances").await.is(200);
    listed.says("上海测试水泥有限公司").says_not("上海改名水泥有限公司");
    let page = member.admin.get(&path).await.is(200).says("申安 SA-H20 · SN-2").says("一号粉磨站 · 东门");
    page.says_not("SN-3");
    member.admin.get(&device).await.is(200).says("申安 SA-H99").says("SN-3");

    // With those of before nothing was kept: they say what is so now.
    for forgets in [
        "UPDATE sentinel_acceptances SET unit = NULL, association = NULL",
        "UPDATE sentinel_acceptance_devices SET make = NULL, form = NULL, serial = NULL, stood_at = NULL",
    ] {
        app.state.db.writer().execute_unprepared(forgets).await.unwrap();
    }
    let today = member.admin.get(&protocol).await.is(200).says("SN-3").says("白鹤中转库 · 码头岗亭");
    today.says("上海改名水泥有限公司").says("上海建材行业协会").says("SA-H99").says_not("SN-2");
}
