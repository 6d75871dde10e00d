//! The pages of printing: how the sheets are to be, and how far they are.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    model::{Left, Outdated, PrintState, papers, recommended},
    notes::Notes,
    routes::Which,
    store::Print,
};
use crate::{
    current::Current,
    documents::code_sheet::{SheetKind, SheetSize},
    form::Form,
    guides::facts::Poster,
    ids::{PlantId, TextEnum},
    members::store::Member,
    place_codes::codes::store::Row,
    shell::Page,
    state::AppState,
    text::Locale,
    ui::{downloads, field::Fields, parts},
};

pub fn ask(
    state: &AppState,
    current: &Current,
    which: Which,
    (rows, notes): (&[Row], &Notes),
    form: &Form,
    poster: &Poster,
) -> Response {
    let l = current.locale;
    let title = l.t("place_codes.print");
    Page::new(current, title.clone()).failed_if(form.has_errors()).render(state, || {
        let fields = Fields::new(l, form);
        let what = match rows {
            [row] => format!("{} · {}", row.plant.name, row.entrance.name),
            rows => l.tn("place_codes.print.count", &[("n", &rows.len().to_string())]),
        };
        let size = |size: &SheetSize| {
            let (width, height) = size.mm();
            let words = l.tn(
                &format!("place_codes.print.size.{}", size.word()),
                &[("width", &width.to_string()), ("height", &height.to_string())],
            );
            let advice = (*size == recommended(poster)).then(|| l.t("place_codes.print.recommended"));
            (size.word().to_owned(), format!("{words}{}", advice.unwrap_or_default()))
        };
        let sizes = papers(poster).iter().map(size).collect();
        let codes = ["issued", "redrawn"]
            .map(|word| (word.to_owned(), l.t(&format!("place_codes.print.code.{word}"))))
            .to_vec();
        let inner = view! {
            {fields.radios("kind", fields.options::<SheetKind>("place_codes.print.kind"))}
            {fields.radios("size", sizes)}
            {fields.radios("code", codes)}
            <button class="button button--big">{l.t("place_codes.print.go")}</button>
        };
        let form = match which.entrance {
            Some(entrance) => view! {
                <form class="form" method="get" action=format!("/place-codes/entrances/{entrance}/sheet.pdf")>{inner}</form>
            }
            .into_any(),
            // What is shown after an error has an address that can be opened again.
            None => view! {
                <form class="form" method="post" action=which.address()>
                    {fields.once()}
                    {which.plant.map(|id| view! { <input type="hidden" name="plant" value=id.to_string() /> })}
                    {which.member.map(|id| view! { <input type="hidden" name="member" value=id.to_string() /> })}
                    {inner}
                </form>
            }
            .into_any(),
        };
        view! {
            {fields.summary()}
            {parts::breadcrumbs(l, &[("/place-codes", l.t("place_codes.title"))], title.clone())}
            <h1>{title.clone()}</h1>
            <p class="lead">{what}</p>
            {notes.view(current, rows)}
            <p>{l.t("place_codes.print.lead")} " " <a href="/guides/running-a-plant#printing">{l.t("guides.running.title")}</a></p>
            {form}
        }
        .into_any()
    })
}

/// `plant` is the one whose sheets they are, where they are of one alone.
pub fn show(
    state: &AppState,
    current: &Current,
    print: &Print,
    (member, plant): (&Member, Option<PlantId>),
    outdated: Option<Outdated>,
) -> Response {
    let l = current.locale;
    let title = l.t("place_codes.print.title");
    Page::new(current, title.clone()).render(state, || {
        let left = print.left();
        let file = format!("/place-codes/prints/{}/sheets.pdf", print.id);
        let body = match (print.state(), outdated) {
            (PrintState::Working, _) => working(l, print),
            (PrintState::Done, Some(outdated)) => {
                view! { <p class="banner banner--urgent">{l.say(&outdated.message())}</p> }.into_any()
            }
            (PrintState::Done, None) => {
                let n = usize::try_from(print.total).unwrap_or(0).saturating_sub(left.len());
                view! {
                    <p class="lead">{l.tn("place_codes.print.ready", &[("n", &n.to_string())])}</p>
                    {downloads::links(current, &file, l.t("place_codes.print.download"))}
                }
                .into_any()
            }
            (PrintState::Nothing, _) => view! { <p class="lead">{l.t("place_codes.print.nothing")}</p> }.into_any(),
            (PrintState::Failed, _) => {
                view! { <p class="banner banner--urgent">{l.t("place_codes.print.failed")}</p> }.into_any()
            }
        };
        let (no_room, refused): (Vec<&Left>, Vec<&Left>) = left.iter().partition(|one| one.is_for_room());
        let whole = plant.is_none().then_some(member.id);
        let again = Which { plant, member: whole, ..Which::default() }.address();
        view! {
            {parts::breadcrumbs(l, &[("/place-codes", l.t("place_codes.title"))], title.clone())}
            <h1>{title.clone()}</h1>
            <p>{member.name.clone()} " · " {print.asked_at.show()}</p>
            {body}
            {left_out(l, "left-out", "place_codes.print.left_out", &refused)}
            {left_out(l, "no-room", "place_codes.print.no_room", &no_room)}
            {(print.state() != PrintState::Working).then(|| view! { <p><a href=again>{l.t("place_codes.print.again")}</a></p> })}
        }
        .into_any()
    })
}

fn working(l: Locale, print: &Print) -> AnyView {
    let (done, total) = (print.done, print.total);
    let words =
        l.tn("place_codes.print.progress", &[("done", &done.to_string()), ("left", &(total - done).to_string())]);
    view! {
        <progress class="progress" max=total.to_string() value=done.to_string() aria-label=l.t("place_codes.print.title")></progress>
        <p role="status">{words}</p>
        <p class="quiet">{l.t("place_codes.print.may_leave")}</p>
    }
    .into_any()
}

/// Sheets that are not handed out, each with its reasons.
fn left_out(l: Locale, id: &'static str, title: &str, left: &[&Left]) -> Option<AnyView> {
    (!left.is_empty()).then(|| {
        let lines = left.iter().map(|one| {
            let reasons: Vec<String> = one.reasons.iter().filter_map(|why| l.say_kept(why)).collect();
            let why = reasons.join(" ");
            let said = [("place", one.place.as_str()), ("number", one.number.as_str()), ("why", why.as_str())];
            view! { <li>{l.tn("place_codes.print.left_out.one", &said)}</li> }.into_any()
        });
        view! {
            <section class="banner" aria-labelledby=id>
                <h2 id=id>{l.tn(title, &[("n", &left.len().to_string())])}</h2>
                <ul>{lines.collect::<Vec<_>>()}</ul>
            </section>
        }
        .into_any()
    })
}
