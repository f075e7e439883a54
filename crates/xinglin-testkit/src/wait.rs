//! Waiting for what happens beside a test, with a bound.

use std::{
    thread,
    time::{Duration, Instant},
};

// Long for a machine under load, and short enough that a test that hangs says so.
const PATIENCE: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(2);

/// Asks until there is an answer.
///
/// # Panics
/// When there is none in time, with `what` was waited for.
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < until, "in vain: {what}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// The same where nothing is asynchronous.
///
/// # Panics
/// When there is no answer in time.
pub fn eventually_here<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < until, "in vain: {what}");
        thread::sleep(PAUSE);
    }
}
