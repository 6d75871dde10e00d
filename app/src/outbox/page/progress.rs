//! How far long mailings are: a bar for each, how many are left and about how long they take.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

use crate::{
    current::Current,
    outbox::store::{Mailing, Rates},
};

/// Long mailings on their way, and how fast mail leaves now.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub mailings: Vec<Mailing>,
    /// How many leave in a minute.
    pub per_minute: u64,
    pub paused: bool,
}

impl Progress {
    pub fn new(mailings: Vec<Mailing>, rates: &Rates, paused: bool) -> Self {
        Self { mailings, per_minute: rates.minute, paused }
    }

    /// About how many minutes a mailing still takes, those aside that wait for another try.
    fn minutes(&self, mailing: &Mailing) -> Option<u64> {
        let ready = mailing.waiting.saturating_sub(mailing.put_off);
        (!self.paused && self.per_minute > 0 && ready > 0).then(|| ready.div_ceil(self.per_minute))
    }
}

/// Nothing when no long mailing is on its way.
pub fn progress(current: &Current, progress: &Progress) -> Option<AnyView> {
    let l = current.locale;
    if progress.mailings.is_empty() {
        return None;
    }
    let here = current.here.clone();
    let lines = progress.mailings.iter().map(|mailing| line(current, progress, mailing)).collect::<Vec<_>>();
    Some(
        view! {
            <section aria-labelledby="mailings">
                <h2 id="mailings">{l.t("outbox.progress")}</h2>
                {lines}
                <p><a href=here>{l.t("outbox.progress.refresh")}</a></p>
            </section>
        }
        .into_any(),
    )
}

fn line(current: &Current, progress: &Progress, mailing: &Mailing) -> AnyView {
    let l = current.locale;
    let (left, total) = (mailing.waiting.to_string(), mailing.total.to_string());
    let done = mailing.total.saturating_sub(mailing.waiting).to_string();
    let mut words = vec![l.tn("outbox.progress.left", &[("left", &left), ("total", &total)])];
    if progress.paused {
        words.push(l.t("outbox.progress.paused"));
    } else if let Some(minutes) = progress.minutes(mailing) {
        words.push(l.tn("outbox.progress.minutes", &[("minutes", &minutes.to_string())]));
    } else if mailing.waiting > mailing.put_off {
        words.push(l.t("outbox.progress.unknown"));
    }
    if mailing.put_off > 0 {
        words.push(l.tn("outbox.progress.put_off", &[("n", &mailing.put_off.to_string())]));
    }
    let bar = format!("{done}/{total}");
    view! {
        <p><strong>{mailing.title.clone()}</strong></p>
        <progress class="progress" max=total value=done aria-label=mailing.title.clone()>{bar}</progress>
        <p>{words.join(" ")}</p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::MessageId;

    fn minutes(waiting: u64, put_off: u64, per_minute: u64, paused: bool) -> Option<u64> {
        let mailing = Mailing { message: MessageId::new(), title: String::new(), total: 5_000, waiting, put_off };
        Progress { mailings: Vec::new(), per_minute, paused }.minutes(&mailing)
    }

    #[test]
    fn the_time_that_is_left_is_said_where_it_is_known() {
        assert_eq!(minutes(1_001, 0, 500, false), Some(3));
        assert_eq!(minutes(1_001, 1_000, 500, false), Some(1), "those that wait for another try have their own time");
        assert_eq!(minutes(5, 5, 500, false), None);
        assert_eq!(minutes(1_001, 0, 0, false), None, "nothing has left yet");
        assert_eq!(minutes(1_001, 0, 500, true), None);
    }
}
