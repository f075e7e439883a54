//! A crate may depend on any row below it, never on its own row or above.

use super::{Complaint, graph::Graph};

/// The rows of ARCHITECTURE.md, lowest first. Crates to come have their place already, so
/// that creating one is not a decision about the shape of the whole.
const ROWS: [&[&str]; 6] = [
    &["core"],
    &[
        "controls", "workflow", "detect", "vulns", "inspect", "ledger",
    ],
    &["store", "lake", "report", "reach", "ingest", "wire"],
    &["app"],
    &["api", "agent"],
    &[""],
];
/// For tests of the top row only.
const TESTKIT: &str = "xinglin-testkit";

fn row(package: &str) -> Option<usize> {
    let name = package.strip_prefix("xinglin")?.trim_start_matches('-');
    ROWS.iter().position(|row| row.contains(&name))
}

pub(super) fn check(graph: &Graph) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let top = ROWS.len() - 1;
    for package in graph.members() {
        let own = match package.name.as_str() {
            TESTKIT => top,
            // Automation builds and starts the product, it never links it.
            "xtask" => 0,
            name => {
                let Some(row) = row(name) else {
                    let text = "has no row; see ARCHITECTURE.md and xtask/src/tidy/rows.rs";
                    complaints.push(Complaint::new(name, text));
                    continue;
                };
                row
            }
        };
        for dependency in &package.dependencies {
            let ours = dependency.name.starts_with("xinglin");
            let for_tests = dependency.name == TESTKIT && dependency.is_dev && own == top;
            // How a crate turns its own features on for its tests.
            let itself = dependency.name == package.name && dependency.is_dev;
            let below = row(&dependency.name).is_some_and(|row| row < own);
            if ours && !for_tests && !itself && !below {
                let text = format!("is of row {own} and may not depend on {}", dependency.name);
                complaints.push(Complaint::new(&package.name, text));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_go_down() {
        let cases: [(&str, &[&str], bool); 12] = [
            ("xinglin-store", &["xinglin-core", "xinglin-ledger"], true),
            ("xinglin", &["xinglin-api", "dev:xinglin-testkit"], true),
            ("xinglin-testkit", &["xinglin-api", "xinglin-app"], true),
            ("xtask", &["serde"], true),
            ("xinglin-store", &["dev:xinglin-store"], true),
            ("xinglin-ledger", &["xinglin-store"], false),
            ("xinglin-store", &["xinglin-store"], false),
            ("xinglin-store", &["xinglin-report"], false),
            ("xinglin-app", &["dev:xinglin-testkit"], false),
            ("xinglin", &["xinglin-testkit"], false),
            ("xinglin-utils", &[], false),
            ("xtask", &["xinglin-core"], false),
        ];
        for (name, dependencies, good) in cases {
            let graph = Graph::of_members(&[(name, dependencies)]);
            assert_eq!(check(&graph).is_empty(), good, "{name} {dependencies:?}");
        }
    }
}
