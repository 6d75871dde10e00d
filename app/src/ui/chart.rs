//! Bars drawn by the server as SVG, with the same numbers behind them as a table. Widths are shares of the
//! longest bar, written as attributes, so that nothing needs a style of its own.

use leptos::{prelude::*, tachys::view::any_view::AnyView};

/// One bar: its name, its length, and what stands at its end.
#[derive(Clone, Debug)]
pub struct Bar {
    pub name: String,
    pub value: i64,
    pub shown: String,
}

/// Height of one bar with its gap, in pixels.
const STEP: usize = 32;

/// Horizontal bars under a caption; `table` holds the same numbers.
pub fn bars(caption: String, bars: &[Bar], numbers: String, table: AnyView) -> AnyView {
    let height = bars.len() * STEP;
    let longest = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let drawn = bars.iter().enumerate().map(|(n, bar)| {
        let top = n * STEP;
        let width = f64::from(i32::try_from(bar.value.saturating_mul(1_000) / longest).unwrap_or(0)) * 0.042;
        view! {
            <text class="chart__label chart__label--end" x="38%" y=top + 19>{bar.name.clone()}</text>
            <rect class="chart__track" x="40%" y=top + 6 width="42%" height="18"></rect>
            <rect class="chart__bar chart__bar--ok" x="40%" y=top + 6 width=format!("{width:.2}%") height="18"></rect>
            <text class="chart__label" x="84%" y=top + 19>{bar.shown.clone()}</text>
        }
        .into_any()
    });
    view! {
        <figure class="chart-figure panel">
            <figcaption>{caption.clone()}</figcaption>
            <svg class="chart" width="100%" height=height role="img" aria-label=caption>
                {drawn.collect::<Vec<_>>()}
                <line class="chart__axis" x1="40%" x2="40%" y1="0" y2=height></line>
            </svg>
            <details class="disclosure"><summary>{numbers}</summary>{table}</details>
        </figure>
    }
    .into_any()
}
