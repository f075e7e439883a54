//! What the machines of an invented hospital log in a day: the same messages in every run.
//!
//! Names are drawn as they occur, few of them often and most of them rarely. Nothing but the
//! standard library is needed, so that other benchmarks can take this file as a module.

use std::fmt::Write as _;

/// 2026-07-01 00:00:00 UTC, in milliseconds.
pub(crate) const FIRST_MILLISECOND: u64 = 1_782_864_000_000;
const DAY_MILLISECONDS: u64 = 86_400_000;

/// A kind of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Firewall,
    Windows,
    Sensor,
    Web,
    Login,
    Database,
    Audit,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Firewall,
        Self::Windows,
        Self::Sensor,
        Self::Web,
        Self::Login,
        Self::Database,
        Self::Audit,
    ];

    /// So many of a hundred messages are of this kind.
    fn share(self) -> u64 {
        match self {
            Self::Firewall => 34,
            Self::Windows => 20,
            Self::Sensor => 16,
            Self::Web => 11,
            Self::Login => 8,
            Self::Database => 7,
            Self::Audit => 4,
        }
    }
}

/// A source of numbers that depend on nothing but the seed.
#[derive(Debug, Clone)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let at = usize::try_from(self.below(words.len() as u64)).unwrap_or_default();
        words.get(at).copied().unwrap_or_default()
    }

    /// A place below `end`, low ones far more often: about as often as words are used.
    fn frequent(&mut self, end: u64) -> u64 {
        let unit = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let place = ((end as f64).powf(unit) - 1.0) as u64;
        place.min(end - 1)
    }
}

const FAMILY: [&str; 20] = [
    "wang", "li", "zhang", "liu", "chen", "yang", "zhao", "huang", "zhou", "wu", "xu", "sun", "hu",
    "zhu", "gao", "lin", "he", "guo", "ma", "luo",
];
const GIVEN: [&str; 20] = [
    "wei", "fang", "na", "min", "jing", "lei", "jun", "yan", "jie", "tao", "ming", "chao", "ping",
    "gang", "hui", "bo", "ling", "qing", "rui", "xin",
];
const DEPARTMENTS: [&str; 6] = ["OPD", "ICU", "LAB", "RAD", "PHA", "ADM"];
const SERVERS: [&str; 7] = ["his-db", "his-app", "lis", "pacs", "emr", "gw", "web"];
const DOMAINS: [&str; 8] = [
    "update.example.com",
    "his.hospital.example",
    "pacs.hospital.example",
    "search.example.net",
    "pay.example.com",
    "time.example.org",
    "store.example.net",
    "insurance.example.org",
];
const BROWSERS: [&str; 4] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko",
    "okhttp/4.12.0",
    "curl/8.5.0",
];
const PROGRAMS: [&str; 7] = [
    r"C:\Windows\System32\svchost.exe",
    r"C:\Windows\System32\cmd.exe",
    r"C:\Program Files\HIS\Client.exe",
    r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
    r"C:\Windows\explorer.exe",
    r"C:\Program Files\PACS\Viewer.exe",
    r"C:\Windows\System32\lsass.exe",
];
const TABLES: [&str; 7] = [
    "his.patient",
    "his.drug_dispense",
    "his.prescription",
    "emr.record",
    "lis.result",
    "his.fee_detail",
    "his.drug_dict",
];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A moment, taken apart.
struct Moment {
    day: u64,
    month: u64,
    hour: u64,
    minute: u64,
    second: u64,
    millisecond: u64,
    epoch: u64,
}

impl Moment {
    /// Of the day that is generated and, for long runs, of those behind it in July.
    fn of(millisecond: u64) -> Self {
        let since = millisecond - FIRST_MILLISECOND;
        let seconds = since / 1_000;
        Self {
            day: 1 + seconds / 86_400 % 31,
            month: 7,
            hour: seconds / 3_600 % 24,
            minute: seconds / 60 % 60,
            second: seconds % 60,
            millisecond: since % 1_000,
            epoch: millisecond / 1_000,
        }
    }

