//! Which customers an SQL filter leaves: so that a question about one of them reads one bucket, not all.

use std::collections::BTreeSet;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use lake::Shard;
use lake::schema::{BUCKET, CUSTOMER};
use model::identity::CustomerId;
use model::limits::BUCKETS;

/// What filters say of customers. `None`: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub customers: Option<BTreeSet<i64>>,
    pub buckets: Option<BTreeSet<u32>>,
}

impl Wanted {
    /// Reads filters, all of which hold. What is not understood is left to the engine.
    pub(crate) fn of<'a>(filters: impl IntoIterator<Item = &'a Expr>) -> Wanted {
        let mut wanted = Wanted::default();
        for filter in filters {
            wanted.add(filter);
        }
        if let Some(customers) = &wanted.customers {
            let buckets = customers.iter().map(|customer| CustomerId(*customer).bucket() as u32).collect();
            narrow(&mut wanted.buckets, buckets);
        }
        wanted
    }

    /// Whether a filter says anything of use here.
    pub(crate) fn understands(filter: &Expr) -> bool {
        Wanted::of([filter]) != Wanted::default()
    }

    /// The shards that hold what is wanted.
    pub(crate) fn shards(&self, all: Vec<Shard>) -> Vec<Shard> {
        match (&self.buckets, &self.customers) {
            (None, _) => all,
            // A few customers: their buckets alone are planned and read.
            (Some(buckets), Some(_)) => buckets.iter().map(|bucket| Shard { lo: *bucket, hi: bucket + 1 }).collect(),
            (Some(buckets), None) => {
                all.into_iter().filter(|shard| buckets.range(shard.lo..shard.hi).next().is_some()).collect()
            }
        }
    }

    fn add(&mut self, filter: &Expr) {
        match filter {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => {
                self.add(left);
                self.add(right);
            }
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => {
                let sides = column(left).zip(number(right)).or_else(|| column(right).zip(number(left)));
                if let Some((name, value)) = sides {
                    self.narrow(name, [value]);
                }
            }
            Expr::InList(list) if !list.negated => {
                let values: Option<Vec<i64>> = list.list.iter().map(number).collect();
                if let Some((name, values)) = column(&list.expr).zip(values) {
                    self.narrow(name, values);
                }
            }
            _ => {}
        }
    }

    fn narrow(&mut self, name: &str, values: impl IntoIterator<Item = i64>) {
        match name {
            CUSTOMER => narrow(&mut self.customers, values.into_iter().collect()),
            BUCKET => {
                let buckets = values.into_iter().filter_map(|value| u32::try_from(value).ok());
                narrow(&mut self.buckets, buckets.filter(|bucket| *bucket < BUCKETS).collect());
            }
            _ => {}
        }
    }
}

fn narrow<T: Ord + Copy>(known: &mut Option<BTreeSet<T>>, more: BTreeSet<T>) {
    *known = Some(match known {
        Some(known) => known.intersection(&more).copied().collect(),
        None => more,
    });
}

fn column(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Column(column) => Some(column.name.as_str()),
        _ => None,
    }
}

fn number(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Literal(ScalarValue::Int64(value), _) => *value,
        Expr::Literal(ScalarValue::Int32(value), _) => value.map(i64::from),
        Expr::Literal(ScalarValue::UInt64(value), _) => value.and_then(|value| i64::try_from(value).ok()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::prelude::{col, lit};

    use super::*;

    #[test]
    fn filters_narrow_to_buckets_and_never_beyond_what_they_say() {
        let bucket = |customer: i64| CustomerId(customer).bucket() as u32;
        let one = Wanted::of([&col("customer").eq(lit(7i64))]);
        assert_eq!(one.customers, Some(BTreeSet::from([7])));
        assert_eq!(one.shards(vec![Shard::ALL]), [Shard { lo: bucket(7), hi: bucket(7) + 1 }]);
        let list = col("customer").in_list(vec![lit(7i64), lit(8i64)], false);
        let both = Wanted::of([&list.clone().and(lit(8i64).eq(col("customer")))]);
        assert_eq!(both.customers, Some(BTreeSet::from([8])));
        assert_eq!(Wanted::of([&list, &col("customer").eq(lit(9i64))]).shards(vec![Shard::ALL]), []);
        for other in [
            col("customer").eq(lit(7i64)).or(col("seq").eq(lit(1i64))),
            col("customer").in_list(vec![lit(7i64)], true),
            col("customer").not_eq(lit(7i64)),
            col("seq").eq(lit(1i64)),
        ] {
            assert!(!Wanted::understands(&other), "{other}");
        }
        let halves = vec![Shard { lo: 0, hi: 128 }, Shard { lo: 128, hi: 256 }];
        assert_eq!(Wanted::of([&col("bucket").eq(lit(130i32))]).shards(halves), [Shard { lo: 128, hi: 256 }]);
    }
}
