//! Sources that send events of their own accord, and the keys they do it with.
//!
//! A key is in one of two kinds: a public one stands in pages and apps that anybody can read, so it is kept as it is and
//! shown again; of a secret one only the hash is kept. Both may only write, and a key may be limited to some protocols and
//! some kinds of messages. Not here: who may manage them, rates, and randomness (the caller makes the key).

use std::fmt;

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, sea_query::Expr,
};
use serde::{Deserialize, Serialize};

use crate::entity::{source, source_key};
use crate::error::{Error, Result};
use crate::limits::{KEYS_MAX, NAME_BYTES_MAX, ORIGINS_MAX, PROTOCOLS_MAX, SOURCES_MAX};
use crate::store::Control;
use crate::workspace::{self, Workspace, check_text};

/// A feed that sends events of its own accord.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Part of every event's id, so it never changes.
    pub id: String,
    pub name: String,
    /// Channel of events that do not say theirs.
    pub channel: String,
    /// Origins of pages that may send (`https://shop.example`); empty: any.
    pub origins: Vec<String>,
    pub created_at_us: i64,
}

/// Who may read a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Stands in pages and apps.
    Public,
    /// Stays on servers.
    Secret,
}

impl KeyKind {
    /// How keys of the kind begin.
    pub fn start(self) -> &'static str {
        match self {
            KeyKind::Public => "tlp_",
            KeyKind::Secret => "tls_",
        }
    }

    fn id(self) -> &'static str {
        match self {
            KeyKind::Public => "public",
            KeyKind::Secret => "secret",
        }
    }
}

/// What a message does beside being an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Something happened.
    Event,
    /// Identifiers are one person, or are no longer.
    Identify,
    /// Traits are set.
    Profile,
}

/// What a key may send. An empty list: all there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyScope {
    /// Names of protocols; which there are, the doors know.
    #[serde(default)]
    pub protocols: Vec<String>,
    #[serde(default)]
    pub kinds: Vec<MessageKind>,
}

impl MessageKind {
    /// As it is written in scopes.
    pub fn id(self) -> &'static str {
        match self {
            MessageKind::Event => "event",
            MessageKind::Identify => "identify",
            MessageKind::Profile => "profile",
        }
    }
}

impl KeyScope {
    /// The same with each protocol and kind named once, in order.
    pub fn in_order(mut self) -> KeyScope {
        self.protocols.sort();
        self.protocols.dedup();
        self.kinds.sort();
        self.kinds.dedup();
        self
    }

    pub fn is_whole(&self) -> bool {
        *self == KeyScope::default()
    }

    pub fn has_protocol(&self, protocol: &str) -> bool {
        self.protocols.is_empty() || self.protocols.iter().any(|name| name == protocol)
    }
}

/// A key as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceKey {
    pub id: String,
    pub source: String,
    pub kind: KeyKind,
    /// Its first characters.
    pub start: String,
    /// The key itself, where it is public.
    pub plain: Option<String>,
    pub created_at_us: i64,
    /// From then on it opens nothing.
    pub expires_at_us: Option<i64>,
    pub last_used_at_us: Option<i64>,
    pub scope: KeyScope,
}

/// A key to be kept.
#[derive(Clone)]
pub struct NewKey {
    pub kind: KeyKind,
    /// As a sender will give it: at least 16 characters that cannot be guessed.
    pub text: String,
    pub at_us: i64,
    pub scope: KeyScope,
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewKey")
            .field("kind", &self.kind)
            .field("scope", &self.scope)
            .field("at_us", &self.at_us)
            .finish_non_exhaustive()
    }
}

/// What a key opens.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyOwner {
    pub workspace: Workspace,
    pub source: Source,
    pub key: SourceKey,
}

/// Characters of a key that are shown to know it by.
pub(crate) const START_CHARS: usize = 10;

pub(crate) const KEY_CHARS_MIN: usize = 16;

