//! The one writer to the terminal.

use std::{
    io::{self, Write as _},
    time::Duration,
};

/// A line.
pub(crate) fn line(text: &str) {
    // Who closed the terminal does not read the complaint about it either.
    drop(writeln!(io::stdout().lock(), "{text}"));
}

/// The headline of a step, set off from the output above it.
pub(crate) fn headline(text: &str) {
    line(&format!("\n==> {text}"));
}

/// A duration as people read it: `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn elapsed(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..120 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_readable() {
        for (millis, expected) in [(420, "0.4 s"), (12_900, "12 s"), (185_000, "3 min 05 s")] {
            assert_eq!(elapsed(Duration::from_millis(millis)), expected);
        }
    }
}
