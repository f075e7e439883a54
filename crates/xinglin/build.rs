//! Makes the folder that is embedded as the page: `web/dist` with gzip copies where the
//! page was built, an empty folder otherwise, so that building needs no Node.

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(variable("OUT_DIR")).join("page");
    let dist = manifest.join("../../web/dist");
    println!("cargo:rerun-if-changed={}", dist.display());
    println!(
        "cargo:rerun-if-changed={}",
        manifest.join("../../content").display()
    );
    println!("cargo:rustc-env=XINGLIN_PAGE={}", out.display());
    println!(
        "cargo:rustc-env=XINGLIN_CONTENT={}",
        manifest.join("../../content").display()
    );
    let problems = manifest.join("../../docs/problems");
    println!("cargo:rerun-if-changed={}", problems.display());
    println!("cargo:rustc-env=XINGLIN_PROBLEMS={}", problems.display());
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    if dist.join("index.html").exists() {
        copy(&dist, &out)?;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a build script is told by the environment"
)]
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
            continue;
        }
        let bytes = fs::read(entry.path())?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // index.html gets a fresh nonce with every answer and stays as it is.
        if bytes.len() > 512 && name != "index.html" {
            let packed = fs::File::create(to.join(format!("{name}.gz")))?;
            let mut encoder = GzEncoder::new(packed, Compression::best());
            encoder.write_all(&bytes)?;
            encoder.finish()?;
        }
        fs::write(target, bytes)?;
    }
    Ok(())
}