impl Control {
    /// The sources of a workspace by id. Empty also if there is no such workspace.
    ///
    /// # Errors
    /// If the database fails or a row cannot be read.
    pub async fn sources(&self, workspace: &str) -> Result<Vec<Source>> {
        let rows = source::Entity::find()
            .filter(source::Column::WorkspaceId.eq(workspace))
            .order_by_asc(source::Column::Id)
            .all(self.reader())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// Adds a source.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, [`Error::SourceExists`], [`Error::Full`], or no such workspace.
    pub async fn add_source(&self, workspace: &str, new: Source) -> Result<Source> {
        check(&new)?;
        let transaction = self.write().await?;
        workspace::require(&transaction.db, workspace).await?;
        if find(&transaction.db, workspace, &new.id).await?.is_some() {
            return Err(Error::SourceExists(new.id));
        }
        let all = source::Entity::find().filter(source::Column::WorkspaceId.eq(workspace));
        if all.count(&transaction.db).await? >= SOURCES_MAX {
            return Err(Error::Full { what: "sources of a workspace", max: SOURCES_MAX });
        }
        source::Entity::insert(row(workspace, &new)?).exec_without_returning(&transaction.db).await?;
        transaction.commit().await?;
        Ok(new)
    }

    /// Changes a source's name, channel and origins.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, or no such source.
    pub async fn change_source(&self, workspace: &str, changed: Source) -> Result<Source> {
        check(&changed)?;
        let transaction = self.write().await?;
        let Some(before) = find(&transaction.db, workspace, &changed.id).await? else {
            return Err(no_source(&changed.id));
        };
        let changed = Source { created_at_us: before.created_at_us, ..changed };
        source::Entity::update(row(workspace, &changed)?).exec(&transaction.db).await?;
        transaction.commit().await?;
        Ok(changed)
    }

    /// Deletes a source with its keys; its events stay. `false` if there was none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn delete_source(&self, workspace: &str, id: &str) -> Result<bool> {
        let transaction = self.write().await?;
        let key = (workspace.to_owned(), id.to_owned());
        let deleted = source::Entity::delete_by_id(key).exec(&transaction.db).await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected > 0)
    }

    /// The keys of a workspace's sources, oldest first.
    ///
    /// # Errors
    /// If the database fails or a row cannot be read.
    pub async fn source_keys(&self, workspace: &str) -> Result<Vec<SourceKey>> {
        let rows = source_key::Entity::find()
            .filter(source_key::Column::WorkspaceId.eq(workspace))
            .order_by_asc(source_key::Column::CreatedAtUs)
            .order_by_asc(source_key::Column::Id)
            .all(self.reader())
            .await?;
        rows.into_iter().map(read_key).collect()
    }

    /// Gives a source a key.
    ///
    /// # Errors
    /// No such source, too many keys, or a text that is too short to be a key.
    pub async fn add_source_key(&self, workspace: &str, source: &str, new: NewKey) -> Result<SourceKey> {
        let transaction = self.write().await?;
        let key = insert_key(&transaction.db, workspace, source, &new).await?;
        transaction.commit().await?;
        Ok(key)
    }

    /// Gives a source a new key in place of one, which goes on to open until `ends_at_us`. It may send what that one may,
    /// whatever `new` says.
    ///
    /// # Errors
    /// No such key, one that has ended already, or as for [`Control::add_source_key`].
    pub async fn rotate_source_key(
        &self,
        workspace: &str,
        source: &str,
        old: &str,
        new: NewKey,
        ends_at_us: i64,
    ) -> Result<SourceKey> {
        let transaction = self.write().await?;
        let before = key_of(workspace, source, old).one(&transaction.db).await?.ok_or_else(|| no_key(old))?;
        if before.expires_at_us.is_some_and(|end| end <= new.at_us) {
            return Err(Error::invalid("key", format!("key `{old}` has ended; make a new one")));
        }
        let ends_at_us = before.expires_at_us.map_or(ends_at_us, |end| end.min(ends_at_us));
        source_key::Entity::update_many()
            .col_expr(source_key::Column::ExpiresAtUs, Expr::value(ends_at_us))
            .filter(source_key::Column::Hash.eq(&*before.hash))
            .exec(&transaction.db)
            .await?;
        let new = NewKey { scope: read_scope(&before.id, before.scope.as_deref())?, ..new };
        let key = insert_key(&transaction.db, workspace, source, &new).await?;
        transaction.commit().await?;
        Ok(key)
    }

    /// Takes a key away; `false` if there was none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn delete_source_key(&self, workspace: &str, source: &str, key: &str) -> Result<bool> {
        let transaction = self.write().await?;
        let deleted = source_key::Entity::delete_many()
            .filter(source_key::Column::WorkspaceId.eq(workspace))
            .filter(source_key::Column::SourceId.eq(source))
            .filter(source_key::Column::Id.eq(key))
            .exec(&transaction.db)
            .await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected > 0)
    }

    /// What a key opens, whether or not it has ended.
    ///
    /// # Errors
    /// If the database fails or a row cannot be read.
    pub async fn key_owner(&self, text: &str) -> Result<Option<KeyOwner>> {
        let Some(key) = source_key::Entity::find_by_id(hash_of(text)).one(self.reader()).await? else {
            return Ok(None);
        };
        let workspace = self.workspace(&key.workspace_id).await?;
        let source = find(self.reader(), &key.workspace_id, &key.source_id).await?;
        // Deleted between two of the three readings, it opens nothing.
        let (Some(workspace), Some(source)) = (workspace, source) else { return Ok(None) };
        Ok(Some(KeyOwner { workspace, source, key: read_key(key)? }))
    }

    /// Notes when keys were last used: pairs of a key's id and a time.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_keys_used(&self, used: &[(String, i64)]) -> Result<()> {
        if used.is_empty() {
            return Ok(());
        }
        let transaction = self.write().await?;
        for (id, at_us) in used {
            source_key::Entity::update_many()
                .col_expr(source_key::Column::LastUsedAtUs, Expr::value(*at_us))
                .filter(source_key::Column::Id.eq(id))
                .exec(&transaction.db)
                .await?;
        }
        transaction.commit().await
    }
}

