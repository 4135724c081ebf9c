//! The first version of the rules.
//!
//! The rules of GA4's default channel grouping keep their order among themselves. What is added never comes before one
//! of them for a combination it decides: offline groups and messages ask for their own channels and media; what
//! marketing in China tells apart comes after everything paid and takes only what nobody paid for.

use super::sources::{lists, text};
use super::{
    DIRECT, Group, NO_MEDIUM, NOT_SET, RuleSet, TrafficCondition, TrafficField, TrafficOp, TrafficRule, TrafficTest,
};

use TrafficField::{Campaign, Channel, ClickId, Medium, Source};
use TrafficOp::{Contains, EndsWith, InList, Is, Matches};

/// Media of what is paid for by the click, by the view or otherwise, as Google's help describes them.
const PAID: &str = "^(.*cp.*|ppc|retargeting|paid.*)$";

/// Campaigns that name a shop, but not a workshop.
const SHOP: &str = "^(.*(([^a-df-z]|^)shop|shopping).*)$";

/// Groups as they are shown: key, Chinese, English.
const GROUPS: &[(&str, &str, &str)] = &[
    ("direct", "直接访问", "Direct"),
    ("cross_network", "跨网络", "Cross-network"),
    ("paid_shopping", "付费购物", "Paid Shopping"),
    ("paid_search", "付费搜索", "Paid Search"),
    ("paid_social", "付费社交", "Paid Social"),
    ("paid_video", "付费视频", "Paid Video"),
    ("display", "展示广告", "Display"),
    ("paid_other", "其他付费", "Paid Other"),
    ("feed_ads", "信息流广告", "Feed Ads"),
    ("influencer", "达人营销", "Influencers"),
    ("livestream", "直播", "Livestream"),
    ("wechat", "微信", "WeChat"),
    ("xiaohongshu", "小红书", "Xiaohongshu"),
    ("short_video", "短视频", "Short Video"),
    ("local_services", "本地生活", "Local Services"),
    ("mini_programs", "其他小程序", "Other Mini Programs"),
    ("organic_shopping", "自然电商", "Organic Shopping"),
    ("organic_social", "自然社交", "Organic Social"),
    ("organic_video", "自然视频", "Organic Video"),
    ("ai_assistants", "AI 助手", "AI Assistants"),
    ("organic_search", "自然搜索", "Organic Search"),
    ("email", "电子邮件", "Email"),
    ("affiliates", "联盟营销", "Affiliates"),
    ("audio", "音频", "Audio"),
    ("sms", "短信", "SMS"),
    ("push", "消息推送", "Mobile Push"),
    ("referral", "引荐", "Referral"),
    ("store", "门店", "Store"),
    ("pos", "收银", "POS"),
    ("call_center", "呼叫中心", "Call Center"),
    ("qr_print", "二维码与印刷品", "QR & Print"),
    ("survey", "问卷调研", "Survey"),
    ("field_sales", "外勤销售", "Field Sales"),
];

pub(super) fn rule_set() -> RuleSet {
    let groups = GROUPS.iter().map(|(id, zh, en)| Group { id: (*id).to_owned(), name: text(zh, en) });
    let rules = [offline(), messages(), paid(), chinese(), organic(), rest()];
    RuleSet {
        groups: groups.collect(),
        lists: lists(),
        own_hosts: Vec::new(),
        rules: rules.into_iter().flatten().collect(),
    }
}

/// What has no address: told by the event's own channel, or by a medium that is printed or said.
fn offline() -> Vec<TrafficRule> {
    let by = |group, zh, en, channels: &[&str], media: &[&str]| {
        rule(group, zh, en, vec![all([t(Channel, Is, channels)]), all([t(Medium, Is, media)])])
    };
    vec![
        by(
            "store",
            "线下：门店",
            "Offline: store",
            &["store", "offline_store", "retail", "shop", "kiosk", "beacon", "门店"],
            &["store", "offline_store", "in-store", "instore", "门店"],
        ),
        by(
            "pos",
            "线下：收银",
            "Offline: point of sale",
            &["pos", "checkout_counter", "收银"],
            &["pos", "receipt", "小票"],
        ),
        by(
            "call_center",
            "线下：呼叫中心",
            "Offline: call centre",
            &["call_center", "callcenter", "call_centre", "phone", "hotline", "ivr", "呼叫中心", "电话"],
            &["call", "phone", "telephone", "hotline", "call_center", "telesales", "电话", "热线"],
        ),
        by(
            "qr_print",
            "线下：二维码与印刷品",
            "Offline: QR codes and print",
            &["qr", "print", "direct_mail", "catalog", "扫码"],
            &[
                "qr",
                "qrcode",
                "qr_code",
                "qr-code",
                "print",
                "flyer",
                "poster",
                "leaflet",
                "brochure",
                "catalog",
                "direct_mail",
                "directmail",
                "outdoor",
                "ooh",
                "二维码",
                "扫码",
                "传单",
                "海报",
                "户外",
            ],
        ),
        by(
            "survey",
            "线下：问卷调研",
            "Offline: survey",
            &["survey", "questionnaire", "问卷"],
            &["survey", "questionnaire", "问卷"],
        ),
        by(
            "field_sales",
            "线下：外勤销售",
            "Offline: field sales",
            &["field_sales", "sales_rep", "visit", "地推", "外勤"],
            &["field_sales", "sales_rep", "guide", "地推", "导购", "外勤"],
        ),
    ]
}

