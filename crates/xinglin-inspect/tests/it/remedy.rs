//! Code for failed checks: what it holds, and that it does nothing until it is told to.
#![expect(
    clippy::disallowed_methods,
    reason = "a script is only known to work when a shell has run it"
)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use xinglin_core::{Lang, Text};
use xinglin_inspect::{
    CheckResult, CheckSet, Power, Severity, Status, checks,
    remedy::{RemedyForm, RemedyPlan, RemedyScript},
};

use crate::content::shipped_checks;

/// Checks of which each has code in some form.
fn checks_with(fixes: &[(&str, &str, serde_json::Value)]) -> CheckSet {
    let written: Vec<serde_json::Value> = fixes
        .iter()
        .map(|(id, severity, fix)| {
            serde_json::json!({
                "id": id,
                "title": {"zh": "不能有'引号'", "en": "it's \"quoted\" $(reboot) `reboot` {{ x }}"},
                "requirements": ["L3-CES1-01"],
                "power": "partial",
                "severity": severity,
                "expect": "facts.x == 1",
                "observed": "facts.x",
                "expected": {"zh": "好", "en": "good"},
                "remedy": {"zh": "做", "en": "do"},
                "risk": {"zh": "会断开\n连接", "en": "cuts\nconnections -- for a while"},
                "fix": fix,
            })
        })
        .collect();
    let text = serde_json::json!({ "checks": written }).to_string();
    let (set, errors) = checks::load(&[("checks/linux/x.yaml".to_owned(), text)]);
    assert_eq!(errors, []);
    set
}

fn results(set: &CheckSet, status: Status) -> Vec<CheckResult> {
    let results = set.checks().iter().map(|check| CheckResult {
        check: check.id.clone(),
        // What a result carries is not what a script is made of.
        title: Text::new("$(touch /tmp/x)", "$(touch /tmp/x)"),
        status,
        requirements: Vec::new(),
        sufficient: false,
        power: Power::Partial,
        severity: Severity::Low,
        partial: false,
        high_risk: Vec::new(),
        observed: serde_json::json!("'; reboot #"),
        expected: Text::default(),
        remedy: Text::default(),
        missing: Vec::new(),
    });
    results.collect()
}

fn written(set: &CheckSet, form: &RemedyForm, lang: Lang) -> RemedyScript {
    RemedyPlan::new(set, &results(set, Status::Fail))
        .write(form, lang)
        .unwrap()
}

fn sh(arguments: &[&str], folder: &Path) -> Output {
    Command::new("sh")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn only_what_failed_is_planned_and_the_worst_goes_first() {
    let shell = serde_json::json!({"shell": "true"});
    let set = checks_with(&[
        ("linux.a", "low", shell.clone()),
        ("linux.b", "high", shell.clone()),
        ("linux.c", "high", serde_json::json!({})),
        ("linux.d", "medium", shell),
    ]);
    let mut results = results(&set, Status::Fail);
    results[3].status = Status::Unknown;
    let plan = RemedyPlan::new(&set, &results);
    let order: Vec<&str> = plan.steps.iter().map(|step| step.check).collect();
    assert_eq!(order, ["linux.b", "linux.c", "linux.a"]);
    assert_eq!(plan.forms(), [RemedyForm::Ansible, RemedyForm::Shell]);
    let script = plan.write(&RemedyForm::Shell, Lang::En).unwrap();
    assert_eq!(script.covered, ["linux.b", "linux.a"]);
    assert_eq!(script.by_hand, ["linux.c"]);
    assert!(
        script
            .text
            .contains("# Not in here, to be done by hand:\n#   linux.c\n")
    );
    assert_eq!(plan.write(&RemedyForm::Sql, Lang::En), None);
    let passed = RemedyPlan::new(&set, &self::results(&set, Status::Pass));
    assert!(passed.steps.is_empty() && passed.forms().is_empty());
}

/// A folder with a configuration file, and checks that change it.
fn world() -> (tempfile::TempDir, CheckSet) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sshd_config");
    fs::write(&file, "PermitRootLogin yes\n").unwrap();
    let (file, new) = (file.display(), folder.path().join("new.conf"));
    let new = new.display();
    let set = checks_with(&[
        (
            "linux.root-login",
            "high",
            serde_json::json!({"shell": format!("sed -i 's/ yes/ no/' {file}\necho done >> {new}\n")}),
        ),
        // A step that fails in the middle goes no further, and the next is taken all the same.
        (
            "linux.fails",
            "medium",
            serde_json::json!({"shell": format!("false\necho 'not reached' >> {file}")}),
        ),
        // Asks: gets no answer, and does not wait.
        (
            "linux.reads",
            "low",
            serde_json::json!({"shell": "if read -r answer; then exit 9; fi\nEND_OF_STEP=1\nexport END_OF_STEP"}),
        ),
        (
            "linux.broken",
            "low",
            serde_json::json!({"shell": "if true; then"}),
        ),
    ]);
    (folder, set)
}

