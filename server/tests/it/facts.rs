//! One set of facts: what the secretariat changes there is what guides, checks, sizes and the recommendation say, and no
//! figure of it stands anywhere else.

use std::{fs, path::Path};

use app::{
    documents::code_sheet::{SheetKind, SheetSize},
    guides::facts::{Facts, Paper},
    ids::TextEnum,
    members::entity::member,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::{
    builders::a_member,
    conventions::{app_folder, files_in},
    forms::{form_fields, post_changed},
    place_codes::{add, issued, page_of, payload},
    place_codes_apply::{begun, file, with_entrances},
    sentinels,
    test_app::TestApp,
};

#[tokio::test]
async fn what_is_changed_in_the_facts_holds_everywhere() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let tx = app.tx().await;
    member::Entity::update_many()
        .col_expr(member::Column::CreditCode, Expr::value("91310118MA1JL00000"))
        .filter(member::Column::Id.eq(member.id))
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    with_entrances(&app, &member, &["西门", "北门"]).await;
    add(&member.admin, member.entrance, &[], &issued(&[&payload(1)])).await.is(303);
    let staff = app.staff().await;
    let (ask, sheet) = (
        format!("/place-codes/print?entrance={}", member.entrance),
        format!("{}/sheet.pdf?kind=poster&code=redrawn&size", page_of(member.entrance)),
    );
    let application = begun(&member.admin, &member).await;
    let phone = [("route", "phone"), ("handler", "李经办")];

    // As they are.
    app.stranger().get("/guides/running-a-plant").await.is(200).says("20 个码").says("420 × 594").says("60");
    member.admin.get("/place-codes/apply").await.is(200).says("每次最多 20 个").says("qrcode.sh.gov.cn");
    member.admin.get(&ask).await.is(200).says("A4（210 × 297 毫米），推荐").says("420 × 594").says("100 × 141");
    member.admin.get(&format!("{sheet}=420x594")).await.is(200);
    assert!(!member.admin.get(&application).await.is(200).text.contains("每次最多 20 个"));

    let page = staff.get("/guides/edit").await.is(200);
    let changes = [
        ("as_of", "2022-07"),
        ("codes_per_mobile_submission", "1"),
        ("portal", "https://codes.example.cn"),
        ("smallest", "148 × 210"),
        ("recommended", "148 × 210"),
        ("largest", "297 × 420"),
        ("dpi", "600"),
        ("rules.1.form", "desk"),
        ("rules.1.weight", "1"),
    ];
    post_changed(&staff, "/guides/edit", &page, &changes).await.is(303);

    let guide = app.stranger().get("/guides/running-a-plant").await.is(200);
    let guide = guide.says("1 个码").says("2022-07").says("codes.example.cn").says("600");
    // In dots at the new density.
    guide.says("3496 × 4961").says_not("420 × 594").says_not("qrcode.sh.gov.cn");
    member.admin.get("/place-codes/apply").await.is(200).says("每次最多 1 个").says("codes.example.cn");
    member.admin.get(&application).await.is(200).says("每次最多 1 个，这里有 2 个").says("codes.example.cn");
    file(&member.admin, &application, &phone).await.is(422);
    let sizes = member.admin.get(&ask).await.is(200).says("A5（148 × 210 毫米），推荐");
    sizes.says("297 × 420").says_not("420 × 594").says_not("100 × 141").says_not("105 × 148");
    for size in ["420x594", "a6", "100x141"] {
        member.admin.get(&format!("{sheet}={size}")).await.is(404);
    }
    member.admin.get(&format!("{sheet}=a5")).await.is(200);
    let request = sentinels::begun(&member.admin, &member).await;
    sentinels::answer_scene(&member.admin, &request, ["no", "yes", "none", "no", "no"]).await.is(303);
    member.admin.get(&format!("{request}/devices")).await.is(200).says("推荐：桌面式");
}

#[tokio::test]
async fn limits_allow_a_paper_and_the_nearest_to_the_recommended_size_is_offered_first() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    add(&member.admin, member.entrance, &[], &issued(&[&payload(1)])).await.is(303);
    let page = staff.get("/guides/edit").await.is(200);
    let between = [("smallest", "150 × 212"), ("recommended", "180 × 250"), ("largest", "200 × 290")];
    let refused = post_changed(&staff, "/guides/edit", &page, &between).await.is(422).says("f-largest-error");
    refused.says("148 × 210 / 210 × 297").says("200 × 290");
    let above = [("smallest", "297 × 420"), ("recommended", "400 × 560"), ("largest", "420 × 594")];
    post_changed(&staff, "/guides/edit", &page, &above).await.is(303);
    let ask = member.admin.get(&format!("/place-codes/print?entrance={}", member.entrance)).await.is(200);
    let chosen = form_fields(&ask).into_iter().find(|(name, _)| name == "size");
    assert_eq!(chosen, Some(("size".to_owned(), "420x594".to_owned())));
}

