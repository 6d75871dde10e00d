"""Fills a migrated SQLite database for the measurement of mail: members with a contact each, and the deliveries of years.

Usage: python3 fill/mail.py DATABASE STAFF_TOKEN MEMBERS OLD_DELIVERIES"""

import sys

import register
from store import HOUR, NOW, Store, part_of

PER_MESSAGE = 500


def main(path, staff_token, members, old):
    register.MEMBERS = register.PLANTS = part_of(int(members))
    store = Store(path)
    with store:
        association = register.fill(store, staff_token, "nobody")
        notice = store.id(NOW)
        for n in range(part_of(int(old)) // PER_MESSAGE):
            message(store, association, notice, NOW - (n + 2) * HOUR)
    store.close()


def message(store, association, notice, at):
    id = store.id(at)
    columns = "id rfc_id about_kind about_id sender title body_text attachments shown_together created_at"
    store.insert("messages", columns, [(id, f"{id.hex()}@localhost", "notice", notice, "hunitong@localhost", "【协会通知】", "已归档", "[]", False, at)])
    store.insert(
        "deliveries",
        "id message_id member_id name email state attempts times_uncertain created_at next_at settled_at handled_at server reply_code reply",
        (
            (store.id(at), id, member, "王厂长", f"p{n}@example.cn", "accepted", 1, 0, at, at, at, at, "mx.example.cn", 250, "ok")
            for n, member in enumerate(association.members[:PER_MESSAGE])
        ),
    )


main(*sys.argv[1:])
