//! Lists that go page by page, by key: the address names the row after or before which a page begins, so the last page
//! costs what the first does, and what comes in meanwhile moves nothing. A store reads one row more than a page has;
//! that one tells whether there is another page.

mod address;
mod store;

use std::str::FromStr;

pub use address::{address, page_address};
pub use store::newest_first;

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From<K> {
    Start,
    /// With what follows this one in the list.
    After(K),
    /// With what precedes this one, the nearest of it.
    Before(K),
}

/// One page, in the order of the list, and the keys with which the pages beside it are asked for, if there are any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T, K> {
    pub rows: Vec<T>,
    pub before: Option<K>,
    pub after: Option<K>,
}

impl<K> From<K> {
    pub fn of(after: Option<K>, before: Option<K>) -> Self {
        match (after, before) {
            (Some(key), _) => Self::After(key),
            (None, Some(key)) => Self::Before(key),
            (None, None) => Self::Start,
        }
    }

    /// As it stands in an address; what is no key is as good as none.
    pub fn asked(after: &str, before: &str) -> Self
    where
        K: FromStr,
    {
        Self::of(after.parse().ok(), before.parse().ok())
    }

    /// Whether the rows are read against the order of the list.
    pub fn is_backwards(&self) -> bool {
        matches!(self, Self::Before(_))
    }

    /// The page of at most `most` rows of those that are listed, when all are at hand. A key that is not listed any more
    /// still says where its page begins; one that is nobody's leads to the first.
    pub fn among<T>(self, all: &[T], most: usize, key: impl Fn(&T) -> K, listed: impl Fn(&T) -> bool) -> Paged<&T, K>
    where
        K: PartialEq,
    {
        let mark = match &self {
            Self::Start => None,
            Self::After(edge) | Self::Before(edge) => all.iter().position(|row| key(row) == *edge),
        };
        let listed = |row: &&T| listed(row);
        let (from, rows) = match (self, mark) {
            (from @ Self::After(_), Some(mark)) => {
                (from, all[mark + 1..].iter().filter(listed).take(most + 1).collect::<Vec<_>>())
            }
            (from @ Self::Before(_), Some(mark)) => {
                (from, all[..mark].iter().rev().filter(listed).take(most + 1).collect())
            }
            _ => (Self::Start, all.iter().filter(listed).take(most + 1).collect()),
        };
        from.page(rows, most, |row| key(row))
    }

    /// The page of at most `most` rows, from rows that were read from here on, in the direction of reading and with one
    /// more if there is one.
    pub fn page<T, L>(&self, mut rows: Vec<T>, most: usize, key: impl Fn(&T) -> L) -> Paged<T, L> {
        let more = rows.len() > most;
        rows.truncate(most);
        let (has_before, has_after) = match self {
            Self::Start => (false, more),
            Self::After(_) => (true, more),
            Self::Before(_) => {
                rows.reverse();
                (more, true)
            }
        };
        Paged {
            before: rows.first().filter(|_| has_before).map(&key),
            after: rows.last().filter(|_| has_after).map(&key),
            rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(from: From<u8>, rows: &[u8]) -> (Vec<u8>, Option<u8>, Option<u8>) {
        let Paged { rows, before, after } = from.page(rows.to_vec(), 3, |row| *row);
        (rows, before, after)
    }

    #[test]
    fn a_page_knows_its_neighbours() {
        assert_eq!(page(From::Start, &[]), (vec![], None, None));
        assert_eq!(page(From::Start, &[1, 2, 3]), (vec![1, 2, 3], None, None));
        assert_eq!(page(From::Start, &[1, 2, 3, 4]), (vec![1, 2, 3], None, Some(3)));
        assert_eq!(page(From::After(3), &[4, 5, 6, 7]), (vec![4, 5, 6], Some(4), Some(6)));
        assert_eq!(page(From::After(6), &[7]), (vec![7], Some(7), None));
        assert_eq!(page(From::Before(7), &[6, 5, 4, 3]), (vec![4, 5, 6], Some(4), Some(6)));
        assert_eq!(page(From::Before(4), &[3, 2, 1]), (vec![1, 2, 3], None, Some(3)));
    }

    #[test]
    fn what_is_all_at_hand_is_paged_alike() {
        let all: Vec<u8> = (1..=9).collect();
        let odd = |from: From<u8>| {
            let Paged { rows, before, after } = from.among(&all, 2, |n| *n, |n| n % 2 == 1);
            (rows.into_iter().copied().collect::<Vec<_>>(), before, after)
        };
        assert_eq!(odd(From::Start), (vec![1, 3], None, Some(3)));
        assert_eq!(odd(From::After(3)), (vec![5, 7], Some(5), Some(7)));
        assert_eq!(odd(From::After(4)), (vec![5, 7], Some(5), Some(7)), "not listed any more");
        assert_eq!(odd(From::After(7)), (vec![9], Some(9), None));
        assert_eq!(odd(From::Before(9)), (vec![5, 7], Some(5), Some(7)));
        assert_eq!(odd(From::Before(5)), (vec![1, 3], None, Some(3)));
        assert_eq!(odd(From::After(99)), (vec![1, 3], None, Some(3)), "nobody's");
    }

    #[test]
    fn what_is_no_key_is_as_good_as_none() {
        assert_eq!(From::<u8>::asked("", ""), From::Start);
        assert_eq!(From::<u8>::asked("x", "7"), From::Before(7));
        assert_eq!(From::<u8>::asked("6", "7"), From::After(6));
    }
}
