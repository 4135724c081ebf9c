//! The words plans have for what they show, in English, Chinese and pinyin.

use model::place::ZoneKind;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error, StrDeserializer};

use super::sketch::Role;

/// What a word for a kind of thing means: a property, a layer, a class. Of several words in one the first that means
/// something.
pub(super) fn role(words: &str) -> Option<Role> {
    let lower = words.trim().to_lowercase();
    exact(&lower).or_else(|| {
        lower
            .split(|it: char| !it.is_alphanumeric())
            .find_map(exact)
            .or_else(|| within(&lower).map(|kind| Role::Zone(Some(kind))))
    })
}

fn exact(word: &str) -> Option<Role> {
    let deserializer: StrDeserializer<'_, Error> = word.into_deserializer();
    if let Ok(kind) = ZoneKind::deserialize(deserializer) {
        return Some(Role::Zone(Some(kind)));
    }
    Some(match word.strip_suffix('s').filter(|_| word != "stairs").unwrap_or(word) {
        "outline" | "floor" | "level" | "wall" | "footprint" | "building" | "轮廓" | "墙" | "墙体" => {
            Role::Outline
        }
        "walkable" | "walk" | "可通行" => Role::Walkable,
        "zone" | "section" | "unit" | "room" | "area" | "space" | "区" | "区域" | "分区" => Role::Zone(None),
        "fixture" | "fixt" | "furniture" | "furn" | "shelf" | "shelve" | "gondola" | "rack" | "equipment" | "eqpm"
        | "kiosk" | "货架" | "家具" | "道具" => Role::Fixture,
        "gate" | "line" | "opening" | "门线" | "计数线" => Role::Gate,
        "queue" | "排队" => Role::Zone(Some(ZoneKind::QueueTail)),
        "checkout" | "cashier" | "收银" | "收银台" => Role::Zone(Some(ZoneKind::Till)),
        "staff" | "backroom" | "员工" => Role::Zone(Some(ZoneKind::StaffOnly)),
        "pavement" | "outside" | "街道" | "人行道" => Role::Zone(Some(ZoneKind::Street)),
        "shop" | "store" | "retail" | "商铺" => Role::Zone(Some(ZoneKind::Tenant)),
        "corridor" | "walkway" => Role::Zone(Some(ZoneKind::Passage)),
        "elevator" => Role::Zone(Some(ZoneKind::Lift)),
        "stair" | "steps" | "step" => Role::Zone(Some(ZoneKind::Stairs)),
        "restroom" => Role::Zone(Some(ZoneKind::Toilet)),
        "nonpublic" => Role::Zone(Some(ZoneKind::StaffOnly)),
        _ => return None,
    })
}

/// Names that say what a zone is for, by the whole of them. The pinyin is what exports of Chinese maps have.
const NAMES: &[(&str, ZoneKind)] = &[
    ("zidongfuti", ZoneKind::Escalator),
    ("dianti", ZoneKind::Lift),
    ("louti", ZoneKind::Stairs),
    ("huoti", ZoneKind::StaffOnly),
    ("nanweishengjian", ZoneKind::Toilet),
    ("nvweishengjian", ZoneKind::Toilet),
    ("canjirenweishengjian", ZoneKind::Toilet),
    ("weishengjian", ZoneKind::Toilet),
    ("xishoujian", ZoneKind::Toilet),
    ("zhongkong", ZoneKind::Void),
    ("feikaifangquyu", ZoneKind::StaffOnly),
    ("xiuxiqu", ZoneKind::Seating),
    ("churukou", ZoneKind::Entrance),
    ("shouyintai", ZoneKind::Till),
    ("fuwutai", ZoneKind::Service),
    ("shiyijian", ZoneKind::FittingRoom),
    ("kongpu", ZoneKind::Other),
    ("fuzhumian", ZoneKind::Other),
    ("xishoujianfuzhumian", ZoneKind::Other),
    ("wc", ZoneKind::Toilet),
];

/// The same within a name, the longer words first.
const PARTS: &[(&str, ZoneKind)] = &[
    ("自动扶梯", ZoneKind::Escalator),
    ("扶梯", ZoneKind::Escalator),
    ("货梯", ZoneKind::StaffOnly),
    ("电梯", ZoneKind::Lift),
    ("楼梯", ZoneKind::Stairs),
    ("卫生间", ZoneKind::Toilet),
    ("洗手间", ZoneKind::Toilet),
    ("中空", ZoneKind::Void),
    ("非开放", ZoneKind::StaffOnly),
    ("员工", ZoneKind::StaffOnly),
    ("仓库", ZoneKind::StaffOnly),
    ("休息区", ZoneKind::Seating),
    ("出入口", ZoneKind::Entrance),
    ("入口", ZoneKind::Entrance),
    ("试衣间", ZoneKind::FittingRoom),
    ("排队", ZoneKind::QueueTail),
    ("收银", ZoneKind::Till),
    ("服务台", ZoneKind::Service),
    ("促销", ZoneKind::Promotion),
    ("堆头", ZoneKind::Promotion),
    ("走廊", ZoneKind::Passage),
    ("过道", ZoneKind::Aisle),
    ("空铺", ZoneKind::Other),
];

/// What a zone's name says of it.
pub(super) fn kind_of_name(name: &str) -> Option<ZoneKind> {
    let lower = name.trim().to_lowercase();
    let whole = NAMES.iter().find(|(known, _)| *known == lower).map(|(_, kind)| *kind);
    whole.or_else(|| within(&lower)).or_else(|| match exact(&lower) {
        Some(Role::Zone(kind)) => kind,
        _ => None,
    })
}

fn within(lower: &str) -> Option<ZoneKind> {
    PARTS.iter().find(|(part, _)| lower.contains(part)).map(|(_, kind)| *kind)
}
