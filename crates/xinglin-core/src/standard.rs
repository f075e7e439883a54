//! Words of GB/T 22239-2019, GB/T 22240-2020 and GB/T 28448-2019.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// A protection level, 1 to 4 (level 5 has no published requirements).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    /// Level 3, the level of a hospital's core systems.
    pub const THREE: Self = Self(3);

    /// The level as a number.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Level {
    type Error = ParseWordError;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        if (1..=4).contains(&number) {
            Ok(Self(number))
        } else {
            Err(ParseWordError::new(
                "level",
                number.to_string(),
                "1, 2, 3 or 4",
            ))
        }
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.0
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A grade (定级): the level of business-information security (S) and of service
/// assurance (A). The overall level is the higher of the two (GB/T 22240-2020).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// Level of business-information security (业务信息安全, S).
    pub s: Level,
    /// Level of system-service assurance (系统服务保证, A).
    pub a: Level,
}

impl Grade {
    /// The overall level, at which G items are taken.
    pub fn overall(self) -> Level {
        self.s.max(self.a)
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S{}A{}G{}", self.s, self.a, self.overall())
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal, $zh:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// All values, in the standard's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word, as stored and sent.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The Chinese term.
            pub fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh),+ }
            }

            /// The English term.
            pub fn en(self) -> &'static str {
                match self { $(Self::$variant => $en),+ }
            }
        }

        impl FromStr for $name {
            type Err = ParseWordError;

            /// Accepts the stable word or the Chinese term.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied()
                    .find(|value| value.word() == text || value.zh() == text)
                    .ok_or_else(|| $crate::ParseWordError::new($what, text, concat!($($zh, " ",)+)))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

pub(crate) use words;

words! {
    /// The ten security classes (安全类) of GB/T 22239-2019: five technical, five management.
    Domain, "domain" {
        /// 安全物理环境
        Physical = "PES", "安全物理环境", "Physical environment";
        /// 安全通信网络
        Communication = "CNS", "安全通信网络", "Communication network";
        /// 安全区域边界
        Boundary = "ABS", "安全区域边界", "Area boundary";
        /// 安全计算环境
        Computing = "CES", "安全计算环境", "Computing environment";
        /// 安全管理中心
        Centre = "SMC", "安全管理中心", "Security management centre";
        /// 安全管理制度
        Policy = "PSS", "安全管理制度", "Security management policy";
        /// 安全管理机构
        Organisation = "ORS", "安全管理机构", "Security management organisation";
        /// 安全管理人员
        People = "HRS", "安全管理人员", "Security management of people";
        /// 安全建设管理
        Construction = "CMS", "安全建设管理", "Security construction management";
        /// 安全运维管理
        Operation = "MMS", "安全运维管理", "Security operation management";
    }
}

impl Domain {
    /// Whether the class is technical (安全技术) rather than management (安全管理).
    pub fn is_technical(self) -> bool {
        self <= Self::Centre
    }
}

words! {
    /// The class of an item in Annex A of GB/T 22239-2019: which part of the grade selects it.
    ProtectionClass, "protection class" {
        /// Protects business information; taken at the S level.
        S = "S", "业务信息安全类", "business information";
        /// Protects service availability; taken at the A level.
        A = "A", "服务保证类", "service assurance";
        /// General; taken at the overall level.
        G = "G", "通用类", "general";
    }
}

words! {
    /// An extension catalogue of GB/T 22239-2019 (clauses 8.2 to 8.4 at level 3).
    Extension, "extension" {
        /// 云计算安全扩展要求
        Cloud = "cloud", "云计算", "Cloud computing";
        /// 移动互联安全扩展要求
        Mobile = "mobile", "移动互联", "Mobile internet";
        /// 物联网安全扩展要求
        Iot = "iot", "物联网", "Internet of things";
    }
}

words! {
    /// How important an asset is, in the words of the assessment report.
    Importance, "importance" {
        /// 关键
        Critical = "critical", "关键", "critical";
        /// 重要
        Important = "important", "重要", "important";
        /// 一般
        Ordinary = "ordinary", "一般", "ordinary";
    }
}

words! {
    /// The kind of an object of assessment (测评对象), after GB/T 28448-2019.
    ObjectType, "object type" {
        /// Machine room.
        Room = "room", "机房", "Machine room";
        /// Power supply.
        Power = "power", "供电设施", "Power supply";
        /// Network device.
        NetworkDevice = "network_device", "网络设备", "Network device";
        /// Security device.
        SecurityDevice = "security_device", "安全设备", "Security device";
        /// Communication link.
        Link = "link", "通信链路", "Communication link";
        /// Network topology.
        Topology = "topology", "网络拓扑", "Network topology";
        /// Server operating system.
        ServerOs = "server_os", "服务器操作系统", "Server operating system";
        /// Virtualisation.
        Virtualization = "virtualization", "虚拟化平台", "Virtualisation";
        /// Workstation.
        Terminal = "terminal", "终端", "Workstation";
        /// Mobile device.
        Mobile = "mobile", "移动终端", "Mobile device";
        /// Sensor or gateway node.
        IotNode = "iot_node", "物联网设备", "IoT node";
        /// Industrial control device.
        IcsDevice = "ics_device", "工控设备", "Industrial control device";
        /// Database.
        Database = "database", "数据库", "Database";
        /// Middleware.
        Middleware = "middleware", "中间件", "Middleware";
        /// Business application.
        Application = "application", "业务应用", "Application";
        /// System management software.
        SystemSoftware = "system_software", "系统管理软件", "System management software";
        /// Management platform.
        ManagementPlatform = "management_platform", "管理平台", "Management platform";
        /// Trusted component.
        TrustedComponent = "trusted_component", "可信组件", "Trusted component";
        /// Cryptographic component.
        CryptoComponent = "crypto_component", "密码组件", "Cryptographic component";
        /// Data.
        Data = "data", "数据", "Data";
        /// Organisation.
        Organisation = "organisation", "管理机构", "Organisation";
        /// Personnel.
        Personnel = "personnel", "人员", "Personnel";
        /// Policy document.
        PolicyDocument = "policy_document", "管理制度文件", "Policy document";
        /// Procedure document.
        ProcedureDocument = "procedure_document", "操作规程文件", "Procedure document";
        /// Design document.
        DesignDocument = "design_document", "设计文档", "Design document";
        /// Record.
        Record = "record", "记录表单", "Record";
        /// Report.
        Report = "report", "报告", "Report";
    }
}

impl ObjectType {
    /// Whether objects of this type are papers and people rather than things: a graded
    /// system has one common object (安全管理体系) for all of them.
    pub fn is_management(self) -> bool {
        self >= Self::Organisation
    }
}

/// A word that is none of the allowed ones.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown {what} '{found}', expected one of: {expected}")]
pub struct ParseWordError {
    /// What was to be read, e.g. `object type`.
    pub what: &'static str,
    /// What stood there.
    pub found: String,
    /// The allowed words.
    pub expected: &'static str,
}

impl ParseWordError {
    pub(crate) fn new(
        what: &'static str,
        found: impl Into<String>,
        expected: &'static str,
    ) -> Self {
        Self {
            what,
            found: found.into(),
            expected,
        }
    }
}

/// A unit code of GB/T 28448-2019, such as `L3-CES1-01`: level, class, part
/// (1 general, 2 cloud, 3 mobile, 4 IoT) and number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequirementId {
    level: u8,
    domain: Domain,
    part: u8,
    number: u8,
}

