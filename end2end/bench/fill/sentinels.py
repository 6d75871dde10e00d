"""A thousand requests for sentinels with the mails that carried them, a tenth of them still open, the newest still a draft."""

import json

from store import DAY, HOUR, NOW, chance, day_of, part_of

REQUESTS = part_of(1_000)
OPEN = part_of(100)
YEAR = day_of(NOW).year
OPERATOR = "operator@example.cn"
SCENE = {"crowd": True, "vehicles": True, "gates": "existing", "person_must_match_id": True, "distance": False}
LINES = [{"form": "gate", "brand": "申哨", "model": "G2", "vendor": "上海申哨科技有限公司", "quantity": 2}]
ACTS = ["acknowledged", "scheduled", "installed"]


def fill(store, association):
    for n in range(REQUESTS):
        request(store, association, n, NOW - (REQUESTS - n) * 2 * HOUR)
    store.insert("numbers", "series year last", [("AZ", YEAR, REQUESTS)])


def request(store, association, n, at):
    plant = chance.choice(association.plants)
    id, number, open = store.id(at), f"AZ-{YEAR}-{n + 1:04d}", n >= REQUESTS - OPEN
    devices = {"lines": LINES, "specification": "yes", "docking": "yes"}
    contact = {"name": "王厂长", "phone": "18600001402", "site_phone": "02150501234", "copy_to": None, "remarks": "工作日上午可以安装"}
    answers = {"scene": SCENE, "devices": devices, "contact": contact}
    sheet = {
        "number": number, "date": str(day_of(at)), "association": "上海市水泥行业协会", "unit": plant.member_name,
        "credit_code": "913101150000000001", "plant": plant.name, "entrance": "大门", "address": "上海市浦东新区合庆镇向东路38号",
        "recommended": "gate", "also": None, "from": "hunitong@localhost", "to": OPERATOR, **answers,
    }  # fmt: skip
    draft = n == REQUESTS - 1
    sent = [None] * 5 if draft else [at, text(sheet), "0" * 64, OPERATOR, mail(store, id, number, at)]
    store.insert(
        "install_requests",
        "id number member_id plant_id entrance_id answers created_at created_by settled_at submitted_at sheet paper_hash sent_to message_id",
        [(id, number, plant.member, plant.id, plant.entrance, text(answers), at, association.person_of[plant.member],
          None if open else at + DAY, *sent)],
    )  # fmt: skip
    if draft:
        return
    acts = ["submitted"] + ACTS[: n % 3 if open else 3]
    store.insert(
        "install_request_events",
        "id request_id act at person_id day",
        (
            (store.id(at + k * HOUR), id, act, at + k * HOUR, association.staff, str(day_of(at + 2 * DAY)) if act == "scheduled" else None)
            for k, act in enumerate(acts)
        ),
    )


def mail(store, request, number, at):
    message = store.id(at)
    columns = "id rfc_id about_kind about_id sender title body_text attachments shown_together created_at"
    row = (message, f"{message.hex()}@localhost", "install_request", request, "hunitong@localhost", f"安装申领 {number}", "申领表见附件。", "[]", True, at)
    store.insert("messages", columns, [row])
    columns = "id message_id name email state attempts times_uncertain created_at next_at settled_at server reply_code reply"
    store.insert("deliveries", columns, [(store.id(at), message, "运营方", OPERATOR, "accepted", 1, 0, at, at, at, "mx.example.cn", 250, "ok")])
    return message


def text(value):
    return json.dumps(value, ensure_ascii=False)
