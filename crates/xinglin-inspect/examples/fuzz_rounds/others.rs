//! Parsers that belong to no family: one entry each.

use xinglin_inspect::{
    GatheredHost, Inspection, RecordedHost, checks,
    database::Queries,
    discovery::{Register, discover, parse_nmap},
    host::Wanted,
    integrity::{parse_audit_log, parse_wtmp},
    linux, load_tests,
    policy::{addresses, services},
};

use crate::{
    drive::{Target, of_bytes, parsed},
    targets::of_text,
};

/// What the script of hosts over SSH writes.
const GATHERED: &str = "xinglin.gathered/1\n@ 1795334400\nt /etc/passwd\n root:x:0:0:root:/root:/bin/bash\nt /etc/empty\np 8 4 /var/log/lastlog\n 01 ff\nl /etc\n passwd\n empty\ns 81a4 0 0 120 1795000000 /etc/passwd\ns a1ff 0 0 9 1795000000 /etc/to-nowhere\nk /etc/to-nowhere\n /nowhere\nS 41ed 0 0 4096 1795000000 /root\n- t denied /etc/shadow\n- l absent /opt\nx sshd -T\n port 22\n permitrootlogin no\n=0\n!\n.\n";
/// Records of the kernel's audit.
const AUDIT: &str = "type=SYSCALL msg=audit(1795334400.123:456): arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7ffd a2=241 a3=1b6 items=2 ppid=1 pid=2 auid=1000 uid=0 gid=0 exe=\"/usr/bin/vim\" key=\"identity\"\ntype=CWD msg=audit(1795334400.123:456): cwd=\"/etc\"\ntype=PATH msg=audit(1795334400.123:456): item=0 name=\"/etc/\" nametype=PARENT\ntype=PATH msg=audit(1795334400.123:456): item=1 name=2F6574632F686F737473 nametype=NORMAL\ntype=SYSCALL msg=audit(1795334401.001:457): arch=c00000b7 syscall=56 success=no a2=0 auid=4294967295 uid=33 exe=\"/bin/sh\"\n";

/// A target for each of them.
pub(crate) fn targets(content: &[(String, String)], hosts: &[RecordedHost]) -> Vec<Target> {
    let is_test = |path: &str| path.contains("/tests/");
    let checks = content
        .iter()
        .filter(|(path, _)| !is_test(path) && !path.ends_with("policy.yaml"))
        .flat_map(|(_, text)| {
            text.split("\n\n")
                .map(|check| format!("checks:\n{check}\n"))
        });
    let recorded = content
        .iter()
        .filter(|(path, _)| is_test(path))
        .map(|(_, text)| text.clone());
    let documents = hosts.iter().take(2).map(|host| {
        let (set, _) = checks::load(&[]);
        let found = xinglin_inspect::inspect(host, &set, host.recorded_at);
        serde_json::to_string(&found).unwrap_or_default()
    });
    let queries = include_str!("../../../../content/collect/databases.yaml");
    vec![
        of_text("content/checks", checks, |text| {
            parsed(checks::load(&[(
                "linux/a.yaml".to_owned(),
                text.to_owned(),
            )]));
        }),
        of_text("content/tests", recorded, |text| {
            parsed(load_tests(&[(
                "linux/tests/a.yaml".to_owned(),
                text.to_owned(),
            )]));
        }),
        of_text("content/queries", [queries.to_owned()], |text| {
            parsed(Queries::from_yaml(text));
        }),
        of_text("document/inspection", documents, |text| {
            parsed(Inspection::from_json(text.as_bytes()));
        }),
        of_bytes("discovery/nmap", [nmap().into_bytes()], |bytes| {
            if let Ok(scan) = parse_nmap(bytes) {
                parsed(discover(&scan, &Register::default()));
            }
        }),
        of_bytes("integrity/wtmp", [wtmp()], |bytes| {
            parsed(parse_wtmp(bytes));
        }),
        of_text("integrity/audit-log", [AUDIT.to_owned()], |text| {
            parsed(parse_audit_log(text));
        }),
        of_bytes("linux/gathered", gathered(hosts), |bytes| {
            let host = GatheredHost::from_text(bytes);
            let requests = host.wanted().iter().filter_map(Wanted::request).count();
            parsed((requests, host.stray_lines()));
        }),
        of_bytes("linux/gathered-host", gathered(hosts), |bytes| {
            let host = GatheredHost::from_text(bytes);
            parsed(linux::collect(&host, jiff::Timestamp::UNIX_EPOCH));
        }),
        of_text("policy/addresses", ADDRESSES.map(str::to_owned), |text| {
            parsed(addresses(text));
        }),
        of_text("policy/services", SERVICES.map(str::to_owned), |text| {
            parsed(services(text));
        }),
    ]
}

const ADDRESSES: [&str; 4] = [
    "any",
    "10.1.0.0/16,10.9.9.1-10.9.9.20",
    "2001:db8::/32, 2001:db8::1",
    "192.0.2.0/255.255.255.0",
];
const SERVICES: [&str; 3] = ["any", "tcp/1433,udp/161-162,icmp", "tcp/8000-8080,47"];

fn nmap() -> String {
    include_str!("../../tests/samples/nmap.xml").to_owned()
}

/// Three records of `/var/log/wtmp`: a start, a sign-in, its end.
fn wtmp() -> Vec<u8> {
    let record = |kind: i32, terminal: &str, account: &str, host: &str, seconds: i32| {
        let mut bytes = vec![0; 384];
        let mut put = |at: usize, field: &[u8]| {
            let places = bytes.iter_mut().skip(at);
            for (place, byte) in places.zip(field) {
                *place = *byte;
            }
        };
        put(0, &kind.to_le_bytes());
        put(8, terminal.as_bytes());
        put(44, account.as_bytes());
        put(76, host.as_bytes());
        put(340, &seconds.to_le_bytes());
        bytes
    };
    [
        record(2, "~", "reboot", "6.1.0", 1_795_000_000),
        record(7, "pts/0", "alice", "10.0.0.5", 1_795_000_100),
        record(8, "pts/0", "", "", 1_795_000_200),
    ]
    .concat()
}

/// Recorded hosts as the script would have written them, and a sample of every record.
fn gathered(hosts: &[RecordedHost]) -> Vec<Vec<u8>> {
    let indented = |text: &str| {
        let lines: Vec<String> = text
            .lines()
            .map(|line| {
                format!(
                    " {line}
"
                )
            })
            .collect();
        lines.concat()
    };
    let written = hosts.iter().map(|host| {
        let files = host.files.iter();
        let files = files.map(|(path, text)| format!("t {path}\n{}", indented(text)));
        let programs = host.programs.iter();
        let programs =
            programs.map(|(command, text)| format!("x {command}\n{}=0\n!\n", indented(text)));
        let records: Vec<String> = files.chain(programs).collect();
        let records = records.concat();
        format!("xinglin.gathered/1\n@ 1795334400\n{records}.\n").into_bytes()
    });
    written.chain([GATHERED.as_bytes().to_vec()]).collect()
}
