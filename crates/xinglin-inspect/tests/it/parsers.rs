//! Parsers of facts, by examples: the traps of each file's language.

use xinglin_inspect::linux::{
    accounts, audit, firewall, lockout, logging, logrotate, packages, pam, password, ports,
    schedule, session, shares, sources, sshd, sudo, sysctl, time,
};

#[test]
fn shadow_lines_are_reduced_to_states() {
    let passwd = accounts::parse_passwd(
        "a:x:0:0::/:/bin/bash\nb:x:1:1::/:/sbin/nologin\n+nis::::::\nbroken\n",
    );
    assert_eq!(passwd.len(), 2);
    // (line, state, scheme, usable, max_days)
    let cases = [
        ("a:$6$s$h:20000:0:90:7:::", ("set", "sha512", true, 90)),
        ("a:$sm3$s$h:20000:0:-1:7:::", ("set", "sm3", true, 99_999)),
        (
            "a:AbCdEfGhIjKlM:20000:0::7:::",
            ("set", "des", true, 99_999),
        ),
        ("a::20000:0:99999:7:::", ("empty", "", true, 99_999)),
        ("a:!$6$s$h:20000:0:90:7:::", ("locked", "", false, 90)),
        ("a:!!:20000:0:90:7:::", ("locked", "", false, 90)),
        ("b:$6$s$h:20000:0:90:7:::", ("set", "sha512", false, 90)),
        ("a:$6$s$h:20000:0:0:7:::", ("set", "sha512", true, 0)),
        (
            "a:$6$s$h:20000:0:90:7::20001:",
            ("set", "sha512", false, 90),
        ),
    ];
    for (line, expected) in cases {
        let secrets = accounts::parse_shadow(line, &passwd, 20_779);
        let secret = &secrets[0];
        let found = (
            secret.state.as_str(),
            secret.scheme.as_str(),
            secret.usable,
            secret.max_days,
        );
        assert_eq!(found, expected, "{line}");
        assert_eq!(secret.changed_days_ago, Some(779));
    }
    assert_eq!(
        accounts::parse_shadow("a:*:0:0:90:7:::", &passwd, 20_779)[0].changed_days_ago,
        None
    );
}

fn rules(text: &str) -> Vec<pam::Rule> {
    pam::parse(text)
        .into_iter()
        .filter_map(|line| match line {
            pam::Line::Rule(rule) => Some(rule),
            pam::Line::Include { .. } => None,
        })
        .collect()
}

#[test]
fn password_quality_knows_four_modules() {
    // (stack, configuration, default length and credit) → (module, length, classes, root)
    let cases = [
        (
            "password requisite pam_pwquality.so minlen=10 minclass=3",
            "",
            (8, 0),
            ("pam_pwquality", 10, 3, false),
        ),
        (
            "password requisite pam_pwquality.so",
            "minlen = 12\ndcredit=-1\nucredit = -1\nenforce_for_root",
            (8, 0),
            ("pam_pwquality", 12, 2, true),
        ),
        // Arguments win over the file.
        (
            "password requisite pam_pwquality.so minlen=6",
            "minlen = 12",
            (8, 0),
            ("pam_pwquality", 6, 0, false),
        ),
        // RHEL 7: four credits of one make nine characters five; six is the floor.
        (
            "password requisite pam_pwquality.so",
            "",
            (9, 1),
            ("pam_pwquality", 6, 0, false),
        ),
        (
            "password requisite pam_pwquality.so minlen=12",
            "",
            (9, 1),
            ("pam_pwquality", 8, 0, false),
        ),
        (
            "password requisite pam_cracklib.so minlen=12 ocredit=-1 dcredit=-1 ucredit=0 lcredit=0",
            "",
            (8, 0),
            ("pam_cracklib", 12, 2, false),
        ),
        (
            "password requisite pam_passwdqc.so min=disabled,disabled,disabled,12,8",
            "",
            (8, 0),
            ("pam_passwdqc", 8, 3, true),
        ),
        (
            "password sufficient pam_unix.so obscure minlen=9",
            "",
            (8, 0),
            ("pam_unix", 9, 0, false),
        ),
        (
            "password sufficient pam_unix.so obscure",
            "",
            (8, 0),
            ("pam_unix", 6, 0, false),
        ),
        (
            "password sufficient pam_unix.so sha512",
            "",
            (8, 0),
            ("", 0, 0, false),
        ),
        ("", "", (8, 0), ("", 0, 0, false)),
    ];
    for (stack, configuration, (length, credit), expected) in cases {
        let found = password::quality(
            &rules(stack),
            &password::parse_pairs(configuration),
            &password::parse_pairs(""),
            length,
            credit,
        );
        let found = (
            found.module.as_str(),
            found.min_length,
            found.classes,
            found.root_enforced,
        );
        assert_eq!(found, expected, "{stack} / {configuration}");
    }
}

