//! Known sources by category: which names and hosts stand for which source.
//!
//! Compiled by hand from what sites call themselves and the hosts they link from. A source may be of several
//! categories; its other names then stand in the first of them.

use std::collections::BTreeMap;

use super::{Source, SourceList};
use crate::text::LocalizedText;

/// A source and what stands for it, parted by blanks.
type Known = (&'static str, &'static str);

pub(super) fn lists() -> Vec<SourceList> {
    vec![
        list("search", "搜索引擎", "Search engines", SEARCH),
        list("social", "社交平台", "Social platforms", SOCIAL),
        list("shopping", "电商平台", "Marketplaces", SHOPPING),
        list("video", "视频平台", "Video platforms", VIDEO),
        list("ai", "AI 助手", "AI assistants", AI),
        list("local", "本地生活平台", "Local services", LOCAL),
        list("webmail", "网页邮箱", "Web mail", WEBMAIL),
    ]
}

/// A text in the two languages of the product.
pub(super) fn text(zh: &str, en: &str) -> LocalizedText {
    let texts = [("zh-CN", zh), ("en", en)];
    LocalizedText::ByLanguage(BTreeMap::from(texts.map(|(tag, text)| (tag.to_owned(), text.to_owned()))))
}

fn list(id: &str, zh: &str, en: &str, known: &[Known]) -> SourceList {
    let source = |(source, also): &Known| Source {
        source: (*source).to_owned(),
        also: also.split_whitespace().map(str::to_owned).collect(),
    };
    SourceList { id: id.to_owned(), name: text(zh, en), sources: known.iter().map(source).collect() }
}

const SEARCH: &[Known] = &[
    ("baidu", "baidu.com 百度"),
    ("google", "google.* com.google.android.googlequicksearchbox 谷歌"),
    ("bing", "bing.com cn.bing.com 必应"),
    ("360", "so.com haosou.com 360搜索 360so"),
    ("sogou", "sogou.com 搜狗"),
    ("shenma", "sm.cn 神马"),
    ("toutiao_search", "so.toutiao.com 头条搜索"),
    ("quark", "quark.cn ai.quark.cn 夸克"),
    ("chinaso", "chinaso.com 中国搜索"),
    ("youdao", "youdao.com 有道"),
    ("petal", "petalsearch.com"),
    ("yahoo", "search.yahoo.com yahoo.* 雅虎"),
    ("duckduckgo", "duckduckgo.com"),
    ("yandex", "yandex.* ya.ru"),
    ("naver", "naver.com"),
    ("daum", "daum.net"),
    ("seznam", "seznam.cz"),
    ("ecosia", "ecosia.org"),
    ("qwant", "qwant.com"),
    ("startpage", "startpage.com"),
    ("brave", "search.brave.com"),
    ("ask", "ask.com"),
    ("aol", "search.aol.com aol.com"),
    ("coccoc", "coccoc.com"),
];

const SOCIAL: &[Known] = &[
    (
        "wechat",
        "weixin weixin.qq.com mp.weixin.qq.com weixin110.qq.com wx.qq.com servicewechat.com com.tencent.mm 微信 wx \
         公众号 微信公众号 视频号 朋友圈 channels.weixin.qq.com",
    ),
    ("wecom", "work.weixin.qq.com 企业微信 qywx wework"),
    ("xiaohongshu", "xiaohongshu.com xhslink.com xhs rednote red 小红书 com.xingin.xhs"),
    ("weibo", "weibo.com weibo.cn t.cn sina_weibo 微博 新浪微博 com.sina.weibo"),
    ("zhihu", "zhihu.com 知乎 com.zhihu.android"),
    ("douban", "douban.com 豆瓣"),
    ("tieba", "tieba.baidu.com 百度贴吧 贴吧"),
    ("qq", "qq.com qzone.qq.com im.qq.com qzone 空间 com.tencent.mobileqq"),
    ("tencent_ads", "e.qq.com gdt 广点通 腾讯广告"),
    ("toutiao", "toutiao.com 今日头条 头条 ixigua_toutiao"),
    ("momo", "immomo.com 陌陌"),
    ("soul", "soulapp.cn"),
    ("maimai", "maimai.cn 脉脉"),
    ("hupu", "hupu.com 虎扑"),
    ("smzdm", "smzdm.com 什么值得买"),
    ("facebook", "facebook.com fb.com fb.me fb messenger.com com.facebook.katana"),
    ("instagram", "instagram.com ig com.instagram.android"),
    ("threads", "threads.net threads.com"),
    ("twitter", "twitter.com x.com t.co x com.twitter.android"),
    ("linkedin", "linkedin.com lnkd.in 领英 com.linkedin.android"),
    ("pinterest", "pinterest.* pin.it"),
    ("reddit", "reddit.com redd.it com.reddit.frontpage"),
    ("quora", "quora.com"),
    ("tumblr", "tumblr.com"),
    ("tiktok", "tiktok.com com.zhiliaoapp.musically"),
    ("snapchat", "snapchat.com"),
    ("whatsapp", "whatsapp.com wa.me com.whatsapp"),
    ("telegram", "telegram.org t.me org.telegram.messenger"),
    ("discord", "discord.com discord.gg"),
    ("line", "line.me"),
    ("kakao", "kakao.com kakaotalk"),
    ("vk", "vk.com"),
    ("bluesky", "bsky.app bsky"),
    ("mastodon", "mastodon.social"),
    ("slack", "slack.com"),
    ("github", "github.com"),
    ("hackernews", "news.ycombinator.com"),
];

