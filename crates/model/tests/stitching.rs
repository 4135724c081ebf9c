//! Stitching against a naive oracle, in any order and any number of steps, and against golden clusters of public data.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use model::identifier::Kind;
use model::identity::{Identifier, ProfileId, Strength};
use model::stitching::{Decision, Judged, NamespacePolicy, Policy, Shared, Statement, Stitcher, Why};
use proptest::prelude::*;
use testkit::oracle::stitching::{self as oracle, Decided, Said};

fn id(namespace: &str, value: impl ToString) -> Identifier {
    Identifier::new(namespace, value.to_string())
}

fn say(stitcher: &mut Stitcher, said: &Said) {
    for identifier in [&said.0, &said.1] {
        stitcher.name(identifier.profile(0), &identifier.namespace);
    }
    let (a, b) = (said.0.profile(0), said.1.profile(0));
    stitcher.say(&Statement { a, b, strength: said.2, source: "test", time_us: said.3 });
}

fn decide(stitcher: &mut Stitcher, decided: &Decided) {
    for identifier in [&decided.0, &decided.1] {
        stitcher.name(identifier.profile(0), &identifier.namespace);
    }
    stitcher.decide(decided.2, decided.0.profile(0), decided.1.profile(0));
}

/// Judges what was touched and notes it, as the lake does.
fn settle(stitcher: &mut Stitcher) {
    for change in stitcher.changes() {
        stitcher.stand(change.a, change.b, change.why.is_none());
    }
}

/// Whoever is named, with the smallest profile of their customer, by the pairs that stand.
fn customers(stitcher: &Stitcher, said: &[Said], decided: &[Decided]) -> BTreeMap<Identifier, i64> {
    let named: BTreeSet<&Identifier> =
        said.iter().flat_map(|(a, b, ..)| [a, b]).chain(decided.iter().flat_map(|(a, b, _)| [a, b])).collect();
    let mut customer: BTreeMap<ProfileId, i64> = named.iter().map(|one| (one.profile(0), one.profile(0).0)).collect();
    let profiles: Vec<ProfileId> = customer.keys().copied().collect();
    loop {
        let before = customer.clone();
        for a in &profiles {
            for b in &profiles {
                if stitcher.stands(*a, *b) {
                    let smallest = customer[a].min(customer[b]);
                    customer.insert(*a, smallest);
                    customer.insert(*b, smallest);
                }
            }
        }
        if customer == before {
            return named.iter().map(|one| ((*one).clone(), customer[&one.profile(0)])).collect();
        }
    }
}

fn identifier() -> impl Strategy<Value = Identifier> {
    prop_oneof![
        4 => (0..4u8).prop_map(|n| id("anonymous_id", n)),
        2 => (0..2u8).prop_map(|n| id("phone", n)),
        1 => (0..2u8).prop_map(|n| id("order_no", n)),
        4 => (0..4u8).prop_map(|n| id("user_id", n)),
        2 => (0..3u8).prop_map(|n| id("member_no", n)),
    ]
}

fn said() -> impl Strategy<Value = Said> {
    let strength = prop_oneof![
        1 => Just(Strength::Weak),
        8 => Just(Strength::Observed),
        2 => Just(Strength::Asserted),
    ];
    (identifier(), identifier(), strength, 0..6i64)
}

