//! What the machine has left: disk and memory, and who holds a lock. What a system does not tell is none.

use std::path::Path;

/// Room on the disk of a folder, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskSpace {
    pub total: u64,
    /// What this process may still write.
    pub free: u64,
}

/// Memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Held by this process.
    pub used: u64,
    /// Of the machine, or of the container if that has less.
    pub total: u64,
    /// Of the machine, that could be had without swapping.
    pub available: u64,
}

/// Who holds the exclusive lock of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockHolder {
    Nobody,
    Us,
    Another,
}

#[cfg(unix)]
pub fn disk_space(folder: &Path) -> Option<DiskSpace> {
    let stat = rustix::fs::statvfs(folder).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(stat.f_frsize);
    Some(DiskSpace { total: bytes(stat.f_blocks), free: bytes(stat.f_bavail) })
}

#[cfg(not(unix))]
pub fn disk_space(_: &Path) -> Option<DiskSpace> {
    None
}

/// As the kernel tells it under `/proc`.
pub fn memory() -> Option<Memory> {
    let of_machine = std::fs::read_to_string("/proc/meminfo").ok()?;
    let of_process = std::fs::read_to_string("/proc/self/status").ok()?;
    let total = kilobytes(&of_machine, "MemTotal:")?;
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let group: Option<u64> = group.and_then(|limit| limit.trim().parse().ok());
    Some(Memory {
        used: kilobytes(&of_process, "VmRSS:")?,
        total: group.map_or(total, |group| group.min(total)),
        available: kilobytes(&of_machine, "MemAvailable:")?,
    })
}

/// The number of a line as in `MemTotal:  16384 kB`, in bytes.
fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// Who holds the lock of the file at `path`. Asked of the kernel's list: trying to take it, however briefly, could turn
/// away somebody who takes it in earnest at that moment.
#[cfg(target_os = "linux")]
pub fn lock_holder(path: &Path) -> Option<LockHolder> {
    use std::os::unix::fs::MetadataExt;

    let Ok(meta) = std::fs::metadata(path) else { return Some(LockHolder::Nobody) };
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let (major, minor) = (rustix::fs::major(meta.dev()), rustix::fs::minor(meta.dev()));
    Some(holder(&locks, &format!("{major:02x}:{minor:02x}:{}", meta.ino()), std::process::id()))
}

#[cfg(not(target_os = "linux"))]
pub fn lock_holder(_: &Path) -> Option<LockHolder> {
    None
}

/// Looks a file, as `major:minor:inode`, up in lines as `1: FLOCK  ADVISORY  WRITE 812 fe:00:131 0 EOF`.
#[cfg(target_os = "linux")]
fn holder(locks: &str, file: &str, process: u32) -> LockHolder {
    let held_by = locks.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // A line with an arrow is of one who waits.
        let [_, "FLOCK", _, "WRITE", process, of, ..] = fields[..] else { return None };
        (of == file).then(|| process.parse::<i64>().unwrap_or(-1))
    });
    match held_by {
        None => LockHolder::Nobody,
        Some(by) if by == i64::from(process) => LockHolder::Us,
        Some(_) => LockHolder::Another,
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_holder_of_a_lock_is_found_without_touching_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        assert_eq!(lock_holder(&path), Some(LockHolder::Nobody));
        let file = std::fs::File::create(&path).unwrap();
        assert_eq!(lock_holder(&path), Some(LockHolder::Nobody));
        file.try_lock().unwrap();
        assert_eq!(lock_holder(&path), Some(LockHolder::Us));
        let line = "1: FLOCK  ADVISORY  WRITE 812 fe:00:131 0 EOF\n1: -> FLOCK  ADVISORY  WRITE 9 fe:00:132 0 EOF\n";
        assert_eq!(holder(line, "fe:00:131", 9), LockHolder::Another);
        assert_eq!(holder(line, "fe:00:132", 9), LockHolder::Nobody);
    }

    #[test]
    fn the_machine_tells_of_its_disk_and_memory() {
        let space = disk_space(Path::new("/")).unwrap();
        assert!(space.total > space.free && space.free > 0, "{space:?}");
        let memory = memory().unwrap();
        assert!(memory.used > 0 && memory.used < memory.total, "{memory:?}");
    }
}
