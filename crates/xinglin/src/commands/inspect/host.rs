//! `xinglin inspect host`.

use std::{path::Path, time::Duration};

use anyhow::anyhow;
use xinglin_core::{Clock as _, SystemClock};
use xinglin_inspect::{Family, Host, LiveHost, TreeHost, host::WalkLimits, inspect_with, linux};

use crate::{
    cli::HostArgs,
    commands::{Failure, Outcome},
    printer::Printer,
};

pub(super) fn run(
    args: &HostArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let checks = super::checks(Family::Linux, content_dir, printer)?;
    let now = SystemClock.now();
    let options = linux::Options {
        walk: args.walk.map(|seconds| WalkLimits {
            time: Duration::from_secs(seconds),
            ..WalkLimits::default()
        }),
    };
    let inspect = |host: &dyn Host| inspect_with(host, &checks, now, &options);
    let found = match &args.root {
        None => inspect(&LiveHost),
        Some(root) if root.is_dir() => inspect(&TreeHost::new(root.clone())),
        Some(root) => {
            let problem = anyhow!("{} is not a folder", root.display());
            return Err(Failure::input(problem));
        }
    };
    super::show(&found, &args.output, printer)
}
