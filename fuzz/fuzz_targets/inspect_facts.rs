//! Every parser of a host's files and programs, on the same bytes. None may panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xinglin_inspect::{RecordedHost, linux};

/// Files that are parsed.
const FILES: [&str; 50] = [
    "/etc/audit/audit.rules",
    "/etc/audit/auditd.conf",
    "/etc/audit/rules.d/a.rules",
    "/etc/chrony.conf",
    "/etc/cron.d/a",
    "/etc/crontab",
    "/etc/crypttab",
    "/etc/exports",
    "/etc/firewalld/zones/public.xml",
    "/etc/group",
    "/etc/hosts.allow",
    "/etc/hosts.deny",
    "/etc/login.defs",
    "/etc/logrotate.conf",
    "/etc/logrotate.d/a",
    "/etc/os-release",
    "/etc/pam.d/login",
    "/etc/pam.d/passwd",
    "/etc/pam.d/sshd",
    "/etc/passwd",
    "/etc/passwdqc.conf",
    "/etc/profile",
    "/etc/rsyslog.conf",
    "/etc/samba/smb.conf",
    "/etc/security/faillock.conf",
    "/etc/security/pwquality.conf",
    "/etc/shadow",
    "/etc/ssh/sshd_config",
    "/etc/sudoers",
    "/etc/syslog-ng/syslog-ng.conf",
    "/proc/mounts",
    "/proc/net/tcp6",
    "/var/lib/dpkg/status",
    "/var/log/secure",
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
/// Programs whose output is parsed.
const PROGRAMS: [&str; 6] = [
    "auditctl -l",
    "auditctl -s",
    "chronyc -n tracking",
    "iptables-save",
    "nft list ruleset",
    "sshd -T",
];

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let mut host = RecordedHost::from_yaml("recorded_at: 2026-11-22T08:00:00Z").unwrap();
    for path in FILES {
        host.files.insert(path.to_owned(), text.clone().into_owned());
    }
    for program in PROGRAMS {
        host.programs.insert(program.to_owned(), text.clone().into_owned());
    }
    linux::collect(&host, host.recorded_at);
    // A recorded host is itself a document from outside.
    drop(RecordedHost::from_yaml(&text));
});
