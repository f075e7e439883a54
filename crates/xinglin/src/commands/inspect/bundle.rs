//! `xinglin inspect bundle`.

use std::{fs, path::Path};

use anyhow::Context as _;
use xinglin_inspect::{Bundle, Trust, inspect_bundle};

use crate::{
    cli::BundleArgs,
    commands::{Failure, Outcome},
    printer::Printer,
};

pub(super) fn run(
    args: &BundleArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let read = |path: &Path| {
        fs::read(path)
            .with_context(|| format!("cannot read {}", path.display()))
            .map_err(Failure::input)
    };
    let bytes = read(&args.file)?;
    let key = args.key.as_deref().map(read).transpose()?;
    let key = key.as_deref().map(<[u8]>::trim_ascii);
    let (bundle, trust) = Bundle::from_zip(&bytes, key)
        .with_context(|| args.file.display().to_string())
        .map_err(Failure::input)?;
    match trust {
        Trust::Signed => printer.note("signature: verified"),
        Trust::Unverified => printer.note("signature: not verified; give its key by --key"),
        Trust::Unsigned => printer.note("signature: none; anybody may have made this bundle"),
    }
    let checks = super::checks(bundle.family, content_dir, printer)?;
    super::show(&inspect_bundle(&bundle, &checks), &args.output, printer)
}