#[test]
fn a_lockout_counts_only_where_it_can_act() {
    let preauth = "auth required pam_faillock.so preauth deny=5\n";
    let unix = "auth sufficient pam_unix.so\n";
    let authfail = "auth [default=die] pam_faillock.so authfail deny=5\n";
    let tally = "auth required pam_tally2.so deny=4 unlock_time=900 even_deny_root\n";
    // (stack, effective, deny, unlock, root)
    let cases = [
        ([preauth, unix, authfail].concat(), (true, 5, 600, false)),
        ([preauth, unix].concat(), (false, 5, 600, false)),
        ([unix, preauth, authfail].concat(), (false, 5, 600, false)),
        (
            [unix, authfail, "auth sufficient pam_faillock.so authsucc\n"].concat(),
            (true, 3, 600, false),
        ),
        ([tally, unix].concat(), (true, 4, 900, true)),
        ([unix, tally].concat(), (false, 4, 900, true)),
        (
            ["auth [success=1 default=ignore] pam_unix.so\n", tally].concat(),
            (false, 4, 900, true),
        ),
        (
            ["auth [success=ok default=bad] pam_unix.so\n", tally].concat(),
            (true, 4, 900, true),
        ),
        (unix.to_owned(), (false, 0, 0, false)),
    ];
    for (stack, expected) in cases {
        let found = lockout::parse("sshd", &rules(&stack), &password::parse_pairs(""));
        assert_eq!(
            (
                found.effective,
                found.deny,
                found.unlock_seconds,
                found.root_locked
            ),
            expected,
            "{stack}"
        );
    }
    let settings = password::parse_pairs("deny = 4\nunlock_time = never\neven_deny_root\n");
    let found = lockout::parse(
        "sshd",
        &rules("auth required pam_faillock.so preauth\nauth required pam_faillock.so authfail\n"),
        &settings,
    );
    assert_eq!(
        (
            found.effective,
            found.deny,
            found.unlock_seconds,
            found.root_locked
        ),
        (true, 4, 0, true)
    );
}

#[test]
fn idle_limits_are_read_as_the_shell_does() {
    let cases = [
        ("TMOUT=600", (600, false)),
        ("export TMOUT=600", (600, false)),
        ("readonly TMOUT=600; export TMOUT", (600, true)),
        ("TMOUT=600; readonly TMOUT; export TMOUT", (600, true)),
        ("declare -xr TMOUT=300", (300, true)),
        ("export TMOUT=\"900\" # fifteen minutes", (900, false)),
        ("TMOUT=600\nTMOUT=0", (0, false)),
        ("readonly TMOUT=600\nTMOUT=0", (600, true)),
        ("TMOUT= 600", (0, false)),
        ("# TMOUT=600", (0, false)),
        ("echo TMOUT=600", (0, false)),
        ("if true; then TMOUT=120; fi", (120, false)),
        ("", (0, false)),
    ];
    for (script, expected) in cases {
        let mut idle = session::Idle::default();
        session::apply_idle(&mut idle, "/etc/profile", script);
        assert_eq!((idle.seconds, idle.read_only), expected, "{script}");
    }
    let script = "if [ $UID -gt 199 ]; then\n  umask 002\nelse umask 022; fi\n# umask 077\nmyumask 0\numask -S\n";
    assert_eq!(session::parse_umasks(script), [0o002, 0o022]);
}

#[test]
fn sudo_rules_are_read_with_tags_and_aliases() {
    let parsed = sudo::parse(
        "Defaults !authenticate\nUser_Alias OPS = a, b\nroot ALL=(ALL:ALL) ALL\n%wheel ALL=(ALL) NOPASSWD: ALL\n\
         ops ALL=NOPASSWD:SETENV: /bin/a, \\\n /bin/b\n#include /etc/sudoers.local\n# comment = NOPASSWD: ALL\n@includedir /etc/sudoers.d\n",
    );
    assert_eq!(parsed.defaults["authenticate"], "false");
    assert_eq!(
        parsed.includes,
        [
            ("/etc/sudoers.local".to_owned(), false),
            ("/etc/sudoers.d".to_owned(), true)
        ]
    );
    let found: Vec<_> = parsed
        .rules
        .iter()
        .map(|rule| (rule.who.as_str(), rule.without_password, rule.all_commands))
        .collect();
    assert_eq!(
        found,
        [
            ("root", false, true),
            ("%wheel", true, true),
            ("ops", true, false)
        ]
    );
}

