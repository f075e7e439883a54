//! `xinglin inspect host`.

use std::path::Path;

use anyhow::anyhow;
use xinglin_core::{Clock as _, SystemClock};
use xinglin_inspect::{Family, LiveHost, TreeHost, inspect};

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
    let found = match &args.root {
        None => inspect(&LiveHost, &checks, now),
        Some(root) if root.is_dir() => inspect(&TreeHost::new(root.clone()), &checks, now),
        Some(root) => {
            let problem = anyhow!("{} is not a folder", root.display());
            return Err(Failure::input(problem));
        }
    };
    super::show(&found, &args.output, printer)
}
