//! The bounds of what is costly about codes: who waits for whom, how much is held, how much a page writes.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use app::{
    documents::{
        DocumentError, Documents, InstallRequestForm, ReadinessSheet,
        acceptance::AcceptanceProtocol,
        code_sheet::{CodeSheet, SheetFault, SheetPage, SheetPdf},
    },
    ids::{EntranceId, PrintId},
    place_codes::printing::{self, store},
};
use futures::future::join_all;

use crate::{
    builders::{TestMember, a_member},
    forms::{form_fields, post_changed},
    place_codes::{add, issued, page_of, payload, versions},
    place_codes_apply::{begun, with_entrances},
    test_app::{Answer, Browser, TestApp},
};

/// Makes sheets of so many bytes and notes how many were being made at the same time, and whom they name.
#[derive(Default)]
pub struct Counted {
    bytes: usize,
    now: AtomicUsize,
    most: AtomicUsize,
    bound: AtomicUsize,
    pub contacts: Mutex<Vec<Option<(String, String)>>>,
}

#[async_trait::async_trait]
impl Documents for Counted {
    async fn install_request_form(&self, _: &InstallRequestForm) -> Result<Vec<u8>, DocumentError> {
        Err(DocumentError::Failed)
    }

    async fn acceptance_protocol(&self, _: &AcceptanceProtocol) -> Result<Vec<u8>, DocumentError> {
        Err(DocumentError::Failed)
    }

    async fn readiness_sheet(&self, _: &ReadinessSheet) -> Result<Vec<u8>, DocumentError> {
        Err(DocumentError::Failed)
    }

    fn code_sheet(&self, sheet: &CodeSheet) -> Result<SheetPage, Vec<SheetFault>> {
        self.contacts.lock().unwrap().push(sheet.contact.clone());
        self.most.fetch_max(self.now.fetch_add(1, SeqCst) + 1, SeqCst);
        // As long as a sheet takes, so that whoever does not wait for a turn meets the others here.
        std::thread::sleep(std::time::Duration::from_millis(100));
        self.now.fetch_sub(1, SeqCst);
        Ok(SheetPage { size: sheet.size, title: sheet.number.clone(), pdf: vec![0; self.bytes] })
    }

    fn bind_sheets(&self, pages: Vec<SheetPage>) -> Result<SheetPdf, DocumentError> {
        self.bound.store(pages.len(), SeqCst);
        Ok(SheetPdf { bytes: b"%PDF-1.7".to_vec() })
    }
}

async fn with_codes(app: &TestApp, count: u32) -> (TestMember, Vec<EntranceId>) {
    let member = a_member(app).await;
    let names: Vec<String> = (2..=count).map(|n| format!("{n}号门")).collect();
    let mut doors = vec![member.entrance];
    doors.extend(with_entrances(app, &member, &names.iter().map(String::as_str).collect::<Vec<_>>()).await);
    for (n, door) in (1..).zip(&doors) {
        add(&member.admin, *door, &[], &issued(&[&payload(n)])).await.is(303);
    }
    (member, doors)
}

async fn asked(member: &TestMember) -> (String, PrintId) {
    let page = member.admin.get(&format!("/place-codes/print?plant={}", member.plant)).await.is(200);
    let path = post_changed(&member.admin, "/place-codes/print", &page, &[]).await.is(303).location().to_owned();
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    (path, id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sheets_are_made_two_at_a_time_whoever_asks() {
    let documents = Arc::new(Counted::default());
    let app = TestApp::with_documents(Arc::<Counted>::clone(&documents)).await;
    let (member, _) = with_codes(&app, 3).await;
    asked(&member).await;
    let sheet = format!("{}/sheet.pdf?size=a4&kind=poster&code=redrawn", page_of(member.entrance));
    let one_by_one = join_all((0..6).map(|_| member.admin.get(&sheet)));
    let (printed, answers) = tokio::join!(printing::work(&app.state), one_by_one);
    assert!(printed.unwrap());
    answers.into_iter().for_each(|answer| drop(answer.is(200)));
    assert_eq!(documents.most.load(SeqCst), 2, "two at a time, and not one after the other");
    assert_eq!(documents.bound.load(SeqCst), 3);
}

#[tokio::test]
async fn a_print_holds_no_more_than_its_bound_and_names_what_it_leaves_out() {
    let documents = Arc::new(Counted { bytes: 100 * 1024 * 1024, ..Counted::default() });
    let app = TestApp::with_documents(Arc::<Counted>::clone(&documents)).await;
    let (member, _) = with_codes(&app, 5).await;
    let (path, id) = asked(&member).await;
    assert!(printing::work(&app.state).await.unwrap());
    assert_eq!(documents.bound.load(SeqCst), 2, "those that fit are bound");
    let print = store::find(app.state.db.reader(), id).await.unwrap();
    assert_eq!((print.left().len(), print.done), (3, 5));
    member.admin.get(&path).await.is(200).says("2 张已经生成").says("3 张没有放进这一份").says_not("没有通过核对");
}

/// Nothing is handed out of codes that no longer count, and while sheets are made nobody asks about them.
#[tokio::test]
async fn a_print_is_closed_when_a_code_of_it_is_taken_back() {
    let app = TestApp::with_documents(Arc::new(Counted::default())).await;
    let (member, doors) = with_codes(&app, 3).await;
    let (path, _) = asked(&member).await;
    let code = versions(&app, doors[1]).await[0].id.to_string();
    printing::work(&app.state).await.unwrap();
    member.admin.get(&format!("{path}/sheets.pdf")).await.is(200);
    let fields = [("code", code.as_str()), ("reason", "传错了")];
    member.admin.post(&format!("{}/withdraw", page_of(doors[1])), &fields).await.is(303);
    member.admin.get(&path).await.is(200).says("已经撤回").says_not("换了新码");
    member.admin.get(&format!("{path}/sheets.pdf")).await.is(409).says("已经撤回");
    add(&member.admin, doors[0], &[], &issued(&[&payload(9)])).await.is(303);
    member.admin.get(&path).await.is(200).says("已经换了新码，有的已经撤回");
}

/// A ZIP is read and only its images stay.
#[tokio::test]
async fn of_an_archive_nothing_stays_but_the_images_that_were_taken() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let archive = crate::place_codes::zip(&[("东门.png", issued(&[&payload(1)])), ("空.png", issued(&[]))]);
    let id = member.id.to_string();
    let upload = member.admin.upload("/place-codes/upload", &[("member", &id)], &[("images", "a.zip", &archive)]).await;
    upload.is(303);
    let kept = walk(&app.folder.path().join("files"));
    assert_eq!(kept, 1, "the image that was read, neither the archive nor what was refused");
    assert_eq!(walk(&app.folder.path().join("tmp")), 0);
}

fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}