    fn iso(&self) -> String {
        format!(
            "2026-{:02}-{:02}T{:02}:{:02}:{:02}",
            self.month, self.day, self.hour, self.minute, self.second
        )
    }

    fn month_name(&self) -> &'static str {
        let at = usize::try_from(self.month).unwrap_or(1) - 1;
        MONTHS.get(at).copied().unwrap_or("Jan")
    }
}

/// The hospital.
#[derive(Debug, Clone)]
pub(crate) struct Hospital {
    numbers: Numbers,
    total: u64,
    made: u64,
}

impl Hospital {
    /// A day of so many messages.
    pub(crate) fn new(seed: u64, total: u64) -> Self {
        Self {
            numbers: Numbers::new(seed),
            total: total.max(1),
            made: 0,
        }
    }

    /// Writes the next message in place of what the buffer holds; its kind, its source and
    /// when it was received, in milliseconds since 1970.
    pub(crate) fn next_into(&mut self, message: &mut String) -> (Kind, u64) {
        message.clear();
        let step = u128::from(self.made) * u128::from(DAY_MILLISECONDS) / u128::from(self.total);
        let millisecond =
            FIRST_MILLISECOND + u64::try_from(step).unwrap_or_default() + self.numbers.below(400);
        self.made += 1;
        let mut left = self.numbers.below(100);
        let mut kind = Kind::Audit;
        for candidate in Kind::ALL {
            if left < candidate.share() {
                kind = candidate;
                break;
            }
            left -= candidate.share();
        }
        let moment = Moment::of(millisecond);
        match kind {
            Kind::Firewall => self.firewall(message, &moment),
            Kind::Windows => self.windows(message, &moment),
            Kind::Sensor => self.sensor(message, &moment),
            Kind::Web => self.web(message, &moment),
            Kind::Login => self.login(message, &moment),
            Kind::Database => self.database(message, &moment),
            Kind::Audit => self.audit(message, &moment),
        }
        (kind, millisecond)
    }

    fn user(&mut self) -> String {
        let place = self.numbers.frequent(400);
        // Spread over the names, so that frequent users do not share their family name.
        let mixed = place * 7 % 400;
        let family = FAMILY
            .get(usize::try_from(mixed / 20).unwrap_or_default())
            .copied()
            .unwrap_or("he");
        let given = GIVEN
            .get(usize::try_from(mixed % 20).unwrap_or_default())
            .copied()
            .unwrap_or("bo");
        format!("{family}.{given}")
    }

    fn inner(&mut self) -> String {
        let place = self.numbers.frequent(10_000);
        format!(
            "10.{}.{}.{}",
            [1, 2, 8, 20][usize::try_from(place % 4).unwrap_or_default()],
            place / 4 % 30,
            1 + place / 120 * 3 % 250
        )
    }

    fn outer(&mut self) -> String {
        let place = self.numbers.frequent(200_000);
        let mixed = place.wrapping_mul(2_654_435_761) % 16_777_216;
        format!(
            "{}.{}.{}.{}",
            100 + place % 90,
            mixed >> 16,
            mixed >> 8 & 255,
            mixed & 255
        )
    }

    fn port(&mut self) -> u64 {
        1_024 + self.numbers.below(64_000)
    }

    fn server(&mut self) -> String {
        let name = self.numbers.pick(&SERVERS);
        format!("{name}{:02}", self.numbers.below(12))
    }

    fn workstation(&mut self) -> String {
        let department = self.numbers.pick(&DEPARTMENTS);
        format!("{department}-{:03}", self.numbers.below(150))
    }

    fn bytes(&mut self) -> u64 {
        1 << self.numbers.below(18) | self.numbers.below(4_096)
    }

