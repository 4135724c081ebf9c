//! The people of an installation, as they are typed.

use clap::{Args, Subcommand, ValueEnum};
use model::access::Role;

#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// List everybody who may sign in
    List,
    /// Make a person; their password is asked for, or read from stdin
    #[command(
        after_help = "Example:\n  throughline person add lin@example.com --name 'Lin' --workspace shop --role editor"
    )]
    Add(PersonAddArgs),
    /// Give a person a role in a workspace
    Role(PersonRoleArgs),
    /// Give a person another password, which is asked for or read from stdin; their sessions end
    ResetPassword(PersonArg),
    /// Let a person sign in no more; their sessions end
    Disable(PersonArg),
    /// Let a person sign in again
    Enable(PersonArg),
}

#[derive(Debug, Args)]
pub struct PersonArg {
    /// E-mail address of the person
    #[arg(value_name = "EMAIL")]
    pub email: String,
}

#[derive(Debug, Args)]
pub struct PersonAddArgs {
    #[command(flatten)]
    pub person: PersonArg,
    /// Name shown to others
    #[arg(long)]
    pub name: String,
    /// Manages people, and owns the workspaces that are made and those nobody owns
    #[arg(long)]
    pub administrator: bool,
    /// Workspace they are a member of
    #[arg(long, short, value_name = "ID", requires = "role")]
    pub workspace: Option<String>,
    /// As what
    #[arg(long, value_enum, value_name = "ROLE", requires = "workspace")]
    pub role: Option<RoleName>,
    /// Only what happened in this store, for viewers and analysts; may be given several times
    #[arg(long, value_name = "SITE", requires = "role")]
    pub store: Vec<String>,
}

#[derive(Debug, Args)]
pub struct PersonRoleArgs {
    #[command(flatten)]
    pub person: PersonArg,
    /// Workspace id
    #[arg(long, short, value_name = "ID")]
    pub workspace: String,
    /// What they are there
    #[arg(value_enum, value_name = "ROLE")]
    pub role: RoleName,
    /// Only what happened in this store, for viewers and analysts; may be given several times
    #[arg(long, value_name = "SITE")]
    pub store: Vec<String>,
}

/// [`Role`] as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Reads maps and answers
    Viewer,
    /// Also asks in SQL, saves, exports, and sees customers
    Analyst,
    /// Also changes journeys, sources and traffic rules, and handles pains and proposals
    Editor,
    /// Also says who is a member, hands out keys of sources, and reads the audit log
    Owner,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Role {
        match name {
            RoleName::Viewer => Role::Viewer,
            RoleName::Analyst => Role::Analyst,
            RoleName::Editor => Role::Editor,
            RoleName::Owner => Role::Owner,
        }
    }
}
