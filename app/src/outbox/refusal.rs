//! What a refusal for good is about. An address is written to no more when its server says that there is no such
//! mailbox; a full mailbox, a mail that is too large or a server that does not trust us says nothing of the address.

use super::Reply;

/// Whether a reply to RCPT, or a delivery report, refuses the address itself. The enhanced code decides (RFC 3463): X.1.x
/// is about addresses, except the sender's (X.1.7, X.1.8) and a conversion on the way (X.1.9); X.2.1 is a mailbox that
/// is closed. All others are about the state of a mailbox, the way, the content or a policy against us. Without one,
/// or with one that says nothing (X.0.z), these codes do: 550, 551 and 553 (RFC 5321), 556 (RFC 7504).
pub fn is_of_the_address(reply: &Reply) -> bool {
    match reply.enhanced.as_deref().and_then(numbers) {
        Some([5, 0, _]) | None => matches!(reply.code, Some(550 | 551 | 553 | 556)),
        Some([5, 1, detail]) => !matches!(detail, 7..=9),
        Some([5, 2, 1]) => true,
        Some(_) => false,
    }
}

fn numbers(code: &str) -> Option<[u16; 3]> {
    let mut numbers = code.split('.').map(|number| number.parse().ok());
    let code = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(code: u16, enhanced: &str) -> bool {
        let enhanced = Some(enhanced.to_owned()).filter(|text| !text.is_empty());
        is_of_the_address(&Reply { code: Some(code), enhanced, words: String::new() })
    }

    #[test]
    fn addresses_that_do_not_exist_are_refused() {
        for (code, enhanced) in [
            (550, "5.1.1"),
            (550, "5.1.0"),
            (554, "5.1.1"),
            (553, "5.1.3"),
            (501, "5.1.3"),
            (550, "5.1.6"),
            (556, "5.1.10"),
            (550, "5.2.1"),
        ] {
            assert!(refuses(code, enhanced), "{code} {enhanced}");
        }
    }

    #[test]
    fn what_is_about_us_the_content_or_the_moment_is_not() {
        for (code, enhanced) in [
            (550, "5.7.1"),
            (554, "5.7.1"),
            (550, "5.7.26"),
            (552, "5.2.2"),
            (552, "5.3.4"),
            (550, "5.2.0"),
            (550, "5.1.8"),
            (553, "5.1.7"),
            (550, "5.1.9"),
            (550, "5.4.4"),
            (554, "5.6.0"),
            (501, "5.5.4"),
            (550, "4.4.7"),
        ] {
            assert!(!refuses(code, enhanced), "{code} {enhanced}");
        }
    }

    #[test]
    fn without_an_enhanced_code_the_reply_code_decides() {
        for code in [550, 551, 553, 556] {
            assert!(refuses(code, "") && refuses(code, "5.0.0") && refuses(code, "no.such.code"), "{code}");
        }
        for code in [500, 501, 503, 521, 552, 554, 555] {
            assert!(!refuses(code, "") && !refuses(code, "5.0.0"), "{code}");
        }
        let report = |enhanced: &str| Reply { enhanced: Some(enhanced.to_owned()), ..Reply::default() };
        assert!(is_of_the_address(&report("5.1.1")), "a report need not repeat the reply code");
        assert!(!is_of_the_address(&report("5.0.0")) && !is_of_the_address(&Reply::default()));
    }
}
