//! Where everything goes: one wide sheet, A3 pages in landscape, or slides.
//!
//! Pages are cut first by columns, so that stages that stand side by side stay so, then by rows: a cell is broken
//! between its blocks, and every page repeats the stages' names. A map always ends with its notes.

use crate::Picture;
use crate::drawing::{Block, Rect};
use crate::fonts::Weight;
use crate::head::{foot, head, running_head};
use crate::kit::{Kit, Room};
use crate::lanes::{Body, Columns, Lane, lanes, stage_head};
use crate::notes::{Note, notes};
use crate::words::say;

/// A3 in landscape, 420 × 297 mm at 96 pixels an inch.
const PAGE: [f32; 2] = [1_587.0, 1_123.0];
/// A wide screen, with letters as large as on paper.
const SLIDE: [f32; 2] = [1_600.0, 900.0];
const MARGIN: f32 = 40.0;
/// Of the column that names the rows.
const NAMES: f32 = 120.0;
/// Narrowest column of a stage that can be read.
const COLUMN_MIN: f32 = 172.0;
/// Inside of a cell.
const PAD: f32 = 8.0;
/// Between the blocks of a cell.
const GAP: f32 = 8.0;
/// Height of the line at the foot of a page, with the space above it.
const FOOT: f32 = 32.0;
/// A row is not begun where less than this is left for it.
const ROW_MIN: f32 = 120.0;

/// What the map is laid out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Medium {
    /// One drawing as wide and as high as it takes.
    Sheet,
    Pages,
    Slides,
}

impl Medium {
    /// Width and height of what is filled; a sheet grows downwards.
    fn page(self) -> [f32; 2] {
        match self {
            Medium::Sheet => [PAGE[0], f32::INFINITY],
            Medium::Pages => PAGE,
            Medium::Slides => SLIDE,
        }
    }
}

pub(crate) fn lay_out(picture: &Picture<'_>, kit: &Kit, medium: Medium) -> Vec<Block> {
    let stages = picture.map.stages.len();
    let (per_page, width) = match medium {
        Medium::Sheet => (stages.max(1), (2.0 * MARGIN + NAMES + COLUMN_MIN * stages as f32).max(PAGE[0])),
        Medium::Pages | Medium::Slides => {
            let [width, _] = medium.page();
            let fit = ((width - 2.0 * MARGIN - NAMES) / COLUMN_MIN) as usize;
            // As many on each page as on the others.
            (stages.max(1).div_ceil(stages.max(1).div_ceil(fit)), width)
        }
    };
    let column = (width - 2.0 * MARGIN - NAMES) / per_page as f32;
    let mut book = Book::new(picture, kit, medium, width);
    book.put(head(picture, kit, book.inner()), 0.0);
    let all = lanes(picture, kit);
    for first in (0..stages).step_by(per_page) {
        let columns = Columns { first, count: per_page.min(stages - first), width: column };
        if first > 0 {
            book.turn(&columns_name(kit, columns, stages));
        }
        table(&mut book, &all, columns);
    }
    book.notes(&notes(picture, kit));
    book.finish()
}

fn columns_name(kit: &Kit, columns: Columns, of: usize) -> String {
    let [first, last, of] = [columns.first + 1, columns.first + columns.count, of].map(|n| n.to_string());
    say(kit.words.stages_of, &[&first, &last, &of])
}

/// Pages in the making.
struct Book<'a> {
    picture: &'a Picture<'a>,
    kit: &'a Kit,
    medium: Medium,
    width: f32,
    pages: Vec<Block>,
    /// The page being filled; its height is how far it is filled.
    page: Block,
}

