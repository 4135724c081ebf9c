//! The walls of the house: which crate may use which, which libraries stay where, licences, pins, lints, and no trace
//! of a machine in any file. See ARCHITECTURE.md for the reasons.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

/// What each crate may use at run time. A crate that is not here must not be.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("folds", &["model"]),
    ("ingest", &["model"]),
    ("lake", &["model"]),
    ("simulate", &["model"]),
    ("control", &["model"]),
    ("operators", &["model", "folds", "lake"]),
    ("analysis", &["model", "folds", "lake", "operators"]),
    ("export", &["model", "analysis"]),
    ("worker", &["model", "ingest", "lake", "operators", "control", "analysis", "simulate"]),
    ("server", &["model", "ingest", "lake", "operators", "control", "analysis", "export", "worker"]),
    ("throughline", &["model", "ingest", "lake", "operators", "control", "analysis", "export", "worker", "server"]),
    ("testkit", &["model", "lake"]),
];

/// Libraries that only these crates may name.
const OWNERS: &[(&str, &[&str])] = &[
    ("deltalake-core", &["lake"]),
    ("object_store", &["lake", "testkit"]),
    ("sea-orm", &["control"]),
    ("argon2", &["control"]),
    ("getrandom", &["worker", "testkit"]),
    ("rustix", &["worker"]),
    ("rpassword", &["throughline"]),
    ("axum", &["server"]),
    ("tower-http", &["server"]),
    ("utoipa-axum", &["server"]),
    ("rust-embed", &["server"]),
    ("reqwest", &["server"]),
    ("ring", &["server"]),
    ("datafusion", &["operators", "analysis"]),
    ("resvg", &["export"]),
    ("svg2pdf", &["export"]),
    ("rust_xlsxwriter", &["export"]),
    ("cel", &["ingest"]),
    ("calamine", &["ingest"]),
    ("cfb", &["ingest"]),
    ("clap", &["throughline"]),
    ("figment", &["throughline"]),
    ("indicatif", &["throughline"]),
    ("anyhow", &["throughline"]),
];

/// Crates that do no I/O: none of these libraries may be reached from them, however indirectly.
const PURE: &[&str] = &["model", "folds", "simulate"];
const IMPURE: &[&str] =
    &["tokio", "datafusion", "axum", "sea-orm", "sqlx-core", "object_store", "deltalake-core", "hyper", "reqwest"];

/// Libraries that no crate uses yet; their issue brings them.
const NOWHERE: &[&str] = &["ballista", "ballista-core", "openssl", "openssl-sys"];

/// Licences that go together with Apache-2.0 in a program that is given away. MPL-2.0 only binds its own files.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn metadata() -> Metadata {
    let options = ["--locked".to_owned()];
    MetadataCommand::new().manifest_path(repository().join("Cargo.toml")).other_options(options).exec().unwrap()
}

fn members(metadata: &Metadata) -> BTreeMap<String, &Package> {
    metadata.workspace_packages().into_iter().map(|package| (package.name.to_string(), package)).collect()
}

fn normal_dependencies(package: &Package) -> impl Iterator<Item = &str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal)
        .map(|dependency| dependency.name.as_str())
}

#[test]
fn crates_use_only_what_lies_below_them() {
    let metadata = metadata();
    let members = members(&metadata);
    let layers: HashMap<_, _> = LAYERS.iter().copied().collect();
    let known: BTreeSet<_> = layers.keys().map(|name| (*name).to_owned()).collect();
    assert_eq!(
        members.keys().cloned().collect::<BTreeSet<_>>(),
        known,
        "a new crate needs a decision record and a line here"
    );
    for (name, package) in &members {
        let allowed = layers[name.as_str()];
        for used in normal_dependencies(package).filter(|used| members.contains_key(*used)) {
            assert!(allowed.contains(&used), "crate `{name}` must not use crate `{used}`");
        }
        let folder = package.manifest_path.parent().unwrap().file_name().unwrap();
        assert_eq!(folder, name, "a crate's folder has the crate's name");
    }
}

#[test]
fn libraries_stay_with_the_crate_that_owns_them() {
    let metadata = metadata();
    for (name, package) in members(&metadata) {
        for used in normal_dependencies(package) {
            if let Some((_, owners)) = OWNERS.iter().find(|(library, _)| *library == used) {
                assert!(
                    owners.contains(&name.as_str()),
                    "crate `{name}` must not use `{used}`, which belongs to {owners:?}"
                );
            }
            assert!(!NOWHERE.contains(&used), "crate `{name}` uses `{used}`, which is not to be used yet");
        }
    }
    let ingest = members(&metadata)["ingest"];
    for used in normal_dependencies(ingest) {
        assert!(!IMPURE.contains(&used), "crate `ingest` has no network and no runtime, but uses `{used}`");
    }
}

#[test]
fn pure_crates_reach_no_io() {
    let metadata = metadata();
    let members = members(&metadata);
    let names: HashMap<&PackageId, &str> =
        metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let nodes: HashMap<_, _> = metadata.resolve.as_ref().unwrap().nodes.iter().map(|node| (&node.id, node)).collect();
    for pure in PURE {
        let (mut seen, mut open) = (BTreeSet::new(), vec![&members[*pure].id]);
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            assert!(!IMPURE.contains(&names[id]), "crate `{pure}` reaches `{}`", names[id]);
            let normal = nodes[id]
                .deps
                .iter()
                .filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
            open.extend(normal.map(|dependency| &dependency.pkg));
        }
    }
}

