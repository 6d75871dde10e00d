//! The access table, walked with every role: who is admitted gets in, everybody else is led to the
//! sign-in or refused, and another member's things look as if they did not exist.

use std::collections::HashSet;

use app::{
    access::{self, Route, Who},
    accounts::RoleKind,
    coverage, guides,
    members::entity::member as member_entity,
    place_codes, sentinels,
};
use axum::http::{Method, StatusCode};
use sea_orm::EntityTrait;

use crate::{
    builders::{TestMember, a_member, an_issue},
    guides::switch_module,
    notices::a_notice,
    place_codes as codes, place_codes_apply, postings, sentinel_acceptance, sentinel_faults,
    sentinel_register_devices::a_device,
    sentinels::begun,
    test_app::{Browser, TestApp},
};

/// What belongs to a member beyond the register, by the name of its path parameter.
type Things = Vec<(&'static str, String)>;

async fn things_of(app: &TestApp, member: &TestMember) -> Things {
    let name = member_entity::Entity::find_by_id(member.id).one(app.state.db.reader()).await.unwrap().unwrap().name;
    let only_theirs = [("audience", "chosen"), ("chosen", name.as_str())];
    let notice = a_notice(&app.staff().await, &only_theirs).await;
    let request = begun(&member.admin, member).await;
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let application = place_codes_apply::begun(&member.admin, member).await;
    let device = a_device(&member.admin, member, &[("serial", &id(&request))]).await;
    let faulty = a_device(&member.admin, member, &[("serial", &format!("F{}", id(&request)))]).await;
    let acceptance = sentinel_acceptance::begun(&member.admin, member, &[&device]).await;
    let code = codes::on_record(app, member).await;
    let posting = postings::recorded(app, member).await;
    let batch = codes::uploaded(&member.admin, member).await;
    vec![
        ("{application}", id(&application)),
        ("{device}", id(&device)),
        ("{acceptance}", id(&acceptance)),
        ("{fault}", sentinel_faults::reported(app, &member.admin, &faulty).await),
        ("{code}", code.to_string()),
        ("{batch}", id(&batch)),
        ("{posting}", posting.to_string()),
        ("{issue}", an_issue(app, member).await.to_string()),
        ("{notice}", id(&notice)),
        ("{request}", id(&request)),
    ]
}

/// A route's path with the objects of `member` in it.
fn filled(path: &str, member: &TestMember, things: &Things) -> String {
    let id = uuid::Uuid::now_v7().to_string();
    path.split('/')
        .map(|part| match part {
            "{member}" => member.id.to_string(),
            "{plant}" => member.plant.to_string(),
            "{entrance}" => member.entrance.to_string(),
            "{contact}" => member.contact.to_string(),
            other => match things.iter().find(|(name, _)| *name == other) {
                Some((_, thing)) => thing.clone(),
                None if other.starts_with('{') => id.clone(),
                None => other.to_owned(),
            },
        })
        .collect::<Vec<_>>()
        .join("/")
}

async fn ask(browser: &Browser, route: &Route, path: &str) -> StatusCode {
    let answer = if route.method == Method::GET { browser.get(path).await } else { browser.post(path, &[]).await };
    assert!(!answer.status.is_server_error(), "{} {path}: {}", route.method, answer.text);
    answer.status
}

/// Somebody in each role, who belongs to this member or to the secretariat.
async fn people_of(app: &TestApp, member: &TestMember) -> [(RoleKind, Browser); 5] {
    [
        (RoleKind::OfficeAdmin, app.admin().await),
        (RoleKind::OfficeStaff, app.staff().await),
        (RoleKind::Auditor, app.auditor().await),
        (RoleKind::MemberAdmin, app.browser_of(RoleKind::MemberAdmin, Some(member.id), &[]).await),
        (RoleKind::MemberOperator, app.browser_of(RoleKind::MemberOperator, Some(member.id), &[member.plant]).await),
    ]
}

fn admits(who: Who, kind: RoleKind) -> bool {
    match who {
        Who::Anyone | Who::SignedIn => true,
        Who::Office => kind.is_office(),
        Who::Staff => kind.is_staff(),
        Who::Admin => kind == RoleKind::OfficeAdmin,
        Who::Member => kind.is_member(),
        Who::MemberOrStaff => kind.is_member() || kind.is_staff(),
    }
}

#[tokio::test]
async fn every_route_admits_whom_the_table_names_and_nobody_else() {
    let app = TestApp::start_with_module().await;
    let member = a_member(&app).await;
    let things = things_of(&app, &member).await;
    let people = people_of(&app, &member).await;
    for route in access::table() {
        if route.path == "/sign-out" {
            continue;
        }
        let path = filled(route.path, &member, &things);
        for (kind, browser) in &people {
            let admitted = admits(route.who, *kind);
            let status = ask(browser, &route, &path).await;
            if !admitted {
                assert_eq!(status, StatusCode::FORBIDDEN, "{} {path} as {kind:?}", route.method);
            } else if route.who != Who::SignedIn && route.who != Who::MemberOrStaff {
                assert_ne!(status, StatusCode::UNAUTHORIZED, "{} {path} as {kind:?}", route.method);
            }
        }
        let stranger = ask(&app.stranger(), &route, &path).await;
        match (route.who, &route.method) {
            (Who::Anyone, _) => assert_ne!(stranger, StatusCode::UNAUTHORIZED, "{path}"),
            (_, &Method::GET) => assert_eq!(stranger, StatusCode::SEE_OTHER, "{path}"),
            _ => assert_eq!(stranger, StatusCode::UNAUTHORIZED, "{path}"),
        }
    }
}

#[tokio::test]
async fn another_members_things_do_not_exist() {
    let app = TestApp::start_with_module().await;
    let theirs = a_member(&app).await;
    let mine = a_member(&app).await;
    let things = things_of(&app, &theirs).await;
    for route in access::table() {
        let owned = ["{member}", "{plant}", "{entrance}", "{contact}"].iter().any(|object| route.path.contains(object))
            || things.iter().any(|(name, _)| route.path.contains(name));
        if !owned || matches!(route.who, Who::Office | Who::Staff | Who::Admin) {
            continue;
        }
        let path = filled(route.path, &theirs, &things);
        let status = ask(&mine.admin, &route, &path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{} {path}", route.method);
    }
}

#[tokio::test]
async fn with_the_module_off_nothing_of_it_exists_for_anybody() {
    let app = TestApp::start_with_module().await;
    let member = a_member(&app).await;
    let things = things_of(&app, &member).await;
    let people = people_of(&app, &member).await;
    let of_module = || {
        let features = [place_codes::routes(), sentinels::routes(), coverage::routes(), guides::routes()];
        features.into_iter().flatten()
    };
    switch_module(&app, false).await;
    for route in of_module() {
        let path = filled(route.path, &member, &things);
        for (kind, browser) in people.iter().filter(|(kind, _)| admits(route.who, *kind)) {
            let status = ask(browser, &route, &path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{} {path} as {kind:?}", route.method);
        }
        if route.who == Who::Anyone {
            assert_eq!(ask(&app.stranger(), &route, &path).await, StatusCode::NOT_FOUND, "{path}");
        }
    }
    switch_module(&app, true).await;
    for page in ["/place-codes", "/place-codes/postings", "/sentinels", "/coverage", "/guides"] {
        people[0].1.get(page).await.is(200);
    }
}

#[tokio::test]
async fn an_address_that_is_only_posted_to_leads_back_to_a_page() {
    let app = TestApp::start_with_module().await;
    let member = a_member(&app).await;
    let things = things_of(&app, &member).await;
    let table = access::table();
    let pages: HashSet<&str> =
        table.iter().filter(|route| route.method == Method::GET).map(|route| route.path).collect();
    for route in table.iter().filter(|route| !pages.contains(route.path)) {
        let path = filled(route.path, &member, &things);
        let answer = member.admin.get(&path).await.is(303);
        let page = answer.location().trim_end_matches('/');
        assert!(path.starts_with(&format!("{page}/")), "{path} leads to {page}");
    }
    let (_, device) = things.iter().find(|(name, _)| *name == "{device}").unwrap();
    let page = format!("/sentinels/devices/{device}");
    let refused = member.admin.post(&format!("{page}/moves"), &[]).await.is(422);
    refused.says(&format!("name=\"next\" value=\"{page}/moves\""));
    assert_eq!(member.admin.get(&format!("{page}/moves")).await.location(), page);
    member.admin.get(&page).await.is(200);
}

#[tokio::test]
async fn a_post_from_another_site_is_refused() {
    let app = TestApp::start().await;
    let staff = app.staff().await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://elsewhere.example")] {
        let request = staff
            .request("POST", "/language")
            .header(name, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body("language=en".into())
            .unwrap();
        staff.send(request).await.is(403);
    }
}

#[tokio::test]
async fn an_error_page_is_a_whole_page_with_its_request_id_and_policy() {
    let app = TestApp::start().await;
    let answer = app.stranger().get("/no-such-page").await.is(404).says("没有找到").says("<h1>");
    app.stranger().get("/notices/not-an-id").await.is(404).says("没有找到");
    let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
    assert!(answer.text.contains(&id));
    assert!(answer.headers["content-security-policy"].to_str().unwrap().contains("'nonce-"));
}
