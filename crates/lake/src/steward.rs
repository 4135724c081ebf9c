//! Between what is said of identities and the log of edges: every statement is judged with its surroundings, and goes to
//! the log together with what follows from it.
//!
//! What was said stays in the log whether it stands or not, so that it can be judged again when more is known, a person
//! decides, or the policy changes. Everything here runs under the lock of edges. Not here: the rules
//! ([`model::stitching`]), what a person is asked ([`crate::review`]).

use model::identity::{Identifier, IdentityEdge, ProfileId, Strength};
use model::stitching::{Decision, Policy, Statement, Stitcher};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::delta::now_ms;
use crate::error::Result;
use crate::identity::IdentityGraph;
use crate::lake::Inner;
use crate::publish::StoredEdge;
use crate::row::Entry;

/// Edges of one log record; a frame holds about a hundred thousand edges of usual length.
const RECORD_EDGES: usize = 16 * 1024;

/// Statements that are judged and logged at a time: with what follows from them they fit one frame of the log.
const STATEMENTS: usize = 8 * 1024;

/// Who withholds links.
const STEWARD: &str = "stitching";

/// Takes over a line of the log.
pub(crate) fn note(stitcher: &mut Stitcher, edge: &IdentityEdge) {
    let (a, b) = edge.ends();
    match edge {
        IdentityEdge::Link { strength, source, time_us, .. } => {
            if *strength != Strength::Decided {
                stitcher.say(&Statement { a, b, strength: *strength, source, time_us: *time_us });
            }
            stitcher.stand(a, b, true);
        }
        IdentityEdge::Seen { strength, source, time_us, .. } => {
            stitcher.say(&Statement { a, b, strength: *strength, source, time_us: *time_us });
        }
        IdentityEdge::Unlink { .. } => {
            stitcher.retract(a, b);
            stitcher.stand(a, b, false);
        }
        IdentityEdge::Withhold { .. } => stitcher.stand(a, b, false),
        IdentityEdge::Decision { decision, .. } => {
            stitcher.decide(*decision, a, b);
        }
        IdentityEdge::Policy { policy, .. } => stitcher.set_policy(policy.clone()),
    }
}

/// What the log must say of `acts` (statements as links, retractions, decisions, policies): themselves, as far as they
/// are new, and what changes by them. The stitcher takes them over; which pairs stand it learns from the log.
pub(crate) fn judge(
    stitcher: &mut Stitcher,
    graph: &IdentityGraph,
    acts: Vec<IdentityEdge>,
    now_us: i64,
) -> Vec<IdentityEdge> {
    judge_while(stitcher, graph, acts, now_us, |_| true).unwrap_or_default()
}

/// The same, told after each component how many profiles it had; `None` once `go_on` says no.
pub(crate) fn judge_while(
    stitcher: &mut Stitcher,
    graph: &IdentityGraph,
    acts: Vec<IdentityEdge>,
    now_us: i64,
    go_on: impl FnMut(usize) -> bool,
) -> Option<Vec<IdentityEdge>> {
    let mut lines = Vec::new();
    let mut statements: Vec<IdentityEdge> = Vec::new();
    for act in acts {
        let (a, b) = act.ends();
        match &act {
            IdentityEdge::Link { strength, source, time_us, .. }
            | IdentityEdge::Seen { strength, source, time_us, .. } => {
                let statement = Statement { a, b, strength: *strength, source, time_us: *time_us };
                if a != b && *strength != Strength::Decided && !stitcher.knows(&statement) {
                    stitcher.say(&statement);
                    statements.push(act);
                }
            }
            IdentityEdge::Withhold { .. } => {}
            IdentityEdge::Unlink { .. } => {
                statements.retain(|statement| statement.ends() != (a, b));
                note(stitcher, &act);
                lines.push(act);
            }
            IdentityEdge::Decision { .. } | IdentityEdge::Policy { .. } => {
                note(stitcher, &act);
                lines.push(act);
            }
        }
    }
    let changes: FxHashMap<_, _> =
        stitcher.changes_while(go_on)?.into_iter().map(|judged| ((judged.a, judged.b), judged.why)).collect();
    let mut linked = FxHashSet::default();
    for statement in statements {
        let pair = statement.ends();
        let stands = changes.get(&pair).map_or_else(|| stitcher.stands(pair.0, pair.1), Option::is_none);
        linked.extend(stands.then_some(pair));
        lines.push(if stands { statement } else { seen(statement) });
    }
    let mut changes: Vec<_> = changes.into_iter().collect();
    changes.sort_unstable();
    for ((a, b), why) in changes {
        match why {
            Some(why) => {
                let (source, reason) = (STEWARD.to_owned(), why.code().to_owned());
                lines.push(IdentityEdge::Withhold { a, b, source, reason, time_us: now_us });
            }
            None if linked.contains(&(a, b)) => {}
            None => lines.push(link_of(stitcher, graph, &lines, a, b, now_us)),
        }
    }
    settle_policy(&mut lines);
    Some(lines)
}

