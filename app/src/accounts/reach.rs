//! How a person is reached and known: a mobile number, an e-mail address, or both.

use crate::{
    form::Form,
    members::{
        email::Email,
        phone::{Phone, PhoneKind},
    },
    text::Message,
};

/// A mobile number and an address, normalised as they are stored; at least one of them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Reach {
    pub phone: Option<String>,
    pub email: Option<String>,
}

impl Reach {
    /// Reads the fields `phone` and `email`.
    pub fn read(form: &mut Form) -> Self {
        let phone = form.optional("phone", 30).and_then(|typed| match Phone::parse(&typed) {
            Ok(phone) if phone.kind() == PhoneKind::Mobile => Some(phone.as_str().to_owned()),
            Ok(_) => {
                form.refuse("phone", Message::of("accounts.mobile_only"));
                None
            }
            Err(error) => {
                form.refuse("phone", error.message());
                None
            }
        });
        let email = form.optional("email", 254).and_then(|typed| match Email::parse(&typed) {
            Ok(email) => Some(email.key()),
            Err(error) => {
                form.refuse("email", error.message());
                None
            }
        });
        if form.value("phone").trim().is_empty() && form.value("email").trim().is_empty() {
            form.refuse("phone", Message::of("accounts.reach_needed"));
        }
        Self { phone, email }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(phone: &str, email: &str) -> (Reach, Form) {
        let mut form = Form::new("accounts.invite");
        form.set("phone", phone);
        form.set("email", email);
        (Reach::read(&mut form), form)
    }

    #[test]
    fn one_of_the_two_is_enough_and_is_normalised() {
        let (reach, form) = read("+86 138 0000 0001", "");
        assert_eq!(reach.phone.as_deref(), Some("13800000001"));
        assert!(!form.has_errors());
        let (reach, _) = read("", "Wang@Plant.CN");
        assert_eq!(reach.email.as_deref(), Some("wang@plant.cn"));
    }

    #[test]
    fn neither_a_landline_and_nonsense_are_refused_at_their_field() {
        assert!(read("", "").1.error("phone").is_some());
        assert!(read("021-64567890", "").1.error("phone").is_some());
        assert!(read("13800000001", "nonsense").1.error("email").is_some());
        let (_, form) = read("", "nonsense");
        assert!(form.error("email").is_some() && form.error("phone").is_none(), "one is filled in, if wrongly");
    }
}
