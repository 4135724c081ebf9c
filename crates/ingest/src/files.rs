//! Paths, folders and globs to a sorted list of files; the only module that opens one.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use globset::{GlobBuilder, GlobMatcher};

use crate::error::{Error, Result};
use crate::limits::{FILES_MAX, FOLDER_DEPTH_MAX};
use crate::sniff::Compression;

/// Endings of the files a folder is searched for; each may be followed by `.gz` or `.zst`. A file named
/// outright, or by a glob, may have any name.
const DATA_ENDINGS: [&str; 15] = [
    "csv", "tsv", "txt", "ndjson", "jsonl", "json", "log", "parquet", "xlsx", "xlsm", "xls", "xes", "xml", "jsonocel",
    "xmlocel",
];

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    pub path: PathBuf,
    /// Size on disk.
    pub bytes: u64,
    /// What people call it: mappings match it, and the history tells it. Of a file that was handed in it is not the name
    /// it has on disk.
    pub name: String,
}

impl SourceFile {
    /// The file at a path, called as it is there.
    pub fn at(path: impl Into<PathBuf>) -> Result<SourceFile> {
        let path = path.into();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        SourceFile::called(path, name)
    }

    /// The file at a path, called as somebody calls it.
    pub fn called(path: impl Into<PathBuf>, name: impl Into<String>) -> Result<SourceFile> {
        let path = path.into();
        let bytes = fs::metadata(&path).map_err(|error| Error::io("open", &path, error))?.len();
        Ok(SourceFile { path, bytes, name: name.into() })
    }

    /// BLAKE3 of the bytes on disk, read as a stream.
    pub fn content_hash(&self) -> Result<[u8; 32]> {
        let mut hasher = blake3::Hasher::new();
        let mut file = open(&self.path)?;
        let mut buffer = vec![0; 256 << 10];
        loop {
            match file.read(&mut buffer).map_err(|error| Error::io("read", &self.path, error))? {
                0 => return Ok(*hasher.finalize().as_bytes()),
                count => hasher.update(&buffer[..count]),
            };
        }
    }

    /// The first bytes, unpacked, at most `count`. What a truncated file still gives is given.
    pub(crate) fn head(&self, count: usize) -> Result<Vec<u8>> {
        let mut stream = self.stream(Compression::of(&self.magic()?)?)?.take(count as u64);
        let mut head = Vec::new();
        match stream.read_to_end(&mut head) {
            Err(error) if head.is_empty() => Err(Error::stream(&self.path, 0, error)),
            _ => Ok(head),
        }
    }

    /// The first bytes as they lie on disk.
    pub(crate) fn magic(&self) -> Result<Vec<u8>> {
        let mut magic = Vec::new();
        open(&self.path)?.take(16).read_to_end(&mut magic).map_err(|error| Error::io("read", &self.path, error))?;
        Ok(magic)
    }

    /// The file from its first byte, unpacked where it is packed, and the bytes taken from disk so far.
    pub fn unpacked(&self) -> Result<(impl Read + Send + use<>, Arc<AtomicU64>)> {
        let stream = self.stream(Compression::of(&self.magic()?)?)?;
        let taken = stream.counter();
        Ok((stream, taken))
    }

    /// The file from its first byte, unpacked, with a count of the bytes taken from disk.
    pub(crate) fn stream(&self, compression: Compression) -> Result<Counted> {
        let count = Arc::new(AtomicU64::new(0));
        let raw = CountingReader { inner: open(&self.path)?, count: Arc::clone(&count) };
        let reader: Box<dyn Read + Send> = match compression {
            Compression::None => Box::new(raw),
            Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(BufReader::with_capacity(64 << 10, raw))),
            Compression::Zstd => {
                Box::new(zstd::Decoder::new(raw).map_err(|error| Error::io("read", &self.path, error))?)
            }
        };
        Ok(Counted { reader, count })
    }

    /// The file itself, for formats that are read from the end.
    pub(crate) fn open_file(&self) -> Result<File> {
        let mut file = open(&self.path)?;
        file.rewind().map_err(|error| Error::io("read", &self.path, error))?;
        Ok(file)
    }
}

/// An unpacked stream and the bytes it has taken from disk.
pub(crate) struct Counted {
    reader: Box<dyn Read + Send>,
    count: Arc<AtomicU64>,
}

impl Counted {
    pub(crate) fn counter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.count)
    }
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

struct CountingReader {
    inner: File,
    count: Arc<AtomicU64>,
}

impl Read for CountingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// The files that paths, folders and globs name, sorted, each once. A folder stands for the data files in it and in
/// its folders; hidden ones are left out. A path that names nothing is an error.
pub fn expand(paths: &[PathBuf]) -> Result<Vec<SourceFile>> {
    let mut found = BTreeSet::new();
    for path in paths {
        let before = found.len();
        let text = path.to_string_lossy();
        if path.is_dir() {
            walk(path, 0, &mut found, &is_data_file)?;
        } else if path.exists() {
            found.insert(path.clone());
        } else if text.contains(['*', '?', '[', '{']) {
            let matcher = compile_glob(path)?;
            walk(&glob_base(path), 0, &mut found, &|candidate| matcher.is_match(candidate))?;
        } else {
            let advice = "there is no such file or folder; check the spelling and the folder you are in".to_owned();
            return Err(Error::NoFiles { wanted: text.into_owned(), advice });
        }
        if found.len() == before && !path.is_file() {
            let advice = format!("a folder is searched for files ending in {}", DATA_ENDINGS.join(", "));
            return Err(Error::NoFiles { wanted: text.into_owned(), advice });
        }
    }
    if found.is_empty() {
        return Err(Error::NoFiles { wanted: String::new(), advice: "name a file, a folder or a glob".to_owned() });
    }
    found.into_iter().map(SourceFile::at).collect()
}

fn walk(folder: &Path, depth: usize, found: &mut BTreeSet<PathBuf>, wanted: &dyn Fn(&Path) -> bool) -> Result<()> {
    if depth > FOLDER_DEPTH_MAX {
        let detail = format!("folders are followed {FOLDER_DEPTH_MAX} deep; is there a link that leads in a circle?");
        return Err(Error::Limit { path: folder.to_owned(), detail });
    }
    let entries = fs::read_dir(folder).map_err(|error| Error::io("list", folder, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| Error::io("list", folder, error))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // Hidden files, and those Excel puts beside a workbook while it is open.
        if name.starts_with('.') || name.starts_with("~$") {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            walk(&path, depth + 1, found, wanted)?;
        } else if wanted(&path) {
            found.insert(path);
        }
        if found.len() > FILES_MAX {
            let detail = format!("more than {FILES_MAX} files; name a smaller folder or a glob");
            return Err(Error::Limit { path: folder.to_owned(), detail });
        }
    }
    Ok(())
}

fn is_data_file(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let plain = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    plain.rsplit_once('.').is_some_and(|(_, ending)| DATA_ENDINGS.contains(&ending))
}

fn compile_glob(path: &Path) -> Result<GlobMatcher> {
    let text = path.to_string_lossy();
    match GlobBuilder::new(&text).literal_separator(true).build() {
        Ok(glob) => Ok(glob.compile_matcher()),
        Err(error) => {
            Err(Error::NoFiles { wanted: text.into_owned(), advice: format!("it is no glob: {}", error.kind()) })
        }
    }
}

/// The folder a glob is searched from: its components before the first with a wildcard.
fn glob_base(path: &Path) -> PathBuf {
    let plain: PathBuf = path
        .components()
        .take_while(|component| !component.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
        .collect();
    if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain }
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| Error::io("open", path, error))
}
