//! Many hosts, a few at a time.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::{sync::watch, task::JoinSet};

use super::{
    failure::{Failure, FailureKind},
    gather::{Gathered, inspect_one},
    target::{Limits, Target},
};

/// Inspects hosts, `limits.parallel` at a time. Each one's outcome goes to `sink` with its
/// place in `targets` as soon as it is there; one host's failure is nobody else's. After
/// `cancelled` has become true, the rest is reported as such.
pub async fn inspect_many(
    targets: Vec<Target>,
    script: &str,
    limits: Limits,
    now: Timestamp,
    cancelled: watch::Receiver<bool>,
    sink: &mut (dyn FnMut(usize, Result<Gathered, Failure>) + Send),
) {
    let script: Arc<str> = script.into();
    let mut running = JoinSet::new();
    let mut addresses: Vec<String> = targets
        .iter()
        .map(|target| target.endpoint.address())
        .collect();
    let mut places = std::collections::HashMap::new();
    for (place, target) in targets.into_iter().enumerate() {
        while running.len() >= limits.parallel.max(1) {
            report(&mut running, &mut places, &mut addresses, sink).await;
        }
        let (script, cancelled) = (Arc::clone(&script), cancelled.clone());
        let task = running.spawn(async move {
            let outcome = inspect_one(&target, &script, &limits, now, cancelled).await;
            (place, outcome)
        });
        places.insert(task.id(), place);
    }
    while !running.is_empty() {
        report(&mut running, &mut places, &mut addresses, sink).await;
    }
}

type Outcome = (usize, Result<Gathered, Failure>);

/// Waits for the next host that is done and reports it.
async fn report(
    running: &mut JoinSet<Outcome>,
    places: &mut std::collections::HashMap<tokio::task::Id, usize>,
    addresses: &mut [String],
    sink: &mut (dyn FnMut(usize, Result<Gathered, Failure>) + Send),
) {
    match running.join_next_with_id().await {
        None => {}
        Some(Ok((id, (place, outcome)))) => {
            places.remove(&id);
            sink(place, outcome);
        }
        // A fault in the library ends one host's task, not the others'.
        Some(Err(error)) => {
            let Some(place) = places.remove(&error.id()) else {
                return;
            };
            let at = addresses.get_mut(place).map(std::mem::take);
            let failure = Failure {
                at: at.unwrap_or_default(),
                kind: FailureKind::Closed {
                    why: "the connection broke down".to_owned(),
                },
            };
            sink(place, Err(failure));
        }
    }
}
