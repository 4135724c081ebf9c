//! The words of the vocabularies that senders share: which property is which column.
//!
//! Sources: the e-commerce events of Segment's spec (which RudderStack takes over) and the parameters of GA4's
//! recommended events. What is a matter of one protocol alone stands with that protocol.

use std::borrow::Cow;

use model::event::{Column, ColumnValue};
use model::percent::percent_decoded;
use model::traffic::{CLICK_IDS, Page};
use serde_json::Value;
use url::Url;

use super::event::Draft;

/// A property's column and its rank among the words for that column, the best first.
pub(super) type Word = fn(&str) -> Option<(Column, u8)>;

/// Properties of e-commerce events.
pub(super) fn commerce(name: &str) -> Option<(Column, u8)> {
    Some(match name {
        "order_id" => (Column::OrderId, 0),
        "orderId" => (Column::OrderId, 1),
        "transaction_id" => (Column::OrderId, 2),
        "revenue" => (Column::Amount, 0),
        "total" => (Column::Amount, 1),
        "value" => (Column::Amount, 2),
        "amount" => (Column::Amount, 3),
        "currency" => (Column::Currency, 0),
        "quantity" => (Column::Quantity, 0),
        "product_id" => (Column::Product, 0),
        "productId" => (Column::Product, 1),
        "item_id" => (Column::Product, 2),
        "sku" => (Column::Product, 3),
        "category" => (Column::Category, 0),
        "item_category" => (Column::Category, 1),
        "product_category" => (Column::Category, 2),
        "campaign" => (Column::Campaign, 0),
        "utm_source" => (Column::UtmSource, 0),
        "utm_medium" => (Column::UtmMedium, 0),
        "utm_campaign" => (Column::UtmCampaign, 0),
        "utm_term" => (Column::UtmTerm, 0),
        "utm_content" => (Column::UtmContent, 0),
        "session_id" => (Column::SessionId, 0),
        "store_id" => (Column::Site, 0),
        "site" => (Column::Site, 1),
        "zone" => (Column::Zone, 0),
        "rating" => (Column::Score, 0),
        "score" => (Column::Score, 1),
        "review_body" => (Column::Text, 0),
        "error_message" => (Column::Error, 0),
        "error" => (Column::Error, 1),
        "duration_seconds" => (Column::DurationSeconds, 0),
        _ => return None,
    })
}

/// Whether a word for an amount says by itself that it is money. The others do where a currency, an order or a basket
/// stands beside them: `value` may be anything.
pub(super) fn is_money(rank: u8) -> bool {
    rank == 0
}

/// Fields of a campaign object.
pub(super) fn campaign_fields(name: &str) -> Option<(Column, u8)> {
    Some(match name {
        "source" => (Column::UtmSource, 0),
        "medium" => (Column::UtmMedium, 0),
        "name" => (Column::UtmCampaign, 0),
        "campaign" => (Column::UtmCampaign, 1),
        "term" => (Column::UtmTerm, 0),
        "content" => (Column::UtmContent, 0),
        _ => return None,
    })
}

/// Fields of a place on earth.
pub(super) fn location_fields(name: &str) -> Option<(Column, u8)> {
    Some(match name {
        "country" => (Column::Country, 0),
        "region" => (Column::Region, 0),
        "city" => (Column::City, 0),
        _ => return None,
    })
}

/// The page of an address: its path, with the fragment where that is what leads to the page (`#/cart`). Queries are
/// left out, as they would make a page of every visit; a path stays as it is.
pub(super) fn page(address: &str) -> Option<String> {
    let address = address.trim();
    match Url::parse(address) {
        Ok(url) if url.cannot_be_a_base() => None,
        Ok(url) => {
            let route = url.fragment().filter(|fragment| fragment.starts_with(['/', '!']));
            let route = route.map(|route| route.split_once('?').map_or(route, |(route, _)| route));
            let path = readable(url.path());
            Some(route.map_or_else(|| path.to_string(), |route| format!("{path}#{route}")))
        }
        Err(_) => {
            let path = address.split(['?', '#']).next().unwrap_or_default();
            (!path.is_empty()).then(|| path.to_owned())
        }
    }
}