#[test]
fn sockets_are_read_from_kernel_tables() {
    let table = "  sl  local_address rem_address   st\n   0: 0100007F:18EB 00000000:0000 0A\n   1: 00000000:0016 00000000:0000 0A\n   2: 00000000:0017 0100007F:9999 01\n   3: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A\n   4: 0000000000000000FFFF00000100007F:0051 00000000000000000000000000000000:0000 0A\n  junk\n";
    let found: Vec<_> = ports::parse("tcp", table)
        .into_iter()
        .map(|socket| (socket.port, socket.address, socket.loopback))
        .collect();
    let expected = [
        (6_379, "127.0.0.1".to_owned(), true),
        (22, "0.0.0.0".to_owned(), false),
        (80, "::".to_owned(), false),
        (81, "::ffff:127.0.0.1".to_owned(), true),
    ];
    assert_eq!(found, expected);
}

#[test]
fn audit_rules_are_read_in_both_forms() {
    let (coverage, count) = audit::parse_rules(
        "-D\n-w /etc/passwd -p wa -k id\n-w /etc/shadow -p r\n-a always,exit -F path=/etc/sudoers -F perm=wa -F key=su\n\
         -a always,exit -F arch=b64 -S chmod,fchmod -S chown -k perm\n-w /etc/audit/\n",
    );
    assert_eq!(count, 5);
    assert_eq!(
        coverage.paths,
        ["/etc/audit", "/etc/passwd", "/etc/sudoers"]
    );
    assert_eq!(coverage.calls, ["chmod", "chown", "fchmod"]);
    assert!(!coverage.silenced);
    assert!(
        audit::parse_rules("-a never,task\n-w /etc/passwd -p wa\n")
            .0
            .silenced
    );
    assert_eq!(audit::parse_rules("No rules\n").1, 0);
    assert_eq!(
        audit::parse_settings("max_log_file = 10\nnum_logs = 6\n").capacity_megabytes,
        60
    );
    assert_eq!(
        audit::parse_settings("max_log_file_action = keep_logs\n").capacity_megabytes,
        -1
    );
}

#[test]
fn rotation_is_counted_in_days() {
    // (block, days)
    let cases = [
        ("weekly\nrotate 24", Some(168)),
        ("weekly\nrotate 26", Some(182)),
        ("daily\nrotate 180", Some(180)),
        ("monthly\nrotate 12\nmaxage 90", Some(90)),
        ("rotate 10\nsize 100M", None),
        ("weekly\nrotate 30\nmaxsize 1G", Some(210)),
        ("weekly\nrotate -1", Some(255_500)),
        ("", Some(28)),
    ];
    for (block, expected) in cases {
        let text = format!("/var/log/messages {{\n{block}\npostrotate\ndaily\nendscript\n}}\n");
        let found = logrotate::parse("weekly\nrotate 4\n", &[text]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].days,
            expected.map(|days: i64| days.min(36_500)),
            "{block}"
        );
    }
}

#[test]
fn receivers_of_logs_are_found_in_both_languages_of_rsyslog() {
    // (line, receivers, sign-ins, system)
    let cases: [(&str, &[&str], bool, bool); 8] = [
        ("*.* @@10.0.0.1:514", &["10.0.0.1:514"], false, false),
        ("*.* @10.0.0.1", &["10.0.0.1"], false, false),
        ("#*.* @10.0.0.1", &[], false, false),
        (
            "*.* action(type=\"omfwd\" Target=\"10.0.0.2\" port=\"514\")",
            &["10.0.0.2"],
            false,
            false,
        ),
        (
            "action(type=\"omfwd\"\n  target=\"10.0.0.3\"\n)",
            &["10.0.0.3"],
            false,
            false,
        ),
        ("authpriv.* /var/log/secure", &[], true, false),
        (
            "*.info;mail.none;authpriv.none -/var/log/messages",
            &[],
            false,
            true,
        ),
        (
            "mail.* /var/log/maillog\n*.emerg :omusrmsg:*",
            &[],
            false,
            false,
        ),
    ];
    for (text, remote, sign_ins, system) in cases {
        let mut found = logging::Rules::default();
        logging::parse_rsyslog(text, &mut found);
        assert_eq!(
            (found.remote, found.sign_ins, found.system),
            (
                remote.iter().map(|host| (*host).to_owned()).collect(),
                sign_ins,
                system
            ),
            "{text}"
        );
    }
    let mut found = logging::Rules::default();
    logging::parse_syslog_ng(
        "source s_net { udp(ip(0.0.0.0)); };\ndestination d_far { tcp(\"10.0.0.4\" port(514)); };\n",
        &mut found,
    );
    assert_eq!(found.remote, ["10.0.0.4"]);
}

