//! What commands share: settings, the data folder, the control database, the engine, and how to stop.

use std::path::Path;
use std::sync::Arc;

use analysis::Analyst;
use analysis::question::{JourneyKey, Present, ResolvedJourney};
use anyhow::Context as _;
use control::{Control, NewWorkspace, SaveInfo, Workspace};
use lake::{Lake, LakeOptions, Mode, Snapshot};
use model::text::LocalizedText;
use model::traffic::Classifier;
use operators::Engine;
use tokio_util::sync::CancellationToken;
use worker::folder::DataFolder;

use crate::args::WorkspaceArg;
use crate::exit::Failure;
use crate::output::Output;
use crate::progress::watched;
use crate::settings::Settings;

/// What a bar says while a question is computed.
pub const ASKING: &str = "reading events";

/// The surroundings of one command.
#[derive(Debug)]
pub struct Context {
    pub settings: Settings,
    pub output: Output,
    pub folder: DataFolder,
    /// Cancelled by Ctrl-C.
    pub stop: CancellationToken,
}

impl Context {
    pub fn new(settings: Settings, json: bool, stop: CancellationToken) -> Context {
        let output = Output { json, lang: settings.lang.clone() };
        let folder = DataFolder::new(&settings.data);
        Context { settings, output, folder, stop }
    }

    /// The control database, made if there is none.
    pub async fn control(&self) -> anyhow::Result<Control> {
        self.folder.create()?;
        let path = self.folder.control();
        Control::open(&path).await.with_context(|| format!("cannot open {}", path.display()))
    }

    pub fn workspace_id<'a>(&'a self, arg: &'a WorkspaceArg) -> &'a str {
        arg.workspace.as_deref().unwrap_or(&self.settings.workspace)
    }

    /// The workspace a command names; it must exist.
    pub async fn workspace(&self, control: &Control, arg: &WorkspaceArg) -> anyhow::Result<Workspace> {
        let id = self.workspace_id(arg);
        let found = control.workspace(id).await?;
        Ok(found.ok_or_else(|| {
            Failure::not_found(format!(
                "there is no workspace `{id}`; `throughline workspace list` shows those there are"
            ))
        })?)
    }

    /// The workspace to import into, made if there is none.
    pub async fn workspace_or_new(&self, control: &Control, arg: &WorkspaceArg) -> anyhow::Result<Workspace> {
        let id = self.workspace_id(arg);
        if let Some(workspace) = control.workspace(id).await? {
            return Ok(workspace);
        }
        let new = NewWorkspace {
            id: id.to_owned(),
            name: LocalizedText::from(id),
            sample: None,
            zone: "UTC".to_owned(),
            currency: None,
            place: 0,
            created_at_us: worker::clock::now_us(),
        };
        Ok(control.create_workspace(new).await?)
    }

    /// A workspace's lake.
    pub async fn lake(&self, workspace: &str, mode: Mode) -> anyhow::Result<Lake> {
        let path = self.folder.lake(workspace);
        if mode == Mode::ReadWrite {
            worker::folder::create_private(&path)?;
        }
        Ok(Lake::open(&path, LakeOptions::new(mode)).await?)
    }

    /// The newest state of a workspace's events.
    pub async fn snapshot(&self, workspace: &str) -> anyhow::Result<Arc<Snapshot>> {
        Ok(self.lake(workspace, Mode::ReadOnly).await?.snapshot().await?)
    }

    /// The same, to put questions to.
    pub async fn present(&self, control: &Control, workspace: &Workspace) -> anyhow::Result<Present> {
        let traffic = match control.traffic(&workspace.id, None).await? {
            Some(stored) => Classifier::new(&stored.rules).map_err(|faults| {
                let first = faults.first().map(ToString::to_string).unwrap_or_default();
                anyhow::anyhow!("the saved traffic rules have a fault, save them again without it: {first}")
            })?,
            None => anyhow::bail!("there are no traffic rules in workspace `{}`", workspace.id),
        };
        let snapshot = Arc::new(self.snapshot(&workspace.id).await?.read_by(Arc::new(traffic)));
        let stored = control.segments(&workspace.id).await?;
        let segments = Arc::new(stored.into_iter().map(|stored| stored.segment).collect());
        Ok(Present { snapshot, zone: workspace.zone.clone(), segments, limit: None, now_us: worker::clock::now_us() })
    }

    pub fn analyst(&self) -> anyhow::Result<Analyst> {
        Ok(Analyst::new(Engine::new(self.settings.engine())?))
    }

    /// Does work that reads rows: shows how far it is and stops it at Ctrl-C.
    pub async fn watched<T>(&self, doing: &'static str, work: impl AsyncFnOnce(&lake::Control) -> T) -> T {
        watched(&self.stop, doing, work).await
    }

    /// The definition a key names.
    pub async fn journey(
        &self,
        control: &Control,
        workspace: &str,
        key: &JourneyKey,
    ) -> anyhow::Result<ResolvedJourney> {
        let stored = control.journey(workspace, &key.id, key.version).await?;
        let stored = stored.ok_or_else(|| {
            let version = key.version.map_or(String::new(), |version| format!(" version {version}"));
            Failure::not_found(format!("there is no journey `{}`{version} in workspace `{workspace}`", key.id))
        })?;
        Ok(ResolvedJourney { version: stored.version, definition: stored.journey })
    }
}

/// The circumstances of a save from here.
pub fn save_info(note: Option<String>, expected_version: Option<u32>) -> SaveInfo {
    SaveInfo { at_us: worker::clock::now_us(), by: "command line".to_owned(), note, expected_version }
}

/// Reads a text file, with its name in the error.
pub fn read_text(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).map_err(|error| {
        let message = format!("cannot read {}: {error}", path.display());
        match error.kind() {
            std::io::ErrorKind::NotFound => Failure::not_found(message),
            std::io::ErrorKind::InvalidData => Failure::input(message),
            _ => Failure::new(crate::exit::Exit::Failed, message),
        }
        .into()
    })
}