async fn insert_key(db: &impl ConnectionTrait, workspace: &str, source: &str, new: &NewKey) -> Result<SourceKey> {
    if new.text.chars().count() < KEY_CHARS_MIN {
        return Err(Error::invalid("key", format!("a key has at least {KEY_CHARS_MIN} characters")));
    }
    find(db, workspace, source).await?.ok_or_else(|| no_source(source))?;
    let standing = source_key::Entity::find()
        .filter(source_key::Column::WorkspaceId.eq(workspace))
        .filter(source_key::Column::SourceId.eq(source));
    if standing.count(db).await? >= KEYS_MAX {
        return Err(Error::Full { what: "keys of a source", max: KEYS_MAX });
    }
    let hash = hash_of(&new.text);
    let key = source_key::Model {
        id: hash[..12].to_owned(),
        hash,
        workspace_id: workspace.to_owned(),
        source_id: source.to_owned(),
        kind: new.kind.id().to_owned(),
        start: new.text.chars().take(START_CHARS).collect(),
        plain: (new.kind == KeyKind::Public).then(|| new.text.clone()),
        created_at_us: new.at_us,
        expires_at_us: None,
        last_used_at_us: None,
        scope: if new.scope.is_whole() { None } else { Some(write_scope(&new.scope)?) },
    };
    let row: source_key::ActiveModel = key.clone().into();
    source_key::Entity::insert(row.reset_all()).exec_without_returning(db).await?;
    read_key(key)
}

/// A key cannot be guessed, so a fast hash without salt keeps it.
pub(crate) fn hash_of(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

fn key_of(workspace: &str, source: &str, id: &str) -> sea_orm::Select<source_key::Entity> {
    source_key::Entity::find()
        .filter(source_key::Column::WorkspaceId.eq(workspace))
        .filter(source_key::Column::SourceId.eq(source))
        .filter(source_key::Column::Id.eq(id))
}

async fn find(db: &impl ConnectionTrait, workspace: &str, id: &str) -> Result<Option<Source>> {
    let key = (workspace.to_owned(), id.to_owned());
    source::Entity::find_by_id(key).one(db).await?.map(read).transpose()
}

fn no_source(id: &str) -> Error {
    Error::NotFound { what: "source", id: id.to_owned() }
}

fn no_key(id: &str) -> Error {
    Error::NotFound { what: "key", id: id.to_owned() }
}

fn row(workspace: &str, source: &Source) -> Result<source::ActiveModel> {
    let origins =
        serde_json::to_string(&source.origins).map_err(|error| Error::invalid("origins", error.to_string()))?;
    Ok(source::ActiveModel {
        workspace_id: Set(workspace.to_owned()),
        id: Set(source.id.clone()),
        name: Set(source.name.clone()),
        channel: Set(source.channel.clone()),
        origins: Set(origins),
        created_at_us: Set(source.created_at_us),
    })
}

fn check(source: &Source) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    let is_key = |text: &str| !text.is_empty() && text.len() <= NAME_BYTES_MAX && text.bytes().all(plain);
    for (field, text) in [("id", &source.id), ("channel", &source.channel)] {
        if !is_key(text) {
            let message = format!("`{text}`: use up to {NAME_BYTES_MAX} lower-case letters, digits, - and _");
            return Err(Error::invalid(field, message));
        }
    }
    if source.name.trim().is_empty() {
        return Err(Error::invalid("name", "give it a name"));
    }
    check_text("name", &source.name)?;
    if source.origins.len() > ORIGINS_MAX {
        return Err(Error::Full { what: "origins of a source", max: ORIGINS_MAX as u64 });
    }
    match source.origins.iter().find(|origin| !is_origin(origin)) {
        None => Ok(()),
        Some(origin) => {
            let message =
                format!("`{origin}` is no origin; write scheme, host and port only, as in https://shop.example");
            Err(Error::invalid("origins", message))
        }
    }
}

