//! Reads a product as people write it in a sheet or a chat: `P.O42.5散`, `PO 42.5R 袋装`,
//! `普通42.5`, `二级粉煤灰`. What could mean two products is asked back, never guessed.

use unicode_normalization::UnicodeNormalization;

use super::{Admixture, AshClass, Cement, Edition, Grade, Packing, Product, SlagGrade};
use crate::text::Message;

const LONGEST_INPUT: usize = 60;

/// What a text names; the packing only where the text says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub product: Product,
    pub packing: Option<Packing>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProductError {
    Unknown,
    /// A cement without its grade.
    GradeMissing,
    /// 矿渣硅酸盐 is P·S·A or P·S·B, 硅酸盐 is P·I or P·II.
    TypeOpen(Cement, Cement),
    /// Fly ash or slag powder without its class.
    ClassMissing,
    /// A grade that this type does not have in the edition.
    NotAllowed(Cement, Grade, Edition),
    /// A product that is not shipped this way.
    Packing,
}

/// Words that say nothing about the product; the longer ones first.
const FILLERS: [&str; 8] = ["硅酸盐水泥", "水泥", "型", "强度等级", "级", "类", "粒化高炉", "CEMENT"];

/// Names by which a cement type goes, after fillers are gone.
const TYPES: [(&str, Cement); 21] = [
    ("PSA", Cement::PSA),
    ("PSB", Cement::PSB),
    ("PII", Cement::PII),
    ("P2", Cement::PII),
    ("PI", Cement::PI),
    ("P1", Cement::PI),
    ("PO", Cement::PO),
    ("P0", Cement::PO),
    ("PP", Cement::PP),
    ("PF", Cement::PF),
    ("PC", Cement::PC),
    ("普通硅酸盐", Cement::PO),
    ("火山灰质硅酸盐", Cement::PP),
    ("粉煤灰硅酸盐", Cement::PF),
    ("复合硅酸盐", Cement::PC),
    ("普通", Cement::PO),
    ("普硅", Cement::PO),
    ("火山灰质", Cement::PP),
    ("火山灰", Cement::PP),
    ("粉煤灰", Cement::PF),
    ("复合", Cement::PC),
];

/// Reads a product under an edition of GB 175.
///
/// # Errors
/// What keeps the text from naming exactly one product that is allowed.
pub fn parse(text: &str, edition: Edition) -> Result<Entry, ProductError> {
    let mut text = squeezed(text);
    let packing = take_packing(&mut text);
    let product = product(&text, edition)?;
    if packing.is_some_and(|packing| !product.packings().contains(&packing)) {
        return Err(ProductError::Packing);
    }
    Ok(Entry { product, packing })
}

impl ProductError {
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::Unknown => Message::of("supply.product.error.unknown"),
            Self::GradeMissing => Message::of("supply.product.error.grade_missing"),
            Self::TypeOpen(one, other) => {
                Message::of("supply.product.error.type_open").with("one", one.symbol()).with("other", other.symbol())
            }
            Self::ClassMissing => Message::of("supply.product.error.class_missing"),
            Self::NotAllowed(cement, grade, edition) => {
                let grades: Vec<_> = cement.grades(edition).iter().map(|g| g.text()).collect();
                Message::of("supply.product.error.not_allowed")
                    .with("cement", cement.symbol())
                    .with("grade", grade.text())
                    .with("edition", edition.name())
                    .with("grades", grades.join(", "))
            }
            Self::Packing => Message::of("supply.product.error.packing"),
        }
    }
}

/// Half-width, upper case; without spaces, brackets and dots, save the dot within a number.
fn squeezed(text: &str) -> String {
    let chars: Vec<char> =
        text.chars().take(LONGEST_INPUT).nfkc().flat_map(char::to_uppercase).filter(|c| !c.is_whitespace()).collect();
    let digit = |at: Option<&char>| at.is_some_and(char::is_ascii_digit);
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let within_number = c == '.' && i > 0 && digit(chars.get(i - 1)) && digit(chars.get(i + 1));
        if c.is_alphanumeric() || within_number {
            out.push(c);
        }
    }
    out
}

fn take_packing(text: &mut String) -> Option<Packing> {
    let words = [
        ("散装", Packing::Bulk),
        ("散", Packing::Bulk),
        ("BULK", Packing::Bulk),
        ("袋装", Packing::Bagged),
        ("包装", Packing::Bagged),
        ("袋", Packing::Bagged),
        ("BAGGED", Packing::Bagged),
        ("BAG", Packing::Bagged),
    ];
    let (word, packing) = words.into_iter().find(|(word, _)| text.contains(word))?;
    *text = text.replace(word, "");
    Some(packing)
}

