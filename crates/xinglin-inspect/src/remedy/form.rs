//! The forms in which code is written.

use serde::{Deserialize, Serialize};

use crate::checks::Fix;

/// A form of code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemedyForm {
    /// A playbook for Ansible.
    Ansible,
    /// A script for a POSIX shell.
    Shell,
    /// A script for PowerShell 5.1.
    Powershell,
    /// SQL statements.
    Sql,
    /// Lines of a configuration file or of a device's command line, in a dialect such as
    /// `huawei_vrp`.
    Lines(String),
}

/// The code of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code<'a> {
    /// As the form wants it.
    Own(&'a str),
    /// A shell script that stands in for tasks of Ansible.
    ShellForAnsible(&'a str),
}

impl<'a> Code<'a> {
    pub(super) fn text(self) -> &'a str {
        match self {
            Self::Own(text) | Self::ShellForAnsible(text) => text,
        }
    }
}

impl RemedyForm {
    /// The forms a fix has code for.
    pub(super) fn of(fix: &Fix) -> Vec<Self> {
        let own = [Self::Ansible, Self::Shell, Self::Powershell, Self::Sql];
        let lines = fix.lines.keys().cloned().map(Self::Lines);
        own.into_iter()
            .chain(lines)
            .filter(|form| form.code(fix).is_some())
            .collect()
    }

    /// A fix's code in this form.
    pub(super) fn code<'a>(&self, fix: &'a Fix) -> Option<Code<'a>> {
        let own = |code: &'a Option<String>| {
            let code = code.as_deref().filter(|code| !code.trim().is_empty());
            code.map(Code::Own)
        };
        match self {
            Self::Ansible => {
                let tasks = own(&fix.ansible).filter(|code| super::ansible::is_tasks(code.text()));
                let shell = own(&fix.shell).map(|code| Code::ShellForAnsible(code.text()));
                tasks.or(shell)
            }
            Self::Shell => own(&fix.shell),
            Self::Powershell => {
                own(&fix.powershell).filter(|code| super::powershell::fits(code.text()))
            }
            Self::Sql => own(&fix.sql),
            Self::Lines(dialect) => {
                let code = fix
                    .lines
                    .get(dialect)
                    .filter(|code| !code.trim().is_empty());
                code.map(|code| Code::Own(code))
            }
        }
    }

    /// What a file of this form may be called.
    pub(super) fn file_name(&self) -> String {
        match self {
            Self::Ansible => "remedy.yml".to_owned(),
            Self::Shell => "remedy.sh".to_owned(),
            Self::Powershell => "remedy.ps1".to_owned(),
            Self::Sql => "remedy.sql".to_owned(),
            Self::Lines(dialect) => {
                let is_plain = |c: &char| c.is_ascii_alphanumeric() || "_-.".contains(*c);
                let dialect: String = dialect.chars().filter(is_plain).take(40).collect();
                format!("remedy-{dialect}.txt")
            }
        }
    }
}
