//! The table of GA4's default channel grouping row by row, what is added to it, and what a rule set may not be.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::limits::TRAFFIC_TEXT_BYTES_MAX;

/// The group of an address, with a referrer, on a channel.
fn of(channel: &str, referrer: &str, page: &str) -> String {
    let (page, referrer) = (Page::read(page), host(referrer));
    let signals = Signals { referrer_host: referrer.as_deref(), page: Some(&page), channel, ..Signals::default() };
    let classifier = Classifier::standard();
    classifier.groups()[classifier.group(&classifier.facts(&signals))].clone()
}

/// The group of tags.
fn tagged(source: &str, medium: &str, campaign: &str) -> String {
    let signals = Signals {
        utm_source: Some(source),
        utm_medium: Some(medium),
        utm_campaign: Some(campaign),
        channel: "web",
        ..Signals::default()
    };
    let classifier = Classifier::standard();
    classifier.groups()[classifier.group(&classifier.facts(&signals))].clone()
}

#[test]
fn the_default_channel_grouping_holds_row_by_row() {
    let rows = [
        // 0 to 4
        ("(direct)", "(none)", "", "direct"),
        ("(direct)", "(not set)", "", "direct"),
        ("google", "cpc", "brand cross-network 1", "cross_network"),
        ("amazon", "cpc", "", "paid_shopping"),
        ("partner", "ppc", "spring-shop", "paid_shopping"),
        ("partner", "cpc", "summer shopping days", "paid_shopping"),
        ("google", "cpc", "workshop", "paid_search"),
        ("Google", "CPC", "", "paid_search"),
        ("bing", "ppc", "", "paid_search"),
        ("baidu", "retargeting", "", "paid_search"),
        ("facebook", "cpm", "", "paid_social"),
        ("linkedin", "paid-social", "", "paid_social"),
        // 5 to 9
        ("youtube", "cpv", "", "paid_video"),
        ("youtube", "cpc", "", "paid_video"),
        ("unknown", "cpm", "", "display"),
        ("unknown", "banner", "", "display"),
        ("unknown", "interstitial", "", "display"),
        ("unknown", "cpa", "", "paid_other"),
        ("unknown", "paidwhatever", "", "paid_other"),
        ("ebay", "anything", "", "organic_shopping"),
        ("partner", "newsletter-x", "the shop", "organic_shopping"),
        ("reddit", "post", "", "organic_social"),
        ("unknown", "social media", "", "organic_social"),
        ("unknown", "sm", "", "organic_social"),
        // 10 to 14
        ("vimeo", "embed", "", "organic_video"),
        ("unknown", "online-video", "", "organic_video"),
        ("chatgpt.com", "(not set)", "", "ai_assistants"),
        ("bing", "organic", "", "organic_search"),
        ("unknown", "organic", "", "organic_search"),
        ("email", "x", "", "email"),
        ("unknown", "e mail", "", "email"),
        ("unknown", "newsletter", "", "email"),
        ("unknown", "affiliate", "", "affiliates"),
        // 15 to 19
        ("unknown", "audio", "", "audio"),
        ("sms", "x", "", "sms"),
        ("unknown", "sms", "", "sms"),
        ("unknown", "web-push", "", "push"),
        ("unknown", "mobile-banner", "", "push"),
        ("unknown", "notification", "", "push"),
        ("firebase", "x", "", "push"),
        ("unknown", "referral", "", "referral"),
        ("unknown", "link", "", "referral"),
        ("unknown", "bar", "", "unassigned"),
    ];
    for (source, medium, campaign, group) in rows {
        assert_eq!(tagged(source, medium, campaign), group, "{source} / {medium} / {campaign}");
    }
}

#[test]
fn click_ids_tell_advertisements_from_what_is_found() {
    let search = "https://www.google.com/";
    assert_eq!(of("web", search, "https://shop.example/?utm_source=google&gclid=1"), "paid_search");
    assert_eq!(of("web", search, "https://shop.example/?gclid=1"), "paid_search");
    assert_eq!(of("web", search, "https://shop.example/?GCLID=1#top"), "paid_search");
    assert_eq!(of("web", search, "https://shop.example/?gclid="), "organic_search", "an empty one says nothing");
    assert_eq!(of("web", "", "https://shop.example/?utm_source=bing&utm_medium=x&msclkid=1"), "paid_search");
    assert_eq!(of("web", "", "/landing?bd_vid=1"), "paid_search");
    assert_eq!(of("web", "", "/landing?qz_gdt=1"), "paid_social");
    assert_eq!(of("web", "https://l.facebook.com/", "/landing?fbclid=1"), "organic_social");
    assert_eq!(of("web", "", "/?utm_source=partner&utm_medium=x&gclid=1"), "unassigned", "the source is not google");
}

