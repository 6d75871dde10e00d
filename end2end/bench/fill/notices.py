"""Two thousand notices with the members they address, and the mails, readings and acknowledgements of those that asked for them."""

import json

from register import TOWNS
from store import DAY, HOUR, NOW, chance, part_of

NOTICES = part_of(2_000)
# Of so many of the newest, mails and readings are still kept.
MAILED = part_of(60)
OPENING = "各会员单位：\n\n为保障供应，现将有关安排通知如下，请结合本单位实际认真落实。\n\n"
PART = "## {n}、{about}\n\n- 提前核对人员、车辆和原料，变化当天告诉秘书处。\n- 台账按日记录，保存**一年**，以备查验。\n\n"
ABOUT = ["生产安排", "物流运输", "质量管理", "安全检查", "用电计划", "信息报送"]
STRAGGLERS = 0.004


def fill(store, association):
    for n in range(NOTICES):
        at = NOW - (NOTICES - n) * HOUR
        publish(store, association, n, at)


def publish(store, association, n, at):
    notice, version = store.id(at), store.id(at)
    asked, newest = n % 4 == 0, NOTICES - n <= MAILED
    audience, values, among = addressees(n)
    by = at + 5 * DAY if asked else None
    body = OPENING + "".join(PART.format(n=k + 1, about=about) for k, about in enumerate(ABOUT))
    store.insert("notices", "id created_at created_by", [(notice, at, association.staff)])
    store.insert(
        "notice_versions",
        "id notice_id number kind document_number title body audience audience_values must_acknowledge acknowledge_by created_at"
        " created_by publish_at published_at row_version",
        [(version, notice, 1, "guideline" if n % 7 == 0 else "notice", f"沪水协〔2026〕{n + 1}号", f"关于第{n + 1}批单位恢复生产有关安排的通知",
          body, audience, json.dumps(values), asked, by, at, association.staff, at, at, 1)],
    )  # fmt: skip
    behind = 0.3 if newest else STRAGGLERS
    draw = f"abs(random() / 9223372036854775808.0) < {behind}"
    store.run(
        f"INSERT INTO notice_members (version_id, member_id, expected, acknowledged_at, on_behalf)"
        f" SELECT ?, m.id, ?, CASE WHEN ? AND NOT {draw} THEN ? END, 0 FROM members m WHERE {among}",
        (version, asked, asked, at + HOUR),
    )
    store.run(
        "UPDATE notice_versions SET addressed = (SELECT count(*) FROM notice_members WHERE version_id = ?1) WHERE id = ?1",
        (version,),
    )
    if newest:
        mail(store, association, (notice, version, at), body)
        store.run(
            "INSERT INTO notice_reads (version_id, member_id, person_id, at, on_behalf)"
            " SELECT nm.version_id, nm.member_id, r.person_id, nm.acknowledged_at, 0 FROM notice_members nm JOIN roles r"
            " ON r.member_id = nm.member_id WHERE nm.version_id = ? AND nm.acknowledged_at IS NOT NULL",
            (version,),
        )


def addressees(n):
    """The audience, its values, and the members that it means."""
    plants = "m.id IN (SELECT p.member_id FROM plants p WHERE p."
    if n % 10 == 8:
        return "kinds", ["terminal"], plants + "kind = 'terminal')"
    if n % 10 == 9:
        district = list(TOWNS)[n % len(TOWNS)]
        return "districts", [district], plants + f"district = '{district}')"
    return ("members" if n % 10 > 5 else "public"), [], "true"


def mail(store, association, published, body):
    """One message to every member; one in two hundred bounced, and of the last notice nobody saw to that yet."""
    notice, version, at = published
    message = store.id(at)
    columns = "id rfc_id about_kind about_id sender title body_text body_html attachments shown_together created_at"
    row = (message, f"{message.hex()}@localhost", "notice", notice, "hunitong@localhost", "【协会通知】关于恢复生产有关安排的通知", body, body, "[]", False, at)
    store.insert("messages", columns, [row])
    store.insert("notice_mailings", "message_id version_id reminder at person_id", [(message, version, False, at, association.staff)])
    last = at >= NOW - 2 * HOUR
    store.insert(
        "deliveries",
        "id message_id member_id name email state attempts times_uncertain created_at next_at settled_at handled_at server reply_code reply",
        (
            (store.id(at), message, member, "王厂长", f"p{n}@example.cn", "refused" if n % 200 == 7 else "accepted", 1, 0, at, at, at,
             None if last else at, "mx.example.cn", 550 if n % 200 == 7 else 250, "ok")
            for n, member in enumerate(association.members)
        ),
    )  # fmt: skip
