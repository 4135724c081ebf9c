//! Both sample data sets, loaded as `throughline demo` loads them, asked as the API asks: the answers equal the
//! goldens of independent engines, and agree with each other.

#![allow(clippy::unwrap_used)]

mod activity;
mod agree;
mod attribution;
mod before_after;
mod breakdowns;
mod cases;
mod comparisons;
mod cuts;
mod dictionary;
mod figures;
mod following;
mod funnels;
mod goldens;
mod maps;
mod segments;
mod worlds;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use analysis::Analyst;
use analysis::question::{Present, ResolvedJourney};
use lake::{Lake, LakeOptions, Mode};
use operators::{Engine, EngineOptions};
use tokio::sync::OnceCell;
use worker::folder::DataFolder;
use worker::import::Watch;

/// The samples, which tests only read.
pub(crate) struct Samples {
    folder: DataFolder,
    control: control::Control,
    pub(crate) analyst: Analyst,
}

pub(crate) async fn samples() -> &'static Samples {
    static SAMPLES: OnceCell<Samples> = OnceCell::const_new();
    SAMPLES
        .get_or_init(|| async {
            let folder = loaded().await;
            let control = control::Control::open(&folder.control()).await.unwrap();
            let analyst = Analyst::new(Engine::new(EngineOptions::default()).unwrap());
            Samples { folder, control, analyst }
        })
        .await
}

/// A folder with the samples, loaded by the first process of this build that asks; the others wait for it. A runner that
/// gives each test a process would load them for each of them otherwise.
async fn loaded() -> DataFolder {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("samples");
    std::fs::create_dir_all(&root).unwrap();
    let lock = File::create(root.join("lock")).unwrap();
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await.unwrap().unwrap();
    let built = std::env::current_exe().and_then(|test| test.metadata()?.modified()).unwrap();
    let built = built.duration_since(UNIX_EPOCH).unwrap().as_nanos().to_string();
    let (home, whole) = (root.join(&built), root.join(&built).join("whole"));
    let folder = DataFolder::new(&home);
    if !whole.exists() {
        // What other builds have left, and what was not finished.
        for entry in std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
            std::fs::remove_dir_all(entry).unwrap();
        }
        folder.create().unwrap();
        let control = control::Control::open(&folder.control()).await.unwrap();
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
        worker::demo::load(&folder, &control, &samples, &Watch::nobody()).await.unwrap();
        File::create(&whole).unwrap();
    }
    drop(lock);
    folder
}

impl Samples {
    pub(crate) async fn present(&self, workspace: &str) -> Present {
        let lake = Lake::open(&self.folder.lake(workspace), LakeOptions::new(Mode::ReadOnly)).await.unwrap();
        let zone = self.control.workspace(workspace).await.unwrap().unwrap().zone;
        Present {
            snapshot: lake.snapshot().await.unwrap(),
            zone,
            segments: Arc::default(),
            limit: None,
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
