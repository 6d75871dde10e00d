"""Fills a migrated SQLite database for the bench: 2,000 members, 5,000 plants, 500,000 supply reports (100 days of every
plant, two product lines each) and 2,000 public notices, and opens two sessions. Usage: fill.py DATABASE STAFF_TOKEN MEMBER_TOKEN"""

import base64
import datetime
import hashlib
import random
import sqlite3
import sys

MEMBERS, PLANTS, DAYS, NOTICES = 2_000, 5_000, 100, 2_000
KINDS = ["clinker_line", "grinding_station", "terminal", "admixture_plant", "mixing_station"]
DISTRICTS = ["310112", "310113", "310114", "310115", "310116", "310117", "310118", "310120", "310151"]
PRODUCTS = ["PO42.5", "PO52.5", "PII52.5", "S95", "FA2"]
NOW = int(datetime.datetime.now(datetime.timezone.utc).timestamp() * 1_000_000)
HOUR = 3_600_000_000
DAY = 24 * HOUR

chance = random.Random(20220530)
counter = 0


def new_id(at=NOW):
    """A UUIDv7 of an instant; later calls give later ids."""
    global counter
    counter += 1
    milliseconds = at // 1000
    return milliseconds.to_bytes(6, "big") + (0x7000 | counter >> 44 & 0xFFF).to_bytes(2, "big") + (
        0x8000_0000_0000_0000 | counter & 0x3FFF_FFFF_FFFF_FFFF
    ).to_bytes(8, "big")


def token_hash(token):
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


def insert(table, columns, rows):
    places = ",".join("?" * len(columns.split(",")))
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)


def people(members):
    for name, kind, member, token in [("周秘书", "office_staff", None, sys.argv[2]), ("王厂长", "member_admin", members[0], sys.argv[3])]:
        person = new_id()
        insert("persons", "id,name,email,created_at", [(person, name, f"{kind}@example.cn", NOW)])
        insert("roles", "id,person_id,kind,member_id,created_at", [(new_id(), person, kind, member, NOW)])
        insert("sessions", "id,token_hash,person_id,created_at,expires_at", [(new_id(), token_hash(token), person, NOW, NOW + DAY)])


def register():
    members = [new_id() for _ in range(MEMBERS)]
    insert(
        "members",
        "id,name,credit_code,created_at,row_version",
        ((id, f"上海第{n:04d}水泥制品有限公司", f"9131{n:014d}", NOW, 1) for n, id in enumerate(members)),
    )
    insert(
        "contacts",
        "id,member_id,name,phone,email,duties,created_at,row_version",
        ((new_id(), id, "王厂长", "18600001402", f"m{n}@example.cn", ",general,notices,supply,", NOW, 1) for n, id in enumerate(members)),
    )
    plants = [(new_id(), members[n % MEMBERS], KINDS[n % 5], chance.choice(DISTRICTS)) for n in range(PLANTS)]
    insert(
        "plants",
        "id,member_id,name,kind,district,address,address_line,address_key,silo_capacity,normal_output,created_at,row_version",
        (
            (id, member, f"{n}号厂", kind, district, "{}", f"上海市某区某路{n}号", str(n), 20_000_000, 2_000_000, NOW, 1)
            for n, (id, member, kind, district) in enumerate(plants)
        ),
    )
    return members, plants


def reports(plants):
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
    for back in range(DAYS):
        day, at = (today - datetime.timedelta(days=back)).isoformat(), NOW - back * DAY
        rows = [(new_id(at), id, day, kind, district, 1, at, at, 1) for id, _, kind, district in plants]
        insert("supply_reports", "id,plant_id,day,kind,district,covers_days,due_at,filed_at,revision", rows)
        insert(
            "supply_revisions",
            "report_id,revision,filed_at,state,staff,constraints",
            ((row[0], 1, at, "running", 40, ",") for row in rows),
        )
        insert(
            "supply_lines",
            "report_id,revision,position,product,packing,inflow,outflow,stock,available",
            (
                (row[0], 1, position, chance.choice(PRODUCTS), "bulk", 900_000, 850_000, chance.randrange(18_000_000), 300_000)
                for row in rows
                for position in (1, 2)
            ),
        )


def notices():
    body = "各会员单位：\n\n" + "请做好复工复产的各项准备，合理安排生产和发运，遇到困难及时与秘书处联系。\n\n" * 12
    for n in range(NOTICES):
        at = NOW - (NOTICES - n) * HOUR
        notice, version = new_id(at), new_id(at)
        insert("notices", "id,created_at", [(notice, at)])
        insert(
            "notice_versions",
            "id,notice_id,number,kind,document_number,title,body,audience,audience_values,must_acknowledge,created_at,publish_at,published_at,addressed,row_version",
            [(version, notice, 1, "notice", f"沪水协〔2022〕{n}号", f"关于第{n}批单位恢复生产的通知", body, "public", "[]", 0, at, at, at, 0, 1)],
        )


connection = sqlite3.connect(sys.argv[1])
with connection:
    all_members, all_plants = register()
    people(all_members)
    reports(all_plants)
    notices()
connection.execute("ANALYZE")
connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
