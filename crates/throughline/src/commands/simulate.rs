//! `throughline simulate`.

use std::path::Path;

use worker::simulated::{Config, Plant, SimulateRequest, Simulated, customers_for, plants_from_yaml, simulate};

use crate::args::SimulateArgs;
use crate::context::{Context, read_text};
use crate::exit::{Exit, Failure};
use crate::output::count;
use crate::progress::simulate_watch;

pub async fn run(context: &Context, args: &SimulateArgs) -> anyhow::Result<Exit> {
    let mut config = Config::new(args.seed);
    config.days = args.days.unwrap_or(config.days);
    config.walked_days = args.walked_days;
    config.customers = match (args.customers, args.events_target) {
        (Some(customers), _) => customers,
        (None, Some(events)) => customers_for(&config, events).await?,
        (None, None) => config.customers,
    };
    config.plants = args.plants_file.as_deref().map_or_else(|| Ok(Vec::new()), plants)?;
    config.plants.extend(args.plants.iter().cloned());
    let control = context.control().await?;
    let (watch, bar) = simulate_watch(&context.stop, config.customers);
    let request = SimulateRequest {
        workspace: context.workspace_id(&args.workspace).to_owned(),
        config,
        truth: args.output.clone(),
        known: if args.replace {
            worker::import::KnownUnderOtherMapping::Replace
        } else {
            worker::import::KnownUnderOtherMapping::Refuse
        },
        batch_events: args.batch.map_or(context.settings.import.batch_events, |batch| batch as usize),
    };
    let simulated = simulate(&context.folder, &control, &request, &watch).await;
    bar.finish_and_clear();
    context.output.result(&simulated?, lines)?;
    Ok(Exit::Done)
}

fn plants(path: &Path) -> anyhow::Result<Vec<Plant>> {
    let wrong = |why: String| Failure::input(format!("{}: {why}", path.display()));
    Ok(plants_from_yaml(&read_text(path)?).map_err(wrong)?)
}

fn lines(simulated: &Simulated) -> String {
    let customers = count(u64::from(simulated.customers));
    let head = if simulated.unchanged {
        format!("unchanged: workspace {} holds this world of {customers} customers", simulated.workspace)
    } else {
        let rate = count(simulated.events_per_second.round() as u64);
        let events = count(simulated.events_now);
        let (id, seconds) = (&simulated.workspace, simulated.seconds);
        format!("{events} events of {customers} customers into workspace {id} in {seconds:.1} s, {rate} events/s")
    };
    let journeys: Vec<_> = simulated.journeys.iter().map(|(id, _)| id.as_str()).collect();
    let truth = simulated.truth.iter().map(|path| format!("\ntruth: {}", path.display()));
    let sites: Vec<_> = simulated.sites.iter().map(|(id, _)| id.as_str()).collect();
    let sites = if sites.is_empty() { String::new() } else { format!("; sites: {}", sites.join(", ")) };
    let (plants, journeys) = (simulated.plants, journeys.join(", "));
    format!("{head}\nplanted: {plants}; journeys: {journeys}{sites}{}", truth.collect::<String>())
}
