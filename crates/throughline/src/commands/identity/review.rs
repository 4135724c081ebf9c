//! `throughline identity review`, `decide`, `decisions` and `policy`.

use lake::{
    Control, DecisionMade, IdentityChange, Lake, Member, Mode, ReviewAsk, ReviewCase, ReviewPage, Verdict, WithheldLink,
};
use model::identity::ProfileId;
use model::stitching::{Decision, NamespaceRules, Policy};
use serde::Serialize;

use super::{SOURCE, identifier};
use crate::args::{DecideArgs, DecisionName, PolicyArgs, ReviewArgs, WorkspaceArg};
use crate::context::{Context, read_text};
use crate::exit::{Exit, Failure};
use crate::output::{count, table, time};

pub async fn review(context: &Context, args: &ReviewArgs) -> anyhow::Result<Exit> {
    let lake = open(context, &args.workspace, Mode::ReadOnly).await?;
    let page = lake.review(ReviewAsk { why: None, after: args.after.map(ProfileId), limit: args.limit }).await?;
    context.output.result(&page, cases)?;
    Ok(Exit::Done)
}

/// What was decided, or would be.
#[derive(Debug, Serialize)]
struct Decided {
    /// Version of the identity log after it; none of a preview.
    identity_version: Option<u64>,
    change: IdentityChange,
}

pub async fn decide(context: &Context, args: &DecideArgs) -> anyhow::Result<Exit> {
    let decision = match args.decision {
        DecisionName::Join => Decision::Join,
        DecisionName::KeepApart => Decision::KeepApart,
        DecisionName::Block => Decision::Block,
        DecisionName::Undo => Decision::Undo,
    };
    let a = identifier(&args.a)?;
    let b = args.b.as_deref().map(identifier).transpose()?;
    let verdicts = vec![Verdict { decision, a, b, reason: args.reason.clone() }];
    let mode = if args.preview { Mode::ReadOnly } else { Mode::ReadWrite };
    let lake = open(context, &args.workspace, mode).await?;
    let change = lake.preview_verdicts(&verdicts).await?;
    let identity_version = match args.preview {
        true => None,
        false => Some(lake.decide(verdicts, SOURCE, worker::clock::now_us()).await?.0),
    };
    context.output.result(&Decided { identity_version, change }, |decided| changed(&decided.change, args.preview))?;
    Ok(Exit::Done)
}

pub async fn decisions(context: &Context, workspace: &WorkspaceArg) -> anyhow::Result<Exit> {
    let lake = open(context, workspace, Mode::ReadOnly).await?;
    let made = lake.decisions().await?;
    context.output.result(&made, |made| {
        let row = |made: &DecisionMade| {
            let b = made.b.as_ref().map(named).unwrap_or_default();
            let decision = word(made.decision).to_owned();
            [decision, named(&made.a), b, made.by.clone(), made.reason.clone(), time(made.time_us)]
        };
        match made.is_empty() {
            true => "nobody has decided anything".to_owned(),
            false => {
                table(["decision", "identifier", "identifier", "by", "reason", "time (UTC)"], made.iter().map(row))
            }
        }
    })?;
    Ok(Exit::Done)
}

/// The policy in force or to be, the rules of the namespaces it names, and what setting it would change or changed.
#[derive(Debug, Serialize)]
struct PolicyShown {
    policy: Policy,
    rules: Vec<(String, NamespaceRules)>,
    change: Option<IdentityChange>,
}

pub async fn policy(context: &Context, args: &PolicyArgs) -> anyhow::Result<Exit> {
    let Some(path) = &args.set else {
        let lake = open(context, &args.workspace, Mode::ReadOnly).await?;
        let policy = lake.stitching_policy().await?;
        context.output.result(&shown(policy, None), |shown| human(shown, args.preview))?;
        return Ok(Exit::Done);
    };
    let text = read_text(path)?;
    let policy: Policy = serde_json::from_str(&text)
        .map_err(|error| Failure::input(format!("{} is no stitching policy: {error}", path.display())))?;
    let mode = if args.preview { Mode::ReadOnly } else { Mode::ReadWrite };
    let lake = open(context, &args.workspace, mode).await?;
    let change = lake.preview_policy(&policy, &Control::new()).await?.change;
    if !args.preview {
        lake.set_stitching_policy(&policy, SOURCE, worker::clock::now_us()).await?;
    }
    context.output.result(&shown(policy, Some(change)), |shown| human(shown, args.preview))?;
    Ok(Exit::Done)
}

