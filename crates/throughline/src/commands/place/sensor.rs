//! `throughline place sensor`.

use std::path::Path;

use control::{Control, StoredSensor};
use model::place::sensor::SensorWay;
use serde::Serialize;
use server::api::sensors::{NewMqtt, NewPush, NewSensor, NewSensorWay, SensorChange, SensorInfo, SensorWayInfo, made};
use server::error::ApiError;
use server::sensors::secrets::{Sealer, new_key};
use worker::clock::now_us;

use super::resolved;
use crate::args::{
    OfSensor, OfSite, SensorAddArgs, SensorBrokerArgs, SensorChangeArgs, SensorCommand, SensorKeyArgs,
    SensorReadingArgs,
};
use crate::context::{Context, read_text};
use crate::exit::{Exit, Failure};
use crate::output::{count, table, time};

pub async fn run(context: &Context, command: SensorCommand) -> anyhow::Result<Exit> {
    let control = context.control().await?;
    match command {
        SensorCommand::List(of) => list(context, &control, &of).await,
        SensorCommand::Add(args) => add(context, &control, args).await,
        SensorCommand::Change(args) => change(context, &control, args).await,
        SensorCommand::RotateKey(args) => rotate(context, &control, &args).await,
        SensorCommand::Remove(args) => remove(context, &control, &args).await,
    }
}

