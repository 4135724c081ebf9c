//! What reference tables add to pains: margin, running cost, and what the stock said. Each names its source, or says
//! which table is missing.
//!
//! *Margin*: the goal's events of the period are asked what they sold ([`operators::sales`]); each product's margin is a
//! share of its price in the catalogue in force when the question is asked, found by sku, else by name, else as the
//! mean of its category. The average, weighted by value, is taken of the money lost.
//!
//! *Running cost*: what a channel cost on the pain's days, or the hours of a site's staff, per 30 days.
//!
//! *Stock*: how often the site's counts on the pain's days were nothing or little.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use lake::Snapshot;
use model::journey::Journey;
use model::pain::{Margin, MarginMissing, Money, Pain, RunningCost, RunningCostMissing, StockEvidence};
use model::reference::{ReferenceSource, Row, TableKind, Version};
use model::signal::SignalKind;
use operators::sales::{Product, Sold, sold};
use operators::{Control, Engine};

use super::statistics::scaled;
use crate::error::Result;

/// A catalogue that knows less than this share of what was sold tells nothing of the rest.
const COVERED_MIN: f64 = 0.5;

/// Of a product's highest count at a site, little is at most this share.
const LOW: f64 = 0.1;

const MONTH_DAYS: f64 = 30.0;

/// Where reference tables are looked up for the pains of one question.
pub(super) struct References<'a> {
    pub engine: &'a Engine,
    pub snapshot: &'a Arc<Snapshot>,
    pub control: &'a Control,
    pub journey: &'a Journey,
    pub currency: Option<&'a str>,
    pub zone: Tz,
    /// The period that was looked at, both inclusive, UTC microseconds.
    pub period_us: (i64, i64),
}

/// Says of each pain that the tables, which are of the whole workspace, are not the asker's to see.
pub(super) fn leave_out(pains: &mut [Pain]) {
    for pain in pains {
        pain.margin_lost = Margin::Missing { why: MarginMissing::Limited };
        pain.running_cost = RunningCost::Missing { why: RunningCostMissing::Limited };
    }
}