/// What a message or a platform of its own brings, where nothing better is known.
fn messages() -> Vec<TrafficRule> {
    let own = |group, zh, en, channels: &[&str]| {
        let unknown = t(Source, Is, &[DIRECT]);
        rule(group, zh, en, vec![all([t(Channel, Is, channels), unknown])])
    };
    vec![
        own("email", "自有渠道：邮件", "Own channel: e-mail", &["email", "e-mail", "edm", "邮件"]),
        own("sms", "自有渠道：短信", "Own channel: SMS", &["sms", "mms", "短信"]),
        own("push", "自有渠道：推送", "Own channel: push", &["push", "app_push", "推送"]),
        own(
            "wechat",
            "自有渠道：微信",
            "Own channel: WeChat",
            &[
                "wechat",
                "weixin",
                "wecom",
                "wechat_mp",
                "official_account",
                "miniprogram",
                "mini_program",
                "wechat_mini_program",
                "微信",
                "小程序",
                "公众号",
                "企业微信",
            ],
        ),
        own("xiaohongshu", "自有渠道：小红书", "Own channel: Xiaohongshu", &["xiaohongshu", "小红书"]),
        own(
            "short_video",
            "自有渠道：短视频",
            "Own channel: short video",
            &["douyin", "kuaishou", "douyin_mini_program", "kuaishou_mini_program", "抖音", "快手"],
        ),
        own(
            "mini_programs",
            "自有渠道：其他小程序",
            "Own channel: other mini programs",
            &["alipay_mini_program", "baidu_mini_program", "qq_mini_program", "quick_app", "快应用"],
        ),
        own(
            "local_services",
            "自有渠道：本地生活",
            "Own channel: local services",
            &["meituan", "dianping", "eleme", "美团", "大众点评", "饿了么"],
        ),
        own(
            "organic_shopping",
            "自有渠道：电商平台",
            "Own channel: marketplaces",
            &["marketplace", "taobao", "tmall", "jd", "pinduoduo", "淘宝", "天猫", "京东", "拼多多"],
        ),
    ]
}

fn paid() -> Vec<TrafficRule> {
    let paid = || t(Medium, Matches, &[PAID]);
    vec![
        rule(
            "direct",
            "直接访问",
            "Direct",
            vec![all([t(Source, Is, &[DIRECT]), t(Medium, Is, &[NO_MEDIUM, NOT_SET])])],
        ),
        rule("cross_network", "跨网络广告", "Cross-network", vec![all([t(Campaign, Contains, &["cross-network"])])]),
        rule(
            "paid_shopping",
            "付费购物",
            "Paid shopping",
            vec![all([t(Source, InList, &["shopping"]), paid()]), all([t(Campaign, Matches, &[SHOP]), paid()])],
        ),
        rule(
            "paid_search",
            "付费搜索",
            "Paid search",
            vec![
                all([t(Source, InList, &["search"]), paid()]),
                all([t(Source, Is, &["google"]), t(ClickId, Is, &["gclid"])]),
                all([t(Source, Is, &["bing"]), t(ClickId, Is, &["msclkid"])]),
            ],
        ),
        rule(
            "paid_search",
            "付费搜索：竞价",
            "Paid search: Chinese engines",
            vec![
                all([t(Source, InList, &["search"]), t(Medium, Is, &["sem", "竞价", "搜索推广", "品专", "brandzone"])]),
                all([t(Source, Is, &["baidu"]), t(ClickId, Is, &["bd_vid"])]),
                all([t(Source, Is, &["360"]), t(ClickId, Is, &["qhclickid"])]),
            ],
        ),
        rule("paid_social", "付费社交", "Paid social", vec![all([t(Source, InList, &["social"]), paid()])]),
        rule(
            "paid_social",
            "付费社交：广告点击",
            "Paid social: clicks on advertisements",
            vec![all([
                t(Source, InList, &["social"]),
                t(ClickId, Is, &["qz_gdt", "gdt_vid", "ttclid", "twclid", "li_fat_id"]),
            ])],
        ),
        rule("paid_video", "付费视频", "Paid video", vec![all([t(Source, InList, &["video"]), paid()])]),
        rule(
            "display",
            "展示广告",
            "Display",
            vec![all([t(Medium, Is, &["display", "banner", "expandable", "interstitial", "cpm"])])],
        ),
        rule("paid_other", "其他付费", "Paid other", vec![all([paid()])]),
    ]
}

