//! Watching the machine this server runs on.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
    time::Duration,
};

use jiff::SignedDuration;
use tokio::sync::Mutex;
use xinglin_core::AssetId;
use xinglin_inspect::{LiveHost, integrity::Baseline};
use xinglin_reach::watch::{Looked, Lookout};
use xinglin_store::integrity;

use super::{Glance, note::Found};
use crate::{Actor, App, AppError, Code, Permission, integrity::IntegrityStatus, tasks::blocking};

/// Events are looked at so often.
const TURN: Duration = Duration::from_secs(2);
/// However short somebody sets it, there is so much between two scans of all files.
const SHORTEST_RESCAN: u32 = 60;
const ROOT: &str = "/";

/// The watches of this server: one at most, unless several assets are said to be this machine.
/// Whoever holds them scans, and nobody else.
#[derive(Debug, Default)]
pub(crate) struct Lookouts(pub(super) Mutex<BTreeMap<AssetId, Lookout>>);

impl App {
    /// Watches the files of this machine from now on, where there is a baseline of them.
    pub fn start_integrity_watch(self: &Arc<Self>) {
        let app = Arc::clone(self);
        self.tasks().every("integrity", TURN, move || {
            let app = Arc::clone(&app);
            async move {
                if let Err(error) = app.tend_integrity().await {
                    tracing::error!(%error, "the files of this machine could not be watched");
                }
            }
        });
    }

    /// One turn of the watch: looks at what was touched, or at everything when that is due, and
    /// notes what changed. To be called by a timer; where nothing happened it does nothing.
    ///
    /// # Errors
    /// [`Code::Internal`].
    pub async fn tend_integrity(&self) -> Result<(), AppError> {
        let mut lookouts = self.lookouts().0.lock().await;
        let db = self.store().db();
        let assets: BTreeSet<AssetId> = integrity::local_assets(db).await?.into_iter().collect();
        let stale: Vec<AssetId> = {
            let known = lookouts.keys().copied();
            known.filter(|asset| !assets.contains(asset)).collect()
        };
        for asset in stale {
            lookouts.remove(&asset);
            self.glances().set(asset, None);
        }
        if assets.is_empty() {
            return Ok(());
        }
        let seconds = self.integrity_settings(db).await?.rescan_seconds;
        let every = SignedDuration::from_secs(seconds.max(SHORTEST_RESCAN).into());
        for asset in assets {
            self.turn(&mut lookouts, asset, Turn::Look(every)).await?;
        }
        Ok(())
    }

    /// Compares all files of this machine with the baseline now.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::NotThisHost`], [`Code::NoBaseline`].
    pub async fn scan_integrity(
        &self,
        actor: &Actor,
        asset: AssetId,
    ) -> Result<IntegrityStatus, AppError> {
        actor.require(Permission::InspectionRun)?;
        let object = self.inspected_object(asset).await?;
        if !object.local_host {
            return Err(AppError::new(Code::NotThisHost));
        }
        let found = integrity::find(self.store().db(), asset).await?;
        if found.and_then(|found| found.taken).is_none() {
            return Err(AppError::new(Code::NoBaseline));
        }
        let mut lookouts = self.lookouts().0.lock().await;
        let turn = Turn::Scan(actor.clone());
        self.turn(&mut lookouts, asset, turn).await?;
        drop(lookouts);
        self.integrity_status(actor, asset).await
    }

    pub(super) async fn turn(
        &self,
        lookouts: &mut BTreeMap<AssetId, Lookout>,
        asset: AssetId,
        turn: Turn,
    ) -> Result<(), AppError> {
        let lookout = match lookouts.remove(&asset) {
            Some(lookout) => lookout,
            None => self.open_lookout(asset).await?,
        };
        let now = self.now();
        let (actor, every) = match turn {
            Turn::Look(every) => (None, every),
            Turn::Scan(actor) => (Some(actor), SignedDuration::ZERO),
        };
        let (mut lookout, looked) = blocking(move || {
            let mut lookout = lookout;
            let looked = lookout.look(&LiveHost, now, every);
            (lookout, looked)
        })
        .await?;
        let noted = match looked {
            Some(looked) => self.note_look(asset, &lookout, looked, actor).await,
            None => Ok(()),
        };
        if noted.is_err() {
            lookout.distrust();
        }
        self.glance_at(asset, &lookout);
        lookouts.insert(asset, lookout);
        noted
    }

    async fn note_look(
        &self,
        asset: AssetId,
        lookout: &Lookout,
        looked: Looked,
        actor: Option<Actor>,
    ) -> Result<(), AppError> {
        let found = Found {
            asset,
            reference: lookout.reference(),
            current: lookout.current(),
            looked,
            is_asked: actor.is_some(),
            actors: None,
            held: None,
        };
        let actor = actor.unwrap_or_else(|| Actor::automatic("integrity"));
        self.note_found(&actor, found).await
    }

    /// A watch over a baseline that is on record. Its first look is a scan, which finds what
    /// changed while nobody watched.
    async fn open_lookout(&self, asset: AssetId) -> Result<Lookout, AppError> {
        let db = self.store().db();
        let document = integrity::document(db, asset).await?;
        let document = document.ok_or(AppError::new(Code::NoBaseline))?;
        let found = integrity::find(db, asset).await?;
        let taken = found.and_then(|found| found.taken);
        let looked_at = taken.and_then(|taken| taken.looked_at.or(Some(taken.at)));
        let opened = blocking(move || {
            let reference: Baseline = serde_json::from_str(&document)?;
            let looked_at = looked_at.unwrap_or(reference.taken_at);
            let root = Path::new(ROOT);
            Ok(Lookout::new(reference, looked_at, root, &LiveHost))
        });
        opened
            .await?
            .map_err(|error: serde_json::Error| AppError::internal(error))
    }

    pub(super) fn glance_at(&self, asset: AssetId, lookout: &Lookout) {
        let problem = lookout.failure().map(ToString::to_string);
        let known = self.glances().of(asset);
        if let Some(problem) = &problem
            && known.and_then(|known| known.problem).as_ref() != Some(problem)
        {
            tracing::warn!(%asset, problem, "changes of files are found by scans only");
        }
        let glance = Glance {
            scanned_at: lookout.scanned_at(),
            problem,
        };
        self.glances().set(asset, Some(glance));
    }
}

/// What a turn is for.
#[derive(Debug)]
pub(super) enum Turn {
    /// To see what happened; to scan where the last scan is older than so much.
    Look(SignedDuration),
    /// To scan, because somebody asked.
    Scan(Actor),
}