impl References<'_> {
    /// Adds what the tables say to each pain.
    pub(super) async fn add(&self, pains: &mut [Pain]) -> Result<()> {
        let share = match pains.iter().any(|pain| matches!(pain.money, Money::PerMonth { .. })) {
            true => self.margin_share().await?,
            false => Err(MarginMissing::NoMoney),
        };
        for pain in pains {
            pain.margin_lost = margin(&pain.money, &share);
            let days = self.days((pain.from_us, pain.to_us));
            pain.running_cost = match pain.facet.as_ref().map(|facet| (facet.dimension.as_str(), facet.value.as_str()))
            {
                Some(("channel", channel)) => self.channel_cost(channel, days).await?,
                Some(("site", site)) => self.staff_cost(site, days).await?,
                _ => RunningCost::Missing { why: RunningCostMissing::NotOnePlace },
            };
            let site = pain.facet.as_ref().filter(|facet| facet.dimension == "site").map(|facet| facet.value.clone());
            for cause in pain.causes.iter_mut().filter(|cause| cause.kind == SignalKind::OutOfStock) {
                cause.stock = self.stock(site.as_deref(), days).await?;
            }
        }
        Ok(())
    }

    fn day(&self, time_us: i64) -> NaiveDate {
        chrono::DateTime::from_timestamp_micros(time_us).unwrap_or_default().with_timezone(&self.zone).date_naive()
    }

    /// The days of a stretch, both inclusive; its end is the first moment after it.
    fn days(&self, (from_us, to_us): (i64, i64)) -> (NaiveDate, NaiveDate) {
        (self.day(from_us), self.day(to_us.saturating_sub(1).max(from_us)))
    }

    /// The average share of the price that is margin, over what was sold.
    async fn margin_share(&self) -> Result<std::result::Result<Share, MarginMissing>> {
        let day = self.day(self.period_us.1);
        let table = self.snapshot.reference(TableKind::Catalogue).await?;
        let Some(version) = table.version_on(day).cloned() else { return Ok(Err(MarginMissing::NoCatalogue)) };
        if let (Some(of_catalogue), Some(of_goal)) = (version.currency.as_deref(), self.currency)
            && of_catalogue != of_goal
        {
            return Ok(Err(MarginMissing::OtherCurrency));
        }
        let mut rates = Rates::default();
        table.each((day, day), |_, _, row| rates.add(row)).await?;
        if rates.by_sku.is_empty() {
            return Ok(Err(MarginMissing::CatalogueWithoutMargin));
        }
        let sold = sold(self.engine, self.snapshot, self.journey, self.period_us, self.control).await?;
        Ok(rates.share(&sold, &version))
    }

    async fn channel_cost(&self, channel: &str, days: (NaiveDate, NaiveDate)) -> Result<RunningCost> {
        let table = self.snapshot.reference(TableKind::ChannelCosts).await?;
        let mut spent = Spent::default();
        table
            .each(days, |version, (from, to), row| {
                let kind = TableKind::ChannelCosts;
                spent.seen = true;
                // What is spread over days without end is nothing a day.
                if let (Some(cost), (Some(first), Some(last))) = (row.number(kind, "cost"), row.days(kind))
                    && row.text(kind, "channel") == Some(channel)
                {
                    let here = count(from, to);
                    spent.amount += cost * here / count(first, last);
                    spent.days += here;
                    spent.note(version);
                }
            })
            .await?;
        Ok(match spent.version {
            Some(version) if spent.days > 0.0 => RunningCost::Channel {
                channel: channel.to_owned(),
                amount: spent.amount / spent.days * MONTH_DAYS,
                currency: version.currency.clone(),
                source: ReferenceSource::from(&version),
            },
            _ if spent.seen => RunningCost::Missing { why: RunningCostMissing::NotListed },
            _ => RunningCost::Missing { why: RunningCostMissing::NoChannelCosts },
        })
    }

    async fn staff_cost(&self, site: &str, days: (NaiveDate, NaiveDate)) -> Result<RunningCost> {
        let table = self.snapshot.reference(TableKind::Rosters).await?;
        let (mut spent, mut hours, mut all_paid) = (Spent::default(), 0.0, true);
        let mut on = std::collections::BTreeSet::new();
        table
            .each(days, |version, (day, _), row| {
                let kind = TableKind::Rosters;
                spent.seen = true;
                if row.text(kind, "site") != Some(site) {
                    return;
                }
                let Some(shift) = shift_hours(row).and_then(|shift| Some(shift * row.number(kind, "staff")?)) else {
                    return;
                };
                hours += shift;
                match row.number(kind, "hourly_cost") {
                    Some(cost) => spent.amount += shift * cost,
                    None => all_paid = false,
                }
                on.insert(day);
                spent.note(version);
            })
            .await?;
        let month = MONTH_DAYS / (on.len().max(1) as f64);
        Ok(match spent.version {
            Some(version) => RunningCost::Staff {
                site: site.to_owned(),
                hours: hours * month,
                amount: all_paid.then_some(spent.amount * month),
                currency: version.currency.clone(),
                source: ReferenceSource::from(&version),
            },
            None if spent.seen => RunningCost::Missing { why: RunningCostMissing::NotListed },
            None => RunningCost::Missing { why: RunningCostMissing::NoRosters },
        })
    }

    /// None: no table of stock covers the site on these days.
    async fn stock(&self, site: Option<&str>, days: (NaiveDate, NaiveDate)) -> Result<Option<StockEvidence>> {
        let table = self.snapshot.reference(TableKind::Stock).await?;
        let kind = TableKind::Stock;
        // Counts of one site; those of all sites together tell of each.
        let here = |row: &Row| site.is_none() || row.text(kind, "site").is_none_or(|of| Some(of) == site);
        let key = |row: &Row| {
            let of = |name: &str| row.text(kind, name).unwrap_or_default().to_owned();
            (of("sku"), of("site"))
        };
        let mut highest: BTreeMap<(String, String), f64> = BTreeMap::new();
        table
            .each(days, |_, _, row| {
                if here(row) {
                    let most = highest.entry(key(row)).or_default();
                    *most = most.max(row.number(kind, "quantity").unwrap_or(0.0));
                }
            })
            .await?;
        let (mut counts, mut empty, mut low, mut last) = (0, 0, 0, None::<Version>);
        let mut of_site = true;
        table
            .each(days, |version, _, row| {
                if !here(row) {
                    return;
                }
                let quantity = row.number(kind, "quantity").unwrap_or(0.0);
                let most = highest.get(&key(row)).copied().unwrap_or(0.0);
                counts += 1;
                of_site &= row.text(kind, "site").is_some();
                if quantity <= 0.0 {
                    empty += 1;
                } else if quantity <= LOW * most {
                    low += 1;
                }
                if last.as_ref().is_none_or(|last| last.version < version.version) {
                    last = Some(version.clone());
                }
            })
            .await?;
        let site = site.filter(|_| of_site).map(str::to_owned);
        Ok(last.map(|version| StockEvidence { counts, empty, low, site, source: ReferenceSource::from(&version) }))
    }
}