#[test]
fn a_rehearsal_changes_nothing() {
    let (folder, set) = world();
    for lang in [Lang::Zh, Lang::En] {
        let script = folder.path().join("remedy.sh");
        fs::write(&script, written(&set, &RemedyForm::Shell, lang).text).unwrap();
        assert!(sh(&["-n", "remedy.sh"], folder.path()).status.success());
        let output = sh(&["remedy.sh", "--backup", "kept"], folder.path());
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(
            said.contains("[linux.root-login]") && said.contains("  | sed -i"),
            "{said}"
        );
        assert!(
            said.contains("sshd_config\n"),
            "it says what it would keep: {said}"
        );
        assert_eq!(
            output.status.code(),
            Some(1),
            "a broken step is told in the rehearsal"
        );
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["remedy.sh", "sshd_config"]);
        assert_eq!(
            fs::read_to_string(folder.path().join("sshd_config")).unwrap(),
            "PermitRootLogin yes\n"
        );
    }
}

#[test]
fn told_to_it_acts_keeps_copies_and_logs() {
    let (folder, set) = world();
    let path = |name: &str| folder.path().join(name);
    fs::write(
        path("remedy.sh"),
        written(&set, &RemedyForm::Shell, Lang::En).text,
    )
    .unwrap();
    let output = sh(&["remedy.sh", "--apply", "--backup", "kept"], folder.path());
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("steps, failures: 4, 2"), "{said}");
    assert_eq!(
        fs::read_to_string(path("sshd_config")).unwrap(),
        "PermitRootLogin no\n"
    );
    assert!(path("new.conf").exists());
    let kept = fs::read_dir(path("kept"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let copy = format!("files{}", path("sshd_config").display());
    assert_eq!(
        fs::read_to_string(kept.join(copy)).unwrap(),
        "PermitRootLogin yes\n"
    );
    let new = fs::read_to_string(kept.join("new-files.txt")).unwrap();
    assert_eq!(new, format!("{}\n", path("new.conf").display()));
    let log = fs::read_to_string(kept.join("log.txt")).unwrap();
    assert!(
        log.contains("[linux.fails]") && log.contains("= 1"),
        "{log}"
    );
}

#[test]
fn one_step_may_be_chosen_and_a_wrong_word_is_refused() {
    let (folder, set) = world();
    fs::write(
        folder.path().join("remedy.sh"),
        written(&set, &RemedyForm::Shell, Lang::En).text,
    )
    .unwrap();
    let output = sh(
        &[
            "remedy.sh",
            "--apply",
            "--only",
            "linux.reads",
            "--backup",
            "kept",
        ],
        folder.path(),
    );
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("sshd_config")).unwrap(),
        "PermitRootLogin yes\n"
    );
    for wrong in [&["remedy.sh", "--aply"][..], &["remedy.sh", "--only"]] {
        assert_eq!(sh(wrong, folder.path()).status.code(), Some(2));
    }
}