fn decided() -> impl Strategy<Value = Decided> {
    let decision = prop_oneof![Just(Decision::Join), Just(Decision::KeepApart), Just(Decision::Undo),];
    prop_oneof![
        3 => (identifier(), identifier(), decision).prop_filter("two", |(a, b, _)| a != b),
        1 => (identifier(), any::<bool>()).prop_map(|(one, block)| {
            (one.clone(), one, if block { Decision::Block } else { Decision::Undo })
        }),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    let shared = || prop_oneof![Just(Shared::First), Just(Shared::Last), Just(Shared::None)];
    let reach = prop_oneof![2 => Just(None), 1 => Just(Some(4u32)), 1 => Just(Some(6)), 1 => Just(Some(9))];
    (shared(), prop_oneof![Just(3u32), Just(5), Just(500)], 1..5u32, shared(), 1..3u32, reach).prop_map(
        |(all, customer_identifiers_max, persons_max, of_phones, users, connected_identifiers_max)| Policy {
            shared: all,
            customer_identifiers_max,
            connected_identifiers_max,
            namespaces: BTreeMap::from([
                ("anonymous_id".to_owned(), NamespacePolicy { persons_max: Some(persons_max), ..Default::default() }),
                ("phone".to_owned(), NamespacePolicy { shared: Some(of_phones), ..Default::default() }),
                ("user_id".to_owned(), NamespacePolicy { per_customer_max: Some(users), ..Default::default() }),
            ]),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// In whatever order and portions statements come, with decisions in between: the customers the rules name.
    #[test]
    fn customers_are_those_of_the_rules_in_any_order_and_any_steps(
        policy in policy(),
        (all, shuffled) in prop::collection::vec(said(), 0..24).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        decisions in prop::collection::vec(decided(), 0..4),
        steps in prop::collection::vec(any::<bool>(), 30),
    ) {
        let expected = oracle::customers(&all, &decisions, &policy);
        let mut whole = Stitcher::new(policy.clone());
        all.iter().for_each(|said| say(&mut whole, said));
        decisions.iter().for_each(|decided| decide(&mut whole, decided));
        settle(&mut whole);
        prop_assert_eq!(&customers(&whole, &all, &decisions), &expected);

        // Begun under another policy, and set right in the middle.
        let mut stepped = Stitcher::new(Policy::default());
        let mut decisions_left = decisions.iter();
        for (at, said) in shuffled.iter().enumerate() {
            if at == shuffled.len() / 2 {
                stepped.set_policy(policy.clone());
            }
            say(&mut stepped, said);
            if steps[at] {
                settle(&mut stepped);
            }
            if steps[at + 1] && let Some(decided) = decisions_left.next() {
                decide(&mut stepped, decided);
            }
        }
        stepped.set_policy(policy.clone());
        settle(&mut stepped);
        decisions_left.for_each(|decided| {
            decide(&mut stepped, decided);
            settle(&mut stepped);
        });
        prop_assert_eq!(&customers(&stepped, &all, &decisions), &expected);
        let queue = |stitcher: &Stitcher| -> Vec<_> {
            let namespace = |judged: &Judged| judged.namespace.map(|code| stitcher.namespace(code).to_owned());
            let withheld = stitcher.withheld();
            withheld.iter().map(|judged| (judged.a, judged.b, judged.why, judged.subject, namespace(judged))).collect()
        };
        prop_assert_eq!(queue(&whole), queue(&stepped));
        // What is withheld says so, and everything else that was said stands.
        for said in &all {
            let (a, b) = (said.0.profile(0), said.1.profile(0));
            let withheld = whole.withheld().iter().any(|judged| (judged.a, judged.b) == (a.min(b), a.max(b)));
            prop_assert!(a == b || whole.stands(a, b) != withheld);
        }
    }

    /// Every step, not only the last, is as if everything had been judged anew; and what is taken back never was.
    #[test]
    fn what_is_taken_back_was_never_said(
        policy in policy(),
        before in prop::collection::vec(said(), 0..16),
        more in prop::collection::vec(said(), 1..6),
        blocked in identifier(),
    ) {
        let mut stitcher = Stitcher::new(policy.clone());
        let mut so_far: Vec<Said> = Vec::new();
        for said in &before {
            say(&mut stitcher, said);
            settle(&mut stitcher);
            so_far.push(said.clone());
            prop_assert_eq!(customers(&stitcher, &so_far, &[]), oracle::customers(&so_far, &[], &policy));
        }
        let pair = |said: &Said| BTreeSet::from([said.0.clone(), said.1.clone()]);
        let old: BTreeSet<_> = before.iter().map(pair).collect();
        let new: Vec<Said> = more.into_iter().filter(|said| !old.contains(&pair(said))).collect();
        new.iter().for_each(|said| say(&mut stitcher, said));
        settle(&mut stitcher);
        decide(&mut stitcher, &(blocked.clone(), blocked.clone(), Decision::Block));
        settle(&mut stitcher);
        let block = [(blocked.clone(), blocked.clone(), Decision::Block)];
        let all = [before.clone(), new.clone()].concat();
        prop_assert_eq!(customers(&stitcher, &all, &block), oracle::customers(&all, &block, &policy));
        for said in &new {
            stitcher.retract(said.0.profile(0), said.1.profile(0));
            settle(&mut stitcher);
        }
        decide(&mut stitcher, &(blocked.clone(), blocked.clone(), Decision::Undo));
        settle(&mut stitcher);
        prop_assert_eq!(customers(&stitcher, &before, &[]), oracle::customers(&before, &[], &policy));
    }
}

fn observed(a: Identifier, b: Identifier, time: i64) -> Said {
    (a, b, Strength::Observed, time)
}

/// A person is one set whichever of its identifiers is asked first: not one set from the blocked end of an alias and
/// another from the free one.
#[test]
fn a_blocked_end_of_an_alias_is_no_part_of_the_person() {
    let (users, device) = ([0, 1].map(|n| id("user_id", n)), id("anonymous_id", 2));
    for blocked in [0, 1] {
        let decisions = [
            (users[blocked].clone(), users[blocked].clone(), Decision::Block),
            (users[0].clone(), users[1].clone(), Decision::Join),
        ];
        // Another person uses the device too: who came first has it.
        let said =
            [observed(users[1 - blocked].clone(), device.clone(), 0), observed(id("user_id", 3), device.clone(), 4)];
        let expected = oracle::customers(&said, &decisions, &Policy::default());
        // The order of judging is that of a hash set of numbers: all numberings of the four, and others before them.
        for at in 0..24 * 8 {
            let mut stitcher = Stitcher::default();
            (0..at / 24).for_each(|n| stitcher.name(id("order_no", n).profile(0), "order_no"));
            let mut left = vec![&users[0], &users[1], &said[1].0, &device];
            for count in (1..=4).rev() {
                let one = left.remove(at % 24 / (count..4).map(|n| n + 1).product::<usize>() % count);
                stitcher.name(one.profile(0), &one.namespace);
            }
            said.iter().for_each(|said| say(&mut stitcher, said));
            decisions.iter().for_each(|decided| decide(&mut stitcher, decided));
            settle(&mut stitcher);
            assert_eq!(customers(&stitcher, &said, &decisions), expected);
        }
    }
}

/// The groups of more than one identifier.
fn groups(said: &[Said], decided: &[Decided], policy: &Policy) -> BTreeSet<BTreeSet<String>> {
    let mut stitcher = Stitcher::new(policy.clone());
    said.iter().for_each(|said| say(&mut stitcher, said));
    decided.iter().for_each(|decided| decide(&mut stitcher, decided));
    settle(&mut stitcher);
    let mut groups: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (one, customer) in customers(&stitcher, said, decided) {
        groups.entry(customer).or_default().insert(one.value);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

fn sets(groups: &[&[&str]]) -> BTreeSet<BTreeSet<String>> {
    groups.iter().map(|group| group.iter().map(|one| (*one).to_owned()).collect()).collect()
}

#[test]
fn a_shared_device_belongs_to_the_first_the_last_or_nobody() {
    let said = [
        observed(id("anonymous_id", "tablet"), id("user_id", "anna"), 10),
        observed(id("anonymous_id", "tablet"), id("user_id", "bob"), 20),
        observed(id("anonymous_id", "phone"), id("user_id", "bob"), 5),
        // Anna comes back to the tablet: she is no newcomer there.
        observed(id("anonymous_id", "tablet"), id("user_id", "anna"), 30),
    ];
    let with = |shared| groups(&said, &[], &Policy { shared, ..Policy::default() });
    assert_eq!(with(Shared::First), sets(&[&["tablet", "anna"], &["phone", "bob"]]));
    assert_eq!(with(Shared::Last), sets(&[&["tablet", "phone", "bob"]]));
    assert_eq!(with(Shared::None), sets(&[&["phone", "bob"]]));
}

#[test]
fn two_logins_fuse_by_an_alias_and_by_nothing_else() {
    let through_devices = vec![
        observed(id("user_id", "anna"), id("phone", "555"), 1),
        observed(id("phone", "555"), id("anonymous_id", "d1"), 2),
        observed(id("anonymous_id", "d1"), id("anonymous_id", "d2"), 3),
        observed(id("anonymous_id", "d2"), id("user_id", "bob"), 4),
    ];
    let policy = Policy::default();
    // A link to a person says more than one between devices.
    assert_eq!(groups(&through_devices, &[], &policy), sets(&[&["anna", "555", "d1"], &["d2", "bob"]]));
    let alias = (id("user_id", "anna"), id("user_id", "bob"), Strength::Asserted, 9);
    let aliased = [through_devices.clone(), vec![alias]].concat();
    assert_eq!(groups(&aliased, &[], &policy), sets(&[&["anna", "555", "d1", "d2", "bob"]]));
    let blocked = [(id("user_id", "bob"), id("user_id", "bob"), Decision::Block)];
    assert_eq!(groups(&aliased, &blocked, &policy), sets(&[&["anna", "555", "d1", "d2"]]));
    let apart = [(id("user_id", "anna"), id("user_id", "bob"), Decision::KeepApart)];
    assert_eq!(groups(&aliased, &apart, &policy), sets(&[&["anna", "555", "d1"], &["d2", "bob"]]));
    // Ids of two systems on one event are one person, and a phone number may join two systems.
    let systems = [
        observed(id("user_id", "anna"), id("member_no", "m1"), 1),
        observed(id("member_no", "m1"), id("phone", "555"), 2),
        observed(id("unionid", "o1"), id("phone", "555"), 3),
    ];
    assert_eq!(groups(&systems, &[], &policy), sets(&[&["anna", "m1", "555", "o1"]]));
}

#[test]
fn what_everybody_uses_joins_nobody_and_customers_stay_of_a_size() {
    let till: Vec<Said> = (0..6).map(|n| observed(id("device_id", "till"), id("user_id", n), n)).collect();
    assert_eq!(groups(&till[..5], &[], &Policy::default()), sets(&[&["till", "0"]]));
    assert_eq!(groups(&till, &[], &Policy::default()), sets(&[]));
    let mut stitcher = Stitcher::default();
    till.iter().for_each(|said| say(&mut stitcher, said));
    settle(&mut stitcher);
    assert!(stitcher.withheld().iter().all(|judged| judged.why == Some(Why::Common)));
    assert_eq!(stitcher.withheld().len(), 6);
    // The earliest devices of a person stay with them, later ones are withheld.
    let small = Policy { customer_identifiers_max: 4, ..Policy::default() };
    let mut chain: Vec<Said> = (1..6).map(|n| observed(id("device_id", n), id("device_id", n + 1), n)).collect();
    chain.reverse();
    assert_eq!(groups(&chain, &[], &small), sets(&[&["1", "2", "3", "4"], &["5", "6"]]));
    // A namespace may be told what it is.
    let tablets: Vec<Said> = (0..2).map(|n| observed(id("tablet", "t"), id("user_id", n), n)).collect();
    let device = NamespacePolicy { kind: Some(Kind::Device), ..Default::default() };
    let told = Policy { shared: Shared::None, namespaces: [("tablet".to_owned(), device)].into(), ..Policy::default() };
    assert_eq!(groups(&tablets, &[], &Policy::default()), sets(&[&["t", "0"]]));
    assert_eq!(groups(&tablets, &[], &told), sets(&[]));
}

#[test]
fn an_order_joins_its_customers_devices_and_no_strangers() {
    let seen_on = |n: i64| observed(id("order_no", "T-1"), id("client_id", n), n);
    let customer = observed(id("order_no", "T-1"), id("user_id", "anna"), 9);
    let family = [(0..5).map(seen_on).collect(), vec![customer.clone()]].concat();
    assert_eq!(groups(&family, &[], &Policy::default()), sets(&[&["T-1", "0", "1", "2", "3", "4", "anna"]]));
    // A constant that a page sends for every order, or a counter that begins anew.
    let everybody = [(0..6).map(seen_on).collect(), vec![customer.clone()]].concat();
    assert_eq!(groups(&everybody, &[], &Policy::default()), sets(&[]));
    // Two persons have no order in common.
    let two = [customer, observed(id("order_no", "T-1"), id("user_id", "bob"), 10), seen_on(1)];
    assert_eq!(groups(&two, &[], &Policy::default()), sets(&[]));
    // Step by step as at once, and with one of the devices blocked or decided on the way.
    let mut stitcher = Stitcher::default();
    let (mut all, mut decisions): (Vec<Said>, Vec<Decided>) = (Vec::new(), Vec::new());
    let order = id("order_no", "T-1");
    let device = |n: i64| id("client_id", n);
    let steps = everybody.iter().map(|said| (Some(said.clone()), None)).chain([
        (None, Some((device(0), device(0), Decision::Block))),
        (None, Some((device(0), device(0), Decision::Undo))),
        (None, Some((order.clone(), device(1), Decision::Join))),
        (None, Some((order.clone(), device(1), Decision::KeepApart))),
        (None, Some((order, device(1), Decision::Undo))),
    ]);
    for (said, decided) in steps {
        said.iter().for_each(|said| say(&mut stitcher, said));
        decided.iter().for_each(|decided| decide(&mut stitcher, decided));
        settle(&mut stitcher);
        all.extend(said);
        decisions.extend(decided);
        assert_eq!(customers(&stitcher, &all, &decisions), oracle::customers(&all, &decisions, &Policy::default()));
    }
}

/// What is said of one that everybody uses is judged at the other end; what is decided of it, all around it.
#[test]
fn what_everybody_uses_is_judged_step_by_step_as_at_once() {
    let policy = Policy { customer_identifiers_max: 3, ..Policy::default() };
    let (till, kiosk) = (id("device_id", "till"), id("device_id", "kiosk"));
    let user = |n: i64| id("user_id", n);
    let (mut all, mut decisions): (Vec<Said>, Vec<Decided>) = (Vec::new(), Vec::new());
    let mut stitcher = Stitcher::new(policy.clone());
    let mut step = |said: Option<Said>, decided: Option<Decided>| {
        said.iter().for_each(|said| say(&mut stitcher, said));
        decided.iter().for_each(|decided| decide(&mut stitcher, decided));
        settle(&mut stitcher);
        all.extend(said);
        decisions.extend(decided);
        assert_eq!(customers(&stitcher, &all, &decisions), oracle::customers(&all, &decisions, &policy));
        let mut whole = Stitcher::new(policy.clone());
        all.iter().for_each(|said| say(&mut whole, said));
        decisions.iter().for_each(|decided| decide(&mut whole, decided));
        settle(&mut whole);
        for (a, b, ..) in &all {
            let (x, y) = (a.profile(0), b.profile(0));
            assert_eq!(stitcher.stands(x, y), whole.stands(x, y), "{a:?} and {b:?}");
        }
    };
    for n in 0..7 {
        step(Some(observed(till.clone(), user(n), n)), None);
        step(Some(observed(kiosk.clone(), user(n), n)), None);
    }
    step(None, Some((till.clone(), user(0), Decision::Join)));
    step(None, Some((kiosk.clone(), user(0), Decision::Join)));
    step(Some(observed(till.clone(), kiosk.clone(), 8)), None);
    step(Some(observed(user(0), id("phone", "555"), 9)), None);
    step(Some(observed(till.clone(), id("phone", "555"), 9)), None);
    step(None, Some((till.clone(), user(0), Decision::Undo)));
    step(None, Some((till.clone(), kiosk.clone(), Decision::Join)));
    step(None, Some((kiosk.clone(), user(0), Decision::KeepApart)));
    step(None, Some((till.clone(), kiosk.clone(), Decision::Undo)));
    step(None, Some((till, user(1), Decision::Join)));
}

/// What records are blocked by.
type KeyOf = dyn Fn(&[String]) -> String;

/// Records of a public data set joined by match keys: `keys` gives the values of each that a record has.
fn clusters(records: &[Vec<String>], keys: &[&KeyOf]) -> usize {
    // A key is a way to reach somebody: it may join any number of records.
    let free = |kind| NamespacePolicy {
        kind: Some(kind),
        per_customer_max: Some(u32::MAX),
        persons_max: Some(u32::MAX),
        ..Default::default()
    };
    let mut namespaces = BTreeMap::from([("record".to_owned(), free(Kind::Device))]);
    namespaces.extend((0..keys.len()).map(|key| (format!("key{key}"), free(Kind::Contact))));
    let mut stitcher = Stitcher::new(Policy { namespaces, ..Policy::default() });
    let mut all = BTreeSet::new();
    for (number, record) in records.iter().enumerate().rev() {
        let record_id = id("record", number);
        all.insert(record_id.profile(0));
        for (key, value) in keys.iter().enumerate().map(|(key, of)| (key, of(record))) {
            if !value.is_empty() {
                say(&mut stitcher, &observed(record_id.clone(), id(&format!("key{key}"), value), number as i64));
            }
        }
        if number % 37 == 0 {
            settle(&mut stitcher);
        }
    }
    settle(&mut stitcher);
    let mut seen: BTreeSet<ProfileId> = BTreeSet::new();
    let mut count = 0;
    for record in &all {
        if seen.insert(*record) {
            count += 1;
            let mut open = vec![*record];
            while let Some(at) = open.pop() {
                open.extend(
                    stitcher.neighbours(at).into_iter().filter(|next| stitcher.stands(at, *next) && seen.insert(*next)),
                );
            }
        }
    }
    count
}

fn records(file: &str, trim: csv::Trim) -> Vec<Vec<String>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/identity").join(file);
    let mut reader = csv::ReaderBuilder::new().trim(trim).from_path(path).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The values of some columns as one key; none if one of them is empty.
fn key(record: &[String], columns: &[usize]) -> String {
    let values: Vec<&str> = columns.iter().map(|column| record[*column].as_str()).collect();
    if values.iter().any(|value| value.is_empty()) { String::new() } else { values.join("|") }
}

#[test]
fn public_data_sets_fall_into_the_golden_clusters() {
    let golden = testkit::golden::json("identity.json");
    let wanted = |name: &str| golden[name]["clusters"].as_u64().unwrap() as usize;
    let fake = records("splink_fake_1000.csv", csv::Trim::None);
    let by = |columns: &'static [usize]| move |record: &[String]| key(record, columns);
    let (email, name_dob, surname_dob_city) = (by(&[5]), by(&[1, 2, 3]), by(&[2, 3, 4]));
    assert_eq!(clusters(&fake, &[&email]), wanted("fake1000_email"));
    assert_eq!(clusters(&fake, &[&email, &name_dob]), wanted("fake1000_email|name+dob"));
    let all: [&KeyOf; 3] = [&email, &name_dob, &surname_dob_city];
    assert_eq!(clusters(&fake, &all), wanted("fake1000_email|name+dob|surname+dob+city"));
    let febrl = records("febrl3.csv", csv::Trim::All);
    let (ssn, name_dob) = (by(&[10]), by(&[1, 2, 9]));
    let (surname_dob, given_dob) = (by(&[2, 9]), by(&[1, 9]));
    assert_eq!(clusters(&febrl, &[&ssn]), wanted("febrl3_ssn"));
    assert_eq!(clusters(&febrl, &[&ssn, &name_dob]), wanted("febrl3_ssn|name+dob"));
    let all: [&KeyOf; 4] = [&ssn, &name_dob, &surname_dob, &given_dob];
    assert_eq!(clusters(&febrl, &all), wanted("febrl3_ssn|name+dob|surname+dob|given+dob"));
}

/// What hangs together without end costs an append no more than the reach, and what is cut is asked about.
#[test]
fn however_far_it_hangs_together_an_append_looks_no_further_than_the_reach() {
    let policy = Policy { customer_identifiers_max: 20, ..Policy::default() };
    let reach = policy.reach();
    let device = |n: i64| id("device_id", n);
    let mut stitcher = Stitcher::new(policy.clone());
    // A broken sender: a chain of devices, each with a person of its own, and hubs that many of them were seen with.
    let chain = (0..600).map(|n| observed(device(n), device(n + 1), n));
    let persons = (0..600).map(|n| observed(device(n), id("user_id", n), n));
    let hubs = (0..600).map(|n| observed(id("phone", n % 8), device(n), n));
    let mut looked_at = Vec::new();
    for said in chain.chain(persons).chain(hubs) {
        say(&mut stitcher, &said);
        let mut sizes = Vec::new();
        let changes = stitcher.changes_while(|size| {
            sizes.push(size);
            true
        });
        changes.unwrap().into_iter().for_each(|change| stitcher.stand(change.a, change.b, change.why.is_none()));
        assert!(sizes.iter().all(|size| *size <= reach), "{said:?}: {sizes:?}");
        looked_at.push(sizes.iter().sum::<usize>());
    }
    // Crossing the bound looks at what hung together until then, once.
    assert!(looked_at.iter().all(|all| *all <= 8 * reach), "{:?} of {reach}", looked_at.iter().max());
    let (late, early) = (&looked_at[1_750..], &looked_at[100..200]);
    let mean = |of: &[usize]| of.iter().sum::<usize>() / of.len();
    assert!(mean(late) <= 4 * mean(early).max(reach), "{} after {}", mean(late), mean(early));
    stitcher.measure();
    // Nothing is lost: what does not stand is asked about.
    let withheld = stitcher.withheld();
    let cut: BTreeSet<_> =
        withheld.iter().filter(|judged| judged.why == Some(Why::TooLarge)).map(|j| (j.a, j.b)).collect();
    let is_withheld: BTreeSet<_> = withheld.iter().map(|judged| (judged.a, judged.b)).collect();
    for n in 0..600 {
        let (a, b) = (device(n).profile(0), device(n + 1).profile(0));
        assert!(cut.contains(&(a.min(b), a.max(b))), "the chain is cut at {n}");
        let person = id("user_id", n).profile(0);
        assert!(stitcher.stands(a, person), "a person keeps their device {n}");
        let phone = id("phone", n % 8).profile(0);
        assert!(stitcher.stands(a, phone) || is_withheld.contains(&(a.min(phone), a.max(phone))), "{n}");
    }
    // Read from a log, it is judged alike; and so it is once less hangs together again.
    let mut replayed = Stitcher::new(policy);
    replayed.replay(|replayed| {
        for n in 0..600 {
            say(replayed, &observed(device(n), device(n + 1), n));
            say(replayed, &observed(device(n), id("user_id", n), n));
            say(replayed, &observed(id("phone", n % 8), device(n), n));
        }
    });
    replayed.measure();
    let sorted = |stitcher: &Stitcher| stitcher.withheld();
    for n in 0..600 {
        for other in [device(n + 1), id("user_id", n), id("phone", n % 8)] {
            let (a, b) = (device(n).profile(0), other.profile(0));
            replayed.stand(a, b, stitcher.stands(a, b));
        }
    }
    assert_eq!(sorted(&replayed), withheld);
    for n in (0..600).filter(|n| n % 50 == 0) {
        stitcher.retract(device(n).profile(0), device(n + 1).profile(0));
    }
    for n in 0..8 {
        decide(&mut stitcher, &(id("phone", n), id("phone", n), Decision::Block));
    }
    settle(&mut stitcher);
    let (a, b) = (device(10).profile(0), device(11).profile(0));
    let of_pair = |judged: &&Judged| (judged.a, judged.b) == (a.min(b), a.max(b));
    let judged = stitcher.judged(a);
    assert_eq!(judged.iter().find(of_pair).unwrap().why, Some(Why::Conflict), "a piece of the chain is judged whole");
}
