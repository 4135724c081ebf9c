//! `throughline source` and `throughline key`.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use control::{KeyKind, MessageKind};
use ingest::live::Protocol;

use super::WorkspaceArg;

#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// List sources with their channel, origins and keys
    List(WorkspaceArg),
    /// Add a source
    #[command(
        after_help = "Example:\n  throughline source add web -w shop --name 'Web shop' --channel web --origin https://shop.example"
    )]
    Add(SourceAddArgs),
    /// Change a source's name, channel or origins
    Change(SourceChangeArgs),
    /// Remove a source and its keys; its events stay
    Remove(SourceArg),
}

#[derive(Debug, Args)]
pub struct SourceArg {
    /// Id of the source
    pub source: String,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}

#[derive(Debug, Args)]
pub struct SourceAddArgs {
    /// Id, which stands in every event and never changes: lower-case letters, digits, - and _
    pub source: String,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
    /// What people call it [default: its id]
    #[arg(long)]
    pub name: Option<String>,
    /// Channel of events that do not say theirs
    #[arg(long)]
    pub channel: String,
    /// Origin of pages that may send, as in https://shop.example; may be given several times [default: any]
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Vec<String>,
}

#[derive(Debug, Args)]
pub struct SourceChangeArgs {
    #[command(flatten)]
    pub source: SourceArg,
    /// What people call it
    #[arg(long)]
    pub name: Option<String>,
    /// Channel of events that do not say theirs
    #[arg(long)]
    pub channel: Option<String>,
    /// Origin of pages that may send, in place of those before; may be given several times
    #[arg(long, value_name = "ORIGIN")]
    pub origin: Vec<String>,
    /// Pages of any origin may send
    #[arg(long, conflicts_with = "origin")]
    pub any_origin: bool,
}

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// List keys; public ones are shown whole
    List(KeyListArgs),
    /// Make a key of a source; a secret one is shown this once
    #[command(
        after_help = "Examples:\n  throughline key create web -w shop --kind public --message event --protocol segment\n  throughline key create till -w shop --kind secret"
    )]
    Create(KeyCreateArgs),
    /// Replace a key by one that may send the same; the old one goes on to open for a while
    Rotate(KeyRotateArgs),
    /// Take a key away; it opens nothing from then on
    Revoke(KeyArg),
}

#[derive(Debug, Args)]
pub struct KeyListArgs {
    /// Only those of this source
    pub source: Option<String>,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}

#[derive(Debug, Args)]
pub struct KeyCreateArgs {
    #[command(flatten)]
    pub source: SourceArg,
    /// Who may read it
    #[arg(long, value_enum, value_name = "KIND")]
    pub kind: KeyKindName,
    /// Protocol it may speak; may be given several times [default: all]
    #[arg(long, value_name = "PROTOCOL", value_parser = protocol())]
    pub protocol: Vec<Protocol>,
    /// Kind of message it may send; may be given several times [default: all]
    #[arg(long, value_enum, value_name = "KIND")]
    pub message: Vec<MessageName>,
}

#[derive(Debug, Args)]
pub struct KeyArg {
    /// Id of the key, as `key list` shows it
    #[arg(value_name = "ID")]
    pub key: String,
    #[command(flatten)]
    pub workspace: WorkspaceArg,
}

#[derive(Debug, Args)]
pub struct KeyRotateArgs {
    #[command(flatten)]
    pub key: KeyArg,
    /// Hours the old key goes on to open
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(0..=744))]
    pub grace: u32,
}

/// [`KeyKind`] as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeyKindName {
    /// Stands in pages and apps
    Public,
    /// Stays on servers
    Secret,
}

/// [`MessageKind`] as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MessageName {
    /// Something happened
    Event,
    /// Identifiers are one person, or are no longer
    Identify,
    /// Traits are set
    Profile,
}

impl From<KeyKindName> for KeyKind {
    fn from(name: KeyKindName) -> KeyKind {
        match name {
            KeyKindName::Public => KeyKind::Public,
            KeyKindName::Secret => KeyKind::Secret,
        }
    }
}

impl From<MessageName> for MessageKind {
    fn from(name: MessageName) -> MessageKind {
        match name {
            MessageName::Event => MessageKind::Event,
            MessageName::Identify => MessageKind::Identify,
            MessageName::Profile => MessageKind::Profile,
        }
    }
}

/// A protocol, by its name.
fn protocol() -> impl TypedValueParser<Value = Protocol> {
    PossibleValuesParser::new(Protocol::ALL.map(Protocol::id)).map(|name| {
        // What is possible is what there is.
        Protocol::ALL.into_iter().find(|protocol| protocol.id() == name).unwrap_or(Protocol::Throughline)
    })
}
