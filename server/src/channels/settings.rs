//! What can be set about chat groups: where WeCom is, whom to trust there, and whether that may be a private address.

use std::path::PathBuf;

use app::{groups::channel, outbox::Channel};
use clap::{Args, builder::BoolishValueParser};
use url::Url;

use super::guard::Reach;
use crate::{
    config::{Sentence, wrong},
    mailer::Trust,
};

const BASE: &str = "HUNITONG_WECOM_BASE";

#[derive(Clone, Args)]
pub struct ChannelSettings {
    /// Where WeCom's webhooks are, for a mirror of it
    #[arg(long, env = "HUNITONG_WECOM_BASE", global = true)]
    pub wecom_base: Option<String>,
    /// PEM file with the certificate of that mirror's own authority, where no public one vouches for it
    #[arg(long, env = "HUNITONG_WECOM_CA", global = true)]
    pub wecom_ca: Option<PathBuf>,
    /// Let that be a private address, and plain http
    #[arg(long, env = "HUNITONG_WECOM_ALLOW_PRIVATE", global = true, value_parser = BoolishValueParser::new())]
    pub wecom_allow_private: bool,
}

impl ChannelSettings {
    pub fn reach(&self) -> Reach {
        if self.wecom_allow_private { Reach::Anywhere } else { Reach::Public }
    }

    pub fn trust(&self) -> Result<Trust, Sentence> {
        Trust::new("HUNITONG_WECOM_CA", self.wecom_ca.as_deref())
    }

    /// The checked address. The key of a webhook travels in it, so it is encrypted unless that was allowed otherwise.
    pub fn wecom(&self) -> Result<Url, Sentence> {
        let usual = channel::service(Channel::Wecom).map_or("", |service| service.base());
        let text = self.wecom_base.as_deref().filter(|text| !text.is_empty()).unwrap_or(usual);
        let url = Url::parse(text).map_err(|_| wrong(BASE, "is not an address"))?;
        let extra = url.query().is_some() || url.fragment().is_some() || !url.username().is_empty();
        if url.host_str().is_none() || extra || url.password().is_some() {
            return Err(wrong(BASE, "is more or less than scheme, host and path"));
        }
        match url.scheme() {
            "https" => {}
            "http" if self.wecom_allow_private => {}
            _ => return Err(wrong(BASE, "is no https address, so the webhook's key would travel in the clear")),
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(base: Option<&str>, allow: bool) -> ChannelSettings {
        ChannelSettings { wecom_base: base.map(str::to_owned), wecom_ca: None, wecom_allow_private: allow }
    }

    #[test]
    fn the_key_does_not_travel_in_the_clear_unless_that_is_allowed() {
        assert_eq!(settings(None, false).wecom().unwrap().as_str(), "https://qyapi.weixin.qq.com/");
        for (base, allow, fine) in [
            ("https://mirror.example.cn/wecom", false, true),
            ("http://127.0.0.1:8080", false, false),
            ("http://127.0.0.1:8080", true, true),
            ("http://mirror.example.cn", false, false),
            ("http://mirror.example.cn", true, true),
            ("ftp://mirror.example.cn", true, false),
            ("mirror.example.cn", false, false),
            ("https://user:secret@mirror.example.cn", false, false),
            ("https://mirror.example.cn/?key=secret", false, false),
        ] {
            let read = settings(Some(base), allow).wecom();
            assert_eq!(read.is_ok(), fine, "{base}");
            let sentence = read.err().unwrap_or_default();
            assert!(!sentence.contains("secret") && (fine || sentence.starts_with(BASE)), "{sentence}");
        }
    }
}