/// Days from one to another, both inclusive.
fn count(from: NaiveDate, to: NaiveDate) -> f64 {
    ((to - from).num_days() + 1).max(1) as f64
}

fn shift_hours(row: &Row) -> Option<f64> {
    let at = |name: &str| NaiveTime::parse_from_str(row.text(TableKind::Rosters, name)?, "%H:%M").ok();
    let minutes = (at("end")? - at("start")?).num_minutes();
    // Over midnight.
    let minutes = if minutes <= 0 { minutes + 24 * 60 } else { minutes };
    Some(minutes as f64 / 60.0)
}

/// A sum over days, and the newest version that had a part in it.
#[derive(Debug, Default)]
struct Spent {
    amount: f64,
    days: f64,
    version: Option<Version>,
    /// Whether the table says anything at all of these days.
    seen: bool,
}

impl Spent {
    fn note(&mut self, version: &Version) {
        if self.version.as_ref().is_none_or(|known| known.version < version.version) {
            self.version = Some(version.clone());
        }
    }
}

/// An average margin.
#[derive(Debug, Clone, PartialEq)]
struct Share {
    rate: f64,
    covered: f64,
    source: ReferenceSource,
}

/// Margins as shares of the price.
#[derive(Debug, Default)]
struct Rates {
    by_sku: BTreeMap<String, f64>,
    by_name: BTreeMap<String, f64>,
    /// Sum and number of products.
    by_category: BTreeMap<String, (f64, u32)>,
}

impl Rates {
    fn add(&mut self, row: &Row) {
        let kind = TableKind::Catalogue;
        let rate = match (row.number(kind, "price"), row.number(kind, "margin")) {
            (Some(price), Some(margin)) if price > 0.0 => margin / price,
            _ => return,
        };
        let keep = |name: &str, rates: &mut BTreeMap<String, f64>| {
            if let Some(text) = row.text(kind, name) {
                rates.insert(text.to_owned(), rate);
            }
        };
        keep("sku", &mut self.by_sku);
        keep("name", &mut self.by_name);
        if let Some(category) = row.text(kind, "category") {
            let (sum, count) = self.by_category.entry(category.to_owned()).or_default();
            (*sum, *count) = (*sum + rate, *count + 1);
        }
    }

    fn of(&self, product: &Product) -> Option<f64> {
        let by_product = product.product.as_ref().and_then(|id| self.by_sku.get(id).or_else(|| self.by_name.get(id)));
        let by_category = || {
            let (sum, count) = self.by_category.get(product.category.as_ref()?)?;
            Some(sum / f64::from(*count))
        };
        by_product.copied().or_else(by_category)
    }

