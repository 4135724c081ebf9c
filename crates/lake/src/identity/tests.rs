//! Every answer of the graph against a breadth-first walk over the plain list of edges.

use std::collections::{BTreeMap, BTreeSet};

use model::identity::{CustomerId, IdentityEdge, ProfileId, Strength};
use model::stitching::{Decision, Policy};
use proptest::prelude::*;

use super::*;

fn link(a: i64, b: i64) -> IdentityEdge {
    IdentityEdge::Link {
        a: ProfileId(a),
        b: ProfileId(b),
        strength: Strength::Observed,
        source: "web".to_owned(),
        reason: format!("login on {}", a.min(b)),
        time_us: a * 1000 + b,
    }
}

fn unlink(a: i64, b: i64) -> IdentityEdge {
    IdentityEdge::Unlink {
        a: ProfileId(a),
        b: ProfileId(b),
        source: "review".to_owned(),
        reason: "two people".to_owned(),
        time_us: 7,
    }
}

fn withhold(a: i64, b: i64) -> IdentityEdge {
    let (source, reason) = ("stitching".to_owned(), "shared".to_owned());
    IdentityEdge::Withhold { a: ProfileId(a), b: ProfileId(b), source, reason, time_us: 8 }
}

/// The same statement, withheld from the first.
fn seen(a: i64, b: i64) -> IdentityEdge {
    match link(a, b) {
        IdentityEdge::Link { a, b, strength, source, reason, time_us } => {
            IdentityEdge::Seen { a, b, strength, source, reason, time_us }
        }
        other => other,
    }
}

fn decision(a: i64, b: i64, decision: Decision) -> IdentityEdge {
    let (source, reason) = ("anna".to_owned(), "looked".to_owned());
    IdentityEdge::Decision { a: ProfileId(a), b: ProfileId(b), decision, source, reason, time_us: 9 }
}

fn policy(settled: bool) -> IdentityEdge {
    let policy = Policy { customer_identifiers_max: 7, ..Policy::default() };
    IdentityEdge::Policy { policy, settled, source: "anna".to_owned(), time_us: 10 }
}

/// The pairs that are linked after these edges.
fn standing(edges: &[IdentityEdge]) -> BTreeSet<(i64, i64)> {
    let mut pairs = BTreeSet::new();
    for edge in edges {
        let (a, b) = edge.ends();
        match edge {
            IdentityEdge::Link { .. } => pairs.insert((a.0, b.0)),
            IdentityEdge::Unlink { .. } | IdentityEdge::Withhold { .. } => pairs.remove(&(a.0, b.0)),
            _ => false,
        };
    }
    pairs
}

/// Customer of each of `0..profiles`, by walking.
fn naive(edges: &[IdentityEdge], profiles: i64) -> BTreeMap<i64, i64> {
    let pairs = standing(edges);
    (0..profiles)
        .map(|start| {
            let mut seen = BTreeSet::from([start]);
            let mut open = vec![start];
            while let Some(at) = open.pop() {
                for &(a, b) in &pairs {
                    let other = if a == at {
                        b
                    } else if b == at {
                        a
                    } else {
                        continue;
                    };
                    if seen.insert(other) {
                        open.push(other);
                    }
                }
            }
            (start, seen.into_iter().next().unwrap_or(start))
        })
        .collect()
}

fn pushed(edges: &[IdentityEdge]) -> IdentityGraph {
    let mut graph = IdentityGraph::default();
    for (index, edge) in edges.iter().enumerate() {
        assert_eq!(graph.push(edge).unwrap(), IdentityVersion(index as u64 + 1));
    }
    graph
}

fn customers(graph: &IdentityGraph, version: usize, profiles: i64) -> BTreeMap<i64, i64> {
    let version = IdentityVersion(version as u64);
    (0..profiles).map(|profile| (profile, graph.customer_at(version, ProfileId(profile)).0)).collect()
}

const PROFILES: i64 = 14;

fn edge() -> impl Strategy<Value = IdentityEdge> {
    let profile = || 0..PROFILES;
    prop_oneof![
        3 => (profile(), profile()).prop_map(|(a, b)| link(a, b)),
        2 => (profile(), profile()).prop_map(|(a, b)| unlink(a, b)),
        1 => (profile(), profile()).prop_map(|(a, b)| withhold(a, b)),
        1 => (profile(), profile()).prop_map(|(a, b)| seen(a, b)),
        1 => (profile(), profile(), any::<bool>())
            .prop_map(|(a, b, undo)| decision(a, b, if undo { Decision::Undo } else { Decision::Join })),
        1 => any::<bool>().prop_map(policy),
    ]
}

fn edges() -> impl Strategy<Value = Vec<IdentityEdge>> {
    prop::collection::vec(edge(), 0..60)
}

