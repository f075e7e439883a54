//! Parsers of Linux hosts, with the near misses that make their difference.

use std::fs;

use xinglin_inspect::{
    Host as _, TreeHost,
    host::WalkLimits,
    linux::{
        accounts, audit, banners, boot, containers, daemons, dumps, homes, journal, kernel_modules,
        kubernetes, logging, mounts, pam, password, repositories, root_path, session, su, sudo,
        swap,
    },
};

fn rules(text: &str) -> Vec<pam::Rule> {
    let lines = pam::parse(text).into_iter();
    let rules = lines.filter_map(|line| match line {
        pam::Line::Rule(rule) => Some(rule),
        pam::Line::Include { .. } => None,
    });
    rules.collect()
}

#[test]
fn a_blacklist_is_no_block() {
    let mut blocks = kernel_modules::Blocks::default();
    kernel_modules::parse_modprobe(
        "blacklist usb-storage # not by itself\n# install dccp /bin/false\n\
         install hfs /usr/bin/false\ninstall sctp /sbin/modprobe --ignore-install sctp\ninstall udf \\\n /bin/true\n",
        &mut blocks,
    );
    assert_eq!(
        blocks.blacklisted.into_iter().collect::<Vec<_>>(),
        ["usb_storage"]
    );
    assert_eq!(
        blocks.blocked.into_iter().collect::<Vec<_>>(),
        ["hfs", "udf"]
    );
    let available = kernel_modules::parse_available(
        "kernel/drivers/usb/storage/usb-storage.ko.xz: kernel/drivers/scsi/scsi_mod.ko\nkernel/fs/udf/udf.ko\n",
    );
    assert_eq!(
        available.into_iter().collect::<Vec<_>>(),
        ["udf", "usb_storage"]
    );
}

#[test]
fn a_banner_tells_or_warns() {
    // text → (empty, tells the version, warns)
    let cases = [
        ("", (true, false, false)),
        ("Debian GNU/Linux 12 \\n \\l\n", (false, true, false)),
        ("Kernel \\r on an \\m\n", (false, true, false)),
        ("Authorized users only.\n", (false, false, true)),
        ("本系统未经授权禁止使用\n", (false, false, true)),
        ("Welcome\n", (false, false, false)),
    ];
    for (text, expected) in cases {
        let banner = banners::parse("/etc/issue", text, &["debian", "Debian GNU/Linux 12", ""]);
        assert_eq!(
            (banner.empty, banner.tells_version, banner.warns),
            expected,
            "{text}"
        );
    }
}

#[test]
fn a_boot_password_needs_a_user_and_a_password() {
    let cases = [
        (
            "set superusers=\"root\"\npassword_pbkdf2 root grub.pbkdf2\n",
            true,
        ),
        ("set superusers=\"root\"\n", false),
        ("password_pbkdf2 root grub.pbkdf2\n", false),
        (
            "# set superusers=\"root\"\n# password_pbkdf2 root x\n",
            false,
        ),
    ];
    for (menu, expected) in cases {
        assert_eq!(boot::menu_has_password(menu), expected, "{menu}");
    }
    let cases = [
        (
            "ExecStart=-/lib/systemd/systemd-sulogin-shell rescue\n",
            true,
        ),
        (
            "ExecStart=-/sbin/sulogin\nExecStart=\nExecStart=-/bin/sh\n",
            false,
        ),
        ("ExecStart=-/sbin/sulogin --force\n", false),
        (
            "Environment=SYSTEMD_SULOGIN_FORCE=1\nExecStart=-/sbin/sulogin\n",
            false,
        ),
        ("", false),
    ];
    for (unit, expected) in cases {
        assert_eq!(boot::unit_asks(unit), expected, "{unit}");
    }
}

#[test]
fn su_is_restricted_only_by_what_refuses() {
    let cases = [
        ("auth required pam_wheel.so use_uid", Some("wheel")),
        ("auth requisite pam_wheel.so group=ops", Some("ops")),
        ("auth sufficient pam_wheel.so trust use_uid", None),
        ("auth required pam_wheel.so deny group=guests", None),
        ("# auth required pam_wheel.so", None),
    ];
    for (line, expected) in cases {
        assert_eq!(
            su::required_group(&rules(line)).as_deref(),
            expected,
            "{line}"
        );
    }
}