    fn share(&self, sold: &Sold, version: &Version) -> std::result::Result<Share, MarginMissing> {
        let (mut total, mut known, mut margin) = (0.0, 0.0, 0.0);
        // In a fixed order, so that the same question has the same answer to the last digit.
        let mut products: Vec<_> = sold.value.iter().collect();
        products.sort_by(|a, b| (&a.0.product, &a.0.category).cmp(&(&b.0.product, &b.0.category)));
        for (product, value) in products {
            total += value;
            if let Some(rate) = self.of(product) {
                known += value;
                margin += value * rate;
            }
        }
        let covered = if total > 0.0 { known / total } else { 0.0 };
        if covered < COVERED_MIN {
            return Err(MarginMissing::ItemsNotCovered);
        }
        Ok(Share { rate: margin / known, covered, source: ReferenceSource::from(version) })
    }
}

fn margin(money: &Money, share: &std::result::Result<Share, MarginMissing>) -> Margin {
    match (money, share) {
        (Money::Missing { .. }, _) => Margin::Missing { why: MarginMissing::NoMoney },
        (Money::PerMonth { .. }, Err(why)) => Margin::Missing { why: *why },
        (Money::PerMonth { amount, currency, .. }, Ok(Share { rate, covered, source })) => Margin::PerMonth {
            amount: scaled(*amount, *rate),
            currency: currency.clone(),
            rate: *rate,
            covered: *covered,
            source: source.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use model::reference::Cell;

    use super::*;

    fn item(sku: &str, category: &str, price: f64, cost: f64) -> Row {
        let text = |text: &str| Some(Cell::Text(text.into()));
        let money = |value: f64| Some(Cell::Number(value));
        let mut row = Row(vec![text(sku), None, text(category), money(price), money(cost), None, None, None]);
        row.settle(TableKind::Catalogue, NaiveDate::default()).unwrap();
        row
    }

    fn version() -> Version {
        Version {
            table: TableKind::Catalogue,
            version: 3,
            valid_from: NaiveDate::default(),
            source: "ERP".into(),
            file: String::new(),
            currency: None,
            imported_at_us: 0,
            rows: 2,
            rejected: 0,
        }
    }

    fn sold(of: &[(Option<&str>, Option<&str>, f64)]) -> Sold {
        let mut sold = Sold::default();
        for (product, category, value) in of {
            let [product, category] = [product, category].map(|text| text.map(str::to_owned));
            sold.value.insert(Product { product, category }, *value);
        }
        sold
    }

    #[test]
    fn margins_are_weighted_by_what_was_sold() {
        let mut rates = Rates::default();
        // 50 % and 20 %; the category's mean is 35 %.
        rates.add(&item("a", "bed", 100.0, 50.0));
        rates.add(&item("b", "bed", 100.0, 80.0));
        let share = rates.share(&sold(&[(Some("a"), None, 300.0), (Some("b"), None, 100.0)]), &version()).unwrap();
        assert!((share.rate - 0.425).abs() < 1e-12, "{share:?}");
        assert_eq!((share.covered, share.source.version), (1.0, 3));
        let by_category = rates.share(&sold(&[(Some("?"), Some("bed"), 10.0)]), &version()).unwrap();
        assert!((by_category.rate - 0.35).abs() < 1e-12);
        // A third is known: that tells nothing of the rest.
        let third = sold(&[(Some("a"), None, 10.0), (Some("?"), None, 20.0)]);
        assert_eq!(rates.share(&third, &version()), Err(MarginMissing::ItemsNotCovered));
        assert_eq!(rates.share(&Sold::default(), &version()), Err(MarginMissing::ItemsNotCovered));
    }

    #[test]
    fn shifts_over_midnight_end_the_next_day() {
        let text = |text: &str| Some(Cell::Text(text.into()));
        let shift = |start: &str, end: &str| {
            shift_hours(&Row(vec![
                text("x"),
                None,
                None,
                text(start),
                text(end),
                Some(Cell::Number(1.0)),
                None,
                None,
                None,
            ]))
        };
        assert_eq!(shift("09:30", "16:00"), Some(6.5));
        assert_eq!(shift("22:00", "06:00"), Some(8.0));
        assert_eq!(shift("soon", "06:00"), None);
    }
}
