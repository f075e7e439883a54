//! What the machines of an invented hospital log, ten million events a day, with what a parser reads in it.
//!
//! Every event follows from its number alone. The shares of the kinds, the layouts and the
//! spread of the values (users and addresses by Zipf, sizes log-normal, ports and ids even)
//! are those the targets of the lake were measured with.

mod servers;
mod values;

use std::{borrow::Cow, net::Ipv4Addr};

use jiff::{Timestamp, tz::TimeZone};
use servers::path;
use values::{
    BROWSERS, DAY, DEPARTMENTS, Draw, FAMILY, GIVEN, NAMES, OF_A_DAY, PROGRAMS, Zipf, pick,
};
pub(crate) use values::{FIRST, RARE};
use xinglin_core::{Event, EventField, Field, FieldName, Span, TimeSource, Value};

/// The hospital.
pub(crate) struct Hospital {
    total: u64,
    users: Vec<String>,
    inner: Vec<String>,
    outer: Vec<String>,
    user_places: Zipf,
    inner_places: [Zipf; 2],
    outer_places: Zipf,
    text: String,
    fields: Vec<(Field, Known, Option<Span>)>,
}

/// A value of an event that is being made.
enum Known {
    Text(Cow<'static, str>),
    Stands,
    Integer(i64),
    Address(Ipv4Addr),
}

impl Hospital {
    /// So many events: of one day, or of so many days as they take.
    pub(crate) fn new(total: u64) -> Self {
        let mut draw = Draw(20_260_822);
        let mut users: Vec<String> = FAMILY
            .iter()
            .flat_map(|family| GIVEN.iter().map(move |given| format!("{family}.{given}")))
            .collect();
        users.extend(
            ["his", "lis", "pacs", "emr", "backup", "mon"].map(|name| format!("svc_{name}")),
        );
        users.extend(["administrator", "root", "oracle", "sa"].map(str::to_owned));
        let mut inner = Vec::new();
        for first in [1, 2, 8, 20] {
            for second in 0..30 {
                inner.extend(
                    (1..250)
                        .step_by(3)
                        .map(|third| format!("10.{first}.{second}.{third}")),
                );
            }
        }
        let outer = (0..200_000).map(|_| {
            let bits = draw.next();
            format!(
                "{}.{}.{}.{}",
                1 + bits % 222,
                bits >> 16 & 255,
                bits >> 24 & 255,
                1 + (bits >> 32) % 254
            )
        });
        let outer = outer.collect();
        for list in [&mut users, &mut inner] {
            for place in (1..list.len()).rev() {
                let other = usize::try_from(draw.below(place as u64 + 1)).unwrap();
                list.swap(place, other);
            }
        }
        let inner_count = u32::try_from(inner.len()).unwrap();
        Self {
            total,
            user_places: Zipf::new(u32::try_from(users.len()).unwrap(), 1.1),
            inner_places: [Zipf::new(inner_count, 0.9), Zipf::new(inner_count, 1.2)],
            outer_places: Zipf::new(200_000, 0.9),
            users,
            inner,
            outer,
            text: String::new(),
            fields: Vec::new(),
        }
    }