impl<'a> Book<'a> {
    fn new(picture: &'a Picture<'a>, kit: &'a Kit, medium: Medium, width: f32) -> Book<'a> {
        Book { picture, kit, medium, width, pages: Vec::new(), page: Block::new(width, MARGIN) }
    }

    /// Width between the margins.
    fn inner(&self) -> f32 {
        self.width - 2.0 * MARGIN
    }

    /// What is left of the page.
    fn left(&self) -> f32 {
        self.medium.page()[1] - MARGIN - FOOT - self.page.height
    }

    fn put(&mut self, block: Block, gap: f32) {
        self.page.height += gap;
        let y = self.page.height;
        self.page.height += block.height;
        self.page.place(block, MARGIN, y);
    }

    /// Goes on on the next page.
    fn turn(&mut self, about: &str) {
        let full = std::mem::replace(&mut self.page, Block::new(self.width, MARGIN));
        self.pages.push(full);
        let head = running_head(self.picture, self.kit, self.inner(), about);
        self.put(head, 0.0);
    }

    /// The notes in columns of equal height, below the map if they fit there.
    fn notes(&mut self, notes: &[Note]) {
        const COLUMN: f32 = 460.0;
        const BETWEEN: f32 = 32.0;
        let kit = self.kit;
        let count = ((self.inner() + BETWEEN) / (COLUMN + BETWEEN)).max(1.0) as usize;
        let width = ((self.inner() + BETWEEN) / count as f32 - BETWEEN).min(640.0);
        let blocks: Vec<Block> = notes.iter().flat_map(|note| note.blocks(kit, width)).collect();
        let title = kit.text_block(width, kit.ink(16.0, Weight::Bold, kit.palette.text), kit.words.notes);
        let mut open = &blocks[..];
        let space = self.left() - 24.0 - title.height;
        if columns_of(open, count, space).1 < open.len() {
            self.turn(kit.words.notes);
        }
        self.put(title, 24.0);
        while !open.is_empty() {
            let space = self.left() - 4.0;
            let (mut height, mut taken) = (space, columns_of(open, count, space).1);
            if taken == open.len() {
                height = balanced(open, count);
                taken = open.len();
            }
            let (columns, _) = columns_of(&open[..taken], count, height);
            let mut all = Block::new(self.inner(), 0.0);
            for (i, column) in columns.into_iter().enumerate() {
                let mut stacked = Block::new(width, 0.0);
                column.iter().for_each(|block| stacked.stack(block.clone(), 3.0));
                all.height = all.height.max(stacked.height);
                all.place(stacked, i as f32 * (width + BETWEEN), 0.0);
            }
            self.put(all, 4.0);
            // A paragraph higher than a page would never find its place; cut lists have made sure there is none.
            open = &open[taken.max(1)..];
            if !open.is_empty() {
                self.turn(kit.words.notes);
            }
        }
    }

    /// The pages, with ground and foot.
    fn finish(mut self) -> Vec<Block> {
        let last = std::mem::take(&mut self.page);
        self.pages.push(last);
        let (count, kit) = (self.pages.len(), self.kit);
        let (inner, medium, picture) = (self.inner(), self.medium, self.picture);
        let finished = self.pages.into_iter().enumerate().map(|(i, mut page)| {
            let number = match medium {
                Medium::Sheet => String::new(),
                Medium::Pages | Medium::Slides => say(kit.words.page, &[&(i + 1).to_string(), &count.to_string()]),
            };
            let foot = foot(picture, kit, inner, &number);
            let y = match medium {
                Medium::Sheet => page.height + 24.0,
                Medium::Pages | Medium::Slides => medium.page()[1] - MARGIN - foot.height + 12.0,
            };
            page.line([MARGIN, y - 6.0], [MARGIN + inner, y - 6.0], kit.palette.line);
            let foot_height = foot.height;
            page.place(foot, MARGIN, y);
            page.height = match medium {
                Medium::Sheet => y + foot_height + MARGIN / 2.0,
                Medium::Pages | Medium::Slides => medium.page()[1],
            };
            page.behind(Rect { width: page.width, height: page.height, fill: Some(kit.palette.bg), ..Rect::default() });
            page
        });
        finished.collect()
    }
}

/// Blocks set into so many columns of a height, and how many of them found a place.
fn columns_of(blocks: &[Block], count: usize, height: f32) -> (Vec<&[Block]>, usize) {
    let (mut columns, mut at) = (Vec::new(), 0);
    for _ in 0..count {
        let (start, mut filled) = (at, 0.0);
        while let Some(block) = blocks.get(at) {
            let more = block.height + if at > start { 3.0 } else { 0.0 };
            if filled + more > height {
                break;
            }
            filled += more;
            at += 1;
        }
        columns.push(&blocks[start..at]);
    }
    (columns, at)
}

/// The least height, in steps of a line, at which all blocks find a place.
fn balanced(blocks: &[Block], count: usize) -> f32 {
    let total: f32 = blocks.iter().map(|block| block.height + 3.0).sum();
    let mut height = total / count as f32;
    while columns_of(blocks, count, height).1 < blocks.len() && height < total {
        height += 8.0;
    }
    height
}

/// One run of the map's table over the columns of a page; breaks onto further pages where it must.
fn table(book: &mut Book<'_>, lanes: &[Lane<'_>], columns: Columns) {
    let stages = book.picture.map.stages.len();
    let again = || {
        let continued = book.kit.words.continued;
        match columns.count == stages {
            true => continued.to_owned(),
            false => format!("{} · {continued}", columns_name(book.kit, columns, stages)),
        }
    };
    let again = again();
    let mut part = Part::begin(book, columns);
    for lane in lanes {
        let name = name_of(book.kit, lane);
        match &lane.body {
            Body::Across(draw) => {
                let mut drawn = Block::new(columns.width * columns.count as f32, PAD);
                let across = draw(columns);
                drawn.height += across.height + PAD;
                drawn.place(across, 0.0, PAD);
                let height = drawn.height.max(name.height + 2.0 * PAD);
                if part.left() < height {
                    part = part.turn(book, &again);
                }
                part.row(name, vec![(drawn, 0.0)], height, false);
            }
            Body::Cells(cell) => {
                let width = columns.width - 2.0 * PAD;
                let mut cells: Vec<Vec<Block>> = columns.stages().map(|stage| cell(stage, width)).collect();
                let mut name = name;
                loop {
                    let whole = cells.iter().map(|blocks| stacked_height(blocks)).fold(name.height, f32::max);
                    let height = whole + 2.0 * PAD;
                    let left = part.left();
                    // A short row is not broken, and no row is begun at the very end of a page.
                    let late = left < ROW_MIN.max(name.height + 2.0 * PAD) || height <= part.fresh() * 0.4;
                    if height > left && late && !part.is_fresh() {
                        part = part.turn(book, &again);
                        continue;
                    }
                    let room = left.max(ROW_MIN) - 2.0 * PAD;
                    let (now, later): (Vec<_>, Vec<_>) =
                        cells.into_iter().map(|blocks| split(blocks, room, part.is_fresh())).unzip();
                    let used = now.iter().map(|blocks| stacked_height(blocks)).fold(name.height, f32::max);
                    let drawn = now.into_iter().enumerate().map(|(i, blocks)| {
                        let mut stacked = Block::new(width, 0.0);
                        blocks.into_iter().for_each(|block| stacked.stack(block, GAP));
                        (stacked, i as f32 * columns.width + PAD)
                    });
                    part.row(name.clone(), drawn.collect(), used + 2.0 * PAD, true);
                    cells = later;
                    if cells.iter().all(Vec::is_empty) {
                        break;
                    }
                    part = part.turn(book, &again);
                    let mut more = name_of(book.kit, lane);
                    more.stack(book.kit.text_block(more.width, book.kit.small(), book.kit.words.continued), 0.0);
                    name = more;
                }
            }
        }
    }
    part.end(book);
}

