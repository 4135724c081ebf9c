//! Dead letters: messages that reached a door and could not become events, kept to be looked at and read again.
//!
//! They lie in files of JSON lines, one after the other, each named after the first id in it. A line is a letter, or
//! says which letters were read again. What is written is durable before the sender is answered. The files together are
//! bounded: the oldest goes when they grow beyond it, and since ids have no gaps, how many went is known.
//!
//! As of events without an id, the content of a letter is its identity: what comes again as it was, while the first still
//! waits, is the same letter, sent once more by somebody who was not answered. Equal ones of one call stay apart.
//!
//! Calls block; a caller that may not runs them on a thread of its own.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use control::MessageKind;
use ingest::live::Protocol;
use model::hash;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::folder::{create_private, sync_folder};

/// Bytes at which a file is ended.
const FILE_BYTES: u64 = 4 << 20;

/// Files kept: with the size of one, what a workspace may hold of letters nobody has mended.
const FILES_MAX: usize = 16;

/// Letters handed out at once, to be shown or to be read again.
pub const PAGE_MAX: usize = 1_000;

/// A message that could not become an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// From 1, without gaps in the order of arrival.
    pub id: u64,
    #[serde(flatten)]
    pub letter: Refused,
    /// When it was read again and became an event, UTC microseconds.
    #[serde(skip_deserializing, default)]
    pub replayed_us: Option<i64>,
}

/// What is kept of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    pub received_us: i64,
    pub source: String,
    /// Kinds of messages its key may send; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<MessageKind>,
    pub protocol: Protocol,
    /// Stable code: `time_unreadable`.
    pub code: String,
    pub field: Option<String>,
    /// What is wrong and how to mend it, for a person.
    pub reason: String,
    /// The message as a JSON object, or as it came where it is none.
    pub original: String,
}

/// Which letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterFilter {
    pub source: Option<String>,
    pub code: Option<String>,
    /// Of these ids only; empty: any.
    pub ids: Vec<u64>,
    /// Only such as have not been read again with success.
    pub waiting: bool,
}

/// Letters of one source with one code that wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterCount {
    pub source: String,
    pub code: String,
    pub count: u64,
    /// When the first and the last of them arrived, UTC microseconds.
    pub first_us: i64,
    pub last_us: i64,
}

/// A page of letters, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterPage {
    pub letters: Vec<DeadLetter>,
    /// `before` of the next page; none: this is the last one.
    pub next: Option<u64>,
}

/// The dead letters of one workspace.
#[derive(Debug)]
pub struct DeadLetters {
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    files: Vec<LetterFile>,
    letters: BTreeMap<u64, Place>,
    /// How many letters of each content wait.
    waiting: HashMap<i64, u32>,
    /// Lines that are no letters any more: something changed them on disk.
    damaged: u64,
    next_id: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct LetterFile {
    path: PathBuf,
    first: u64,
    bytes: u64,
}

/// Where a letter stands, and what it is looked for by.
#[derive(Debug)]
struct Place {
    offset: u64,
    bytes: u32,
    source: Arc<str>,
    code: Arc<str>,
    received_us: i64,
    replayed_us: Option<i64>,
    /// Hash of who sent what.
    content: i64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Letter(DeadLetter),
    Replayed { replayed: Vec<u64>, at_us: i64 },
}

impl DeadLetters {
    /// Opens the letters in `folder`, which is made when the first one comes.
    ///
    /// # Errors
    /// If a file cannot be read. A line cut short by a crash was never acknowledged, and is cut off.
    pub fn open(folder: PathBuf) -> Result<DeadLetters> {
        let mut state = State { next_id: 1, ..State::default() };
        for path in files_of(&folder)? {
            state.load(path)?;
        }
        Ok(DeadLetters { folder, state: Mutex::new(state) })
    }