#[test]
fn packet_filters_are_understood() {
    let open = firewall::parse_iptables(
        "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -j REJECT --reject-with icmp-host-prohibited\n",
    );
    assert_eq!(
        (open.rules, open.default_deny, open.ssh_open),
        (true, true, true)
    );
    let closed = firewall::parse_iptables(
        ":INPUT DROP [0:0]\n-A INPUT -s 10.0.0.0/8 -p tcp -m multiport --dports 22,443 -j ACCEPT\n",
    );
    assert_eq!(
        (
            closed.default_deny,
            closed.ssh_open,
            closed.ssh_from_sources
        ),
        (true, false, true)
    );
    let nft = firewall::parse_nft(
        "table inet f {\n chain input {\n type filter hook input priority 0; policy accept;\n ip saddr 10.0.0.1 tcp dport 22 accept\n drop\n }\n}\n",
    );
    assert_eq!(
        (nft.default_deny, nft.ssh_open, nft.ssh_from_sources),
        (true, false, true)
    );
    assert!(
        !firewall::parse_nft("table ip nat {\n chain post {\n masquerade\n }\n}\n").default_deny
    );
    assert!(sources::wrappers_limit("sshd: 10.0.0.", "ALL: ALL"));
    assert!(!sources::wrappers_limit("ALL: ALL", "ALL: ALL"));
    assert!(!sources::wrappers_limit("", "vsftpd: ALL"));
}

#[test]
fn secrets_are_taken_out_of_scheduled_commands() {
    // (command, what must be gone)
    let cases = [
        ("mysqldump -uroot -pInvented1 his", "Invented1"),
        ("mysqldump --password=Invented2 his", "Invented2"),
        ("tool --password Invented3 x", "Invented3"),
        ("PGPASSWORD=Invented4 pg_dump his", "Invented4"),
        ("curl https://user:Invented5@10.0.0.1/hook", "Invented5"),
        ("sshpass -p Invented6 rsync /a b:", "Invented6"),
        ("curl -u user:Invented7 https://10.0.0.1/", "Invented7"),
        ("api --token=Invented8", "Invented8"),
    ];
    for (command, secret) in cases {
        let jobs =
            schedule::parse_cron("/etc/crontab", &format!("0 1 * * * root {command}\n"), true);
        assert_eq!(jobs.len(), 1, "{command}");
        assert!(!jobs[0].command.contains(secret), "{}", jobs[0].command);
        assert!(jobs[0].command.contains("***"), "{}", jobs[0].command);
    }
    let text =
        "MAILTO=root\n# comment\n@daily root /bin/a\n*/5 * * * * root\n0 1 * * * root /bin/b c\n";
    let found: Vec<_> = schedule::parse_cron("t", text, true)
        .into_iter()
        .map(|job| (job.when, job.command))
        .collect();
    assert_eq!(
        found,
        [
            ("@daily".to_owned(), "/bin/a".to_owned()),
            ("0 1 * * *".to_owned(), "/bin/b c".to_owned())
        ]
    );
}

#[test]
fn small_files_are_read() {
    assert_eq!(sshd::seconds("1h30m"), Some(5_400));
    assert_eq!(sshd::seconds("120"), Some(120));
    assert_eq!(sshd::seconds("2x"), None);
    assert_eq!(sshd::seconds("99999999999999999999"), None);
    assert_eq!(
        sshd::parse("Port=22\n  PermitRootLogin\tno # why\n#x\n"),
        [
            ("port".to_owned(), "22".to_owned()),
            ("permitrootlogin".to_owned(), "no".to_owned())
        ]
    );
    assert_eq!(
        sysctl::parse("-kernel.sysrq = 0\n; no\nnet/ipv4/ip_forward=1\n"),
        [
            ("kernel.sysrq".to_owned(), 0),
            ("net.ipv4.ip_forward".to_owned(), 1)
        ]
    );
    assert_eq!(
        time::parse_servers("server 127.127.1.0\npool ntp.example.invalid iburst\n#server x\n"),
        ["ntp.example.invalid"]
    );
    let exports =
        shares::parse_exports("/a 10.0.0.1(rw)\n/b *(ro)\n/c 10.0.0.1 (rw)\n/d\n# /e *\n");
    assert_eq!(
        exports.iter().map(|share| share.open).collect::<Vec<_>>(),
        [false, true, true, true]
    );
    let packages = packages::parse_dpkg(
        "Package: a\nStatus: install ok installed\nVersion: 1\nDescription: x\n more\n\nPackage: b\nStatus: deinstall ok config-files\nVersion: 2\n",
    );
    assert_eq!(packages.len(), 1);
    assert_eq!(packages[0].name, "a");
}
