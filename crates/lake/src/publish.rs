//! The identity tables: the log of edges, and the published view profile → customer that is also the register
//! of identifiers.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, StringBuilder, StringDictionaryBuilder,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use model::identity::{Identifier, IdentityEdge, ProfileId, Strength};
use model::stitching::Decision;
use object_store::ObjectStore;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::data_file::times;
use crate::delta::TableFile;
use crate::error::{Error, Result};
use crate::identity::{IdentityGraph, policy_of, policy_text};
use crate::reader::read_table;
use crate::register::Register;
use crate::schema::{EDGES_SCHEMA, IDENTITY, IDENTITY_EDGES, IDENTITY_SCHEMA};

/// An edge as log records hold it. Part of the stored format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredEdge {
    /// None: an unlink.
    what: Option<What>,
    a: i64,
    b: i64,
    source: String,
    /// Of a policy: itself, as JSON.
    reason: String,
    time_us: i64,
}

/// What a line of the log is but for an unlink. Stored by position: new ones are added at the end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum What {
    LinkWeak,
    LinkObserved,
    LinkAsserted,
    LinkDecided,
    SeenWeak,
    SeenObserved,
    SeenAsserted,
    SeenDecided,
    Withhold,
    Join,
    KeepApart,
    Block,
    Undo,
    PolicyBegun,
    PolicySettled,
}

/// The words of the columns `kind` and `strength`. A reader who knows `link` and `unlink`, and that the last of those
/// about a pair holds, knows who is who: what is withheld ends its links as an unlink does.
const WORDS: &[(Option<What>, &str, Option<&str>)] = &[
    (None, "unlink", None),
    (Some(What::LinkWeak), "link", Some("weak")),
    (Some(What::LinkObserved), "link", Some("observed")),
    (Some(What::LinkAsserted), "link", Some("asserted")),
    (Some(What::LinkDecided), "link", Some("decided")),
    (Some(What::SeenWeak), "seen", Some("weak")),
    (Some(What::SeenObserved), "seen", Some("observed")),
    (Some(What::SeenAsserted), "seen", Some("asserted")),
    (Some(What::SeenDecided), "seen", Some("decided")),
    (Some(What::Withhold), "unlink", Some("withheld")),
    (Some(What::Join), "join", None),
    (Some(What::KeepApart), "keep_apart", None),
    (Some(What::Block), "block", None),
    (Some(What::Undo), "undo", None),
    (Some(What::PolicyBegun), "policy", Some("begun")),
    (Some(What::PolicySettled), "policy", Some("settled")),
];

fn words(what: Option<What>) -> (&'static str, Option<&'static str>) {
    WORDS.iter().find(|(of, ..)| *of == what).map_or(("unlink", None), |(_, kind, strength)| (*kind, *strength))
}

fn linked(strength: Strength) -> What {
    match strength {
        Strength::Weak => What::LinkWeak,
        Strength::Observed => What::LinkObserved,
        Strength::Asserted => What::LinkAsserted,
        Strength::Decided => What::LinkDecided,
    }
}

fn seen(strength: Strength) -> What {
    match strength {
        Strength::Weak => What::SeenWeak,
        Strength::Observed => What::SeenObserved,
        Strength::Asserted => What::SeenAsserted,
        Strength::Decided => What::SeenDecided,
    }
}

impl From<&IdentityEdge> for StoredEdge {
    fn from(edge: &IdentityEdge) -> Self {
        let (what, a, b, source, reason, time_us) = match edge.clone() {
            IdentityEdge::Link { a, b, strength, source, reason, time_us } => {
                (Some(linked(strength)), a, b, source, reason, time_us)
            }
            IdentityEdge::Seen { a, b, strength, source, reason, time_us } => {
                (Some(seen(strength)), a, b, source, reason, time_us)
            }
            IdentityEdge::Unlink { a, b, source, reason, time_us } => (None, a, b, source, reason, time_us),
            IdentityEdge::Withhold { a, b, source, reason, time_us } => {
                (Some(What::Withhold), a, b, source, reason, time_us)
            }
            IdentityEdge::Decision { a, b, decision, source, reason, time_us } => {
                let what = match decision {
                    Decision::Join => What::Join,
                    Decision::KeepApart => What::KeepApart,
                    Decision::Block => What::Block,
                    Decision::Undo => What::Undo,
                };
                (Some(what), a, b, source, reason, time_us)
            }
            IdentityEdge::Policy { policy, settled, source, time_us } => {
                let what = if settled { What::PolicySettled } else { What::PolicyBegun };
                (Some(what), ProfileId(0), ProfileId(0), source, policy_text(&policy), time_us)
            }
        };
        StoredEdge { what, a: a.0, b: b.0, source, reason, time_us }
    }
}

