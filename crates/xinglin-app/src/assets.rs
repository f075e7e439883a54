//! Assets: list, show, create, change, remove.

use serde_json::json;
use xinglin_core::{AssetId, AssetState, DepartmentId, Importance, ObjectType, PersonId, SystemId};
pub use xinglin_store::{
    Sort,
    assets::{Asset, AssetFilter, AssetOrder},
};
use xinglin_store::{assets, systems};

use crate::{
    Actor, App, AppError, Code, Permission,
    change::difference,
    departments::still_referenced,
    error::{Check, tidy},
    references::{References, department_names, person_names},
};

/// What a person says of an asset.
#[derive(Debug, Clone)]
pub struct AssetForm {
    /// The hospital's code, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// What kind of object it is.
    pub object_type: ObjectType,
    /// The graded systems it belongs to.
    pub system_ids: Vec<SystemId>,
    /// Network address.
    pub address: Option<String>,
    /// Where it stands.
    pub location: Option<String>,
    /// Make and model.
    pub model: Option<String>,
    /// Version.
    pub version: Option<String>,
    /// Person in charge.
    pub owner_id: Option<PersonId>,
    /// Department in charge.
    pub department_id: Option<DepartmentId>,
    /// How important it is.
    pub importance: Importance,
    /// Supplier.
    pub supplier: Option<String>,
    /// Whether it is in use.
    pub state: AssetState,
    /// Whether it is the machine this server runs on.
    pub local_host: bool,
}

/// An asset with the names of what the record refers to.
#[derive(Debug, Clone)]
pub struct AssetRow {
    /// The asset.
    pub asset: Asset,
    /// Names of its systems, in the order of their ids.
    pub system_names: Vec<String>,
    /// Name of the owner.
    pub owner_name: Option<String>,
    /// Name of the department.
    pub department_name: Option<String>,
}

impl AssetForm {
    fn check(self, id: AssetId) -> Result<Asset, AppError> {
        let mut system_ids = self.system_ids;
        system_ids.sort_unstable();
        system_ids.dedup();
        let asset = Asset {
            id,
            code: self.code.trim().to_owned(),
            name: self.name.trim().to_owned(),
            object_type: self.object_type,
            system_ids,
            address: tidy(self.address),
            location: tidy(self.location),
            model: tidy(self.model),
            version: tidy(self.version),
            owner_id: self.owner_id,
            department_id: self.department_id,
            importance: self.importance,
            supplier: tidy(self.supplier),
            state: self.state,
            local_host: self.local_host,
            last_inspected_at: None,
        };
        let mut check = Check::default();
        check_asset(&asset, &mut check);
        check.finish()?;
        Ok(asset)
    }
}

fn check_asset(asset: &Asset, check: &mut Check) {
    check.text("code", &asset.code, 64);
    check.text("name", &asset.name, 200);
    for (field, text) in [
        ("address", &asset.address),
        ("location", &asset.location),
        ("model", &asset.model),
        ("version", &asset.version),
        ("supplier", &asset.supplier),
    ] {
        check.optional(field, text.as_deref(), 200);
    }
}

fn references(asset: &Asset) -> References<'_> {
    References {
        department: asset.department_id,
        person: asset.owner_id.map(|id| ("owner_id", id)),
        systems: &asset.system_ids,
        ..References::default()
    }
}

impl App {
    /// One page of assets, and how many match in all.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_assets(
        &self,
        actor: &Actor,
        filter: &AssetFilter,
    ) -> Result<(Vec<AssetRow>, u64), AppError> {
        actor.require_sight(Permission::RecordsRead)?;
        let (assets, total) = assets::page(self.store().db(), filter).await?;
        Ok((self.asset_rows(assets).await?, total))
    }

    /// One asset.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn asset(&self, actor: &Actor, id: AssetId) -> Result<AssetRow, AppError> {
        actor.require_sight(Permission::RecordsRead)?;
        let asset = assets::find(self.store().db(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        self.asset_row(asset).await
    }

    /// Creates an asset.
    ///
    /// # Errors
    /// [`Code::InvalidInput`], [`Code::CodeTaken`], [`Code::UnknownReference`].
    pub async fn create_asset(&self, actor: &Actor, form: AssetForm) -> Result<AssetRow, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let mut asset = form.check(AssetId(0))?;
        let mut change = self.change(actor).await?;
        references(&asset).check(change.tx()).await?;
        asset.id = assets::insert(change.tx(), &asset).await?;
        change.note("asset.create", "asset", asset.id, json!(asset));
        let rescored = self.objects_moved(&mut change, &asset.system_ids).await?;
        change.commit().await?;
        self.keep_boards(rescored);
        self.asset_row(asset).await
    }

    /// Changes an asset.
    ///
    /// # Errors
    /// As for creating, and [`Code::NotFound`].
    pub async fn update_asset(
        &self,
        actor: &Actor,
        id: AssetId,
        form: AssetForm,
    ) -> Result<AssetRow, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let mut asset = form.check(id)?;
        let mut change = self.change(actor).await?;
        let old = assets::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        asset.last_inspected_at = old.last_inspected_at;
        references(&asset).check(change.tx()).await?;
        assets::save(change.tx(), &asset).await?;
        change.note("asset.update", "asset", id, difference(&old, &asset));
        let systems = [old.system_ids.as_slice(), &asset.system_ids].concat();
        let rescored = self.objects_moved(&mut change, &systems).await?;
        change.commit().await?;
        self.keep_boards(rescored);
        self.asset_row(asset).await
    }

    /// Removes an asset that nothing refers to.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::StillReferenced`] while verdicts, inspections, evidence or
    /// findings refer to it.
    pub async fn delete_asset(&self, actor: &Actor, id: AssetId) -> Result<(), AppError> {
        actor.require(Permission::RecordsWrite)?;
        let mut change = self.change(actor).await?;
        let old = assets::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        assets::delete(change.tx(), id)
            .await
            .map_err(still_referenced)?;
        change.note("asset.delete", "asset", id, json!(old));
        let rescored = self.objects_moved(&mut change, &old.system_ids).await?;
        change.commit().await?;
        self.keep_boards(rescored);
        Ok(())
    }

    async fn asset_row(&self, asset: Asset) -> Result<AssetRow, AppError> {
        let mut rows = self.asset_rows(vec![asset]).await?;
        rows.pop().ok_or(AppError::new(Code::NotFound))
    }

    async fn asset_rows(&self, assets: Vec<Asset>) -> Result<Vec<AssetRow>, AppError> {
        let db = self.store().db();
        let departments = department_names(db).await?;
        let owners = person_names(db, assets.iter().map(|asset| asset.owner_id)).await?;
        let systems = systems::names(db).await?;
        Ok(assets
            .into_iter()
            .map(|asset| AssetRow {
                system_names: asset
                    .system_ids
                    .iter()
                    .filter_map(|id| systems.get(id).cloned())
                    .collect(),
                owner_name: asset.owner_id.and_then(|id| owners.get(&id).cloned()),
                department_name: asset
                    .department_id
                    .and_then(|id| departments.get(&id).cloned()),
                asset,
            })
            .collect())
    }
}
