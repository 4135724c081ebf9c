//! What the words of 神策's protocol mean: identities, preset events, preset properties, libraries.

use model::event::{Column, SYSTEM_PREFIX};
use serde_json::{Map, Value};

use crate::live::event::{Draft, PAGE_VIEW, SCREEN_VIEW, own_name, scalar, text};

/// Adds everybody the message names, the strongest first.
///
/// A message of the newer libraries lists its `identities` by kind; `login_id` and `anonymous_id` stand beside them, and
/// `distinct_id` repeats one of these. Older and server-side libraries have `distinct_id` alone, which is a login where
/// `is_login` says so, and else an anonymous id. A server that has signed somebody up goes on to send the login as
/// `distinct_id` without saying that it is one, so with `signs_up` the login is known as an anonymous id as well.
pub(super) fn identify(draft: &mut Draft, message: &Map<String, Value>, is_login: bool, signs_up: bool) {
    let no_identities = Map::new();
    let identities = message.get("identities").and_then(Value::as_object).unwrap_or(&no_identities);
    let mut named: Vec<(String, &Value)> =
        identities.iter().map(|(key, value)| (namespace(key).into_owned(), value)).collect();
    if let Some(login) = message.get("login_id").filter(|login| !is_keyed(login)) {
        named.push(("user_id".to_owned(), login));
    }
    if let Some(anonymous) = message.get("anonymous_id") {
        named.push(("anonymous_id".to_owned(), anonymous));
    }
    if let Some(original) = message.get("original_id").filter(|_| signs_up) {
        named.push(("anonymous_id".to_owned(), original));
    }
    let distinct = message.get("distinct_id").filter(|distinct| !distinct.is_null());
    let keyed = distinct.and_then(Value::as_str).and_then(keyed);
    let written = text(message, "distinct_id");
    let is_named = written.is_some() && named.iter().any(|(_, value)| scalar(value) == written);
    match (distinct, &keyed) {
        (None, _) => {}
        (Some(_), Some((key, value))) if identities.is_empty() => named.push((key.clone(), value)),
        (Some(_), Some(_)) => {}
        (Some(_), None) if is_named => {}
        (Some(distinct), None) if is_login => {
            named.push(("user_id".to_owned(), distinct));
            if signs_up {
                named.push(("anonymous_id".to_owned(), distinct));
            }
        }
        (Some(distinct), None) if identities.is_empty() => named.push(("anonymous_id".to_owned(), distinct)),
        (Some(_), None) => {}
    }
    // Stable: within a rank in the order sent.
    named.sort_by_key(|(namespace, _)| match namespace.as_str() {
        "user_id" => 0,
        "anonymous_id" | "device_id" | "idfa" | "idfv" | "oaid" => 2,
        _ => 1,
    });
    for (namespace, value) in named {
        draft.identify(&namespace, Some(value));
    }
}

/// `$identity_mobile+13800138000`, as `distinct_id` and `login_id` name who has no login.
fn keyed(written: &str) -> Option<(String, Value)> {
    let (key, value) = written.split_once('+')?;
    key.starts_with("$identity_").then(|| (namespace(key).into_owned(), value.into()))
}

fn is_keyed(value: &Value) -> bool {
    value.as_str().is_some_and(|written| keyed(written).is_some())
}

/// The namespace of an identity's key. Keys of the customer's own come without the prefix and are their own namespace.
fn namespace(key: &str) -> std::borrow::Cow<'_, str> {
    let bare = key.strip_prefix("$identity_").unwrap_or(key).trim_start_matches(SYSTEM_PREFIX);
    match bare {
        "login_id" => "user_id",
        "mobile" => "phone",
        "email" => "email",
        "cookie_id" | "anonymous_id" | "mp_id" | "distinct_id" => "anonymous_id",
        "android_id" | "android_uuid" | "ios_uuid" | "harmony_uuid" => "device_id",
        // A mini program names its own app in the key: `$identity_mp_wx0123_openid`.
        _ if bare.starts_with("mp_") && bare.ends_with("openid") => "wechat_openid",
        _ => return bare.into(),
    }
    .into()
}

