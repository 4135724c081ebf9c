//! 「青禾生活」: an invented retailer of home goods and clothes, with its channels, stores, campaigns and catalogue.

/// A way to meet the retailer, as the events name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Channel {
    Store,
    Miniprogram,
    App,
    Web,
    CallCenter,
    Chat,
    Sms,
    Email,
}

impl Channel {
    /// Where one can buy.
    pub(crate) const SHOPS: [Channel; 4] = [Channel::Store, Channel::Miniprogram, Channel::App, Channel::Web];
    pub(crate) const ALL: [Channel; 8] = [
        Channel::Store,
        Channel::Miniprogram,
        Channel::App,
        Channel::Web,
        Channel::CallCenter,
        Channel::Chat,
        Channel::Sms,
        Channel::Email,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Channel::Store => "store",
            Channel::Miniprogram => "miniprogram",
            Channel::App => "app",
            Channel::Web => "web",
            Channel::CallCenter => "call_center",
            Channel::Chat => "chat",
            Channel::Sms => "sms",
            Channel::Email => "email",
        }
    }
}

#[derive(Debug)]
pub(crate) struct City {
    pub(crate) name: &'static str,
    pub(crate) tier: &'static str,
    /// Share of the customers.
    pub(crate) weight: f64,
    /// Indices into [`STORES`].
    pub(crate) stores: &'static [usize],
}

const fn city(name: &'static str, tier: &'static str, weight: f64, stores: &'static [usize]) -> City {
    City { name, tier, weight, stores }
}

pub(crate) const TIERS: [&str; 4] = ["一线", "新一线", "二线", "三线及以下"];

pub(crate) const CITIES: [City; 10] = [
    city("杭州", TIERS[1], 0.20, &[0, 1]),
    city("上海", TIERS[0], 0.16, &[2, 3]),
    city("北京", TIERS[0], 0.11, &[4]),
    city("深圳", TIERS[0], 0.10, &[5]),
    city("成都", TIERS[1], 0.10, &[6]),
    city("南京", TIERS[1], 0.10, &[7]),
    city("合肥", TIERS[2], 0.08, &[]),
    city("温州", TIERS[2], 0.06, &[]),
    city("芜湖", TIERS[3], 0.05, &[]),
    city("赣州", TIERS[3], 0.04, &[]),
];

pub(crate) struct Store {
    pub(crate) name: &'static str,
    /// Key of the place it is, and its name in English.
    pub(crate) id: &'static str,
    pub(crate) english: &'static str,
    /// Index into [`CITIES`].
    pub(crate) city: usize,
    /// Square metres of sales floor.
    pub(crate) floor_m2: u32,
    pub(crate) tills: u32,
}

const fn store([name, id, english]: [&'static str; 3], city: usize, floor_m2: u32, tills: u32) -> Store {
    Store { name, id, english, city, floor_m2, tills }
}

pub(crate) const STORES: [Store; 8] = [
    store(["杭州西湖店", "hangzhou-xihu", "West Lake, Hangzhou"], 0, 1_450, 6),
    store(["杭州滨江店", "hangzhou-binjiang", "Binjiang, Hangzhou"], 0, 980, 4),
    store(["上海静安店", "shanghai-jingan", "Jing'an, Shanghai"], 1, 1_280, 6),
    store(["上海徐汇店", "shanghai-xuhui", "Xuhui, Shanghai"], 1, 1_020, 5),
    store(["北京朝阳店", "beijing-chaoyang", "Chaoyang, Beijing"], 2, 1_360, 6),
    store(["深圳南山店", "shenzhen-nanshan", "Nanshan, Shenzhen"], 3, 1_150, 5),
    store(["成都春熙店", "chengdu-chunxi", "Chunxi, Chengdu"], 4, 1_240, 5),
    store(["南京新街口店", "nanjing-xinjiekou", "Xinjiekou, Nanjing"], 5, 1_100, 5),
];

/// Zone of the floor plan where a category lies.
pub(crate) fn zone_of(category: usize) -> &'static str {
    ["床品区", "收纳区", "厨房区", "灯饰区", "家具区", "女装区", "男装区", "童装区", "家居服区", "洗护区"][category]
}

