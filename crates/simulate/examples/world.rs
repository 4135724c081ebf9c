//! Prints what a world holds: `cargo run -p simulate --example world -- --seed 7 --customers 2000 --plants 4`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::time::Instant;

use simulate::journeys::JOURNEYS;
use simulate::{Config, Tally, World};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut config = Config::new(7);
    let (mut plants, mut show) = (0, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--seed" => config.seed = value.parse()?,
            "--customers" => config.customers = value.parse()?,
            "--days" => config.days = value.parse()?,
            "--plants" => plants = value.parse()?,
            "--show" => show = Some(value.parse()?),
            _ => return Err(format!("{name}? use --seed, --customers, --days, --plants, --show CUSTOMER").into()),
        }
    }
    config.plants = World::random_plants(&config, config.seed, plants)?;
    let begun = Instant::now();
    let world = World::new(config)?;
    println!("made in {:.2?}", begun.elapsed());
    if let Some(number) = show {
        for event in world.customer(number) {
            println!("{}", serde_json::to_string(&event)?);
        }
        return Ok(());
    }
    let begun = Instant::now();
    let total: usize = world.customers().map(|events| events.len()).sum();
    println!("{total} events, {:.0} a second", total as f64 / begun.elapsed().as_secs_f64());

    let (mut tally, mut watch) = (Tally::default(), world.watch());
    for events in world.customers() {
        tally.add(&events, world.end_us());
        watch.add(&events);
    }
    let cells = tally.cells();
    for (event, count) in &tally.events {
        println!("{event:20} {count:8}");
    }
    for (cell, counts) in cells.iter().filter(|(cell, _)| cell.dimension.is_none()) {
        let shape = &JOURNEYS[cell.journey];
        let (stage, rate) = (shape.stages[cell.stage].id, 100.0 * counts.rate());
        println!("{:16} {stage:10} {:24} {:8} {rate:6.2} %", shape.id, cell.kind.name(), counts.exposed);
    }
    let mut sizes: BTreeMap<(String, String), u64> = BTreeMap::new();
    for (cell, counts) in &cells {
        if let Some(dimension) = &cell.dimension {
            let size = sizes.entry((dimension.name.clone(), dimension.value.clone())).or_default();
            *size = (*size).max(counts.exposed);
        }
    }
    for ((name, value), size) in sizes {
        println!("{name:14} {value:24} {size:8}");
    }
    println!("{}", serde_json::to_string_pretty(&world.truth(&watch))?);
    Ok(())
}
