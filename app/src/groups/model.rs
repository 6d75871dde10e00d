//! Which news a group gets, and what a piece of news is made of.

use crate::{
    ids::{TextEnum, text_enum},
    members::plant_kind::PlantKind,
    notices::model::Audience,
    outbox::Subject,
};

text_enum! {
    /// The kinds of news that a group may get. The first five are notices by their audience.
    pub enum NewsKind {
        Public = "public",
        Members = "members",
        /// Notices to members with plants of the kinds that are ticked beside it.
        Kinds = "kinds",
        /// Notices to members in the districts that are ticked beside it.
        Districts = "districts",
        /// Notices to members chosen by name.
        Chosen = "chosen",
        /// That a notice the group gets is still to be confirmed by some.
        Reminders = "reminders",
        /// What the secretariat must see to: mail on hold, mail that was refused.
        Alarms = "alarms",
    }
}

/// What a group wants to be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub news: Vec<NewsKind>,
    pub plant_kinds: Vec<PlantKind>,
    /// Codes of districts.
    pub districts: Vec<String>,
}

impl Wanted {
    pub fn has(&self, kind: NewsKind) -> bool {
        self.news.contains(&kind)
    }

    /// Whether the group gets a notice with this audience and these choices within it.
    pub fn notice(&self, audience: Audience, values: &[String]) -> bool {
        match audience {
            Audience::Public => self.has(NewsKind::Public),
            Audience::Members => self.has(NewsKind::Members),
            Audience::Kinds => {
                self.has(NewsKind::Kinds) && self.plant_kinds.iter().any(|kind| values.iter().any(|v| v == kind.word()))
            }
            Audience::Districts => {
                self.has(NewsKind::Districts) && self.districts.iter().any(|code| values.contains(code))
            }
            Audience::Chosen => self.has(NewsKind::Chosen),
        }
    }
}

/// A piece of news, before a channel gives it its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub about: Subject,
    pub title: String,
    /// Who says it and when, line by line.
    pub lines: Vec<String>,
    /// What the reader is asked to do.
    pub asked: Option<String>,
    /// The beginning of the text; what does not fit is cut from here.
    pub summary: String,
    /// The page, and the words of the link to it.
    pub link: String,
    pub link_words: String,
}

impl Subject {
    /// What staff must see to, told to the secretariat's own groups.
    pub const ALARM: &str = "alarm";
    /// A group itself, for a test message.
    pub const CHAT_GROUP: &str = "chat_group";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(news: &[NewsKind]) -> Wanted {
        Wanted {
            news: news.to_vec(),
            plant_kinds: vec![PlantKind::MixingStation],
            districts: vec!["310118".to_owned()],
        }
    }

    #[test]
    fn a_group_gets_the_notices_of_the_audiences_that_it_wants() {
        let values = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>();
        let (mixers, mills) = (values(&["mixing_station", "terminal"]), values(&["grinding_station"]));
        let (qingpu, others) = (values(&["310117", "310118"]), values(&["310101"]));
        for (kind, audience, list, gets) in [
            (NewsKind::Public, Audience::Public, vec![], true),
            (NewsKind::Public, Audience::Members, vec![], false),
            (NewsKind::Members, Audience::Members, vec![], true),
            (NewsKind::Members, Audience::Chosen, values(&["x"]), false),
            (NewsKind::Kinds, Audience::Kinds, mixers.clone(), true),
            (NewsKind::Kinds, Audience::Kinds, mills, false),
            (NewsKind::Members, Audience::Kinds, mixers, false),
            (NewsKind::Districts, Audience::Districts, qingpu, true),
            (NewsKind::Districts, Audience::Districts, others, false),
            (NewsKind::Chosen, Audience::Chosen, values(&["x"]), true),
            (NewsKind::Alarms, Audience::Public, vec![], false),
        ] {
            assert_eq!(wanted(&[kind]).notice(audience, &list), gets, "{kind} {audience} {list:?}");
        }
    }
}
