//! Addresses that are signed with the portal's key: a set mailbox with a token after the plus sign that names a
//! conversation, for answers, or a delivery, for the reports about it. Tokens are case-insensitive, as mail servers
//! fold local parts, and short enough for one; none can be made, or turned towards another thing, without the key.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::model::{Conversation, Kind};
use crate::{
    ids::{DeliveryId, TextEnum},
    state::{Options, Secret},
};

/// Bytes of the signature; guessing one takes 2^79 mails on average.
const SIGNATURE: usize = 10;
/// Bytes of an id.
const ID: usize = 16;
/// Characters of a token: a letter for the kind, then id and signature in base32.
const LENGTH: usize = 1 + ((ID + SIGNATURE) * 8).div_ceil(5);
/// Characters of the mailbox before the plus sign, so that it and a token fit into a local part of 64.
pub const LONGEST_MAILBOX: usize = 20;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// What the addresses of a mail say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// The conversations that were named truly, each once.
    pub of: Vec<Conversation>,
    /// Whether a token was there that nobody here has made.
    pub forged: bool,
}

/// What a token names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Conversation(Conversation),
    Delivery(DeliveryId),
}

/// The address to which a conversation's answers go; nothing when no mailbox is set for them.
pub fn address(options: &Options, of: Conversation) -> Option<String> {
    signed(options.mail_reply_to.as_deref(), &options.secret, Named::Conversation(of))
}

/// The address to which reports about a delivery go; nothing when no mailbox is set for them.
pub fn return_path(options: &Options, of: DeliveryId) -> Option<String> {
    signed(options.mail_return_path.as_deref(), &options.secret, Named::Delivery(of))
}

fn signed(mailbox: Option<&str>, secret: &Secret, named: Named) -> Option<String> {
    let (local, domain) = mailbox?.split_once('@')?;
    Some(format!("{local}+{}@{domain}", token(secret, named)))
}

/// Reads the tokens in the addresses of a mail. Other addresses are passed over.
pub fn read<'a>(options: &Options, addresses: impl IntoIterator<Item = &'a str>) -> Tokens {
    let mut found = Tokens::default();
    for (text, is_here) in behind(options.mail_reply_to.as_deref(), addresses) {
        match verified(&options.secret, &text) {
            Some(Named::Conversation(of)) if found.of.contains(&of) => {}
            Some(Named::Conversation(of)) => found.of.push(of),
            // Both mailboxes may be the same one.
            Some(Named::Delivery(_)) => {}
            // Others have such addresses too; a true signature is ours wherever a mail server moved it.
            None => found.forged |= is_here,
        }
    }
    found
}

/// The delivery to whose own return path a mail came.
pub fn returned<'a>(options: &Options, addresses: impl IntoIterator<Item = &'a str>) -> Option<DeliveryId> {
    behind(options.mail_return_path.as_deref(), addresses).iter().find_map(|(text, _)| {
        match verified(&options.secret, text)? {
            Named::Delivery(id) => Some(id),
            Named::Conversation(_) => None,
        }
    })
}

/// What stands behind the plus sign of this mailbox, in small letters, and whether it stands there in the mailbox's own
/// domain.
fn behind<'a>(mailbox: Option<&str>, addresses: impl IntoIterator<Item = &'a str>) -> Vec<(String, bool)> {
    let set = mailbox.map(str::to_ascii_lowercase).unwrap_or_default();
    let Some((mailbox, ours)) = set.split_once('@') else { return Vec::new() };
    let text = |address: &str| {
        let address = address.to_ascii_lowercase();
        let (local, domain) = address.split_once('@').unwrap_or((&address, ""));
        Some((local.strip_prefix(mailbox)?.strip_prefix('+')?.to_owned(), domain == ours))
    };
    addresses.into_iter().filter_map(text).collect()
}

fn token(secret: &Secret, named: Named) -> String {
    let signed: Vec<u8> = named.id().as_bytes().iter().copied().chain(signature(secret, named)).collect();
    format!("{}{}", named.letter(), encode(&signed))
}

