//! Chinese numerals in floors, rooms and house numbers: 二十三 and 二〇九 as 23 and 209.

const DIGITS: &str = "零一二三四五六七八九";

/// Whether the text holds a digit or a Chinese numeral.
pub(super) fn any(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit() || is_numeral(c))
}

pub(crate) fn is_numeral(c: char) -> bool {
    digit(c).is_some() || matches!(c, '十' | '百' | '千')
}

/// The number a run of numerals stands for; none if it is no number that people write.
pub(crate) fn value(run: &[char]) -> Option<u32> {
    if run.is_empty() || run.len() > 8 {
        return None;
    }
    if run.iter().all(|c| digit(*c).is_some()) {
        return run.iter().try_fold(0, |sum, c| Some(sum * 10 + digit(*c)?));
    }
    let mut sum = 0;
    let mut pending = None;
    for &c in run {
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            _ => {
                pending = Some(digit(c)?);
                continue;
            }
        };
        sum += pending.take().unwrap_or(1).max(1) * unit;
    }
    Some(sum + pending.unwrap_or(0))
}

fn digit(c: char) -> Option<u32> {
    let c = match c {
        '〇' | '○' => '零',
        '两' => '二',
        _ => c,
    };
    let place = DIGITS.chars().position(|d| d == c)?;
    u32::try_from(place).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_are_read_as_people_say_them() {
        for (text, number) in [
            ("三", 3),
            ("十", 10),
            ("十五", 15),
            ("二十", 20),
            ("二十三", 23),
            ("一百零二", 102),
            ("一百一十", 110),
            ("二〇九", 209),
            ("一二三", 123),
            ("两千", 2000),
        ] {
            let run: Vec<char> = text.chars().collect();
            assert_eq!(value(&run), Some(number), "{text}");
        }
        assert_eq!(value(&[]), None);
        assert_eq!(value(&['一'; 9]), None);
    }
}
