//! Workspaces: the rooms that keep one organisation's data from another's.

use model::sample::SampleKind;
use model::text::LocalizedText;
use sea_orm::{ActiveValue::Set, EntityTrait, PaginatorTrait, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::entity::workspace;
use crate::error::{Error, Result};
use crate::limits::{TEXT_BYTES_MAX, WORKSPACE_KEY_BYTES_MAX, WORKSPACES_MAX};
use crate::membership;
use crate::store::Control;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// Key, and the name of its folder in the lake.
    pub id: String,
    pub name: LocalizedText,
    /// Set where the workspace holds sample data, which pages must say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleNotice>,
    /// IANA zone for new definitions and for pages without a journey.
    pub zone: String,
    /// ISO 4217 code that amounts are in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Where it stands in lists: lower ones first, those of one place by key. Workspaces of one's own have 0.
    #[serde(default)]
    pub place: i32,
    /// UTC microseconds.
    pub created_at_us: i64,
}

/// That it is sample data: of which kind, where it comes from, and under which licence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleNotice {
    #[serde(default)]
    pub kind: SampleKind,
    pub licence: String,
    pub origin: String,
}

/// What a workspace begins with; the fields are those of [`Workspace`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWorkspace {
    pub id: String,
    pub name: LocalizedText,
    pub sample: Option<SampleNotice>,
    pub zone: String,
    pub currency: Option<String>,
    pub place: i32,
    pub created_at_us: i64,
}

impl Control {
    /// Every workspace, by place and key.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn workspaces(&self) -> Result<Vec<Workspace>> {
        let ordered =
            workspace::Entity::find().order_by_asc(workspace::Column::Place).order_by_asc(workspace::Column::Id);
        let rows = ordered.all(self.reader()).await?;
        rows.into_iter().map(from_row).collect()
    }

    /// One workspace.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn workspace(&self, id: &str) -> Result<Option<Workspace>> {
        workspace::Entity::find_by_id(id).one(self.reader()).await?.map(from_row).transpose()
    }

    /// Creates a workspace. Administrators become its owners.
    ///
    /// # Errors
    /// [`Error::WorkspaceExists`], or [`Error::Invalid`] naming the field.
    pub async fn create_workspace(&self, new: NewWorkspace) -> Result<Workspace> {
        check(&new)?;
        let transaction = self.write().await?;
        if workspace::Entity::find_by_id(&*new.id).one(&transaction.db).await?.is_some() {
            return Err(Error::WorkspaceExists(new.id));
        }
        if workspace::Entity::find().count(&transaction.db).await? >= WORKSPACES_MAX {
            return Err(Error::Full { what: "workspaces", max: WORKSPACES_MAX });
        }
        let NewWorkspace { id, name, sample, zone, currency, place, created_at_us } = new;
        let row = workspace::ActiveModel {
            id: Set(id.clone()),
            name: Set(serde_json::to_string(&name).map_err(|error| Error::invalid("name", error.to_string()))?),
            sample_licence: Set(sample.as_ref().map(|sample| sample.licence.clone())),
            sample_origin: Set(sample.as_ref().map(|sample| sample.origin.clone())),
            zone: Set(zone.clone()),
            currency: Set(currency.clone()),
            created_at_us: Set(created_at_us),
            place: Set(place),
            sample_kind: Set(sample.as_ref().map(|sample| sample.kind.id().to_owned())),
        };
        workspace::Entity::insert(row).exec_without_returning(&transaction.db).await?;
        membership::give_to_administrators(&transaction.db, &id, created_at_us).await?;
        transaction.commit().await?;
        Ok(Workspace { id, name, sample, zone, currency, place, created_at_us })
    }

    /// Says anew what sample a workspace holds and where it stands in lists; its events and definitions stay.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such workspace, or [`Error::Invalid`] naming the field.
    pub async fn describe_sample(&self, id: &str, sample: &SampleNotice, place: i32) -> Result<()> {
        check_sample(sample)?;
        let transaction = self.write().await?;
        require(&transaction.db, id).await?;
        let row = workspace::ActiveModel {
            id: Set(id.to_owned()),
            sample_licence: Set(Some(sample.licence.clone())),
            sample_origin: Set(Some(sample.origin.clone())),
            sample_kind: Set(Some(sample.kind.id().to_owned())),
            place: Set(place),
            ..Default::default()
        };
        workspace::Entity::update(row).exec(&transaction.db).await?;
        transaction.commit().await
    }

    /// Deletes a workspace with its journeys, views and import history; `false` if there was none. Its events
    /// lie in the lake and are the caller's to delete.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn delete_workspace(&self, id: &str) -> Result<bool> {
        let transaction = self.write().await?;
        let deleted = workspace::Entity::delete_by_id(id).exec(&transaction.db).await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected > 0)
    }
}

/// Fails unless the workspace exists; under the write lock it then stays.
pub(crate) async fn require(db: &impl sea_orm::ConnectionTrait, id: &str) -> Result<()> {
    match workspace::Entity::find_by_id(id).one(db).await? {
        Some(_) => Ok(()),
        None => Err(Error::no_workspace(id)),
    }
}

pub(crate) fn check_text(field: &str, text: &str) -> Result<()> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(Error::invalid(field, format!("{} bytes; at most {TEXT_BYTES_MAX}", text.len())));
    }
    Ok(())
}

fn check(new: &NewWorkspace) -> Result<()> {
    let id = &new.id;
    let is_key = !id.is_empty()
        && id.len() <= WORKSPACE_KEY_BYTES_MAX
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !id.starts_with('-');
    if !is_key {
        let message = format!(
            "`{id}` is no workspace key; use up to {WORKSPACE_KEY_BYTES_MAX} lower-case letters, digits and -, not first"
        );
        return Err(Error::invalid("id", message));
    }
    if new.name.is_blank() {
        return Err(Error::invalid("name", "give a name in every language you list"));
    }
    match &new.name {
        LocalizedText::Same(text) => check_text("name", text)?,
        LocalizedText::ByLanguage(texts) => texts.values().try_for_each(|text| check_text("name", text))?,
    }
    if new.zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(Error::invalid("zone", format!("`{}` is no IANA time zone, as in Asia/Shanghai", new.zone)));
    }
    let is_currency = |code: &String| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if let Some(code) = new.currency.as_ref().filter(|code| !is_currency(code)) {
        return Err(Error::invalid("currency", format!("`{code}` is no ISO 4217 code, as in CNY")));
    }
    new.sample.as_ref().map_or(Ok(()), check_sample)
}

fn check_sample(sample: &SampleNotice) -> Result<()> {
    check_text("sample.licence", &sample.licence)?;
    check_text("sample.origin", &sample.origin)
}

fn from_row(row: workspace::Model) -> Result<Workspace> {
    let name = serde_json::from_str(&row.name)
        .map_err(|error| Error::corrupt(format!("a name of workspace `{}`", row.id), error))?;
    // Samples loaded before there were kinds were of the first.
    let kind = row.sample_kind.as_deref().and_then(SampleKind::by_id).unwrap_or_default();
    let sample = match (row.sample_licence, row.sample_origin) {
        (Some(licence), Some(origin)) => Some(SampleNotice { kind, licence, origin }),
        _ => None,
    };
    let workspace::Model { id, zone, currency, place, created_at_us, .. } = row;
    Ok(Workspace { id, name, sample, zone, currency, place, created_at_us })
}
