"""Half a million supply reports: every plant, a hundred days, a fifth of them still open today."""

import datetime

from store import DAY, MINUTE, NOW, below, chance, day_of, instant, part_of

REPORTS = part_of(500_000)
PRODUCTS = {
    "clinker_line": ["CLINKER"],
    "grinding_station": ["PO42.5", "PO52.5", "M32.5"],
    "terminal": ["PO42.5", "PII52.5"],
    "admixture_plant": ["S95", "FA2"],
}


def fill(store, association):
    plants = list(association.plants)
    settings(store, plants)
    today = day_of(NOW)
    left, back = REPORTS, 0
    while left > 0:
        chance.shuffle(plants)
        filing = plants[: min(left, len(plants) * 4 // 5 if back == 0 else len(plants))]
        file_day(store, filing, today - datetime.timedelta(days=back))
        left -= len(filing)
        back += 1


def settings(store, plants):
    """Plants with a duty of their own, and some that are suspended."""
    store.insert("supply_duties", "plant_id cadence days since row_version", ((p.id, "mondays", "all_days", NOW - 90 * DAY, 1) for p in plants[:200]))
    today = day_of(NOW)
    store.insert(
        "supply_suspensions",
        "id plant_id from_day until_day reason made_at",
        (
            (store.id(), p.id, str(today - datetime.timedelta(days=n % 9)), str(today + datetime.timedelta(days=1 + n % 9)), "年度检修", NOW)
            for n, p in enumerate(plants[200:300])
        ),
    )


def file_day(store, plants, day):
    """A day's reports in the order in which they come in: a few late, one in twenty corrected."""
    due = instant(day, 10)
    first = due - 150 * MINUTE
    step = 160 * MINUTE // len(plants)
    reports = []
    for n, plant in enumerate(plants):
        at = min(first + n * step, NOW - DAY // 100_000)
        reports.append((plant, store.id(at), at, 2 if chance.random() < 0.05 else 1))
    store.insert(
        "supply_reports",
        "id plant_id day kind district covers_days due_at filed_at revision",
        ((id, p.id, str(day), p.kind, p.district, 1, due, at, last) for p, id, at, last in reports),
    )
    store.insert(
        "supply_revisions",
        "report_id revision filed_at reason state staff constraints",
        (
            (id, revision, at, None if revision == 1 else "数字写错", "running", 20 + below(70), ",")
            for _, id, at, last in reports
            for revision in range(1, last + 1)
        ),
    )
    store.insert(
        "supply_lines",
        "report_id revision position product packing inflow outflow stock available",
        (
            (id, revision, position, product, "bulk", below(2_000_000), below(2_000_000), below(12_000_000), below(500_000))
            for p, id, _, last in reports
            for revision in range(1, last + 1)
            for position, product in enumerate(PRODUCTS[p.kind], 1)
        ),
    )