impl RequirementId {
    /// The level at which the item stands.
    pub fn level(self) -> Level {
        Level(self.level)
    }

    /// The security class of the item.
    pub fn domain(self) -> Domain {
        self.domain
    }

    /// The part: 1 general requirements, 2 cloud, 3 mobile, 4 IoT.
    pub fn part(self) -> u8 {
        self.part
    }
}

impl FromStr for RequirementId {
    type Err = ParseWordError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParseWordError::new("requirement id", text, "unit codes such as L3-CES1-01");
        let mut parts = text.split('-');
        let (Some(level), Some(class), Some(number), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong());
        };
        let level = level.strip_prefix('L').and_then(|n| n.parse::<u8>().ok());
        let part = class.chars().last().and_then(|c| c.to_digit(10));
        let domain = class.get(..3).and_then(|d| {
            Domain::ALL
                .iter()
                .copied()
                .find(|domain| domain.word() == d)
        });
        match (level, domain, part, number.parse::<u8>()) {
            (Some(level @ 1..=4), Some(domain), Some(part @ 1..=4), Ok(number))
                if class.len() == 4 && text.len() == 10 =>
            {
                #[expect(clippy::cast_possible_truncation, reason = "matched 1..=4")]
                let part = part as u8;
                Ok(Self {
                    level,
                    domain,
                    part,
                    number,
                })
            }
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for RequirementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "L{}-{}{}-{:02}",
            self.level,
            self.domain.word(),
            self.part,
            self.number
        )
    }
}

impl fmt::Debug for RequirementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for RequirementId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RequirementId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirement_ids_round_trip_and_reject_everything_else() {
        for text in ["L3-CES1-01", "L1-PES1-07", "L4-MMS1-52", "L3-ABS4-03"] {
            assert_eq!(text.parse::<RequirementId>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "L5-CES1-01",
            "L3-XXX1-01",
            "L3-CES1-1",
            "L3-CES5-01",
            "l3-ces1-01",
            "L3-CES1-01-",
            "L3-安CES1-01",
        ] {
            assert!(text.parse::<RequirementId>().is_err(), "{text}");
        }
    }

    #[test]
    fn words_are_read_in_both_languages() {
        assert_eq!("server_os".parse(), Ok(ObjectType::ServerOs));
        assert_eq!("数据库".parse(), Ok(ObjectType::Database));
        assert!("服务器".parse::<ObjectType>().is_err());
        assert_eq!(Domain::ALL.iter().filter(|d| d.is_technical()).count(), 5);
    }

    #[test]
    fn overall_level_is_the_higher_part() {
        let level = |n| Level::try_from(n).unwrap();
        let grade = Grade {
            s: level(2),
            a: level(3),
        };
        assert_eq!(grade.overall(), Level::THREE);
        assert_eq!(grade.to_string(), "S2A3G3");
    }
}
