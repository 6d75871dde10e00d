"""Three entrances for every plant, with what stands at them: codes, copies that were seen to be right, too long ago or
never, old copies, and sentinels of which some do not count."""

from store import DAY, NOW, chance, day_of

PROOFS = ["conformity", "docking", "real_time"]


def fill(store, association):
    at = NOW - 150 * DAY
    file = store.id(at)
    store.insert("files", "id hash name media_type size created_at", [(file, "0" * 64, "code.png", "image/png", 1, at)])
    entrances = [(plant, plant.entrance, n) for n, plant in enumerate(association.plants)]
    more = [(plant, store.id(at), n, name) for n, plant in enumerate(association.plants) for name in ("东门", "西门")]
    columns = "id plant_id name passage outdoors created_at row_version"
    store.insert("entrances", columns, ((id, plant.id, name, "vehicles", True, at, 1) for plant, id, _, name in more))
    entrances += [(plant, id, n) for plant, id, n, _ in more]
    for count, (plant, entrance, n) in enumerate(entrances):
        place = (plant.member, plant.id, entrance)
        standing = chance.random()
        if standing < 0.9:
            address = f"{plant.district}|{n}"
            codes = [code(store, file, place, count, version, address, at) for version in range(2 if standing < 0.1 else 1)]
            if standing < 0.8:
                copy(store, place, count, codes[0] if standing < 0.05 else codes[-1], at, standing)
        if chance.random() < 0.2:
            device(store, place, at)


def code(store, file, place, count, version, address, at):
    id, payload = store.id(at), f"https://s.sh.gov.cn/bench/{count}/{version}"
    store.insert(
        "place_codes",
        "id number member_id plant_id entrance_id version payload payload_hash file_id issued_on cause address_line address_key added_at",
        [(id, f"CSM-2020-{count * 2 + version:06d}", *place, version + 1, payload, payload, file, str(day_of(at)), "first" if version == 0 else "reissued", "地址", address, at)],
    )  # fmt: skip
    return id


def copy(store, place, count, code, at, standing):
    id = store.id(at)
    store.insert(
        "postings",
        "id number member_id plant_id entrance_id code_id spot width height outdoors laminated posted_on posted_by created_at",
        [(id, f"ZT-2020-{count:06d}", *place, code, "门卫室", 210, 297, True, True, str(day_of(at)), "王厂长", at)],
    )
    if standing < 0.75:
        seen = NOW - (120 if standing < 0.15 else 20) * DAY
        events = [(store.id(when), id, "right", when, str(day_of(when))) for when in (at, seen)]
        store.insert("posting_events", "id posting_id what at day", events)


def device(store, place, at):
    id = store.id(at)
    columns = "id member_id plant_id entrance_id brand model model_key form abilities created_at row_version"
    store.insert("sentinels", columns, [(id, *place, "申安", "SA-H20", "申安sah20", "handheld", "", at, 1)])
    stages = ["installed", "in_service"] if chance.random() < 0.8 else ["requested"]
    events = [(store.id(at), id, seq, stage, str(day_of(at)), at) for seq, stage in enumerate(stages, 1)]
    store.insert("sentinel_events", "id sentinel_id seq stage day at", events)
    proofs = PROOFS if chance.random() < 0.8 else PROOFS[:2]
    store.insert("sentinel_proofs", "id sentinel_id proof reference day at", [(store.id(at), id, proof, "确认函", str(day_of(at)), at) for proof in proofs])
