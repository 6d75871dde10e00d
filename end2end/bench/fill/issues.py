"""Three thousand issues: the old ones closed, the newest at every stage."""

from store import DAY, HOUR, NOW, chance, day_of, part_of

ISSUES = part_of(3_000)
YEAR = day_of(NOW).year
OPEN = part_of(120)
STAGES = ["taken", "asked_back", "replied", "forwarded", "answered", "closed"]
CATEGORIES = ["resumption", "transport", "materials", "staff", "energy", "quality", "prevention", "other"]
BODY = "原料船期推迟，熟料库存只够三天，想请协会协调码头优先靠泊，并说明需要准备哪些材料。" * 4


def fill(store, association):
    counts = {"ZC": 0, "QZ": 0}
    for n in range(ISSUES):
        at = NOW - (ISSUES - n) * HOUR
        kind, letters = chance.choice([("policy_question", "ZC"), ("call_for_help", "QZ")])
        counts[letters] += 1
        stage = n % 7 if n >= ISSUES - OPEN else len(STAGES)
        file(store, association, (f"{letters}-{YEAR}-{counts[letters]:04d}", kind), at, stage)
    store.insert("numbers", "series year last", ((letters, YEAR, last) for letters, last in counts.items()))


def file(store, association, named, at, stage):
    plant = chance.choice(association.plants)
    filed_by = association.person_of[plant.member]
    issue, done = store.id(at), {name: at + (k + 1) * HOUR // 10 for k, name in enumerate(STAGES[:stage])}
    store.insert(
        "issues",
        "id number member_id plant_id kind category title body filed_at filed_by owner_id told_at row_version " + " ".join(f"{s}_at" for s in STAGES),
        [(issue, named[0], plant.member, plant.id, named[1], chance.choice(CATEGORIES), "熟料运输受阻，请求协调靠泊", BODY, at, filed_by,
          association.staff if stage else None, at + HOUR if stage else None, 1, *(done.get(name) for name in STAGES))],
    )  # fmt: skip
    events = [("filed", at, filed_by, False)] + [(name, when, association.staff, name != "replied") for name, when in done.items()]
    store.insert(
        "issue_events",
        "id issue_id at kind person_id by_office text",
        ((store.id(when), issue, when, kind, person, office, BODY) for kind, when, person, office in events),
    )
    if at < NOW - DAY:
        store.insert("issue_views", "issue_id person_id at", [(issue, filed_by, NOW)])