proptest! {
    #[test]
    fn every_version_answers_as_a_walk_over_the_log(edges in edges()) {
        let graph = pushed(&edges);
        for version in 0..=edges.len() {
            prop_assert_eq!(customers(&graph, version, PROFILES), naive(&edges[..version], PROFILES));
        }
        for (profile, customer) in naive(&edges, PROFILES) {
            prop_assert_eq!(graph.customer(ProfileId(profile)), CustomerId(customer));
        }
        prop_assert!(graph.edges().eq(edges.iter().cloned()));
    }

    #[test]
    fn a_graph_read_from_its_log_is_the_graph_that_was_pushed(edges in edges(), more in edges()) {
        let mut read = IdentityGraph::from_edges(&edges).unwrap();
        prop_assert_eq!(read.resolved(), pushed(&edges).resolved());
        for edge in &more {
            read.push(edge).unwrap();
        }
        let all = [edges, more].concat();
        for version in 0..=all.len() {
            prop_assert_eq!(customers(&read, version, PROFILES), naive(&all[..version], PROFILES));
        }
    }

    #[test]
    fn moved_names_exactly_the_profiles_that_changed_hands(edges in edges(), a in 0usize..60, b in 0usize..60) {
        let (from, to) = (a.min(edges.len()), b.min(edges.len()));
        let (before, after) = (naive(&edges[..from], PROFILES), naive(&edges[..to], PROFILES));
        let expected: Vec<_> = (0..PROFILES)
            .filter(|profile| before[profile] != after[profile])
            .map(|profile| (ProfileId(profile), CustomerId(before[&profile]), CustomerId(after[&profile])))
            .collect();
        let graph = pushed(&edges);
        prop_assert_eq!(graph.moved(IdentityVersion(from as u64), IdentityVersion(to as u64)), expected);
    }

    #[test]
    fn what_was_said_and_not_taken_back_is_found(edges in edges(), a in 0..PROFILES, b in 0..PROFILES) {
        prop_assume!(a != b);
        let (graph, pair) = (pushed(&edges), link(a, b).ends());
        let of_pair = || edges.iter().filter(|edge| edge.ends() == pair);
        let mut said: Vec<_> = of_pair().rev().take_while(|edge| !matches!(edge, IdentityEdge::Unlink { .. })).collect();
        // The same said by the same at the same time is said once, whether it stood or not.
        let mut once = Vec::new();
        said.retain(|edge| match edge {
            IdentityEdge::Link { strength, source, reason, time_us, .. }
            | IdentityEdge::Seen { strength, source, reason, time_us, .. } => {
                let statement = (*strength, source, reason, *time_us);
                !once.contains(&statement) && { once.push(statement); true }
            }
            _ => false,
        });
        let between = graph.said_between(pair.1, pair.0);
        prop_assert_eq!(between.iter().collect::<Vec<_>>(), said);
        let last = of_pair().rev().find(|edge| matches!(edge, IdentityEdge::Decision { .. }));
        let taken = of_pair().rev().take_while(|edge| !matches!(edge, IdentityEdge::Decision { .. }))
            .any(|edge| matches!(edge, IdentityEdge::Unlink { .. }));
        let joins = |edge: &&IdentityEdge| matches!(edge, IdentityEdge::Decision { decision: Decision::Join, .. });
        let expected: Vec<_> = last.filter(joins).filter(|_| !taken).into_iter().cloned().collect();
        let found: Vec<_> = graph.decisions().into_iter().filter(|edge| edge.ends() == pair).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn components_and_their_links_are_whole(edges in edges()) {
        let graph = pushed(&edges);
        let resolved = naive(&edges, PROFILES);
        let mut links = 0;
        for customer in 0..PROFILES {
            let members: Vec<_> = (0..PROFILES).filter(|p| resolved[p] == customer).map(ProfileId).collect();
            prop_assert_eq!(&graph.component(CustomerId(customer)), &members);
            let own = graph.edges_of(CustomerId(customer));
            let pairs: BTreeSet<_> = own.iter().map(|link| link.edge.ends()).map(|(a, b)| (a.0, b.0)).collect();
            let expected: BTreeSet<_> = standing(&edges)
                .into_iter()
                .filter(|(a, b)| a != b && resolved[a] == customer)
                .collect();
            prop_assert_eq!(pairs, expected);
            for link in &own {
                prop_assert_eq!(&edges[link.version.0 as usize - 1], &link.edge);
                links += 1;
            }
        }
        prop_assert!(links <= edges.len());
    }

    #[test]
    fn a_chain_joins_exactly_the_profiles_of_one_customer(edges in edges(), a in 0..PROFILES, b in 0..PROFILES) {
        let graph = pushed(&edges);
        let resolved = naive(&edges, PROFILES);
        let chain = graph.chain(ProfileId(a), ProfileId(b));
        prop_assert_eq!(chain.is_some(), resolved[&a] == resolved[&b]);
        let pairs = standing(&edges);
        let mut at = ProfileId(a);
        for link in chain.unwrap_or_default() {
            let (x, y) = link.edge.ends();
            prop_assert!(pairs.contains(&(x.0, y.0)));
            prop_assert!(at == x || at == y);
            at = if at == x { y } else { x };
        }
        prop_assert!(resolved[&a] != resolved[&b] || at == ProfileId(b));
    }

    #[test]
    fn the_order_of_links_does_not_matter(
        (links, shuffled) in prop::collection::vec((0..PROFILES, 0..PROFILES), 0..40)
            .prop_flat_map(|pairs| (Just(pairs.clone()), Just(pairs).prop_shuffle()))
    ) {
        let graph = |pairs: Vec<(i64, i64)>| pushed(&pairs.into_iter().map(|(a, b)| link(b, a)).collect::<Vec<_>>());
        prop_assert_eq!(customers(&graph(links.clone()), links.len(), PROFILES),
            customers(&graph(shuffled), links.len(), PROFILES));
    }

    #[test]
    fn a_link_taken_back_is_as_if_it_had_never_been(
        before in edges(), between in edges(), a in 0..PROFILES, b in 0..PROFILES
    ) {
        let apart = |edges: Vec<IdentityEdge>| -> Vec<_> {
            let (a, b) = link(a, b).ends();
            edges.into_iter().filter(|edge| edge.ends() != (a, b)).collect()
        };
        let (before, between) = (apart(before), apart(between));
        let never = [before.clone(), between.clone()].concat();
        let taken_back = [before, vec![link(a, b)], between, vec![unlink(b, a)]].concat();
        prop_assert_eq!(customers(&pushed(&taken_back), taken_back.len(), PROFILES), naive(&never, PROFILES));
    }

    #[test]
    fn a_preview_says_what_then_happens(edges in edges(), more in prop::collection::vec(edge(), 0..6)) {
        let mut graph = pushed(&edges);
        let preview = graph.preview(&more).unwrap();
        let before = graph.version();
        let old = naive(&edges, PROFILES);
        for edge in &more {
            graph.push(edge).unwrap();
        }
        let new = naive(&[edges, more].concat(), PROFILES);
        prop_assert_eq!(&preview.moved, &graph.moved(before, graph.version()));
        let pairs: BTreeSet<_> = (0..PROFILES).map(|p| (old[&p], new[&p])).collect();
        for customer in 0..PROFILES {
            let from: Vec<_> = pairs.iter().filter(|p| p.1 == customer).map(|p| CustomerId(p.0)).collect();
            let into: Vec<_> = pairs.iter().filter(|p| p.0 == customer).map(|p| CustomerId(p.1)).collect();
            let merged = preview.merged.iter().find(|merge| merge.into == CustomerId(customer));
            let split = preview.split.iter().find(|split| split.from == CustomerId(customer));
            prop_assert_eq!(merged.map(|merge| merge.from.clone()), (from.len() > 1).then_some(from));
            prop_assert_eq!(split.map(|split| split.into.clone()), (into.len() > 1).then_some(into));
        }
    }
}

#[test]
fn unknown_profiles_are_their_own_customers() {
    let graph = pushed(&[link(5, 3)]);
    assert_eq!(graph.customer(ProfileId(99)), CustomerId(99));
    assert_eq!(graph.component(CustomerId(99)), vec![ProfileId(99)]);
    assert_eq!(graph.component(CustomerId(5)), vec![]);
    assert_eq!(graph.edges_of(CustomerId(3)).len(), 1);
    assert_eq!(graph.chain(ProfileId(5), ProfileId(99)), None);
}

#[test]
fn long_chains_and_hubs_resolve_and_part() {
    const LONG: i64 = 50_000;
    // Each link brings a smaller profile: the worst order for a customer that is the smallest.
    let mut edges: Vec<_> = (0..LONG).rev().map(|profile| link(profile, profile + 1)).collect();
    edges.extend((0..LONG).map(|profile| link(1_000_000, 2_000_000 + profile)));
    let mut graph = IdentityGraph::from_edges(&edges).unwrap();
    assert_eq!(graph.customer(ProfileId(LONG)), CustomerId(0));
    graph.push(&unlink(LONG / 2, LONG / 2 + 1)).unwrap();
    assert_eq!(graph.customer(ProfileId(LONG / 2)), CustomerId(0));
    assert_eq!(graph.customer(ProfileId(LONG)), CustomerId(LONG / 2 + 1));
    graph.push(&unlink(1_000_000, 2_000_007)).unwrap();
    assert_eq!(graph.customer(ProfileId(2_000_007)), CustomerId(2_000_007));
    assert_eq!(graph.component(CustomerId(1_000_000)).len() as i64, LONG);
    let version = IdentityVersion(edges.len() as u64);
    assert_eq!(graph.moved(version, graph.version()).len() as i64, LONG - LONG / 2 + 1);
}