fn stacked_height(blocks: &[Block]) -> f32 {
    let gaps = GAP * blocks.len().saturating_sub(1) as f32;
    blocks.iter().map(|block| block.height).sum::<f32>() + gaps
}

/// The blocks that fit into a height, and the others. On a fresh page at least one is taken, so that there is an end.
fn split(mut blocks: Vec<Block>, height: f32, fresh: bool) -> (Vec<Block>, Vec<Block>) {
    let mut count = blocks.len();
    while count > 0 && stacked_height(&blocks[..count]) > height {
        count -= 1;
    }
    if count == 0 && fresh && !blocks.is_empty() {
        count = 1;
    }
    let later = blocks.split_off(count);
    (blocks, later)
}

fn name_of(kit: &Kit, lane: &Lane<'_>) -> Block {
    let width = NAMES - 16.0 - PAD;
    let mut block = kit.text_block(width, kit.ink(12.0, Weight::Bold, kit.palette.text_2), &lane.name);
    if !lane.note.is_empty() {
        let note = kit.text_block(width, kit.small(), &lane.note);
        block.stack(note, 1.0);
    }
    block
}

/// The part of a table that stands on one page.
struct Part {
    columns: Columns,
    table: Block,
    /// Height of the head, of the page below what stood there before, and of a page that holds nothing else but its
    /// running head.
    head: f32,
    room: f32,
    fresh: f32,
    rows: Vec<RowEdge>,
}