    fn literal(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes a value into the text that is also a field.
    fn stands(&mut self, field: Field, value: &str) {
        let start = u32::try_from(self.text.len()).unwrap();
        self.text.push_str(value);
        let end = u32::try_from(self.text.len()).unwrap();
        let known = match field.value_type() {
            xinglin_core::FieldType::Integer => Known::Integer(value.parse().unwrap()),
            xinglin_core::FieldType::Address => Known::Address(value.parse().unwrap()),
            _ => Known::Stands,
        };
        self.fields.push((field, known, Some(Span { start, end })));
    }

    fn number(&mut self, field: Field, value: u64) {
        self.stands(field, &value.to_string());
    }

    fn said(&mut self, field: Field, value: impl Into<Cow<'static, str>>) {
        self.fields.push((field, Known::Text(value.into()), None));
    }

    fn kind(
        &mut self,
        dataset: &'static str,
        action: &'static str,
        outcome: &'static str,
        severity: i64,
    ) {
        self.fields.clear();
        self.text.clear();
        self.said(Field::EVENT_DATASET, dataset);
        self.said(Field::EVENT_ACTION, action);
        self.said(Field::EVENT_OUTCOME, outcome);
        self.fields
            .push((Field::EVENT_SEVERITY, Known::Integer(severity), None));
    }

    /// Makes the event with this number; its source, and when it came.
    pub(crate) fn with<R>(
        &mut self,
        number: u64,
        then: impl FnOnce(&str, &Event<'_>, Timestamp) -> R,
    ) -> R {
        let mut draw = Draw(number.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x4d);
        let days = self.total.div_ceil(OF_A_DAY);
        let step = u128::from(number) * u128::from(DAY * days) / u128::from(self.total);
        let received = FIRST + i64::try_from(step).unwrap() + 400;
        let at = received - i64::try_from(draw.below(400)).unwrap();
        let source = match draw.below(100) {
            0..34 => self.firewall(&mut draw, at),
            34..54 => self.windows(&mut draw, number),
            54..70 => self.sensor(&mut draw, at),
            70..81 => self.web(&mut draw, at),
            81..89 => self.login(&mut draw, at),
            89..96 => self.database(&mut draw),
            _ => self.audit(&mut draw, at, number),
        };
        if [1, 3, 6]
            .map(|part| self.total / 7 * part)
            .contains(&number)
        {
            self.literal(" ");
            self.literal(RARE);
        }
        let text = self.text.as_str();
        let fields = self.fields.iter().map(|(name, known, span)| EventField {
            name: FieldName::Common(*name),
            value: match known {
                Known::Text(text) => Value::Text(Cow::Borrowed(text)),
                Known::Stands => {
                    let range = span.map(Span::range).unwrap_or_default();
                    Value::Text(Cow::Borrowed(text.get(range).unwrap_or_default()))
                }
                Known::Integer(number) => Value::Integer(*number),
                Known::Address(address) => Value::Address((*address).into()),
            },
            span: *span,
        });
        let event = Event {
            at: Timestamp::from_millisecond(at).unwrap(),
            at_from: TimeSource::Event,
            text: Cow::Borrowed(text),
            fields: fields.collect(),
        };
        then(
            &source,
            &event,
            Timestamp::from_millisecond(received).unwrap(),
        )
    }

    fn user(&self, draw: &mut Draw) -> (String, usize) {
        let place = self.user_places.draw(draw);
        (self.users[place].clone(), place)
    }

    fn addresses(&self, draw: &mut Draw) -> [String; 3] {
        [
            self.inner[self.inner_places[0].draw(draw)].clone(),
            self.inner[self.inner_places[1].draw(draw)].clone(),
            self.outer[self.outer_places.draw(draw)].clone(),
        ]
    }

    fn firewall(&mut self, draw: &mut Draw, at: i64) -> String {
        let device = pick(&["USG-1", "USG-2", "F1000", "AF"], draw.next());
        let (is_denied, is_inbound) = (draw.below(100) < 12, draw.below(100) < 30);
        let action = if is_denied { "deny" } else { "permit" };
        self.kind(
            "firewall.traffic",
            action,
            if is_denied { "failure" } else { "success" },
            6,
        );
        let [one, other, outside] = self.addresses(draw);
        let (source, destination) = if is_inbound {
            (outside, other)
        } else {
            (one, outside)
        };
        let port = [443, 80, 53, 3389, 445, 22, 1521, 8080, 104, 11_112]
            [usize::try_from(draw.below(10)).unwrap()];
        let time = strftime(at, "%b %d %Y %H:%M:%S");
        self.literal(&format!("<190>{time} "));
        self.stands(Field::OBSERVER_NAME, device);
        let capital = if is_denied { "DENY" } else { "PERMIT" };
        self.literal(&format!(
            " %%01POLICY/6/POLICY{capital}(l)[{}]:vsys=public, protocol=",
            draw.below(10_000_000)
        ));
        self.literal(if port == 53 { "17" } else { "6" });
        self.literal(", source-ip=");
        self.stands(Field::SOURCE_IP, &source);
        self.literal(", source-port=");
        self.number(Field::SOURCE_PORT, 1_024 + draw.below(64_511));
        self.literal(", destination-ip=");
        self.stands(Field::DESTINATION_IP, &destination);
        self.literal(", destination-port=");
        self.number(Field::DESTINATION_PORT, port);
        self.literal(&format!(
            ", time={}, source-zone=",
            strftime(at, "%Y/%m/%d %H:%M:%S")
        ));
        self.stands(
            Field::INGRESS_ZONE,
            if is_inbound { "untrust" } else { "trust" },
        );
        self.literal(", destination-zone=");
        self.stands(
            Field::EGRESS_ZONE,
            if is_inbound { "dmz" } else { "untrust" },
        );
        self.literal(", rule-name=");
        self.stands(Field::RULE_NAME, &format!("rule_{}", draw.below(60)));
        self.literal(", bytes-sent=");
        self.number(Field::SOURCE_BYTES, draw.size());
        self.literal(".");
        device.to_owned()
    }

    fn windows(&mut self, draw: &mut Draw, number: u64) -> String {
        let host = format!(
            "WS-{}-{:03}",
            pick(&DEPARTMENTS, draw.next()),
            draw.below(150)
        );
        let (code, action) = match draw.below(100) {
            0..8 => ("4625", "logon-failed"),
            8..40 => ("4624", "logged-in"),
            40..70 => ("4688", "created-process"),
            70..85 => ("5156", "network-allowed"),
            _ => ("4634", "logged-out"),
        };
        let is_failure = code == "4625";
        self.kind(
            "windows.security",
            action,
            if is_failure { "failure" } else { "success" },
            4,
        );
        let (user, place) = self.user(draw);
        self.literal("EventID=");
        self.stands(Field::EVENT_CODE, code);
        self.literal(" Channel=");
        self.stands(Field::WINDOWS_CHANNEL, "Security");
        self.literal(" Computer=");
        self.stands(Field::HOST_NAME, &host);
        self.literal(".hospital.example RecordID=");
        self.number(Field::WINDOWS_RECORD_ID, number + 9_000_000);
        self.literal(&format!(
            " SubjectUserSid=S-1-5-21-3623811015-3361044348-30300820-{} TargetUserName=",
            1_000 + place
        ));
        self.stands(Field::USER_NAME, &user);
        self.literal(" TargetDomainName=");
        self.stands(Field::USER_DOMAIN, "HOSPITAL");
        self.literal(&format!(
            " TargetLogonId=0x{:x} LogonType=",
            draw.below(1 << 31)
        ));
        self.stands(
            Field::WINDOWS_LOGON_TYPE,
            pick(&["2", "3", "5", "10"], draw.next()),
        );
        self.literal(" IpAddress=");
        let [address, ..] = self.addresses(draw);
        self.stands(Field::SOURCE_IP, &address);
        self.literal(" IpPort=");
        self.number(Field::SOURCE_PORT, 1_024 + draw.below(64_511));
        self.literal(" ProcessName=");
        self.stands(Field::PROCESS_EXECUTABLE, pick(&PROGRAMS, draw.next()));
        self.literal(if is_failure {
            " Status=0xc000006d"
        } else {
            " Status=0x0"
        });
        host
    }

    fn sensor(&mut self, draw: &mut Draw, at: i64) -> String {
        let kind = match draw.below(1_000) {
            0..450 => "flow",
            450..750 => "dns",
            750..850 => "http",
            850..985 => "tls",
            _ => "alert",
        };
        self.kind(
            "suricata.eve",
            kind,
            "unknown",
            if kind == "alert" { 2 } else { 6 },
        );
        self.said(Field::OBSERVER_NAME, "suricata-1");
        let flow = draw.below(1 << 31) * draw.below(1 << 31);
        let time = strftime(at, "%Y-%m-%dT%H:%M:%S%.3f");
        self.literal(&format!("{{\"timestamp\":\"{time}Z\",\"flow_id\":{flow},\"in_iface\":\"eth1\",\"event_type\":\"{kind}\",\"src_ip\":\""));
        let [address, _, outside] = self.addresses(draw);
        self.stands(Field::SOURCE_IP, &address);
        self.literal("\",\"src_port\":");
        self.number(Field::SOURCE_PORT, 1_024 + draw.below(64_511));
        self.literal(",\"dest_ip\":\"");
        self.stands(Field::DESTINATION_IP, &outside);
        self.literal("\",\"dest_port\":");
        self.number(
            Field::DESTINATION_PORT,
            if kind == "dns" { 53 } else { 443 },
        );
        self.literal(",\"proto\":\"");
        self.stands(
            Field::NETWORK_TRANSPORT,
            if kind == "dns" { "UDP" } else { "TCP" },
        );
        self.literal("\",");
        self.sensed(kind, draw);
        "suricata-1".to_owned()
    }

    fn sensed(&mut self, kind: &str, draw: &mut Draw) {
        let (size, name) = (draw.size(), pick(&NAMES, draw.next()));
        match kind {
            "flow" => {
                self.literal(&format!(
                    "\"flow\":{{\"pkts_toserver\":{},\"pkts_toclient\":{},\"bytes_toserver\":",
                    size % 97 + 1,
                    size % 89
                ));
                self.number(Field::SOURCE_BYTES, size);
                self.literal(",\"bytes_toclient\":");
                self.number(Field::DESTINATION_BYTES, size * 3 % 1_000_003);
                self.literal(&format!(
                    ",\"age\":{},\"state\":\"closed\",\"reason\":\"timeout\",\"alerted\":false}}}}",
                    size % 60
                ));
            }
            "dns" => {
                self.literal(&format!(
                    "\"dns\":{{\"type\":\"query\",\"id\":{},\"rrname\":\"",
                    draw.below(65_536)
                ));
                let asked = if draw.below(10) < 7 {
                    name.to_owned()
                } else {
                    format!("h{:x}.{name}", draw.below(99_991))
                };
                self.stands(Field::DNS_QUESTION_NAME, &asked);
                self.literal("\",\"rrtype\":\"A\",\"tx_id\":0}}");
            }
            "http" => {
                self.literal("\"http\":{\"hostname\":\"");
                self.stands(Field::URL_DOMAIN, name);
                self.literal("\",\"url\":\"");
                self.stands(Field::URL_ORIGINAL, &path(draw));
                self.literal("\",\"http_user_agent\":\"");
                self.stands(Field::USER_AGENT, pick(&BROWSERS, draw.next()));
                self.literal("\",\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\",\"status\":");
                self.number(Field::HTTP_STATUS, 200);
                self.literal(&format!(",\"length\":{size}}}}}"));
            }
            "tls" => {
                self.literal("\"tls\":{\"sni\":\"");
                self.stands(Field::TLS_SERVER_NAME, name);
                self.literal("\",\"version\":\"TLS 1.2\",\"ja3\":{\"hash\":\"");
                let hash = u128::from(draw.below(300)) * 0x9e37_79b9_7f4a_7c15_f39c_c060;
                self.stands(Field::TLS_JA3, &format!("{hash:032x}"));
                self.literal("\"}}}");
            }
            _ => {
                let rule = draw.below(5);
                self.literal(&format!("\"alert\":{{\"action\":\"allowed\",\"gid\":1,\"signature_id\":{},\"rev\":3,\"signature\":\"", 2_024_833 + rule));
                self.stands(
                    Field::RULE_NAME,
                    &format!("ET POLICY Something Observed {rule}"),
                );
                self.literal(&format!(
                    "\",\"category\":\"Misc\",\"severity\":{}}}}}",
                    rule % 3 + 1
                ));
            }
        }
    }
}

fn strftime(millisecond: i64, format: &str) -> String {
    let at = Timestamp::from_millisecond(millisecond).unwrap();
    at.to_zoned(TimeZone::UTC).strftime(format).to_string()
}
