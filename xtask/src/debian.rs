//! What is needed beyond Rust and Node, installed from Debian by package name when missing.

use std::{ffi::OsString, fs, path::Path};

use anyhow::{Context as _, bail};

use crate::{
    say::line,
    shell::{self, command},
};

/// Something the tests need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// A browser for Playwright.
    Chromium,
    /// A font that has Chinese characters.
    ChineseFont,
    /// LibreOffice, which opens what we write.
    LibreOffice,
    /// The program `openssl`, whose servers the probe of TLS endpoints asks.
    OpenSsl,
    /// `pdftotext`.
    Poppler,
    /// Lynis, which inspects hosts, too.
    Lynis,
    /// `oscap`, likewise.
    OpenScap,
    /// The program `time`, which tells memory and CPU.
    Time,
    /// A PostgreSQL server.
    Postgresql,
    /// A MariaDB server.
    Mariadb,
    /// A Redis server.
    Redis,
    /// OpenSSH's server, against which inspection over SSH is tested.
    OpenSshServer,
}

impl Need {
    /// Packages that bring it, first choice first.
    fn packages(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Chromium => &[&["chromium"]],
            Self::ChineseFont => &[&["fonts-noto-cjk", "fontconfig"]],
            Self::LibreOffice => &[
                &["libreoffice-writer-nogui", "libreoffice-calc-nogui"],
                &["libreoffice-writer", "libreoffice-calc"],
            ],
            Self::OpenSsl => &[&["openssl"]],
            Self::Poppler => &[&["poppler-utils"]],
            Self::Lynis => &[&["lynis"]],
            Self::OpenScap => &[
                &["openscap-scanner", "ssg-debian"],
                &["libopenscap8", "ssg-debian"],
            ],
            Self::Time => &[&["time"]],
            Self::Postgresql => &[&["postgresql"]],
            Self::Mariadb => &[&["mariadb-server"]],
            Self::Redis => &[&["redis-server"]],
            Self::OpenSshServer => &[&["openssh-server"]],
        }
    }

    fn is_met(self) -> bool {
        let here = Path::new("/");
        match self {
            Self::Chromium => browser().is_some(),
            Self::ChineseFont => shell::read(command("fc-list", here).arg(":lang=zh-cn"))
                .is_ok_and(|fonts| !fonts.trim().is_empty()),
            Self::LibreOffice => shell::exists("soffice", here),
            Self::OpenSsl => shell::exists("openssl", here),
            Self::Poppler => shell::exists("pdftotext", here),
            Self::Lynis => shell::exists("lynis", here),
            Self::OpenScap => shell::exists("oscap", here),
            Self::Time => Path::new("/usr/bin/time").exists(),
            Self::Postgresql => Path::new("/usr/lib/postgresql").is_dir(),
            Self::Mariadb => Path::new("/usr/sbin/mariadbd").exists(),
            Self::Redis => Path::new("/usr/bin/redis-server").exists(),
            Self::OpenSshServer => Path::new("/usr/sbin/sshd").exists(),
        }
    }
}

/// The browser that is installed.
pub(crate) fn browser() -> Option<&'static str> {
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
    ]
    .into_iter()
    .find(|path| Path::new(path).exists())
}

/// Installs what is missing of `needs`.
///
/// As root directly, else by `sudo` where it asks for no password; else it fails and says
/// what to install.
pub(crate) fn ensure(needs: &[Need]) -> anyhow::Result<()> {
    let missing: Vec<Need> = needs
        .iter()
        .copied()
        .filter(|need| !need.is_met())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let wanted: Vec<&str> = missing
        .iter()
        .filter_map(|need| need.packages().first())
        .flat_map(|packages| packages.iter().copied())
        .collect();
    line(&format!(
        "    missing: {}; installing from Debian",
        wanted.join(" ")
    ));
    let by_hand = format!("install by hand: apt-get install {}", wanted.join(" "));
    let become_root = become_root().with_context(|| by_hand.clone())?;
    shell::run(&mut apt(become_root, &["update"])).with_context(|| by_hand.clone())?;
    for need in missing {
        install(need, become_root).with_context(|| by_hand.clone())?;
    }
    Ok(())
}

fn install(need: Need, become_root: &[&str]) -> anyhow::Result<()> {
    for packages in need.packages() {
        let mut words = vec!["install", "--yes", "--no-install-recommends"];
        words.extend_from_slice(packages);
        match shell::run(&mut apt(become_root, &words)) {
            Ok(()) if need.is_met() => return Ok(()),
            Ok(()) => line("    installed, but still not found"),
            Err(error) => line(&format!("    {error:#}")),
        }
    }
    bail!("{need:?} could not be installed")
}

/// The words that make a command run as root: none when we are.
fn become_root() -> anyhow::Result<&'static [&'static str]> {
    let here = Path::new("/");
    if !shell::exists("apt-get", here) {
        bail!("this is not a Debian system");
    }
    if shell::read(command("id", here).arg("-u"))?.trim() == "0" {
        return Ok(&[]);
    }
    if shell::read(command("sudo", here).args(["-n", "true"])).is_ok() {
        return Ok(&["sudo", "-n"]);
    }
    bail!("not root, and sudo asks for a password")
}