/// The lower edge of a row, and whether its cells are ruled apart.
struct RowEdge {
    top: f32,
    bottom: f32,
    ruled: bool,
}

impl Part {
    const ABOVE: f32 = 16.0;
    const RUNNING_HEAD: f32 = 21.0;

    fn begin(book: &mut Book<'_>, columns: Columns) -> Part {
        let kit = book.kit;
        let width = NAMES + columns.width * columns.count as f32;
        let mut table = Block::new(width, 0.0);
        let inner = columns.width - 2.0 * PAD;
        let heads: Vec<Block> = columns.stages().map(|stage| stage_head(book.picture, kit, stage, inner)).collect();
        let height = heads.iter().map(|head| head.height).fold(0.0, f32::max) + 2.0 * PAD;
        table.rect(Rect { width, height, radius: 8.0, fill: Some(kit.palette.sunken), ..Rect::default() });
        // Below, the ground of the rows has square corners.
        let square = Rect { y: height - 8.0, width, height: 8.0, fill: Some(kit.palette.sunken), ..Rect::default() };
        table.rect(square);
        let room = Room { x: 16.0, y: PAD, width: NAMES - 16.0 - PAD };
        let ink = kit.ink(12.0, Weight::Bold, kit.palette.text_2);
        kit.paragraph(&mut table, room, ink, kit.words.stage);
        for (i, head) in heads.into_iter().enumerate() {
            table.place(head, NAMES + i as f32 * columns.width + PAD, PAD);
        }
        table.height = height;
        let room = book.left() - Part::ABOVE;
        let fresh = book.medium.page()[1] - 2.0 * MARGIN - FOOT - Part::RUNNING_HEAD - Part::ABOVE;
        Part { columns, table, head: height, room, fresh, rows: Vec::new() }
    }

    /// What is left for rows.
    fn left(&self) -> f32 {
        self.room - self.table.height
    }

    /// What a page has for rows that holds nothing else.
    fn fresh(&self) -> f32 {
        self.fresh - self.head
    }

    fn is_fresh(&self) -> bool {
        self.rows.is_empty() && self.room >= self.fresh - 1.0
    }

    /// A row: its name, and what stands beside it, each with its distance from the first column.
    fn row(&mut self, name: Block, cells: Vec<(Block, f32)>, height: f32, ruled: bool) {
        let y = self.table.height;
        self.table.place(name, 16.0, y + PAD);
        for (cell, x) in cells {
            self.table.place(cell, NAMES + x, if ruled { y + PAD } else { y });
        }
        self.table.height += height;
        self.rows.push(RowEdge { top: y, bottom: self.table.height, ruled });
    }

    fn turn(self, book: &mut Book<'_>, about: &str) -> Part {
        let columns = self.columns;
        self.end(book);
        book.turn(about);
        Part::begin(book, columns)
    }

    /// Draws the ground and the rules, and puts the table on the page.
    fn end(mut self, book: &mut Book<'_>) {
        if self.rows.is_empty() {
            return;
        }
        let palette = book.kit.palette;
        let (width, height) = (self.table.width, self.table.height);
        let edges: Vec<f32> = (0..self.columns.count).map(|i| NAMES + i as f32 * self.columns.width).collect();
        self.table.line([0.0, self.head], [width, self.head], palette.line);
        for edge in &self.rows {
            if edge.bottom < height {
                self.table.line([0.0, edge.bottom], [width, edge.bottom], palette.line);
            }
            let ruled = if edge.ruled { &edges[..] } else { &edges[..1] };
            for x in ruled {
                self.table.line([*x, edge.top], [*x, edge.bottom], palette.line);
            }
        }
        for x in &edges {
            self.table.line([*x, 0.0], [*x, self.head], palette.line);
        }
        let ground = Rect { width, height, radius: 8.0, ..Rect::default() };
        self.table.behind(Rect { fill: Some(palette.surface), ..ground });
        self.table.rect(Rect { stroke: Some(palette.line), ..ground });
        book.put(self.table, Part::ABOVE);
    }
}