/// What a category is called in English on a plan.
pub(crate) const ZONES_ENGLISH: [&str; 10] =
    ["Bedding", "Storage", "Kitchen", "Lighting", "Furniture", "Women", "Men", "Kids", "Loungewear", "Care"];

pub(crate) const ENTRANCES: [&str; 2] = ["一楼入口", "二楼入口"];
pub(crate) const TILL_ZONE: &str = "收银区";

pub(crate) const CATEGORIES: [&str; 10] =
    ["床品", "收纳", "厨房用品", "灯具", "家具", "女装", "男装", "童装", "家居服", "洗护"];

#[derive(Debug, Clone, Copy)]
pub(crate) struct Product {
    pub(crate) name: &'static str,
    pub(crate) category: usize,
    /// List price, ¥.
    pub(crate) price: f64,
    /// Share of the list price that the product costs the retailer.
    pub(crate) cost_share: f64,
    /// Too large to carry home.
    pub(crate) bulky: bool,
}

const fn p(name: &'static str, category: usize, price: f64, cost_share: f64) -> Product {
    Product { name, category, price, cost_share, bulky: false }
}

const fn big(name: &'static str, category: usize, price: f64, cost_share: f64) -> Product {
    Product { name, category, price, cost_share, bulky: true }
}

/// Ordered by category; the first of each is its best-seller.
pub(crate) const PRODUCTS: [Product; 60] = [
    p("新疆长绒棉四件套", 0, 399.0, 0.46),
    p("水洗棉床笠", 0, 129.0, 0.44),
    p("乳胶护颈枕", 0, 179.0, 0.41),
    p("大豆纤维春秋被", 0, 269.0, 0.45),
    p("全棉纱布毛巾被", 0, 189.0, 0.43),
    big("独立弹簧床垫 1.5米", 0, 1_699.0, 0.52),
    p("折叠收纳箱 三只装", 1, 89.0, 0.38),
    p("真空压缩袋 套装", 1, 49.0, 0.33),
    p("桌面抽屉收纳盒", 1, 59.0, 0.36),
    p("可移动夹缝置物架", 1, 119.0, 0.42),
    p("门后挂钩收纳架", 1, 39.0, 0.35),
    big("北欧风三层置物柜", 1, 459.0, 0.50),
    p("铸铁珐琅炖锅 24cm", 2, 329.0, 0.45),
    p("麦饭石不粘煎锅", 2, 159.0, 0.40),
    p("日式陶瓷餐具 16件", 2, 199.0, 0.42),
    p("硅胶厨具七件套", 2, 79.0, 0.34),
    p("316不锈钢保温杯", 2, 109.0, 0.37),
    p("竹木砧板 双面", 2, 69.0, 0.39),
    p("护眼阅读台灯", 3, 239.0, 0.43),
    p("云朵氛围小夜灯", 3, 69.0, 0.36),
    p("落地钓鱼灯", 3, 359.0, 0.47),
    p("感应橱柜灯 两支装", 3, 59.0, 0.35),
    p("折纸吊灯", 3, 289.0, 0.46),
    p("露营复古马灯", 3, 129.0, 0.41),
    big("布艺双人沙发", 4, 2_299.0, 0.54),
    big("橡木升降书桌", 4, 1_899.0, 0.53),
    big("人体工学椅", 4, 1_199.0, 0.51),
    p("藤编单人休闲凳", 4, 299.0, 0.46),
    big("白蜡木餐桌 1.4米", 4, 1_599.0, 0.52),
    p("可折叠边几", 4, 199.0, 0.44),
    p("亚麻宽松衬衫", 5, 219.0, 0.36),
    p("羊毛针织开衫", 5, 329.0, 0.40),
    p("高腰直筒牛仔裤", 5, 259.0, 0.38),
    p("轻薄羽绒服 女", 5, 599.0, 0.44),
    p("法式碎花连衣裙", 5, 289.0, 0.37),
    p("纯棉圆领T恤 女", 5, 99.0, 0.33),
    p("免烫牛津纺衬衫", 6, 239.0, 0.37),
    p("抓绒保暖外套", 6, 349.0, 0.41),
    p("弹力休闲长裤", 6, 229.0, 0.38),
    p("轻薄羽绒服 男", 6, 629.0, 0.44),
    p("重磅纯棉T恤 男", 6, 119.0, 0.34),
    p("美利奴羊毛衫", 6, 399.0, 0.42),
    p("儿童三防冲锋衣", 7, 299.0, 0.41),
    p("宝宝双层纱布睡袋", 7, 159.0, 0.40),
    p("儿童加绒卫裤", 7, 109.0, 0.37),
    p("A类纯棉童装套装", 7, 139.0, 0.38),
    p("儿童保暖羽绒马甲", 7, 229.0, 0.42),
    p("亲子条纹毛衣", 7, 179.0, 0.39),
    p("莫代尔睡衣套装", 8, 189.0, 0.39),
    p("珊瑚绒家居服", 8, 169.0, 0.40),
    p("半边绒居家袜 五双", 8, 49.0, 0.32),
    p("纱布月子服", 8, 199.0, 0.41),
    p("无感标签内裤 四条", 8, 79.0, 0.33),
    p("厚底居家拖鞋", 8, 45.0, 0.35),
    p("氨基酸洗发水 500ml", 9, 69.0, 0.31),
    p("柚子沐浴露 大容量", 9, 59.0, 0.30),
    p("桂花护手霜 三支", 9, 49.0, 0.29),
    p("无火香薰 雨后竹林", 9, 99.0, 0.28),
    p("植物酵素洗衣液 3kg", 9, 65.0, 0.34),
    p("纯棉洗脸巾 六包", 9, 55.0, 0.38),
];