const SHOPPING: &[Known] = &[
    ("taobao", "taobao.com m.tb.cn tb.cn 淘宝 com.taobao.taobao"),
    ("tmall", "tmall.com tmall.hk 天猫"),
    ("jd", "jd.com jd.hk 3.cn jingdong 京东 com.jingdong.app.mall"),
    ("pinduoduo", "pinduoduo.com yangkeduo.com pdd 拼多多 com.xunmeng.pinduoduo"),
    ("1688", "1688.com 阿里巴巴"),
    ("vip", "vip.com 唯品会"),
    ("suning", "suning.com 苏宁"),
    ("dewu", "dewu.com poizon.com poizon 得物"),
    ("xianyu", "goofish.com 闲鱼"),
    ("kaola", "kaola.com 考拉"),
    ("youzan", "youzan.com koudaitong.com 有赞"),
    ("weimob", "weimob.com 微盟"),
    ("alibaba", "alibaba.com"),
    ("aliexpress", "aliexpress.* 速卖通"),
    ("amazon", "amazon.* 亚马逊"),
    ("ebay", "ebay.*"),
    ("etsy", "etsy.com"),
    ("walmart", "walmart.com"),
    ("target", "target.com"),
    ("shopee", "shopee.* 虾皮"),
    ("lazada", "lazada.* 来赞达"),
    ("rakuten", "rakuten.* 乐天"),
    ("mercadolibre", "mercadolibre.*"),
    ("temu", "temu.com"),
    ("shein", "shein.com"),
    ("google_shopping", "shopping.google.com"),
];

const VIDEO: &[Known] = &[
    ("douyin", "douyin.com iesdouyin.com 抖音 com.ss.android.ugc.aweme 抖音极速版"),
    ("kuaishou", "kuaishou.com chenzhongtech.com gifshow 快手 com.smile.gifmaker"),
    ("bilibili", "bilibili.com b23.tv b站 哔哩哔哩 tv.danmaku.bili"),
    ("ixigua", "ixigua.com 西瓜视频"),
    ("youku", "youku.com 优酷"),
    ("iqiyi", "iqiyi.com iq.com 爱奇艺"),
    ("tencent_video", "v.qq.com 腾讯视频"),
    ("mgtv", "mgtv.com 芒果tv"),
    ("sohu_video", "tv.sohu.com 搜狐视频"),
    ("huya", "huya.com 虎牙"),
    ("douyu", "douyu.com 斗鱼"),
    ("youtube", "youtube.com youtu.be com.google.android.youtube"),
    ("vimeo", "vimeo.com"),
    ("dailymotion", "dailymotion.com"),
    ("twitch", "twitch.tv"),
    ("netflix", "netflix.com"),
    ("hulu", "hulu.com"),
    ("niconico", "nicovideo.jp"),
];

const AI: &[Known] = &[
    ("deepseek", "deepseek.com chat.deepseek.com 深度求索"),
    ("doubao", "doubao.com 豆包"),
    ("kimi", "kimi.com kimi.ai kimi.moonshot.cn moonshot.cn"),
    ("yuanbao", "yuanbao.tencent.com 元宝 腾讯元宝"),
    ("qianwen", "tongyi.aliyun.com tongyi.com qianwen.com qwen.ai chat.qwen.ai tongyi qwen 通义 千问 通义千问"),
    ("wenxin", "yiyan.baidu.com wenxin.baidu.com chat.baidu.com yiyan 文心一言 文心"),
    ("zhipu", "chatglm.cn chat.z.ai chatglm 智谱清言 智谱"),
    ("metaso", "metaso.cn 秘塔"),
    ("nami", "n.cn bot.n.cn 纳米ai"),
    ("chatgpt", "chatgpt.com chat.openai.com openai.com openai"),
    ("gemini", "gemini.google.com bard.google.com"),
    ("copilot", "copilot.microsoft.com copilot.com"),
    ("perplexity", "perplexity.ai"),
    ("claude", "claude.ai anthropic.com"),
    ("grok", "grok.com x.ai"),
    ("mistral", "chat.mistral.ai mistral.ai"),
    ("you", "you.com"),
    ("poe", "poe.com"),
];

const LOCAL: &[Known] = &[
    ("meituan", "meituan.com 美团 com.sankuai.meituan"),
    ("dianping", "dianping.com 大众点评 点评"),
    ("eleme", "ele.me 饿了么"),
    ("amap", "amap.com gaode 高德 高德地图"),
    ("baidu_maps", "map.baidu.com 百度地图"),
    ("ctrip", "ctrip.com trip.com 携程"),
    ("fliggy", "fliggy.com 飞猪"),
    ("koubei", "koubei.com 口碑"),
    ("google_maps", "maps.google.com"),
    ("yelp", "yelp.com"),
    ("tripadvisor", "tripadvisor.*"),
];

const WEBMAIL: &[Known] = &[
    ("gmail", "mail.google.com com.google.android.gm"),
    ("qq_mail", "mail.qq.com exmail.qq.com qq邮箱"),
    ("netease_mail", "mail.163.com mail.126.com 163邮箱 网易邮箱"),
    ("aliyun_mail", "mail.aliyun.com qiye.aliyun.com"),
    ("outlook", "outlook.live.com outlook.office.com outlook.office365.com outlook.com"),
    ("yahoo_mail", "mail.yahoo.com"),
    ("proton", "mail.proton.me"),
];
