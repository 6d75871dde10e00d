//! Which entrance an image belongs to, by the name of its file. Only what is certain is proposed: a name that
//! fits two entrances equally fits none.

use crate::{ids::EntranceId, place_codes::naming::key};

/// An entrance as file names may call it.
#[derive(Clone, Debug)]
pub struct Named {
    pub entrance: EntranceId,
    pub plant: String,
    pub name: String,
    pub place_name: String,
}

/// The entrance that each file name calls. No entrance is called twice: the first file has it.
#[must_use]
pub fn matches(files: &[&str], entrances: &[Named]) -> Vec<Option<EntranceId>> {
    let mut taken = Vec::new();
    files
        .iter()
        .map(|file| {
            let found = called(file, entrances).filter(|found| !taken.contains(found));
            taken.extend(found);
            found
        })
        .collect()
}

fn called(file: &str, entrances: &[Named]) -> Option<EntranceId> {
    let stem = key(file.rsplit_once('.').map_or(file, |(stem, _)| stem));
    let plants: std::collections::BTreeSet<&str> = entrances.iter().map(|one| one.plant.as_str()).collect();
    let whole = |one: &Named| [key(&format!("{}{}", one.plant, one.name)), key(&one.place_name)].contains(&stem);
    let bare = |one: &Named| key(&one.name) == stem;
    only(entrances.iter().filter(|one| whole(one))).or_else(|| only(entrances.iter().filter(|one| bare(one)))).or_else(
        || {
            let within = entrances.iter().filter(|one| {
                let of_plant = plants.len() == 1 || stem.contains(&key(&one.plant));
                of_plant && stem.contains(&key(&one.name))
            });
            longest(within.collect())
        },
    )
}

fn only<'a>(mut found: impl Iterator<Item = &'a Named>) -> Option<EntranceId> {
    let first = found.next()?;
    found.next().is_none().then_some(first.entrance)
}

/// The one with the longest name, for 1号门 stands in 11号门, too.
fn longest(found: Vec<&Named>) -> Option<EntranceId> {
    let length = |one: &Named| (key(&one.plant).len(), key(&one.name).len());
    let most = found.iter().map(|one| length(one)).max()?;
    only(found.into_iter().filter(|one| length(one) == most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entrances(names: &[(&str, &str)]) -> Vec<Named> {
        (1..)
            .zip(names)
            .map(|(n, (plant, name))| Named {
                entrance: EntranceId(uuid::Uuid::from_u128(n)),
                plant: (*plant).to_owned(),
                name: (*name).to_owned(),
                place_name: format!("上海海纳水泥有限公司{plant}{name}"),
            })
            .collect()
    }

    fn number(found: Option<EntranceId>) -> Option<u128> {
        found.map(|id| id.0.as_u128())
    }

    #[test]
    fn a_file_is_matched_by_plant_and_entrance_however_it_is_written() {
        let all = entrances(&[
            ("练塘粉磨站", "东门"),
            ("练塘粉磨站", "1号门"),
            ("练塘粉磨站", "11号门"),
            ("外高桥码头", "东门"),
        ]);
        for (file, found) in [
            ("练塘粉磨站东门.png", Some(1)),
            ("练塘粉磨站_东门 (1).PNG", Some(1)),
            ("外高桥码头-东门.jpg", Some(4)),
            ("上海海纳水泥有限公司练塘粉磨站一号门.png", Some(2)),
            ("场所码-练塘粉磨站-十一号门.png", Some(3)),
            ("1号门.png", Some(2)),
            ("东门.png", None),
            ("IMG_2034.png", None),
            ("", None),
        ] {
            assert_eq!(number(called(file, &all)), found, "{file}");
        }
    }

    #[test]
    fn with_one_plant_the_entrance_is_enough_and_no_entrance_is_called_twice() {
        let all = entrances(&[("练塘粉磨站", "东门"), ("练塘粉磨站", "西门")]);
        let found = matches(&["场所码东门.png", "东门.jpg", "西门2022.png"], &all);
        assert_eq!(found.into_iter().map(number).collect::<Vec<_>>(), [Some(1), None, Some(2)]);
    }
}