impl From<&StoredEdge> for IdentityEdge {
    fn from(edge: &StoredEdge) -> Self {
        let (a, b) = (ProfileId(edge.a), ProfileId(edge.b));
        let (source, reason, time_us) = (edge.source.clone(), edge.reason.clone(), edge.time_us);
        let link = |strength, source, reason| IdentityEdge::Link { a, b, strength, source, reason, time_us };
        let seen = |strength, source, reason| IdentityEdge::Seen { a, b, strength, source, reason, time_us };
        let decided = |decision, source, reason| IdentityEdge::Decision { a, b, decision, source, reason, time_us };
        match edge.what {
            None => IdentityEdge::Unlink { a, b, source, reason, time_us },
            Some(What::Withhold) => IdentityEdge::Withhold { a, b, source, reason, time_us },
            Some(What::LinkWeak) => link(Strength::Weak, source, reason),
            Some(What::LinkObserved) => link(Strength::Observed, source, reason),
            Some(What::LinkAsserted) => link(Strength::Asserted, source, reason),
            Some(What::LinkDecided) => link(Strength::Decided, source, reason),
            Some(What::SeenWeak) => seen(Strength::Weak, source, reason),
            Some(What::SeenObserved) => seen(Strength::Observed, source, reason),
            Some(What::SeenAsserted) => seen(Strength::Asserted, source, reason),
            Some(What::SeenDecided) => seen(Strength::Decided, source, reason),
            Some(What::Join) => decided(Decision::Join, source, reason),
            Some(What::KeepApart) => decided(Decision::KeepApart, source, reason),
            Some(What::Block) => decided(Decision::Block, source, reason),
            Some(What::Undo) => decided(Decision::Undo, source, reason),
            Some(what @ (What::PolicyBegun | What::PolicySettled)) => IdentityEdge::Policy {
                policy: policy_of(&reason).unwrap_or_default(),
                settled: what == What::PolicySettled,
                source,
                time_us,
            },
        }
    }
}

fn dictionary<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    let mut builder = StringDictionaryBuilder::<Int32Type>::new();
    for value in values {
        builder.append_option(value);
    }
    Arc::new(builder.finish())
}

/// Rows of `identity_edges` for edges whose first has the number `first`.
pub(crate) fn edges_batch(first: u64, edges: &[StoredEdge]) -> Result<RecordBatch> {
    let long =
        |value: fn(&StoredEdge) -> i64| Arc::new(Int64Array::from_iter_values(edges.iter().map(value))) as ArrayRef;
    let kind = edges.iter().map(|edge| Some(words(edge.what).0));
    Ok(RecordBatch::try_new(
        EDGES_SCHEMA.clone(),
        vec![
            Arc::new(Int64Array::from_iter_values((0..edges.len() as i64).map(|n| first as i64 + n))),
            dictionary(kind),
            long(|edge| edge.a),
            long(|edge| edge.b),
            dictionary(edges.iter().map(|edge| words(edge.what).1)),
            dictionary(edges.iter().map(|edge| Some(edge.source.as_str()))),
            dictionary(edges.iter().map(|edge| Some(edge.reason.as_str()))),
            Arc::new(
                TimestampMicrosecondArray::from_iter_values(edges.iter().map(|edge| edge.time_us)).with_timezone("UTC"),
            ),
        ],
    )?)
}

