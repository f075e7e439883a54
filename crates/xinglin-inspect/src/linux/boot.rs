//! How the host starts: the boot loader, the kernel's parameters, what the console may do.

use serde::Serialize;

use super::{files::File, source::Source};

/// Where boot loaders keep their menu and its password.
const MENUS: [&str; 4] = [
    "/boot/grub2/grub.cfg",
    "/boot/grub/grub.cfg",
    "/boot/efi/EFI/centos/grub.cfg",
    "/boot/efi/EFI/openEuler/grub.cfg",
];
const PASSWORD_FILES: [&str; 3] = [
    "/boot/grub2/user.cfg",
    "/boot/efi/EFI/centos/user.cfg",
    "/boot/efi/EFI/openEuler/user.cfg",
];
const SECURE_BOOT: &str =
    "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

/// How the host starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Boot {
    /// The boot loader's menu files with their permissions; none on a host without GRUB.
    pub menus: Option<Vec<File>>,
    /// Whether changing a menu entry takes a password; `null` when the menu cannot be read.
    pub password: Option<bool>,
    /// The parameters of the running kernel, or those configured for the next start of a tree.
    pub parameters: Option<Vec<String>>,
    /// Whether Ctrl-Alt-Del at the console restarts the host.
    pub restart_by_keys: Option<bool>,
    /// Whether rescue and emergency mode ask for root's password.
    pub rescue_asks: Option<bool>,
    /// The target that systemd starts, such as `multi-user.target`.
    pub target: Option<String>,
    /// Whether the firmware starts signed code only; `null` without UEFI.
    pub secure_boot: Option<bool>,
    /// Whether there is a trusted platform module (TPM, TCM) that the system can use.
    pub trusted_module: Option<bool>,
    /// Whether the kernel measures files into it (IMA).
    pub measures_files: Option<bool>,
}

/// Whether a GRUB menu takes a password to be changed: users are named, and one has a password.
pub fn menu_has_password(text: &str) -> bool {
    let lines = || text.lines().map(str::trim_start);
    lines().any(|line| line.starts_with("set superusers="))
        && lines().any(|line| line.starts_with("password_pbkdf2 ") || line.starts_with("password "))
}

/// Whether a unit of rescue or emergency mode asks for a password: by `sulogin`, which
/// systemd's `systemd-sulogin-shell` calls, too.
pub fn unit_asks(text: &str) -> bool {
    let mut asks = false;
    for line in text.lines().map(str::trim) {
        if let Some(command) = line.strip_prefix("ExecStart=") {
            // An empty assignment takes back what stood before.
            asks = !command.trim().is_empty()
                && (command.contains("sulogin") && !command.contains("--force"));
        }
        if line == "Environment=SYSTEMD_SULOGIN_FORCE=1" {
            return false;
        }
    }
    asks
}

pub(super) fn collect(source: &Source<'_>) -> Boot {
    let running = source.is_running();
    Boot {
        menus: menus(source),
        password: password(source),
        parameters: parameters(source),
        restart_by_keys: restart_by_keys(source),
        rescue_asks: rescue_asks(source),
        target: source
            .link("/etc/systemd/system/default.target")
            .or_else(|| source.link("/usr/lib/systemd/system/default.target"))
            .or_else(|| source.link("/lib/systemd/system/default.target"))
            .and_then(|target| target.rsplit('/').next().map(str::to_owned)),
        secure_boot: running
            .then(|| source.kernel_bytes(SECURE_BOOT))
            .flatten()
            // Four bytes of attributes, then the value.
            .and_then(|bytes| bytes.get(4).map(|value| *value == 1)),
        trusted_module: running.then(|| {
            source.any_exists(&[
                "/dev/tpm0",
                "/dev/tpmrm0",
                "/dev/tcm0",
                "/sys/class/tpm/tpm0",
            ])
        }),
        measures_files: running
            .then(|| source.kernel_word("/sys/kernel/security/ima/runtime_measurements_count"))
            .flatten()
            .and_then(|count| count.parse::<u64>().ok())
            .map(|count| count > 1),
    }
}

fn menus(source: &Source<'_>) -> Option<Vec<File>> {
    let mut menus = Vec::new();
    for path in MENUS {
        menus.extend(
            source
                .metadata(path)?
                .map(|metadata| File::new(path, &metadata)),
        );
    }
    Some(menus)
}

fn password(source: &Source<'_>) -> Option<bool> {
    for path in PASSWORD_FILES {
        if source.text(path)?.contains("GRUB2_PASSWORD=grub.pbkdf2") {
            return Some(true);
        }
    }
    let mut known = false;
    for path in MENUS {
        if let Some(text) = source.text_if_present(path)? {
            known = true;
            if menu_has_password(&text) {
                return Some(true);
            }
        }
    }
    known.then_some(false)
}

fn parameters(source: &Source<'_>) -> Option<Vec<String>> {
    let line = if source.is_running() {
        source.kernel_word("/proc/cmdline")?
    } else {
        let text = source.text_if_present("/etc/default/grub")??;
        let mut line = String::new();
        for value in text.lines().filter_map(|line| {
            let (key, value) = line.trim().split_once('=')?;
            matches!(key, "GRUB_CMDLINE_LINUX" | "GRUB_CMDLINE_LINUX_DEFAULT").then_some(value)
        }) {
            line.push(' ');
            line.push_str(value.trim().trim_matches(['"', '\'']));
        }
        line
    };
    Some(line.split_whitespace().map(str::to_owned).collect())
}

fn restart_by_keys(source: &Source<'_>) -> Option<bool> {
    const UNIT: &str = "/etc/systemd/system/ctrl-alt-del.target";
    if let Some(target) = source.link(UNIT) {
        return Some(target != "/dev/null");
    }
    // Before systemd a line of inittab or an upstart job did it.
    if let Some(text) = source.text_if_present("/etc/inittab")? {
        return Some(
            text.lines()
                .any(|line| !line.starts_with('#') && line.contains(":ctrlaltdel:")),
        );
    }
    let vendor =
        ["/usr/lib", "/lib"].map(|prefix| format!("{prefix}/systemd/system/ctrl-alt-del.target"));
    let by_systemd = vendor
        .iter()
        .any(|path| source.link(path).is_some() || source.exists(path));
    by_systemd.then_some(true)
}

fn rescue_asks(source: &Source<'_>) -> Option<bool> {
    let mut known = None;
    for unit in ["rescue.service", "emergency.service"] {
        let mut text = None;
        for directory in [
            "/etc/systemd/system",
            "/usr/lib/systemd/system",
            "/lib/systemd/system",
        ] {
            if let Some(found) = source.text_if_present(&format!("{directory}/{unit}"))? {
                text = Some(found);
                break;
            }
        }
        let Some(mut text) = text else {
            continue;
        };
        for (_, more) in source.texts_in(&format!("/etc/systemd/system/{unit}.d"), ".conf")? {
            text.push('\n');
            text.push_str(&more);
        }
        let asks = unit_asks(&text);
        known = Some(known.unwrap_or(true) && asks);
    }
    known
}
