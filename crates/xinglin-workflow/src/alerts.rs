//! Alerts (告警): their life, from what was seen to what a person says of it.

use crate::words::words;

words! {
    /// How bad an alert is. Ordered, the gravest last.
    AlertSeverity {
        /// 提示
        Informational = "informational", "提示", "Informational";
        /// 低
        Low = "low", "低", "Low";
        /// 中
        Medium = "medium", "中", "Medium";
        /// 高
        High = "high", "高", "High";
        /// 严重
        Critical = "critical", "严重", "Critical";
    }
}

words! {
    /// What made an alert.
    AlertKind {
        /// A rule for single events.
        Rule = "rule", "规则", "Rule";
        /// A rule for how matches meet in time.
        Correlation = "correlation", "关联规则", "Correlation";
        /// A rule for what is usual.
        Baseline = "baseline", "基线", "Baseline";
        /// A value that is on a list.
        Indicator = "indicator", "威胁指标", "Indicator";
    }
}

words! {
    /// Where an alert stands.
    AlertState {
        /// Nobody has seen it.
        New = "new", "待处置", "New";
        /// Somebody has seen it.
        Acknowledged = "acknowledged", "已确认", "Acknowledged";
        /// Somebody looks into it.
        Investigating = "investigating", "调查中", "Investigating";
        /// Somebody said what it was.
        Closed = "closed", "已关闭", "Closed";
    }
}

words! {
    /// What an alert was.
    AlertVerdict {
        /// An attack, or an attempt.
        TruePositive = "true_positive", "真实事件", "True positive";
        /// It happened as the rule says, and was allowed.
        Benign = "benign", "属实无害", "Benign";
        /// The rule is wrong about it.
        FalsePositive = "false_positive", "误报", "False positive";
    }
}

words! {
    /// What a person can do with an alert.
    AlertAction {
        /// Say that it was seen.
        Acknowledge = "acknowledge", "确认", "Acknowledge";
        /// Give it to somebody.
        Assign = "assign", "分派", "Assign";
        /// Look into it.
        Investigate = "investigate", "开始调查", "Investigate";
        /// Say what it was.
        Close = "close", "关闭", "Close";
        /// Take a closed one up again.
        Reopen = "reopen", "重新打开", "Reopen";
        /// Say something about it.
        Comment = "comment", "评论", "Comment";
        /// Have no more of the kind.
        Except = "except", "设置例外", "Except";
        /// Have what it shows mended.
        RaiseFinding = "raise_finding", "转为问题", "Raise a finding";
    }
}

impl AlertState {
    /// Whether it still waits for somebody.
    pub fn is_open(self) -> bool {
        self != Self::Closed
    }

    /// The state after an action; `None` where the state does not permit it. The only place
    /// that knows it.
    pub fn after(self, action: AlertAction) -> Option<Self> {
        use AlertAction as Action;
        match (action, self) {
            (Action::Acknowledge, Self::New) | (Action::Reopen, Self::Closed) => {
                Some(Self::Acknowledged)
            }
            (Action::Investigate, Self::New | Self::Acknowledged) => Some(Self::Investigating),
            (Action::Close, Self::New | Self::Acknowledged | Self::Investigating) => {
                Some(Self::Closed)
            }
            (Action::Assign | Action::RaiseFinding, open) if open.is_open() => Some(open),
            (Action::Comment | Action::Except, any) => Some(any),
            _ => None,
        }
    }

    /// The actions that the state permits. Whether a person may do one is for the use case
    /// to say.
    pub fn allowed_actions(self) -> impl Iterator<Item = AlertAction> {
        let all = AlertAction::ALL.iter().copied();
        all.filter(move |action| self.after(*action).is_some())
    }
}

impl AlertSeverity {
    /// One step graver.
    #[must_use]
    pub fn raised(self) -> Self {
        match self {
            Self::Informational => Self::Low,
            Self::Low => Self::Medium,
            Self::Medium => Self::High,
            Self::High | Self::Critical => Self::Critical,
        }
    }

    /// One step less grave.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::Informational | Self::Low => Self::Informational,
            Self::Medium => Self::Low,
            Self::High => Self::Medium,
            Self::Critical => Self::High,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_is_closed_once_and_can_be_taken_up_again() {
        use AlertAction as Action;
        for (state, action, next) in [
            (AlertState::New, Action::Acknowledge, Some("acknowledged")),
            (AlertState::Acknowledged, Action::Acknowledge, None),
            (AlertState::New, Action::Investigate, Some("investigating")),
            (AlertState::Investigating, Action::Close, Some("closed")),
            (AlertState::Closed, Action::Close, None),
            (AlertState::Closed, Action::Assign, None),
            (AlertState::Closed, Action::Reopen, Some("acknowledged")),
            (AlertState::New, Action::Reopen, None),
            (AlertState::Closed, Action::Except, Some("closed")),
        ] {
            let after = state.after(action).map(AlertState::word);
            assert_eq!(after, next, "{state} {action}");
        }
    }

    #[test]
    fn severities_have_ends() {
        for severity in AlertSeverity::ALL {
            assert!(severity.raised() >= *severity);
            assert!(severity.lowered() <= *severity);
        }
        assert_eq!(AlertSeverity::Critical.raised(), AlertSeverity::Critical);
    }
}
