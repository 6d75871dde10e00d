"""Members with their plants, entrances, contacts and people, and the secretariat."""

import base64
import hashlib
import json
from dataclasses import dataclass

from store import DAY, HOUR, NOW, below, chance, part_of

MEMBERS, PLANTS = part_of(2_000), part_of(5_000)
KINDS = ["clinker_line", "grinding_station", "grinding_station", "terminal", "admixture_plant"]
TOWNS = {
    "310112": "310112101", "310113": "310113101", "310114": "310114102", "310115": "310115110", "310116": "310116101",
    "310117": "310117102", "310118": "310118102", "310120": "310120101", "310151": "310151101",
}  # fmt: skip
FAMILIES, NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", ["建国", "志强", "文斌", "晓燕", "海峰", "丽华"]
BEGAN = NOW - 200 * DAY


@dataclass
class Plant:
    id: bytes
    member: bytes
    member_name: str
    name: str
    kind: str
    district: str
    entrance: bytes


@dataclass
class Association:
    members: list
    names: dict
    plants: list
    staff: bytes
    person_of: dict


def token_hash(token):
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


def person_name():
    return chance.choice(FAMILIES) + chance.choice(NAMES)


def fill(store, staff_token, member_token):
    members = [store.id(BEGAN) for _ in range(MEMBERS)]
    names = {id: f"上海{chance.choice(FAMILIES)}记第{n:04d}水泥制品有限公司" for n, id in enumerate(members)}
    store.insert(
        "members",
        "id name short_name credit_code created_at row_version",
        ((id, names[id], f"第{n:04d}水泥", f"91310115{n:010d}", BEGAN, 1) for n, id in enumerate(members)),
    )
    people = {id: store.id(BEGAN) for id in members}
    office = [store.id(BEGAN) for _ in range(5)]
    columns = "id name email created_at row_version"
    store.insert("persons", columns, ((id, person_name(), f"p{n}@example.cn", BEGAN, 1) for n, id in enumerate(people.values())))
    store.insert("persons", columns, ((id, person_name(), f"s{n}@example.cn", BEGAN, 1) for n, id in enumerate(office)))
    columns = "id person_id kind member_id created_at row_version"
    store.insert("roles", columns, ((store.id(BEGAN), person, "member_admin", id, BEGAN, 1) for id, person in people.items()))
    store.insert("roles", columns, ((store.id(BEGAN), person, "office_staff", None, BEGAN, 1) for person in office))
    tokens = [(office[0], staff_token), (people[members[0]], member_token)]
    tokens += [(person, f"elsewhere {n}") for n, person in enumerate(people.values())]
    store.insert(
        "sessions",
        "id token_hash person_id created_at expires_at",
        ((store.id(), token_hash(token), person, NOW, NOW + 12 * HOUR) for person, token in tokens),
    )
    store.insert("contacts", "id member_id name title phone email duties created_at row_version", contacts(store, members))
    return Association(members, names, list(plants(store, members, names)), office[0], people)


def contacts(store, members):
    """Two of each member: the one who is written to, and the one at the plant."""
    for n, member in enumerate(members):
        yield store.id(BEGAN), member, person_name(), "厂长", f"1860{n:07d}", f"p{n}@example.cn", ",general,notices,", BEGAN, 1
        yield store.id(BEGAN), member, person_name(), "调度", f"1390{n:07d}", f"d{n}@example.cn", ",codes,supply,", BEGAN, 1


def plants(store, members, names):
    made = []
    for n in range(PLANTS):
        member, district = members[n % MEMBERS], chance.choice(list(TOWNS))
        made.append(Plant(store.id(BEGAN), member, names[member], f"{n}号厂", chance.choice(KINDS), district, store.id(BEGAN)))
    store.insert(
        "plants",
        "id member_id name kind district town address address_line address_key silo_capacity normal_output created_at row_version",
        (
            (p.id, p.member, p.name, p.kind, p.district, TOWNS[p.district], address(p, n), f"上海市第{n}号路{n}号", f"{p.district}|{n}",
             (5 + below(35)) * 1_000_000, (5 + below(25)) * 100_000, BEGAN, 1)
            for n, p in enumerate(made)
        ),  # fmt: skip
    )
    store.insert(
        "entrances",
        "id plant_id name passage outdoors created_at row_version",
        ((p.entrance, p.id, "大门", "both", True, BEGAN, 1) for p in made),
    )
    return made


def address(plant, n):
    parts = {"district_code": plant.district, "town_code": TOWNS[plant.district], "road": f"第{n}号路", "number": f"{n}号"}
    return json.dumps({"place": "shanghai", **parts}, ensure_ascii=False)
