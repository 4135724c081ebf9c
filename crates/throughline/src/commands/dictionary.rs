//! `throughline dictionary`: what is in the events, by name, and what is wrong with it.

use std::collections::BTreeMap;

use analysis::answer::{DictionaryAnswer, DictionaryEntry, EventProperty, QualityFinding};
use analysis::dictionary::{DictionaryContext, Examples};
use analysis::question::Present;
use control::{Control, Workspace};
use lake::DictionaryRead;
use model::dictionary::{DictionarySubject, NameStatus};
use serde::Serialize;

use crate::args::{DescribeArgs, DictionaryCommand, StatusArg, WorkspaceArg};
use crate::context::{ASKING, Context, save_info};
use crate::exit::Exit;
use crate::output::{count, percent, table, time};

pub async fn run(context: &Context, command: DictionaryCommand) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    match command {
        DictionaryCommand::Events(arg) => {
            let answer = answer(context, &control, &arg).await?;
            context.output.result(&answer, events)?;
            Ok(Exit::Done)
        }
        DictionaryCommand::Event(args) => {
            let workspace = context.workspace(&control, &args.workspace).await?;
            let (present, read, beside) = read(context, &control, &workspace).await?;
            let entry = analysis::dictionary::entry(&present, &read, &beside, &args.event, Examples::All)?;
            context.output.result(&entry, event)?;
            Ok(Exit::Done)
        }
        DictionaryCommand::Quality(arg) => {
            let answer = answer(context, &control, &arg).await?;
            context.output.result(&answer.findings, |findings| quality(findings))?;
            Ok(if answer.findings.is_empty() { Exit::Done } else { Exit::Failed })
        }
        DictionaryCommand::Describe(args) => describe(context, &control, args).await,
    }
}

async fn answer(context: &Context, control: &Control, arg: &WorkspaceArg) -> anyhow::Result<DictionaryAnswer> {
    let workspace = context.workspace(control, arg).await?;
    let (present, read, beside) = read(context, control, &workspace).await?;
    Ok(analysis::dictionary::answer(&present, &read, &beside)?)
}

async fn read(
    context: &Context,
    control: &Control,
    workspace: &Workspace,
) -> anyhow::Result<(Present, DictionaryRead, DictionaryContext)> {
    let present = context.present(control, workspace).await?;
    let work = async |control: &lake::Control| analysis::dictionary::read(&present, control).await;
    let read = context.watched(ASKING, work).await?;
    let notes: BTreeMap<_, _> = control
        .dictionary_notes(&workspace.id)
        .await?
        .into_iter()
        .map(|(subject, stored)| {
            let control::StoredDictionaryNote { note, version, saved_at_us, by } = stored;
            (subject, analysis::answer::NameNote { note, version, saved_at_us, by })
        })
        .collect();
    // Dead letters are the server's, which may be writing to them.
    Ok((present, read, DictionaryContext { notes, rejected: Vec::new() }))
}

async fn describe(context: &Context, control: &Control, args: DescribeArgs) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Saved {
        version: u32,
        created: bool,
    }
    let subject = match (args.event, args.property) {
        (_, Some(property)) => DictionarySubject::Property(property),
        (event, None) => DictionarySubject::Event(event.unwrap_or_default()),
    };
    let workspace = context.workspace(control, &args.workspace).await?;
    let stored = control.dictionary_notes(&workspace.id).await?.remove(&subject);
    let (version, mut note) = stored.map_or_else(Default::default, |stored| (stored.version, stored.note));
    for (text, given) in
        [(&mut note.title, args.title), (&mut note.description, args.description), (&mut note.owner, args.owner)]
    {
        if let Some(given) = given {
            *text = given;
        }
    }
    match args.status {
        None => {}
        Some(StatusArg::None) => note.status = None,
        Some(StatusArg::Expected) => note.status = Some(NameStatus::Expected),
        Some(StatusArg::Deprecated) => note.status = Some(NameStatus::Deprecated),
        Some(StatusArg::Hidden) => note.status = Some(NameStatus::Hidden),
    }
    let info = save_info(args.note, Some(version));
    let saved = control.save_dictionary_note(&workspace.id, &subject, &note, info).await?;
    let saved = Saved { version: saved.version, created: saved.created };
    context.output.result(&saved, |saved| match saved.created {
        true => format!("saved as version {}", saved.version),
        false => "unchanged".to_owned(),
    })?;
    Ok(Exit::Done)
}

fn events(answer: &DictionaryAnswer) -> String {
    let rows = answer.names.iter().map(|event| {
        [
            event.name.clone(),
            event.note.as_ref().map(|note| note.note.title.clone()).unwrap_or_default(),
            count(event.count),
            event.first_us.map(time).unwrap_or_default(),
            event.last_us.map(time).unwrap_or_default(),
            event.sources.join(", "),
            event.channels.join(", "),
            count(event.properties),
            count(event.findings),
        ]
    });
    let header =
        ["event", "title", "events#", "first (UTC)", "last (UTC)", "sources", "channels", "properties#", "findings#"];
    let mut text = table(header, rows);
    if answer.events_beyond > 0 {
        text += &format!("\n{} events of more names than are told apart", count(answer.events_beyond));
    }
    text
}

fn event(entry: &DictionaryEntry) -> String {
    let senders = entry.senders.iter().map(|sender| {
        let times = [time(sender.first_us), time(sender.last_us)];
        let [first, last] = times;
        [sender.source.clone(), sender.channel.clone(), count(sender.count), first, last]
    });
    let senders = table(["source", "channel", "events#", "first (UTC)", "last (UTC)"], senders);
    let properties = entry.properties.iter().map(|property| {
        let kinds: Vec<String> = property.types.iter().map(|of| word(&of.kind)).collect();
        let examples: Vec<&str> = property.examples.iter().take(3).map(|example| example.value.as_str()).collect();
        let about = if property.distinct_exact { "" } else { "~" };
        [
            property.name.clone(),
            percent(Some(EventProperty::share(property))),
            kinds.join(", "),
            format!("{about}{}", count(property.distinct)),
            examples.join(" · "),
        ]
    });
    let properties = table(["property", "present#", "types", "different#", "examples"], properties);
    let findings = if entry.findings.is_empty() { String::new() } else { format!("\n\n{}", quality(&entry.findings)) };
    format!("{} events `{}`\n\n{senders}\n\n{properties}{findings}", count(entry.event.count), entry.event.name)
}

fn quality(findings: &[QualityFinding]) -> String {
    if findings.is_empty() {
        return "nothing is wrong".to_owned();
    }
    let rows = findings.iter().map(|finding| {
        let about = [&finding.source, &finding.event, &finding.property, &finding.code];
        let about: Vec<&str> = about.into_iter().flatten().map(String::as_str).collect();
        let types = finding.usual.iter().chain(&finding.found).map(word).collect::<Vec<_>>().join(" → ");
        [
            word(&finding.rule),
            about.join(" · "),
            types,
            count(finding.count),
            count(finding.of),
            finding.first_us.map(time).unwrap_or_default(),
            finding.last_us.map(time).unwrap_or_default(),
        ]
    });
    table(["finding", "about", "types", "count#", "of#", "first (UTC)", "last (UTC)"], rows)
}

/// The word of the API for it.
fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
