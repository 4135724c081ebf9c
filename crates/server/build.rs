//! Makes cargo look at `web/dist` as a whole: assets carry hashes in their names, so a new build of the web
//! app brings new files, which the embedding macro alone would not notice.

use std::path::Path;

fn main() {
    let dist = Path::new("../../web/dist");
    // A path that does not exist would make cargo rebuild this crate every time.
    let _ = std::fs::create_dir_all(dist);
    println!("cargo:rerun-if-changed={}", dist.display());
}
