//! Both sample data sets, loaded as `throughline demo` loads them, asked as the API asks: the answers equal the
//! goldens of independent engines, and agree with each other.

#![allow(clippy::unwrap_used)]

mod activity;
mod agree;
mod attribution;
mod breakdowns;
mod cases;
mod comparisons;
mod following;
mod funnels;
mod goldens;
mod maps;
mod segments;
mod worlds;

use std::path::Path;
use std::sync::Arc;

use analysis::Analyst;
use analysis::question::{Present, ResolvedJourney};
use lake::{Lake, LakeOptions, Mode};
use operators::{Engine, EngineOptions};
use tokio::sync::OnceCell;
use worker::folder::DataFolder;
use worker::import::Watch;

/// The samples, loaded once for all tests.
pub(crate) struct Samples {
    folder: DataFolder,
    control: control::Control,
    pub(crate) analyst: Analyst,
    /// Removed when the test process ends in order; the system's cleaner gets it otherwise.
    _home: tempfile::TempDir,
}

pub(crate) async fn samples() -> &'static Samples {
    static SAMPLES: OnceCell<Samples> = OnceCell::const_new();
    SAMPLES
        .get_or_init(|| async {
            let home = tempfile::tempdir().unwrap();
            let folder = DataFolder::new(home.path());
            folder.create().unwrap();
            let control = control::Control::open(&folder.control()).await.unwrap();
            let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
            worker::demo::load(&folder, &control, &samples, &Watch::nobody()).await.unwrap();
            let analyst = Analyst::new(Engine::new(EngineOptions::default()).unwrap());
            Samples { folder, control, analyst, _home: home }
        })
        .await
}

impl Samples {
    pub(crate) async fn present(&self, workspace: &str) -> Present {
        let lake = Lake::open(&self.folder.lake(workspace), LakeOptions::new(Mode::ReadOnly)).await.unwrap();
        let zone = self.control.workspace(workspace).await.unwrap().unwrap().zone;
        Present {
            snapshot: lake.snapshot().await.unwrap(),
            zone,
            segments: Arc::default(),
            now_us: worker::clock::now_us(),
        }
    }

    pub(crate) async fn journeys(&self, workspace: &str) -> Vec<ResolvedJourney> {
        let mut journeys = Vec::new();
        for summary in self.control.journeys(workspace).await.unwrap() {
            let stored = self.control.journey(workspace, &summary.id, None).await.unwrap().unwrap();
            journeys.push(ResolvedJourney { version: stored.version, definition: stored.journey });
        }
        journeys
    }
}
