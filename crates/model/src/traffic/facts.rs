//! What an event says of its origin, brought into one form.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{Classifier, DIRECT, NO_MEDIUM, NOT_SET};
use crate::event::{Column, ColumnValue, Event};
use crate::limits::TRAFFIC_TEXT_BYTES_MAX;
use crate::percent::percent_decoded;

/// What an event says of its origin, as it was sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signals<'a> {
    pub utm_source: Option<&'a str>,
    pub utm_medium: Option<&'a str>,
    pub utm_campaign: Option<&'a str>,
    pub campaign: Option<&'a str>,
    /// See [`host`].
    pub referrer_host: Option<&'a str>,
    pub page: Option<&'a Page>,
    pub channel: &'a str,
}

/// What the address of a page says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Page {
    /// None if the address is only a path.
    pub host: Option<String>,
    /// Positions in [`CLICK_IDS`].
    pub click_ids: BTreeSet<usize>,
    pub utm_source: Option<String>,
    pub utm_medium: Option<String>,
    pub utm_campaign: Option<String>,
}

/// What rules look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Facts {
    /// The source's one name where a list knows it.
    pub source: String,
    pub medium: String,
    /// Empty if there is none.
    pub campaign: String,
    /// Empty if there is none or it is one's own.
    pub referrer_host: String,
    pub click_ids: Vec<&'static str>,
    pub channel: String,
}

/// A parameter that a platform adds to the address an advertisement or link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClickId {
    pub parameter: &'static str,
    /// Whose it is.
    pub source: &'static str,
    /// Whether only advertisements carry it.
    pub paid: bool,
}

macro_rules! click_ids {
    ($($parameter:literal $source:literal $paid:literal;)*) => {
        /// Known click ids, as the platforms document them.
        pub const CLICK_IDS: &[ClickId] =
            &[$(ClickId { parameter: $parameter, source: $source, paid: $paid },)*];
    };
}

click_ids! {
    "gclid" "google" true;
    "gbraid" "google" true;
    "wbraid" "google" true;
    "msclkid" "bing" true;
    "bd_vid" "baidu" true;
    "qhclickid" "360" true;
    "yclid" "yandex" true;
    "qz_gdt" "tencent_ads" true;
    "gdt_vid" "tencent_ads" true;
    "ttclid" "tiktok" true;
    "twclid" "twitter" true;
    "li_fat_id" "linkedin" true;
    "epik" "pinterest" false;
    "fbclid" "facebook" false;
    "igshid" "instagram" false;
}

impl Page {
    /// Reads the address of a page, whole or only its path.
    pub fn read(address: &str) -> Page {
        let mut page = Page { host: host(address), ..Page::default() };
        let Some((_, query)) = address.split_once('?') else { return page };
        // Some sites carry parameters behind the fragment.
        for pair in query.split(['&', '?', '#', ';']) {
            let Some((name, value)) = pair.split_once('=') else { continue };
            let name = name.to_ascii_lowercase();
            if value.is_empty() {
                continue;
            }
            if let Some(at) = CLICK_IDS.iter().position(|id| id.parameter == name) {
                page.click_ids.insert(at);
            }
            let kept = match name.as_str() {
                "utm_source" => &mut page.utm_source,
                "utm_medium" => &mut page.utm_medium,
                "utm_campaign" => &mut page.utm_campaign,
                _ => continue,
            };
            *kept = Some(decoded(bounded(value)));
        }
        page
    }
}

/// The host of an address, in lower case, without `www.` and port. None for a path, and for what is no address.
pub fn host(address: &str) -> Option<String> {
    let address = address.trim();
    let (rest, sure) = match (address.split_once("://"), address.strip_prefix("//")) {
        (Some((scheme, rest)), _) if !scheme.contains(['/', '?', '#']) => (rest, true),
        (_, Some(rest)) => (rest, true),
        _ => (address, false),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let name = authority.split(':').next().unwrap_or_default().trim_end_matches('.');
    let plausible = name.len() <= 253
        && name.split('.').all(|label| !label.is_empty())
        && !name.contains(|c: char| c.is_whitespace() || c.is_control());
    let name = name.to_lowercase();
    (plausible && (sure || looks_like_a_host(&name))).then(|| without_www(&name).to_owned())
}

pub(super) fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(host)
}

