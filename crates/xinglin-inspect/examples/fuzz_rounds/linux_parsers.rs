//! The parsers of a Linux host's files and programs, each alone.

use xinglin_inspect::{RecordedHost, linux};

use crate::{
    drive::{Target, parsed},
    targets::of_text,
};

/// A parser: its name, where its samples are, and what it does.
type Parser = (&'static str, &'static [&'static str], fn(&str));

const PARSERS: [Parser; 44] = [
    ("accounts", &["/etc/passwd"], |text| {
        parsed(linux::accounts::parse_passwd(text));
    }),
    ("secrets", &["/etc/shadow"], |text| {
        let accounts = linux::accounts::parse_passwd("root:x:0:0::/root:/bin/bash");
        parsed(linux::accounts::parse_shadow(text, &accounts, 20_000));
    }),
    ("groups", &["/etc/group"], |text| {
        parsed(linux::accounts::parse_groups(text, &[]));
    }),
    ("directories", &["/etc/nsswitch.conf"], |text| {
        parsed(linux::accounts::parse_directories(text));
    }),
    (
        "audit-rules",
        &["auditctl -l", "/etc/audit/rules.d"],
        |text| parsed(linux::audit::parse_rules(text)),
    ),
    ("audit-settings", &["/etc/audit/auditd.conf"], |text| {
        parsed(linux::audit::parse_settings(text));
    }),
    ("audit-status", &["auditctl -s"], |text| {
        parsed(linux::audit::parse_status(text));
    }),
    ("banner", &["/etc/issue", "/etc/motd"], |text| {
        parsed(linux::banners::parse("", text, &["debian"]));
    }),
    ("boot-menu", &["/boot/"], |text| {
        parsed(linux::boot::menu_has_password(text));
    }),
    ("boot-unit", &["rescue.service"], |text| {
        parsed(linux::boot::unit_asks(text));
    }),
    ("container-settings", &["/etc/docker/daemon.json"], |text| {
        if let Some(mut settings) = linux::containers::parse_settings(text, "/") {
            linux::containers::apply_command(&mut settings, text);
        }
    }),
    ("container-command", &["docker.service"], |text| {
        let mut settings = linux::containers::Settings::default();
        linux::containers::apply_command(&mut settings, text);
    }),
    (
        "container",
        &["config.v2.json", "hostconfig.json"],
        |text| {
            parsed(linux::containers::parse_container(text, text));
        },
    ),
    ("crypttab", &["/etc/crypttab"], |text| {
        parsed(linux::crypto::parse_crypttab(text));
    }),
    ("snmp", &["/etc/snmp/snmpd.conf"], |text| {
        parsed(linux::daemons::parse_snmp(text));
    }),
    ("ftp", &["vsftpd.conf"], |text| {
        parsed(linux::daemons::parse_ftp(text));
    }),
    ("dumps", &["/etc/security/limits.conf"], |text| {
        parsed(linux::dumps::forbids(text));
    }),
    ("firewall-iptables", &["iptables-save"], |text| {
        parsed(linux::firewall::parse_iptables(text));
    }),
    ("firewall-nft", &["nft list ruleset"], |text| {
        parsed(linux::firewall::parse_nft(text));
    }),
    ("firewall-zone", &["/etc/firewalld/zones"], |text| {
        parsed(linux::firewall::parse_zone(text));
    }),
    ("journal-span", &["/etc/systemd/journald.conf"], |text| {
        parsed((
            linux::journal::span_seconds(text),
            linux::journal::size_megabytes(text),
        ));
    }),
    ("kernel-modules", &["/etc/modprobe.d"], |text| {
        linux::kernel_modules::parse_modprobe(text, &mut linux::kernel_modules::Blocks::default());
        parsed(linux::kernel_modules::parse_available(text));
    }),
    ("kubelet", &["/var/lib/kubelet/config.yaml"], |text| {
        parsed(linux::kubernetes::parse_kubelet(text));
    }),
    ("api-server", &["kube-apiserver.yaml"], |text| {
        parsed(linux::kubernetes::parse_api_server(text));
    }),
    ("logrotate", &["/etc/logrotate"], |text| {
        parsed(linux::logrotate::parse(text, &[text.to_owned()]));
    }),
    ("log-line", &["/var/log/"], |text| {
        parsed(linux::logging::line_seconds(
            text,
            jiff::Timestamp::UNIX_EPOCH,
        ));
    }),
    ("rsyslog", &["/etc/rsyslog"], |text| {
        linux::logging::parse_rsyslog(text, &mut linux::logging::Rules::default());
    }),
    ("syslog-ng", &["/etc/syslog-ng", "/etc/rsyslog"], |text| {
        linux::logging::parse_syslog_ng(text, &mut linux::logging::Rules::default());
    }),
    ("mounts", &["/proc/mounts", "/etc/fstab"], |text| {
        parsed((
            linux::mounts::parse(text),
            linux::mounts::process_options(text),
        ));
    }),
    ("os-release", &["/etc/os-release"], |text| {
        parsed(linux::platform::parse_os_release(text));
    }),
    ("packages-dpkg", &["/var/lib/dpkg/status"], |text| {
        parsed(linux::packages::parse_dpkg(text));
    }),
    ("packages-rpm", &["rpm -qa"], |text| {
        parsed(linux::packages::parse_rpm(text));
    }),
    ("pam", &["/etc/pam.d"], |text| {
        parsed(linux::pam::parse(text));
    }),
    ("pairs", &["/etc/login.defs", "/etc/security"], |text| {
        parsed(linux::password::parse_defaults(text));
    }),
    ("ports", &["/proc/net"], |text| {
        parsed(linux::ports::parse("tcp", text));
    }),
    ("repositories-apt", &["/etc/apt"], |text| {
        parsed((
            linux::repositories::parse_list("a", text),
            linux::repositories::parse_sources("a", text),
        ));
    }),
    ("repositories-dnf", &["/etc/yum.repos.d"], |text| {
        parsed(linux::repositories::parse_repo("a", text, true));
    }),
    ("root-path", &["/etc/profile", "/root/"], |text| {
        parsed(linux::root_path::parse(text));
    }),
    ("cron", &["/etc/cron"], |text| {
        parsed(linux::schedule::parse_cron("a", text, true));
    }),
    ("shell", &["/etc/profile", "/etc/bash"], |text| {
        linux::session::apply_idle(&mut linux::session::Idle::default(), "a", text);
        linux::session::apply_history(&mut linux::session::History::default(), text);
        parsed(linux::session::parse_umasks(text));
    }),
    ("shares", &["/etc/exports", "/etc/samba"], |text| {
        parsed((
            linux::shares::parse_exports(text),
            linux::shares::parse_samba(text),
        ));
    }),
    ("sshd", &["/etc/ssh/sshd_config", "sshd -T"], |text| {
        parsed(linux::sshd::parse(text));
        parsed(linux::sshd::seconds(text));
    }),
    ("sudoers", &["/etc/sudoers"], |text| {
        parsed(linux::sudo::parse(text));
    }),
    ("sysctl", &["/etc/sysctl"], |text| {
        parsed(linux::sysctl::parse(text));
    }),
];

/// A target for each of them, with the texts of recorded hosts as samples.
pub(crate) fn targets(hosts: &[RecordedHost]) -> Vec<Target> {
    PARSERS
        .iter()
        .map(|(name, places, parse)| {
            let texts = hosts
                .iter()
                .flat_map(|host| host.files.iter().chain(&host.programs));
            let mut samples: Vec<String> = texts
                .filter(|(place, text)| {
                    !text.is_empty() && places.iter().any(|part| place.contains(part))
                })
                .map(|(_, text)| text.clone())
                .collect();
            if samples.is_empty() {
                // No host has such a file: mutations of nothing still make inputs.
                samples.push("a = b\n".to_owned());
            }
            of_text(&format!("linux/{name}"), samples, *parse)
        })
        .collect()
}
