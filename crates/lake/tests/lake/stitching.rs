//! Who is who in a lake, by what was said: the same in any order, portions and through any door; asked, decided, undone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lake::{ErrorKind, ImportKey, Lake, LakeOptions, Mode, ReviewAsk, ReviewCase, Verdict};
use model::event::Event;
use model::identity::{Identifier, Strength};
use model::stitching::{Decision, Policy, Shared, Why};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use testkit::oracle::stitching as oracle;
use tokio::task::JoinSet;

use crate::read;
use crate::tables::event;

async fn open(folder: &Path, mode: Mode) -> Lake {
    Lake::open(folder, LakeOptions { flush_after: None, part_rows: read::PART_ROWS, ..LakeOptions::new(mode) })
        .await
        .unwrap()
}

fn id(namespace: &str, value: &str) -> Identifier {
    Identifier::new(namespace, value)
}

fn seen(identifiers: &[Identifier], time_s: i64, message: i64) -> Event {
    let mut event = event("nobody", time_s, "view", message);
    event.identifiers = identifiers.to_vec();
    event.link_identifiers = identifiers.len() > 1;
    event
}

/// Events of a few people with shared devices, phones and an alias now and then.
fn events(rng: &mut ChaCha8Rng) -> Vec<Event> {
    let value = |rng: &mut ChaCha8Rng, of: u32| rng.random_range(0..of).to_string();
    let one = |rng: &mut ChaCha8Rng| match rng.random_range(0..10) {
        0..4 => id("anonymous_id", &value(rng, 8)),
        4..6 => id("phone", &value(rng, 4)),
        6..9 => id("user_id", &value(rng, 6)),
        _ => id("member_no", &value(rng, 4)),
    };
    (0..60)
        .map(|number| {
            let mut identifiers: Vec<Identifier> = (0..rng.random_range(1..4)).map(|_| one(rng)).collect();
            identifiers.dedup();
            seen(&identifiers, rng.random_range(0..30), number)
        })
        .collect()
}

/// What the events say, by the words of the reference: the strongest identifier with each of the others.
fn said(events: &[Event]) -> Vec<oracle::Said> {
    let weight = |identifier: &Identifier| match identifier.namespace.as_str() {
        "anonymous_id" => 0,
        "phone" => 1,
        _ => 2,
    };
    let mut said = Vec::new();
    for event in events.iter().filter(|event| event.link_identifiers) {
        let most = event.identifiers.iter().map(weight).max().unwrap();
        let sender = event.identifiers.iter().find(|one| weight(one) == most).unwrap();
        for other in event.identifiers.iter().filter(|other| *other != sender) {
            let alias = other.namespace == sender.namespace && weight(other) == 2;
            let strength = if alias { Strength::Asserted } else { Strength::Observed };
            said.push((sender.clone(), other.clone(), strength, event.time_us));
        }
    }
    said
}