/// The column that a parameter of a page's address is for.
pub(super) type Tag = fn(&str) -> Option<Column>;

/// The `utm_` parameters.
pub(super) fn utm(parameter: &str) -> Option<Column> {
    if parameter.starts_with("utm_") { Column::by_name(parameter) } else { None }
}

/// What the parameters of an address that name a campaign say; where it has none, what the click id of a platform says.
/// Of the address only the path becomes a column, so it is said here or nowhere.
pub(super) fn campaign(address: &str, tag: Tag) -> Vec<(Column, String)> {
    let tagged = tags(address, tag);
    if tagged.is_empty() { clicked(address) } else { tagged }
}

fn clicked(address: &str) -> Vec<(Column, String)> {
    let page = Page::read(address);
    let clicks = page.click_ids.iter().filter_map(|at| CLICK_IDS.get(*at));
    let Some(click) = clicks.clone().find(|click| click.paid).or_else(|| clicks.clone().next()) else {
        return Vec::new();
    };
    let medium = click.paid.then(|| (Column::UtmMedium, "cpc".to_owned()));
    std::iter::once((Column::UtmSource, click.source.to_owned())).chain(medium).collect()
}

fn tags(address: &str, tag: Tag) -> Vec<(Column, String)> {
    let Some((_, rest)) = address.split_once('?') else { return Vec::new() };
    let query = rest.split_once('#').map_or(rest, |(query, _)| query);
    url::form_urlencoded::parse(query.as_bytes())
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(name, value)| Some((tag(&name)?, value.into_owned())))
        .collect()
}

/// What follows from what a draft says already: the product of its only item; money that was paid back is negative.
pub(super) fn complete(draft: &mut Draft) {
    if let [only] = draft.items.as_slice() {
        let words = ["product_id", "productId", "item_id", "sku", "category", "item_category", "quantity"];
        let found: Vec<(Column, Value)> =
            words.iter().filter_map(|name| Some((commerce(name)?.0, only.get(*name)?.clone()))).collect();
        for (column, value) in found {
            draft.set(column, &value);
        }
    }
    let is_refund = matches!(draft.event.as_str(), "Order Refunded" | "order_refunded" | "refund" | "Refund");
    if let Some(ColumnValue::Number(amount)) = draft.columns.get_mut(&Column::Amount)
        && is_refund
    {
        *amount = -amount.abs();
    }
}

/// `/%E9%9E%8B` → `/鞋`, where it is text.
fn readable(path: &str) -> Cow<'_, str> {
    match percent_decoded(path) {
        Cow::Borrowed(_) => Cow::Borrowed(path),
        Cow::Owned(bytes) => String::from_utf8(bytes).map_or(Cow::Borrowed(path), Cow::Owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_addresss_page_is_its_path() {
        for (address, expected) in [
            ("https://shop.example/p/1?utm_source=x#top", Some("/p/1")),
            ("https://shop.example", Some("/")),
            ("https://shop.example/#/cart?step=2", Some("/#/cart")),
            ("https://shop.example/%E9%9E%8B", Some("/鞋")),
            ("https://shop.example/%ff", Some("/%ff")),
            ("/p/1?x=1", Some("/p/1")),
            ("pages/index/index", Some("pages/index/index")),
            ("about:blank", None),
            ("", None),
        ] {
            assert_eq!(page(address).as_deref(), expected, "{address}");
        }
        let campaign = |address| campaign(address, utm);
        let said =
            campaign("https://shop.example/?utm_source=wechat&utm_medium=&utm_campaign=618+%E5%A4%A7%E4%BF%83#x");
        assert_eq!(said, [(Column::UtmSource, "wechat".to_owned()), (Column::UtmCampaign, "618 大促".to_owned())]);
        let paid = [(Column::UtmSource, "google".to_owned()), (Column::UtmMedium, "cpc".to_owned())];
        assert_eq!(campaign("https://shop.example/?fbclid=a&gclid=b"), paid);
        assert_eq!(campaign("https://shop.example/?fbclid=a"), [(Column::UtmSource, "facebook".to_owned())]);
        assert_eq!(campaign("https://shop.example/?gclid="), []);
    }
}
