//! Sensors of sites that deliver by themselves, their keys, and how they fare.
//!
//! Of a key only the hash is kept. The password of a broker, and the secret in a vendor's posts, come here sealed: this room
//! keeps what it cannot read. Not here: who may manage sensors, rates, sealing, and randomness.

use std::fmt;

use model::place::sensor::{Sensor, SensorWay};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use serde::{Deserialize, Serialize};

use crate::entity::sensor;
use crate::error::{Error, Result};
use crate::limits::{SENSORS_MAX, TEXT_BYTES_MAX};
use crate::source::{KEY_CHARS_MIN, START_CHARS, hash_of};
use crate::store::Control;
use crate::versions;
use crate::workspace;

/// A sensor as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSensor {
    pub workspace: String,
    pub sensor: Sensor,
    /// Hash of the key that opens its door.
    pub key_hash: Option<String>,
    /// The key's first characters.
    pub key_start: Option<String>,
    /// Hash of the key that was replaced, and until when it opens.
    pub old_key: Option<(String, i64)>,
    pub sealed: Option<String>,
    pub fares: SensorFares,
}

impl fmt::Debug for StoredSensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredSensor")
            .field("workspace", &self.workspace)
            .field("sensor", &self.sensor)
            .finish_non_exhaustive()
    }
}

/// What came of a sensor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SensorFares {
    /// When a payload of it was last taken, UTC microseconds.
    pub last_us: Option<i64>,
    /// Positions and counts that were taken.
    pub accepted: u64,
    /// Payloads, and items of payloads, that were refused.
    pub refused: u64,
    pub refusal: Option<SensorRefusal>,
}

/// Why something was refused last. It holds nothing of the payload that names somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SensorRefusal {
    pub at_us: i64,
    pub code: String,
    pub field: Option<String>,
    pub reason: String,
}

/// What a sensor holds that no definition shows.
#[derive(Clone, Default)]
pub struct SensorSecrets {
    /// As its payloads give it: at least 16 characters that cannot be guessed. For one that pushes.
    pub key: Option<String>,
    pub sealed: Option<String>,
}

impl fmt::Debug for SensorSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SensorSecrets(hidden)")
    }
}

impl Control {
    /// The sensors of a workspace, of one site or of all, by id.
    ///
    /// # Errors
    /// If the database fails or a row cannot be read.
    pub async fn sensors(&self, workspace: &str, site: Option<&str>) -> Result<Vec<StoredSensor>> {
        let mut of = sensor::Entity::find().filter(sensor::Column::WorkspaceId.eq(workspace));
        if let Some(site) = site {
            of = of.filter(sensor::Column::SiteId.eq(site));
        }
        let rows = of.order_by_asc(sensor::Column::Id).all(self.reader()).await?;
        rows.into_iter().map(read).collect()
    }

    /// The sensors of all workspaces.
    ///
    /// # Errors
    /// As of [`Control::sensors`].
    pub async fn all_sensors(&self) -> Result<Vec<StoredSensor>> {
        sensor::Entity::find().all(self.reader()).await?.into_iter().map(read).collect()
    }

    /// Adds a sensor to a site that is there.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, [`Error::SensorExists`], [`Error::Full`], no such site or workspace.
    pub async fn add_sensor(&self, workspace: &str, new: &Sensor, secrets: SensorSecrets) -> Result<()> {
        check(new)?;
        let is_pushed = matches!(new.way, SensorWay::Push { .. });
        if secrets.key.as_ref().is_some_and(|key| key.chars().count() < KEY_CHARS_MIN)
            || is_pushed != secrets.key.is_some()
        {
            return Err(Error::invalid(
                "key",
                format!("a sensor that pushes has a key of {KEY_CHARS_MIN} characters or more"),
            ));
        }
        let transaction = self.write().await?;
        workspace::require(&transaction.db, workspace).await?;
        let site =
            versions::at::<crate::entity::site_version::Entity>(&transaction.db, workspace, &new.site, None).await?;
        if site.is_none() {
            return Err(Error::NotFound { what: "site", id: new.site.clone() });
        }
        if find(&transaction.db, workspace, &new.id).await?.is_some() {
            return Err(Error::SensorExists(new.id.clone()));
        }
        let all = sensor::Entity::find().filter(sensor::Column::WorkspaceId.eq(workspace));
        if all.count(&transaction.db).await? >= SENSORS_MAX {
            return Err(Error::Full { what: "sensors of a workspace", max: SENSORS_MAX });
        }
        let row = sensor::ActiveModel {
            workspace_id: Set(workspace.to_owned()),
            id: Set(new.id.clone()),
            site_id: Set(new.site.clone()),
            content: Set(content(new)?),
            key_hash: Set(secrets.key.as_deref().map(hash_of)),
            key_start: Set(secrets.key.as_deref().map(start)),
            old_hash: Set(None),
            old_ends_us: Set(None),
            sealed: Set(secrets.sealed),
            last_us: Set(None),
            accepted: Set(0),
            refused: Set(0),
            refusal: Set(None),
        };
        sensor::Entity::insert(row).exec_without_returning(&transaction.db).await?;
        transaction.commit().await
    }

