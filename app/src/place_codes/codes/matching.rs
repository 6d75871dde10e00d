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
    /// Of the entrance, the form in which names are equal.
    name: String,
    /// Plant and entrance as they are looked for within other names.
    parts: [String; 2],
    /// Plant and entrance together, and the name of the place.
    whole: [String; 2],
}

impl Keyed {
    fn of(named: &Named) -> Self {
        Self {
            entrance: named.entrance,
            name: key(&named.name),
            parts: [apart(&named.plant), apart(&named.name)],
            whole: [key(&format!("{}{}", named.plant, named.name)), key(&named.place_name)],
        }
    }
}

fn called(file: &str, known: &[Keyed], one_plant: bool) -> Option<EntranceId> {
    let file = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let (stem, text) = (key(file), apart(file));
    only(known.iter().filter(|one| one.whole.contains(&stem)))
        .or_else(|| only(known.iter().filter(|one| one.name == stem)))
        .or_else(|| {
            let fits = |one: &&Keyed| {
                let [plant, name] = &one.parts;
                (one_plant || holds(&text, plant)) && holds(&text, name)
            };
            longest(known.iter().filter(fits).collect())
        })
}

fn only<'a>(mut found: impl Iterator<Item = &'a Keyed>) -> Option<EntranceId> {
    let first = found.next()?;
    found.next().is_none().then_some(first.entrance)
}

/// The form of `key`, with a dash where something stood between two numbers.
fn apart(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_alphanumeric()).map(key);
    parts.fold(String::new(), |mut whole, part| {
        if whole.ends_with(char::is_numeric) && part.starts_with(char::is_numeric) {
            whole.push('-');
        }
        whole + &part
    })
}

/// Whether a name stands in a text, as `apart` makes both. Digits beside its own make another number: there is no 2号门
/// in 12号门.
fn holds(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let goes_on = before.ends_with(char::is_numeric) && name.starts_with(char::is_numeric)
            || name.ends_with(char::is_numeric) && after.starts_with(char::is_numeric);
        !goes_on
    })
}

/// The one with the longest name, for 东门 stands in 小东门, too.
fn longest(found: Vec<&Keyed>) -> Option<EntranceId> {
    let length = |one: &Keyed| one.parts.each_ref().map(String::len);
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
    fn a_number_is_no_part_of_a_longer_one() {
        let all = entrances(&[
            ("练塘粉磨站", "2号门"),
            ("练塘粉磨站", "十一号门"),
            ("练塘粉磨站", "货运门3"),
            ("练塘粉磨站", "小东门"),
            ("练塘粉磨站", "东门"),
        ]);
        for (file, found) in [
            ("12号门.png", None),
            ("十二号门.png", None),
            ("二十2号门.png", None),
            ("场所码12号门新.png", None),
            ("场所码2号门新.png", Some(1)),
            ("场所码_二号门.png", Some(1)),
            ("2022年5月2号门.png", Some(1)),
            ("场所码11号门.png", Some(2)),
            ("一百一十一号门.png", None),
            ("货运门31.png", None),
            ("新货运门三.png", Some(3)),
            ("货运门三十.png", None),
            ("新货运门3（原31）.png", Some(3)),
            ("场所码小东门1.png", Some(4)),
            ("2022-05-20 2号门.png", Some(1)),
        ] {
            assert_eq!(number(matches(&[file], &all)[0]), found, "{file}");
        }
        // So it is with the names of plants.
        let all = entrances(&[("2号线", "东门"), ("粉磨站", "东门")]);
        for (file, found) in [("场所码12号线东门.png", None), ("场所码2号线东门.png", Some(1))] {
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
