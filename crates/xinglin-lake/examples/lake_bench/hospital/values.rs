//! Names, and numbers by chance, of the hospital.

/// 2026-07-01 00:00:00 UTC, in milliseconds.
pub(crate) const FIRST: i64 = 1_782_864_000_000;
pub(crate) const DAY: u64 = 86_400_000;
/// So many events a day, where there are more than one day has.
pub(crate) const OF_A_DAY: u64 = 10_000_000;
/// Three events in seven parts of the day have this word.
pub(crate) const RARE: &str = "zx9q7rare";

pub(crate) const FAMILY: [&str; 20] = [
    "wang", "li", "zhang", "liu", "chen", "yang", "huang", "zhao", "wu", "zhou", "xu", "sun", "ma",
    "zhu", "hu", "guo", "he", "gao", "lin", "luo",
];
pub(crate) const GIVEN: [&str; 20] = [
    "wei", "fang", "na", "min", "jing", "li", "qiang", "lei", "jun", "yang", "yong", "yan", "jie",
    "juan", "tao", "ming", "chao", "xia", "ping", "gang",
];
pub(crate) const DEPARTMENTS: [&str; 6] = ["OPD", "ICU", "LAB", "RAD", "PHA", "ADM"];
pub(crate) const SERVERS: [&str; 7] = ["his-db", "his-app", "lis", "pacs", "emr", "gw", "nginx"];
pub(crate) const BROWSERS: [&str; 5] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko",
    "okhttp/4.12.0",
    "Go-http-client/1.1",
    "curl/8.5.0",
];
pub(crate) const NAMES: [&str; 8] = [
    "update.example.com",
    "his.hospital.example",
    "pacs.hospital.example",
    "www.example.net",
    "pay.example.com",
    "time.example.org",
    "store-cn.example.net",
    "insurance.example.org",
];
pub(crate) const PROGRAMS: [&str; 8] = [
    r"C:\Windows\System32\svchost.exe",
    r"C:\Windows\System32\cmd.exe",
    r"C:\Program Files\HIS\Client.exe",
    r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
    r"C:\Windows\explorer.exe",
    r"C:\Windows\System32\conhost.exe",
    r"C:\Program Files\PACS\Viewer.exe",
    r"C:\Windows\System32\lsass.exe",
];
pub(crate) const TABLES: [&str; 8] = [
    "his.patient",
    "his.drug_dispense",
    "his.prescription",
    "emr.record",
    "lis.result",
    "his.doctor",
    "his.fee_detail",
    "his.drug_dict",
];
pub(crate) const PATHS: [&str; 9] = [
    "/his/api/patient/",
    "/emr/record/",
    "/lis/report/",
    "/login",
    "/static/js/app.",
    "/api/v1/order?id=",
    "/pacs/wado?studyUID=1.2.840.",
    "/favicon.ico",
    "/his/api/drug/search?kw=",
];
pub(crate) const COMMANDS: [&str; 6] = [
    "ls -la /var/log",
    "cat /etc/passwd",
    "systemctl status his",
    "tail -f /var/log/his.log",
    "ps aux",
    "python3 /opt/job.py",
];

/// Numbers that depend on nothing but where they begin.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Mean 7 and deviation 1.8 of its logarithm.
    pub(crate) fn size(&mut self) -> u64 {
        let radius = (-2.0 * self.unit().max(1e-12).ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * self.unit()).cos();
        normal.mul_add(1.8, 7.0).exp() as u64
    }
}

/// Places of which the first come most often.
pub(crate) struct Zipf(Vec<f64>);

impl Zipf {
    pub(crate) fn new(count: u32, exponent: f64) -> Self {
        let mut sum = 0.0;
        let sums = (1..=count).map(|place| {
            sum += 1.0 / f64::from(place).powf(exponent);
            sum
        });
        Self(sums.collect())
    }

    pub(crate) fn draw(&self, draw: &mut Draw) -> usize {
        let wanted = draw.unit() * self.0.last().copied().unwrap_or(1.0);
        self.0
            .partition_point(|sum| *sum < wanted)
            .min(self.0.len() - 1)
    }
}

pub(crate) fn pick<'a>(words: &[&'a str], number: u64) -> &'a str {
    words[usize::try_from(number).unwrap() % words.len()]
}