fn verified(secret: &Secret, text: &str) -> Option<Named> {
    let first = text.chars().next().filter(|_| text.len() == LENGTH && text.is_ascii())?;
    let bytes = decode(&text[1..])?;
    let (id, signature) = bytes.split_at_checked(ID)?;
    let named = Named::of(first, Uuid::from_slice(id).ok()?)?;
    // The comparison takes the same time wherever the first difference stands.
    keyed(secret, named)?.verify_truncated_left(signature).is_ok().then_some(named)
}

impl Named {
    fn of(letter: char, id: Uuid) -> Option<Self> {
        match letter {
            'i' => Some(Self::Conversation(Conversation { kind: Kind::Issue, id })),
            'r' => Some(Self::Conversation(Conversation { kind: Kind::InstallRequest, id })),
            'd' => Some(Self::Delivery(DeliveryId(id))),
            _ => None,
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Conversation(Conversation { kind: Kind::Issue, .. }) => 'i',
            Self::Conversation(Conversation { kind: Kind::InstallRequest, .. }) => 'r',
            Self::Delivery(_) => 'd',
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Conversation(of) => of.kind.word(),
            Self::Delivery(_) => "delivery",
        }
    }

    fn id(self) -> Uuid {
        match self {
            Self::Conversation(of) => of.id,
            Self::Delivery(id) => id.0,
        }
    }
}

fn signature(secret: &Secret, named: Named) -> Vec<u8> {
    keyed(secret, named).map(|mac| mac.finalize().into_bytes()[..SIGNATURE].to_vec()).unwrap_or_default()
}

/// HMAC takes keys of any length, so there always is one.
fn keyed(secret: &Secret, named: Named) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret.0).ok()?;
    mac.update(b"reply address\0");
    mac.update(named.word().as_bytes());
    mac.update(named.id().as_bytes());
    Some(mac)
}

/// Base32 of RFC 4648 in small letters and without padding.
fn encode(bytes: &[u8]) -> String {
    let (mut out, mut held, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(digit(held >> bits));
        }
    }
    if bits > 0 {
        out.push(digit(held << (5 - bits)));
    }
    out
}

fn digit(value: u32) -> char {
    char::from(ALPHABET[(value & 31) as usize])
}

