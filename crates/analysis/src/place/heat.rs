//! Where people were, by cells.

use std::collections::BTreeMap;

use folds::floor::heat::{Grid, Heat};
use lake::Snapshot;
use model::place::shape::{Bounds, Point};
use serde::Serialize;
use utoipa::ToSchema;

use super::day::us;
use super::{PlaceHeatQuestion, PlaceMeta, Reading, ResolvedSite, each_day};
use crate::analyst::Analyst;
use crate::error::{Error, Result};
use crate::words::place as words;

/// Cells of one heat map, of all floors: at some 15 bytes each, a few MB.
pub const PLACE_CELLS_MAX: usize = 250_000;

/// Smallest side of a cell of heat: sensors are not surer of a place.
const CELL_M_MIN: f64 = 0.1;

/// Where people were, by cells.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceHeat {
    pub meta: PlaceMeta,
    pub floors: Vec<PlaceHeatFloor>,
}

/// A grid, and of its cells those that are shown, as columns of equal length.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceHeatFloor {
    pub floor: String,
    /// The lower left corner of the grid, metres.
    #[schema(value_type = Vec<f64>)]
    pub origin: Point,
    pub cell_m: f64,
    pub columns: usize,
    pub rows: usize,
    /// All time on it; that of shown cells, of withheld ones, and of places beside the grid add up to it.
    pub seconds: f64,
    pub beside_seconds: f64,
    pub withheld: PlaceCellSum,
    /// Number of each cell shown: its row, counted upwards, times `columns`, plus its column. Ascending.
    pub cells: Vec<u32>,
    /// By cell, the time spent in it.
    pub cell_seconds: Vec<f64>,
    /// By cell, the visits that came there.
    pub cell_visits: Vec<u32>,
}

/// Cells in which too few were to show them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, ToSchema)]
pub struct PlaceCellSum {
    pub cells: u64,
    pub seconds: f64,
}

impl PlaceHeatFloor {
    /// The lower left corner of a cell, metres.
    pub fn corner(&self, cell: u32) -> Point {
        let (row, column) = (cell as usize / self.columns, cell as usize % self.columns);
        [self.origin[0] + column as f64 * self.cell_m, self.origin[1] + row as f64 * self.cell_m]
    }
}

impl Analyst {
    /// Heat. Cells of fewer visits than the site's rules say are withheld, and their time is told as a sum.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`]; `Invalid` too where cells are too small.
    pub async fn place_heat(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceHeatQuestion,
        control: &lake::Control,
    ) -> Result<PlaceHeat> {
        let reading = Reading::new(&self.days, snapshot, site, &question.scope, control, words::heat())?;
        let gap_us = us(site.definition.rules.cleaning.gap_seconds);
        let mut floors: BTreeMap<String, Heat> = BTreeMap::new();
        let grids = grids(site, question.cell_m)?;
        let meta = each_day(reading, |ground, day| {
            for visit in day.visits {
                for (level, walk) in &visit.walks {
                    let id = &ground.levels[*level].floor.id;
                    let Some(grid) = grids.get(id) else { continue };
                    let heat = floors.entry(id.clone()).or_insert_with(|| Heat::new(*grid));
                    heat.add(&[walk.track()], gap_us);
                }
            }
            Ok(())
        })
        .await?;
        let shown = |(floor, heat): (String, Heat)| heat_of(floor, &heat, meta.shown_from);
        let floors: Vec<PlaceHeatFloor> = floors.into_iter().map(shown).collect();
        let cells: usize = floors.iter().map(|floor| floor.cells.len()).sum();
        if cells > PLACE_CELLS_MAX {
            let why = format!("{cells} cells are not bare, at most {PLACE_CELLS_MAX} are told; take larger ones");
            return Err(Error::invalid("cell_m", why));
        }
        Ok(PlaceHeat { floors, meta })
    }
}

fn heat_of(floor: String, heat: &Heat, shown_from: u32) -> PlaceHeatFloor {
    let mut withheld = PlaceCellSum::default();
    let mut withheld_us = 0;
    for cell in heat.cells.iter().filter(|cell| (1..shown_from).contains(&cell.visitors)) {
        (withheld.cells, withheld_us) = (withheld.cells + 1, withheld_us + cell.us);
    }
    withheld.seconds = withheld_us as f64 / 1e6;
    let shown = heat.shown(shown_from);
    let told = || (0u32..).zip(&shown).filter_map(|(number, cell)| Some((number, cell.as_ref()?)));
    PlaceHeatFloor {
        floor,
        origin: heat.grid.corner(0),
        cell_m: heat.grid.cell_m(),
        columns: heat.grid.columns(),
        rows: heat.grid.rows(),
        seconds: heat.total_us() as f64 / 1e6,
        beside_seconds: heat.beside_us as f64 / 1e6,
        withheld,
        cells: told().map(|(number, _)| number).collect(),
        cell_seconds: told().map(|(_, cell)| cell.us as f64 / 1e6).collect(),
        cell_visits: told().map(|(_, cell)| cell.visitors).collect(),
    }
}

/// Of each floor one grid for all plans, around the largest outline.
fn grids(site: &ResolvedSite, cell_m: f64) -> Result<BTreeMap<String, Grid>> {
    if cell_m.is_nan() || cell_m < CELL_M_MIN {
        return Err(Error::invalid("cell_m", format!("{cell_m} m; a cell's side is {CELL_M_MIN} m or more")));
    }
    let mut bounds: BTreeMap<&str, Bounds> = BTreeMap::new();
    for floor in site.definition.plans.iter().flat_map(|plan| &plan.floors) {
        let Some(around) = floor.outline.bounds() else { continue };
        bounds.entry(&floor.id).and_modify(|known| *known = known.around(around)).or_insert(around);
    }
    let grid = |(id, around): (&str, Bounds)| {
        let cells = |metres: f64| (metres / cell_m).ceil().max(1.0) as usize;
        Ok((id.to_owned(), Grid::new(around.min, cell_m, cells(around.width_m()), cells(around.height_m()))?))
    };
    bounds.into_iter().map(grid).collect()
}