fn product(text: &str, edition: Edition) -> Result<Product, ProductError> {
    if let Some(product) = Product::from_code(text)
        && product.is_allowed(edition)
    {
        return Ok(product);
    }
    let grade = grade(text);
    let named_cement = text.contains("水泥") || grade.is_some();
    if text.contains("熟料") || text == "CLINKER" {
        return Ok(Product::Clinker);
    }
    if text.contains("砌筑") || text == "M32.5" {
        return masonry(text);
    }
    if !named_cement {
        return other(text);
    }
    let cement = cement(text)?;
    let grade = grade.ok_or(ProductError::GradeMissing)?;
    if cement.grades(edition).contains(&grade) {
        Ok(Product::Cement(cement, grade))
    } else {
        Err(ProductError::NotAllowed(cement, grade, edition))
    }
}

fn masonry(text: &str) -> Result<Product, ProductError> {
    match grade(text) {
        None | Some(Grade::G32) => Ok(Product::Masonry),
        Some(_) => Err(ProductError::Unknown),
    }
}

/// The longest grade that stands in the text, so that 42.5R is not read as 42.5.
fn grade(text: &str) -> Option<Grade> {
    let found = Grade::ALL.into_iter().filter(|g| text.contains(g.text()));
    found.max_by_key(|g| g.text().len())
}

/// The type by its letters, by its Chinese name, or by both where they agree.
fn cement(text: &str) -> Result<Cement, ProductError> {
    let grades = Grade::ALL.into_iter().rev().map(Grade::text);
    let mut name = grades.fold(text.to_owned(), |name, grade| name.replace(grade, ""));
    for filler in FILLERS {
        name = name.replace(filler, "");
    }
    let (letters, word): (String, String) = name.chars().partition(char::is_ascii);
    let open = match word.as_str() {
        "" if text.contains("硅酸盐") => Some((Cement::PI, Cement::PII)),
        "硅酸盐" => Some((Cement::PI, Cement::PII)),
        "矿渣" | "矿渣硅酸盐" => Some((Cement::PSA, Cement::PSB)),
        _ => None,
    };
    let by_word = type_named(&word);
    match (letters.as_str(), type_named(&letters)) {
        ("", _) => match (by_word, open) {
            (Some(cement), _) => Ok(cement),
            (None, Some((one, other))) => Err(ProductError::TypeOpen(one, other)),
            (None, None) => Err(ProductError::Unknown),
        },
        ("P", _) if word.is_empty() => Err(ProductError::TypeOpen(Cement::PI, Cement::PII)),
        ("PS", _) => Err(ProductError::TypeOpen(Cement::PSA, Cement::PSB)),
        (_, Some(cement)) => {
            let agrees = match (by_word, open) {
                (Some(named), _) => named == cement,
                (None, Some((one, other))) => word.is_empty() || cement == one || cement == other,
                (None, None) => word.is_empty(),
            };
            agrees.then_some(cement).ok_or(ProductError::Unknown)
        }
        _ => Err(ProductError::Unknown),
    }
}

fn type_named(name: &str) -> Option<Cement> {
    let found = TYPES.iter().find(|(known, _)| *known == name);
    found.map(|(_, cement)| *cement)
}

/// Admixtures, which have no strength grade.
fn other(text: &str) -> Result<Product, ProductError> {
    let class = class(text);
    if text.contains("粉煤灰") || text.contains("FLYASH") {
        return class.map(Product::FlyAsh).ok_or(ProductError::ClassMissing);
    }
    let admixtures = [
        ("钢渣", Admixture::SteelSlag),
        ("磷渣", Admixture::PhosphorusSlag),
        ("硅灰", Admixture::SilicaFume),
        ("硅粉", Admixture::SilicaFume),
        ("沸石", Admixture::Zeolite),
        ("石灰石粉", Admixture::Limestone),
        ("石粉", Admixture::Limestone),
        ("复合掺合料", Admixture::Composite),
        ("复合粉", Admixture::Composite),
    ];
    if let Some((_, admixture)) = admixtures.iter().find(|(name, _)| text.contains(name)) {
        return Ok(Product::Admixture(*admixture));
    }
    let slag = ["矿渣粉", "矿渣", "矿粉"].iter().any(|name| text.contains(name));
    let bare = FILLERS.iter().fold(text.to_owned(), |t, filler| t.replace(filler, ""));
    let grades = [("S105", SlagGrade::S105), ("S95", SlagGrade::S95), ("S75", SlagGrade::S75)];
    let grade = grades.iter().find(|(name, _)| bare == *name || (slag && bare.contains(name)));
    match grade {
        Some((_, grade)) => Ok(Product::Slag(*grade)),
        None if slag => Err(ProductError::ClassMissing),
        None if cement(text).is_ok() => Err(ProductError::GradeMissing),
        None => Err(ProductError::Unknown),
    }
}