#[test]
fn referrers_are_read_by_host() {
    let page = "https://www.shop.example/p/1";
    let rows = [
        ("", "direct"),
        ("https://shop.example/cart", "direct"),
        ("https://www.shop.example:8443/", "direct"),
        ("/home", "direct"),
        ("https://www.google.co.uk/search?q=a", "organic_search"),
        ("https://google.evil.example/", "referral"),
        ("https://notbaidu.com/", "referral"),
        ("https://m.baidu.com/from=1", "organic_search"),
        ("https://tieba.baidu.com/p/1", "organic_social"),
        ("https://yiyan.baidu.com/", "ai_assistants"),
        ("https://mail.google.com/mail/u/0", "email"),
        ("https://gemini.google.com/app", "ai_assistants"),
        ("android-app://com.google.android.googlequicksearchbox/", "organic_search"),
        ("https://mp.weixin.qq.com/s/1", "wechat"),
        ("https://www.xiaohongshu.com/explore", "xiaohongshu"),
        ("https://www.douyin.com/video/1", "short_video"),
        ("https://weibo.com/u/1", "organic_social"),
        ("https://www.bilibili.com/video/1", "organic_video"),
        ("https://www.zhihu.com/question/1", "organic_social"),
        ("https://detail.tmall.com/item", "organic_shopping"),
        ("https://item.jd.com/1", "organic_shopping"),
        ("https://i.meituan.com/", "local_services"),
        ("https://www.so.com/s", "organic_search"),
        ("https://m.sm.cn/s", "organic_search"),
        ("https://www.sogou.com/web", "organic_search"),
        ("https://blog.example.org/a", "referral"),
    ];
    for (referrer, group) in rows {
        assert_eq!(of("web", referrer, page), group, "{referrer}");
    }
    assert_eq!(of("web", "https://www.baidu.com/", "/p?utm_source=partner&utm_medium=email"), "email", "tags win");
}

#[test]
fn offline_and_chinese_groups_are_told() {
    let rows = [
        ("微信", "cpc", "paid_social"),
        ("wx", "menu", "wechat"),
        ("公众号", "article", "wechat"),
        ("xhs", "note", "xiaohongshu"),
        ("xhs", "种草", "influencer"),
        ("抖音", "直播", "livestream"),
        ("抖音", "cpc", "paid_video"),
        ("快手", "短片", "short_video"),
        ("今日头条", "信息流", "feed_ads"),
        ("百度", "sem", "paid_search"),
        ("拼多多", "活动", "organic_shopping"),
        ("美团", "门店页", "local_services"),
        ("poster-12", "qr", "qr_print"),
        ("导购小王", "导购", "field_sales"),
        ("nps", "survey", "survey"),
        ("豆包", "回答", "ai_assistants"),
    ];
    for (source, medium, group) in rows {
        assert_eq!(tagged(source, medium, ""), group, "{source} / {medium}");
    }
    let channels = [
        ("store", "store"),
        ("pos", "pos"),
        ("Call_Center", "call_center"),
        ("survey", "survey"),
        ("email", "email"),
        ("sms", "sms"),
        ("miniprogram", "wechat"),
        ("tmall", "organic_shopping"),
        ("web", "direct"),
        ("app", "direct"),
    ];
    for (channel, group) in channels {
        assert_eq!(of(channel, "", ""), group, "{channel}");
    }
    assert_eq!(of("miniprogram", "", "/p?utm_source=douyin&utm_medium=cpc"), "paid_video", "what is known wins");
}

#[test]
fn own_hosts_bring_nobody() {
    let rules = RuleSet { own_hosts: vec!["Shop.example".into(), "pay.example".into()], ..RuleSet::standard() };
    let classifier = Classifier::new(&rules).unwrap();
    for (referrer, group) in [
        ("https://www.shop.example/", "direct"),
        ("https://a.pay.example/ok", "direct"),
        ("https://myshop.example/", "referral"),
    ] {
        let referrer = host(referrer);
        let page = Page::read("/cart");
        let signals =
            Signals { referrer_host: referrer.as_deref(), page: Some(&page), channel: "web", ..Signals::default() };
        assert_eq!(classifier.groups()[classifier.group(&classifier.facts(&signals))], group);
    }
    assert_ne!(classifier.fingerprint(), Classifier::standard().fingerprint());
}

