//! Which entrance an image belongs to, by the name of its file. Only what is certain is proposed: a name that
//! fits two entrances equally fits none.

use std::collections::HashSet;

use crate::{ids::EntranceId, place_codes::naming::key};

/// An entrance as file names may call it.
#[derive(Clone, Debug)]
pub struct Named {
    pub entrance: EntranceId,
    pub plant: String,
    pub name: String,
    pub place_name: String,
}

/// The names of some entrances in the form in which they are compared, made once for all files.
#[derive(Debug, Default)]
pub struct Names {
    known: Vec<Keyed>,
    one_plant: bool,
}

impl Names {
    #[must_use]
    pub fn of(entrances: &[Named]) -> Self {
        let one_plant = entrances.windows(2).all(|two| two[0].plant == two[1].plant);
        Self { known: entrances.iter().map(Keyed::of).collect(), one_plant }
    }

    /// The entrance that a file name calls.
    #[must_use]
    pub fn called(&self, file: &str) -> Option<EntranceId> {
        called(file, &self.known, self.one_plant)
    }

    /// The same of several. No entrance is called twice: the first file has it.
    #[must_use]
    pub fn matches(&self, files: &[&str]) -> Vec<Option<EntranceId>> {
        let mut taken = HashSet::new();
        files.iter().map(|file| self.called(file).filter(|found| taken.insert(*found))).collect()
    }
}

/// The names of an entrance.
#[derive(Debug)]
struct Keyed {
    entrance: EntranceId,
    plant: String,
    name: String,
    /// Plant and entrance together, and the name of the place.
    whole: [String; 2],
}

impl Keyed {
    fn of(named: &Named) -> Self {
        Self {
            entrance: named.entrance,
            plant: key(&named.plant),
            name: key(&named.name),
            whole: [key(&format!("{}{}", named.plant, named.name)), key(&named.place_name)],
        }
    }
}

fn called(file: &str, known: &[Keyed], one_plant: bool) -> Option<EntranceId> {
    let stem = key(file.rsplit_once('.').map_or(file, |(stem, _)| stem));
    only(known.iter().filter(|one| one.whole.contains(&stem)))
        .or_else(|| only(known.iter().filter(|one| one.name == stem)))
        .or_else(|| {
            let of_plant = |one: &Keyed| one_plant || stem.contains(&one.plant);
            longest(known.iter().filter(|one| of_plant(one) && stem.contains(&one.name)).collect())
        })
}

fn only<'a>(mut found: impl Iterator<Item = &'a Keyed>) -> Option<EntranceId> {
    let first = found.next()?;
    found.next().is_none().then_some(first.entrance)
}

/// The one with the longest name, for 1号门 stands in 11号门, too.
fn longest(found: Vec<&Keyed>) -> Option<EntranceId> {
    let length = |one: &Keyed| (one.plant.len(), one.name.len());
    let most = found.iter().map(|one| length(one)).max()?;
    only(found.into_iter().filter(|one| length(one) == most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(files: &[&str], entrances: &[Named]) -> Vec<Option<EntranceId>> {
        Names::of(entrances).matches(files)
    }

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
            assert_eq!(number(matches(&[file], &all)[0]), found, "{file}");
        }
    }

    #[test]
    fn with_one_plant_the_entrance_is_enough_and_no_entrance_is_called_twice() {
        let all = entrances(&[("练塘粉磨站", "东门"), ("练塘粉磨站", "西门")]);
        let found = matches(&["场所码东门.png", "东门.jpg", "西门2022.png"], &all);
        assert_eq!(found.into_iter().map(number).collect::<Vec<_>>(), [Some(1), None, Some(2)]);
    }

    #[test]
    fn a_full_upload_of_a_member_with_very_many_entrances_is_matched_at_once() {
        let names: Vec<String> = (0..2_000).map(|n| format!("第{n}道货运大门（{n}号地磅旁）")).collect();
        let pairs: Vec<(&str, &str)> = names.iter().map(|name| ("练塘粉磨站", name.as_str())).collect();
        let all = entrances(&pairs);
        let files: Vec<String> = names.iter().take(100).map(|name| format!("场所码 {name} 新.png")).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let begun = std::time::Instant::now();
        let found = matches(&files, &all);
        // A program without optimisation on a busy machine takes a second; with names put in form again for each
        // file it took a hundred times that.
        assert!(begun.elapsed() < std::time::Duration::from_secs(5), "{:?}", begun.elapsed());
        assert_eq!(number(found[99]), Some(100));
    }
}