/// As a browser sends it: scheme and host in lower case, a port where it is not the scheme's.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        let plain = |sign: char| {
            sign.is_ascii_lowercase() || sign.is_ascii_digit() || matches!(sign, '.' | '-' | ':' | '[' | ']')
        };
        !host.is_empty() && host.len() <= NAME_BYTES_MAX && host.chars().all(plain)
    })
}

fn read(row: source::Model) -> Result<Source> {
    let origins = serde_json::from_str(&row.origins)
        .map_err(|error| Error::corrupt(format!("origins of source `{}`", row.id), error))?;
    let source::Model { id, name, channel, created_at_us, .. } = row;
    Ok(Source { id, name, channel, origins, created_at_us })
}

fn read_key(row: source_key::Model) -> Result<SourceKey> {
    let kind = [KeyKind::Public, KeyKind::Secret].into_iter().find(|kind| kind.id() == row.kind);
    let kind = kind.ok_or_else(|| Error::corrupt(format!("key `{}`", row.id), format!("kind `{}`", row.kind)))?;
    let scope = read_scope(&row.id, row.scope.as_deref())?;
    let source_key::Model { id, source_id, start, plain, created_at_us, expires_at_us, last_used_at_us, .. } = row;
    Ok(SourceKey { id, source: source_id, kind, start, plain, created_at_us, expires_at_us, last_used_at_us, scope })
}

fn read_scope(key: &str, text: Option<&str>) -> Result<KeyScope> {
    let scope = text.map_or(Ok(KeyScope::default()), serde_json::from_str);
    scope.map_err(|error| Error::corrupt(format!("scope of key `{key}`"), error))
}