async fn customers(lake: &Lake, of: &BTreeMap<Identifier, i64>) -> BTreeMap<Identifier, i64> {
    let snapshot = lake.snapshot().await.unwrap();
    of.keys().map(|one| (one.clone(), snapshot.customer_of(one.profile(0)).0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_order_and_any_door_give_the_same_customers() {
    for seed in 0..12 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut all = events(&mut rng);
        let policy =
            Policy { shared: [Shared::First, Shared::Last, Shared::None][seed as usize % 3], ..Policy::default() };
        let expected = oracle::customers(&said(&all), &[], &policy);
        let mut rows = BTreeSet::new();
        for round in 0..3 {
            let folder = tempfile::tempdir().unwrap();
            let mut lake = open(folder.path(), Mode::ReadWrite).await;
            if round != 1 {
                lake.set_stitching_policy(&policy, "anna", 1).await.unwrap();
            }
            all.shuffle(&mut rng);
            let mut left = all.as_slice();
            let mut file = 0;
            while !left.is_empty() {
                let (portion, rest) = left.split_at(rng.random_range(1..=left.len().min(20)));
                left = rest;
                match rng.random_range(0..6) {
                    0 => {
                        file += 1;
                        let name = format!("f{file}");
                        let batch = name.clone();
                        let key = ImportKey { source: "shop".into(), file: name, mapping: 1, batch };
                        lake.import(&key, portion.to_vec(), 1, true).await.unwrap();
                    }
                    1 => {
                        // At once: they are judged together as they come.
                        let mut appends = JoinSet::new();
                        for events in portion.chunks(2) {
                            let (lake, events) = (lake.clone(), events.to_vec());
                            appends.spawn(async move { lake.append(events).await });
                        }
                        for done in appends.join_all().await {
                            done.unwrap();
                        }
                    }
                    _ => lake.append(portion.to_vec()).await.unwrap(),
                }
                match rng.random_range(0..8) {
                    0 => drop(lake.flush().await.unwrap()),
                    1 => {
                        drop(lake);
                        lake = open(folder.path(), Mode::ReadWrite).await;
                    }
                    _ => {}
                }
            }
            if round == 1 {
                // Another policy until the end: a change of policy judges everything again.
                let before = lake.preview_policy(&policy, &lake::Control::new()).await.unwrap().change;
                let version = lake.identity().await.unwrap().version();
                lake.set_stitching_policy(&policy, "anna", 1).await.unwrap();
                let graph = lake.identity().await.unwrap().graph.clone();
                assert_eq!(graph.moved(version, graph.version()), before.customers.moved, "seed {seed}");
                assert_eq!(
                    lake.preview_policy(&policy, &lake::Control::new()).await.unwrap().change.customers.moved,
                    []
                );
            }
            assert_eq!(customers(&lake, &expected).await, expected, "seed {seed}, round {round}");
            let reader = open(folder.path(), Mode::ReadOnly).await;
            assert_eq!(customers(&reader, &expected).await, expected, "seed {seed}, round {round}");
            crate::sequences::sound(&lake).await.unwrap();
            let queue = lake.review(ReviewAsk::default()).await.unwrap();
            let members = |case: &ReviewCase| -> Vec<_> {
                let links = case.withheld.iter();
                links.map(|link| (link.member.identifier.clone(), link.why, link.namespace.clone())).collect()
            };
            let cases = queue.cases.iter().map(|case| (case.subject.identifier.clone(), members(case)));
            rows.insert(cases.collect::<Vec<_>>());
        }
        assert_eq!(rows.len(), 1, "seed {seed}: the queue depends on the order");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_asked_previewed_decided_and_undone_to_the_row() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let (tablet, anna, bob) = (id("anonymous_id", "tablet"), id("user_id", "anna"), id("user_id", "bob"));
    lake.append(vec![
        seen(&[tablet.clone(), anna.clone()], 10, 1),
        seen(&[tablet.clone(), bob.clone()], 20, 2),
        seen(std::slice::from_ref(&tablet), 30, 3),
        seen(std::slice::from_ref(&bob), 40, 4),
    ])
    .await
    .unwrap();
    let with = async |a: &Identifier, b: &Identifier| {
        let snapshot = lake.snapshot().await.unwrap();
        snapshot.customer_of(a.profile(0)) == snapshot.customer_of(b.profile(0))
    };
    assert!(with(&tablet, &anna).await && !with(&tablet, &bob).await);
    let rows = read::all(&lake).await.unwrap();
    let queue = lake.review(ReviewAsk::default()).await.unwrap();
    assert_eq!((queue.total, queue.cases.len(), queue.next), (1, 1, None));
    let case = &queue.cases[0];
    assert_eq!(case.subject.identifier, Some(tablet.clone()));
    assert_eq!(case.subject.customer_profiles, 2);
    assert_eq!((case.withheld[0].why, case.withheld[0].member.identifier.clone()), (Why::Shared, Some(bob.clone())));
    assert_eq!(case.withheld[0].evidence.len(), 1);

    let reason = || "asked at the till".to_owned();
    let join = Verdict { decision: Decision::Join, a: anna.clone(), b: Some(bob.clone()), reason: reason() };
    let change = lake.preview_verdicts(std::slice::from_ref(&join)).await.unwrap();
    assert_eq!(read::all(&lake).await.unwrap(), rows, "a preview changes nothing");
    assert_eq!((change.customers.merged.len(), change.events), (1, Some(4)));
    lake.decide(vec![join.clone()], "carol", 50).await.unwrap();
    assert!(with(&tablet, &bob).await && with(&anna, &bob).await);
    assert_eq!(lake.review(ReviewAsk::default()).await.unwrap().total, 0);
    let decisions = lake.decisions().await.unwrap();
    assert_eq!((decisions.len(), decisions[0].by.as_str(), decisions[0].decision), (1, "carol", Decision::Join));
    let chain = lake.identity().await.unwrap().graph.chain(tablet.profile(0), bob.profile(0)).unwrap();
    assert!(!chain.is_empty());
    // Undone, everything is as it had been; also after the lake was opened again.
    lake.flush().await.unwrap();
    lake.decide(vec![Verdict { decision: Decision::Undo, ..join.clone() }], "carol", 60).await.unwrap();
    assert_eq!(read::all(&lake).await.unwrap(), rows);
    assert_eq!(lake.review(ReviewAsk::default()).await.unwrap().total, 1);
    drop(lake);
    let lake = open(folder.path(), Mode::ReadWrite).await;
    assert_eq!(read::all(&lake).await.unwrap(), rows);
    assert_eq!(lake.decisions().await.unwrap(), []);

    // Apart for ever, whatever comes; and a blocked identifier joins nobody.
    lake.decide(vec![Verdict { decision: Decision::KeepApart, ..join.clone() }], "carol", 70).await.unwrap();
    lake.append(vec![seen(&[anna.clone(), bob.clone()], 80, 5)]).await.unwrap();
    let customer = async |lake: &Lake, one: &Identifier| lake.snapshot().await.unwrap().customer_of(one.profile(0));
    assert_ne!(customer(&lake, &anna).await, customer(&lake, &bob).await);
    let block = Verdict { decision: Decision::Block, a: tablet.clone(), b: None, reason: reason() };
    lake.decide(vec![block], "carol", 90).await.unwrap();
    assert_eq!(customer(&lake, &tablet).await.0, tablet.profile(0).0);
    assert_eq!(lake.review(ReviewAsk::default()).await.unwrap().total, 0, "what a person decided is no question");
    // An identifier may be blocked before it comes, and is then known.
    let unborn = id("anonymous_id", "kiosk");
    let block = Verdict { decision: Decision::Block, a: unborn.clone(), b: None, reason: reason() };
    lake.decide(vec![block], "carol", 95).await.unwrap();
    lake.append(vec![seen(&[unborn.clone(), id("user_id", "dave")], 96, 6)]).await.unwrap();
    assert_eq!(customer(&lake, &unborn).await.0, unborn.profile(0).0);
    crate::sequences::sound(&lake).await.unwrap();

    let wrong = Verdict { decision: Decision::Join, a: tablet.clone(), b: None, reason: reason() };
    assert_eq!(lake.decide(vec![wrong], "carol", 97).await.unwrap_err().kind(), ErrorKind::Invalid);
    let policy = Policy { customer_identifiers_max: 1, ..Policy::default() };
    assert_eq!(lake.set_stitching_policy(&policy, "carol", 98).await.unwrap_err().kind(), ErrorKind::Invalid);
    let reader = open(folder.path(), Mode::ReadOnly).await;
    assert_eq!(reader.decisions().await.unwrap(), lake.decisions().await.unwrap());
    assert_eq!(reader.review(ReviewAsk::default()).await.unwrap(), lake.review(ReviewAsk::default()).await.unwrap());
}

/// A file whose links held others together: removed, nothing is left of what followed from them.
/// One number that a page sends for every order: what strangers did stays theirs, before and after it is known for that.
#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_did_with_one_order_number_stays_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let device = |n: i64| id("client_id", &n.to_string());
    for n in 0..8 {
        lake.append(vec![seen(&[device(n), id("order_no", "TEST-1")], n, n)]).await.unwrap();
    }
    lake.append(vec![
        seen(&[device(9), id("order_no", "T-7")], 9, 9),
        seen(&[id("user_id", "anna"), id("order_no", "T-7")], 10, 10),
    ])
    .await
    .unwrap();
    let snapshot = lake.snapshot().await.unwrap();
    let mut customers = BTreeSet::new();
    for n in 0..8 {
        let customer = snapshot.customer_of(device(n).profile(0));
        assert_eq!(snapshot.customer_rows(customer).await.unwrap().num_rows(), 1, "of device {n}");
        customers.insert(customer);
    }
    assert_eq!(customers.len(), 8);
    let anna = snapshot.customer_of(id("user_id", "anna").profile(0));
    assert_eq!(snapshot.customer_of(device(9).profile(0)), anna);
    assert_eq!(snapshot.customer_rows(anna).await.unwrap().num_rows(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_file_judges_what_it_had_decided() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), Mode::ReadWrite).await;
    let (tablet, anna, bob) = (id("anonymous_id", "tablet"), id("user_id", "anna"), id("user_id", "bob"));
    lake.append(vec![seen(&[tablet.clone(), bob.clone()], 20, 2), seen(std::slice::from_ref(&anna), 30, 3)])
        .await
        .unwrap();
    let rows = read::all(&lake).await.unwrap();
    let key = ImportKey { source: "shop".into(), file: "f".into(), mapping: 1, batch: "b".into() };
    // The file knows of an earlier user of the tablet: it is not Bob's any more.
    lake.import(&key, vec![seen(&[tablet.clone(), anna.clone()], 10, 1)], 1, true).await.unwrap();
    let customer = async |one: &Identifier| lake.snapshot().await.unwrap().customer_of(one.profile(0));
    assert_eq!(customer(&tablet).await, customer(&anna).await);
    assert_ne!(customer(&tablet).await, customer(&bob).await);
    lake.remove_import("shop", "f").await.unwrap();
    assert_eq!(read::all(&lake).await.unwrap(), rows);
    assert_eq!(customer(&tablet).await, customer(&bob).await);
    crate::sequences::sound(&lake).await.unwrap();
}
