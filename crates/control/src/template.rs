//! Journeys to begin with: one a trade, complete in Chinese and English.
//!
//! A template is a definition like any other; saving it under a workspace makes it the team's own. Its cards are
//! assumptions and say so, and its rules name events by the vocabularies that are in use.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::journey::Journey;
use model::text::LocalizedText;
use serde::Serialize;

use crate::definition;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Template {
    /// Stable key.
    pub id: &'static str,
    /// What it is called in a list to choose from; the journey has a name of its own.
    pub name: LocalizedText,
    pub industry: Industry,
    pub journey: Journey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Industry {
    Retail,
    Ecommerce,
    Services,
    Banking,
    B2b,
}

/// Every template, in the order to show them in.
pub fn templates() -> &'static [Template] {
    &TEMPLATES
}

/// The template of this key.
pub fn template(id: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.id == id)
}

impl Template {
    /// The journey as a team begins with it: under a key of their own, in the zone they think in, and with a name of
    /// their own if they give one. Whether the key is free and well formed shows when it is saved.
    pub fn begin(&self, id: &str, name: Option<LocalizedText>, zone: &str) -> Journey {
        let journey = self.journey.clone();
        Journey { id: id.to_owned(), name: name.unwrap_or(journey.name), zone: zone.to_owned(), ..journey }
    }
}

static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    FILES
        .into_iter()
        .map(|(id, [zh_cn, en], industry, text)| Template {
            id,
            name: LocalizedText::ByLanguage(BTreeMap::from([
                ("zh-CN".to_owned(), zh_cn.to_owned()),
                ("en".to_owned(), en.to_owned()),
            ])),
            industry,
            journey: definition::journey_from_yaml(text)
                .expect("a template is part of the program, and a test reads each"),
        })
        .collect()
});

type File = (&'static str, [&'static str; 2], Industry, &'static str);

const FILES: [File; 5] = [
    ("retail-store", ["实体零售", "Retail store"], Industry::Retail, include_str!("../templates/retail-store.yaml")),
    ("e-commerce", ["电商", "E-commerce"], Industry::Ecommerce, include_str!("../templates/e-commerce.yaml")),
    (
        "service-booking",
        ["预约服务", "Service booking"],
        Industry::Services,
        include_str!("../templates/service-booking.yaml"),
    ),
    ("bank", ["银行", "Bank"], Industry::Banking, include_str!("../templates/bank.yaml")),
    ("b2b", ["企业客户（B2B）", "B2B"], Industry::B2b, include_str!("../templates/b2b.yaml")),
];