    fn firewall(&mut self, message: &mut String, moment: &Moment) {
        let is_inbound = self.numbers.percent(30);
        let is_denied = self.numbers.percent(12);
        let (source, destination) = if is_inbound {
            (self.outer(), self.inner())
        } else {
            (self.inner(), self.outer())
        };
        let ports = [
            "443", "80", "53", "3389", "445", "22", "1521", "8080", "104", "11112",
        ];
        let (from, to) = (self.port(), self.numbers.pick(&ports));
        let (zone, other) = if is_inbound {
            ("untrust", "dmz")
        } else {
            ("trust", "untrust")
        };
        let (bytes, rule, device) = (self.bytes(), self.numbers.below(60), self.numbers.below(4));
        let Moment {
            day,
            hour,
            minute,
            second,
            ..
        } = *moment;
        let month = moment.month_name();
        let protocol = if to == "53" { 17 } else { 6 };
        let done = match device {
            0 | 1 => write!(
                message,
                "<190>{month} {day:2} 2026 {hour:02}:{minute:02}:{second:02} USG-{device} %%01POLICY/6/POLICY{}(l)[{}]:vsys=public, protocol={protocol}, source-ip={source}, source-port={from}, destination-ip={destination}, destination-port={to}, time=2026/07/{day:02} {hour:02}:{minute:02}:{second:02}, source-zone={zone}, destination-zone={other}, rule-name=rule_{rule}, bytes-sent={bytes}.",
                if is_denied { "DENY" } else { "PERMIT" },
                self.numbers.below(10_000_000),
            ),
            2 => write!(
                message,
                "<189>date=2026-07-{day:02} time={hour:02}:{minute:02}:{second:02} devname=\"FW-A\" devid=\"FGT0001\" tz=\"+0000\" logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" level=\"notice\" vd=\"root\" srcip={source} srcport={from} srcintf=\"port2\" dstip={destination} dstport={to} dstintf=\"wan1\" sessionid={} proto={protocol} action=\"{}\" policyid={rule} service=\"HTTPS\" sentbyte={bytes} rcvdbyte={}",
                self.numbers.below(1 << 31),
                if is_denied { "deny" } else { "close" },
                self.bytes(),
            ),
            _ => write!(
                message,
                "<190>{month} {day:2} {hour:02}:{minute:02}:{second:02} 2026 F1000 %%10FILTER/6/FILTER_ZONE_IPV4_EXECUTION: SrcZoneName(1025)={zone};DstZoneName(1035)={other};Type(1067)=ACL;SecurityPolicy(1072)=rule_{rule};RuleID(1078)={rule};Protocol(1001)={};Application(1002)=other;SrcIPAddr(1003)={source};SrcPort(1004)={from};DstIPAddr(1007)={destination};DstPort(1008)={to};MatchCount(1069)=1;Event(1048)={};",
                if protocol == 6 { "TCP" } else { "UDP" },
                if is_denied { "Deny" } else { "Permit" },
            ),
        };
        done.unwrap_or_default();
    }

    fn windows(&mut self, message: &mut String, moment: &Moment) {
        let computer = self.workstation();
        let (user, address, port) = (self.user(), self.inner(), self.port());
        let program = self.numbers.pick(&PROGRAMS);
        let record = 9_000_000 + self.made;
        let sid = 1_000 + self.numbers.frequent(400);
        let logon = self.numbers.below(1 << 32);
        let logon_type = self.numbers.pick(&["2", "3", "5", "10"]);
        let code = match self.numbers.below(100) {
            0..8 => 4_625,
            8..40 => 4_624,
            40..70 => 4_688,
            70..85 => 5_156,
            _ => 4_634,
        };
        let iso = moment.iso();
        let millisecond = moment.millisecond;
        let done = if record.is_multiple_of(2) {
            write!(
                message,
                "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{{54849625-5478-4994-A5BA-3E3B0328C30D}}'/><EventID>{code}</EventID><Version>2</Version><Level>0</Level><Task>12544</Task><Opcode>0</Opcode><Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime='{iso}.{millisecond:03}Z'/><EventRecordID>{record}</EventRecordID><Execution ProcessID='716' ThreadID='4412'/><Channel>Security</Channel><Computer>{computer}.hospital.example</Computer></System><EventData><Data Name='SubjectUserSid'>S-1-5-18</Data><Data Name='SubjectUserName'>{computer}$</Data><Data Name='TargetUserSid'>S-1-5-21-362381101-336104434-30300820-{sid}</Data><Data Name='TargetUserName'>{user}</Data><Data Name='TargetDomainName'>HOSPITAL</Data><Data Name='TargetLogonId'>0x{logon:x}</Data><Data Name='LogonType'>{logon_type}</Data><Data Name='IpAddress'>{address}</Data><Data Name='IpPort'>{port}</Data><Data Name='ProcessName'>{program}</Data></EventData></Event>"
            )
        } else {
            let program = program.replace('\\', "\\\\");
            write!(
                message,
                "<14>{} {:2} {:02}:{:02}:{:02} {computer} {{\"EventTime\":\"{iso}.{millisecond:03}Z\",\"Hostname\":\"{computer}.hospital.example\",\"EventID\":{code},\"SourceName\":\"Microsoft-Windows-Security-Auditing\",\"Channel\":\"Security\",\"RecordNumber\":{record},\"SubjectUserSid\":\"S-1-5-21-362381101-336104434-30300820-{sid}\",\"TargetUserName\":\"{user}\",\"TargetDomainName\":\"HOSPITAL\",\"TargetLogonId\":\"0x{logon:x}\",\"LogonType\":\"{logon_type}\",\"IpAddress\":\"{address}\",\"IpPort\":\"{port}\",\"ProcessName\":\"{program}\"}}",
                moment.month_name(),
                moment.day,
                moment.hour,
                moment.minute,
                moment.second,
            )
        };
        done.unwrap_or_default();
    }

