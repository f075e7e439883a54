//! An invented hospital, made through the API alone: the set-up wizard, the two-step
//! birth of accounts, systems, objects and verdicts.

use anyhow::Context as _;
use serde_json::{Value, json};

use super::Client;

const FIRST_PASSWORD: &str = "Bamboo-3-Window";
/// What the objects of a system are, repeated in this order.
const OBJECT_TYPES: [&str; 10] = [
    "server_os",
    "server_os",
    "server_os",
    "database",
    "application",
    "network_device",
    "security_device",
    "middleware",
    "terminal",
    "server_os",
];
/// Cells in one request.
const BATCH: usize = 500;

/// A hospital on a running server.
#[derive(Debug)]
pub(crate) struct Hospital {
    /// Its security lead, signed in.
    pub(crate) lead: Client,
}

/// An assessment whose cells all have a verdict.
#[derive(Debug)]
pub(crate) struct Assessed {
    /// The assessment.
    pub(crate) assessment: i64,
    /// How many cells (requirement × object) have a verdict.
    pub(crate) cells: usize,
    /// One of them.
    pub(crate) first: Value,
}

impl Hospital {
    /// The security lead's sign-in name.
    pub(crate) const LEAD: &str = "lead";
    /// The password of all its accounts.
    pub(crate) const PASSWORD: &str = "Kapok-7-Lantern";

    /// Runs the set-up wizard on an empty server and brings a security lead into being.
    pub(crate) fn found(address: &str) -> anyhow::Result<Self> {
        let nobody = Client::nobody(address);
        let administrator = |role: &str, username: &str| json!({"role": role, "username": username, "display_name": username, "password": Self::PASSWORD});
        let set_up = json!({
            "organisation": {"name": "云岭示范医院"},
            "administrators": [
                administrator("system_admin", "sysadmin"),
                administrator("security_admin", "secadmin"),
                administrator("audit_admin", "auditadmin"),
            ],
        });
        nobody.post("/api/v1/setup", &set_up)?;
        let account =
            json!({"username": Self::LEAD, "display_name": "安全主管", "password": FIRST_PASSWORD});
        let account = nobody
            .sign_in("sysadmin", Self::PASSWORD)?
            .post("/api/v1/accounts", &account)?;
        let roles = json!({"roles": ["security_lead"], "reason": "任命信息安全主管"});
        nobody
            .sign_in("secadmin", Self::PASSWORD)?
            .put(&format!("/api/v1/accounts/{}/roles", account["id"]), &roles)?;
        let change = json!({"current": FIRST_PASSWORD, "next": Self::PASSWORD});
        nobody
            .sign_in(Self::LEAD, FIRST_PASSWORD)?
            .post("/api/v1/session/password", &change)?;
        Ok(Self {
            lead: nobody.sign_in(Self::LEAD, Self::PASSWORD)?,
        })
    }

    /// Makes system number `number` of level 3 with `objects` objects and judges all of it.
    pub(crate) fn assess(&self, number: usize, objects: usize) -> anyhow::Result<Assessed> {
        let system = json!({
            "code": format!("SYS-{number:03}"),
            "name": format!("示范业务系统 {number}"),
            "grade": {"s": 3, "a": 3},
            "extensions": [],
        });
        let system = id(&self.lead.post("/api/v1/systems", &system)?)?;
        for (at, object_type) in (0..objects).zip(OBJECT_TYPES.into_iter().cycle()) {
            let asset = json!({
                "code": format!("AST-{number:03}-{at:04}"),
                "name": format!("示范对象 {number}-{at}"),
                "object_type": object_type,
                "importance": "important",
                "system_ids": [system],
            });
            self.lead.post("/api/v1/assets", &asset)?;
        }
        let assessment = json!({"system_id": system, "name": "首次测评", "template": "2025"});
        let assessment = id(&self.lead.post("/api/v1/assessments", &assessment)?)?;
        self.judge(assessment)
    }

    /// Gives every cell a verdict: of seven one is 不符合, one 部分符合, the others 符合.
    fn judge(&self, assessment: i64) -> anyhow::Result<Assessed> {
        let matrix = self
            .lead
            .get_json(&format!("/api/v1/assessments/{assessment}/matrix"))?;
        let cells = cells(&matrix)?;
        let path = format!("/api/v1/assessments/{assessment}/verdicts");
        for (residue, verdict) in [
            (&[0][..], "noncompliant"),
            (&[1], "partial"),
            (&[2, 3, 4, 5, 6], "compliant"),
        ] {
            let chosen: Vec<&Value> = cells
                .iter()
                .enumerate()
                .filter(|(at, _)| residue.contains(&(at % 7)))
                .map(|(_, cell)| cell)
                .collect();
            for batch in chosen.chunks(BATCH) {
                let change = json!({"cells": batch, "action": "overrule", "verdict": verdict, "reason": "现场核查"});
                self.lead.put(&path, &change)?;
            }
        }
        Ok(Assessed {
            assessment,
            cells: cells.len(),
            first: cells.into_iter().next().context("the matrix has no cell")?,
        })
    }
}

/// All cells of a matrix, as the API names them.
fn cells(matrix: &Value) -> anyhow::Result<Vec<Value>> {
    let list = |key: &str| matrix[key].as_array().with_context(|| format!("no {key}"));
    let requirements = list("requirements")?;
    let mut cells = Vec::new();
    for (object, verdicts) in list("objects")?.iter().zip(list("verdicts")?) {
        let verdicts = verdicts.as_str().context("verdicts are strings")?;
        for (requirement, verdict) in requirements.iter().zip(verdicts.chars()) {
            if verdict != '-' {
                cells.push(json!({"requirement": requirement, "asset_id": object}));
            }
        }
    }
    Ok(cells)
}

fn id(view: &Value) -> anyhow::Result<i64> {
    view["id"].as_i64().context("an answer without id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cells_are_named() {
        let matrix =
            json!({"requirements": ["a", "b"], "objects": [7, 8], "verdicts": ["?-", "cn"]});
        let cells = cells(&matrix).unwrap();
        assert_eq!(cells.len(), 3);
        assert_eq!(cells[1], json!({"requirement": "a", "asset_id": 8}));
    }
}
