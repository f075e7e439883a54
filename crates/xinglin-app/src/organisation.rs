//! The hospital itself.

use serde::{Deserialize, Serialize};
use xinglin_store::settings;

use crate::{
    Actor, App, AppError, Permission,
    change::difference,
    error::{Check, tidy},
};

const KEY: &str = "organisation";

/// The hospital, as it stands on the cover of documents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Organisation {
    /// Name.
    pub name: String,
    /// Kind, e.g. 三级甲等综合医院.
    pub kind: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Unified social credit code (统一社会信用代码).
    pub unified_code: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

impl Organisation {
    fn check(self) -> Result<Self, AppError> {
        let tidied = Self {
            name: self.name.trim().to_owned(),
            kind: tidy(self.kind),
            address: tidy(self.address),
            unified_code: tidy(self.unified_code).map(|code| code.to_ascii_uppercase()),
            contact: tidy(self.contact),
            phone: tidy(self.phone),
        };
        let mut check = Check::default();
        check.text("name", &tidied.name, 80);
        check.optional("kind", tidied.kind.as_deref(), 80);
        check.optional("address", tidied.address.as_deref(), 200);
        check.optional("contact", tidied.contact.as_deref(), 80);
        check.optional("phone", tidied.phone.as_deref(), 40);
        if let Some(code) = &tidied.unified_code {
            let shape = code.len() == 18 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
            check.expect(
                shape,
                "unified_code",
                code,
                "18 digits and capital letters (GB 32100-2015)",
            );
        }
        check.finish()?;
        Ok(tidied)
    }
}

impl App {
    /// The hospital.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] without the permission.
    pub async fn organisation(&self, actor: &Actor) -> Result<Organisation, AppError> {
        actor.require_sight(Permission::RecordsRead)?;
        let stored = settings::get(self.store().db(), KEY).await?;
        Ok(stored.unwrap_or_default())
    }

    /// Changes the hospital.
    ///
    /// # Errors
    /// [`crate::Code::InvalidInput`].
    pub async fn update_organisation(
        &self,
        actor: &Actor,
        form: Organisation,
    ) -> Result<Organisation, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let organisation = form.check()?;
        let mut change = self.change(actor).await?;
        let old: Organisation = settings::get(change.tx().conn(), KEY)
            .await?
            .unwrap_or_default();
        settings::set(change.tx(), KEY, &organisation).await?;
        change.note(
            "organisation.update",
            KEY,
            KEY,
            difference(&old, &organisation),
        );
        change.commit().await?;
        Ok(organisation)
    }
}
