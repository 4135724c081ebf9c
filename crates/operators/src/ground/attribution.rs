//! The plan of an attribution: conversions, touches and what is credited, as one scan.

use folds::attribution::{self, Credited, Earlier};
use folds::limits::{ATTRIBUTION_TOUCHES_MAX, ATTRIBUTION_VALUES_MAX};
use model::event::{Column, ColumnType};
use model::period::{Period, Span};
use model::rule::{ColumnRef, ColumnTest, Condition, Op, Rule};
use serde_json::Value;

use super::{Ground, check};
use crate::error::{Error, Result};
use crate::finish::FinishSpec;
use crate::spec::{FacetSpec, FoldSpec, Labels, Masks};

/// What an attribution leaves open beside its scope.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributionAsk {
    /// Which events are conversions.
    pub conversion: Rule,
    /// The number column of a conversion that says what it was worth.
    pub value: Option<String>,
    /// Which events are touches. None: all but conversions.
    pub touches: Option<Rule>,
    /// Which touches are direct. None: none.
    pub direct: Option<Rule>,
    /// What is credited: `event`, `channel`, `traffic_group`, a text column or a property. Events that have none are no touches.
    pub credit: String,
    /// Values told apart; the rest is credited together. Empty: all names there are, of `event` and `channel`.
    pub values: Vec<String>,
    pub lookback: Span,
    /// How many touches of a conversion count, the newest. None: up to the limit.
    pub lookback_touches: Option<u32>,
    pub earlier: Earlier,
    pub half_life: Span,
}

impl Ground<'_> {
    /// Who earned the conversions that happen in the scope's period.
    ///
    /// # Errors
    /// When rules, columns or spans make no sense, or when too many values would be told apart.
    pub fn attribution(&self, ask: AttributionAsk) -> Result<FinishSpec> {
        check("conversion", &ask.conversion)?;
        for (path, rule) in [("touches", &ask.touches), ("direct", &ask.direct)] {
            rule.as_ref().map_or(Ok(()), |rule| check(path, rule))?;
        }
        let credit = credited(&ask.credit)?;
        let value = ask.value.as_deref().map(number).transpose()?;
        let values = match (&credit, ask.values.is_empty()) {
            (_, false) => ask.values,
            (ColumnRef::Event, true) => self.event_names.clone(),
            (ColumnRef::Channel, true) => self.channels.clone(),
            (_, true) => {
                let what =
                    format!("values: name those of `{}` to be told apart; the rest is credited together", ask.credit);
                return Err(Error::question(what));
            }
        };
        if values.len() > ATTRIBUTION_VALUES_MAX {
            let what = "name up to that many `values` to be told apart; the rest is credited together";
            return Err(Error::question(format!(
                "values: `{}` has {}, and credit is given to at most {ATTRIBUTION_VALUES_MAX}; {what}",
                ask.credit,
                values.len(),
            )));
        }
        // A touch is one only with something to credit.
        let has = Rule(vec![Condition {
            tests: vec![ColumnTest { column: ask.credit.clone(), op: Op::Exists, value: Value::Null }],
            ..Condition::default()
        }]);
        let touches = ask.touches.map_or_else(|| has.clone(), |rule| rule.and(&has));
        let by_label = credit == ColumnRef::Event;
        let mut spec = self.plan(FoldSpec::Attribution(attribution::Config {
            values: values.len(),
            credited: if by_label { Credited::Label } else { Credited::Facet(0) },
            lookback_us: ask.lookback.us,
            touches: ask.lookback_touches.map_or(ATTRIBUTION_TOUCHES_MAX, |most| most as usize),
            earlier: ask.earlier,
            period: self.scope.entry,
            half_life_us: ask.half_life.us,
            as_of_us: self.as_of_us,
        }));
        // The period is one of conversions, not of subjects: those who came before it convert in it.
        spec.scan.entry = Period::default();
        spec.scan.value = value;
        spec.scan.masks = Masks::Rules([ask.conversion, touches].into_iter().chain(ask.direct).collect());
        if by_label {
            spec.scan.labels = Labels::EventNames(values.clone());
        } else {
            spec.scan.facets = vec![FacetSpec { dimension: ask.credit, values: values.clone() }];
        }
        spec.output.labels = values;
        Ok(spec)
    }
}

/// The column that is credited.
///
/// # Errors
/// When it is none of a touch: numbers, and traits, which are the same for all of a customer's touches.
pub fn credited(name: &str) -> Result<ColumnRef> {
    match ColumnRef::parse(name) {
        Some(column @ (ColumnRef::Event | ColumnRef::Channel | ColumnRef::TrafficGroup | ColumnRef::Prop(_))) => {
            Ok(column)
        }
        Some(ColumnRef::Typed(column)) if column.column_type() == ColumnType::Text => Ok(ColumnRef::Typed(column)),
        _ => Err(Error::question(format!(
            "credit: `{name}` is nothing a touch can be told by; use event, channel, traffic_group, a text column such as utm_source, or props.…"
        ))),
    }
}

/// A column of numbers.
fn number(name: &str) -> Result<Column> {
    Column::by_name(name).filter(|column| column.column_type() == ColumnType::Number).ok_or_else(|| {
        Error::question(format!("value: there is no column of numbers called `{name}`; use one such as amount"))
    })
}
