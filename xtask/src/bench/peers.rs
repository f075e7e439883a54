//! Lynis and OpenSCAP: run, measured, and their results read.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

use crate::{debian, say::line, shell};

/// What a program took.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) name: String,
    /// Seconds.
    pub(super) wall: f64,
    /// Seconds, in the program and in the kernel.
    pub(super) cpu: f64,
    /// Megabytes at most.
    pub(super) memory: f64,
    pub(super) checks: f64,
    /// Whether it came to its end in the time it had.
    pub(super) ended: bool,
}

/// What Lynis says: the lines of its report by test.
#[derive(Debug, Clone, Default)]
pub(super) struct LynisResults {
    pub(super) executed: BTreeSet<String>,
    /// Warnings, suggestions and details, each as its line has it.
    pub(super) remarks: Vec<(String, String)>,
}

pub(super) struct Lynis {
    pub(super) run: Run,
    pub(super) results: LynisResults,
}

pub(super) struct OpenScap {
    pub(super) run: Run,
    /// Rule → result.
    pub(super) results: BTreeMap<String, String>,
    pub(super) conditions: String,
}

/// Seconds that a peer may take: some of their rules walk over whole disks.
const MOST_SECONDS: u32 = 600;
/// The widest profile for this release.
const PROFILE: &str = "anssi_bp28_high";
/// Rules that walk over all files, which on a full disk does not end in this time; ours makes
/// such a walk only when it is asked for, too.
const WALKS: [&str; 4] = [
    "file_permissions_ungroupowned",
    "no_files_unowned_by_user",
    "file_permissions_unauthorized_suid",
    "file_permissions_unauthorized_sgid",
];
const RULE: &str = "xccdf_org.ssgproject.content_rule_";

