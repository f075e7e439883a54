//! Taking a baseline.

use std::path::Path;

use serde_json::json;
use xinglin_core::{AssetId, IntegrityChangeId};
use xinglin_inspect::{
    LiveHost,
    integrity::{Baseline, Scope, scan},
};
use xinglin_ledger::Digest;
use xinglin_reach::watch::Lookout;
use xinglin_store::integrity::{
    self, Taken,
    changes::{self, Approval},
};

use super::{IntegritySource, IntegrityStatus, watching::Turn};
use crate::{
    Actor, App, AppError, Code, Permission,
    change::Change,
    error::{Check, reason},
    tasks::blocking,
};

/// So many places are named at most.
const MOST_PATHS: usize = 100;
/// What is there is made by the kernel and no file.
const NO_FILES: [&str; 4] = ["/proc", "/sys", "/dev", "/run"];

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct BaselineForm {
    /// What it shall cover; the hospital's policy says where it is `None`.
    pub paths: Option<Vec<String>>,
    /// Why now.
    pub reason: String,
}

impl App {
    /// Takes a baseline of the files of this machine: from now on they are right as they are.
    /// Of another host its agent is asked for one, which comes with one of its next reports.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::NotThisHost`], [`Code::InvalidInput`],
    /// [`Code::ReasonRequired`], [`Code::Forbidden`] when changes against the former one are
    /// open and the caller may not approve them.
    pub async fn take_integrity_baseline(
        &self,
        actor: &Actor,
        asset: AssetId,
        form: BaselineForm,
    ) -> Result<IntegrityStatus, AppError> {
        actor.require(Permission::InspectionRun)?;
        let reason = reason(&form.reason)?;
        let scope = self.scope(form.paths)?;
        let object = self.inspected_object(asset).await?;
        match self.integrity_source(&object, asset).await? {
            IntegritySource::Local => {}
            IntegritySource::Agent => {
                self.wish_baseline(actor, asset, scope, reason).await?;
                return self.integrity_status(actor, asset).await;
            }
            IntegritySource::None => return Err(AppError::new(Code::NotThisHost)),
        }
        let mut lookouts = self.lookouts().0.lock().await;
        let found = integrity::find(self.store().db(), asset).await?;
        if found.and_then(|found| found.taken).is_some() {
            // What changed since the last look must not vanish in the new one.
            let turn = Turn::Scan(actor.clone());
            self.turn(&mut lookouts, asset, turn).await?;
        }
        let now = self.now();
        let baseline = blocking(move || scan(&LiveHost, &scope, now)).await?;
        let baseline = self.keep_baseline(actor, asset, baseline, reason).await?;
        let lookout = blocking(move || {
            let root = Path::new("/");
            Lookout::new(baseline, now, root, &LiveHost)
        })
        .await?;
        self.glance_at(asset, &lookout);
        lookouts.insert(asset, lookout);
        drop(lookouts);
        self.integrity_status(actor, asset).await
    }

    async fn keep_baseline(
        &self,
        actor: &Actor,
        asset: AssetId,
        baseline: Baseline,
        reason: String,
    ) -> Result<Baseline, AppError> {
        let mut change = self.change(actor).await?;
        let open = changes::open_of(change.tx().conn(), asset).await?;
        if !open.is_empty() {
            actor.require(Permission::AssessmentJudge)?;
        }
        let by = actor.ledger_name();
        put_baseline(&mut change, asset, &baseline, by, reason).await?;
        change.commit().await?;
        Ok(baseline)
    }

    /// What a baseline covers: what is left out is the policy's word in any case.
    fn scope(&self, paths: Option<Vec<String>>) -> Result<Scope, AppError> {
        let mut scope = self.default_scope()?;
        let Some(paths) = paths else {
            return Ok(scope);
        };
        let mut check = Check::default();
        let expected = format!("1 to {MOST_PATHS} paths");
        let is_some = (1..=MOST_PATHS).contains(&paths.len());
        check.expect(is_some, "paths", &paths.len().to_string(), &expected);
        for path in &paths {
            let expected = "an absolute path such as /etc, below /, not made by the kernel";
            check.expect(is_place(path), "paths", path, expected);
        }
        check.finish()?;
        scope.include = paths;
        Ok(scope)
    }
}

/// Makes `baseline` the one that counts, and approves what was open against the former; its
/// text.
pub(super) async fn put_baseline(
    change: &mut Change<'_>,
    asset: AssetId,
    baseline: &Baseline,
    by: String,
    reason: String,
) -> Result<String, AppError> {
    let text = serde_json::to_string(baseline).map_err(AppError::internal)?;
    let open = changes::open_of(change.tx().conn(), asset).await?;
    let ids: Vec<IntegrityChangeId> = open.iter().map(|kept| kept.id).collect();
    let approval = Approval {
        by: by.clone(),
        at: change.now(),
        reason: reason.clone(),
        change_request: None,
    };
    changes::approve(change.tx(), &ids, &approval).await?;
    let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let taken = Taken {
        at: baseline.taken_at,
        by,
        reason,
        files: count(baseline.entries.len()),
        packages: count(baseline.packages.len()),
        unreadable: json!(baseline.unreadable),
        cut_short: baseline.cut_short,
        scope: json!(baseline.scope),
        looked_at: Some(baseline.taken_at),
    };
    integrity::put(change.tx(), asset, &taken, &text).await?;
    let payload = json!({"by": taken.by, "reason": taken.reason, "files": taken.files,
        "packages": taken.packages, "unreadable": baseline.unreadable.len(),
        "cut_short": taken.cut_short, "scope": taken.scope, "approved": ids.len(),
        "digest": Digest::of(text.as_bytes()).to_string()});
    change.note("integrity.baseline", "asset", asset, payload);
    Ok(text)
}

fn is_place(path: &str) -> bool {
    let mut names = path.split('/').skip(1);
    let is_kernel = |place: &str| {
        let rest = path.strip_prefix(place);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    path.len() <= 1_000
        && path.starts_with('/')
        && path.trim_end_matches('/').len() > 1
        && names.all(|name| !matches!(name, "." | ".."))
        && !path.chars().any(char::is_control)
        && !NO_FILES.into_iter().any(is_kernel)
}