/// Says of a policy among the lines that everything is judged by it: at once where they are one record, else at the
/// end, so that one that is cut off is known to be.
fn settle_policy(lines: &mut Vec<IdentityEdge>) {
    let in_one = lines.len() <= RECORD_EDGES;
    let mut last = None;
    for line in lines.iter_mut() {
        if let IdentityEdge::Policy { settled, .. } = line {
            *settled = in_one;
            last = Some(line.clone());
        }
    }
    if let (Some(IdentityEdge::Policy { policy, source, time_us, .. }), false) = (last, in_one) {
        lines.push(IdentityEdge::Policy { policy, settled: true, source, time_us });
    }
}

fn seen(statement: IdentityEdge) -> IdentityEdge {
    match statement {
        IdentityEdge::Link { a, b, strength, source, reason, time_us } => {
            IdentityEdge::Seen { a, b, strength, source, reason, time_us }
        }
        other => other,
    }
}

/// The link of a pair that stands now and was not said just now: by the decision that joins it, or the strongest and
/// earliest of what was said.
fn link_of(
    stitcher: &Stitcher,
    graph: &IdentityGraph,
    lines: &[IdentityEdge],
    a: ProfileId,
    b: ProfileId,
    now_us: i64,
) -> IdentityEdge {
    if stitcher.decided(a, b) == Some(Decision::Join) {
        let decided = |line: &&IdentityEdge| matches!(line, IdentityEdge::Decision { .. }) && line.ends() == (a, b);
        let decision = lines.iter().rev().find(decided).cloned().or_else(|| graph.decision_between(a, b));
        if let Some(IdentityEdge::Decision { source, reason, time_us, .. }) = decision {
            return IdentityEdge::Link { a, b, strength: Strength::Decided, source, reason, time_us };
        }
    }
    let said = graph.said_between(a, b).into_iter().filter_map(|said| match said {
        IdentityEdge::Link { strength, source, reason, time_us, .. }
        | IdentityEdge::Seen { strength, source, reason, time_us, .. } => Some((strength, time_us, source, reason)),
        _ => None,
    });
    let best = said.max_by(|x, y| x.0.cmp(&y.0).then(y.1.cmp(&x.1)).then_with(|| y.2.cmp(&x.2)));
    // What stands was said or decided, so something is found.
    let (strength, time_us, source, reason) =
        best.unwrap_or_else(|| (Strength::Observed, now_us, STEWARD.to_owned(), String::new()));
    IdentityEdge::Link { a, b, strength, source, reason, time_us }
}

impl Inner {
    /// Judges acts and takes them into the log with what follows, durably; those of one call are there all or none,
    /// as far as a frame of the log goes. `registered` are profiles that come with them, `rest` the records after them.
    pub(crate) async fn log_acts(
        &self,
        acts: Vec<IdentityEdge>,
        registered: Vec<(i64, Identifier)>,
        rest: Vec<Entry>,
    ) -> Result<()> {
        self.ready_to_judge().await?;
        self.name(&acts).await?;
        self.name_registered(&registered);
        let mut entries = Vec::new();
        {
            let mut state = self.state.write();
            let graph = std::sync::Arc::clone(&state.graph);
            let lines = judge(&mut state.stitcher, &graph, acts, now_us());
            let mut lines = lines.iter().map(StoredEdge::from).peekable();
            entries.push(Entry::of_identities(registered, lines.by_ref().take(RECORD_EDGES).collect()));
            while lines.peek().is_some() {
                entries.push(Entry::of_identities(Vec::new(), lines.by_ref().take(RECORD_EDGES).collect()));
            }
        }
        entries.extend(rest);
        entries.retain(|entry| !entry.is_empty());
        let done = self.log_entries(entries).await;
        if done.is_err() {
            self.forget_judged();
        }
        done
    }

