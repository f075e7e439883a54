//! On which asset something happened.

use std::collections::HashMap;

use xinglin_core::{AssetId, ObjectType, SystemId};
use xinglin_store::{Read, alerts::Seen, assets, systems};

use super::policy::Place;
use crate::AppError;

/// Assets as far as alerts ask for them.
#[derive(Debug, Default)]
pub(crate) struct Places {
    of: HashMap<AssetId, Place>,
    by_source: HashMap<String, AssetId>,
    by_address: HashMap<String, AssetId>,
    by_name: HashMap<String, AssetId>,
}

impl Places {
    /// Reads assets and their systems; `sources` are those of logs, by name.
    pub(crate) async fn read(
        db: &impl Read,
        sources: impl Iterator<Item = (String, AssetId)>,
    ) -> Result<Self, AppError> {
        let levels: HashMap<SystemId, u8> = systems::list(db)
            .await?
            .into_iter()
            .map(|system| (system.id, system.grade.overall().number()))
            .collect();
        let mut places = Self {
            by_source: sources.collect(),
            ..Self::default()
        };
        for asset in assets::list(db).await? {
            for address in asset
                .address
                .iter()
                .flat_map(|all| all.split([',', ' ', ';', '，']))
            {
                places.by_address.insert(address.to_lowercase(), asset.id);
            }
            places.by_name.insert(asset.code.to_lowercase(), asset.id);
            places.by_name.insert(asset.name.to_lowercase(), asset.id);
            let of_systems = asset.system_ids.iter().filter_map(|id| levels.get(id));
            let place = Place {
                level: of_systems.max().copied(),
                name: asset.name,
                importance: asset.importance,
                object_type: asset.object_type,
            };
            places.of.insert(asset.id, place);
        }
        Ok(places)
    }

    pub(crate) fn get(&self, id: AssetId) -> Option<&Place> {
        self.of.get(&id)
    }

    /// The asset something is on: the host it names, else the asset of its source. What a
    /// network or security device tells of others is on those, where one of them is known.
    pub(crate) fn of_alert(&self, seen: &Seen) -> Option<AssetId> {
        let entities = |kind: &'static str, known: &HashMap<String, AssetId>| {
            let mut all = seen.entities.iter().filter(move |one| one.kind == kind);
            all.find_map(|one| known.get(&one.value.to_lowercase()).copied())
        };
        let source = seen
            .sources
            .iter()
            .find_map(|name| self.by_source.get(name).copied());
        let tells_of_others = source.and_then(|id| self.of.get(&id)).is_some_and(|place| {
            matches!(
                place.object_type,
                ObjectType::NetworkDevice | ObjectType::SecurityDevice
            )
        });
        let address = || entities("address", &self.by_address);
        let host =
            || entities("host", &self.by_name).or_else(|| entities("host", &self.by_address));
        match source {
            Some(source) if tells_of_others => Some(address().unwrap_or(source)),
            Some(source) => Some(source),
            None => host().or_else(address),
        }
    }
}