/// What marketing in China counts apart.
fn chinese() -> Vec<TrafficRule> {
    vec![
        rule(
            "feed_ads",
            "信息流广告",
            "Feed ads",
            vec![all([t(Medium, Is, &["feed", "feeds", "infeed", "in-feed", "in_feed", "feed_ads", "信息流"])])],
        ),
        rule(
            "influencer",
            "达人营销",
            "Influencers",
            vec![all([t(Medium, Is, &["kol", "koc", "influencer", "creator", "达人", "种草"])])],
        ),
        rule(
            "livestream",
            "直播",
            "Livestream",
            vec![all([t(Medium, Is, &["live", "livestream", "live-stream", "live_stream", "zhibo", "直播"])])],
        ),
        rule("wechat", "微信", "WeChat", vec![all([t(Source, Is, &["wechat", "wecom"])])]),
        rule("xiaohongshu", "小红书", "Xiaohongshu", vec![all([t(Source, Is, &["xiaohongshu"])])]),
        rule("short_video", "短视频", "Short video", vec![all([t(Source, Is, &["douyin", "kuaishou"])])]),
        rule("local_services", "本地生活", "Local services", vec![all([t(Source, InList, &["local"])])]),
    ]
}

fn organic() -> Vec<TrafficRule> {
    let social = ["social", "social-network", "social-media", "sm", "social network", "social media"];
    vec![
        rule(
            "organic_shopping",
            "自然电商",
            "Organic shopping",
            vec![all([t(Source, InList, &["shopping"])]), all([t(Campaign, Matches, &[SHOP])])],
        ),
        rule(
            "organic_social",
            "自然社交",
            "Organic social",
            vec![all([t(Source, InList, &["social"])]), all([t(Medium, Is, &social)])],
        ),
        rule(
            "organic_video",
            "自然视频",
            "Organic video",
            vec![all([t(Source, InList, &["video"])]), all([t(Medium, Matches, &["^(.*video.*)$"])])],
        ),
        rule("ai_assistants", "AI 助手", "AI assistants", vec![all([t(Source, InList, &["ai"])])]),
        rule(
            "organic_search",
            "自然搜索",
            "Organic search",
            vec![all([t(Source, InList, &["search"])]), all([t(Medium, Is, &["organic"])])],
        ),
    ]
}

fn rest() -> Vec<TrafficRule> {
    let email = ["email", "e-mail", "e_mail", "e mail"];
    vec![
        rule(
            "email",
            "电子邮件",
            "Email",
            vec![
                all([t(Source, Is, &email)]),
                all([t(Medium, Is, &email)]),
                all([t(Medium, Is, &["newsletter", "edm", "邮件"])]),
                all([t(Source, InList, &["webmail"])]),
            ],
        ),
        rule("affiliates", "联盟营销", "Affiliates", vec![all([t(Medium, Is, &["affiliate"])])]),
        rule("audio", "音频", "Audio", vec![all([t(Medium, Is, &["audio"])])]),
        rule(
            "sms",
            "短信",
            "SMS",
            vec![all([t(Source, Is, &["sms"])]), all([t(Medium, Is, &["sms"])]), all([t(Medium, Is, &["短信"])])],
        ),
        rule(
            "push",
            "消息推送",
            "Mobile push",
            vec![
                all([t(Medium, EndsWith, &["push"])]),
                all([t(Medium, Contains, &["mobile", "notification"])]),
                all([t(Source, Is, &["firebase"])]),
            ],
        ),
        rule("referral", "引荐", "Referral", vec![all([t(Medium, Is, &["referral", "app", "link"])])]),
    ]
}

fn rule(group: &str, zh: &str, en: &str, any: Vec<TrafficCondition>) -> TrafficRule {
    TrafficRule { name: text(zh, en), any, group: group.to_owned() }
}

fn all<const N: usize>(tests: [TrafficTest; N]) -> TrafficCondition {
    TrafficCondition { all: tests.into() }
}

fn t(field: TrafficField, op: TrafficOp, values: &[&str]) -> TrafficTest {
    TrafficTest { field, op, values: values.iter().map(|value| (*value).to_owned()).collect() }
}