    fn sensor(&mut self, message: &mut String, moment: &Moment) {
        let (source, destination, port) = (self.inner(), self.outer(), self.port());
        let (flow, domain) = (self.numbers.next() >> 12, self.numbers.pick(&DOMAINS));
        let (sent, received) = (self.bytes(), self.bytes());
        let (kind, to, protocol) = match self.numbers.below(200) {
            0..90 => ("flow", 443, "TCP"),
            90..150 => ("dns", 53, "UDP"),
            150..170 => ("http", 80, "TCP"),
            170..197 => ("tls", 443, "TCP"),
            _ => ("alert", 443, "TCP"),
        };
        let mut done = write!(
            message,
            "{{\"timestamp\":\"{}.{:03}000+0000\",\"flow_id\":{flow},\"in_iface\":\"eth1\",\"event_type\":\"{kind}\",\"src_ip\":\"{source}\",\"src_port\":{port},\"dest_ip\":\"{destination}\",\"dest_port\":{to},\"proto\":\"{protocol}\",",
            moment.iso(),
            moment.millisecond,
        );
        done = done.and_then(|()| match kind {
            "flow" => write!(message, "\"flow\":{{\"pkts_toserver\":{},\"pkts_toclient\":{},\"bytes_toserver\":{sent},\"bytes_toclient\":{received},\"age\":{},\"state\":\"closed\",\"reason\":\"timeout\",\"alerted\":false}}}}", 1 + sent % 97, received % 89, flow % 60),
            "dns" => write!(message, "\"dns\":{{\"type\":\"query\",\"id\":{},\"rrname\":\"{domain}\",\"rrtype\":\"A\",\"tx_id\":0}}}}", flow % 65_536),
            "http" => write!(message, "\"http\":{{\"hostname\":\"{domain}\",\"url\":\"/his/api/patient/{}\",\"http_user_agent\":\"{}\",\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\",\"status\":200,\"length\":{received}}}}}", flow % 2_000_000, self.numbers.pick(&BROWSERS)),
            "tls" => write!(message, "\"tls\":{{\"sni\":\"{domain}\",\"version\":\"TLS 1.2\",\"ja3\":{{\"hash\":\"{:032x}\"}}}}}}", u128::from(flow % 300) * 0x9e37_79b9_7f4a_7c15_f39c),
            _ => write!(message, "\"alert\":{{\"action\":\"allowed\",\"gid\":1,\"signature_id\":{},\"rev\":3,\"signature\":\"POLICY Something observed {}\",\"category\":\"Misc activity\",\"severity\":{}}}}}", 2_024_833 + flow % 5, flow % 5, 1 + flow % 3),
        });
        done.unwrap_or_default();
    }

