//! Figures as a Markdown table.

/// A figure with its target and, where there is one, the peer's.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) figure: f64,
    pub(super) unit: &'static str,
    /// What it must not exceed.
    pub(super) target: Option<f64>,
    /// The same measured of the named peer.
    pub(super) peer: Option<f64>,
}

/// A table of figures.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    conditions: String,
    rows: Vec<Row>,
    appended: String,
}

/// The peer whose figures stand beside ours.
const PEER: &str = "CISO Assistant 3.11.0";

impl Table {
    /// An empty table; `conditions` says under which the figures were taken.
    pub(super) fn new(conditions: impl Into<String>) -> Self {
        Self {
            conditions: conditions.into(),
            rows: Vec::new(),
            appended: String::new(),
        }
    }

    /// Adds a table of another form below.
    pub(super) fn append(&mut self, text: &str) {
        self.appended.push_str(text);
    }

    pub(super) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Adds a figure that has no target.
    pub(super) fn note(&mut self, name: impl Into<String>, figure: f64, unit: &'static str) {
        self.push(Row {
            name: name.into(),
            figure,
            unit,
            target: None,
            peer: None,
        });
    }

    /// The names of the figures over their targets.
    pub(super) fn missed(&self) -> impl Iterator<Item = String> {
        self.rows
            .iter()
            .filter(|row| row.target.is_some_and(|target| row.figure > target))
            .map(|row| row.name.clone())
    }

    pub(super) fn markdown(&self) -> String {
        let peers = self.rows.iter().any(|row| row.peer.is_some());
        let mut headings = vec!["figure", "measured", "target", "met"];
        let mut rule = vec!["---", "---:", "---:", "---"];
        if peers {
            headings.extend([PEER, "ratio"]);
            rule.extend(["---:", "---:"]);
        }
        let mut lines = vec![self.conditions.clone(), String::new()];
        lines.push(format!("| {} |", headings.join(" | ")));
        lines.push(format!("| {} |", rule.join(" | ")));
        for row in &self.rows {
            let mut cells = row.cells();
            cells.truncate(headings.len());
            lines.push(format!("| {} |", cells.join(" | ")));
        }
        lines.push(String::new());
        if !self.appended.is_empty() {
            lines.push(self.appended.clone());
        }
        lines.join("\n")
    }
}

impl Row {
    fn cells(&self) -> Vec<String> {
        let in_unit = |value: f64| format!("{} {}", number(value), self.unit).trim().to_owned();
        let met = match self.target {
            Some(target) if self.figure <= target => "yes",
            Some(_) => "no",
            None => "",
        };
        let ratio = self
            .peer
            .filter(|_| self.figure > 0.0)
            .map(|peer| peer / self.figure);
        vec![
            self.name.clone(),
            in_unit(self.figure),
            self.target
                .map_or(String::new(), |target| format!("≤ {}", in_unit(target))),
            met.to_owned(),
            self.peer.map_or(String::new(), in_unit),
            ratio.map_or(String::new(), |ratio| format!("{} ×", number(ratio))),
        ]
    }
}

/// Three significant digits, no exponent.
fn number(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        size if size >= 0.1 => 3,
        _ => 4,
    };
    let text = format!("{value:.digits$}");
    if digits == 0 || !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, expected) in [
            (215.7, "216"),
            (14.3, "14.3"),
            (4.8, "4.8"),
            (0.0123, "0.0123"),
            (1.0, "1"),
            (0.0, "0"),
        ] {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn a_missed_target_is_named() {
        let mut table = Table::new("here");
        for (name, figure) in [("start", 0.5), ("dashboard", 0.09)] {
            table.push(Row {
                name: name.to_owned(),
                figure,
                unit: "CPU-s",
                target: Some(0.6).filter(|_| name == "start").or(Some(0.05)),
                peer: Some(14.3),
            });
        }
        assert_eq!(table.missed().collect::<Vec<_>>(), ["dashboard"]);
        let text = table.markdown();
        assert!(
            text.contains("| dashboard | 0.09 CPU-s | ≤ 0.05 CPU-s | no | 14.3 CPU-s | 159 × |"),
            "{text}"
        );
    }
}