/// The edges of the table in order. An error where one is missing or there twice.
pub(crate) async fn read_edges(store: &Arc<dyn ObjectStore>, files: &[TableFile]) -> Result<Vec<IdentityEdge>> {
    let mut numbered = Vec::new();
    for batch in read_table(store, IDENTITY_EDGES, files, &EDGES_SCHEMA).await? {
        let long = |column: usize| batch.column(column).as_primitive::<Int64Type>();
        let text = |column: usize| arrow::compute::cast(batch.column(column), &DataType::Utf8);
        let (kinds, strengths, sources, reasons) = (text(1)?, text(4)?, text(5)?, text(6)?);
        let (kinds, strengths) = (kinds.as_string::<i32>(), strengths.as_string::<i32>());
        let (sources, reasons) = (sources.as_string::<i32>(), reasons.as_string::<i32>());
        let times = times(batch.column(7));
        for (row, time_us) in times.iter().copied().enumerate() {
            let (kind, strength) = (kinds.value(row), strengths.is_valid(row).then(|| strengths.value(row)));
            let known = WORDS.iter().find(|(_, a, b)| (*a, *b) == (kind, strength));
            let (what, ..) = known.ok_or_else(|| {
                let strength = strength.unwrap_or("none");
                Error::corrupt(IDENTITY_EDGES, format!("this release knows no line `{kind}` of strength `{strength}`"))
            })?;
            let edge = StoredEdge {
                what: *what,
                a: long(2).value(row),
                b: long(3).value(row),
                source: sources.value(row).to_owned(),
                reason: reasons.value(row).to_owned(),
                time_us,
            };
            if kind == "policy" && policy_of(&edge.reason).is_none() {
                return Err(Error::corrupt(IDENTITY_EDGES, "a stitching policy cannot be read"));
            }
            numbered.push((long(0).value(row), IdentityEdge::from(&edge)));
        }
    }
    numbered.sort_by_key(|(number, _)| *number);
    for (at, (number, _)) in numbered.iter().enumerate() {
        if *number != at as i64 + 1 {
            return Err(Error::corrupt(IDENTITY_EDGES, format!("edge {} is missing or there twice", at + 1)));
        }
    }
    Ok(numbered.into_iter().map(|(_, edge)| edge).collect())
}

/// Rows of `identity` for newly registered profiles.
pub(crate) fn registered_batch(registered: &[(i64, Identifier)], graph: &IdentityGraph) -> Result<RecordBatch> {
    let mut sorted: Vec<&(i64, Identifier)> = registered.iter().collect();
    sorted.sort_by_key(|(profile, _)| *profile);
    let customers = sorted.iter().map(|(profile, _)| graph.customer(ProfileId(*profile)).0);
    Ok(RecordBatch::try_new(
        IDENTITY_SCHEMA.clone(),
        vec![
            Arc::new(Int64Array::from_iter_values(sorted.iter().map(|(profile, _)| *profile))),
            Arc::new(Int64Array::from_iter_values(customers)),
            dictionary(sorted.iter().map(|(_, identifier)| Some(identifier.namespace.as_str()))),
            Arc::new(StringArray::from_iter_values(sorted.iter().map(|(_, identifier)| &identifier.value))),
        ],
    )?)
}

/// The whole of `identity` anew: every registered profile, and those that only edges name, each once with its
/// customer in `graph`.
pub(crate) fn identity_batch(published: &[RecordBatch], graph: &IdentityGraph) -> Result<RecordBatch> {
    let mut rows: Vec<(i64, Option<(String, String)>)> = Vec::new();
    let mut known = FxHashSet::default();
    for batch in published {
        each_registered(batch, |profile, identifier| {
            if let Some((namespace, value)) = identifier
                && known.insert(profile)
            {
                rows.push((profile, Some((namespace.to_owned(), value.to_owned()))));
            }
        })?;
    }
    rows.extend(
        graph.resolved().into_iter().filter(|(profile, _)| !known.contains(&profile.0)).map(|(p, _)| (p.0, None)),
    );
    rows.sort_unstable_by_key(|(profile, _)| *profile);
    let mut values = StringBuilder::new();
    for (_, identifier) in &rows {
        values.append_option(identifier.as_ref().map(|(_, value)| value));
    }
    let customers = rows.iter().map(|(profile, _)| graph.customer(ProfileId(*profile)).0);
    Ok(RecordBatch::try_new(
        IDENTITY_SCHEMA.clone(),
        vec![
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|(profile, _)| *profile))),
            Arc::new(Int64Array::from_iter_values(customers)),
            dictionary(rows.iter().map(|(_, identifier)| identifier.as_ref().map(|(namespace, _)| namespace.as_str()))),
            Arc::new(values.finish()),
        ],
    )?)
}