    /// Changes a sensor: all but its id, its site, its way and when it was made. `sealed` replaces what is kept; None leaves it.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, or no such sensor of the site.
    pub async fn change_sensor(&self, workspace: &str, changed: &Sensor, sealed: Option<Option<String>>) -> Result<()> {
        check(changed)?;
        let transaction = self.write().await?;
        let before = find(&transaction.db, workspace, &changed.id).await?.filter(|it| it.sensor.site == changed.site);
        let before = before.ok_or_else(|| no_sensor(&changed.id))?.sensor;
        let same_way = matches!(
            (&before.way, &changed.way),
            (SensorWay::Push { .. }, SensorWay::Push { .. }) | (SensorWay::Mqtt(_), SensorWay::Mqtt(_))
        );
        if !same_way {
            return Err(Error::invalid("way", "the way in of a sensor stays; remove it and add another one"));
        }
        let changed = Sensor { created_at_us: before.created_at_us, ..changed.clone() };
        let mut update = of(workspace, &changed.site, &changed.id)
            .col_expr(sensor::Column::Content, Expr::value(content(&changed)?));
        if let Some(sealed) = sealed {
            update = update.col_expr(sensor::Column::Sealed, Expr::value(sealed));
        }
        update.exec(&transaction.db).await?;
        transaction.commit().await
    }

    /// Gives a sensor that pushes a new key; the one of before goes on to open until `ends_at_us`.
    ///
    /// # Errors
    /// No such sensor of the site, one that does not push, or a text that is too short to be a key.
    pub async fn rotate_sensor_key(
        &self,
        workspace: &str,
        site: &str,
        id: &str,
        key: &str,
        ends_at_us: i64,
    ) -> Result<()> {
        if key.chars().count() < KEY_CHARS_MIN {
            return Err(Error::invalid("key", format!("a key has at least {KEY_CHARS_MIN} characters")));
        }
        let transaction = self.write().await?;
        let before = find(&transaction.db, workspace, id).await?.filter(|it| it.sensor.site == site);
        let before = before.ok_or_else(|| no_sensor(id))?;
        let Some(old) = before.key_hash else {
            return Err(Error::invalid("way", "a broker passes on what this sensor says; it has no key"));
        };
        of(workspace, site, id)
            .col_expr(sensor::Column::KeyHash, Expr::value(hash_of(key)))
            .col_expr(sensor::Column::KeyStart, Expr::value(start(key)))
            .col_expr(sensor::Column::OldHash, Expr::value(old))
            .col_expr(sensor::Column::OldEndsUs, Expr::value(ends_at_us))
            .exec(&transaction.db)
            .await?;
        transaction.commit().await
    }

    /// Removes a sensor; what it said stays. `false` if there was none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn delete_sensor(&self, workspace: &str, site: &str, id: &str) -> Result<bool> {
        let transaction = self.write().await?;
        let deleted = sensor::Entity::delete_many()
            .filter(sensor::Column::WorkspaceId.eq(workspace))
            .filter(sensor::Column::SiteId.eq(site))
            .filter(sensor::Column::Id.eq(id))
            .exec(&transaction.db)
            .await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected > 0)
    }

    /// Adds what came of sensors to what is known of them: workspace, id, and what came since it was last noted. Of one that
    /// is there no more nothing is noted.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_sensors(&self, news: &[(String, String, SensorFares)]) -> Result<()> {
        if news.is_empty() {
            return Ok(());
        }
        let transaction = self.write().await?;
        for (workspace, id, fares) in news {
            let added = |column: sensor::Column, more: u64| {
                sea_orm::ExprTrait::add(Expr::col(column), more.min(i64::MAX as u64) as i64)
            };
            let mut update = sensor::Entity::update_many()
                .filter(sensor::Column::WorkspaceId.eq(workspace))
                .filter(sensor::Column::Id.eq(id))
                .col_expr(sensor::Column::Accepted, added(sensor::Column::Accepted, fares.accepted))
                .col_expr(sensor::Column::Refused, added(sensor::Column::Refused, fares.refused));
            if let Some(last_us) = fares.last_us {
                update = update.col_expr(sensor::Column::LastUs, Expr::value(last_us));
            }
            if let Some(refusal) = &fares.refusal {
                let mut refusal = refusal.clone();
                refusal.reason.truncate(refusal.reason.floor_char_boundary(TEXT_BYTES_MAX));
                let text =
                    serde_json::to_string(&refusal).map_err(|error| Error::invalid("refusal", error.to_string()))?;
                update = update.col_expr(sensor::Column::Refusal, Expr::value(text));
            }
            update.exec(&transaction.db).await?;
        }
        transaction.commit().await
    }
}