    /// Keeps letters, durably; those that wait already are kept.
    ///
    /// # Errors
    /// If they cannot be written; then none of them is kept.
    pub fn keep(&self, letters: Vec<Refused>) -> Result<()> {
        let letters: Vec<_> = letters.into_iter().map(|letter| (content(&letter), letter)).collect();
        let mut state = self.state.lock();
        let mut known = HashMap::new();
        let mut is_known = |content: &i64| {
            let left = known.entry(*content).or_insert_with(|| state.waiting.get(content).copied().unwrap_or_default());
            let known = *left > 0;
            *left = left.saturating_sub(1);
            known
        };
        let new: Vec<_> = letters.into_iter().filter(|(content, _)| !is_known(content)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let first = state.next_id;
        let mut text = Vec::new();
        let mut places = Vec::with_capacity(new.len());
        for (id, (content, letter)) in (first..).zip(new) {
            let start = text.len();
            let (source, code) = (Arc::from(letter.source.as_str()), Arc::from(letter.code.as_str()));
            let received_us = letter.received_us;
            push_line(&mut text, &Line::Letter(DeadLetter { id, letter, replayed_us: None }));
            let (offset, bytes) = (start as u64, (text.len() - start) as u32);
            places.push((id, Place { offset, bytes, source, code, received_us, replayed_us: None, content }));
        }
        let base = state.append(&self.folder, &text)?;
        for (id, place) in places {
            *state.waiting.entry(place.content).or_default() += 1;
            state.letters.insert(id, Place { offset: base + place.offset, ..place });
            state.next_id = id + 1;
        }
        state.drop_oldest();
        Ok(())
    }

    /// Letters that meet a filter, newest first, of ids below `before`.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn page(&self, filter: &LetterFilter, before: Option<u64>, limit: usize) -> Result<LetterPage> {
        let state = self.state.lock();
        let limit = limit.min(PAGE_MAX);
        let mut page = LetterPage::default();
        let found = state.letters.range(..before.unwrap_or(u64::MAX)).rev();
        for (id, place) in found.filter(|(id, place)| filter.takes(**id, place)) {
            if page.letters.len() == limit {
                page.next = page.letters.last().map(|last| last.id);
                break;
            }
            page.letters.push(state.read(*id, place)?);
        }
        Ok(page)
    }

    /// How many wait, by source and code, most first.
    pub fn counts(&self) -> Vec<LetterCount> {
        let mut counts: BTreeMap<(&str, &str), LetterCount> = BTreeMap::new();
        let state = self.state.lock();
        for place in state.letters.values().filter(|place| place.replayed_us.is_none()) {
            let new = || LetterCount {
                source: place.source.to_string(),
                code: place.code.to_string(),
                count: 0,
                first_us: place.received_us,
                last_us: place.received_us,
            };
            let of = counts.entry((&place.source, &place.code)).or_insert_with(new);
            of.count += 1;
            (of.first_us, of.last_us) = (of.first_us.min(place.received_us), of.last_us.max(place.received_us));
        }
        let mut counts: Vec<_> = counts.into_values().collect();
        counts.sort_by_key(|count| std::cmp::Reverse(count.count));
        counts
    }

    /// Letters that had to go because there were too many.
    pub fn dropped(&self) -> u64 {
        let state = self.state.lock();
        state.files.first().map_or(state.next_id, |first| first.first).saturating_sub(1)
    }

    /// Lines of the files that cannot be read. They stay where they are, for somebody to look at.
    pub fn damaged(&self) -> u64 {
        self.state.lock().damaged
    }

    /// Notes that letters were read again and became events.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn replayed(&self, ids: Vec<u64>, at_us: i64) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut state = self.state.lock();
        let mut text = Vec::new();
        push_line(&mut text, &Line::Replayed { replayed: ids.clone(), at_us });
        state.append(&self.folder, &text)?;
        state.mark(&ids, at_us);
        Ok(())
    }
}

impl LetterFilter {
    fn takes(&self, id: u64, place: &Place) -> bool {
        self.source.as_deref().is_none_or(|source| source == &*place.source)
            && self.code.as_deref().is_none_or(|code| code == &*place.code)
            && (self.ids.is_empty() || self.ids.contains(&id))
            && !(self.waiting && place.replayed_us.is_some())
    }
}

impl State {
    /// Takes over a file, and cuts off what a crash left half written.
    fn load(&mut self, path: PathBuf) -> Result<()> {
        let text = fs::read(&path).map_err(|source| Error::io("read", &path, source))?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        if whole < text.len() {
            let cut = OpenOptions::new().write(true).open(&path).and_then(|file| file.set_len(whole as u64));
            cut.map_err(|source| Error::io("cut", &path, source))?;
        }
        let first = first_id(&path).unwrap_or(self.next_id);
        self.files.push(LetterFile { path, first, bytes: whole as u64 });
        self.next_id = self.next_id.max(first);
        let (mut offset, mut damaged) = (0, 0);
        for line in text[..whole].split_inclusive(|byte| *byte == b'\n') {
            match serde_json::from_slice(line) {
                // Ids have no gaps but those of lines that are damaged.
                Ok(Line::Letter(DeadLetter { id, letter, .. }))
                    if (self.next_id..=self.next_id.saturating_add(damaged)).contains(&id) =>
                {
                    let (source, code) = (Arc::from(letter.source.as_str()), Arc::from(letter.code.as_str()));
                    let (content, received_us, bytes) = (content(&letter), letter.received_us, line.len() as u32);
                    *self.waiting.entry(content).or_default() += 1;
                    let place = Place { offset, bytes, source, code, received_us, replayed_us: None, content };
                    self.letters.insert(id, place);
                    self.next_id = id.saturating_add(1);
                }
                Ok(Line::Replayed { replayed, at_us }) => self.mark(&replayed, at_us),
                Ok(Line::Letter(_)) | Err(_) => damaged += 1,
            }
            offset += line.len() as u64;
        }
        if damaged > 0 {
            let file = self.files.last().map(|file| file.path.display().to_string()).unwrap_or_default();
            tracing::error!(file, damaged, "lines of dead letters are damaged and are left out");
        }
        self.damaged += damaged;
        Ok(())
    }