#[tokio::test]
async fn how_many_devices_are_recommended_follows_the_facts() {
    let app = TestApp::start().await;
    let (member, staff) = (a_member(&app).await, app.staff().await);
    let wanted = |vehicles, hour: (&'static str, &'static str)| {
        let scene = [("crowd", "yes"), ("vehicles", vehicles), ("gates", "none"), ("person_must_match_id", "no")];
        [&scene[..], &[("distance", "no"), hour]].concat()
    };
    let mut steps = Vec::new();
    for answers in [wanted("no", ("people_per_hour", "1200")), wanted("yes", ("vehicles_per_hour", "240"))] {
        let request = sentinels::begun(&member.admin, &member).await;
        let scene = format!("{request}/scene");
        let page = member.admin.get(&scene).await.is(200);
        post_changed(&member.admin, &scene, &page, &answers).await.is(303);
        steps.push(format!("{request}/devices"));
    }
    let [on_foot, by_wheel] = &steps[..] else { panic!("{steps:?}") };
    let shown = member.admin.get(on_foot).await.is(200).says("落地式大约需要 3 台").says("平均的 150% 算");
    shown.says("每分钟按 10 人算").says("每分钟按 2 辆算");
    member.admin.get(by_wheel).await.is(200).says("手持式大约需要 3 台");

    let page = staff.get("/guides/edit").await.is(200);
    for (field, wrong) in [("people_per_minute", "0"), ("vehicles_per_minute", "61"), ("busy_minute", "99")] {
        let refused = post_changed(&staff, "/guides/edit", &page, &[(field, wrong)]).await.is(422);
        refused.says(&format!("f-{field}-error"));
    }
    let changes = [("people_per_minute", "5"), ("vehicles_per_minute", "4"), ("busy_minute", "200")];
    post_changed(&staff, "/guides/edit", &page, &changes).await.is(303);
    let shown = member.admin.get(on_foot).await.is(200).says("落地式大约需要 8 台").says("平均的 200% 算");
    shown.says("每分钟按 5 人算").says("每分钟按 4 辆算");
    member.admin.get(by_wheel).await.is(200).says("手持式大约需要 2 台");
}

/// The preflight measures a sheet for the distance that the facts give its paper.
#[test]
fn sheets_are_measured_by_the_papers_of_the_facts() {
    assert_eq!(SheetSize::ALL.len(), Paper::ALL.len());
    for (size, paper) in SheetSize::ALL.iter().zip(Paper::ALL) {
        assert_eq!(size.mm(), (paper.size.width, paper.size.height));
        for (kind, distance) in [(SheetKind::Poster, paper.hung), (SheetKind::HandHeld, paper.held)] {
            assert_eq!(size.reading_distance(kind), distance);
            assert!((size.narrowest_code(kind) - f64::from(distance) / 10.0).abs() < f64::EPSILON);
            assert!(size.smallest_module(kind) >= f64::from(distance) / 1000.0);
        }
    }
    let poster = Facts::default().poster;
    assert_eq!((poster.smallest, poster.largest), (Paper::SMALLEST.size, Paper::LARGEST.size));
}

/// What of a source file is no comment and no test.
fn plain(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    // Tests stand at the end of a file, in a module that is written there.
    let begins =
        |two: &[&str]| two[0].starts_with("#[cfg") && two[0].contains("test") && two[1].ends_with("mod tests {");
    let end = lines.windows(2).position(begins).unwrap_or(lines.len());
    lines[..end].iter().filter(|line| !line.trim_start().starts_with("//")).copied().collect::<Vec<_>>().join("\n")
}

/// Figures are found as pairs, in words and as addresses; a bare 20 may be anything.
#[test]
fn no_figure_of_the_facts_stands_anywhere_else() {
    let facts = Facts::default();
    let mut figures = Vec::new();
    for paper in [Paper::SMALLEST, Paper::A4, Paper::LARGEST] {
        let (width, height) = (paper.size.width, paper.size.height);
        figures.extend([", ", " × ", "×", " x ", "*"].map(|between| format!("{width}{between}{height}")));
    }
    let most = facts.applying.codes_per_mobile_submission;
    figures.extend([format!("{most} 个"), format!("at most {most} "), format!("submission: {most}")]);
    figures.extend([format!("{} 周岁", facts.paper_code_age), format!("{} dpi", facts.poster.dpi)]);
    figures.extend(facts.contacts.iter().flat_map(|contact| contact.phones.clone()));
    figures.extend([facts.installing.mail, facts.applying.portal.replace("http://", "")]);
    let papers = app_folder().join("../server/src/documents");
    let sources = files_in(&app_folder().join("src"), ".rs").into_iter().chain(files_in(&papers, ".rs"));
    let sources = sources.chain(files_in(&papers, ".typ")).map(|path| (plain(&path), path));
    // Others may have bounds of their own that are the same figure.
    let of_module = ["guides", "place_codes", "postings", "coverage", "sentinel", "documents", "pictures"];
    let words = files_in(&app_folder().join("locales"), ".yml").into_iter();
    let words = words.filter(|path| of_module.iter().any(|name| path.to_string_lossy().contains(name)));
    let words = words.map(|path| (fs::read_to_string(&path).unwrap(), path));
    for (text, path) in sources.chain(words) {
        let place = path.to_string_lossy().into_owned();
        if place.contains("guides/facts") || place.contains("/tests/") || place.ends_with("/tests.rs") {
            continue;
        }
        for figure in &figures {
            assert!(!text.contains(figure), "{place} says {figure}, which the facts say");
        }
    }
}