/// The bytes; nothing when there are other characters, or bits behind the last byte.
fn decode(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes() {
        let value = ALPHABET.iter().position(|letter| *letter == byte)?;
        held = (held << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
    }
    (held & ((1 << bits) - 1) == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::email::Email;

    fn options(key: u8, mailbox: Option<&str>) -> Options {
        Options {
            public_url: String::new(),
            behind_proxy: false,
            mail_from: String::new(),
            mail_reply_to: mailbox.map(str::to_owned),
            mail_return_path: None,
            install_request_to: String::new(),
            mail_leaves: true,
            mail_stays_here: true,
            secret: Secret(vec![key; 32]),
        }
    }

    fn a_conversation(kind: Kind) -> Conversation {
        Conversation { kind, id: Uuid::now_v7() }
    }

    fn only(of: Conversation) -> Tokens {
        Tokens { of: vec![of], forged: false }
    }

    const FORGED: Tokens = Tokens { of: Vec::new(), forged: true };

    #[test]
    fn an_address_names_its_conversation_however_a_mail_server_writes_it() {
        let options = options(7, Some("reply@Portal.example.cn"));
        for of in [a_conversation(Kind::Issue), a_conversation(Kind::InstallRequest)] {
            let address = address(&options, of).expect("an address");
            assert!(Email::parse(&address).is_ok(), "{address}");
            for written in [
                address.clone(),
                address.to_uppercase(),
                address.to_lowercase(),
                address.replace("Portal.example.cn", "elsewhere.example.cn"),
            ] {
                assert_eq!(read(&options, [written.as_str()]), only(of), "{written}");
            }
        }
    }

    #[test]
    fn a_token_that_nobody_here_has_made_is_forged() {
        let (ours, theirs) = (options(7, Some("reply@x.cn")), options(8, Some("reply@x.cn")));
        let of = a_conversation(Kind::Issue);
        let address = address(&theirs, of).expect("an address");
        assert_eq!(read(&ours, [address.as_str()]), FORGED);
        for text in ["reply+@x.cn", "reply+hello@x.cn", "reply+i@x.cn", "reply+i中文@x.cn"] {
            assert_eq!(read(&ours, [text]), FORGED, "{text}");
        }
        assert_eq!(read(&ours, ["reply+hello@reply.elsewhere.com", "reply+hello"]), Tokens::default());
        let long = format!("reply+i{}@x.cn", "a".repeat(5_000_000));
        assert_eq!(read(&ours, [long.as_str()]), FORGED);
    }

    #[test]
    fn a_token_cannot_be_turned_towards_another_conversation() {
        let options = options(7, Some("reply@x.cn"));
        let (one, other) = (a_conversation(Kind::Issue), a_conversation(Kind::Issue));
        let [one, other] = [one, other].map(|of| token(&options.secret, Named::Conversation(of)));
        // The id of the one with the signature of the other, and the one as another kind.
        let cut = 1 + ID * 8 / 5;
        for text in [format!("{}{}", &one[..cut], &other[cut..]), format!("r{}", &one[1..])] {
            assert_eq!(read(&options, [format!("reply+{text}@x.cn").as_str()]), FORGED, "{text}");
        }
        // Every single changed character breaks it.
        for at in 1..one.len() {
            let mut changed = one.clone().into_bytes();
            changed[at] = if changed[at] == b'a' { b'b' } else { b'a' };
            let text = String::from_utf8(changed).expect("ASCII");
            assert_eq!(read(&options, [format!("reply+{text}@x.cn").as_str()]), FORGED, "{text}");
        }
    }

    #[test]
    fn other_addresses_say_nothing_and_two_conversations_are_both_named() {
        let options = options(7, Some("reply@x.cn"));
        assert_eq!(read(&options, ["reply@x.cn", "office+i@x.cn", "", "@"]), Tokens::default());
        let both = [a_conversation(Kind::Issue), a_conversation(Kind::InstallRequest)];
        let addresses = both.map(|of| address(&options, of).expect("an address"));
        let twice = addresses.iter().chain(&addresses).map(String::as_str);
        assert_eq!(read(&options, twice), Tokens { of: both.to_vec(), forged: false });
    }

    #[test]
    fn without_a_mailbox_there_are_no_such_addresses() {
        let options = options(7, None);
        assert_eq!(address(&options, a_conversation(Kind::Issue)), None);
        assert_eq!(read(&options, ["reply+i@x.cn"]), Tokens::default());
    }
    #[test]
    fn a_return_path_names_its_delivery_and_is_no_address_for_answers() {
        let ours = Options { mail_return_path: Some("bounce@x.cn".to_owned()), ..options(7, Some("bounce@x.cn")) };
        let (id, of) = (DeliveryId::new(), a_conversation(Kind::Issue));
        let path = return_path(&ours, id).expect("a return path");
        assert!(Email::parse(&path).is_ok(), "{path}");
        assert_eq!(returned(&ours, ["x@y.cn", &path.to_uppercase()]), Some(id));
        assert_eq!(read(&ours, [path.as_str()]), Tokens::default(), "the same mailbox may serve both");
        let answers = address(&ours, of).expect("an address");
        assert_eq!(returned(&ours, [answers.as_str()]), None);
        // As another kind, signed with another key, changed, or while none is set.
        let theirs = Options { secret: Secret(vec![8; 32]), ..ours.clone() };
        for forged in [path.replacen("+d", "+i", 1), path.replacen("+d", "+r", 1), answers.replacen("+i", "+d", 1)] {
            assert_eq!(returned(&ours, [forged.as_str()]), None, "{forged}");
            assert_eq!(read(&ours, [forged.as_str()]), FORGED, "{forged}");
        }
        assert_eq!(returned(&theirs, [path.as_str()]), None);
        assert_eq!(returned(&options(7, Some("bounce@x.cn")), [path.as_str()]), None);
        assert_eq!(return_path(&options(7, None), id), None);
    }
}