#[test]
fn nothing_of_a_result_gets_into_code() {
    let lines = serde_json::json!({"shell": "true", "powershell": "Get-Date", "sql": "SELECT 1;", "ansible": "- ansible.builtin.command: 'true'", "lines": {"huawei_vrp": "aaa"}});
    let set = checks_with(&[("linux.a", "low", lines)]);
    let plan = RemedyPlan::new(&set, &results(&set, Status::Fail));
    assert_eq!(plan.forms().len(), 5);
    for form in plan.forms() {
        for lang in [Lang::Zh, Lang::En] {
            let script = plan.write(&form, lang).unwrap();
            assert!(
                !script.text.contains("touch /tmp") && !script.text.contains("'; reboot #"),
                "{form:?}"
            );
            assert!(
                !script.text.contains("\nconnections"),
                "a comment stays one: {form:?}"
            );
        }
    }
    // A title of content stands in single quotes, where a shell does nothing with it.
    let shell = plan.write(&RemedyForm::Shell, Lang::En).unwrap().text;
    assert!(
        shell.contains(
            r#"step 'linux.a' 'it'\''s "quoted" $(reboot) `reboot` {{ x }}' <<'END_OF_STEP'"#
        ),
        "{shell}"
    );
    let powershell = plan.write(&RemedyForm::Powershell, Lang::En).unwrap().text;
    assert!(
        powershell
            .contains(r#"-Title 'it''s "quoted" $(reboot) `reboot` {{ x }}' -Keys @() -Code @'"#),
        "{powershell}"
    );
    assert!(powershell.starts_with('\u{feff}'));
}

#[test]
fn what_does_not_fit_a_form_is_done_by_hand() {
    let set = checks_with(&[
        (
            "linux.a",
            "low",
            serde_json::json!({"powershell": "Write-Output @'\nx\n'@", "ansible": "not: tasks"}),
        ),
        (
            "linux.b",
            "low",
            serde_json::json!({"powershell": "Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Lsa' -Name X -Value 1"}),
        ),
    ]);
    let script = written(&set, &RemedyForm::Powershell, Lang::Zh);
    assert_eq!(
        (script.covered, script.by_hand),
        (vec!["linux.b".to_owned()], vec!["linux.a".to_owned()])
    );
    assert!(
        script
            .text
            .contains(r"-Keys @('HKLM\SYSTEM\CurrentControlSet\Control\Lsa')"),
        "{}",
        script.text
    );
    let plan = RemedyPlan::new(&set, &results(&set, Status::Fail));
    assert_eq!(plan.write(&RemedyForm::Ansible, Lang::En), None);
}

#[test]
fn comments_are_those_of_the_dialect() {
    let lines = serde_json::json!({"sql": "SELECT 1;", "lines": {"cisco_ios": "aaa new-model", "huawei_vrp": "aaa", "tomcat_server": "<Valve/>"}});
    let set = checks_with(&[("linux.a", "low", lines)]);
    let text = |form: &RemedyForm| written(&set, form, Lang::En);
    let of = |dialect: &str| text(&RemedyForm::Lines(dialect.to_owned()));
    assert!(
        of("cisco_ios")
            .text
            .contains("! Risk: cuts connections - - for a while\naaa new-model\n")
    );
    assert!(of("huawei_vrp").text.contains("\n# linux.a: "));
    assert!(
        of("tomcat_server")
            .text
            .contains("<!-- Risk: cuts connections - - for a while -->\n<Valve/>")
    );
    assert_eq!(of("huawei_vrp").file_name, "remedy-huawei_vrp.txt");
    assert!(text(&RemedyForm::Sql).text.contains("\n-- Risk: "));
}

#[test]
fn a_playbook_is_yaml_with_a_block_for_each_check() {
    let set = checks_with(&[
        (
            "linux.a",
            "high",
            serde_json::json!({"ansible": "- name: first\n  ansible.builtin.command: 'true'\n\n- name: second\n  ansible.builtin.shell: |\n    one\n      two\n"}),
        ),
        (
            "linux.b",
            "low",
            serde_json::json!({"shell": "echo {{ not a template }}\n\nif true; then\n  echo\nfi"}),
        ),
    ]);
    let script = written(&set, &RemedyForm::Ansible, Lang::Zh);
    let plays: Vec<serde_json::Value> = serde_saphyr::from_str(&script.text).unwrap();
    let tasks = plays[0]["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 2);
    assert_eq!(tasks[0]["name"], "linux.a: 不能有'引号'");
    assert_eq!(tasks[0]["tags"], serde_json::json!(["linux.a", "high"]));
    assert_eq!(
        tasks[0]["block"][1]["ansible.builtin.shell"],
        "one\n  two\n"
    );
    let shell = &tasks[1]["block"][0]["ansible.builtin.shell"]["cmd"];
    assert_eq!(
        shell,
        "echo {{ not a template }}\n\nif true; then\n  echo\nfi\n"
    );
    assert!(script.text.contains("!unsafe"));
}

#[test]
fn the_code_of_all_shipped_checks_is_valid() {
    let set = shipped_checks();
    let plan = RemedyPlan::new(&set, &results(&set, Status::Fail));
    let folder = tempfile::tempdir().unwrap();
    for form in plan.forms() {
        let script = plan.write(&form, Lang::Zh).unwrap();
        assert_eq!(
            script.covered.len() + script.by_hand.len(),
            set.checks().len()
        );
        if form == RemedyForm::Ansible {
            let plays: Vec<serde_json::Value> = serde_saphyr::from_str(&script.text).unwrap();
            assert_eq!(
                plays[0]["tasks"].as_array().unwrap().len(),
                script.covered.len()
            );
        }
        fs::write(folder.path().join(&script.file_name), &script.text).unwrap();
    }
    for step in &plan.steps {
        if let Some(code) = &step.fix.shell {
            let file = folder.path().join("step.sh");
            fs::write(&file, code).unwrap();
            let output = sh(&["-n", "step.sh"], folder.path());
            assert!(
                output.status.success(),
                "{}: {}",
                step.check,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        if let Some(tasks) = &step.fix.ansible {
            let tasks = serde_saphyr::from_str::<Vec<serde_json::Value>>(tasks);
            assert!(tasks.is_ok(), "{}: {tasks:?}", step.check);
        }
    }
}
