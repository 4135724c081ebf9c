//! Sensors of a site that deliver by themselves: whose payloads they send, and which way these come.
//!
//! A definition says what a payload leaves open: the zone of clocks that say none, and the floor, or frame of a floor, of
//! positions that name none. Units are the vendor's and are no choice; where a sensor's origin lies, a floor's `frames` say.
//! Not here: keys and passwords, which no definition holds.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest topic, client id, user name, host or floor, in bytes.
pub const SENSOR_TEXT_BYTES_MAX: usize = 512;

/// After so long without a word a sensor is silent, unless it says: cameras send every few seconds, counters every minutes.
pub const SILENT_AFTER_SECONDS: u32 = 900;

/// A month: a longer silence is nobody's alarm.
pub const SILENT_AFTER_SECONDS_MAX: u32 = 31 * 24 * 3_600;

/// A sensor, or a gateway that speaks for several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sensor {
    /// Stable key, `[a-z0-9-]`, unique within the workspace; counts are told apart by it.
    pub id: String,
    pub site: String,
    pub name: String,
    pub format: SensorFormat,
    /// IANA zone of clocks that say none. None: the site's.
    pub clock_zone: Option<String>,
    /// The floor, or a frame of one, of positions that name none. None: the site's only floor.
    pub floor: Option<String>,
    pub way: SensorWay,
    pub silent_after_seconds: u32,
    pub created_at_us: i64,
}

/// Whose payloads they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SensorFormat {
    /// `track_id,t,x,y,floor,kind`, metres, with its header in every payload.
    Csv,
    /// ISAPI people counting: XML, alone or in a multipart body.
    Hikvision,
    /// Pushes of versions 3 and 5.
    Xovis,
    /// Scanning API, versions 2 and 3.
    Meraki,
    Dahua,
    Megvii,
    Axis,
    Quuppa,
    /// MQTT topic `tags`.
    Pozyx,
    /// Spaces Firehose, and CMX notifications.
    Cisco,
    Mist,
}

impl SensorFormat {
    pub const ALL: [SensorFormat; 11] = [
        SensorFormat::Csv,
        SensorFormat::Hikvision,
        SensorFormat::Xovis,
        SensorFormat::Meraki,
        SensorFormat::Dahua,
        SensorFormat::Megvii,
        SensorFormat::Axis,
        SensorFormat::Quuppa,
        SensorFormat::Pozyx,
        SensorFormat::Cisco,
        SensorFormat::Mist,
    ];

    /// The word for it in definitions and answers.
    pub fn id(self) -> &'static str {
        match self {
            SensorFormat::Csv => "csv",
            SensorFormat::Hikvision => "hikvision",
            SensorFormat::Xovis => "xovis",
            SensorFormat::Meraki => "meraki",
            SensorFormat::Dahua => "dahua",
            SensorFormat::Megvii => "megvii",
            SensorFormat::Axis => "axis",
            SensorFormat::Quuppa => "quuppa",
            SensorFormat::Pozyx => "pozyx",
            SensorFormat::Cisco => "cisco",
            SensorFormat::Mist => "mist",
        }
    }
}

/// Which way its payloads come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SensorWay {
    /// It posts to a door of its own.
    Push {
        /// What Meraki asks for by a `GET` before it posts.
        validator: Option<String>,
    },
    /// A broker passes on what it publishes.
    Mqtt(Broker),
}

/// Where a broker is asked, for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broker {
    /// `mqtt://host:1883` or `mqtts://host:8883`.
    pub url: String,
    /// A topic, or a filter with `+` and `#`.
    pub topic: String,
    /// Under which the broker keeps what comes while nobody is there.
    pub client_id: String,
    pub user_name: Option<String>,
}

/// A broker's URL, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokerAddress<'a> {
    pub tls: bool,
    /// Without the brackets of an IPv6 address.
    pub host: &'a str,
    pub port: u16,
}

impl Broker {
    /// None: it is no URL of a broker.
    pub fn address(&self) -> Option<BrokerAddress<'_>> {
        let (tls, rest) = match self.url.strip_prefix("mqtts://") {
            Some(rest) => (true, rest),
            None => (false, self.url.strip_prefix("mqtt://")?),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.strip_prefix('[') {
            Some(inner) => {
                let (host, after) = inner.split_once(']')?;
                host.parse::<std::net::Ipv6Addr>().ok()?;
                (host, if after.is_empty() { None } else { Some(after.strip_prefix(':')?) })
            }
            None => match rest.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (rest, None),
            },
        };
        let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_' | ':');
        if host.is_empty() || host.len() > SENSOR_TEXT_BYTES_MAX || !host.chars().all(plain) {
            return None;
        }
        let port = match port {
            Some(port) => port.parse().ok().filter(|port| *port > 0)?,
            None if tls => 8883,
            None => 1883,
        };
        Some(BrokerAddress { tls, host, port })
    }
}

