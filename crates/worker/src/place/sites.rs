//! The sites of a workspace, for questions that name one.

use analysis::place::{ResolvedSite, SiteFound, Sites};
use control::Control;

/// Sites as they are stored.
#[derive(Debug, Clone)]
pub struct StoredSites {
    pub control: Control,
    pub workspace: String,
}

impl Sites for StoredSites {
    fn site<'a>(&'a self, id: &'a str, version: Option<u32>) -> SiteFound<'a> {
        Box::pin(async move {
            let stored = self.control.site(&self.workspace, id, version).await;
            let stored = stored.map_err(|error| analysis::Error::Definitions { why: error.to_string() })?;
            let unknown = || match version {
                None => format!("site `{id}`"),
                Some(version) => format!("version {version} of site `{id}`"),
            };
            let stored = stored.ok_or_else(|| analysis::Error::NotFound { what: unknown() })?;
            Ok(ResolvedSite { version: stored.version, definition: stored.site })
        })
    }
}
