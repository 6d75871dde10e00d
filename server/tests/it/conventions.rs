//! What holds for the whole source: every key that is said exists in both languages and none is left
//! over, and the ORM stays where it belongs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

pub fn app_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../app")
}

pub fn files_in(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_in(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Keys and the languages that each is said in.
fn keys() -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in files_in(&app_folder().join("locales"), ".yml") {
        let mut key = String::new();
        for line in fs::read_to_string(&path).unwrap().lines() {
            if let Some(locale) = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) {
                let (locale, said) = locale.split_once(':').unwrap();
                let is_no_text =
                    ["yes", "no", "on", "off", "true", "false", "null"].contains(&said.trim().to_lowercase().as_str());
                assert!(!is_no_text, "{key} needs quotes: YAML takes{said} for a truth value");
                let locale = locale.to_owned();
                assert!(keys.get_mut(&key).unwrap().insert(locale), "{key} twice in {}", path.display());
            } else if !line.starts_with([' ', '#', '_']) && !line.is_empty() {
                key = line.trim_end_matches(':').to_owned();
                assert!(keys.insert(key.clone(), BTreeSet::new()).is_none(), "{key} stands twice ({})", path.display());
            }
        }
    }
    keys
}

/// All texts between quotes in the application's source that look like keys, `@` and all.
fn quoted() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in ["src"] {
        for path in files_in(&app_folder().join(folder), ".rs") {
            for text in fs::read_to_string(&path).unwrap().split('"') {
                let text = text.trim_start_matches('@').trim_end_matches('.');
                let plain = !text.is_empty()
                    && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._{}".contains(&b));
                if plain && text.contains('.') {
                    found.insert(text.to_owned());
                }
            }
        }
    }
    found
}

#[test]
fn every_key_is_said_in_both_languages() {
    for (key, languages) in keys() {
        assert_eq!(languages.len(), 2, "{key} is said in {languages:?} only");
    }
}

#[test]
fn every_key_that_is_said_exists() {
    let keys = keys();
    let firsts: BTreeSet<&str> = keys.keys().filter_map(|key| key.split('.').next()).collect();
    for text in quoted() {
        let first = text.split('.').next().unwrap_or_default();
        // Composed keys (with braces), file names, and prefixes of families are held by their users' tests.
        let prefix = format!("{}.", text.trim_end_matches('.'));
        let family = keys.keys().any(|key| key.starts_with(&prefix));
        if text.contains('{') || !firsts.contains(first) || family || first == "audit" {
            continue;
        }
        assert!(keys.contains_key(&text) || is_an_act(&text), "the key {text} is said and stands in no locale file");
    }
}

/// Acts of the audit (`thing.verbed`) look like keys; each has its words under `audit.act`.
fn is_an_act(text: &str) -> bool {
    keys().contains_key(&format!("audit.act.{text}"))
}

/// The act of every `Entry::new("act", …)` in the source, comments aside, and every text between quotes
/// that begins with what the audit calls a thing.
fn acts() -> BTreeSet<String> {
    let keys = keys();
    let firsts: BTreeSet<&str> = keys.keys().filter_map(|key| key.split('.').next()).collect();
    let is_a_thing = |word: &str| keys.contains_key(&format!("audit.subject.{word}")) && !firsts.contains(word);
    let of_a_thing = |text: &String| text.split_once('.').is_some_and(|(thing, _)| is_a_thing(thing));
    let mut acts: BTreeSet<String> = quoted().into_iter().filter(of_a_thing).collect();
    for folder in [app_folder().join("src"), app_folder().join("../server/src")] {
        for path in files_in(&folder, ".rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            for call in code.split("Entry::new(").skip(1) {
                let act = call.split('"').nth(1).unwrap_or_default();
                acts.extend(act.contains('.').then(|| act.to_owned()));
            }
        }
    }
    acts
}

#[test]
fn every_act_of_the_audit_has_its_words() {
    let (acts, keys) = (acts(), keys());
    assert!(acts.contains("person.signed_in") && acts.contains("supply_report.filed"));
    for act in &acts {
        assert!(keys.contains_key(&format!("audit.act.{act}")), "audit.act.{act} stands in no locale file");
    }
    let quoted = quoted();
    for key in keys.keys() {
        let unknown = key.strip_prefix("audit.act.").is_some_and(|act| !acts.contains(act) && !quoted.contains(act));
        assert!(!unknown, "{key} is the word of an act that nothing does");
    }
}

#[test]
fn no_key_is_left_over() {
    let quoted = quoted();
    for key in keys().keys().filter(|key| !key.starts_with("audit.act.")) {
        let composed = quoted
            .iter()
            .filter(|text| text.contains('{'))
            .any(|text| key.starts_with(text.split('{').next().unwrap()) && !text.starts_with('{'));
        let family = key
            .split('.')
            .scan(String::new(), |prefix, part| {
                if !prefix.is_empty() {
                    prefix.push('.');
                }
                prefix.push_str(part);
                Some(prefix.clone())
            })
            .any(|prefix| quoted.contains(&prefix));
        assert!(composed || family, "the key {key} is never said");
    }
}

#[test]
fn the_orm_stays_where_it_belongs() {
    for path in files_in(&app_folder().join("src"), ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        let place = path.strip_prefix(app_folder().join("src")).unwrap().to_string_lossy().into_owned();
        let allowed =
            ["entity", "store", "db.rs", "ids.rs", "time.rs", "error.rs"].iter().any(|word| place.contains(word));
        assert!(allowed || !text.contains("sea_orm"), "{place} names the ORM");
    }
}