fn write_scope(scope: &KeyScope) -> Result<String> {
    if scope.protocols.len() > PROTOCOLS_MAX || scope.protocols.iter().any(|name| name.len() > NAME_BYTES_MAX) {
        return Err(Error::Full { what: "protocols of a key", max: PROTOCOLS_MAX as u64 });
    }
    serde_json::to_string(scope).map_err(|error| Error::invalid("scope", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::NewWorkspace;

    async fn with_workspaces() -> Control {
        let control = Control::open_in_memory().await.unwrap();
        for id in ["shop", "bank"] {
            let new = NewWorkspace {
                id: id.to_owned(),
                name: model::text::LocalizedText::Same("x".to_owned()),
                sample: None,
                zone: "UTC".to_owned(),
                currency: None,
                place: 0,
                created_at_us: 0,
            };
            control.create_workspace(new).await.unwrap();
        }
        control
    }

    fn web() -> Source {
        let origins = vec!["https://shop.example".to_owned()];
        Source { id: "web".into(), name: "Web shop".into(), channel: "web".into(), origins, created_at_us: 5 }
    }

    fn key(kind: KeyKind, text: &str) -> NewKey {
        NewKey { kind, text: text.to_owned(), at_us: 7, scope: KeyScope::default() }
    }

    #[tokio::test]
    async fn a_key_opens_its_source_and_a_secret_is_not_kept() {
        let control = with_workspaces().await;
        control.add_source("shop", web()).await.unwrap();
        let secret = control.add_source_key("shop", "web", key(KeyKind::Secret, "tls_0123456789abcdef")).await.unwrap();
        let public = control.add_source_key("shop", "web", key(KeyKind::Public, "tlp_0123456789abcdef")).await.unwrap();
        assert_eq!((secret.plain, secret.start.as_str()), (None, "tls_012345"));
        assert_eq!(public.plain.as_deref(), Some("tlp_0123456789abcdef"));
        let owner = control.key_owner("tls_0123456789abcdef").await.unwrap().unwrap();
        assert_eq!((owner.workspace.id.as_str(), owner.source), ("shop", web()));
        assert_eq!(control.key_owner("tls_0123456789abcdeF").await.unwrap(), None);
        assert_eq!(control.source_keys("shop").await.unwrap().len(), 2);
        assert!(control.source_keys("bank").await.unwrap().is_empty());
        let error =
            control.add_source_key("bank", "web", key(KeyKind::Secret, "tls_ffffffffffffffff")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn a_rotated_key_ends_after_its_grace_and_never_later_than_before() {
        let control = with_workspaces().await;
        control.add_source("shop", web()).await.unwrap();
        let first = control.add_source_key("shop", "web", key(KeyKind::Secret, "tls_first_0123456789")).await.unwrap();
        let rotate = |text, ends| control.rotate_source_key("shop", "web", &first.id, key(KeyKind::Secret, text), ends);
        rotate("tls_second_0123456789", 100).await.unwrap();
        rotate("tls_third_0123456789", 900).await.unwrap();
        let owner = control.key_owner("tls_first_0123456789").await.unwrap().unwrap();
        assert_eq!(owner.key.expires_at_us, Some(100));
        control.note_keys_used(&[(first.id.clone(), 50)]).await.unwrap();
        assert!(control.delete_source_key("shop", "web", &first.id).await.unwrap());
        assert!(!control.delete_source_key("shop", "web", &first.id).await.unwrap());
        assert_eq!(control.key_owner("tls_first_0123456789").await.unwrap(), None);
        let error = rotate("tls_fourth_0123456789", 900).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn a_key_keeps_its_scope_when_it_is_replaced() {
        let control = with_workspaces().await;
        control.add_source("shop", web()).await.unwrap();
        let scope = KeyScope { protocols: vec!["segment".into()], kinds: vec![MessageKind::Event] };
        let new = NewKey { scope: scope.clone(), ..key(KeyKind::Public, "tlp_first_0123456789") };
        let first = control.add_source_key("shop", "web", new).await.unwrap();
        let second = key(KeyKind::Public, "tlp_second_0123456789");
        control.rotate_source_key("shop", "web", &first.id, second, 900).await.unwrap();
        for text in ["tlp_first_0123456789", "tlp_second_0123456789"] {
            let owner = control.key_owner(text).await.unwrap().unwrap();
            assert_eq!(owner.key.scope, scope);
        }
        assert!(scope.has_protocol("segment") && !scope.has_protocol("posthog"));
        let whole = control.add_source_key("shop", "web", key(KeyKind::Secret, "tls_third_0123456789")).await.unwrap();
        assert!(whole.scope.is_whole() && whole.scope.has_protocol("posthog"));
    }

    #[tokio::test]
    async fn a_source_is_checked_and_takes_its_keys_with_it() {
        let control = with_workspaces().await;
        for (field, bad) in [
            ("id", Source { id: "Web shop".into(), ..web() }),
            ("name", Source { name: " ".into(), ..web() }),
            ("channel", Source { channel: String::new(), ..web() }),
            ("origins", Source { origins: vec!["https://shop.example/cart".into()], ..web() }),
        ] {
            let error = control.add_source("shop", bad).await.unwrap_err();
            assert!(error.to_string().starts_with(field), "{error}");
        }
        control.add_source("shop", web()).await.unwrap();
        assert_eq!(control.add_source("shop", web()).await.unwrap_err().kind(), ErrorKind::Conflict);
        let renamed = Source { name: "官网".into(), created_at_us: 99, ..web() };
        let renamed = control.change_source("shop", renamed).await.unwrap();
        assert_eq!(renamed.created_at_us, 5);
        control.add_source_key("shop", "web", key(KeyKind::Secret, "tls_0123456789abcdef")).await.unwrap();
        assert!(control.delete_source("shop", "web").await.unwrap());
        assert_eq!(control.key_owner("tls_0123456789abcdef").await.unwrap(), None);
        assert!(!control.delete_source("shop", "web").await.unwrap());
    }
}