async fn open(context: &Context, workspace: &WorkspaceArg, mode: Mode) -> anyhow::Result<Lake> {
    let control = context.control().await?;
    let workspace = context.workspace(&control, workspace).await?;
    context.lake(&workspace.id, mode).await
}

fn shown(policy: Policy, change: Option<IdentityChange>) -> PolicyShown {
    let usual = ["anonymous_id", "order_no", "email", "phone", "user_id"].map(str::to_owned);
    let mut names: Vec<String> = usual.into_iter().chain(policy.namespaces.keys().cloned()).collect();
    names.sort();
    names.dedup();
    let rules = names.into_iter().map(|name| (name.clone(), policy.rules(&name))).collect();
    PolicyShown { policy, rules, change }
}

fn human(shown: &PolicyShown, preview: bool) -> String {
    let row = |(namespace, rules): &(String, NamespaceRules)| {
        let most = rules.per_customer_max.map_or_else(|| "–".to_owned(), |most| count(most.into()));
        let kind = format!("{:?}", rules.kind).to_lowercase();
        let shared = format!("{:?}", rules.shared).to_lowercase();
        [namespace.clone(), kind, rules.priority.to_string(), most, count(rules.persons_max.into()), shared]
    };
    let header = ["namespace", "kind", "priority#", "per customer at most#", "persons at most#", "shared: goes to"];
    let most = count(shown.policy.customer_identifiers_max.into());
    let rules = table(header, shown.rules.iter().map(row));
    let change = shown.change.as_ref().map(|change| format!("\n{}", changed(change, preview))).unwrap_or_default();
    format!("a customer has at most {most} identifiers\n{rules}{change}")
}

fn cases(page: &ReviewPage) -> String {
    if page.cases.is_empty() {
        return "no case is open".to_owned();
    }
    let row = |case: &ReviewCase, link: &WithheldLink| {
        let why = match &link.namespace {
            Some(namespace) => format!("{}: {namespace}", link.why.code()),
            None => link.why.code().to_owned(),
        };
        let customer = |member: &Member| format!("{} ({})", member.customer.0, count(member.customer_profiles));
        [named(&case.subject), customer(&case.subject), named(&link.member), customer(&link.member), why]
    };
    let rows = page.cases.iter().flat_map(|case| case.withheld.iter().map(move |link| row(case, link)));
    let header = ["identifier", "customer (profiles)", "not joined to", "customer (profiles)", "why"];
    let next = page.next.map(|next| format!("; --after {} for more", next.0)).unwrap_or_default();
    format!("{}\n{} open{next}", table(header, rows), count(page.total))
}

fn changed(change: &IdentityChange, preview: bool) -> String {
    let would = if preview { "would be" } else { "are" };
    let events = change.events.map_or_else(|| "many".to_owned(), count);
    format!(
        "{} customers {would} joined into {}, {} divided; {} links made, {} withheld; {events} events of these customers",
        count(change.customers.merged.iter().map(|merge| merge.from.len() as u64).sum()),
        count(change.customers.merged.len() as u64),
        count(change.customers.split.len() as u64),
        count(change.links_made),
        count(change.links_withheld),
    )
}

fn named(member: &Member) -> String {
    match &member.identifier {
        Some(identifier) => format!("{}:{}", identifier.namespace, identifier.value),
        None => format!("profile {}", member.profile.0),
    }
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Join => "join",
        Decision::KeepApart => "keep apart",
        Decision::Block => "block",
        Decision::Undo => "undo",
    }
}
