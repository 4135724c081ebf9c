//! `throughline key`: what opens the doors of a source. A server that is running knows a new key at once, and lets go of
//! one that was taken away within seconds.

use control::{Control, KeyKind, KeyScope, NewKey, SourceKey};
use model::access::Action;
use serde::Serialize;
use serde_json::{Map, Value};
use server::api::sources::{KeyInfo, KeyMade};
use worker::clock::now_us;

use super::source::{stored, stored_key};
use super::trail::record;
use crate::args::{KeyArg, KeyCommand, KeyCreateArgs, KeyListArgs, KeyRotateArgs, SourceArg};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{table, time};

pub async fn run(context: &Context, command: KeyCommand) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    match command {
        KeyCommand::List(args) => list(context, &control, &args).await?,
        KeyCommand::Create(args) => create(context, &control, args).await?,
        KeyCommand::Rotate(args) => rotate(context, &control, &args).await?,
        KeyCommand::Revoke(arg) => revoke(context, &control, &arg).await?,
    }
    Ok(Exit::Done)
}

/// A key with its source.
#[derive(Serialize)]
struct Listed {
    source: String,
    #[serde(flatten)]
    key: KeyInfo,
}

async fn list(context: &Context, control: &Control, args: &KeyListArgs) -> anyhow::Result<()> {
    let workspace = context.workspace(control, &args.workspace).await?;
    if let Some(source) = &args.source {
        stored(control, &workspace.id, source).await?;
    }
    let keys = control.source_keys(&workspace.id).await?.into_iter();
    let keys = keys.filter(|key| args.source.as_ref().is_none_or(|source| key.source == *source));
    let keys: Vec<Listed> = keys.map(|key| Listed { source: key.source.clone(), key: KeyInfo::from(key) }).collect();
    context.output.result(&keys, |keys| {
        let row = |Listed { source, key }: &Listed| {
            let moment = |us: Option<i64>| us.map_or_else(|| "–".to_owned(), time);
            let kind = if key.key.is_some() { "public" } else { "secret" };
            let shown = key.key.clone().unwrap_or_else(|| format!("{}…", key.start));
            [
                source.clone(),
                key.id.clone(),
                kind.to_owned(),
                shown,
                key.limits(),
                moment(key.expires_us),
                moment(key.last_used_us),
            ]
        };
        table(["source", "id", "kind", "key", "may send", "ends (UTC)", "last used (UTC)"], keys.iter().map(row))
    })
}

async fn create(context: &Context, control: &Control, args: KeyCreateArgs) -> anyhow::Result<()> {
    let KeyCreateArgs { source: SourceArg { source, workspace }, kind, protocol, message } = args;
    let workspace = context.workspace(control, &workspace).await?;
    stored(control, &workspace.id, &source).await?;
    let protocols = protocol.into_iter().map(|protocol| protocol.id().to_owned()).collect();
    let scope = KeyScope { protocols, kinds: message.into_iter().map(Into::into).collect() }.in_order();
    let new = new_key(kind.into(), scope)?;
    let made = control.add_source_key(&workspace.id, &source, new.clone()).await?;
    record(control, Action::SourceKey, &source, Some(&workspace.id), of_key(&made)).await?;
    show(context, made, new)
}

async fn rotate(context: &Context, control: &Control, args: &KeyRotateArgs) -> anyhow::Result<()> {
    let workspace = context.workspace(control, &args.key.workspace).await?;
    let old = stored_key(control, &workspace.id, &args.key.key).await?;
    let new = new_key(old.kind, old.scope)?;
    let ends_us = new.at_us + i64::from(args.grace) * 3_600_000_000;
    let made = control.rotate_source_key(&workspace.id, &old.source, &old.id, new.clone(), ends_us).await?;
    let target = format!("{}/{}", old.source, old.id);
    record(control, Action::SourceKey, &target, Some(&workspace.id), of_key(&made)).await?;
    show(context, made, new)
}

async fn revoke(context: &Context, control: &Control, arg: &KeyArg) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct Revoked<'a> {
        source: &'a str,
        key: &'a str,
    }
    let workspace = context.workspace(control, &arg.workspace).await?;
    let key = stored_key(control, &workspace.id, &arg.key).await?;
    control.delete_source_key(&workspace.id, &key.source, &key.id).await?;
    let target = format!("{}/{}", key.source, key.id);
    record(control, Action::SourceKeyDeletion, &target, Some(&workspace.id), Map::new()).await?;
    context.output.result(&Revoked { source: &key.source, key: &key.id }, |revoked| {
        format!(
            "{}: key {} opens nothing any more; a server that is running knows within seconds",
            revoked.source, revoked.key
        )
    })
}

fn new_key(kind: KeyKind, scope: KeyScope) -> anyhow::Result<NewKey> {
    Ok(NewKey { kind, text: worker::random::key(kind.start())?, at_us: now_us(), scope })
}

fn of_key(made: &SourceKey) -> Map<String, Value> {
    Map::from_iter([("key".to_owned(), Value::from(&*made.id))])
}

/// Prints a new key: on a line by itself, so that it can be taken from there.
fn show(context: &Context, made: SourceKey, new: NewKey) -> anyhow::Result<()> {
    let made = KeyMade::of(made, new.text);
    context.output.result(&made, |made| {
        let once =
            if made.is_secret() { "\nIt is not shown again; `throughline key rotate` makes another one." } else { "" };
        format!("{}\nid {}{once}", made.key, made.id)
    })
}
