//! How a number is written and read. Four digits at least; a busy year has more.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// What is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Series {
    /// 政策问题
    PolicyQuestion,
    /// 求助
    CallForHelp,
    /// 安装申领
    InstallRequest,
    /// 场所码申领
    PlaceCodeApplication,
    /// 场所码
    PlaceCode,
    /// 数字哨兵验收
    Acceptance,
    /// 复工准备证明单
    ReadinessSheet,
    /// 张贴
    Posting,
}

/// A number of a series. Numbers of one series sort in the order they were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    pub series: Series,
    pub year: u16,
    pub count: u32,
}

impl Series {
    pub const ALL: [Self; 8] = [
        Self::PolicyQuestion,
        Self::CallForHelp,
        Self::InstallRequest,
        Self::PlaceCodeApplication,
        Self::PlaceCode,
        Self::Acceptance,
        Self::ReadinessSheet,
        Self::Posting,
    ];

    /// The letters before the year.
    #[must_use]
    pub fn letters(self) -> &'static str {
        match self {
            Self::PolicyQuestion => "ZC",
            Self::CallForHelp => "QZ",
            Self::InstallRequest => "AZ",
            Self::PlaceCodeApplication => "SL",
            Self::PlaceCode => "CSM",
            Self::Acceptance => "YS",
            Self::ReadinessSheet => "ZB",
            Self::Posting => "ZT",
        }
    }
}

impl Number {
    /// Reads a number as someone types it into a search: any case, full-width, with spaces instead
    /// of hyphens, without the leading zeros. None if it is no such number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().take(40).nfkc().collect();
        let text = text.trim().to_uppercase();
        let series = Series::ALL.into_iter().find(|s| text.starts_with(s.letters()))?;
        let mut parts =
            text[series.letters().len()..].split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
        let (year, count) = (parts.next()?, parts.next()?);
        let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        if parts.next().is_some() || year.len() != 4 || !digits(year) || !digits(count) {
            return None;
        }
        let year = year.parse().ok()?;
        let count = count.parse().ok().filter(|count| *count > 0)?;
        Some(Self { series, year, count })
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = self.series.letters();
        write!(f, "{letters}-{:04}-{:04}", self.year, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_series_has_its_letters() {
        let text = |series| {
            let number = Number { series, year: 2026, count: 1 };
            number.to_string()
        };
        assert_eq!(text(Series::PolicyQuestion), "ZC-2026-0001");
        assert_eq!(text(Series::CallForHelp), "QZ-2026-0001");
        assert_eq!(text(Series::InstallRequest), "AZ-2026-0001");
        assert_eq!(text(Series::PlaceCodeApplication), "SL-2026-0001");
        assert_eq!(text(Series::PlaceCode), "CSM-2026-0001");
        assert_eq!(text(Series::Acceptance), "YS-2026-0001");
        assert_eq!(text(Series::Posting), "ZT-2026-0001");
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for text in ["AZ-2026-0042", "az-2026-42", " ＡＺ－２０２６－００４２ ", "az 2026 0042", "AZ2026-42"]
        {
            let number = Number::parse(text).expect(text);
            assert_eq!(number.to_string(), "AZ-2026-0042", "{text}");
        }
        let busy = Number::parse("ZC-2026-12345").expect("busy year");
        assert_eq!(busy.to_string(), "ZC-2026-12345");
        assert!(Number::parse("ZC-2026-9999").expect("before") < busy);
    }

    #[test]
    fn anything_else_is_no_number() {
        for text in [
            "",
            "ZC",
            "ZC-2026",
            "ZC-26-1",
            "ZC-2026-0",
            "XX-2026-1",
            "ZC-2026-1-2",
            "ZC-2026-1A",
            "ZC-2026-99999999999",
        ] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
