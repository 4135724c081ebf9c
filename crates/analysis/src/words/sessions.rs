//! What a session is, in words.

use model::session::{ChannelRule, SessionRules};
use model::text::LocalizedText;

use super::{span, text};

/// The rules, for a definition.
pub(super) fn definition(rules: &SessionRules) -> LocalizedText {
    text(
        format!("会话：{}；跳出＝只有一个事件的会话；时长＝首末事件之差", ends_zh(rules)),
        format!(
            "Sessions: {}; a bounce has one event; a session lasts from its first event to its last",
            ends_en(rules)
        ),
    )
}

/// Sessions, as what is counted.
pub(super) fn subject(rules: &SessionRules) -> LocalizedText {
    text(format!("会话（{}）", ends_zh(rules)), format!("sessions ({})", ends_en(rules)))
}

fn ends_zh(rules: &SessionRules) -> String {
    let mut parts = vec![format!("间隔超过 {}即开始新会话", span(rules.timeout, "zh-CN"))];
    parts.extend(rules.longest.map(|longest| format!("最长 {}", span(longest, "zh-CN"))));
    parts.extend(rules.campaign.map(|column| format!("{} 变为另一个值即开始新会话", column.name())));
    parts.extend(rules.midnight.then(|| "过零点即开始新会话".to_owned()));
    parts.extend(rules.channels.iter().map(|rule| {
        let what = match rule {
            ChannelRule { instant: true, .. } => "每个事件一次会话".to_owned(),
            ChannelRule { timeout: Some(timeout), .. } => format!("间隔超过 {}", span(*timeout, "zh-CN")),
            _ => "同上".to_owned(),
        };
        let longest = rule.longest.map(|longest| format!("，最长 {}", span(longest, "zh-CN"))).unwrap_or_default();
        format!("渠道 {} 单独成会话：{what}{longest}", rule.channels.join("、"))
    }));
    parts.join("；")
}

fn ends_en(rules: &SessionRules) -> String {
    let mut parts = vec![format!("a gap of more than {} starts a new one", span(rules.timeout, "en"))];
    parts.extend(rules.longest.map(|longest| format!("none is longer than {}", span(longest, "en"))));
    parts.extend(rules.campaign.map(|column| format!("another {} starts a new one", column.name())));
    parts.extend(rules.midnight.then(|| "midnight starts a new one".to_owned()));
    parts.extend(rules.channels.iter().map(|rule| {
        let what = match rule {
            ChannelRule { instant: true, .. } => "each event is one".to_owned(),
            ChannelRule { timeout: Some(timeout), .. } => format!("a gap of more than {}", span(*timeout, "en")),
            _ => "the same gap".to_owned(),
        };
        let longest = rule.longest.map(|longest| format!(", none longer than {}", span(longest, "en")));
        format!("those on {} apart: {what}{}", rule.channels.join(", "), longest.unwrap_or_default())
    }));
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use model::event::Column;
    use model::period::Span;

    use super::*;

    #[test]
    fn every_rule_is_said_in_both_languages() {
        let plain = subject(&SessionRules::idle(Span::minutes(30)));
        assert_eq!(plain.get("zh-CN"), "会话（间隔超过 30 分钟即开始新会话）");
        assert_eq!(plain.get("en"), "sessions (a gap of more than 30 minutes starts a new one)");
        let rules = SessionRules {
            longest: Some(Span::days(1)),
            campaign: Some(Column::UtmCampaign),
            midnight: true,
            channels: vec![
                ChannelRule {
                    channels: vec!["store".into()],
                    timeout: Some(Span::minutes(120)),
                    ..ChannelRule::default()
                },
                ChannelRule { channels: vec!["till".into(), "kiosk".into()], instant: true, ..ChannelRule::default() },
            ],
            ..SessionRules::default()
        };
        let said = subject(&rules);
        assert_eq!(
            said.get("en"),
            "sessions (a gap of more than 30 minutes starts a new one; none is longer than 1 day; another utm_campaign \
             starts a new one; midnight starts a new one; those on store apart: a gap of more than 2 hours; those on till, \
             kiosk apart: each event is one)"
        );
        for word in ["30 分钟", "最长 1 天", "utm_campaign", "零点", "store", "2 小时", "till、kiosk", "每个事件"]
        {
            assert!(said.get("zh-CN").contains(word), "{word}");
        }
    }
}
