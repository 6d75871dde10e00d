//! What the server's answer to a photo that was brought before its form means for the form.

use crate::ids::PostingPhotoId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is there, and the form names it so.
    Arrived(PostingPhotoId),
    /// Nobody took it: the portal is busy or starts anew, or somebody else answered in its place.
    NotTaken,
    /// The session ran out.
    SignedOut,
    /// The portal has something to say of it, and says it on the page that answers the form.
    Refused,
}

impl Answer {
    #[must_use]
    pub fn of(status: u16, body: &str) -> Self {
        match status {
            200 => body.trim().parse::<PostingPhotoId>().map_or(Self::NotTaken, Self::Arrived),
            401 => Self::SignedOut,
            408 | 425 | 429 => Self::NotTaken,
            400..=499 => Self::Refused,
            _ => Self::NotTaken,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_an_id_is_an_arrival_and_only_a_refusal_ends_the_sending() {
        let id = PostingPhotoId(Uuid::from_u128(7));
        assert_eq!(Answer::of(200, &format!("{id}\n")), Answer::Arrived(id));
        // A network that wants its own sign-in first answers whatever it is asked.
        assert_eq!(Answer::of(200, "<!doctype html><title>Wi-Fi</title>"), Answer::NotTaken);
        for status in [0, 204, 408, 429, 500, 502, 503, 504, 599] {
            assert_eq!(Answer::of(status, ""), Answer::NotTaken, "{status}");
        }
        assert_eq!(Answer::of(401, "<h1>登录</h1>"), Answer::SignedOut);
        for status in [400, 403, 404, 409, 413, 422] {
            assert_eq!(Answer::of(status, ""), Answer::Refused, "{status}");
        }
    }
}