/// Calls `row(profile, (namespace, value))` for each row of `identity`.
pub(crate) fn each_registered<'a>(
    batch: &'a RecordBatch,
    mut row: impl FnMut(i64, Option<(&'a str, &'a str)>),
) -> Result<()> {
    let profiles = batch.column(0).as_primitive::<Int64Type>();
    let namespaces = batch.column(2).as_dictionary::<Int32Type>();
    let names = namespaces.values().as_string::<i32>();
    let values = batch.column(3).as_string::<i32>();
    for i in 0..batch.num_rows() {
        let identifier = (namespaces.is_valid(i) && values.is_valid(i))
            .then(|| (names.value(namespaces.keys().value(i) as usize), values.value(i)));
        row(profiles.value(i), identifier);
    }
    Ok(())
}

/// Profiles of `identity` that only edges have named.
pub(crate) fn unnamed(batch: &RecordBatch) -> Result<FxHashSet<i64>> {
    let mut unnamed = FxHashSet::default();
    each_registered(batch, |profile, identifier| {
        if identifier.is_none() {
            unnamed.insert(profile);
        }
    })?;
    Ok(unnamed)
}

/// The register as the table has it.
pub(crate) async fn read_register(store: &Arc<dyn ObjectStore>, files: &[TableFile]) -> Result<Register> {
    let mut register = Register::default();
    let mut unnamed = FxHashSet::default();
    for batch in read_table(store, IDENTITY, files, &IDENTITY_SCHEMA).await? {
        each_registered(&batch, |profile, identifier| {
            if let Some((namespace, value)) = identifier {
                register.load(profile, namespace, value);
            }
        })?;
        unnamed.extend(self::unnamed(&batch)?);
    }
    register.set_unnamed(unnamed);
    Ok(register)
}

/// The customer each profile has in the published table.
pub(crate) fn each_published(batch: &RecordBatch) -> impl Iterator<Item = (i64, i64)> + '_ {
    let profiles = batch.column(0).as_primitive::<Int64Type>();
    let customers = batch.column(1).as_primitive::<Int64Type>();
    (0..batch.num_rows()).map(|row| (profiles.value(row), customers.value(row)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As releases before the stitching policy wrote them.
    #[derive(Serialize)]
    struct Earlier {
        strength: Option<EarlierStrength>,
        a: i64,
        b: i64,
        source: String,
        reason: String,
        time_us: i64,
    }

    #[derive(Serialize)]
    enum EarlierStrength {
        Weak,
        Observed,
        Asserted,
    }

    #[test]
    fn edges_of_earlier_releases_are_read_as_they_were_meant() {
        let (a, b) = (ProfileId(1), ProfileId(2));
        let (source, reason, time_us) = (|| "web".to_owned(), || "login".to_owned(), 3);
        let link = |strength| IdentityEdge::Link { a, b, strength, source: source(), reason: reason(), time_us };
        for (strength, meant) in [
            (Some(EarlierStrength::Weak), link(Strength::Weak)),
            (Some(EarlierStrength::Observed), link(Strength::Observed)),
            (Some(EarlierStrength::Asserted), link(Strength::Asserted)),
            (None, IdentityEdge::Unlink { a, b, source: source(), reason: reason(), time_us }),
        ] {
            let earlier = Earlier { strength, a: 1, b: 2, source: source(), reason: reason(), time_us };
            let read: StoredEdge = postcard::from_bytes(&postcard::to_stdvec(&earlier).unwrap()).unwrap();
            assert_eq!(IdentityEdge::from(&read), meant);
        }
    }

    #[test]
    fn every_line_has_words_of_its_own() {
        for (at, (what, kind, strength)) in WORDS.iter().enumerate() {
            assert_eq!(words(*what), (*kind, *strength));
            assert!(WORDS[..at].iter().all(|(other, a, b)| other != what && (a, b) != (kind, strength)));
        }
    }
}
