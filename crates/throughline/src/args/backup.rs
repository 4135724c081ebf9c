//! Backups and what is made of them, as they are typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub const BACKUP_ABOUT: &str = "\
Copy everything, or one workspace, to another disk, while a server goes on.

TARGET is a folder that is empty, missing, or holds earlier backups; it lies outside of the data folder. A further backup \
into the same target copies only what is new. Whatever was acknowledged before the command began is in the backup. One \
that was interrupted is none: the same command goes on with what it copied, and earlier backups stay as they are.

A backup is as confidential as the data folder: it holds what customers did. Sessions are not in it; passwords and \
keys are in it as hashes.";

pub const RESTORE_ABOUT: &str = "\
Make a data folder of a backup.

The folder (`--data`, or the setting) must be empty or missing. It appears whole or not at all, every file is compared with \
its hash, and nothing is removed. Then start the server on it; everybody signs in again.

What was deleted or revoked after the backup was taken is there again: delete or revoke it again before anybody works with it.";

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct BackupArgs {
    #[command(subcommand)]
    pub command: Option<BackupCommand>,
    /// Folder of the backups
    #[arg(required = true, value_name = "TARGET")]
    pub target: Option<PathBuf>,
    /// Only this workspace, with its members and definitions, and without the audit log
    #[arg(long, short, value_name = "ID")]
    pub workspace: Option<String>,
    /// Keep this many backups, and delete older ones once this one is whole [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub keep: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// List the backups of a target
    List {
        /// Folder of the backups
        target: PathBuf,
    },
    /// Read every file of the backups and compare it with its hash; 1 if anything is damaged
    Verify {
        /// Folder of the backups
        target: PathBuf,
        /// Only this backup [default: all]
        #[arg(long, value_name = "BACKUP")]
        backup: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct BackupRestoreArgs {
    /// Folder of the backups
    #[arg(value_name = "SOURCE")]
    pub source: PathBuf,
    /// Which one, as `backup list` calls it [default: the newest]
    #[arg(long, value_name = "BACKUP")]
    pub backup: Option<String>,
}