#[test]
fn the_search_path_is_read_with_its_gaps() {
    let parts = root_path::parse(
        "# PATH=/no\nMANPATH=/no\nexport PATH=\"/usr/bin::$HOME/bin\"\nPATH=$PATH:.:${EXTRA}/x; export PATH\nPATH=~/bin:bin\n",
    );
    let expected = ["/usr/bin", ".", "/root/bin", ".", "/root/bin", "bin"];
    assert_eq!(parts, expected);
}

#[test]
fn dumps_keys_and_swap() {
    for (text, expected) in [
        ("* hard core 0", true),
        ("*\t-\tcore\t0 # all", true),
        ("* soft core 0", false),
        ("# * hard core 0", false),
        ("@dev hard core 0", false),
        ("* hard core 1000", false),
    ] {
        assert_eq!(dumps::forbids(text), expected, "{text}");
    }
    assert_eq!(
        homes::count_keys("# none\n\nssh-ed25519 A a\ncommand=\"x\" ssh-rsa B b\n"),
        2
    );
    let swaps =
        "Filename Type Size Used Priority\n/dev/dm-1 partition 1 0 -2\n/swapfile file 1 0 -3\n";
    assert_eq!(swap::parse(swaps), ["/dev/dm-1", "/swapfile"]);
    let options = mounts::process_options("x / ext4 rw 0 0\nproc /proc proc rw,hidepid=2 0 0\n");
    assert_eq!(options.unwrap(), ["rw", "hidepid=2"]);
}

#[test]
fn spans_and_sizes_of_systemd() {
    let cases = [
        ("6month", Some(15_778_800)),
        ("2week 3d", Some(1_468_800)),
        ("180 days", Some(15_552_000)),
        ("1year", Some(31_557_600)),
        ("90", Some(90)),
        ("0", Some(0)),
        ("5 parsecs", None),
        ("9223372036854775807year", None),
    ];
    for (text, expected) in cases {
        assert_eq!(journal::span_seconds(text), expected, "{text}");
    }
    let cases = [
        ("500M", Some(500)),
        ("4G", Some(4_096)),
        ("1048576", Some(1)),
        ("2X", None),
    ];
    for (text, expected) in cases {
        assert_eq!(journal::size_megabytes(text), expected, "{text}");
    }
}

#[test]
fn repositories_without_signatures_are_found() {
    let found = repositories::parse_repo(
        "a.repo",
        "[a]\ngpgcheck=0\n[b]\nenabled = 0\ngpgcheck=0\n[c]\n[d]\ngpgcheck=1\n",
        true,
    );
    let signed: Vec<(&str, bool)> = found
        .iter()
        .map(|one| (one.name.as_str(), one.signed))
        .collect();
    assert_eq!(signed, [("a", false), ("c", true), ("d", true)]);
    let found = repositories::parse_list(
        "a.list",
        "deb [trusted=yes arch=amd64] http://me:secret@a.invalid/x y main\n# deb http://b y main\ndeb http://c.invalid/d e main # trusted=yes\n",
    );
    let signed: Vec<(&str, bool)> = found
        .iter()
        .map(|one| (one.name.as_str(), one.signed))
        .collect();
    assert_eq!(
        signed,
        [("http://a.invalid/x", false), ("http://c.invalid/d", true)]
    );
    let found = repositories::parse_sources(
        "a.sources",
        "Types: deb\nURIs: http://a.invalid\nTrusted: yes\n\nURIs: http://b.invalid\nEnabled: no\nTrusted: yes\n\nURIs: http://c.invalid\n",
    );
    assert_eq!(
        found.iter().map(|one| one.signed).collect::<Vec<_>>(),
        [false, true]
    );
    let settings = "// APT::A \"9\";\nAPT::Periodic::Update-Package-Lists \"0\";\napt::periodic::update-package-lists \"1\";\n";
    let value = repositories::apt_value(settings, "APT::Periodic::Update-Package-Lists");
    assert_eq!(
        value.as_deref(),
        Some("1"),
        "the last one wins, whatever its case"
    );
}

#[test]
fn communities_are_reduced_and_ftp_has_its_defaults() {
    let found = daemons::parse_snmp(
        "# rocommunity public\nrocommunity public 10.0.0.0/8\ncom2sec local default private\nrwcommunity inventedword\nrouser monitor priv\n",
    );
    let found: Vec<(&str, bool, bool, i64)> = found
        .iter()
        .map(|one| (one.kind.as_str(), one.writes, one.limited, one.line))
        .collect();
    let expected = [
        ("public", false, true, 2),
        ("private", false, false, 3),
        ("set", true, false, 4),
    ];
    assert_eq!(
        found, expected,
        "and no word of a community leaves the host"
    );
    let bare = daemons::parse_ftp("");
    assert!(bare.anonymous && !bare.encrypted);
    assert!(daemons::parse_ftp("ssl_enable=YES\n").encrypted);
    assert!(!daemons::parse_ftp("ssl_enable=YES\nforce_local_logins_ssl=NO\n").encrypted);
}

