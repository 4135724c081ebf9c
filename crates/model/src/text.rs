//! Names in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One text in several languages, keyed by BCP 47 tag (`zh-CN`, `en`). A bare string in a definition
/// stands for every language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum LocalizedText {
    Same(String),
    ByLanguage(BTreeMap<String, String>),
}

impl LocalizedText {
    /// The text in `language`, else in another form of the same language, else English, else any.
    pub fn get(&self, language: &str) -> &str {
        match self {
            LocalizedText::Same(text) => text,
            LocalizedText::ByLanguage(texts) => {
                let base = language.split('-').next().unwrap_or(language);
                texts
                    .get(language)
                    .or_else(|| texts.iter().find(|(tag, _)| tag.split('-').next() == Some(base)).map(|(_, text)| text))
                    .or_else(|| texts.get("en"))
                    .or_else(|| texts.values().next())
                    .map_or("", String::as_str)
            }
        }
    }

    /// Its forms in all languages.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let (same, by_language) = match self {
            LocalizedText::Same(text) => (Some(text.as_str()), None),
            LocalizedText::ByLanguage(texts) => (None, Some(texts.values().map(String::as_str))),
        };
        same.into_iter().chain(by_language.into_iter().flatten())
    }

    pub fn is_blank(&self) -> bool {
        match self {
            LocalizedText::Same(text) => text.trim().is_empty(),
            LocalizedText::ByLanguage(texts) => texts.is_empty() || texts.values().any(|text| text.trim().is_empty()),
        }
    }
}

impl From<&str> for LocalizedText {
    fn from(text: &str) -> Self {
        LocalizedText::Same(text.to_owned())
    }
}