/// A key's hash, as it is looked up.
pub fn sensor_key_hash(key: &str) -> String {
    hash_of(key)
}

fn of(workspace: &str, site: &str, id: &str) -> sea_orm::UpdateMany<sensor::Entity> {
    sensor::Entity::update_many()
        .filter(sensor::Column::WorkspaceId.eq(workspace))
        .filter(sensor::Column::SiteId.eq(site))
        .filter(sensor::Column::Id.eq(id))
}

fn start(key: &str) -> String {
    key.chars().take(START_CHARS).collect()
}

fn check(sensor: &Sensor) -> Result<()> {
    match sensor.fault() {
        Some((field, message)) => Err(Error::invalid(field, message)),
        None => Ok(()),
    }
}

fn content(sensor: &Sensor) -> Result<String> {
    serde_json::to_string(sensor).map_err(|error| Error::invalid("sensor", error.to_string()))
}

async fn find(db: &impl ConnectionTrait, workspace: &str, id: &str) -> Result<Option<StoredSensor>> {
    let key = (workspace.to_owned(), id.to_owned());
    sensor::Entity::find_by_id(key).one(db).await?.map(read).transpose()
}

fn no_sensor(id: &str) -> Error {
    Error::NotFound { what: "sensor", id: id.to_owned() }
}

fn read(row: sensor::Model) -> Result<StoredSensor> {
    let name = || format!("sensor `{}`", row.id);
    let sensor = serde_json::from_str(&row.content).map_err(|error| Error::corrupt(name(), error))?;
    let refusal = row.refusal.as_deref().map(serde_json::from_str).transpose();
    let refusal = refusal.map_err(|error| Error::corrupt(name(), error))?;
    Ok(StoredSensor {
        workspace: row.workspace_id,
        sensor,
        key_hash: row.key_hash,
        key_start: row.key_start,
        old_key: row.old_hash.zip(row.old_ends_us),
        sealed: row.sealed,
        fares: SensorFares {
            last_us: row.last_us,
            accepted: row.accepted.max(0) as u64,
            refused: row.refused.max(0) as u64,
            refusal,
        },
    })
}

#[cfg(test)]
mod tests {
    use model::place::sensor::{Broker, SILENT_AFTER_SECONDS, SensorFormat};
    use model::place::{Floor, Plan, Site};
    use model::text::LocalizedText;

    use super::*;
    use crate::{ErrorKind, NewWorkspace, SaveInfo};

    async fn with_site() -> Control {
        let control = Control::open_in_memory().await.unwrap();
        let new = NewWorkspace {
            id: "shop".into(),
            name: LocalizedText::from("shop"),
            sample: None,
            zone: "UTC".into(),
            currency: None,
            place: 0,
            created_at_us: 0,
        };
        control.create_workspace(new).await.unwrap();
        let floor = serde_json::json!({"id": "f1", "name": "F1", "outline": [[0, 0], [9, 0], [9, 9], [0, 9]]});
        let floors: Vec<Floor> = vec![serde_json::from_value(floor).unwrap()];
        let site = Site {
            id: "west".into(),
            name: LocalizedText::from("West"),
            known_as: Vec::new(),
            kind: Default::default(),
            time_zone: "Asia/Shanghai".into(),
            plans: vec![Plan { from: Default::default(), note: None, floors }],
            rules: Default::default(),
        };
        let info = SaveInfo { at_us: 1, by: "lin".into(), note: None, expected_version: None };
        control.save_site("shop", &site, info).await.unwrap();
        control
    }

    fn sensor(id: &str, way: SensorWay) -> Sensor {
        Sensor {
            id: id.into(),
            site: "west".into(),
            name: "Door".into(),
            format: SensorFormat::Hikvision,
            clock_zone: None,
            floor: None,
            way,
            silent_after_seconds: SILENT_AFTER_SECONDS,
            created_at_us: 5,
        }
    }

    const PUSH: SensorWay = SensorWay::Push { validator: None };

    fn mqtt() -> SensorWay {
        SensorWay::Mqtt(Broker {
            url: "mqtt://x".into(),
            topic: "tags".into(),
            client_id: "throughline".into(),
            user_name: None,
        })
    }

