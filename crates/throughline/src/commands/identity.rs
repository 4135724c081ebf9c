//! `throughline identity`.

mod review;

use lake::{Mode, Verdict};
use model::identifier;
use model::identity::{CustomerId, Identifier, IdentityEdge, ProfileId};
use model::stitching::Decision;
use serde::Serialize;

use super::tables;
use crate::args::{IdentifierArgs, IdentityCommand, LinkArgs};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::{table, time};

/// Feed that links stated here are kept under.
const SOURCE: &str = "command line";

pub async fn run(context: &Context, command: IdentityCommand) -> anyhow::Result<Exit> {
    match command {
        IdentityCommand::Link(args) => change(context, &args, Change::Link).await,
        IdentityCommand::Unlink(args) => change(context, &args, Change::Unlink).await,
        IdentityCommand::Show(args) => show(context, &args).await,
        IdentityCommand::Explain(args) => explain(context, &args).await,
        IdentityCommand::Review(args) => review::review(context, &args).await,
        IdentityCommand::Decide(args) => review::decide(context, &args).await,
        IdentityCommand::Decisions(args) => review::decisions(context, &args).await,
        IdentityCommand::Policy(args) => review::policy(context, &args).await,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Link,
    Unlink,
}

/// Customers of the two identifiers before and after.
#[derive(Debug, Serialize)]
struct Changed {
    identity_version: u64,
    before: [CustomerId; 2],
    after: [CustomerId; 2],
}

async fn change(context: &Context, args: &LinkArgs, change: Change) -> anyhow::Result<Exit> {
    let ends = [identifier(&args.a)?, identifier(&args.b)?];
    let control = context.control().await?;
    let workspace = context.workspace(&control, &args.workspace).await?;
    let lake = context.lake(&workspace.id, Mode::ReadWrite).await?;
    let snapshot = lake.snapshot().await?;
    let mut profiles = Vec::new();
    for end in &ends {
        let known = snapshot.profile_of(end).await?;
        profiles.push(known.ok_or_else(|| {
            Failure::not_found(format!(
                "no event of workspace `{}` carries {}:{}",
                workspace.id, end.namespace, end.value
            ))
        })?);
    }
    let (a, b) = (profiles[0], profiles[1]);
    if a == b {
        return Err(Failure::input("both are the same identifier").into());
    }
    let (source, reason, time_us) = (SOURCE.to_owned(), args.reason.clone(), worker::clock::now_us());
    let before = lake.identity().await?;
    let version = match change {
        Change::Link => {
            let [a, b] = ends;
            lake.decide(vec![Verdict { decision: Decision::Join, a, b: Some(b), reason }], &source, time_us).await?
        }
        Change::Unlink => lake.link(vec![IdentityEdge::Unlink { a, b, source, reason, time_us }]).await?,
    };
    let after = lake.identity().await?;
    let changed = Changed {
        identity_version: version.0,
        before: [before.customer(a), before.customer(b)],
        after: [after.customer(a), after.customer(b)],
    };
    context.output.result(&changed, |changed| match changed.after {
        [a, b] if a == b => format!("{} and {} are one customer, {}", args.a, args.b, a.0),
        [a, b] => format!("{} is customer {}, {} is customer {}", args.a, a.0, args.b, b.0),
    })?;
    Ok(Exit::Done)
}

async fn show(context: &Context, args: &IdentifierArgs) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    let workspace = context.workspace(&control, &args.workspace).await?;
    let present = context.present(&control, &workspace).await?;
    let (namespace, value) = namespace_and_value(&args.identifier);
    let found = context.analyst()?.known_by(&present, namespace, value).await?;
    if found.items.is_empty() {
        return Err(
            Failure::not_found(format!("no customer of workspace `{}` has this identifier", workspace.id)).into()
        );
    }
    context.output.result(&found, |found| {
        let cut = if found.meta.truncated { format!("\nonly the first {}", found.items.len()) } else { String::new() };
        tables::summaries(&found.items) + &cut
    })?;
    Ok(Exit::Done)
}

/// A customer and the links that hold it together.
#[derive(Debug, Serialize)]
struct Explained {
    customer: CustomerId,
    profiles: Vec<ProfileId>,
    links: Vec<Link>,
}

#[derive(Debug, Serialize)]
struct Link {
    /// Version of the identity log that the link made.
    version: u64,
    edge: IdentityEdge,
}

async fn explain(context: &Context, args: &IdentifierArgs) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    let workspace = context.workspace(&control, &args.workspace).await?;
    let lake = context.lake(&workspace.id, Mode::ReadOnly).await?;
    let (namespace, value) = namespace_and_value(&args.identifier);
    let customers = lake.snapshot().await?.customers_of_identifier(namespace, value).await?;
    if customers.is_empty() {
        return Err(
            Failure::not_found(format!("no customer of workspace `{}` has this identifier", workspace.id)).into()
        );
    }
    let graph = lake.identity().await?.graph.clone();
    let explain = |customer: CustomerId| Explained {
        customer,
        profiles: graph.component(customer),
        links: graph
            .edges_of(customer)
            .into_iter()
            .map(|link| Link { version: link.version.0, edge: link.edge })
            .collect(),
    };
    let all: Vec<Explained> = customers.into_iter().map(explain).collect();
    context.output.result(&all, |all| all.iter().map(human).collect::<Vec<_>>().join("\n"))?;
    Ok(Exit::Done)
}

fn human(explained: &Explained) -> String {
    let head = format!("customer {} of {} profiles", explained.customer.0, explained.profiles.len());
    if explained.links.is_empty() {
        return format!("{head}; nothing is linked to it");
    }
    let row = |link: &Link| {
        let (a, b) = link.edge.ends();
        let (strength, source, reason, time_us) = match &link.edge {
            IdentityEdge::Link { strength, source, reason, time_us, .. } => {
                (format!("{strength:?}").to_lowercase(), source.clone(), reason.clone(), *time_us)
            }
            // What holds a customer together is links.
            _ => return [a.0.to_string(), b.0.to_string(), String::new(), String::new(), String::new(), String::new()],
        };
        [a.0.to_string(), b.0.to_string(), strength, source, reason, time(time_us)]
    };
    format!(
        "{head}\n{}",
        table(["profile#", "profile#", "", "source", "reason", "time (UTC)"], explained.links.iter().map(row))
    )
}

fn identifier(text: &str) -> Result<Identifier, Failure> {
    match namespace_and_value(text) {
        (Some(namespace), value) => identifier::read(namespace, value).map_err(|illegal| {
            let code = illegal.code();
            Failure::usage(format!("`{text}` names nobody ({code}): it is empty, too long, a placeholder or malformed"))
        }),
        _ => Err(Failure::usage(format!("`{text}` is no identifier; write NAMESPACE:VALUE, as in member_no:8812"))),
    }
}

fn namespace_and_value(text: &str) -> (Option<&str>, &str) {
    match text.split_once(':') {
        Some((namespace, value)) if !namespace.is_empty() && !value.is_empty() => {
            (Some(identifier::namespace(namespace)), value)
        }
        _ => (None, text),
    }
}
