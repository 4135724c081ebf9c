//! What a disk remembers when the power goes: the pure model behind the crash simulation.
//!
//! As POSIX allows it and file systems do it: contents and names become durable apart, each by its own
//! fsync; of what was not fsynced any part may be there, in any order, torn or as zeros; a failed fsync
//! drops the pages and the next one says all is well.

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;
use object_store::path::Path;
use rand::{Rng, RngExt};

/// Smallest unit that is written whole, in bytes. Far below a real sector, so that small test records
/// are torn too.
const SECTOR_BYTES: usize = 32;

#[derive(Debug, Clone)]
enum Inode {
    Folder,
    File(File),
}

#[derive(Debug, Clone, Default)]
struct File {
    /// What a running process reads.
    current: Vec<u8>,
    durable: Vec<u8>,
    /// Since the last fsync.
    pending: Vec<Change>,
    /// Dropped by a failed fsync: readable until the power goes, never written.
    lost: Vec<Range<usize>>,
}

#[derive(Debug, Clone)]
enum Change {
    Append(Bytes),
    Truncate(usize),
}

/// One file system.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    inodes: Vec<Inode>,
    names: BTreeMap<Path, usize>,
    durable_names: BTreeMap<Path, usize>,
    /// Entries made (or, with none, removed) since their folder's last fsync, in order.
    pending_names: Vec<(Path, Option<usize>)>,
}

impl Disk {
    /// A disk that holds these files durably.
    pub(crate) fn holding(files: impl IntoIterator<Item = (Path, Bytes)>) -> Self {
        let mut disk = Self::default();
        for (path, bytes) in files {
            disk.replace(&path, bytes);
            disk.sync_file(&path);
            for folder in ancestors(&path) {
                disk.sync_folder(&folder);
            }
        }
        disk
    }

    pub(crate) fn read(&self, path: &Path) -> Option<&[u8]> {
        match &self.inodes[*self.names.get(path)?] {
            Inode::File(file) => Some(&file.current),
            Inode::Folder => None,
        }
    }

    pub(crate) fn is_folder(&self, path: &Path) -> bool {
        path.as_ref().is_empty() || self.names.get(path).is_some_and(|&at| matches!(self.inodes[at], Inode::Folder))
    }

    /// The files directly in `folder`, by name.
    pub(crate) fn list(&self, folder: &Path) -> Vec<(Path, u64)> {
        let files = self.names.keys().filter(|path| parent(path) == *folder);
        files.filter_map(|path| Some((path.clone(), self.read(path)?.len() as u64))).collect()
    }

    /// Every file, by name.
    pub(crate) fn files(&self) -> Vec<Path> {
        self.names.keys().filter(|path| self.read(path).is_some()).cloned().collect()
    }

    /// A new file under this name, as a rename puts it there.
    pub(crate) fn replace(&mut self, path: &Path, bytes: Bytes) {
        let file = File { current: bytes.to_vec(), pending: vec![Change::Append(bytes)], ..File::default() };
        self.enter(path, Inode::File(file));
    }

    pub(crate) fn append(&mut self, path: &Path, bytes: Bytes) {
        if self.read(path).is_none() {
            self.enter(path, Inode::File(File::default()));
        }
        if let Some(file) = self.file(path) {
            file.current.extend_from_slice(&bytes);
            file.pending.push(Change::Append(bytes));
        }
    }

    pub(crate) fn truncate(&mut self, path: &Path, len: usize) {
        if let Some(file) = self.file(path) {
            file.current.truncate(len);
            file.pending.push(Change::Truncate(len));
            file.lost.iter_mut().for_each(|lost| lost.end = lost.end.min(len));
            file.lost.retain(|lost| !lost.is_empty());
        }
    }

    pub(crate) fn remove(&mut self, path: &Path) {
        if self.names.remove(path).is_some() {
            self.pending_names.push((path.clone(), None));
        }
    }

    /// The same file under another name, in the place of what was there.
    pub(crate) fn rename(&mut self, from: &Path, to: &Path) {
        if let Some(inode) = self.names.remove(from) {
            self.link(to, inode);
            self.pending_names.push((from.clone(), None));
        }
    }

    pub(crate) fn sync_file(&mut self, path: &Path) {
        if let Some(file) = self.file(path) {
            file.pending.clear();
            file.durable = file.current.clone();
            for lost in &file.lost {
                file.durable[lost.clone()].fill(0);
            }
        }
    }

