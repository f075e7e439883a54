//! Long work that a caller watches: progress, outcome, cancelling.
//!
//! Jobs live in memory: what a job did is in the records and the ledger, and after a restart
//! it is simply started again, since every such work is idempotent.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use tokio::sync::Semaphore;

use crate::{Actor, App, AppError, Code};

/// Jobs that are remembered after their end.
const REMEMBERED: usize = 200;

/// What an import did with the rows so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// New records.
    pub created: u64,
    /// Changed records.
    pub updated: u64,
    /// Rows that say what is known already.
    pub unchanged: u64,
    /// Rows that were not taken.
    pub rejected: u64,
}

impl ImportCounts {
    /// All rows.
    pub fn total(self) -> u64 {
        self.created + self.updated + self.unchanged + self.rejected
    }
}

/// Where a job stands.
#[derive(Debug, Clone)]
pub enum JobState {
    /// It works.
    Running,
    /// It has ended well.
    Done,
    /// It has ended early; what it did before stays.
    Failed(Arc<AppError>),
    /// It was told to stop; what it did before stays.
    Cancelled,
}

/// A job as it stands at one moment.
#[derive(Debug, Clone)]
pub struct JobView {
    /// Number, unique until the next restart.
    pub id: i64,
    /// Kind of work, e.g. `import.assets`.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// Rows that are durable or were looked at in vain.
    pub done: u64,
    /// Rows in all.
    pub total: u64,
    /// What became of them.
    pub counts: ImportCounts,
}

/// A job: the work reports here, the caller looks here.
#[derive(Debug)]
pub(crate) struct Job {
    owner: String,
    view: Mutex<JobView>,
    cancelled: AtomicBool,
}

impl Job {
    pub(crate) fn new(id: i64, kind: &str, owner: &Actor, total: u64) -> Self {
        Self {
            owner: owner.ledger_name(),
            view: Mutex::new(JobView {
                id,
                kind: kind.to_owned(),
                state: JobState::Running,
                done: 0,
                total,
                counts: ImportCounts::default(),
            }),
            cancelled: AtomicBool::new(false),
        }
    }

    pub(crate) fn view(&self) -> JobView {
        self.lock().clone()
    }

    /// Says how far the work is. Only what is durable counts.
    pub(crate) fn advance(&self, counts: ImportCounts) {
        let mut view = self.lock();
        view.done = counts.total();
        view.counts = counts;
    }

    /// Says how far the work is, where that is not counted in rows.
    pub(crate) fn reach(&self, done: u64, counts: ImportCounts) {
        let mut view = self.lock();
        view.done = done.min(view.total);
        view.counts = counts;
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(crate) fn end(&self, state: JobState) {
        self.lock().state = state;
    }

    // A panic elsewhere cannot leave the view half written: it is plain data.
    fn lock(&self) -> MutexGuard<'_, JobView> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends its job where nobody else did: the work panicked, or was stopped.
#[derive(Debug)]
pub(crate) struct Ending(Arc<Job>);

impl Ending {
    /// Watches over a job until it is dropped.
    pub(crate) fn of(job: &Arc<Job>) -> Self {
        Self(Arc::clone(job))
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let mut view = self.0.lock();
        if matches!(view.state, JobState::Running) {
            let error = AppError::internal("the work ended without an outcome");
            view.state = JobState::Failed(Arc::new(error));
        }
    }
}

/// The jobs of this run of the program.
#[derive(Debug)]
pub(crate) struct Jobs {
    last: AtomicI64,
    known: Mutex<BTreeMap<i64, Arc<Job>>>,
    sheets: Arc<Semaphore>,
}

impl Default for Jobs {
    fn default() -> Self {
        Self {
            last: AtomicI64::new(0),
            known: Mutex::new(BTreeMap::new()),
            sheets: Arc::new(Semaphore::new(1)),
        }
    }
}

impl Jobs {
    /// Registers a new job and forgets the oldest that have ended.
    pub(crate) fn start(&self, kind: &str, owner: &Actor, total: u64) -> Arc<Job> {
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let job = Arc::new(Job::new(id, kind, owner, total));
        let mut known = self.lock();
        let ended: Vec<i64> = known
            .iter()
            .filter(|(_, job)| !matches!(job.view().state, JobState::Running))
            .map(|(id, _)| *id)
            .collect();
        for id in ended.iter().take(ended.len().saturating_sub(REMEMBERED)) {
            known.remove(id);
        }
        known.insert(id, Arc::clone(&job));
        job
    }

    /// The right to hold a sheet in memory: one at a time, since a large one takes as much
    /// as the rest of the program.
    pub(crate) fn sheets(&self) -> Arc<Semaphore> {
        Arc::clone(&self.sheets)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<i64, Arc<Job>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// A job of the caller's own.
    ///
    /// # Errors
    /// [`Code::NotFound`] for others' jobs and those that are forgotten.
    pub fn job(&self, actor: &Actor, id: i64) -> Result<JobView, AppError> {
        Ok(self.own_job(actor, id)?.view())
    }

    /// Tells a job of the caller's own to stop after what it has in hand.
    ///
    /// # Errors
    /// [`Code::NotFound`] for others' jobs and those that are forgotten.
    pub fn cancel_job(&self, actor: &Actor, id: i64) -> Result<(), AppError> {
        self.own_job(actor, id)?
            .cancelled
            .store(true, Ordering::Relaxed);
        Ok(())
    }

    fn own_job(&self, actor: &Actor, id: i64) -> Result<Arc<Job>, AppError> {
        self.jobs()
            .lock()
            .get(&id)
            .filter(|job| job.owner == actor.ledger_name())
            .cloned()
            .ok_or(AppError::new(Code::NotFound))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_whose_work_panics_does_not_run_for_ever() {
        let job = Arc::new(Job::new(1, "import", &Actor::automatic("test"), 1));
        let ending = Ending::of(&job);
        let worker = std::thread::spawn(move || {
            let _ending = ending;
            panic!("a defect");
        });
        assert!(worker.join().is_err());
        assert!(matches!(job.view().state, JobState::Failed(_)));
    }

    #[test]
    fn an_outcome_stays() {
        let job = Arc::new(Job::new(1, "import", &Actor::automatic("test"), 1));
        let ending = Ending::of(&job);
        job.end(JobState::Cancelled);
        drop(ending);
        assert!(matches!(job.view().state, JobState::Cancelled));
    }
}