    #[tokio::test]
    async fn a_key_is_kept_as_its_hash_and_the_one_of_before_opens_for_a_while() {
        let control = with_site().await;
        let secrets = |key: &str| SensorSecrets { key: Some(key.to_owned()), sealed: None };
        control.add_sensor("shop", &sensor("door", PUSH), secrets("tln_0123456789abcdef")).await.unwrap();
        let twice =
            control.add_sensor("shop", &sensor("door", PUSH), secrets("tln_0123456789abcdef")).await.unwrap_err();
        assert_eq!(twice.kind(), ErrorKind::Conflict);
        let keyless = control.add_sensor("shop", &sensor("d2", PUSH), SensorSecrets::default()).await.unwrap_err();
        assert_eq!(keyless.kind(), ErrorKind::Invalid);
        let lost = Sensor { site: "east".into(), ..sensor("d2", PUSH) };
        let lost = control.add_sensor("shop", &lost, secrets("tln_0123456789abcdef")).await.unwrap_err();
        assert_eq!(lost.kind(), ErrorKind::NotFound);

        let stored = control.sensors("shop", Some("west")).await.unwrap().remove(0);
        assert_eq!(stored.key_hash.as_deref(), Some(&*sensor_key_hash("tln_0123456789abcdef")));
        assert_eq!(stored.key_start.as_deref(), Some("tln_012345"));
        assert!(!format!("{stored:?}").contains(&sensor_key_hash("tln_0123456789abcdef")));
        control.rotate_sensor_key("shop", "west", "door", "tln_ffffffffffffffff", 99).await.unwrap();
        let rotated = control.all_sensors().await.unwrap().remove(0);
        assert_eq!(rotated.old_key, Some((sensor_key_hash("tln_0123456789abcdef"), 99)));
        assert_eq!(rotated.key_hash, Some(sensor_key_hash("tln_ffffffffffffffff")));

        assert!(!control.delete_sensor("shop", "east", "door").await.unwrap());
        control.delete_site("shop", "west").await.unwrap();
        assert_eq!(control.all_sensors().await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_change_keeps_the_way_in_and_what_is_sealed_unless_it_says() {
        let control = with_site().await;
        let secrets = SensorSecrets { key: None, sealed: Some("sealed".into()) };
        control.add_sensor("shop", &sensor("tags", mqtt()), secrets).await.unwrap();
        let stored = async || control.sensors("shop", None).await.unwrap().remove(0);
        let renamed = Sensor { name: "标签".into(), created_at_us: 77, ..sensor("tags", mqtt()) };
        control.change_sensor("shop", &renamed, None).await.unwrap();
        let kept = stored().await;
        assert_eq!(
            (kept.sensor.name.as_str(), kept.sensor.created_at_us, kept.sealed.as_deref()),
            ("标签", 5, Some("sealed"))
        );
        control.change_sensor("shop", &renamed, Some(None)).await.unwrap();
        assert_eq!(stored().await.sealed, None);
        let pushed = control.change_sensor("shop", &sensor("tags", PUSH), None).await.unwrap_err();
        assert!(pushed.to_string().starts_with("way"), "{pushed}");
        let keyed = control.rotate_sensor_key("shop", "west", "tags", "tln_ffffffffffffffff", 9).await.unwrap_err();
        assert_eq!(keyed.kind(), ErrorKind::Invalid);
        let gone = control.change_sensor("shop", &sensor("gone", mqtt()), None).await.unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn what_came_adds_up_and_the_newest_refusal_is_told() {
        let control = with_site().await;
        let secrets = SensorSecrets { key: Some("tln_0123456789abcdef".into()), sealed: None };
        control.add_sensor("shop", &sensor("door", PUSH), secrets).await.unwrap();
        let refusal = |at_us: i64| {
            let (code, reason) = ("time_unreadable".to_owned(), "鞋".repeat(TEXT_BYTES_MAX));
            SensorRefusal { at_us, code, field: Some("t".into()), reason }
        };
        let news = |last_us, accepted, refused, refusal| {
            ("shop".to_owned(), "door".to_owned(), SensorFares { last_us, accepted, refused, refusal })
        };
        let gone = ("shop".to_owned(), "gone".to_owned(), SensorFares { accepted: 1, ..SensorFares::default() });
        control.note_sensors(&[news(Some(7), 3, 0, None), gone]).await.unwrap();
        control.note_sensors(&[news(None, 0, 2, Some(refusal(9)))]).await.unwrap();
        control.note_sensors(&[news(Some(11), 4, 0, None)]).await.unwrap();
        let fares = control.sensors("shop", None).await.unwrap().remove(0).fares;
        assert_eq!((fares.last_us, fares.accepted, fares.refused), (Some(11), 7, 2));
        let told = fares.refusal.unwrap();
        assert_eq!(told.at_us, 9);
        assert!(told.reason.len() <= TEXT_BYTES_MAX && told.reason.ends_with('鞋'));
    }
}