#[test]
fn the_standard_rules_have_no_fault_and_use_every_group() {
    let rules = RuleSet::standard();
    assert_eq!(rules.faults(), []);
    let used: BTreeSet<&str> = rules.rules.iter().map(|rule| rule.group.as_str()).collect();
    let named: BTreeSet<&str> = rules.groups.iter().map(|group| group.id.as_str()).collect();
    assert_eq!(used, named);
    let written = serde_json::to_string(&rules).unwrap();
    assert_eq!(serde_json::from_str::<RuleSet>(&written).unwrap(), rules);
}

/// A rule set whose one more rule stands at `at`.
fn with(at: usize, rule: TrafficRule) -> Vec<String> {
    let mut rules = RuleSet::standard();
    rules.rules.insert(at, rule);
    rules.faults().into_iter().map(|fault| format!("{}: {}", fault.path, fault.message)).collect()
}

fn rule(group: &str, tests: Vec<(TrafficField, TrafficOp, &[&str])>) -> TrafficRule {
    let test = |(field, op, values): (_, _, &[&str])| TrafficTest {
        field,
        op,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    let all = tests.into_iter().map(test).collect();
    TrafficRule { name: "mine".into(), any: vec![TrafficCondition { all }], group: group.to_owned() }
}

#[test]
fn faults_say_where_and_how_to_mend() {
    use TrafficField::{Campaign, ClickId, Medium, Source};
    use TrafficOp::{InList, Is, IsNot, Matches};
    let last = RuleSet::standard().rules.len();
    let fault = |at, rule| with(at, rule).join("\n");
    assert_eq!(with(0, rule("email", vec![(Source, Is, &["crm"])])), [""; 0]);
    assert!(fault(0, rule("nope", vec![(Source, Is, &["crm"])])).contains("rules[0].group: there is no group `nope`"));
    assert!(fault(0, rule("email", vec![(Source, InList, &["nope"])])).contains("no source list `nope`"));
    assert!(fault(0, rule("email", vec![(Medium, InList, &["search"])])).contains("test `source` with them"));
    assert!(fault(0, rule("email", vec![])).contains("rules[0].any[0].all: give at least one test"));
    assert!(fault(0, rule("email", vec![(Source, Is, &[])])).contains("at least one value"));
    assert!(fault(0, rule("email", vec![(Source, Matches, &["(a"])])).contains("cannot be read"));
    assert!(fault(0, rule("email", vec![(Source, Matches, &["((a{100}){100}){100}"])])).contains("too large"));
    let long = "a".repeat(TRAFFIC_TEXT_BYTES_MAX + 1);
    assert!(fault(0, rule("email", vec![(Source, Matches, &[&long])])).contains("at most 500"));
    // Never reached: `google` with a paid medium is what an earlier rule takes already.
    let paid = "^(.*cp.*|ppc|retargeting|paid.*)$";
    let late = rule("email", vec![(Source, Is, &["google"]), (Medium, Is, &["cpc"])]);
    assert!(
        fault(last, late.clone()).contains("never reached: rule 19 `Paid search`"),
        "{}",
        fault(last, late.clone())
    );
    assert_eq!(with(0, late), [""; 0]);
    let late = rule("email", vec![(Medium, Matches, &[paid]), (Campaign, Is, &["x"])]);
    assert!(fault(last, late).contains("never reached"));
    let never = rule("email", vec![(Source, Is, &["a", "b"]), (Source, IsNot, &["a", "b"])]);
    assert!(fault(0, never).contains("rules[0].any[0]: its tests on source never hold together"));
    // An address may carry both.
    assert_eq!(with(0, rule("email", vec![(ClickId, Is, &["gclid"]), (ClickId, Is, &["fbclid"])])), [""; 0]);
    let mut twice = RuleSet::standard();
    twice.lists[0].sources[1].also.push("baidu.com".into());
    assert!(twice.faults()[0].message.contains("stands for `baidu` already"));
}

proptest! {
    /// Whatever an event says, it has one of the groups, and says it again.
    #[test]
    fn everything_has_a_group(source in ".{0,20}", medium in ".{0,20}", referrer in ".{0,40}", page in ".{0,60}") {
        let classifier = Classifier::standard();
        let (read, referrer) = (Page::read(&page), host(&referrer));
        let signals = Signals {
            utm_source: Some(&source), utm_medium: Some(&medium), referrer_host: referrer.as_deref(), page: Some(&read),
            channel: "web", ..Signals::default()
        };
        let facts = classifier.facts(&signals);
        let group = classifier.group(&facts);
        prop_assert!(group < classifier.groups().len());
        prop_assert_eq!(group, classifier.group(&classifier.facts(&signals)));
        prop_assert_eq!(facts.source.to_lowercase(), facts.source.clone());
    }
}
