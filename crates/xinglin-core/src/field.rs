//! The names of common fields.
//!
//! They follow the Elastic Common Schema 8.11, and for databases the semantic conventions of
//! OpenTelemetry, so that rules and people who know those know ours.

use std::{collections::HashMap, sync::LazyLock};

/// A common field of log events, by its place in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Field(u16);

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// Text that is compared as a whole: names, words, paths.
    Keyword,
    /// Text that is searched by its words.
    Text,
    /// Whole numbers.
    Integer,
    /// Addresses of IPv4 and IPv6.
    Address,
}

/// The table: name in the program, name in events, type. Places are never stored, so a line
/// may be added anywhere.
macro_rules! fields {
    ($($(#[$doc:meta])* $constant:ident = $name:literal: $type:ident;)*) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "places in the table")]
        #[derive(Clone, Copy)]
        enum Place { $($constant,)* }

        impl Field {
            $(
                #[doc = concat!("`", $name, "`.")]
                pub const $constant: Self = Self(Place::$constant as u16);
            )*
        }

        const TABLE: &[(&str, FieldType)] = &[$(($name, FieldType::$type),)*];
    };
}

fields! {
    EVENT_ACTION = "event.action": Keyword;
    EVENT_CATEGORY = "event.category": Keyword;
    EVENT_CODE = "event.code": Keyword;
    EVENT_DATASET = "event.dataset": Keyword;
    EVENT_DURATION = "event.duration": Integer;
    EVENT_ID = "event.id": Keyword;
    EVENT_KIND = "event.kind": Keyword;
    EVENT_OUTCOME = "event.outcome": Keyword;
    EVENT_PROVIDER = "event.provider": Keyword;
    EVENT_REASON = "event.reason": Text;
    EVENT_SEVERITY = "event.severity": Integer;
    EVENT_TYPE = "event.type": Keyword;
    LOG_LEVEL = "log.level": Keyword;
    LOG_LOGGER = "log.logger": Keyword;
    LOG_FILE_PATH = "log.file.path": Keyword;
    SYSLOG_FACILITY = "log.syslog.facility.code": Integer;
    SYSLOG_SEVERITY = "log.syslog.severity.code": Integer;
    SYSLOG_MESSAGE_ID = "log.syslog.msgid": Keyword;
    MESSAGE = "message": Text;
    HOST_NAME = "host.name": Keyword;
    HOST_IP = "host.ip": Address;
    HOST_MAC = "host.mac": Keyword;
    OBSERVER_NAME = "observer.name": Keyword;
    OBSERVER_PRODUCT = "observer.product": Keyword;
    OBSERVER_VENDOR = "observer.vendor": Keyword;
    OBSERVER_TYPE = "observer.type": Keyword;
    OBSERVER_SERIAL_NUMBER = "observer.serial_number": Keyword;
    INGRESS_INTERFACE = "observer.ingress.interface.name": Keyword;
    EGRESS_INTERFACE = "observer.egress.interface.name": Keyword;
    INGRESS_ZONE = "observer.ingress.zone": Keyword;
    EGRESS_ZONE = "observer.egress.zone": Keyword;
    SERVICE_NAME = "service.name": Keyword;
    USER_NAME = "user.name": Keyword;
    USER_ID = "user.id": Keyword;
    USER_DOMAIN = "user.domain": Keyword;
    USER_EFFECTIVE_NAME = "user.effective.name": Keyword;
    USER_EFFECTIVE_ID = "user.effective.id": Keyword;
    USER_TARGET_NAME = "user.target.name": Keyword;
    USER_TARGET_DOMAIN = "user.target.domain": Keyword;
    GROUP_NAME = "group.name": Keyword;
    USER_AGENT = "user_agent.original": Text;
    SOURCE_IP = "source.ip": Address;
    SOURCE_PORT = "source.port": Integer;
    SOURCE_MAC = "source.mac": Keyword;
    SOURCE_DOMAIN = "source.domain": Keyword;
    SOURCE_BYTES = "source.bytes": Integer;
    SOURCE_PACKETS = "source.packets": Integer;
    SOURCE_NAT_IP = "source.nat.ip": Address;
    SOURCE_NAT_PORT = "source.nat.port": Integer;
    DESTINATION_IP = "destination.ip": Address;
    DESTINATION_PORT = "destination.port": Integer;
    DESTINATION_MAC = "destination.mac": Keyword;
    DESTINATION_DOMAIN = "destination.domain": Keyword;
    DESTINATION_BYTES = "destination.bytes": Integer;
    DESTINATION_PACKETS = "destination.packets": Integer;
    DESTINATION_NAT_IP = "destination.nat.ip": Address;
    DESTINATION_NAT_PORT = "destination.nat.port": Integer;
    NETWORK_TRANSPORT = "network.transport": Keyword;
    NETWORK_PROTOCOL = "network.protocol": Keyword;
    NETWORK_APPLICATION = "network.application": Keyword;
    NETWORK_BYTES = "network.bytes": Integer;
    NETWORK_PACKETS = "network.packets": Integer;
    NETWORK_DIRECTION = "network.direction": Keyword;
    NETWORK_VLAN = "network.vlan.id": Keyword;
    PROCESS_NAME = "process.name": Keyword;
    PROCESS_PID = "process.pid": Integer;
    PROCESS_EXECUTABLE = "process.executable": Keyword;
    PROCESS_COMMAND_LINE = "process.command_line": Text;
    PROCESS_WORKING_DIRECTORY = "process.working_directory": Keyword;
    PROCESS_PARENT_PID = "process.parent.pid": Integer;
    PROCESS_PARENT_NAME = "process.parent.name": Keyword;
    PROCESS_PARENT_EXECUTABLE = "process.parent.executable": Keyword;
    PROCESS_PARENT_COMMAND_LINE = "process.parent.command_line": Text;
    RULE_ID = "rule.id": Keyword;
    RULE_NAME = "rule.name": Keyword;
    RULE_CATEGORY = "rule.category": Keyword;
    FILE_PATH = "file.path": Keyword;
    FILE_NAME = "file.name": Keyword;
    FILE_SIZE = "file.size": Integer;
    FILE_SHA256 = "file.hash.sha256": Keyword;
    FILE_MD5 = "file.hash.md5": Keyword;
    REGISTRY_PATH = "registry.path": Keyword;
    REGISTRY_VALUE = "registry.value": Keyword;
    URL_ORIGINAL = "url.original": Text;
    URL_PATH = "url.path": Keyword;
    URL_QUERY = "url.query": Text;
    URL_DOMAIN = "url.domain": Keyword;
    HTTP_METHOD = "http.request.method": Keyword;
    HTTP_REFERRER = "http.request.referrer": Text;
    HTTP_STATUS = "http.response.status_code": Integer;
    HTTP_BODY_BYTES = "http.response.body.bytes": Integer;
    HTTP_VERSION = "http.version": Keyword;
    DNS_QUESTION_NAME = "dns.question.name": Keyword;
    DNS_QUESTION_TYPE = "dns.question.type": Keyword;
    DNS_RESPONSE_CODE = "dns.response_code": Keyword;
    TLS_SERVER_NAME = "tls.client.server_name": Keyword;
    TLS_VERSION = "tls.version": Keyword;
    TLS_JA3 = "tls.client.ja3": Keyword;
    DATABASE_NAME = "db.namespace": Keyword;
    DATABASE_OBJECT = "db.collection.name": Keyword;
    DATABASE_STATEMENT = "db.query.text": Text;
    DATABASE_ROWS = "db.response.returned_rows": Integer;
    WINDOWS_CHANNEL = "winlog.channel": Keyword;
    WINDOWS_RECORD_ID = "winlog.record_id": Integer;
    WINDOWS_LOGON_TYPE = "winlog.logon.type": Keyword;
    WINDOWS_LOGON_ID = "winlog.logon.id": Keyword;
}

impl Field {
    /// All of them.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + Clone {
        let length = u16::try_from(TABLE.len()).unwrap_or(u16::MAX);
        (0..length).map(Self)
    }

    /// The field with this name.
    pub fn named(name: &str) -> Option<Self> {
        static BY_NAME: LazyLock<HashMap<&str, Field>> =
            LazyLock::new(|| Field::all().map(|field| (field.name(), field)).collect());
        BY_NAME.get(name).copied()
    }

    /// Its name in events.
    pub fn name(self) -> &'static str {
        self.line().0
    }

    /// What its values are.
    pub fn value_type(self) -> FieldType {
        self.line().1
    }

    /// Its place in the table, from 0, for tables beside this one.
    pub fn place(self) -> usize {
        usize::from(self.0)
    }

    fn line(self) -> (&'static str, FieldType) {
        // Every `Field` comes from the table.
        TABLE
            .get(self.place())
            .copied()
            .unwrap_or(("", FieldType::Keyword))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        let names: BTreeSet<_> = Field::all().map(Field::name).collect();
        assert_eq!(names.len(), Field::all().len());
        for field in Field::all() {
            assert_eq!(Field::named(field.name()), Some(field));
        }
        assert_eq!(Field::named("source.IP"), None);
        assert_eq!(Field::SOURCE_PORT.value_type(), FieldType::Integer);
    }
}
