//! How a place code is applied for: the routes, what opens each, and how many codes go at a time.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::text_enum;

/// How a place code is applied for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applying {
    /// The city's page for the computer.
    pub portal: String,
    /// Place codes in one submission by phone; by computer there is no limit.
    pub codes_per_mobile_submission: u16,
    pub routes: Vec<RouteFacts>,
}

/// One way to apply, and what opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteFacts {
    pub route: Route,
    pub certificates: BTreeSet<Certificate>,
    /// Only for units registered in Shanghai.
    pub local_only: bool,
}

text_enum! {
    pub enum Route {
        /// The city's page on a computer.
        Computer = "computer",
        /// 随申办 on a phone: app, WeChat or Alipay.
        Phone = "phone",
    }
}

text_enum! {
    pub enum Certificate {
        /// 法人一证通
        CorporateCertificate = "corporate_certificate",
        /// 电子营业执照
        ElectronicLicence = "electronic_licence",
    }
}

impl Applying {
    /// Whether the city's page is an address that may stand in a link.
    pub(super) fn portal_is_usable(&self) -> bool {
        let host = self.portal.strip_prefix("https://").or_else(|| self.portal.strip_prefix("http://"));
        let safe = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '\\');
        self.portal.len() <= 200
            && self.portal.chars().all(safe)
            && host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric()))
    }

    /// At least one route, each once. A phone knows its owner and needs no certificate.
    pub(super) fn routes_are_usable(&self) -> bool {
        let routes: BTreeSet<_> = self.routes.iter().map(|r| r.route).collect();
        let opened = |r: &RouteFacts| r.route == Route::Phone || !r.certificates.is_empty();
        !routes.is_empty() && routes.len() == self.routes.len() && self.routes.iter().all(opened)
    }
}