#[test]
fn the_engine_listens_by_file_and_by_command() {
    let mut settings = containers::parse_settings("", "/var/lib/docker").unwrap();
    assert!(settings.inter_container && !settings.live_restore);
    containers::apply_command(
        &mut settings,
        "[Service]\n# ExecStart=dockerd -H tcp://9.9.9.9:1\nExecStart=/usr/bin/dockerd -H fd:// -H tcp://0.0.0.0:2375 --icc=false --live-restore \"--insecure-registry=a:5000\"\n",
    );
    assert_eq!(settings.listens, ["tcp://0.0.0.0:2375"]);
    assert!(!settings.inter_container && settings.live_restore);
    assert_eq!(settings.insecure_registries, ["a:5000"]);
    assert!(containers::parse_settings("{", "/").is_none());
    let settings =
        containers::parse_settings("{\"tlsverify\":\"true\",\"graph\":\"/data\"}", "/").unwrap();
    assert!(settings.certificates);
    assert_eq!(settings.data_folder, "/data");
}

#[test]
fn a_container_is_what_its_files_say() {
    let config = r#"{"State":{"Running":true},"Name":"/a","Config":{"Image":"i","User":"0:0","Env":["PASSWORD=inventedsecret"]},
        "MountPoints":{"/d":{"Type":"volume","Source":"/var/lib/docker/volumes/d"},"/s":{"Type":"bind","Source":"/run/docker.sock"}}}"#;
    let host = r#"{"Privileged":false,"NetworkMode":"host","CapAdd":null,"Binds":["/etc:/x:ro","named:/y"],"SecurityOpt":["no-new-privileges:true","apparmor=unconfined"],"Memory":0}"#;
    let found = containers::parse_container(config, host).unwrap().unwrap();
    assert_eq!(found.mounts, ["/etc", "/run/docker.sock"]);
    assert_eq!(found.shares, ["network"]);
    assert!(found.as_root && found.no_new_privileges && found.unconfined && !found.memory_limited);
    assert!(
        !serde_json::to_string(&found)
            .unwrap()
            .contains("inventedsecret")
    );
    let stopped = config.replace("true", "false");
    assert_eq!(containers::parse_container(&stopped, host), Ok(None));
    assert!(containers::parse_container("1", host).is_err());
}

#[test]
fn nodes_of_kubernetes_have_defaults() {
    let bare = kubernetes::parse_kubelet("kind: KubeletConfiguration\n").unwrap();
    assert!(!bare.anonymous && bare.read_only_port == 0 && bare.authorization == "Webhook");
    assert!(kubernetes::parse_kubelet("- a\n").is_none());
    let server = kubernetes::parse_api_server(
        "spec:\n  containers:\n    - command: [kube-apiserver, --authorization-mode=Node]\n      args: ['--audit-log-path=/a', '--audit-log-maxage=30']\n",
    )
    .unwrap();
    assert!(server.anonymous && server.audited && !server.encrypts_secrets);
    assert_eq!(
        (server.audit_days, server.authorization),
        (30, vec!["Node".to_owned()])
    );
    assert!(kubernetes::parse_api_server("spec: 1\n").is_none());
}

#[test]
fn accounts_groups_and_hashes() {
    let passwd = accounts::parse_passwd(
        "a:x:1:50::/a:/bin/sh\nb:x:2:50::/b:/bin/sh\nc:x:3:50::/c:/sbin/nologin\n",
    );
    let groups = accounts::parse_groups("staff:x:50:z\nother:x:50:\nbad:x:no:\n", &passwd);
    let members: Vec<(&str, String)> = groups
        .iter()
        .map(|group| (group.name.as_str(), group.members.join(" ")))
        .collect();
    assert_eq!(
        members,
        [("staff", "a b z".to_owned()), ("other", String::new())]
    );
    for (hash, expected) in [
        ("$6$salt$x", Some(5_000)),
        ("$6$rounds=1000$salt$x", Some(1_000)),
        ("$5$rounds=none$salt$x", None),
        ("$y$j9T$salt$x", None),
    ] {
        assert_eq!(accounts::hash_rounds(hash), expected, "{hash}");
    }
    assert_eq!(
        accounts::parse_directories("passwd: files sss [NOTFOUND=return] systemd\n"),
        ["sss"]
    );
    assert_eq!(
        password::pam_scheme(&rules("password sufficient pam_unix.so SM3 sm3")),
        "SM3"
    );
    assert_eq!(
        password::pam_scheme(&rules("password sufficient pam_unix.so obscure")),
        ""
    );
}