/// The name of an event: presets by the name the other protocols have for the same, others as sent.
pub(super) fn event(name: &str) -> String {
    match name {
        "$pageview" => PAGE_VIEW,
        "$AppViewScreen" | "$MPViewScreen" => SCREEN_VIEW,
        "$WebClick" | "$AppClick" | "$MPClick" => "click",
        "$WebStay" => "page_stay",
        "$WebPageLeave" => "page_leave",
        "$WebPageLoad" => "page_load",
        "$AppPageLeave" | "$MPPageLeave" => "screen_leave",
        "$AppStart" | "$AppStartPassively" | "$MPLaunch" => "app_start",
        "$AppEnd" => "app_end",
        "$MPShow" => "app_show",
        "$MPHide" => "app_hide",
        "$AppInstall" => "app_install",
        "$AppCrashed" => "app_crash",
        "$AppPushClick" => "push_click",
        "$AppDeeplinkLaunch" => "deeplink_open",
        "$MPShare" => "share",
        "$MPAddFavorites" => "add_to_favorites",
        _ => return own_name(name),
    }
    .to_owned()
}

/// Preset properties that are a column.
pub(super) fn preset(name: &str) -> Option<(Column, u8)> {
    Some(match name {
        "$screen_name" => (Column::Page, 0),
        "$url_path" => (Column::Page, 1),
        "$referrer" => (Column::Referrer, 0),
        "$utm_source" => (Column::UtmSource, 0),
        "$utm_medium" => (Column::UtmMedium, 0),
        "$utm_campaign" => (Column::UtmCampaign, 0),
        "$utm_term" => (Column::UtmTerm, 0),
        "$utm_content" => (Column::UtmContent, 0),
        "$os" => (Column::Platform, 0),
        "$model" => (Column::Device, 0),
        "$country" => (Column::Country, 0),
        "$province" => (Column::Region, 0),
        "$city" => (Column::City, 0),
        "$event_session_id" => (Column::SessionId, 0),
        // In seconds.
        "$event_duration" | "event_duration" => (Column::DurationSeconds, 0),
        "$app_crashed_reason" => (Column::Error, 0),
        _ => return None,
    })
}

/// The campaign that brought the sender last, as the library remembers it.
pub(super) fn latest(name: &str) -> Option<(Column, u8)> {
    Some(match name {
        "$latest_utm_source" => (Column::UtmSource, 0),
        "$latest_utm_medium" => (Column::UtmMedium, 0),
        "$latest_utm_campaign" => (Column::UtmCampaign, 0),
        "$latest_utm_term" => (Column::UtmTerm, 0),
        "$latest_utm_content" => (Column::UtmContent, 0),
        _ => return None,
    })
}

/// Names of 神策's event designs for shops.
pub(super) fn commerce(name: &str) -> Option<(Column, u8)> {
    Some(match name {
        "orderID" | "OrderId" | "order_ID" => (Column::OrderId, 0),
        "actual_amount" | "order_actual_amount" | "orderActualAmount" | "actualAmount" => (Column::Amount, 0),
        "order_amount" | "orderAmount" | "OrderAmount" => (Column::Amount, 1),
        "commodityID" | "commodity_id" | "CommodityId" | "ProductId" | "productID" => (Column::Product, 0),
        "commodity_category" | "firstCommodity" | "first_commodity" | "ProductCatalog" => (Column::Category, 0),
        "commodityQuantity" | "commodity_quantity" => (Column::Quantity, 0),
        "storeID" | "StoreId" => (Column::Site, 0),
        _ => return None,
    })
}

/// Texts the libraries write where they could not tell.
pub(super) fn is_unknown(value: &Value) -> bool {
    let Some(text) = value.as_str() else { return false };
    ["的domain解析失败", "未取到值", "取值异常"].iter().any(|unknown| text.contains(unknown)) || text == "直接打开"
}

/// The channel of the library that sent; those of servers have none of their own.
pub(super) fn channel(message: &Map<String, Value>, properties: &Map<String, Value>) -> Option<&'static str> {
    let library = message.get("lib").and_then(|lib| lib.get("$lib")).or_else(|| properties.get("$lib"));
    Some(match library?.as_str()?.to_ascii_lowercase().as_str() {
        "js" => "web",
        "miniprogram" => "wechat_mini_program",
        "alipaymini" => "alipay_mini_program",
        "baidumini" => "baidu_mini_program",
        "bytedancemini" => "douyin_mini_program",
        "qqmini" => "qq_mini_program",
        "kuaishoumini" => "kuaishou_mini_program",
        "quickapp" => "quick_app",
        "ios" | "android" | "harmonyos" | "harmony" | "reactnative" | "flutter" | "unity" | "macos" => "app",
        _ => return None,
    })
}

/// `getTimezoneOffset` of a browser, minutes behind UTC, as minutes ahead of it.
pub(super) fn offset_minutes(behind: i64) -> Option<i16> {
    behind
        .checked_neg()
        .and_then(|ahead| i16::try_from(ahead).ok())
        .filter(|minutes| (-14 * 60..=14 * 60).contains(minutes))
}
