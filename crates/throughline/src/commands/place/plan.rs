//! `throughline place plan`.

use control::definition;
use ingest::floor_plan::{Options, format_of, read};
use model::place::calibration::ControlPoint;
use model::place::{Plan, Site, SiteKind};
use model::text::LocalizedText;
use serde::Serialize;

use crate::args::PlanArgs;
use crate::context::Context;
use crate::exit::{Exit, Failure};

pub fn run(context: &Context, args: &PlanArgs) -> anyhow::Result<Exit> {
    #[derive(Serialize)]
    struct Drafted {
        site: Site,
        /// What was left out or guessed.
        doubts: Vec<String>,
        /// How far each control point is missed by, metres.
        misses_m: Option<Vec<f64>>,
        residual_m: Option<f64>,
    }
    let bytes = std::fs::read(&args.file).map_err(|error| {
        let message = format!("cannot read {}: {error}", args.file.display());
        match error.kind() {
            std::io::ErrorKind::NotFound => Failure::not_found(message),
            _ => Failure::new(Exit::Failed, message),
        }
    })?;
    let format = args.format.map(Into::into).or_else(|| format_of(&bytes)).ok_or_else(|| {
        Failure::input(format!("{} is no plan of a known format; name it with --format", args.file.display()))
    })?;
    let stem = args.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let points = args.control_points.iter().map(|text| control_point(text)).collect::<Result<Vec<_>, _>>()?;
    let size_m = args.size.as_deref().map(size).transpose()?;
    let options = Options {
        level: args.level,
        size_m,
        metres_per_unit: args.metres_per_unit,
        control_points: &points,
        ..Options::called(&stem)
    };
    let draft = read(format, &bytes, &options)
        .map_err(|unreadable| Failure::input(format!("{}: {unreadable}", args.file.display())))?;
    let doubts: Vec<String> = draft
        .warnings
        .iter()
        .map(|warning| match &warning.at {
            Some(at) => format!("{at}: {}", warning.text),
            None => warning.text.clone(),
        })
        .collect();
    let site = Site {
        id: args.site.clone().unwrap_or_else(|| key(&stem)),
        name: LocalizedText::from(args.site.as_deref().unwrap_or(&stem)),
        known_as: Vec::new(),
        kind: SiteKind::Shop,
        time_zone: args.zone.clone(),
        plans: vec![Plan { from: args.from, note: None, floors: draft.floors }],
        rules: Default::default(),
    };
    doubts.iter().for_each(|doubt| context.output.remark(&format!("doubt: {doubt}")));
    if let Some(fit) = &draft.fit {
        context.output.remark(&format!("control points are missed by {:.3} m (root mean square)", fit.residual_m()));
    }
    site.faults().iter().for_each(|fault| context.output.remark(&format!("mend before saving: {fault}")));
    let residual_m = draft.fit.as_ref().map(|fit| fit.residual_m());
    let drafted = Drafted { site, doubts, misses_m: draft.fit.map(|fit| fit.misses_m), residual_m };
    context.output.result(&drafted, |drafted| definition::site_to_yaml(&drafted.site))?;
    Ok(Exit::Done)
}

/// A file's name as a key.
fn key(name: &str) -> String {
    let lower = name.to_lowercase();
    lower.chars().map(|it| if it.is_ascii_lowercase() || it.is_ascii_digit() { it } else { '-' }).collect()
}

fn pair(text: &str, between: char) -> Option<[f64; 2]> {
    let (x, y) = text.split_once(between)?;
    let number = |text: &str| text.trim().parse().ok().filter(|number: &f64| number.is_finite());
    Some([number(x)?, number(y)?])
}

fn size(text: &str) -> Result<[f64; 2], Failure> {
    pair(text, 'x').ok_or_else(|| Failure::usage(format!("--size: `{text}` is not metres by metres, as in 30x20")))
}

fn control_point(text: &str) -> Result<ControlPoint, Failure> {
    let read = || {
        let (pixel, metres) = text.split_once('=')?;
        Some(ControlPoint { pixel: pair(pixel, ',')?, metres: pair(metres, ',')? })
    };
    read().ok_or_else(|| Failure::usage(format!("--control-point: `{text}` is not X,Y=X,Y, as in 120,340=6,17")))
}