/// Runs `words` and reads what it took; its standard output comes back whatever its end.
pub(super) fn measure(
    name: &str,
    words: &[OsString],
    place: &Path,
    folder: &Path,
    seconds: u32,
) -> anyhow::Result<(Run, String)> {
    let report = folder.join(format!("{name}.time"));
    let mut time = shell::command("/usr/bin/time", place);
    time.args(["-q", "-f", "%e %U %S %M", "-o"]).arg(&report);
    time.arg("timeout").arg(seconds.to_string()).args(words);
    let output = time
        .stdin(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .output()
        .with_context(|| format!("cannot run {name}"))?;
    let text = fs::read_to_string(&report).context("what the run took")?;
    let figures: Vec<f64> = text
        .lines()
        .last()
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let [wall, user, system, kilobytes] = figures.as_slice() else {
        bail!("what {name} took could not be read: {text}");
    };
    let run = Run {
        name: name.to_owned(),
        wall: *wall,
        cpu: user + system,
        memory: kilobytes / 1024.0,
        checks: 0.0,
        // What `timeout` says of a program that it had to stop.
        ended: output.status.code() != Some(124),
    };
    Ok((run, String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// Runs Lynis on this machine.
pub(super) fn lynis(folder: &Path) -> anyhow::Result<Lynis> {
    line("    Lynis");
    let report = folder.join("lynis-report.dat");
    let log = folder.join("lynis.log");
    let mut words: Vec<OsString> = [
        "lynis",
        "audit",
        "system",
        "--quick",
        "--quiet",
        "--no-colors",
    ]
    .map(Into::into)
    .to_vec();
    words.push("--report-file".into());
    words.push(report.clone().into());
    words.push("--log-file".into());
    words.push(log.into());
    let (mut run, _) = measure("Lynis", &words, Path::new("/"), folder, MOST_SECONDS)?;
    let text = fs::read(&report).context("the report of Lynis")?;
    let results = read_lynis(&String::from_utf8_lossy(&text));
    run.checks = f64::from(u32::try_from(results.executed.len())?);
    Ok(Lynis { run, results })
}

fn read_lynis(report: &str) -> LynisResults {
    let mut results = LynisResults::default();
    for line in report.lines() {
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        match key {
            "tests_executed" => results.executed.extend(
                value
                    .split('|')
                    .filter(|test| !test.is_empty())
                    .map(str::to_owned),
            ),
            "warning[]" | "suggestion[]" | "details[]" => {
                let test = value.split('|').next().unwrap_or_default().to_owned();
                results.remarks.push((test, value.to_owned()));
            }
            _ => {}
        }
    }
    results
}

/// Runs OpenSCAP on this machine.
pub(super) fn open_scap(folder: &Path) -> anyhow::Result<OpenScap> {
    line("    OpenSCAP");
    let content = content(folder)?;
    let mut words: Vec<OsString> = ["oscap", "xccdf", "eval", "--profile"]
        .map(Into::into)
        .to_vec();
    words.push(format!("xccdf_org.ssgproject.content_profile_{PROFILE}").into());
    for rule in WALKS {
        words.push("--skip-rule".into());
        words.push(format!("{RULE}{rule}").into());
    }
    words.push(content.clone().into());
    let (mut run, said) = measure("OpenSCAP", &words, Path::new("/"), folder, MOST_SECONDS)?;
    let mut results = read_open_scap(&said);
    run.checks = f64::from(u32::try_from(results.len())?);
    let evaluated = results
        .values()
        .filter(|result| matches!(result.as_str(), "pass" | "fail"))
        .count();
    let file = content
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let rules = results.len();
    // The small profile has rules that the wide one lacks: for the agreement, not the figures.
    let small = "xccdf_org.ssgproject.content_profile_standard";
    let words = ["oscap", "xccdf", "eval", "--profile", small].map(OsString::from);
    let words = [words.to_vec(), vec![content.clone().into()]].concat();
    let (_, said) = measure(
        "OpenSCAP-standard",
        &words,
        Path::new("/"),
        folder,
        MOST_SECONDS,
    )?;
    for (rule, result) in read_open_scap(&said) {
        results.entry(rule).or_insert(result);
    }
    Ok(OpenScap {
        run,
        conditions: format!(
            "oscap xccdf eval`, profile `{PROFILE}` of `{file}` without the {} rules that walk over \
             all files; of its {} rules {evaluated} were evaluated, the others do not apply here",
            WALKS.len(),
            rules
        ),
        results,
    })
}

/// The blocks of `Title`, `Rule` and `Result` that oscap prints.
fn read_open_scap(said: &str) -> BTreeMap<String, String> {
    let mut results = BTreeMap::new();
    let mut rule = String::new();
    for line in said.lines() {
        if let Some(name) = line.strip_prefix("Rule") {
            name.trim().trim_start_matches(RULE).clone_into(&mut rule);
        } else if let Some(result) = line.strip_prefix("Result") {
            results.insert(std::mem::take(&mut rule), result.trim().to_owned());
        }
    }
    results.remove("");
    results
}

/// The rules for this release: those of its own package where it has them, else of the package
/// in the next release of Debian, which is only unpacked.
fn content(folder: &Path) -> anyhow::Result<PathBuf> {
    let version = debian::release()?;
    let file = format!("usr/share/xml/scap/ssg/content/ssg-debian{version}-ds.xml");
    for place in [Path::new("/"), folder] {
        let found = place.join(&file);
        if found.is_file() {
            return Ok(found);
        }
    }
    debian::unpack_from_next_release("ssg-debian", folder)?;
    let found = folder.join(&file);
    if !found.is_file() {
        bail!("neither this release of Debian nor the next has rules for Debian {version}");
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_both_are_read() {
        let lynis = read_lynis(
            "lynis_version=3\ntests_executed=A-1|B-2|\nsuggestion[]=B-2|Do it|-|-|\nwarning[]=A-1|No|\n",
        );
        assert_eq!(lynis.executed.len(), 2);
        assert_eq!(lynis.remarks[0].0, "B-2");
        let said = format!(
            "Title\tX\nRule\t{RULE}a_b\nIdent\tC\nResult\tpass\n\nRule\t{RULE}c\nResult\tnotapplicable\n"
        );
        let found = read_open_scap(&said);
        assert_eq!(found["a_b"], "pass");
        assert_eq!(found.len(), 2);
    }
}