async fn uploaded(browser: &Browser, member: &TestMember, files: &[(String, Vec<u8>)]) -> String {
    let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    let (id, archive) = (member.id.to_string(), crate::place_codes::zip(&files));
    let upload = browser.upload("/place-codes/upload", &[("member", &id)], &[("images", "a.zip", &archive)]).await;
    upload.is(303).location().to_owned()
}

/// With very many entrances each stands on the page once, and is picked by its name.
#[tokio::test]
async fn the_page_of_a_batch_stays_small_for_a_member_with_very_many_entrances() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let names: Vec<String> = (1..=500).map(|n| format!("第{n}道")).collect();
    let doors = with_entrances(&app, &member, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let files: Vec<(String, Vec<u8>)> = (1..=8).map(|n| (format!("第{n}道.png"), issued(&[&payload(n)]))).collect();
    let batch = uploaded(&member.admin, &member, &files).await;
    let page = member.admin.get(&batch).await.is(200);
    assert!(page.bytes.len() < 100_000, "{} bytes", page.bytes.len());
    assert_eq!(page.text.matches("<option ").count(), 501);
    let fields = form_fields(&page);
    let guessed = fields.iter().find(|(name, _)| name == "place.0").unwrap();
    assert_eq!(guessed.1, "一号粉磨站 第1道");
    let wrong = [("place.0", "一号粉磨站 第九千道"), ("place.1", "")];
    let again = post_changed(&member.admin, &batch, &page, &wrong).await.is(422);
    again.says("没有叫“一号粉磨站 第九千道”的出入口").says("f-place-0-error");
    // Typed by hand in another way of writing, it is the same entrance; what is empty stays out.
    let changes = [("place.0", "一号粉磨站第 500 道"), ("place.1", "")];
    post_changed(&member.admin, &batch, &page, &changes).await.is(303);
    assert_eq!(versions(&app, doors[499]).await[0].payload, payload(1));
    assert!(versions(&app, doors[0]).await.is_empty() && versions(&app, doors[1]).await.is_empty());
    assert_eq!(versions(&app, doors[7]).await[0].payload, payload(8));
}

/// Two who store for the same entrances at once, and a third who applies for them, wait for each other and in no circle.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn entrances_are_locked_in_one_order() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    let names: Vec<String> = (1..=8).map(|n| format!("第{n}道")).collect();
    with_entrances(&app, &member, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let files = |first: u32, turned: bool| {
        let mut all: Vec<(String, Vec<u8>)> =
            (1..=8).map(|n| (format!("第{n}道.png"), issued(&[&payload(first + n)]))).collect();
        if turned {
            all.reverse();
        }
        all
    };
    let one = uploaded(&member.admin, &member, &files(100, false)).await;
    let other = uploaded(&member.admin, &member, &files(200, true)).await;
    let (first, second) = (member.admin.get(&one).await.is(200), member.admin.get(&other).await.is(200));
    let (first, second, applied): (Answer, Answer, Answer) = tokio::join!(
        post_changed(&member.admin, &one, &first, &[]),
        post_changed(&member.admin, &other, &second, &[]),
        async {
            let page = member.admin.get("/place-codes/apply").await.is(200);
            post_changed(&member.admin, "/place-codes/apply", &page, &[]).await
        },
    );
    for answer in [first, second] {
        answer.is(303);
    }
    // It is made, or the entrances have their codes by then.
    assert!([303, 422].contains(&applied.status.as_u16()), "{}", applied.text);
}

/// Enter in a field presses the first button of a form, which must be the one that does what the form is for.
#[tokio::test]
async fn the_first_button_of_a_form_does_what_the_form_is_for() {
    let app = TestApp::start().await;
    let member = a_member(&app).await;
    with_entrances(&app, &member, &["西门"]).await;
    let applied = begun(&member.admin, &member).await;
    let page = member.admin.get(&applied).await.is(200);
    let filing = [("route", "computer"), ("certificate", "electronic_licence"), ("handler", "李经办")];
    post_changed(&member.admin, &format!("{applied}/filed"), &page, &filing).await.is(303);
    let mut seen = 0;
    for path in [&applied, "/place-codes/apply", "/place-codes", &page_of(member.entrance)] {
        let page = member.admin.get(path).await.is(200);
        for form in page.text.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap()) {
            let buttons: Vec<&str> =
                form.split("<button").skip(1).map(|button| button.split('>').next().unwrap()).collect();
            if buttons.len() > 1 {
                seen += 1;
                assert!(!buttons[0].contains(" name="), "{path}: {buttons:?}");
            }
        }
    }
    assert!(seen > 0, "the page of the application has such a form");
}
