//! Publishing the identity tables: edges from the log, newly registered profiles, the view profile → customer.
//!
//! A foreign reader joins events with the view. Every function here runs under the lock of commits.

use std::sync::atomic::Ordering;

use model::identity::{Identifier, ProfileId};
use rustc_hash::FxHashSet;

use crate::data_file::{small_file, small_stats};
use crate::delta::Change;
use crate::error::Result;
use crate::identity::{IdentityGraph, IdentityVersion};
use crate::lake::Inner;
use crate::limits::{VIEW_FILES_MAX, VIEW_WAITS_MAX};
use crate::publish;
use crate::reader::read_table;
use crate::schema::{IDENTITY, IDENTITY_SCHEMA};
use crate::state::{APP_JUDGED, APP_LOG, Published};

/// When the view profile → customer is to be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    Now,
    /// Every [`VIEW_WAITS_MAX`] flushes: customers that change with every second are not all written out every time.
    InTime,
}

impl Inner {
    /// Moves the first `count` edges of the log, all of records before `mark`, into their table.
    pub(crate) async fn publish_edges(&self, mark: u64, count: usize) -> Result<()> {
        let (first, edges, judged) = {
            let state = self.state.read();
            (state.table_edges + 1, state.log_edges[..count].to_vec(), state.judged)
        };
        let batch = publish::edges_batch(first, &edges)?;
        let table = &self.tables.edges;
        let new = table.write(small_file(&batch)?, count, small_stats(count)).await?;
        let versions = vec![(APP_LOG.to_owned(), mark as i64), (APP_JUDGED.to_owned(), i64::from(judged))];
        let change = Change { add: vec![new], versions, changes_data: true, label: "flush", ..Change::default() };
        self.noted(table.commit(change).await)?;
        let mut state = self.state.write();
        state.table_edges += count as u64;
        state.log_edges.drain(..count);
        Ok(())
    }

    /// Writes profiles that are registered and not in the table yet.
    pub(crate) async fn publish_registered(&self, graph: &IdentityGraph) -> Result<()> {
        let registered = {
            let register = self.register().await?;
            register.unpublished().to_vec()
        };
        if registered.is_empty() {
            return Ok(());
        }
        if self.register().await?.any_unnamed(&registered) {
            // A link named the profile before any event did: it has a row already.
            return self.rewrite_view(graph, &registered).await;
        }
        let batch = publish::registered_batch(&registered, graph)?;
        let rows = batch.num_rows();
        let table = &self.tables.identity;
        let new = table.write(small_file(&batch)?, rows, small_stats(rows)).await?;
        let change = Change { add: vec![new], changes_data: true, label: "register", ..Change::default() };
        self.noted(table.commit(change).await)?;
        self.register().await?.published(registered.len());
        if let Some(published) = &mut self.state.write().published {
            published.added.extend(publish::each_published(&batch));
        }
        Ok(())
    }

    /// Makes the published view profile → customer right for `graph`, at the latest when `view` says. Under the lock of
    /// commits.
    pub(crate) async fn publish_view(&self, graph: &IdentityGraph, view: View) -> Result<()> {
        self.publish_registered(graph).await?;
        let table = &self.tables.identity;
        let many = table.files().len() > VIEW_FILES_MAX;
        let waits = self.view_waits.fetch_add(1, Ordering::AcqRel) + 1;
        if view == View::InTime && !many && waits < VIEW_WAITS_MAX {
            return Ok(());
        }
        self.view_waits.store(0, Ordering::Release);
        let right = self.state.read().published.as_ref().is_some_and(|published| {
            let unmoved = || graph.moved(IdentityVersion(published.version), graph.version()).is_empty();
            let right = |&(profile, customer): &(i64, i64)| graph.customer(ProfileId(profile)).0 == customer;
            published.added.iter().all(right) && (published.version == graph.version().0 || unmoved())
        });
        if right && !many {
            return Ok(());
        }
        self.rewrite_view(graph, &[]).await
    }

    /// Publishes every profile anew, these newly registered ones among them.
    async fn rewrite_view(&self, graph: &IdentityGraph, registered: &[(i64, Identifier)]) -> Result<()> {
        let table = &self.tables.identity;
        let files = table.files();
        let mut unnamed = FxHashSet::default();
        let version = graph.version().0;
        let mut change = Change { changes_data: true, label: "publish identity", ..Change::default() };
        change.versions.push(("identity".to_owned(), version as i64));
        if version > 0 || !files.is_empty() || !registered.is_empty() {
            let mut published = read_table(&self.storage.objects(), IDENTITY, &files, &IDENTITY_SCHEMA).await?;
            published.push(publish::registered_batch(registered, graph)?);
            let batch = publish::identity_batch(&published, graph)?;
            unnamed = publish::unnamed(&batch)?;
            let rows = batch.num_rows();
            change.add.push(table.write(small_file(&batch)?, rows, small_stats(rows)).await?);
            change.remove = files;
        }
        self.noted(table.commit(change).await)?;
        {
            let mut register = self.register().await?;
            register.published(registered.len());
            register.set_unnamed(unnamed);
        }
        self.state.write().published = Some(Published { version, added: Vec::new() });
        Ok(())
    }
}