/// `baidu.com`, but not `index.html`.
fn looks_like_a_host(name: &str) -> bool {
    const FILES: [&str; 7] = ["html", "htm", "php", "asp", "aspx", "jsp", "shtml"];
    name.rsplit_once('.').is_some_and(|(rest, last)| {
        !rest.is_empty() && last.len() >= 2 && last.chars().all(char::is_alphabetic) && !FILES.contains(&last)
    })
}

impl Facts {
    /// `classifier` knows the names of sources and one's own hosts.
    pub(super) fn of(signals: &Signals<'_>, classifier: &Classifier) -> Facts {
        let page = signals.page;
        let own = |field: fn(&Page) -> &Option<String>| page.and_then(|page| field(page).as_deref());
        let source = told(signals.utm_source).or_else(|| told(own(|page| &page.utm_source)));
        let medium = told(signals.utm_medium).or_else(|| told(own(|page| &page.utm_medium)));
        let tagged_campaign = told(signals.utm_campaign).or_else(|| told(own(|page| &page.utm_campaign)));
        let referrer = signals.referrer_host.filter(|host| {
            let here = page.and_then(|page| page.host.as_deref());
            here.map(without_www) != Some(without_www(host)) && !classifier.is_own(host)
        });
        let clicks = page.into_iter().flat_map(|page| &page.click_ids).filter_map(|at| CLICK_IDS.get(*at));
        let click = clicks.clone().find(|click| click.paid).or_else(|| clicks.clone().next());
        let tagged = source.is_some() || medium.is_some() || tagged_campaign.is_some();
        let found = source
            .map(|source| classifier.named(&source))
            .or_else(|| click.map(|click| click.source.to_owned()))
            .or_else(|| referrer.map(|host| classifier.named(host)));
        let implied = match (tagged, click, referrer) {
            (true, ..) => NOT_SET,
            (false, Some(click), _) if click.paid => "cpc",
            (false, Some(_), _) | (false, None, Some(_)) => "referral",
            (false, None, None) => NO_MEDIUM,
        };
        Facts {
            source: found.unwrap_or_else(|| if tagged { NOT_SET } else { DIRECT }.to_owned()),
            medium: medium.unwrap_or_else(|| implied.to_owned()),
            campaign: tagged_campaign.or_else(|| told(signals.campaign)).unwrap_or_default(),
            referrer_host: referrer.map(|host| bounded(host).to_lowercase()).unwrap_or_default(),
            click_ids: clicks.map(|click| click.parameter).collect(),
            channel: bounded(signals.channel.trim()).to_lowercase(),
        }
    }

    /// What an event says.
    pub(super) fn of_event(event: &Event, classifier: &Classifier) -> Facts {
        let text = |column: Column| match event.columns.get(&column) {
            Some(ColumnValue::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let page = text(Column::Page).map(Page::read);
        let referrer = text(Column::Referrer).and_then(host);
        let signals = Signals {
            utm_source: text(Column::UtmSource),
            utm_medium: text(Column::UtmMedium),
            utm_campaign: text(Column::UtmCampaign),
            campaign: text(Column::Campaign),
            referrer_host: referrer.as_deref(),
            page: page.as_ref(),
            channel: &event.channel,
        };
        Facts::of(&signals, classifier)
    }
}

/// A text that says something, in lower case; what exports write for "nothing" says nothing.
fn told(text: Option<&str>) -> Option<String> {
    let text = bounded(text?.trim()).to_lowercase();
    let nothing = ["", DIRECT, NO_MEDIUM, NOT_SET, "(not provided)", "null", "undefined"].contains(&text.as_str());
    (!nothing).then_some(text)
}

/// At most so many bytes of a text as rules look at.
fn bounded(text: &str) -> &str {
    let mut end = text.len().min(TRAFFIC_TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The value of a parameter as it was meant.
fn decoded(value: &str) -> String {
    let plain: Cow<'_, str> = if value.contains('+') { value.replace('+', " ").into() } else { value.into() };
    String::from_utf8_lossy(&percent_decoded(&plain)).into_owned()
}