#[test]
fn defaults_of_sudo_add_up_and_the_last_one_wins() {
    let parsed = sudo::parse(
        "Defaults env_reset, !use_pty\nDefaults:oracle timestamp_timeout=-1\nDefaults logfile=\"/var/log/sudo.log\"\nDefaults use_pty\n",
    );
    assert_eq!(parsed.defaults["use_pty"], "true");
    assert_eq!(parsed.defaults["logfile"], "/var/log/sudo.log");
    assert!(
        !parsed.defaults.contains_key("timestamp_timeout"),
        "that is one account's"
    );
    let mut history = session::History::default();
    session::apply_history(
        &mut history,
        "export HISTTIMEFORMAT=\"%F %T \"\nHISTSIZE=500\n",
    );
    assert_eq!((history.timed, history.size), (true, Some(500)));
    session::apply_history(&mut history, "HISTTIMEFORMAT=''\n");
    assert!(!history.timed);
}

#[test]
fn audit_rules_tell_refusals_and_programs() {
    let (coverage, _) = audit::parse_rules(
        "-a always,exit -F arch=b64 -S openat -F exit=-EPERM -k access\n-a always,exit -F path=/usr/bin/sudo -F perm=x -k privileged\n-w /usr/bin/su -p x\n",
    );
    assert!(coverage.refused);
    assert_eq!(coverage.programs, ["/usr/bin/su", "/usr/bin/sudo"]);
    let settings = audit::parse_settings("write_logs = no\nspace_left_action = EMAIL\n");
    assert!(!settings.writes);
    assert_eq!(
        (settings.when_disk_low.as_str(), settings.mail_to.as_str()),
        ("email", "root")
    );
}

#[test]
fn udp_is_told_from_tcp_in_every_way_of_writing() {
    // text → (receivers, those by UDP)
    let cases = [
        ("*.* @a", ("a", "a")),
        ("*.* @@a", ("a", "")),
        (
            "*.* action(type=\"omfwd\" target=\"a\" port=\"514\" protocol=\"tcp\")",
            ("a", ""),
        ),
        (
            "*.* action(type=\"omfwd\" target=\"a\" port=\"514\")",
            ("a", "a"),
        ),
        (
            "action(type=\"omfwd\"\n  target=\"a\"\n  protocol=\"tcp\")\n*.* @b",
            ("a b", "b"),
        ),
        ("*.* action(type=\"omrelp\" target=\"a\")", ("a", "")),
    ];
    for (text, expected) in cases {
        let mut rules = logging::Rules::default();
        logging::parse_rsyslog(text, &mut rules);
        assert_eq!(
            (
                rules.remote.join(" ").as_str(),
                rules.unreliable.join(" ").as_str()
            ),
            expected,
            "{text}"
        );
    }
    let mut rules = logging::Rules::default();
    logging::parse_rsyslog("#$FileCreateMode 0600\n$FileCreateMode 0640\n", &mut rules);
    assert_eq!(rules.file_mode.as_deref(), Some("0640"));
}

#[test]
fn a_walk_sees_each_file_once_and_keeps_its_limits() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("a/b")).unwrap();
    fs::create_dir_all(root.join("var/lib/docker/overlay2")).unwrap();
    fs::write(root.join("a/b/file"), "x").unwrap();
    fs::write(root.join("var/lib/docker/overlay2/layer"), "x").unwrap();
    std::os::unix::fs::symlink("/", root.join("a/loop")).unwrap();
    let host = TreeHost::new(root);
    let starts = ["/".to_owned()];
    let mut seen = Vec::new();
    let walked = host
        .walk(&starts, WalkLimits::default(), &mut |path, _| {
            seen.push(path.to_owned());
        })
        .unwrap();
    seen.sort();
    assert_eq!(seen, ["/a", "/a/b", "/a/b/file", "/var", "/var/lib"]);
    assert!(!walked.cut_short && walked.closed == 0);
    let few = WalkLimits {
        entries: 1,
        ..WalkLimits::default()
    };
    assert!(host.walk(&starts, few, &mut |_, _| {}).unwrap().cut_short);
}
