//! What a check says, with what is known of it today: the risk of its remedy, whether there
//! is code for it, and whether its failure is excepted.

use xinglin_core::{AssetId, Text};
use xinglin_inspect::{CheckResult, Fix};
use xinglin_store::exceptions::Exception;

use crate::{App, AppError, Content, tasks::blocking};

/// The result of a check, with what is known of the check today.
#[derive(Debug, Clone)]
pub struct JudgedCheck {
    /// What it said when the facts were judged.
    pub result: CheckResult,
    /// What could go wrong when its remedy is carried out; `None` also for a check that is
    /// no more.
    pub risk: Option<Text>,
    /// The kinds of code there are for its remedy.
    pub fixes: Vec<&'static str>,
    /// The exception that counts today.
    pub exception: Option<Exception>,
}

impl App {
    pub(crate) async fn judged(
        &self,
        asset: AssetId,
        results: Vec<CheckResult>,
    ) -> Result<Vec<JudgedCheck>, AppError> {
        if results.is_empty() {
            return Ok(Vec::new());
        }
        let db = self.store().db();
        let mut exceptions = self.exceptions_in_force(db, &[asset]).await?;
        let content = self.content().clone();
        // The checks are compiled when they are asked for first.
        blocking(move || {
            let judged = results.into_iter().map(|result| {
                let exception = exceptions.remove(&(asset, result.check.clone()));
                judged(&content, result, exception)
            });
            judged.collect()
        })
        .await
    }
}

fn judged(content: &Content, result: CheckResult, exception: Option<Exception>) -> JudgedCheck {
    let check = content.check(&result.check);
    JudgedCheck {
        risk: check.map(|check| check.risk.clone()),
        fixes: check.map(|check| kinds(&check.fix)).unwrap_or_default(),
        exception,
        result,
    }
}

fn kinds(fix: &Fix) -> Vec<&'static str> {
    let kinds = [
        ("shell", fix.shell.is_some()),
        ("powershell", fix.powershell.is_some()),
        ("ansible", fix.ansible.is_some()),
        ("sql", fix.sql.is_some()),
        ("lines", !fix.lines.is_empty()),
    ];
    let there = kinds.into_iter().filter(|(_, is_there)| *is_there);
    there.map(|(kind, _)| kind).collect()
}
