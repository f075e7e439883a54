//! No bytes of a host make a collector panic, and a pass never comes out of nothing.

use proptest::prelude::*;
use xinglin_inspect::{RecordedHost, Status, inspect, linux};

use crate::content::shipped_checks;

/// Every file and program that is parsed.
const PATHS: [&str; 46] = [
    "/etc/os-release",
    "/etc/redhat-release",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/group",
    "/etc/login.defs",
    "/etc/pam.d/passwd",
    "/etc/pam.d/sshd",
    "/etc/pam.d/login",
    "/etc/security/pwquality.conf",
    "/etc/security/faillock.conf",
    "/etc/passwdqc.conf",
    "/etc/profile",
    "/etc/bashrc",
    "/etc/ssh/sshd_config",
    "/etc/sudoers",
    "/proc/net/tcp",
    "/proc/net/udp6",
    "/var/lib/dpkg/status",
    "/proc/mounts",
    "/etc/audit/auditd.conf",
    "/etc/audit/audit.rules",
    "/etc/rsyslog.conf",
    "/etc/syslog-ng/syslog-ng.conf",
    "/etc/logrotate.conf",
    "/etc/chrony.conf",
    "/etc/crontab",
    "/etc/exports",
    "/etc/samba/smb.conf",
    "/etc/crypttab",
    "/boot/grub2/grub.cfg",
    "/etc/apt/sources.list",
    "/etc/docker/daemon.json",
    "/etc/issue",
    "/etc/kubernetes/manifests/kube-apiserver.yaml",
    "/etc/modprobe.d/a.conf",
    "/etc/nsswitch.conf",
    "/etc/pam.d/su",
    "/etc/security/limits.conf",
    "/etc/snmp/snmpd.conf",
    "/etc/systemd/journald.conf",
    "/etc/systemd/system/docker.service.d/a.conf",
    "/etc/vsftpd.conf",
    "/etc/yum.repos.d/a.repo",
    "/usr/bin/dockerd",
    "/var/lib/kubelet/config.yaml",
];
const PROGRAMS: [&str; 6] = [
    "sshd -T",
    "auditctl -l",
    "auditctl -s",
    "nft list ruleset",
    "iptables-save",
    "chronyc -n tracking",
];

fn host(text: &str) -> RecordedHost {
    let mut host = RecordedHost::from_yaml("recorded_at: 2026-11-22T08:00:00Z").unwrap();
    for path in PATHS {
        host.files.insert(path.to_owned(), text.to_owned());
    }
    for program in PROGRAMS {
        host.programs.insert(program.to_owned(), text.to_owned());
    }
    host
}

/// Pieces of all the languages, put together at random: closer to them than random bytes.
fn fragments() -> impl Strategy<Value = String> {
    const PIECES: [&str; 58] = [
        "\n",
        "\n",
        "\n",
        " ",
        " ",
        "\t",
        ":",
        ":",
        ":",
        "=",
        "=",
        ",",
        ";",
        "#",
        "\\\n",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "\"",
        "'",
        "@",
        "@@",
        "*.*",
        "auth",
        "required",
        "pam_unix.so",
        "pam_faillock.so",
        "deny=",
        "include",
        "@include passwd",
        "Match all",
        "Include /etc/ssh/*",
        "-w",
        "-a always,exit",
        "-F",
        "-S",
        "-k",
        "-p",
        "0",
        "-1",
        "99999999999999999999",
        "root",
        "x",
        "$6$",
        "/var/log/messages",
        "rotate",
        "size",
        "ALL",
        "NOPASSWD:",
        "TMOUT=",
        "umask",
        "0100007F:0016",
        "0A",
        "中文",
        "\u{0}",
    ];
    proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..60)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        let host = host(&text);
        linux::collect(&host, host.recorded_at);
    }

    #[test]
    fn any_mixture_of_the_languages_is_survived(text in fragments()) {
        let host = host(&text);
        linux::collect(&host, host.recorded_at);
    }
}

#[test]
fn what_cannot_be_read_is_never_a_pass_or_a_failure() {
    let mut host = host("");
    host.denied = PATHS.iter().map(|path| (*path).to_owned()).collect();
    host.denied.extend(
        [
            "/etc/pam.d",
            "/etc/security/pwquality.conf.d",
            "/etc/systemd/system",
            "/etc",
            "/usr/bin",
            "/var/log",
        ]
        .map(str::to_owned),
    );
    host.programs.clear();
    let results = inspect(&host, &shipped_checks(), host.recorded_at).results;
    for check in [
        "linux.account-unique",
        "linux.no-empty-password",
        "linux.password-max-days",
        "linux.password-min-length",
        "linux.password-classes",
        "linux.login-lockout",
        "linux.idle-logout",
        "linux.ssh-root-login",
        "linux.ssh-empty-passwords",
        "linux.sudo-password",
        "linux.no-cleartext-login",
        "linux.risky-ports",
        "linux.log-forwarding",
        "linux.log-rotation",
        "linux.shares",
    ] {
        let result = results.iter().find(|result| result.check == check).unwrap();
        assert_eq!(
            result.status,
            Status::Unknown,
            "{check}: {}",
            result.observed
        );
        assert!(!result.missing.is_empty(), "{check}");
    }
}