    /// Statements in portions, each with what follows from it: what is cut off leaves a lake that is right for what it
    /// holds.
    /// Of `registered`, those that are spoken of are there with what is said of them: they are judged by their names.
    pub(crate) async fn log_statements(
        &self,
        statements: Vec<IdentityEdge>,
        registered: Vec<(i64, Identifier)>,
        named_late: bool,
    ) -> Result<()> {
        let mut registered: FxHashMap<i64, Identifier> = registered.into_iter().collect();
        if named_late {
            let late: Vec<i64> = {
                let state = self.state.read();
                registered.keys().copied().filter(|profile| state.stitcher.is_nameless(ProfileId(*profile))).collect()
            };
            let late = late.into_iter().filter_map(|profile| Some((profile, registered.remove(&profile)?))).collect();
            let _order = self.edges.lock().await;
            self.log_acts(Vec::new(), late, Vec::new()).await?;
        }
        let mut statements = statements.into_iter().peekable();
        while statements.peek().is_some() {
            let portion: Vec<IdentityEdge> = statements.by_ref().take(STATEMENTS).collect();
            let ends = portion.iter().flat_map(|statement| <[ProfileId; 2]>::from(statement.ends()));
            let mut spoken_of: Vec<i64> = ends.map(|profile| profile.0).collect();
            spoken_of.sort_unstable();
            spoken_of.dedup();
            let registered =
                spoken_of.into_iter().filter_map(|profile| Some((profile, registered.remove(&profile)?))).collect();
            let _order = self.edges.lock().await;
            self.log_acts(portion, registered, Vec::new()).await?;
        }
        Ok(())
    }

    /// The policy in force.
    pub(crate) fn policy(&self) -> Policy {
        self.state.read().stitcher.policy().clone()
    }

    /// The stitcher knows every namespace, and all that the log holds was judged; under the lock of edges.
    pub(crate) async fn ready_to_judge(&self) -> Result<()> {
        self.name_all().await?;
        if self.state.read().judged {
            return Ok(());
        }
        let entries: Vec<Entry> = {
            let mut state = self.state.write();
            state.stitcher.touch_all();
            let graph = std::sync::Arc::clone(&state.graph);
            let mut lines = judge(&mut state.stitcher, &graph, Vec::new(), now_us());
            if let Some((policy, false)) = graph.policy() {
                let (source, time_us) = (STEWARD.to_owned(), now_us());
                lines.push(IdentityEdge::Policy { policy, settled: true, source, time_us });
            }
            let lines: Vec<StoredEdge> = lines.iter().map(StoredEdge::from).collect();
            lines.chunks(RECORD_EDGES).map(|edges| Entry::of_identities(Vec::new(), edges.to_vec())).collect()
        };
        let done = self.log_entries(entries).await;
        if done.is_err() {
            self.forget_judged();
        }
        done?;
        let mut state = self.state.write();
        state.stitcher.settled();
        state.judged = true;
        Ok(())
    }

    /// Tells the stitcher the namespaces it does not know.
    pub(crate) async fn name_all(&self) -> Result<()> {
        let reads_only = self.writes("").is_err();
        if self.state.read().named && !reads_only {
            return Ok(());
        }
        let register = self.register().await?;
        let mut state = self.state.write();
        if state.named && !reads_only {
            // Somebody else has, and may be judging by now.
            return Ok(());
        }
        // Judged or not, they were so with their namespaces.
        state.stitcher.replay(|stitcher| {
            for profile in stitcher.nameless() {
                if let Some(namespace) = register.namespace_of(profile.0) {
                    stitcher.name(profile, namespace);
                }
            }
        });
        state.named = true;
        Ok(())
    }

    /// Whether judging everything anew would change something that is said to be judged. Costs a copy of the stitcher.
    pub(crate) async fn is_judged_otherwise(&self) -> Result<bool> {
        self.name_all().await?;
        let (mut stitcher, judged) = {
            let state = self.state.read();
            (state.stitcher.clone(), state.judged)
        };
        crate::lake::blocking(move || {
            stitcher.touch_all();
            Ok(judged && !stitcher.changes().is_empty())
        })
        .await
    }