fn apt(become_root: &[&str], words: &[&str]) -> std::process::Command {
    let mut all = become_root.to_vec();
    all.extend_from_slice(&[
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "--quiet",
    ]);
    all.extend_from_slice(words);
    let (program, arguments) = all.split_first().unwrap_or((&"apt-get", &[]));
    let mut apt = command(program, Path::new("/"));
    apt.args(arguments);
    apt
}

/// Programs that send logs, and the journal's own. They are unpacked beside what was built: of
/// the first two only one can be installed, and whichever it is would run from then on.
const LOG_SENDERS: [(&str, &[&str]); 3] = [
    ("usr/sbin/rsyslogd", &["rsyslog", "rsyslog-openssl"]),
    ("usr/sbin/syslog-ng", &["syslog-ng-core"]),
    ("lib/systemd/systemd-journald", &["systemd"]),
];

/// Unpacks the programs that send logs to receivers under test into `folder`, with those of
/// their libraries that this machine lacks. Nothing is installed.
pub(crate) fn unpack_log_senders(folder: &Path) -> anyhow::Result<()> {
    for (program, packages) in LOG_SENDERS {
        // Since the systemd of Debian 13 nothing is in /lib any more.
        if folder.join(program).exists() || folder.join("usr").join(program).exists() {
            continue;
        }
        let archives = folder.join("archives");
        fs::create_dir_all(archives.join("partial"))?;
        if fetch(packages, &archives).is_err() {
            // A new machine has no lists of packages yet.
            let by_hand = "run by hand: apt-get update";
            let become_root = become_root().context(by_hand)?;
            shell::run(&mut apt(become_root, &["update"])).context(by_hand)?;
            fetch(packages, &archives)?;
        }
        for archive in fs::read_dir(&archives)?.flatten() {
            if archive.path().is_file() {
                let mut unpack = command("dpkg-deb", folder);
                unpack.arg("--extract").arg(archive.path()).arg(folder);
                shell::run(&mut unpack)?;
            }
        }
        fs::remove_dir_all(&archives)?;
    }
    Ok(())
}

/// Fetches packages, also those that are installed, and what they need and this machine lacks.
fn fetch(packages: &[&str], archives: &Path) -> anyhow::Result<()> {
    let mut cache = OsString::from("Dir::Cache::archives=");
    cache.push(archives);
    let mut apt = command("apt-get", archives);
    apt.arg("--quiet").arg("-o").arg(cache);
    // Nothing of the system is changed. The program that fetches would run as another account,
    // which may not write here.
    apt.args([
        "-o",
        "Debug::NoLocking=1",
        "-o",
        "APT::Sandbox::User=root",
        "install",
        "--download-only",
        "--reinstall",
        "--yes",
        "--no-install-recommends",
    ]);
    shell::run(apt.args(packages))
}

/// The major number of this release of Debian.
pub(crate) fn release() -> anyhow::Result<String> {
    let text = fs::read_to_string("/etc/os-release").context("/etc/os-release")?;
    let version = text
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_ID="))
        .context("/etc/os-release names no release")?;
    Ok(version.trim_matches('"').to_owned())
}

/// Unpacks a package of the next release of Debian into `folder`, from the mirror that this
/// machine uses. Nothing of it is installed.
pub(crate) fn unpack_from_next_release(package: &str, folder: &Path) -> anyhow::Result<()> {
    const NEXT: &str = "trixie";
    line(&format!("    {package} of {NEXT}, unpacked only"));
    let targets = shell::read(command("apt-get", folder).args([
        "indextargets",
        "--format",
        "$(ORIGIN) $(REPO_URI)",
    ]))?;
    let mirror = targets
        .lines()
        .find_map(|line| {
            line.strip_prefix("Debian ")
                .filter(|uri| uri.ends_with("/debian/"))
        })
        .context("this machine uses no mirror of Debian")?;
    let lists = folder.join("lists");
    fs::create_dir_all(lists.join("partial"))?;
    let sources = folder.join("next.list");
    let keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
    fs::write(
        &sources,
        format!("deb [signed-by={keys}] {mirror} {NEXT} main\n"),
    )?;
    let options = [
        format!("Dir::Etc::sourcelist={}", sources.display()),
        "Dir::Etc::sourceparts=/dev/null".to_owned(),
        format!("Dir::State::lists={}", lists.display()),
        // The program that fetches would run as another account, which may not write here.
        "APT::Sandbox::User=root".to_owned(),
    ];
    for words in [vec!["update"], vec!["download", package]] {
        let mut apt = command("apt-get", folder);
        apt.arg("--quiet");
        for option in &options {
            apt.args(["-o", option]);
        }
        shell::run(apt.args(words))?;
    }
    let prefix = format!("{package}_");
    let archive = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            name.is_some_and(|name| name.starts_with(&prefix))
        })
        .context("no package was fetched")?;
    shell::run(
        command("dpkg-deb", folder)
            .arg("--extract")
            .arg(archive)
            .arg(folder),
    )
}
