//! Running nmap, where it is installed, on a range that the hospital allowed.

use std::{path::PathBuf, sync::Arc, time::Duration};

use serde_json::json;
use xinglin_core::ScanRangeId;
use xinglin_inspect::{
    discovery::{DiscoveryProblem, ScanPlan, scan_command},
    policy::PortRange,
};
use xinglin_reach::scan::{self, Limits, ScanFailure};
use xinglin_store::scan_ranges;

use super::{MAX_SCAN_BYTES, read_scan};
use crate::{
    Actor, App, AppError, Code, Permission,
    jobs::{Ending, ImportCounts, Job, JobState, JobView},
    tasks::blocking,
};

/// Packets a second: old devices at a bedside fall over when they are hurried.
const PACKETS_PER_SECOND: u16 = 200;
/// How long a scan may take.
const LIMITS: Limits = Limits {
    overall: Duration::from_hours(4),
    max_bytes: MAX_SCAN_BYTES,
};

/// Which ports are scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortChoice {
    /// The thousand commonest.
    Top1000,
    /// All.
    All,
    /// These.
    Listed(Vec<(u16, u16)>),
}

impl PortChoice {
    /// `top1000`, `all`, or a list such as `22,80,8000-8100`.
    pub fn read(text: &str) -> Option<Self> {
        match text.trim() {
            "top1000" => return Some(Self::Top1000),
            "all" => return Some(Self::All),
            _ => {}
        }
        let mut listed = Vec::new();
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let first: u16 = first.trim().parse().ok()?;
            let last: u16 = last.trim().parse().ok()?;
            if first > last || listed.len() >= 1_000 {
                return None;
            }
            listed.push((first, last));
        }
        Some(Self::Listed(listed))
    }

    fn ranges(&self) -> Vec<PortRange> {
        match self {
            Self::Top1000 => Vec::new(),
            Self::All => vec![PortRange {
                first: 1,
                last: u16::MAX,
            }],
            Self::Listed(listed) => listed
                .iter()
                .map(|(first, last)| PortRange {
                    first: *first,
                    last: *last,
                })
                .collect(),
        }
    }
}

/// A scan that is wanted.
#[derive(Debug, Clone)]
pub struct ScanForm {
    /// The range.
    pub range_id: ScanRangeId,
    /// The ports.
    pub ports: PortChoice,
}

impl App {
    /// Scans a range as a job, which ends with a discovery.
    ///
    /// # Errors
    /// [`Code::UnknownReference`]; [`Code::NoScanRange`] when the consent is over;
    /// [`Code::ScannerMissing`]; [`Code::InvalidInput`] for a range too large for one scan.
    pub async fn start_discovery(
        self: &Arc<Self>,
        actor: &Actor,
        form: ScanForm,
    ) -> Result<JobView, AppError> {
        actor.require(Permission::InspectionRun)?;
        let found = scan_ranges::find(self.store().db(), form.range_id).await?;
        let range = found.ok_or_else(|| {
            let found = form.range_id.to_string();
            AppError::new(Code::UnknownReference).field("range_id", found, "an allowed range")
        })?;
        if !self.is_in_force(&range) {
            return Err(AppError::new(Code::NoScanRange));
        }
        let plan = ScanPlan {
            targets: vec![range.range.clone()],
            allowed: vec![range.range.parse().map_err(AppError::internal)?],
            ports: form.ports.ranges(),
            packets_per_second: PACKETS_PER_SECOND,
            ..ScanPlan::default()
        };
        let arguments = scan_command(&plan).map_err(|error| {
            AppError::new(Code::InvalidInput).field("range_id", range.range, error.to_string())
        })?;
        let program = scan::installed().ok_or(AppError::new(Code::ScannerMissing))?;
        let mut change = self.change(actor).await?;
        let payload = json!({"arguments": arguments});
        change.note("discovery.start", "scan_range", range.id, payload);
        change.commit().await?;
        let job = self.jobs().start("discovery", actor, 1);
        let view = job.view();
        let (app, actor) = (Arc::clone(self), actor.clone());
        let ending = Ending::of(&job);
        self.tasks().spawn("discovery", async move {
            let _ending = ending;
            let ended = app.scan(&actor, program, arguments, &job).await;
            job.end(ended.unwrap_or_else(|error| {
                tracing::warn!(%error, "a scan failed");
                JobState::Failed(Arc::new(error))
            }));
        });
        Ok(view)
    }

    async fn scan(
        &self,
        actor: &Actor,
        program: PathBuf,
        arguments: Vec<String>,
        job: &Arc<Job>,
    ) -> Result<JobState, AppError> {
        let watched = Arc::clone(job);
        let scanned =
            blocking(move || scan::run(&program, &arguments, LIMITS, || watched.is_cancelled()));
        let scanned = scanned.await?.map_err(told)?;
        let Some(bytes) = scanned else {
            return Ok(JobState::Cancelled);
        };
        let scan = read_scan(bytes).await?;
        let id = self.take_scan(actor, "run", scan).await?;
        let detail = self.get_discovery(actor, id).await?;
        let unknown = detail
            .findings
            .iter()
            .filter(|finding| matches!(finding.problem, DiscoveryProblem::UnknownHost { .. }));
        let created = unknown.count() as u64;
        job.advance(ImportCounts {
            created,
            unchanged: (detail.hosts.len() as u64).saturating_sub(created),
            rejected: u64::try_from(detail.row.discovery.rejected).unwrap_or(0),
            ..ImportCounts::default()
        });
        Ok(JobState::Done)
    }
}

fn told(failure: ScanFailure) -> AppError {
    let code = match failure {
        ScanFailure::NotStarted(_) => Code::ScannerMissing,
        ScanFailure::TimedOut { .. } => Code::TargetTimedOut,
        ScanFailure::NotRead(_) => Code::Internal,
    };
    AppError::new(code).caused_by(failure)
}

#[cfg(test)]
mod tests {
    use super::PortChoice;

    #[test]
    fn ports_are_read_as_people_write_them() {
        assert_eq!(PortChoice::read("top1000"), Some(PortChoice::Top1000));
        let listed = PortChoice::read("22, 80,8000-8100");
        let expected = PortChoice::Listed(vec![(22, 22), (80, 80), (8000, 8100)]);
        assert_eq!(listed, Some(expected));
        for wrong in ["", "http", "9-1", "70000", "1,,2"] {
            assert_eq!(PortChoice::read(wrong), None, "{wrong}");
        }
    }
}