    /// Names the profiles of acts before they are judged.
    pub(crate) async fn name(&self, acts: &[IdentityEdge]) -> Result<()> {
        if acts.is_empty() {
            return Ok(());
        }
        let register = self.register().await?;
        let mut state = self.state.write();
        let ends = acts.iter().flat_map(|act| <[ProfileId; 2]>::from(act.ends()));
        for profile in ends.filter(|profile| profile.0 != 0) {
            if let Some(namespace) = register.namespace_of(profile.0) {
                state.stitcher.name(profile, namespace);
            }
        }
        Ok(())
    }

    /// Names profiles that links named before an event did.
    fn name_registered(&self, registered: &[(i64, Identifier)]) {
        let mut state = self.state.write();
        for (profile, identifier) in registered {
            if state.stitcher.is_nameless(ProfileId(*profile)) {
                state.stitcher.name(ProfileId(*profile), &identifier.namespace);
            }
        }
    }

    /// After a record did not come to the log: the stitcher says what the log says, and judges it again.
    fn forget_judged(&self) {
        let mut state = self.state.write();
        let graph = std::sync::Arc::clone(&state.graph);
        let mut stitcher = Stitcher::default();
        stitcher.replay(|stitcher| graph.edges().for_each(|edge| note(stitcher, &edge)));
        state.stitcher = stitcher;
        (state.named, state.judged) = (false, false);
    }
}

pub(crate) fn now_us() -> i64 {
    now_ms() * 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(a: i64, b: i64, time_us: i64) -> IdentityEdge {
        let (source, reason) = ("web".to_owned(), String::new());
        IdentityEdge::Link { a: ProfileId(a), b: ProfileId(b), strength: Strength::Observed, source, reason, time_us }
    }

    /// A lake from before there was a policy: a device (1) had fused two logins (2 and 3).
    #[test]
    fn links_of_earlier_releases_are_statements_and_are_judged() {
        let edges = [link(1, 2, 20), link(1, 3, 10)];
        let mut graph = IdentityGraph::from_edges(&edges).unwrap();
        let mut stitcher = Stitcher::default();
        edges.iter().for_each(|edge| note(&mut stitcher, edge));
        for (profile, namespace) in [(1, "anonymous_id"), (2, "user_id"), (3, "user_id")] {
            stitcher.name(ProfileId(profile), namespace);
        }
        stitcher.settled();
        assert_eq!(judge(&mut stitcher, &graph, Vec::new(), 99), []);
        stitcher.touch_all();
        let lines = judge(&mut stitcher, &graph, Vec::new(), 99);
        assert!(matches!(&lines[..], [IdentityEdge::Withhold { a, b, reason, .. }]
            if (a.0, b.0) == (1, 2) && reason == "shared"));
        lines.iter().for_each(|line| {
            graph.push(line).unwrap();
            note(&mut stitcher, line);
        });
        // Taken back by whoever said it, the other one stands again, by what was said of it.
        let unlink = |a, b| IdentityEdge::Unlink { a, b, source: "x".into(), reason: String::new(), time_us: 100 };
        let lines = judge(&mut stitcher, &graph, vec![unlink(ProfileId(3), ProfileId(1))], 100);
        assert_eq!(lines[1..], [link(1, 2, 20)]);
    }

    #[test]
    fn a_policy_is_settled_at_once_or_said_to_be_at_the_end() {
        let policy = || IdentityEdge::Policy {
            policy: Policy::default(),
            settled: false,
            source: "anna".to_owned(),
            time_us: 1,
        };
        let settled = |line: &IdentityEdge| match line {
            IdentityEdge::Policy { settled, .. } => Some(*settled),
            _ => None,
        };
        let mut few = vec![policy(), link(1, 2, 1)];
        settle_policy(&mut few);
        assert_eq!(few.iter().filter_map(settled).collect::<Vec<_>>(), [true]);
        let mut many = vec![policy()];
        many.extend((0..RECORD_EDGES as i64).map(|n| link(n, n + 1, 1)));
        settle_policy(&mut many);
        assert_eq!(many.iter().filter_map(settled).collect::<Vec<_>>(), [false, true]);
        assert_eq!(settled(&many[many.len() - 1]), Some(true));
    }
}