    /// The kernel could not write the pages, says so once and forgets them.
    pub(crate) fn fail_sync_of_file(&mut self, path: &Path) {
        if let Some(file) = self.file(path) {
            file.lost.push(file.durable.len().min(file.current.len())..file.current.len());
        }
        self.sync_file(path);
    }

    pub(crate) fn sync_folder(&mut self, folder: &Path) {
        let pending = std::mem::take(&mut self.pending_names);
        for (path, inode) in pending {
            if parent(&path) == *folder {
                enter(&mut self.durable_names, path, inode);
            } else {
                self.pending_names.push((path, inode));
            }
        }
    }

    /// The files after a power cut.
    pub(crate) fn after_power_cut(&self, rng: &mut impl Rng) -> BTreeMap<Path, Bytes> {
        let mut names = self.durable_names.clone();
        // A journal keeps the order of entries, other file systems do not: both are tried.
        let in_order = rng.random_bool(0.5);
        let kept = if in_order { rng.random_range(0..=self.pending_names.len()) } else { self.pending_names.len() };
        let chance = [0.1, 0.5, 0.9][rng.random_range(0..3)];
        for (path, inode) in &self.pending_names[..kept] {
            if in_order || rng.random_bool(chance) {
                enter(&mut names, path.clone(), *inode);
            }
        }
        let reachable =
            |path: &Path| ancestors(path).all(|folder| folder.as_ref().is_empty() || names.contains_key(&folder));
        let files = names.iter().filter(|(path, _)| reachable(path));
        files
            .filter_map(|(path, &inode)| match &self.inodes[inode] {
                Inode::File(file) => Some((path.clone(), file.after_power_cut(rng).into())),
                Inode::Folder => None,
            })
            .collect()
    }

    fn enter(&mut self, path: &Path, inode: Inode) {
        self.inodes.push(inode);
        self.link(path, self.inodes.len() - 1);
    }

    fn link(&mut self, path: &Path, inode: usize) {
        let folders: Vec<Path> = ancestors(path).filter(|folder| !self.is_folder(folder)).collect();
        for folder in folders.into_iter().rev() {
            self.inodes.push(Inode::Folder);
            self.names.insert(folder.clone(), self.inodes.len() - 1);
            self.pending_names.push((folder, Some(self.inodes.len() - 1)));
        }
        self.names.insert(path.clone(), inode);
        self.pending_names.push((path.clone(), Some(inode)));
    }

    fn file(&mut self, path: &Path) -> Option<&mut File> {
        match &mut self.inodes[*self.names.get(path)?] {
            Inode::File(file) => Some(file),
            Inode::Folder => None,
        }
    }
}

impl File {
    fn after_power_cut(&self, rng: &mut impl Rng) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        let mut sure = bytes.len();
        let done = rng.random_range(0..=self.pending.len());
        for (index, change) in self.pending.iter().enumerate().take(done + 1) {
            match change {
                Change::Append(more) => {
                    let len = if index < done { more.len() } else { rng.random_range(0..=more.len()) };
                    bytes.extend_from_slice(&more[..len]);
                }
                Change::Truncate(len) if index < done => bytes.truncate(*len),
                Change::Truncate(_) => {}
            }
            sure = sure.min(bytes.len());
        }
        if rng.random_bool(0.3) {
            for sector in bytes[sure..].chunks_mut(SECTOR_BYTES) {
                if rng.random_bool(0.2) {
                    sector.fill(0);
                }
            }
        }
        for lost in &self.lost {
            let end = lost.end.min(bytes.len());
            bytes[lost.start.min(end)..end].fill(0);
        }
        bytes
    }
}

/// The folders above `path`, nearest first, the root (the empty path) last.
pub(crate) fn ancestors(path: &Path) -> impl Iterator<Item = Path> {
    let mut parts: Vec<String> = path.parts().map(|part| part.as_ref().to_owned()).collect();
    std::iter::from_fn(move || {
        parts.pop()?;
        Some(Path::from_iter(parts.iter().map(String::as_str)))
    })
}

fn parent(path: &Path) -> Path {
    ancestors(path).next().unwrap_or_default()
}

fn enter(names: &mut BTreeMap<Path, usize>, path: Path, inode: Option<usize>) {
    match inode {
        Some(inode) => names.insert(path, inode),
        None => names.remove(&path),
    };
}
