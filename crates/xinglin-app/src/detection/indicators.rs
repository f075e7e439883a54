//! Indicators: lists of addresses, domains, hashes and mail addresses that are looked for in
//! all events.

mod read;
mod table;

pub(crate) use read::{ReadList, read_list};
pub(crate) use table::{Table, digest};

use std::sync::LazyLock;

use xinglin_core::Text;
use xinglin_detect::rule::LogSource;
use xinglin_store::alerts::Entity;
use xinglin_workflow::{AlertKind, AlertSeverity};

use super::book::KnownRule;

/// What an indicator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IndicatorKind {
    /// An address of IPv4 or IPv6.
    Address,
    /// A domain; those below it count, too.
    Domain,
    /// The MD5, SHA-1 or SHA-256 digest of a file.
    Hash,
    /// A mail address.
    Mail,
}

static RULES: LazyLock<[KnownRule; 4]> = LazyLock::new(|| {
    [
        IndicatorKind::Address,
        IndicatorKind::Domain,
        IndicatorKind::Hash,
        IndicatorKind::Mail,
    ]
    .map(rule_of)
});

impl IndicatorKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Address, Self::Domain, Self::Hash, Self::Mail];

    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Domain => "domain",
            Self::Hash => "hash",
            Self::Mail => "mail",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What stands for a rule where an indicator is seen.
    pub(crate) fn rule(self) -> &'static KnownRule {
        let [address, domain, hash, mail] = &*RULES;
        match self {
            Self::Address => address,
            Self::Domain => domain,
            Self::Hash => hash,
            Self::Mail => mail,
        }
    }

    /// Whom an alert is about, where that is more than a mail address.
    pub(crate) fn entity(self, value: &str) -> Option<Entity> {
        (self != Self::Mail).then(|| Entity {
            kind: self.word().to_owned(),
            value: value.to_owned(),
        })
    }
}

/// The rule of a kind of indicator, where it is one.
pub(crate) fn rule_named(key: &str) -> Option<&'static KnownRule> {
    RULES.iter().find(|rule| rule.key == key)
}

fn rule_of(kind: IndicatorKind) -> KnownRule {
    let (zh, en) = match kind {
        IndicatorKind::Address => ("地址", "Address"),
        IndicatorKind::Domain => ("域名", "Domain"),
        IndicatorKind::Hash => ("文件摘要", "File digest"),
        IndicatorKind::Mail => ("邮箱地址", "Mail address"),
    };
    KnownRule {
        key: format!("indicator-{}", kind.word()),
        title: Text::new(
            format!("日志中出现威胁指标（{zh}）"),
            format!("{en} of a list of indicators seen in logs"),
        ),
        description: Text::new(
            "事件中的值在导入的威胁指标清单上。核对清单的来源与时效，再查看该主机前后的事件。",
            "A value of the event is on an imported list of indicators. Check where the list is from and how old it is, then look at what else the host did.",
        ),
        level: AlertSeverity::High,
        status: None,
        kind: AlertKind::Indicator,
        is_own: false,
        logsource: LogSource::default(),
        enabled: true,
        attack: Vec::new(),
        tactics: Vec::new(),
        requirements: vec!["8.1.3.3".to_owned()],
        false_positives: Vec::new(),
        references: Vec::new(),
        playbook: None,
        file: String::new(),
        text: String::new(),
        condition: String::new(),
        switch: None,
        changed: None,
    }
}
