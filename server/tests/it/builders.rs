//! Members to test with: `a_member(&app).await` has a plant, an entrance, a contact and an admin.

use app::{
    accounts::RoleKind,
    ids::{ContactId, EntranceId, IssueId, MemberId, PlantId},
    members::{
        address::{Address, ShanghaiAddress},
        entity::{contact, entrance, member, plant},
        model::Passage,
        plant_kind::PlantKind,
    },
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use crate::test_app::{Browser, TestApp};

/// A member that stands in the database, and a browser of its admin.
pub struct TestMember {
    pub id: MemberId,
    pub plant: PlantId,
    pub entrance: EntranceId,
    pub contact: ContactId,
    pub admin: Browser,
}

/// A complete address in Qingpu.
fn an_address() -> Address {
    Address::Shanghai(ShanghaiAddress {
        district_code: "310118".to_owned(),
        town_code: "310118103".to_owned(),
        road: "章练塘路".to_owned(),
        lane: "588".to_owned(),
        number: "15".to_owned(),
        ..ShanghaiAddress::default()
    })
}

/// A member with one plant in Qingpu, one entrance, one contact for every duty, and an admin.
pub async fn a_member(app: &TestApp) -> TestMember {
    let tx = app.tx().await;
    let (id, plant, entrance, contact) = (MemberId::new(), PlantId::new(), EntranceId::new(), ContactId::new());
    member::ActiveModel {
        id: Set(id),
        name: Set(format!("上海测试水泥有限公司{}", &id.to_string()[30..])),
        short_name: Set(None),
        credit_code: Set(id.to_string()[..18].to_owned()),
        code_override: Set(None),
        licence_file_id: Set(None),
        licence_confirmed_at: Set(Some(tx.now)),
        licence_confirmed_by: Set(None),
        created_at: Set(tx.now),
        left_at: Set(None),
        left_remark: Set(None),
        row_version: Set(1),
    }
    .insert(&*tx)
    .await
    .unwrap();
    plant::ActiveModel {
        id: Set(plant),
        member_id: Set(id),
        name: Set("一号粉磨站".to_owned()),
        kind: Set(PlantKind::GrindingStation),
        district: Set(Some("310118".to_owned())),
        town: Set(Some("310118109".to_owned())),
        address: Set(serde_json::to_string(&an_address()).unwrap()),
        address_line: Set("上海市青浦区练塘镇章练塘路588弄15号".to_owned()),
        address_key: Set(plant.to_string()),
        silo_capacity: Set(Some(20_000_000)),
        normal_output: Set(Some(2_000_000)),
        created_at: Set(tx.now),
        closed_at: Set(None),
        row_version: Set(1),
    }
    .insert(&*tx)
    .await
    .unwrap();
    entrance::ActiveModel {
        id: Set(entrance),
        plant_id: Set(plant),
        name: Set("东门".to_owned()),
        passage: Set(Passage::Both),
        outdoors: Set(true),
        created_at: Set(tx.now),
        closed_at: Set(None),
        row_version: Set(1),
    }
    .insert(&*tx)
    .await
    .unwrap();
    contact::ActiveModel {
        id: Set(contact),
        member_id: Set(id),
        name: Set("王厂长".to_owned()),
        title: Set(None),
        phone: Set(Some("18600001402".to_owned())),
        email: Set(Some(format!("{id}@member.example.cn"))),
        duties: Set(",codes,general,notices,supply,".to_owned()),
        created_at: Set(tx.now),
        row_version: Set(1),
    }
    .insert(&*tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let admin = app.browser_of(RoleKind::MemberAdmin, Some(id), &[]).await;
    TestMember { id, plant, entrance, contact, admin }
}

/// A policy question that the member's admin has filed.
pub async fn an_issue(app: &TestApp, member: &TestMember) -> IssueId {
    let place = format!("{}/{}", member.id, member.plant);
    let fields = [
        ("place", place.as_str()),
        ("kind", "policy_question"),
        ("category", "transport"),
        ("title", "散装车能否进城"),
        ("body", "夜间从练塘出车，需要哪些证件？"),
    ];
    let answer = member.admin.upload("/issues/new", &fields, &[]).await.is(303);
    let id = answer.location().rsplit('/').next().unwrap().parse().unwrap();
    assert!(app::issues::store::issue::find(app.state.db.reader(), id).await.is_ok());
    id
}
