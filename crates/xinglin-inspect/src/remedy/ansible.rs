//! An Ansible playbook.

use xinglin_core::Lang;

use super::{Document, comments, form::Code, with_end};
use crate::checks::Severity;

/// Whether a text is a list of tasks: what is not would spoil the whole playbook.
pub(super) fn is_tasks(text: &str) -> bool {
    let tasks = serde_saphyr::from_str::<Vec<serde_json::Map<String, serde_json::Value>>>(text);
    tasks.is_ok_and(|tasks| !tasks.is_empty())
}

/// The modules that change files keep what was there.
const PLAY: &str = r#"- name: {name}
  hosts: "{{ targets | default('nobody') }}"
  become: true
  module_defaults:
    ansible.builtin.blockinfile: {backup: true}
    ansible.builtin.copy: {backup: true}
    ansible.builtin.lineinfile: {backup: true}
    ansible.builtin.replace: {backup: true}
    ansible.builtin.template: {backup: true}
  tasks:
"#;

pub(super) fn write(document: &Document<'_>) -> String {
    let (usage, name) = match document.lang {
        Lang::Zh => (
            [
                "演练：ansible-playbook -e targets=主机名 --check --diff remedy.yml；执行：去掉 --check。",
                "只做一项：--tags 检查项编号。以 shell 写的步骤在演练时跳过。",
            ],
            "杏林盾整改",
        ),
        Lang::En => (
            [
                "Rehearse: ansible-playbook -e targets=HOST --check --diff remedy.yml; act: without --check.",
                "One step only: --tags CHECK. Steps written for a shell are skipped in the rehearsal.",
            ],
            "Remedies by Xinglin",
        ),
    };
    let mut pieces = vec![
        comments(&document.head(&usage)),
        "---\n".to_owned(),
        PLAY.replace("{name}", &quoted(name)),
    ];
    for coded in document.coded {
        let severity = match coded.step.severity {
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
        };
        let name = format!("{}: {}", coded.step.check, coded.title());
        pieces.push("\n".to_owned());
        let remarks = coded.remarks();
        pieces.extend(
            remarks
                .iter()
                .skip(1)
                .map(|remark| format!("    # {remark}\n")),
        );
        pieces.push(format!(
            "    - name: {}\n      tags: [{}, {severity}]\n      block:\n",
            quoted(&name),
            quoted(coded.step.check)
        ));
        pieces.push(match coded.code {
            Code::Own(tasks) => indented(tasks, 8),
            // What looks like a template of Ansible in a script is none.
            Code::ShellForAnsible(script) => format!(
                "        - name: {}\n          ansible.builtin.shell:\n            cmd: !unsafe |2\n{}          changed_when: true\n",
                quoted(&coded.title()),
                indented(script, 14)
            ),
        });
    }
    pieces.concat()
}

/// A text in double quotes, which JSON and YAML write alike, without template marks.
fn quoted(text: &str) -> String {
    let text = text.replace("{{", "{ {").replace("{%", "{ %");
    serde_json::Value::String(text).to_string()
}

fn indented(code: &str, by: usize) -> String {
    let code = with_end(code);
    let lines = code.lines().map(|line| {
        if line.is_empty() {
            "\n".to_owned()
        } else {
            format!("{:by$}{line}\n", "")
        }
    });
    lines.collect::<Vec<_>>().concat()
}
