//! `throughline journey export`: a journey as a file.

use std::io::IsTerminal;
use std::path::Path;

use control::{Control, definition};
use export::{Language, Picture, Theme};
use serde::Serialize;

use super::journey::{computed, stored};
use crate::args::{ExportFormat, JourneyExportArgs, MapTheme};
use crate::context::Context;
use crate::exit::{Exit, Failure};

/// What was written, where it went to a file.
#[derive(Debug, Serialize)]
struct Written {
    file: String,
    bytes: usize,
    /// Characters no font has; 〓 stands for them.
    missing: Vec<char>,
}

pub async fn run(context: &Context, control: &Control, args: &JourneyExportArgs) -> anyhow::Result<Exit> {
    let format = match args.format {
        Some(format) => format,
        None => format_of(args.output.as_deref(), context.output.json)?,
    };
    match format {
        ExportFormat::Yaml | ExportFormat::Json => write_definition(context, control, args, format).await,
        ExportFormat::Svg => write_map(context, control, args, export::Format::Svg).await,
        ExportFormat::Png => write_map(context, control, args, export::Format::Png { scale: args.scale }).await,
        ExportFormat::Pdf => write_map(context, control, args, export::Format::Pdf).await,
        ExportFormat::Pptx => write_map(context, control, args, export::Format::Pptx).await,
        ExportFormat::Xlsx => write_map(context, control, args, export::Format::Xlsx).await,
    }
}

/// The format a file's name asks for; without a file, the definition as text.
fn format_of(output: Option<&Path>, json: bool) -> Result<ExportFormat, Failure> {
    let Some(path) = output else {
        return Ok(if json { ExportFormat::Json } else { ExportFormat::Yaml });
    };
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match extension.as_str() {
        "svg" => Ok(ExportFormat::Svg),
        "png" => Ok(ExportFormat::Png),
        "pdf" => Ok(ExportFormat::Pdf),
        "pptx" => Ok(ExportFormat::Pptx),
        "xlsx" => Ok(ExportFormat::Xlsx),
        "yaml" | "yml" => Ok(ExportFormat::Yaml),
        "json" => Ok(ExportFormat::Json),
        _ => Err(Failure::usage(format!(
            "the name {} does not tell the format; add --format svg, png, pdf, pptx, xlsx, yaml or json",
            path.display()
        ))),
    }
}

async fn write_definition(
    context: &Context,
    control: &Control,
    args: &JourneyExportArgs,
    format: ExportFormat,
) -> anyhow::Result<Exit> {
    let stored = stored(context, control, &args.journey).await?;
    let text = match format {
        ExportFormat::Json => definition::journey_to_json(&stored.journey),
        _ => definition::journey_to_yaml(&stored.journey),
    };
    match &args.output {
        Some(path) => write_file(context, path, text.as_bytes(), Vec::new())?,
        None => context.output.text(&text)?,
    }
    Ok(Exit::Done)
}

async fn write_map(
    context: &Context,
    control: &Control,
    args: &JourneyExportArgs,
    format: export::Format,
) -> anyhow::Result<Exit> {
    if args.output.is_none() && format != export::Format::Svg && std::io::stdout().is_terminal() {
        return Err(Failure::usage("a terminal cannot show this format; name a file with -o").into());
    }
    let lang = &context.output.lang;
    let language = Language::of_tag(lang)
        .ok_or_else(|| Failure::usage(format!("maps are drawn in zh-CN and en, not in `{lang}`")))?;
    let (workspace, map) = computed(context, control, &args.journey, None, &args.scope).await?;
    let pains = control.open_pains(&workspace.id, &map.journey.id).await?;
    let as_of_us = map.meta.scope.as_of_us;
    let pinned = super::view::pinned(context, control, &workspace, &map.journey.id, as_of_us).await?;
    let picture = Picture {
        map: &map,
        workspace: workspace.name.get(language.tag()),
        sample: workspace.sample.as_ref().map(|sample| sample.kind),
        currency: workspace.currency.as_deref(),
        pains: Some(&pains),
        pinned: &pinned,
        language,
        theme: match args.theme {
            MapTheme::Light => Theme::Light,
            MapTheme::Dark => Theme::Dark,
        },
    };
    let exported = export::export(&picture, format)?;
    for c in &exported.missing {
        context.output.remark(&format!("no font has the character U+{:04X}; 〓 stands for it", u32::from(*c)));
    }
    match &args.output {
        Some(path) => write_file(context, path, &exported.bytes, exported.missing)?,
        None => context.output.bytes(&exported.bytes)?,
    }
    Ok(Exit::Done)
}

fn write_file(context: &Context, path: &Path, bytes: &[u8], missing: Vec<char>) -> anyhow::Result<()> {
    std::fs::write(path, bytes)
        .map_err(|error| Failure::new(Exit::Failed, format!("cannot write {}: {error}", path.display())))?;
    let written = Written { file: path.display().to_string(), bytes: bytes.len(), missing };
    context.output.result(&written, |written| format!("{}: {} bytes", written.file, written.bytes))
}