/// Products a category holds.
pub(crate) const PER_CATEGORY: usize = 6;

/// Share of the interest of a category.
pub(crate) const CATEGORY_WEIGHTS: [f64; 10] = [0.15, 0.10, 0.12, 0.07, 0.06, 0.16, 0.10, 0.09, 0.09, 0.06];

/// A campaign and the days of the year (month, day) it is sent between.
pub(crate) struct Campaign {
    pub(crate) name: &'static str,
    pub(crate) from: (u32, u32),
    pub(crate) to: (u32, u32),
}

const fn campaign(name: &'static str, from: (u32, u32), to: (u32, u32)) -> Campaign {
    Campaign { name, from, to }
}

/// Two run all year, the others in their season.
pub(crate) const CAMPAIGNS: [Campaign; 10] = [
    campaign("老友召回礼", (1, 1), (12, 31)),
    campaign("会员日双倍积分", (1, 1), (12, 31)),
    campaign("双11预售", (10, 20), (11, 12)),
    campaign("双12返场", (12, 1), (12, 14)),
    campaign("年货节", (1, 5), (2, 12)),
    campaign("开春焕新", (2, 24), (3, 20)),
    campaign("春日上新", (3, 15), (4, 30)),
    campaign("618大促", (5, 25), (6, 20)),
    campaign("开学季", (8, 15), (9, 10)),
    campaign("秋冬换季", (9, 20), (11, 30)),
];

pub(crate) const GENDERS: [&str; 2] = ["女", "男"];
pub(crate) const AGE_BANDS: [&str; 5] = ["18-24", "25-34", "35-44", "45-59", "60+"];
pub(crate) const MEMBER_LEVELS: [&str; 4] = ["普通", "银卡", "金卡", "黑金"];
pub(crate) const PLATFORMS: [&str; 3] = ["android", "ios", "desktop"];

/// Orders below this pay for delivery, ¥.
pub(crate) const FREE_DELIVERY_FROM: f64 = 199.0;
pub(crate) const DELIVERY_FEE: f64 = 12.0;