/// I, 1 or 一 level; Roman numerals are letters after normalising.
fn class(text: &str) -> Option<AshClass> {
    let bare: String = ["粉煤灰", "FLYASH", "CLASS", "级", "类", "灰", "F", "C"]
        .iter()
        .fold(text.to_owned(), |t, word| t.replace(word, ""));
    match bare.as_str() {
        "I" | "1" | "一" => Some(AshClass::I),
        "II" | "2" | "二" => Some(AshClass::II),
        "III" | "3" | "三" => Some(AshClass::III),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(String, Option<Packing>), ProductError> {
        parse(text, Edition::Gb175Of2023).map(|entry| (entry.product.code(), entry.packing))
    }

    #[test]
    fn every_usual_spelling_is_read() {
        for (text, code, packing) in [
            ("P.O42.5", "PO42.5", None),
            ("PO 42.5", "PO42.5", None),
            ("P·O42.5R", "PO42.5R", None),
            ("P•O 42.5 R", "PO42.5R", None),
            ("p.o 42.5散", "PO42.5", Some(Packing::Bulk)),
            ("普通42.5散", "PO42.5", Some(Packing::Bulk)),
            ("普通硅酸盐水泥（P·O 42.5级）袋装", "PO42.5", Some(Packing::Bagged)),
            ("普通硅酸盐水泥42.5R 袋装", "PO42.5R", Some(Packing::Bagged)),
            ("Ｐ．Ｏ４２．５", "PO42.5", None),
            ("P·Ⅱ 52.5", "PII52.5", None),
            ("P.I 42.5", "PI42.5", None),
            ("P.S.A 32.5", "PSA32.5", None),
            ("火山灰质硅酸盐水泥42.5", "PP42.5", None),
            ("粉煤灰水泥 32.5R", "PF32.5R", None),
            ("复合水泥42.5", "PC42.5", None),
            ("P.C42.5 包装", "PC42.5", Some(Packing::Bagged)),
            ("熟料", "CLINKER", None),
            ("水泥熟料（散）", "CLINKER", Some(Packing::Bulk)),
            ("矿渣硅酸盐水泥 P·S·B 42.5", "PSB42.5", None),
            ("硅酸盐水泥P.II52.5R", "PII52.5R", None),
            ("M32.5", "M32.5", None),
            ("砌筑水泥M32.5袋装", "M32.5", Some(Packing::Bagged)),
            ("二级粉煤灰", "FA2", None),
            ("粉煤灰Ⅱ级", "FA2", None),
            ("F类I级粉煤灰", "FA1", None),
            ("S95", "S95", None),
            ("S95级矿渣粉", "S95", None),
            ("粒化高炉矿渣粉S105", "S105", None),
            ("硅灰", "SILICA", None),
            ("石灰石粉", "LIMESTONE", None),
            ("钢渣粉", "STEELSLAG", None),
            ("磷渣粉", "PHOSSLAG", None),
            ("天然沸石粉", "ZEOLITE", None),
            ("复合掺合料", "COMPOSITE", None),
        ] {
            assert_eq!(read(text), Ok((code.to_owned(), packing)), "{text}");
        }
    }

    #[test]
    fn every_symbol_and_code_of_the_catalogue_is_read() {
        for product in Product::all(Edition::Gb175Of2023) {
            let texts = product.symbol().into_iter().chain([product.code()]);
            for text in texts {
                assert_eq!(read(&text), Ok((product.code(), None)), "{text}");
            }
        }
    }

    #[test]
    fn what_is_not_one_product_is_asked_back() {
        use ProductError::*;
        let edition = Edition::Gb175Of2023;
        for (text, error) in [
            ("", Unknown),
            ("混凝土C30", Unknown),
            ("42.5", Unknown),
            ("PO", GradeMissing),
            ("普通水泥", GradeMissing),
            ("P.O 425", Unknown),
            ("矿渣硅酸盐水泥32.5", TypeOpen(Cement::PSA, Cement::PSB)),
            ("P.S 32.5", TypeOpen(Cement::PSA, Cement::PSB)),
            ("硅酸盐水泥52.5", TypeOpen(Cement::PI, Cement::PII)),
            ("普通水泥P.C42.5", Unknown),
            ("粉煤灰", ClassMissing),
            ("矿粉", ClassMissing),
            ("P.C32.5R", NotAllowed(Cement::PC, Grade::G32R, edition)),
            ("P.O32.5", NotAllowed(Cement::PO, Grade::G32, edition)),
            ("砌筑水泥42.5", Unknown),
            ("熟料袋装", Packing),
        ] {
            assert_eq!(read(text), Err(error), "{text}");
        }
        let before = parse("P.O62.5", Edition::Gb175Of2007);
        let not_yet = NotAllowed(Cement::PO, Grade::G62, Edition::Gb175Of2007);
        assert_eq!(before.map(|e| e.packing), Err(not_yet));
    }
}
