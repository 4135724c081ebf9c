//! Loads the sample workspaces from the folder `samples`: one folder a sample, described by its `workspace.yaml`. A
//! sample is files with a mapping, a world that is simulated, or places with the positions of who walked there.
//!
//! Loading again changes nothing: complete files are left alone, and journeys that somebody has edited since stay
//! as they are.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use analysis::place::ResolvedSite;
use control::{Control, NewWorkspace, SampleNotice, SaveInfo, definition};
use ingest::Mapping;
use lake::{Lake, LakeOptions, Mode};
use model::journey::{Fault, Journey};
use model::place::Site;
use model::sample::SampleKind;
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};

use crate::clock::now_us;
use crate::error::{Error, Result};
use crate::folder::{DataFolder, create_private};
use crate::import::{
    BATCH_EVENTS, ImportRequest, ImportSummary, KnownUnderOtherMapping, Outcome, Target, Watch, import,
};
use crate::maintain::settle_for_good;
use crate::place::{PlaceImport, import_positions};
use crate::simulated;

/// Who a shipped definition was saved by.
const SAVED_BY: &str = "samples";

/// A sample's description, `workspace.yaml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Key of the workspace it becomes.
    pub id: String,
    pub name: LocalizedText,
    /// Whether its events are somebody's or invented.
    #[serde(default)]
    pub kind: SampleKind,
    /// Where it stands in lists, 1 first: behind workspaces of one's own, which have 0.
    #[serde(default = "place_default")]
    pub order: i32,
    /// SPDX expression of the data's licence.
    pub licence: String,
    /// Where the data comes from.
    pub origin: String,
    /// IANA zone.
    pub zone: String,
    /// ISO 4217 code.
    #[serde(default)]
    pub currency: Option<String>,
    /// Files and globs, relative to the sample's folder, with their mapping.
    #[serde(default)]
    pub files: Vec<String>,
    /// The mapping, relative to the sample's folder.
    #[serde(default)]
    pub mapping: Option<String>,
    /// The world its events are simulated from, instead of files.
    #[serde(default)]
    pub generator: Option<simulate::Config>,
    /// Journey definitions, relative to the sample's folder.
    #[serde(default)]
    pub journeys: Vec<String>,
    /// Places where people walk.
    #[serde(default)]
    pub sites: Vec<SampleSite>,
}

/// A place of a sample: paths are relative to the sample's folder.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleSite {
    /// Its definition.
    pub definition: String,
    /// Files and globs of positions.
    #[serde(default)]
    pub positions: Vec<String>,
}

fn place_default() -> i32 {
    100
}

/// What loading one sample did.
#[derive(Debug, Clone, Serialize)]
pub struct Loaded {
    pub workspace: String,
    pub import: ImportSummary,
    /// Journeys there are now, with their versions.
    pub journeys: Vec<(String, u32)>,
    /// Sites there are now, with their versions.
    pub sites: Vec<(String, u32)>,
}

/// Loads every sample of the folder, in the order of their names.
pub async fn load(folder: &DataFolder, control: &Control, samples: &Path, watch: &Watch) -> Result<Vec<Loaded>> {
    let mut loaded = Vec::new();
    for sample in find(samples)? {
        loaded.push(load_one(folder, control, &sample, watch).await?);
    }
    Ok(loaded)
}

/// The folders that hold a `workspace.yaml`.
fn find(samples: &Path) -> Result<Vec<PathBuf>> {
    let none = || Error::NoSamples { path: samples.to_owned() };
    let entries = std::fs::read_dir(samples).map_err(|_| none())?;
    let mut found: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.join("workspace.yaml").is_file()).collect();
    found.sort();
    if found.is_empty() { Err(none()) } else { Ok(found) }
}

async fn load_one(folder: &DataFolder, control: &Control, path: &Path, watch: &Watch) -> Result<Loaded> {
    let sample = read_sample(&path.join("workspace.yaml"))?;
    let (kind, licence, origin) = (sample.kind, sample.licence.clone(), sample.origin.clone());
    let notice = SampleNotice { kind, licence, origin };
    match control.workspace(&sample.id).await? {
        // Loaded by an earlier release, which said less of it.
        Some(known) if known.place != sample.order || known.sample.as_ref() != Some(&notice) => {
            control.describe_sample(&sample.id, &notice, sample.order).await?;
        }
        Some(_) => {}
        None => {
            let new = NewWorkspace {
                id: sample.id.clone(),
                name: sample.name.clone(),
                sample: Some(notice),
                zone: sample.zone.clone(),
                currency: sample.currency.clone(),
                place: sample.order,
                created_at_us: now_us(),
            };
            control.create_workspace(new).await?;
        }
    }
    let lake_folder = folder.lake(&sample.id);
    create_private(&lake_folder)?;
    let lake = Lake::open(&lake_folder, LakeOptions::new(Mode::ReadWrite)).await?;
    let target = Target { folder, control, lake: &lake };
    let mut sites = Vec::new();
    let (mut added, summary) = match &sample.generator {
        Some(config) => {
            let load = simulated::Load {
                workspace: folder.workspace(&sample.id),
                known: KnownUnderOtherMapping::Replace,
                batch_events: BATCH_EVENTS,
            };
            let world = simulated::Made::new(config);
            let (added, summary) = load.run(&lake, &world, watch).await?;
            let (stores, walked) = simulated::walk(target, &sample.id, &world, watch).await?;
            sites.extend(stores);
            (added || walked, summary)
        }
        None if sample.files.is_empty() => (false, ImportSummary::default()),
        None => files(target, path, &sample, watch).await?,
    };
    for site in &sample.sites {
        let (version, walked) = place(target, path, &sample.id, site, watch).await?;
        added |= walked;
        sites.push(version);
    }
    if added {
        watch.lending(async |control| settle_for_good(&lake, control).await).await?;
    }
    let mut journeys = Vec::new();
    for journey in &sample.journeys {
        let path = path.join(journey);
        let text = std::fs::read_to_string(&path).map_err(|source| Error::io("read", &path, source))?;
        let journey = journey_from(&text, &path)?;
        let version = save_unless_edited(control, &sample.id, &journey).await?;
        journeys.push((journey.id, version));
    }
    Ok(Loaded { workspace: sample.id, import: summary, journeys, sites })
}

