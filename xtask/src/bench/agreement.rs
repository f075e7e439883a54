//! Our results beside those of Lynis and OpenSCAP, thing by thing, as a page of the docs.

use std::{collections::BTreeMap, fs};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::Value;

use super::peers::LynisResults;
use crate::{say::line, workspace::Workspace};

/// Where the page goes.
pub(super) const PAGE: &str = "docs/inspection-agreement.md";
const SAME: &str = "xtask/agreement.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    same: Vec<Same>,
}

/// One thing that several judge.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Same {
    what: String,
    ours: String,
    lynis: Option<String>,
    lynis_says: Option<String>,
    scap: Option<String>,
    because: Option<String>,
}

/// What one of them says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Good,
    Bad,
    /// It judged nothing here: it does not apply, was skipped, or could not tell.
    Nothing,
}

impl Says {
    fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Nothing => "–",
        }
    }
}

/// The page.
///
/// # Errors
/// When results differ and the mapping does not say why.
pub(super) fn page(
    workspace: &Workspace,
    inspection: &Value,
    lynis: &LynisResults,
    scap: &BTreeMap<String, String>,
) -> anyhow::Result<String> {
    let text = fs::read_to_string(workspace.path(SAME)).context(SAME)?;
    let mapping: Mapping = toml::from_str(&text).context(SAME)?;
    let (page, unexplained) = render(&mapping, inspection, lynis, scap)?;
    line(&page);
    if !unexplained.is_empty() {
        bail!(
            "results differ without a reason in {SAME}: {}",
            unexplained.join(", ")
        );
    }
    Ok(page)
}

fn render(
    mapping: &Mapping,
    inspection: &Value,
    lynis: &LynisResults,
    scap: &BTreeMap<String, String>,
) -> anyhow::Result<(String, Vec<String>)> {
    let statuses = statuses(inspection)?;
    let mut rows = Vec::new();
    let mut unexplained = Vec::new();
    let (mut agree, mut differ, mut alone) = (0, 0, 0);
    for same in &mapping.same {
        let Some(status) = statuses.get(same.ours.as_str()) else {
            bail!("{SAME}: there is no check {}", same.ours);
        };
        let ours = match *status {
            "pass" => Says::Good,
            "fail" => Says::Bad,
            _ => Says::Nothing,
        };
        let theirs = [of_lynis(same, lynis), of_scap(same, scap)];
        let others: Vec<Says> = theirs
            .into_iter()
            .flatten()
            .filter(|says| *says != Says::Nothing)
            .collect();
        let judged = ours != Says::Nothing && !others.is_empty();
        let verdict = if !judged {
            alone += 1;
            "not judged by both"
        } else if others.iter().all(|says| *says == ours) {
            agree += 1;
            "agree"
        } else {
            differ += 1;
            if same.because.is_none() {
                unexplained.push(same.ours.clone());
            }
            "differ"
        };
        let because = same.because.as_deref().filter(|_| verdict != "agree");
        let cell = |name: &Option<String>, says: Option<Says>| match (name, says) {
            (Some(name), Some(says)) => format!("{} (`{name}`)", says.word()),
            _ => String::new(),
        };
        rows.push(format!(
            "| {} | {} (`{}`) | {} | {} | {verdict} | {} |",
            same.what,
            ours.word(),
            same.ours,
            cell(&same.lynis, theirs[0]),
            cell(&same.scap, theirs[1]),
            because.unwrap_or_default(),
        ));
    }
    let page = format!(
        "# Agreement with Lynis and OpenSCAP\n\n\
         Written by `cargo xtask bench inspect --write` on the machine whose figures stand in \
         [benchmarks](benchmarks.md). What is taken to be the same thing stands in `{SAME}`. \
         *Good* is a pass, a test of Lynis without a remark, a rule that passes; *bad* is a \
         failure, a remark, a rule that fails; – is a thing that was not judged here.\n\n\
         Of {} things, {agree} were judged alike and {differ} differently; {alone} were not \
         judged by ours and another.\n\n\
         | thing | ours | Lynis | OpenSCAP | | why |\n\
         | --- | --- | --- | --- | --- | --- |\n{}\n",
        mapping.same.len(),
        rows.join("\n"),
    );
    Ok((page, unexplained))
}

fn statuses(inspection: &Value) -> anyhow::Result<BTreeMap<&str, &str>> {
    let results = inspection["results"].as_array().context("no results")?;
    let found = results.iter().filter_map(|result| {
        let check = result["check"].as_str()?;
        Some((check, result["status"].as_str()?))
    });
    Ok(found.collect())
}

fn of_lynis(same: &Same, lynis: &LynisResults) -> Option<Says> {
    let test = same.lynis.as_ref()?;
    let says = same.lynis_says.as_deref().unwrap_or_default();
    let remarked = lynis
        .remarks
        .iter()
        .any(|(of, text)| of == test && text.contains(says));
    Some(if remarked {
        Says::Bad
    } else if lynis.executed.contains(test) {
        Says::Good
    } else {
        Says::Nothing
    })
}

fn of_scap(same: &Same, scap: &BTreeMap<String, String>) -> Option<Says> {
    let rule = same.scap.as_ref()?;
    Some(match scap.get(rule).map(String::as_str) {
        Some("pass") => Says::Good,
        Some("fail") => Says::Bad,
        _ => Says::Nothing,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(because: &str) -> (String, Vec<String>) {
        let text = format!(
            "[[same]]\nwhat = \"a\"\nours = \"x.a\"\nlynis = \"A-1\"\n\
             [[same]]\nwhat = \"b\"\nours = \"x.b\"\nscap = \"b_rule\"\n{because}\n\
             [[same]]\nwhat = \"c\"\nours = \"x.c\"\nlynis = \"S-1\"\nlynis_says = \"c\"\n"
        );
        let inspection = serde_json::json!({"results": [
            {"check": "x.a", "status": "fail"}, {"check": "x.b", "status": "pass"}, {"check": "x.c", "status": "unknown"}]});
        let lynis = LynisResults {
            executed: ["A-1", "S-1"].map(str::to_owned).into(),
            remarks: vec![("A-1".to_owned(), "A-1|do it|-".to_owned())],
        };
        let scap = BTreeMap::from([("b_rule".to_owned(), "fail".to_owned())]);
        render(&toml::from_str(&text).unwrap(), &inspection, &lynis, &scap).unwrap()
    }

    #[test]
    fn a_difference_needs_a_reason() {
        let (page, unexplained) = rendered("");
        assert_eq!(unexplained, ["x.b"]);
        assert!(page.contains("Of 3 things, 1 were judged alike and 1 differently; 1 were not"));
        let (page, unexplained) = rendered("because = \"so\"");
        assert!(unexplained.is_empty());
        assert!(
            page.contains("| b | good (`x.b`) |  | bad (`b_rule`) | differ | so |"),
            "{page}"
        );
    }
}
