//! What customers are called and what they say.

use crate::dice::Dice;

const FAMILY: [&str; 30] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "罗",
    "高", "郑", "梁", "谢", "宋", "唐", "许", "沈", "韩", "冯", "曹",
];
const GIVEN_WOMEN: [&str; 20] = [
    "芳", "秀英", "娜", "敏", "静", "丽娟", "雨桐", "欣怡", "梓涵", "思雨", "佳慧", "晓燕", "婷婷", "玉兰", "文静",
    "若曦", "雅琴", "诗涵", "海燕", "梦洁",
];
const GIVEN_MEN: [&str; 20] = [
    "伟", "强", "磊", "军", "勇", "建国", "浩然", "子轩", "俊杰", "志强", "宇航", "明", "文博", "国栋", "思远", "海涛",
    "天佑", "嘉豪", "鹏飞", "晓东",
];

/// Why somebody speaks, where a cause has words of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    Late,
    Damaged,
    Waited,
    RefundLate,
    Other,
}

pub(crate) fn name(dice: &mut Dice, woman: bool) -> String {
    let given = dice.pick(if woman { &GIVEN_WOMEN } else { &GIVEN_MEN });
    let family = dice.pick(&FAMILY);
    format!("{family}{given}")
}

pub(crate) fn contact(dice: &mut Dice, reason: Reason) -> &'static str {
    dice.pick(match reason {
        Reason::Late => &[
            "包裹显示派送中好几天了，到底什么时候送到？",
            "说好昨天送达，今天还没收到，麻烦催一下。",
            "物流停在中转站不动了，能查一下吗？",
        ],
        Reason::Damaged => {
            &["收到的商品有磕碰，想问怎么处理。", "发错颜色了，我要的是米白色。", "外箱破了，里面少了一件。"]
        }
        Reason::Waited => &["打了三次电话才接通，等太久了。", "在线排队排了半个多小时。"],
        Reason::RefundLate | Reason::Other => &[
            "想问一下发票怎么开。",
            "请问怎么修改收货地址？",
            "这款可以换大一码吗？",
            "想了解一下安装服务怎么预约。",
            "洗涤之后会不会缩水？",
            "积分怎么还没有到账？",
        ][..],
    })
}

pub(crate) fn complaint(dice: &mut Dice, reason: Reason) -> &'static str {
    dice.pick(match reason {
        Reason::Late => &["承诺三天到，结果等了快一周，体验很差。", "一直延误也没人主动通知我。"],
        Reason::RefundLate => &["退货签收这么多天了，钱还没退回来！", "说好三个工作日退款，一直拖着不到账。"],
        Reason::Waited => &["每次找客服都要排很久，问题还没解决。", "同一个问题说了好几遍，换一个人又要重说。"],
        Reason::Damaged => &["东西坏了还要我自己出运费寄回，不合理。", "收到就是坏的，质检是怎么做的？"],
        Reason::Other => {
            &["客服态度敷衍，问题没有解决。", "商品和图片色差太大。", "活动规则写得不清楚，优惠没用上。"][..]
        }
    })
}

pub(crate) fn review(dice: &mut Dice, score: u32, reason: Reason) -> &'static str {
    dice.pick(match (score, reason) {
        (0..=6, Reason::Late) => &["东西可以，但是送得太慢了。", "约好的时间没送到，白等了一天。"],
        (0..=6, Reason::Damaged) => &["收到时有破损，换货折腾了很久。", "发错货了，很失望。"],
        (0..=6, Reason::Waited) => &["客服一直在排队，等不起。", "退换要等很久才有人处理。"],
        (0..=6, _) => &["质量一般，和价格不太匹配。", "尺码偏小，不太满意。", "和想象的有差距。"],
        (7..=8, _) => &["还不错，包装再环保一点就更好了。", "整体满意。", "性价比可以，会考虑回购。"],
        _ => &[
            "面料很舒服，已经推荐给朋友了。",
            "物流快，质量好，老顾客了。",
            "导购很耐心，孩子很喜欢。",
            "第二次买了，一如既往地好。",
        ][..],
    })
}

pub(crate) fn search_words(dice: &mut Dice, category: usize) -> &'static str {
    const WORDS: [[&str; 3]; 10] = [
        ["四件套 全棉", "枕头 颈椎", "床垫 独立弹簧"],
        ["收纳箱 大号", "衣柜收纳", "置物架"],
        ["不粘锅", "保温杯", "餐具 礼盒"],
        ["台灯 护眼", "小夜灯", "客厅 落地灯"],
        ["书桌 升降", "沙发 小户型", "人体工学椅"],
        ["羽绒服 女", "衬衫 宽松", "连衣裙"],
        ["男装 外套", "免烫衬衫", "羊毛衫 男"],
        ["儿童 冲锋衣", "宝宝睡袋", "童装 套装"],
        ["睡衣 女 纯棉", "家居拖鞋", "珊瑚绒"],
        ["洗衣液", "香薰", "洗发水 无硅油"],
    ];
    dice.pick(&WORDS[category])
}

/// Errors by where they happen: on a screen, at the payment, at the door of the parcel.
pub(crate) const PAGE_ERRORS: [&str; 4] = ["页面加载失败", "网络异常，请重试", "服务繁忙（503）", "白屏"];
pub(crate) const PAYMENT_ERRORS: [&str; 4] = ["支付渠道超时", "支付签名校验失败", "银行卡受理失败", "支付结果未返回"];
pub(crate) const PARCEL_ERRORS: [&str; 3] = ["商品破损", "错发", "漏发"];
