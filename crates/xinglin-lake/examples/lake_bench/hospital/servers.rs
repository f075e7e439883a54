//! What the servers of the hospital log.

use std::fmt::Write as _;

use xinglin_core::Field;

use super::{
    Hospital, strftime,
    values::{BROWSERS, COMMANDS, Draw, PATHS, SERVERS, TABLES, pick},
};

impl Hospital {
    fn server(draw: &mut Draw) -> String {
        format!("{}{:02}", pick(&SERVERS, draw.next()), draw.below(12))
    }

    pub(super) fn web(&mut self, draw: &mut Draw, at: i64) -> String {
        let host = Self::server(draw);
        let status =
            [200, 200, 200, 200, 304, 404, 500, 302][usize::try_from(draw.below(8)).unwrap()];
        self.kind(
            "nginx.access",
            "GET",
            if status >= 400 { "failure" } else { "success" },
            6,
        );
        self.said(Field::HOST_NAME, host.clone());
        let [address, ..] = self.addresses(draw);
        self.stands(Field::SOURCE_IP, &address);
        self.literal(" - ");
        if draw.below(10) < 6 {
            let (user, _) = self.user(draw);
            self.stands(Field::USER_NAME, &user);
        } else {
            self.literal("-");
        }
        self.literal(&format!(
            " [{} +0000] \"",
            strftime(at, "%d/%b/%Y:%H:%M:%S")
        ));
        self.stands(Field::HTTP_METHOD, "GET");
        self.literal(" ");
        self.stands(Field::URL_ORIGINAL, &path(draw));
        self.literal(" HTTP/1.1\" ");
        self.number(Field::HTTP_STATUS, status);
        self.literal(" ");
        self.number(Field::HTTP_BODY_BYTES, draw.size());
        self.literal(" \"-\" \"");
        self.stands(Field::USER_AGENT, pick(&BROWSERS, draw.next()));
        self.literal(&format!("\" rt=0.{:03}", draw.below(1_000)));
        host
    }

    pub(super) fn login(&mut self, draw: &mut Draw, at: i64) -> String {
        let host = Self::server(draw);
        let (user, _) = self.user(draw);
        let [address, _, outside] = self.addresses(draw);
        let turn = draw.below(100);
        let (action, outcome) = match turn {
            0..35 => ("ssh-failed", "failure"),
            35..60 => ("ssh-accepted", "success"),
            _ => ("session", "success"),
        };
        self.kind("linux.sshd", action, outcome, 6);
        self.literal(&format!("<38>{} ", strftime(at, "%b %d %H:%M:%S")));
        self.stands(Field::HOST_NAME, &host);
        self.literal(" sshd[");
        self.number(Field::PROCESS_PID, draw.below(65_536));
        self.literal("]: ");
        if turn < 60 {
            self.literal(match turn {
                0..15 => "Failed password for invalid user ",
                15..35 => "Failed password for ",
                _ => "Accepted publickey for ",
            });
            self.stands(Field::USER_NAME, &user);
            self.literal(" from ");
            self.stands(
                Field::SOURCE_IP,
                if turn < 30 { &outside } else { &address },
            );
            self.literal(" port ");
            self.number(Field::SOURCE_PORT, 1_024 + draw.below(64_511));
            self.literal(" ssh2");
            if turn >= 35 {
                self.literal(&format!(
                    ": RSA SHA256:{:x}{:x}",
                    draw.below(1 << 31),
                    draw.below(1 << 31)
                ));
            }
        } else {
            self.literal("pam_unix(sshd:session): session opened for user ");
            self.stands(Field::USER_NAME, &user);
            self.literal(" by (uid=0)");
        }
        host
    }

    pub(super) fn database(&mut self, draw: &mut Draw) -> String {
        let host = Self::server(draw);
        self.kind("database.audit", "query", "success", 6);
        self.said(Field::HOST_NAME, host.clone());
        let table = pick(&TABLES, draw.next());
        let number = draw.next() >> 33;
        let statement = match draw.below(100) {
            0..70 => format!("SELECT * FROM {table} WHERE id={}", number % 5_000_000),
            70..95 => format!("UPDATE {table} SET status={} WHERE visit_id='V{:08}'", number % 5, number % 90_000_000),
            _ => "SELECT doctor_id,drug_code,SUM(qty) FROM his.drug_dispense WHERE dispense_date BETWEEN '2026-06-01' AND '2026-06-30' GROUP BY doctor_id,drug_code".to_owned(),
        };
        self.literal("AUDIT db=");
        self.stands(Field::DATABASE_NAME, "HISDB");
        self.literal(&format!(" session={} user=", draw.below(100_000)));
        let (user, _) = self.user(draw);
        self.stands(Field::USER_NAME, &user);
        self.literal(" client=");
        let [address, ..] = self.addresses(draw);
        self.stands(Field::SOURCE_IP, &address);
        self.literal(" program=");
        self.stands(Field::PROCESS_NAME, "HisClient.exe");
        self.literal(" rows=");
        self.number(Field::DATABASE_ROWS, draw.size() % 500);
        self.literal(&format!(" elapsed_ms={} sql={statement}", number % 900));
        self.said(Field::DATABASE_OBJECT, table);
        host
    }

    pub(super) fn audit(&mut self, draw: &mut Draw, at: i64, number: u64) -> String {
        let host = Self::server(draw);
        self.kind("linux.auditd", "execve", "success", 6);
        self.said(Field::HOST_NAME, host.clone());
        let (user, place) = self.user(draw);
        self.said(Field::USER_NAME, user);
        let command = pick(&COMMANDS, draw.next());
        let name = command.split(' ').next().unwrap_or_default();
        let (one, other) = (draw.below(1 << 31), draw.below(1 << 31));
        self.literal(&format!(
            "type=SYSCALL msg=audit({}.{:03}:{number}): arch=c000003e syscall=59 success=yes exit=0 a0={one:x} a1={other:x} ppid=",
            at / 1_000, at % 1_000
        ));
        self.number(Field::PROCESS_PARENT_PID, one % 32_768);
        self.literal(" pid=");
        self.number(Field::PROCESS_PID, other % 32_768);
        self.literal(" auid=");
        self.stands(Field::USER_ID, &(1_000 + place).to_string());
        self.literal(&format!(
            " uid=0 gid=0 tty=pts0 ses={} comm=\"",
            one % 9_999
        ));
        self.stands(Field::PROCESS_NAME, name);
        self.literal("\" exe=\"");
        self.stands(Field::PROCESS_EXECUTABLE, &format!("/usr/bin/{name}"));
        self.literal("\" key=\"exec\" cmd=\"");
        self.stands(Field::PROCESS_COMMAND_LINE, command);
        self.literal("\"");
        host
    }
}

pub(super) fn path(draw: &mut Draw) -> String {
    let mut path = pick(&PATHS, draw.next()).to_owned();
    if path.ends_with(['/', '=', '.']) {
        let number = draw.below(2_000_000);
        let written = if path.ends_with("app.") {
            write!(path, "{number:x}.js")
        } else {
            write!(path, "{number}")
        };
        written.unwrap();
    }
    path
}