impl Sensor {
    /// What is wrong with the definition: the field, and what about it.
    pub fn fault(&self) -> Option<(&'static str, String)> {
        let is_key = |text: &str| {
            !text.is_empty()
                && text.len() <= 64
                && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        let is_text = |text: &str| {
            !text.trim().is_empty() && text.len() <= SENSOR_TEXT_BYTES_MAX && !text.chars().any(char::is_control)
        };
        if !is_key(&self.id) {
            return Some(("id", format!("`{}`: use up to 64 lower-case letters, digits and -", self.id)));
        }
        if !is_text(&self.name) {
            return Some(("name", format!("give it a name of up to {SENSOR_TEXT_BYTES_MAX} bytes")));
        }
        if let Some(zone) = self.clock_zone.as_ref().filter(|zone| zone.parse::<chrono_tz::Tz>().is_err()) {
            return Some(("clock_zone", format!("`{zone}` is no time zone; write it as in Asia/Shanghai")));
        }
        if self.floor.as_ref().is_some_and(|floor| !is_text(floor)) {
            return Some(("floor", "name a floor of the site, or a frame of one".to_owned()));
        }
        if !(1..=SILENT_AFTER_SECONDS_MAX).contains(&self.silent_after_seconds) {
            return Some(("silent_after_seconds", format!("it is 1 to {SILENT_AFTER_SECONDS_MAX}")));
        }
        match &self.way {
            SensorWay::Push { validator: Some(validator) } => {
                if self.format != SensorFormat::Meraki {
                    return Some(("validator", "only Meraki asks for a validator; leave it out".to_owned()));
                }
                (!is_text(validator) || !validator.is_ascii())
                    .then(|| ("validator", "it is the code that Meraki's dashboard shows".to_owned()))
            }
            SensorWay::Push { validator: None } => None,
            SensorWay::Mqtt(broker) => {
                if broker.address().is_none() {
                    let message = format!(
                        "`{}` is no address of a broker; write mqtt://host:1883 or mqtts://host:8883, without user name and path",
                        broker.url
                    );
                    return Some(("url", message));
                }
                if !is_filter(&broker.topic) {
                    let message =
                        "it is a topic, as in site/+/tags; + stands for one whole level, # for all that follow";
                    return Some(("topic", message.to_owned()));
                }
                if !is_text(&broker.client_id) || broker.client_id.contains(char::is_whitespace) {
                    return Some(("client_id", "it is a name without spaces, which no other client has".to_owned()));
                }
                let bad = broker.user_name.as_ref().is_some_and(|name| !is_text(name));
                bad.then(|| ("user_name", "leave it out where there is none".to_owned()))
            }
        }
    }
}

/// Whether a text is a filter of topics (MQTT 3.1.1, 4.7).
fn is_filter(text: &str) -> bool {
    let levels: Vec<&str> = text.split('/').collect();
    let fits = |(at, level): (usize, &&str)| match *level {
        "+" => true,
        "#" => at + 1 == levels.len(),
        other => !other.contains(['+', '#', '\0']),
    };
    !text.is_empty() && text.len() <= SENSOR_TEXT_BYTES_MAX && levels.iter().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broker(url: &str) -> Broker {
        Broker { url: url.into(), topic: "tags".into(), client_id: "throughline".into(), user_name: None }
    }

    #[test]
    fn addresses_of_brokers_are_taken_apart() {
        let of = |url: &str| broker(url).address().map(|it| (it.tls, it.host.to_owned(), it.port));
        assert_eq!(of("mqtt://broker.example"), Some((false, "broker.example".into(), 1883)));
        assert_eq!(of("mqtts://broker.example/"), Some((true, "broker.example".into(), 8883)));
        assert_eq!(of("mqtt://10.0.0.7:2883"), Some((false, "10.0.0.7".into(), 2883)));
        assert_eq!(of("mqtts://[::1]:18883"), Some((true, "::1".into(), 18883)));
        assert_eq!(of("mqtt://[::1]"), Some((false, "::1".into(), 1883)));
        for wrong in [
            "http://x",
            "mqtt://",
            "mqtt://x:0",
            "mqtt://x:99999",
            "mqtt://a@b",
            "mqtt://a:1/b",
            "mqtt://[x]:1",
            "mqtt://[::1]x",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_definition_says_which_field_is_wrong() {
        let good = Sensor {
            id: "door-1".into(),
            site: "west".into(),
            name: "Door".into(),
            format: SensorFormat::Pozyx,
            clock_zone: Some("Asia/Shanghai".into()),
            floor: None,
            way: SensorWay::Mqtt(broker("mqtt://x")),
            silent_after_seconds: SILENT_AFTER_SECONDS,
            created_at_us: 1,
        };
        assert_eq!(good.fault(), None);
        let field = |bad: Sensor| bad.fault().map(|(field, _)| field);
        let way = |change: fn(&mut Broker)| {
            let mut broker = broker("mqtt://x");
            change(&mut broker);
            Sensor { way: SensorWay::Mqtt(broker), ..good.clone() }
        };
        assert_eq!(field(Sensor { id: "Door 1".into(), ..good.clone() }), Some("id"));
        assert_eq!(field(Sensor { name: " ".into(), ..good.clone() }), Some("name"));
        assert_eq!(field(Sensor { clock_zone: Some("Mars".into()), ..good.clone() }), Some("clock_zone"));
        assert_eq!(field(Sensor { silent_after_seconds: 0, ..good.clone() }), Some("silent_after_seconds"));
        assert_eq!(field(way(|it| it.url = "tcp://x".into())), Some("url"));
        assert_eq!(field(way(|it| it.topic = "a/#/b".into())), Some("topic"));
        assert_eq!(field(way(|it| it.topic = "a/b+".into())), Some("topic"));
        assert_eq!(field(way(|it| it.topic = "a/+/b/#".into())), None);
        assert_eq!(field(way(|it| it.client_id = "two words".into())), Some("client_id"));
        let validator = SensorWay::Push { validator: Some("abc".into()) };
        assert_eq!(field(Sensor { way: validator.clone(), ..good.clone() }), Some("validator"));
        assert_eq!(field(Sensor { way: validator, format: SensorFormat::Meraki, ..good }), None);
    }
}
