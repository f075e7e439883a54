//! The present evidence on objects: what checks say, what is excepted, and for how long.

use std::collections::HashMap;

use xinglin_controls::{CheckOutcome, CheckStatus, Power};
use xinglin_core::{AssessmentId, AssetId, RequirementId, Text, Timestamp, Verdict};
use xinglin_inspect::{CheckResult, Status, checks};
use xinglin_store::{
    Read,
    evidence::{self, Validity},
    exceptions::{self, Exception},
};

use super::observed;
use crate::{App, AppError};

/// The present evidence on some objects.
#[derive(Debug)]
pub(super) struct Known {
    said: Said,
    pub(super) lasting: Lasting,
}

/// What the current inspections say, by object and item. An item of which anything was said
/// has its place, if only an empty one.
#[derive(Debug, Default)]
struct Said {
    outcomes: HashMap<(AssetId, RequirementId), Vec<CheckOutcome>>,
    excepted: HashMap<(AssetId, RequirementId), Vec<Text>>,
}

impl Known {
    pub(super) async fn load(
        app: &App,
        db: &impl Read,
        assessment: AssessmentId,
        assets: &[AssetId],
    ) -> Result<Self, AppError> {
        let validity = evidence::validity(db, assessment, assets).await?;
        Ok(Self {
            said: app.said(db, assets).await?,
            lasting: Lasting::new(&validity),
        })
    }

    /// What checks say of an item on an object, or of the level-3 item it is kin to.
    pub(super) fn checks(
        &self,
        asset: AssetId,
        own: RequirementId,
        kin: Option<RequirementId>,
    ) -> &[CheckOutcome] {
        let of = |id| self.said.outcomes.get(&(asset, id));
        let found = of(own).or_else(|| of(kin?));
        found.map_or(&[], Vec::as_slice)
    }

    /// The failures that are lived with, in words.
    pub(super) fn excepted(
        &self,
        asset: AssetId,
        own: RequirementId,
        kin: Option<RequirementId>,
    ) -> &[Text] {
        let is_known = self.said.outcomes.contains_key(&(asset, own));
        let item = if is_known { Some(own) } else { kin };
        item.and_then(|item| self.said.excepted.get(&(asset, item)))
            .map_or(&[], Vec::as_slice)
    }
}

impl App {
    async fn said(&self, db: &impl Read, assets: &[AssetId]) -> Result<Said, AppError> {
        let inspections = evidence::inspections_of(db, assets).await?;
        let exceptions = self.exceptions_in_force(db, assets).await?;
        let mut said = Said::default();
        for inspection in inspections {
            let asset = inspection.asset_id;
            let results: Vec<CheckResult> =
                serde_json::from_value(inspection.content).map_err(AppError::internal)?;
            for result in results {
                let exception = exceptions
                    .get(&(asset, result.check.clone()))
                    .filter(|_| result.status == Status::Fail)
                    .map(|exception| excepted(&result, exception));
                let outcome = self.outcome(&result);
                for requirement in &result.requirements {
                    let place = said.outcomes.entry((asset, *requirement)).or_default();
                    match &exception {
                        None => place.push(outcome.clone()),
                        Some(text) => {
                            let texts = said.excepted.entry((asset, *requirement)).or_default();
                            texts.push(text.clone());
                        }
                    }
                }
            }
        }
        Ok(said)
    }

    /// The exceptions of these assets that count today, by asset and check.
    pub(crate) async fn exceptions_in_force(
        &self,
        db: &impl Read,
        assets: &[AssetId],
    ) -> Result<HashMap<(AssetId, String), Exception>, AppError> {
        let today = self.today();
        let exceptions = exceptions::of_assets(db, assets).await?;
        let in_force = exceptions
            .into_iter()
            .filter(|exception| exception.until >= today)
            .map(|exception| ((exception.asset_id, exception.check.clone()), exception));
        Ok(in_force.collect())
    }

    fn outcome(&self, result: &CheckResult) -> CheckOutcome {
        let check = self.content().check(&result.check);
        // A check that is no more has no partners to be seen; what it proved alone stands.
        let power = match result.power {
            checks::Power::Sufficient if check.is_some() || result.sufficient => Power::Sufficient,
            checks::Power::Sufficient | checks::Power::Partial => Power::Partial,
            checks::Power::FailOnly => Power::FailOnly,
        };
        CheckOutcome {
            check: result.check.clone(),
            status: match result.status {
                Status::Pass => CheckStatus::Pass,
                Status::Fail => CheckStatus::Fail,
                Status::NotApplicable => CheckStatus::NotApplicable,
                Status::Unknown => CheckStatus::Unknown,
            },
            power,
            partners: check
                .map(|check| check.partners.clone())
                .unwrap_or_default(),
            title: result.title.clone(),
            observed: observed(&result.observed),
            partial: result.partial,
            high_risk: !result.high_risk.is_empty(),
        }
    }
}

fn excepted(result: &CheckResult, exception: &Exception) -> Text {
    let Exception { reason, until, .. } = exception;
    Text::new(
        format!(
            "“{}”不符合，例外有效期至 {until}，不计入建议判定：{reason}",
            result.title.zh
        ),
        format!(
            "'{}' failed and is excepted until {until}, so that it is left out here: {reason}",
            result.title.en
        ),
    )
}

/// What a cell shows: a person's verdict while it stands, else what the rules propose.
pub(crate) fn shown(cell: &xinglin_store::verdicts::Cell) -> Option<Verdict> {
    cell.verdict.or(cell.proposed)
}

/// Until when the evidence on each cell counts: until its first piece ends.
#[derive(Debug)]
pub(crate) struct Lasting(HashMap<(AssetId, RequirementId), Option<Timestamp>>);

impl Lasting {
    pub(crate) fn new(validity: &[Validity]) -> Self {
        let mut first: HashMap<_, Option<Timestamp>> = HashMap::new();
        for one in validity {
            let until = first.entry((one.asset_id, one.requirement)).or_default();
            *until = [*until, one.valid_until].into_iter().flatten().min();
        }
        Self(first)
    }

    pub(crate) fn of(
        &self,
        asset: AssetId,
        own: RequirementId,
        kin: Option<RequirementId>,
    ) -> Option<Timestamp> {
        let of = |id| self.0.get(&(asset, id)).copied().flatten();
        let kin = kin.filter(|kin| *kin != own);
        [of(own), kin.and_then(of)].into_iter().flatten().min()
    }
}
