//! How much of an upload is read: until so many images were taken, or a moment has come. What is on record where it
//! belongs and what is refused takes no room; of both only so many are named. Before the moment counts, something was
//! read: what is known by its content does not keep the first one behind it from being read, unless that takes long, too.

use std::time::{Duration, Instant};

use crate::text::Message;

/// Most files of an upload that are named as refused, and as on record already.
const MOST_REFUSED: usize = 100;
const MOST_ON_RECORD: usize = 1_000;
/// How long what is known may go on being passed over after the moment.
const PASSING_OVER: Duration = Duration::from_secs(30);

/// What became of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    Taken,
    /// On record, and not even decoded.
    Known,
    OnRecord,
    Refused,
}

#[derive(Clone, Debug)]
pub struct Room {
    most: usize,
    until: Instant,
    taken: usize,
    on_record: usize,
    refused: usize,
    /// Whether there was anything but known files, each for the first time.
    worked: bool,
}

/// Why nothing further is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    Full,
    Late,
    /// Late, and nothing was taken: sent again, it would go no further.
    Stuck,
}

impl Room {
    pub fn new(most: usize, until: Instant) -> Self {
        Self { most, until, taken: 0, on_record: 0, refused: 0, worked: false }
    }

    pub fn is_over(&self, now: Instant) -> Option<Over> {
        match () {
            () if self.taken >= self.most => Some(Over::Full),
            () if now <= self.until || (!self.worked && now <= self.until + PASSING_OVER) => None,
            () if self.taken == 0 => Some(Over::Stuck),
            () => Some(Over::Late),
        }
    }

    /// Counts an image; false when it is one too many to be named.
    pub fn count(&mut self, became: Became) -> bool {
        self.worked |= became != Became::Known;
        let (counted, most) = match became {
            Became::Taken => (&mut self.taken, self.most),
            Became::Known | Became::OnRecord => (&mut self.on_record, MOST_ON_RECORD),
            Became::Refused => (&mut self.refused, MOST_REFUSED),
        };
        *counted += 1;
        *counted <= most
    }
}

impl Over {
    /// What is said of one image that comes too late.
    pub fn of_one(self, most: usize) -> Message {
        match self {
            Self::Full => Message::of("place_codes.upload.too_many").with("most", most),
            Self::Late | Self::Stuck => Message::of("place_codes.upload.too_long"),
        }
    }

    /// The same of so many files of an archive.
    pub fn of_rest(self, most: usize, left: usize) -> Message {
        match self {
            Self::Full => Message::of("place_codes.upload.rest").with("most", most).with("n", left),
            Self::Late => Message::of("place_codes.upload.rest_late").with("n", left),
            Self::Stuck => Message::of("place_codes.upload.rest_stuck").with("n", left),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken of an archive of ten images and some notes, of which so many images are on record.
    fn taken(room: &mut Room, on_record: usize) -> usize {
        let images = (0..10).map(|n| if n < on_record { Became::Known } else { Became::Taken });
        let mut taken = 0;
        for became in images.flat_map(|image| [Became::Refused, image]) {
            if room.is_over(Instant::now()).is_some() {
                break;
            }
            taken += usize::from(room.count(became) && became == Became::Taken);
        }
        taken
    }

    #[test]
    fn an_archive_that_is_too_large_is_taken_bit_by_bit() {
        let mut on_record = 0;
        for expected in [4, 4, 2, 0] {
            let mut room = Room::new(4, Instant::now() + Duration::from_secs(60));
            let found = taken(&mut room, on_record);
            assert_eq!(found, expected, "{on_record} on record");
            on_record += found;
        }
    }

    #[test]
    fn it_ends_when_it_is_full_or_late_and_says_so() {
        let now = Instant::now();
        let mut room = Room::new(1, now);
        assert_eq!(room.is_over(now), None);
        let late = now + Duration::from_secs(1);
        assert!(room.count(Became::Known));
        assert_eq!(room.is_over(late), None, "nothing was read yet");
        assert_eq!(room.is_over(late + PASSING_OVER), Some(Over::Stuck));
        assert!(room.count(Became::Refused));
        assert_eq!((room.is_over(now), room.is_over(late)), (None, Some(Over::Stuck)));
        assert!(room.count(Became::Taken));
        assert_eq!(room.is_over(now), Some(Over::Full));
        let keys = [Over::Full, Over::Late, Over::Stuck].map(|over| (over.of_one(1).key, over.of_rest(1, 7).key));
        let too_long = "place_codes.upload.too_long";
        let full = ("place_codes.upload.too_many", "place_codes.upload.rest");
        let (late, stuck) = ((too_long, "place_codes.upload.rest_late"), (too_long, "place_codes.upload.rest_stuck"));
        assert_eq!(keys, [full, late, stuck]);
    }

    #[test]
    fn with_no_time_at_all_each_pass_goes_on_behind_what_was_stored() {
        for on_record in 0..10 {
            let until = Instant::now();
            let (mut room, late) = (Room::new(4, until), until + Duration::from_secs(1));
            let mut read = Vec::new();
            for n in 0..10 {
                if let Some(over) = room.is_over(late) {
                    assert_eq!(over, Over::Late);
                    break;
                }
                let became = if n < on_record { Became::Known } else { Became::Taken };
                assert!(room.count(became));
                read.push(became);
            }
            assert_eq!(read.len(), on_record + 1);
            assert_eq!(read.last(), Some(&Became::Taken));
        }
    }

    #[test]
    fn of_what_is_not_taken_so_many_are_named() {
        let mut room = Room::new(1, Instant::now());
        assert!((0..MOST_REFUSED).all(|_| room.count(Became::Refused)));
        assert!(!room.count(Became::Refused));
        assert!(room.count(Became::OnRecord), "each is counted by itself");
    }
}