async fn list(context: &Context, control: &Control, of: &OfSite) -> anyhow::Result<Exit> {
    let (workspace, site) = resolved(context, control, of).await?;
    let stored = control.sensors(&workspace, Some(&site.definition.id)).await?;
    let sensors: Vec<SensorInfo> = stored.into_iter().map(|stored| SensorInfo::of(stored, None, now_us())).collect();
    context.output.result(&sensors, |sensors| {
        let row = |sensor: &SensorInfo| {
            let way = match &sensor.way {
                SensorWayInfo::Push(push) => format!("push {}…", push.key_start),
                SensorWayInfo::Mqtt(mqtt) => format!("{} {}", mqtt.url, mqtt.topic),
            };
            let moment = |us: Option<i64>| us.map_or_else(|| "–".to_owned(), time);
            let newest = sensor.refusal.as_ref().map(|refusal| format!("{}: {}", refusal.code, refusal.reason));
            let counts = [sensor.accepted, sensor.refused].map(count);
            let [accepted, refused] = counts;
            let silent = moment(sensor.silent_since_us);
            let id = sensor.id.clone();
            [
                id,
                sensor.format.id().into(),
                way,
                moment(sensor.last_us),
                silent,
                accepted,
                refused,
                newest.unwrap_or_default(),
            ]
        };
        let header =
            ["id", "format", "way in", "last (UTC)", "silent since", "accepted#", "refused#", "newest refusal"];
        table(header, sensors.iter().map(row))
    })?;
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Made {
    sensor: String,
    key: Option<String>,
    path: Option<String>,
}

async fn add(context: &Context, control: &Control, args: SensorAddArgs) -> anyhow::Result<Exit> {
    let SensorAddArgs { sensor: OfSensor { sensor: id, of }, name, format, reading, broker } = args;
    let (workspace, site) = resolved(context, control, &of).await?;
    let secret = reading.secret_file.as_deref().map(secret_of).transpose()?;
    let password = broker.password_file.as_deref().map(secret_of).transpose()?;
    let SensorReadingArgs { clock_zone, floor, silent_after, validator, .. } = reading;
    let way = match broker {
        SensorBrokerArgs { broker: Some(url), topic: Some(topic), client_id, user_name, .. } => {
            if validator.is_some() || secret.is_some() {
                return Err(Failure::usage(
                    "a validator and a secret are of a sensor that pushes, and this one has a broker",
                )
                .into());
            }
            NewSensorWay::Mqtt(NewMqtt { url, topic, client_id, user_name, password })
        }
        SensorBrokerArgs { broker: None, topic: None, client_id: None, user_name: None, password_file: None } => {
            NewSensorWay::Push(NewPush { validator, secret })
        }
        _ => {
            return Err(
                Failure::usage("a broker takes --broker and --topic; a sensor that pushes has none of both").into()
            );
        }
    };
    let name = name.unwrap_or_else(|| id.clone());
    let new = NewSensor { id, name, format, clock_zone, floor, silent_after_seconds: silent_after, way };
    let made = made(&sealer(context)?, (&workspace, &site.definition.id), new, now_us()).map_err(failure)?;
    control.add_sensor(&workspace, &made.sensor, made.secrets.clone()).await?;
    show(context, made.sensor.id, made.secrets.key)
}

/// Prints a key, this once, and what to do with it.
fn show(context: &Context, sensor: String, key: Option<String>) -> anyhow::Result<Exit> {
    let path = key.as_ref().map(|key| format!("/sensor/{key}"));
    context.output.result(&Made { sensor, key, path }, |made| match &made.path {
        Some(path) => format!(
            "{}: have it post to the address of the server with the path {path}\nThe key is not shown again; \
             `throughline place sensor rotate-key` makes another one.",
            made.sensor
        ),
        None => format!("{}: added; a server that is running connects to its broker within seconds", made.sensor),
    })?;
    Ok(Exit::Done)
}

async fn change(context: &Context, control: &Control, args: SensorChangeArgs) -> anyhow::Result<Exit> {
    let SensorChangeArgs { sensor: OfSensor { sensor: id, of }, name, format, reading, broker } = args;
    let (workspace, site) = resolved(context, control, &of).await?;
    let before = stored(control, &workspace, &site.definition.id, &id).await?;
    let change = SensorChange {
        name,
        format,
        secret: reading.secret_file.as_deref().map(secret_of).transpose()?,
        password: broker.password_file.as_deref().map(secret_of).transpose()?,
        clock_zone: reading.clock_zone,
        floor: reading.floor,
        silent_after_seconds: reading.silent_after,
        validator: reading.validator,
        url: broker.broker,
        topic: broker.topic,
        client_id: broker.client_id,
        user_name: broker.user_name,
    };
    let (changed, sealed) = change.of(&sealer(context)?, before).map_err(failure)?;
    control.change_sensor(&workspace, &changed, sealed).await?;
    context.output.result(&changed, |changed| format!("{}: changed", changed.id))?;
    Ok(Exit::Done)
}

async fn rotate(context: &Context, control: &Control, args: &SensorKeyArgs) -> anyhow::Result<Exit> {
    let OfSensor { sensor: id, of } = &args.sensor;
    let (workspace, site) = resolved(context, control, of).await?;
    let before = stored(control, &workspace, &site.definition.id, id).await?;
    if let SensorWay::Mqtt(_) = before.sensor.way {
        return Err(Failure::usage("a broker passes on what this sensor says; it has no key").into());
    }
    let key = new_key()?;
    let ends_us = now_us() + i64::from(args.grace) * 3_600_000_000;
    control.rotate_sensor_key(&workspace, &site.definition.id, id, &key, ends_us).await?;
    show(context, id.clone(), Some(key))
}

async fn remove(context: &Context, control: &Control, args: &OfSensor) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Removed<'a> {
        sensor: &'a str,
    }
    let workspace = context.workspace(control, &args.of.workspace).await?;
    if !control.delete_sensor(&workspace.id, &args.of.site, &args.sensor).await? {
        return Err(unknown(&args.sensor, &args.of.site).into());
    }
    context.output.result(&Removed { sensor: &args.sensor }, |removed| format!("{}: removed", removed.sensor))?;
    Ok(Exit::Done)
}

/// A sensor of a site.
pub async fn stored(control: &Control, workspace: &str, site: &str, id: &str) -> anyhow::Result<StoredSensor> {
    let all = control.sensors(workspace, Some(site)).await?;
    let found = all.into_iter().find(|stored| stored.sensor.id == id);
    Ok(found.ok_or_else(|| unknown(id, site))?)
}

fn unknown(id: &str, site: &str) -> Failure {
    let how = "`throughline place sensor list` shows those there are";
    Failure::not_found(format!("site `{site}` has no sensor `{id}`; {how}"))
}

fn sealer(context: &Context) -> anyhow::Result<Sealer> {
    Ok(Sealer::new(&context.folder.sensor_key()?))
}

/// The text of a file without the end of its line.
fn secret_of(file: &Path) -> anyhow::Result<String> {
    Ok(read_text(file)?.trim_end_matches(['\r', '\n']).to_owned())
}

fn failure(error: ApiError) -> Failure {
    Failure::input(error.message)
}
