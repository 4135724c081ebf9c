//! `throughline person`: for whoever holds the machine, when the web app is not there or nobody can sign in to it.
//!
//! Passwords are asked for or read from stdin, never taken as arguments, which other people's process lists show.

use std::io::{BufRead, IsTerminal, Read};

use control::{Control, NewPerson, Person, password};
use model::access::{Action, Role, Standing};
use model::stores::Stores;
use serde_json::{Map, Value};

use super::trail::record;
use crate::args::{PersonAddArgs, PersonCommand, PersonRoleArgs, WorkspaceArg};
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::output::{table, time};

pub async fn run(context: &Context, command: PersonCommand) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    match command {
        PersonCommand::List => {
            let people = control.people().await?;
            context.output.result(&people, |people| rows(people))?;
        }
        PersonCommand::Add(args) => add(context, &control, args).await?,
        PersonCommand::Role(args) => set_role(context, &control, args).await?,
        PersonCommand::ResetPassword(arg) => {
            let person = known(&control, &arg.email).await?;
            let given = new_password(&person.email)?;
            let hash = password::hash(&given, worker::random::bytes()?)?;
            control.set_password(&person.id, hash, None).await?;
            record(&control, Action::PasswordChange, &person.id, None, Map::new()).await?;
            context.output.result(&person, |person| format!("{} has another password", person.email))?;
        }
        PersonCommand::Disable(arg) => switch(context, &control, &arg.email, true).await?,
        PersonCommand::Enable(arg) => switch(context, &control, &arg.email, false).await?,
    }
    Ok(Exit::Done)
}

async fn add(context: &Context, control: &Control, args: PersonAddArgs) -> anyhow::Result<()> {
    let PersonAddArgs { person, name, administrator, workspace, role, store } = args;
    let standing = role.map(|role| standing(role.into(), store)).transpose()?;
    let member = workspace.zip(standing);
    if let Some((workspace, _)) = &member {
        context.workspace(control, &named(workspace)).await?;
    }
    let email = control::checked_email(&person.email)?;
    let given = new_password(&email)?;
    let password_hash = password::hash(&given, worker::random::bytes()?)?;
    let at_us = worker::clock::now_us();
    let new = NewPerson { id: worker::random::id()?, email, name, password_hash, administrator, at_us };
    let person = control.create_person(new).await?;
    let detail = Map::from_iter([("made".to_owned(), true.into()), ("administrator".to_owned(), administrator.into())]);
    record(control, Action::PersonChange, &person.id, None, detail).await?;
    if let Some((workspace, standing)) = member {
        give(control, &workspace, &person, standing).await?;
    }
    context.output.result(&person, |person| format!("made {}", person.email))
}

async fn set_role(context: &Context, control: &Control, args: PersonRoleArgs) -> anyhow::Result<()> {
    let person = known(control, &args.person.email).await?;
    context.workspace(control, &named(&args.workspace)).await?;
    let role = Role::from(args.role);
    give(control, &args.workspace, &person, standing(role, args.store)?).await?;
    context.output.result(&person, |person| format!("{} is {} of {}", person.email, role.id(), args.workspace))
}

/// A role, limited to stores if any are named.
fn standing(role: Role, stores: Vec<String>) -> anyhow::Result<Standing> {
    let stores = match stores.is_empty() {
        true => None,
        false => Some(Stores::new(stores).map_err(|fault| Failure::usage(format!("--store: {fault}")))?),
    };
    Ok(Standing::new(role, stores).map_err(|fault| Failure::usage(format!("--store: {fault}")))?)
}

async fn give(control: &Control, workspace: &str, person: &Person, standing: Standing) -> anyhow::Result<()> {
    let mut detail = Map::from_iter([("role".to_owned(), Value::from(standing.role.id()))]);
    if let Some(stores) = &standing.stores {
        detail.insert("stores".to_owned(), stores.names().len().into());
    }
    let before = control.set_role(workspace, &person.id, standing, worker::clock::now_us()).await?;
    if let Some(before) = before {
        detail.insert("before".to_owned(), before.role.id().into());
    }
    record(control, Action::MemberChange, &person.id, Some(workspace), detail).await
}

async fn switch(context: &Context, control: &Control, email: &str, disabled: bool) -> anyhow::Result<()> {
    let person = known(control, email).await?;
    let person = control.force_disabled(&person.id, disabled, worker::clock::now_us()).await?;
    let detail = Map::from_iter([("disabled".to_owned(), disabled.into())]);
    record(control, Action::PersonChange, &person.id, None, detail).await?;
    context.output.result(&person, |person| match person.disabled {
        true => format!("{} cannot sign in any more", person.email),
        false => format!("{} can sign in", person.email),
    })
}

fn named(workspace: &str) -> WorkspaceArg {
    WorkspaceArg { workspace: Some(workspace.to_owned()) }
}

async fn known(control: &Control, email: &str) -> anyhow::Result<Person> {
    let known = control.credentials(email).await?.map(|known| known.person);
    Ok(known.ok_or_else(|| {
        Failure::not_found(format!(
            "there is nobody with the e-mail {email}; `throughline person list` shows everybody"
        ))
    })?)
}

/// A new password: typed twice and not shown, or the first line of stdin.
fn new_password(email: &str) -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    let given = if stdin.is_terminal() {
        let given = rpassword::prompt_password("New password: ")?;
        if rpassword::prompt_password("The same again: ")? != given {
            return Err(Failure::input("the two passwords differ").into());
        }
        given
    } else {
        let mut line = String::new();
        stdin.lock().take(4096).read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    password::check(&given, email)?;
    Ok(given)
}

fn rows(people: &[Person]) -> String {
    let row = |person: &Person| {
        let is = match (person.disabled, person.administrator) {
            (true, _) => "disabled",
            (false, true) => "administrator",
            (false, false) => "",
        };
        [person.email.clone(), person.name.clone(), is.to_owned(), person.id.clone(), time(person.created_at_us)]
    };
    table(["e-mail", "name", "", "id", "made (UTC)"], people.iter().map(row))
}