    fn web(&mut self, message: &mut String, moment: &Moment) {
        let (address, number) = (self.inner(), self.numbers.frequent(2_000_000));
        let user = if self.numbers.percent(60) {
            self.user()
        } else {
            "-".to_owned()
        };
        let path = self.numbers.pick(&[
            "/his/api/patient/",
            "/emr/record/",
            "/lis/report/",
            "/static/js/app.",
            "/api/v1/order?id=",
            "/pacs/wado?studyUID=1.2.840.",
        ]);
        let status = self.numbers.pick(&[
            "200", "200", "200", "200", "200", "304", "404", "500", "302",
        ]);
        let (bytes, agent, taken) = (
            self.bytes(),
            self.numbers.pick(&BROWSERS),
            self.numbers.below(999),
        );
        write!(
            message,
            "{address} - {user} [{:02}/{}/2026:{:02}:{:02}:{:02} +0000] \"GET {path}{number} HTTP/1.1\" {status} {bytes} \"-\" \"{agent}\" rt=0.{taken:03}",
            moment.day, moment.month_name(), moment.hour, moment.minute, moment.second,
        )
        .unwrap_or_default();
    }

    fn login(&mut self, message: &mut String, moment: &Moment) {
        let (server, user, port, process) = (
            self.server(),
            self.user(),
            self.port(),
            self.numbers.below(65_536),
        );
        write!(
            message,
            "<38>{} {:2} {:02}:{:02}:{:02} {server} sshd[{process}]: ",
            moment.month_name(),
            moment.day,
            moment.hour,
            moment.minute,
            moment.second,
        )
        .unwrap_or_default();
        let done = match self.numbers.below(100) {
            0..15 => write!(
                message,
                "Failed password for invalid user {user} from {} port {port} ssh2",
                self.outer()
            ),
            15..35 => write!(
                message,
                "Failed password for {user} from {} port {port} ssh2",
                self.inner()
            ),
            35..60 => write!(
                message,
                "Accepted publickey for {user} from {} port {port} ssh2: RSA SHA256:{:x}{:x}",
                self.inner(),
                self.numbers.next(),
                self.numbers.next()
            ),
            _ => write!(
                message,
                "pam_unix(sshd:session): session opened for user {user} by (uid=0)"
            ),
        };
        done.unwrap_or_default();
    }

    fn database(&mut self, message: &mut String, moment: &Moment) {
        let (user, address, table) = (self.user(), self.inner(), self.numbers.pick(&TABLES));
        let number = self.numbers.frequent(5_000_000);
        let statement = match self.numbers.below(100) {
            0..70 => format!("SELECT * FROM {table} WHERE id={number}"),
            70..95 => format!("UPDATE {table} SET status={} WHERE visit_id='V{number:08}'", number % 5),
            _ => "SELECT doctor_id,drug_code,SUM(qty) FROM his.drug_dispense WHERE dispense_date BETWEEN '2026-06-01' AND '2026-06-30' GROUP BY doctor_id,drug_code".to_owned(),
        };
        write!(
            message,
            "<134>{} {:2} {:02}:{:02}:{:02} dbaudit AUDIT db=HISDB session={} user={user} client={address} program=Client.exe rows={} elapsed_ms={} sql={statement}",
            moment.month_name(), moment.day, moment.hour, moment.minute, moment.second, self.numbers.below(100_000), number % 500, number % 900,
        )
        .unwrap_or_default();
    }

    fn audit(&mut self, message: &mut String, moment: &Moment) {
        let program = self
            .numbers
            .pick(&["ls", "cat", "systemctl", "tail", "ps", "python3"]);
        let (first, user) = (self.numbers.next(), 1_000 + self.numbers.frequent(400));
        write!(
            message,
            "type=SYSCALL msg=audit({}.{:03}:{}): arch=c000003e syscall=59 success=yes exit=0 a0={:x} a1={:x} a2=0 a3=8 items=2 ppid={} pid={} auid={user} uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses={} comm=\"{program}\" exe=\"/usr/bin/{program}\" key=\"exec\"",
            moment.epoch, moment.millisecond, self.made, first >> 20, first >> 36, first % 32_768, first >> 8 & 32_767, first % 9_999,
        )
        .unwrap_or_default();
    }
}
