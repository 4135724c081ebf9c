//! Files joined to rows: products, stores, campaigns.
//!
//! A lookup is read whole into memory, by column, with an index over its key. The first row of a key counts; later
//! ones, and keys nobody has, are counted and told.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use model::hash;
use rustc_hash::FxHashMap;

use crate::cell::Cell;
use crate::error::{Error, Result};
use crate::files::SourceFile;
use crate::format::csv::Step;
use crate::format::reader::{Reading, RowReader};
use crate::format::row::Slot;
use crate::limits::LOOKUP_ROWS_MAX;
use crate::mapping::{Lookup, Mapping};

/// The lookups of a mapping, read and ready.
#[derive(Debug, Default)]
pub struct Lookups {
    tables: BTreeMap<(String, String), Arc<LookupTable>>,
    hashes: Vec<[u8; 32]>,
}

/// One file by its key.
#[derive(Debug)]
pub(crate) struct LookupTable {
    pub(crate) names: Vec<String>,
    columns: Vec<Vec<Cell<'static>>>,
    index: FxHashMap<String, u32>,
    /// Rows whose key had been seen before.
    pub(crate) repeated_keys: u64,
}

impl Lookups {
    /// No lookups.
    pub fn none() -> Lookups {
        Lookups::default()
    }

    /// Reads the files that a mapping joins; their names are relative to `folder`, that of the mapping.
    pub fn load(mapping: &Mapping, folder: &Path) -> Result<Lookups> {
        let mut lookups = Lookups::default();
        for lookup in mapping.files.iter().flat_map(|file| file.lookups.values()) {
            let key = (lookup.file.clone(), lookup.key.clone());
            if lookups.tables.contains_key(&key) {
                continue;
            }
            let file = SourceFile::at(folder.join(&lookup.file))?;
            lookups.hashes.push(file.content_hash()?);
            lookups.tables.insert(key, Arc::new(LookupTable::read(&file, &lookup.key)?));
        }
        Ok(lookups)
    }

    /// A stable hash of what was read: rows decode differently when it changes.
    pub fn fingerprint(&self) -> i64 {
        let parts: Vec<&[u8]> = self.hashes.iter().map(<[u8; 32]>::as_slice).collect();
        hash::parts(&parts)
    }

    pub(crate) fn table(&self, lookup: &Lookup) -> Option<Arc<LookupTable>> {
        self.tables.get(&(lookup.file.clone(), lookup.key.clone())).cloned()
    }
}

impl LookupTable {
    fn read(file: &SourceFile, key: &str) -> Result<LookupTable> {
        let mut reader = RowReader::open(file, &Reading { wanted: vec![key.to_owned()], ..Reading::default() })?;
        let mut names = reader.names().to_vec();
        let is_object = reader.is_object_format();
        if !is_object && !names.iter().any(|name| name == key) {
            let message = format!("there is no column `{key}`; the file has {}", names.join(", "));
            return Err(Error::mapping(&file.path, "key", message));
        }
        let mut table = LookupTable {
            names: Vec::new(),
            columns: vec![Vec::new(); names.len()],
            index: FxHashMap::default(),
            repeated_keys: 0,
        };
        let mut rows = 0;
        loop {
            match reader.advance()? {
                Step::End => break,
                Step::Bad(bad) => {
                    let detail = format!("line {} of this lookup cannot be read: {}", bad.line, bad.reason);
                    return Err(Error::Unsupported { path: file.path.clone(), detail });
                }
                Step::Row => {}
            }
            let Some(row) = reader.row() else { break };
            if rows == LOOKUP_ROWS_MAX {
                let detail = format!("a lookup has at most {LOOKUP_ROWS_MAX} rows");
                return Err(Error::Limit { path: file.path.clone(), detail });
            }
            for name in row.object().into_iter().flat_map(|object| object.keys()) {
                if !names.contains(name) {
                    names.push(name.clone());
                    table.columns.push(vec![Cell::Null; rows]);
                }
            }
            let slot = |at: usize| if is_object { Slot::Path(names[at].clone(), Vec::new()) } else { Slot::Column(at) };
            let Some(key_at) = names.iter().position(|name| name == key) else { continue };
            let Some(value) = row.cell(&slot(key_at)).into_text() else { continue };
            if table.index.contains_key(&value) {
                table.repeated_keys += 1;
                continue;
            }
            table.index.insert(value, rows as u32);
            for (at, column) in table.columns.iter_mut().enumerate() {
                column.push(row.cell(&slot(at)).into_owned());
            }
            rows += 1;
        }
        table.names = names;
        Ok(table)
    }

    pub(crate) fn find(&self, key: &str) -> Option<u32> {
        self.index.get(key).copied()
    }

    pub(crate) fn cell(&self, column: usize, row: u32) -> Cell<'_> {
        self.columns.get(column).and_then(|column| column.get(row as usize)).map_or(Cell::Null, Cell::borrowed)
    }
}
