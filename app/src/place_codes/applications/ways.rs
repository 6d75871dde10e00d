//! By which route an application may be handed in, and with what. Every figure and every route comes from the
//! facts of the guides.

use crate::{
    guides::facts::{Applying, Certificate, Route, RouteFacts},
    text::Message,
};

/// What was or is to be handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handing {
    pub route: Route,
    pub certificate: Option<Certificate>,
    /// Places in the application.
    pub codes: usize,
    /// Whether the unit may be registered in Shanghai.
    pub local: bool,
}

/// The registering authority of the whole country, as credit codes name it.
const NATIONAL: &str = "100000";

/// Whether a unit with that credit code may be registered in Shanghai. Its third to eighth characters are those of the
/// authority that registered it (GB 32100-2015): they begin with 31 for all of the city, whatever became of its
/// districts, and the national one's say nothing of the place.
#[must_use]
pub fn is_local(credit_code: &str) -> bool {
    credit_code.get(2..8).is_some_and(|authority| authority.starts_with("31") || authority == NATIONAL)
}

/// Whether the route is open to a unit with that many places.
///
/// # Errors
/// The reason why it is not.
pub fn open_to(facts: &Applying, route: Route, codes: usize, local: bool) -> Result<&RouteFacts, Message> {
    let found = facts.routes.iter().find(|known| known.route == route);
    let found = found.ok_or(Message::of("place_codes.way.unknown"))?;
    let most = usize::from(facts.codes_per_mobile_submission);
    if found.local_only && !local {
        Err(Message::of("place_codes.way.local_only"))
    } else if route == Route::Phone && codes > most {
        Err(Message::of("place_codes.way.too_many").with("most", most).with("codes", codes))
    } else {
        Ok(found)
    }
}

/// Whether it could be handed in so.
///
/// # Errors
/// The field that is wrong, and why.
pub fn allowed(facts: &Applying, handing: Handing) -> Result<(), (&'static str, Message)> {
    let route = open_to(facts, handing.route, handing.codes, handing.local).map_err(|why| ("route", why))?;
    match handing.certificate {
        None if route.certificates.is_empty() => Ok(()),
        Some(certificate) if route.certificates.contains(&certificate) => Ok(()),
        Some(_) if route.certificates.is_empty() => Ok(()),
        _ => Err(("certificate", Message::of("place_codes.way.certificate"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guides::facts::Facts;

    fn key(handing: Handing) -> Option<&'static str> {
        allowed(&Facts::default().applying, handing).err().map(|(_, why)| why.key)
    }

    const PHONE: Handing = Handing { route: Route::Phone, certificate: None, codes: 20, local: true };

    #[test]
    fn a_phone_takes_what_the_facts_say_and_only_units_of_the_city() {
        assert_eq!(key(PHONE), None);
        assert_eq!(key(Handing { codes: 21, ..PHONE }), Some("place_codes.way.too_many"));
        assert_eq!(key(Handing { local: false, ..PHONE }), Some("place_codes.way.local_only"));
        let mut facts = Facts::default().applying;
        facts.codes_per_mobile_submission = 21;
        assert_eq!(allowed(&facts, Handing { codes: 21, ..PHONE }), Ok(()));
    }

    #[test]
    fn a_computer_takes_any_number_with_one_of_the_certificates() {
        let handing = Handing { route: Route::Computer, certificate: None, codes: 500, local: false };
        assert_eq!(key(handing), Some("place_codes.way.certificate"));
        assert_eq!(key(Handing { certificate: Some(Certificate::ElectronicLicence), ..handing }), None);
    }

    #[test]
    fn the_authority_in_a_code_says_whether_the_unit_may_be_registered_here() {
        assert!(is_local("91310118MA1JL00000") && is_local("91310119000000000X"));
        assert!(is_local("91100000100003962T"), "the national authority registers units everywhere");
        for elsewhere in ["91330100799655058B", "911100001000039623", "91103100799655058B", "91100001799655058B", ""] {
            assert!(!is_local(elsewhere), "{elsewhere}");
        }
    }
}