/// The libraries of a build, each with the features it is compiled with. Our own crates are compiled for tests anew anyhow.
fn compiled(edges: &str) -> BTreeSet<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let args = ["tree", "--locked", "--workspace", "--edges", edges, "--prefix", "none", "--format", "{p}|{f}"];
    let tree = std::process::Command::new(cargo).args(args).current_dir(repository()).output().unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let own = format!("({}", repository().display());
    let lines = String::from_utf8(tree.stdout).unwrap();
    let libraries = lines.lines().filter(|line| !line.is_empty() && !line.contains(&own));
    libraries.map(|line| line.replace(" (*)", "")).collect()
}

#[test]
fn the_demo_uses_the_libraries_that_are_compiled_for_tests() {
    let (demo, tests) = (compiled("normal,build"), compiled("normal,build,dev"));
    let others: Vec<_> = demo.difference(&tests).collect();
    assert!(!demo.is_empty() && others.is_empty(), "`testkit` has to switch their features on, too: {others:#?}");
}

#[test]
fn every_dependency_may_be_given_on() {
    let metadata = metadata();
    let mut refused = Vec::new();
    for package in &metadata.packages {
        let allowed = match &package.license {
            Some(expression) => Expression::of(expression).allowed(),
            None => package.source.is_none(),
        };
        if !allowed {
            refused.push(format!("{} {}: {:?}", package.name, package.version, package.license));
        }
    }
    assert!(refused.is_empty(), "licences that are not on the list: {refused:#?}");
}

/// An SPDX expression, read from left to right. A slash is the old way to write OR.
struct Expression {
    words: Vec<String>,
    at: usize,
}

impl Expression {
    fn of(text: &str) -> Expression {
        let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
        Expression { words: spaced.split_whitespace().map(str::to_owned).collect(), at: 0 }
    }

    /// Whether some choice of the expression's alternatives has only licences of the list.
    fn allowed(&mut self) -> bool {
        let mut any = self.all();
        while self.take("OR") {
            any |= self.all();
        }
        any
    }

    fn all(&mut self) -> bool {
        let mut all = self.one();
        while self.take("AND") {
            all &= self.one();
        }
        all
    }

    fn one(&mut self) -> bool {
        if self.take("(") {
            let inner = self.allowed();
            assert!(self.take(")"), "unbalanced expression {:?}", self.words);
            return inner;
        }
        let mut licence = self.words[self.at].clone();
        self.at += 1;
        if self.take("WITH") {
            licence = format!("{licence} WITH {}", self.words[self.at]);
            self.at += 1;
        }
        LICENCES.contains(&licence.as_str())
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at).is_some_and(|next| next == word);
        self.at += usize::from(found);
        found
    }
}

#[test]
fn licence_expressions_are_read_as_they_are_meant() {
    for (text, allowed) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("MIT OR GPL-3.0-only", true),
        ("MIT AND GPL-3.0-only", false),
        ("(MIT OR GPL-3.0-only) AND ISC", true),
        ("MIT/Apache-2.0", true),
        ("Apache-2.0 WITH LLVM-exception OR GPL-2.0-only", true),
        ("GPL-2.0-only WITH Classpath-exception-2.0", false),
        ("GPL-3.0-only OR (MIT AND LGPL-3.0-only)", false),
    ] {
        assert_eq!(Expression::of(text).allowed(), allowed, "{text}");
    }
}

#[test]
fn versions_are_pinned_and_lints_shared() {
    let metadata = metadata();
    for (name, package) in members(&metadata) {
        for dependency in package.dependencies.iter().filter(|dependency| dependency.path.is_none()) {
            let version = dependency.req.to_string();
            assert!(version.starts_with('='), "crate `{name}` takes `{}` {version}; pin it as =x.y.z", dependency.name);
        }
        let manifest = std::fs::read_to_string(&package.manifest_path).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "crate `{name}` leaves the shared lints out");
        assert_eq!(package.license.as_deref(), Some("Apache-2.0"));
    }
}

#[test]
fn no_file_names_a_machine() {
    // Written in parts, so that this file does not hold what it looks for.
    let folders: Vec<String> = ["work", "root", "tmp"].iter().map(|name| format!("/{name}/")).collect();
    let mut found = Vec::new();
    for path in files(&repository()) {
        // What is no text holds no readable path.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for folder in &folders {
            for (at, _) in text.match_indices(folder.as_str()) {
                let before = text[..at].chars().next_back();
                // A part of a longer path or address is no path of a machine.
                if before.is_none_or(|before| !before.is_alphanumeric() && !"._-/}*)".contains(before)) {
                    found.push(format!("{}: {folder}", path.display()));
                }
            }
        }
        let is_npm_lock = path.file_name().is_some_and(|name| name == "package-lock.json");
        if is_npm_lock {
            let resolved = text.lines().filter_map(|line| line.trim().strip_prefix("\"resolved\": \""));
            found.extend(
                resolved
                    .filter(|url| !url.starts_with("https://registry.npmjs.org/"))
                    .map(|url| format!("package-lock.json: {url}")),
            );
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// All files but those that are built or installed.
fn files(folder: &Path) -> Vec<PathBuf> {
    const LEFT_OUT: [&str; 8] =
        [".git", "target", "node_modules", "dist", "data", "test-results", "shots", "__pycache__"];
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let name = entry.file_name();
        if entry.file_type().unwrap().is_dir() {
            // Environments of Python: that of the tests and those of benchmarks.
            let environment = name.to_string_lossy().starts_with(".venv");
            if !environment && !LEFT_OUT.iter().any(|left_out| name == *left_out) {
                all.extend(files(&path));
            }
        } else {
            all.push(path);
        }
    }
    all
}