/// Saves a place and reads its positions. Its id and version, and whether anything was added.
async fn place(
    target: Target<'_>,
    path: &Path,
    workspace: &str,
    site: &SampleSite,
    watch: &Watch,
) -> Result<((String, u32), bool)> {
    // JSON is YAML, too.
    let definition = document(&path.join(&site.definition), definition::site_from_yaml)?;
    let resolved = save_site_unless_edited(target.control, workspace, definition).await?;
    let saved = (resolved.definition.id.clone(), resolved.version);
    let files = site.positions.iter().map(|file| path.join(file)).collect::<Vec<_>>();
    if files.is_empty() {
        return Ok((saved, false));
    }
    let request =
        PlaceImport { workspace: workspace.to_owned(), site: resolved, sensor: None, files: ingest::expand(&files)? };
    let summary = import_positions(target, &request, watch).await?;
    Ok((saved, summary.days.iter().any(|day| !day.unchanged)))
}

/// Imports the sample's files. Whether anything was added, and what it came to.
async fn files(target: Target<'_>, path: &Path, sample: &Sample, watch: &Watch) -> Result<(bool, ImportSummary)> {
    let missing = || Error::Document {
        path: path.join("workspace.yaml"),
        faults: vec![Fault::new("mapping", "name the mapping of the files, or a generator")],
    };
    let mapping_path = path.join(sample.mapping.as_ref().ok_or_else(missing)?);
    let request = ImportRequest {
        workspace: sample.id.clone(),
        files: ingest::expand(&sample.files.iter().map(|file| path.join(file)).collect::<Vec<_>>())?,
        mapping: Arc::new(document(&mapping_path, Mapping::from_yaml)?),
        mapping_folder: mapping_path.parent().unwrap_or(path).to_owned(),
        known: KnownUnderOtherMapping::Replace,
        batch_events: BATCH_EVENTS,
        now_us: now_us(),
    };
    let summary = import(target, &request, watch).await?;
    Ok((summary.files.iter().any(|file| file.outcome != Outcome::Unchanged), summary))
}

/// Reads a shipped definition; its faults name where it is from.
pub(crate) fn journey_from(text: &str, path: &Path) -> Result<Journey> {
    definition::journey_from_yaml(text).map_err(|faults| Error::Document { path: path.to_owned(), faults })
}

/// Saves a shipped definition, but never over what a person has made of it.
pub(crate) async fn save_unless_edited(control: &Control, workspace: &str, journey: &Journey) -> Result<u32> {
    let stored = control.journey(workspace, &journey.id, None).await?;
    if let Some(edited) = stored.as_ref().filter(|stored| stored.by != SAVED_BY) {
        return Ok(edited.version);
    }
    let info = shipped(stored.map(|stored| stored.version));
    Ok(control.save_journey(workspace, journey, info).await?.version)
}

/// The same of a place.
pub(crate) async fn save_site_unless_edited(control: &Control, workspace: &str, site: Site) -> Result<ResolvedSite> {
    let stored = control.site(workspace, &site.id, None).await?;
    if let Some(edited) = stored.as_ref().filter(|stored| stored.by != SAVED_BY) {
        return Ok(ResolvedSite { version: edited.version, definition: edited.site.clone() });
    }
    let info = shipped(stored.map(|stored| stored.version));
    let version = control.save_site(workspace, &site, info).await?.version;
    Ok(ResolvedSite { version, definition: site })
}

fn shipped(expected_version: Option<u32>) -> SaveInfo {
    SaveInfo { at_us: now_us(), by: SAVED_BY.to_owned(), note: None, expected_version }
}

fn read_sample(path: &Path) -> Result<Sample> {
    document(path, |text| {
        serde_saphyr::from_str(text).map_err(|error| vec![Fault::new("workspace", error.to_string())])
    })
}

/// Reads a document of the sample; its faults name the file.
fn document<T>(path: &Path, read: impl Fn(&str) -> Result<T, Vec<Fault>>) -> Result<T> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::io("read", path, source))?;
    read(&text).map_err(|faults| Error::Document { path: path.to_owned(), faults })
}