    fn mark(&mut self, ids: &[u64], at_us: i64) {
        for id in ids {
            if let Some(place) = self.letters.get_mut(id)
                && place.replayed_us.replace(at_us).is_none()
            {
                waits_no_more(&mut self.waiting, place.content);
            }
        }
    }

    /// Appends lines to the last file, or to a new one, and gives the place they begin at.
    fn append(&mut self, folder: &Path, text: &[u8]) -> Result<u64> {
        if self.files.last().is_none_or(|last| last.bytes >= FILE_BYTES) {
            create_private(folder)?;
            let path = folder.join(format!("{:020}.ndjson", self.next_id));
            File::create(&path).map_err(|source| Error::io("make", &path, source))?;
            sync_folder(folder).map_err(|source| Error::io("sync", folder, source))?;
            self.files.push(LetterFile { path, first: self.next_id, bytes: 0 });
        }
        let Some(file) = self.files.last_mut() else { return Ok(0) };
        let write = || {
            let mut open = OpenOptions::new().write(true).open(&file.path)?;
            // What a failed write left behind is written over.
            open.set_len(file.bytes)?;
            open.seek(SeekFrom::Start(file.bytes))?;
            open.write_all(text)?;
            open.sync_data()
        };
        if let Err(source) = write() {
            // As if it had not been tried, also for a process that comes after this one; if not even that can be done,
            // the next write cuts it off.
            OpenOptions::new().write(true).open(&file.path).and_then(|open| open.set_len(file.bytes)).ok();
            return Err(Error::io("write", &file.path, source));
        }
        let start = file.bytes;
        file.bytes += text.len() as u64;
        Ok(start)
    }

    fn drop_oldest(&mut self) {
        while self.files.len() > FILES_MAX {
            let oldest = self.files.remove(0);
            let until = self.files.first().map_or(self.next_id, |first| first.first);
            let stay = self.letters.split_off(&until);
            let gone = std::mem::replace(&mut self.letters, stay);
            for place in gone.values().filter(|place| place.replayed_us.is_none()) {
                waits_no_more(&mut self.waiting, place.content);
            }
            // What was just kept is kept whether or not the old file goes.
            match fs::remove_file(&oldest.path) {
                Ok(()) => tracing::warn!(up_to = until - 1, "dead letters had to go: there are too many"),
                Err(error) => tracing::error!(%error, "a file of old dead letters cannot be deleted"),
            }
        }
    }

    fn read(&self, id: u64, place: &Place) -> Result<DeadLetter> {
        let at = self.files.partition_point(|file| file.first <= id).saturating_sub(1);
        let file = &self.files[at];
        let mut text = vec![0; place.bytes as usize];
        let mut read = || {
            let mut open = File::open(&file.path)?;
            open.seek(SeekFrom::Start(place.offset))?;
            open.read_exact(&mut text)
        };
        read().map_err(|source| Error::io("read", &file.path, source))?;
        let letter: DeadLetter = serde_json::from_slice(&text)
            .map_err(|error| Error::io("read", &file.path, std::io::Error::other(error)))?;
        Ok(DeadLetter { replayed_us: place.replayed_us, ..letter })
    }
}

/// Which content a letter is of: who sent what.
fn content(letter: &Refused) -> i64 {
    hash::parts(&[letter.source.as_bytes(), letter.original.as_bytes()])
}

fn waits_no_more(waiting: &mut HashMap<i64, u32>, content: i64) {
    if let Some(count) = waiting.get_mut(&content) {
        *count -= 1;
        if *count == 0 {
            waiting.remove(&content);
        }
    }
}

/// Into a growable buffer, and of what always has a JSON form.
fn push_line(text: &mut Vec<u8>, line: &Line) {
    let start = text.len();
    if let Err(error) = serde_json::to_writer(&mut *text, line) {
        tracing::error!(%error, "a dead letter has no JSON form");
        text.truncate(start);
    }
    text.push(b'\n');
}

/// The files in order, none where there is no folder.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(Error::io("list", folder, source)),
    };
    let mut files: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| first_id(path).is_some()).collect();
    files.sort();
    Ok(files)
}

fn first_id(path: &Path) -> Option<u64> {
    path.file_name()?.to_str()?.strip_suffix(".ndjson")?.parse().ok()
}

#[cfg(test)]
mod tests;
