//! Tables with a line of headings, as consoles and PowerShell export them.

/// A table: headings in lower case, and rows of as many fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Reads text separated by commas, semicolons or tabs, with quotes; `None` for less than two
/// columns.
pub fn parse_table(text: &str) -> Option<Table> {
    // Export-Csv of older PowerShell puts the type before the table.
    let text = match text.trim_start().strip_prefix("#TYPE") {
        Some(rest) => rest.split_once('\n')?.1,
        None => text,
    };
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let count = |separator: char| first.matches(separator).count();
    let separator = [',', ';', '\t']
        .into_iter()
        .max_by_key(|separator| (count(*separator), *separator == ','))?;
    let mut rows = records(text, separator).into_iter();
    let headings: Vec<String> = rows
        .next()?
        .iter()
        .map(|heading| heading.trim().to_lowercase())
        .collect();
    if headings.len() < 2 {
        return None;
    }
    let rows = rows.filter(|row| row.len() == headings.len()).collect();
    Some(Table { headings, rows })
}

fn records(text: &str, separator: char) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            '\n' if !quoted && record.is_empty() && field.trim().is_empty() => field.clear(),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field).trim().to_owned());
                records.push(std::mem::take(&mut record));
            }
            other if other == separator && !quoted => {
                record.push(std::mem::take(&mut field).trim().to_owned());
            }
            other => field.push(other),
        }
    }
    record.push(field.trim().to_owned());
    records.push(record);
    records.retain(|record| record.iter().any(|field| !field.is_empty()));
    records
}

impl Table {
    /// Whether there is a heading of one of these names.
    pub fn has(&self, names: &[&str]) -> bool {
        self.column(names).is_some()
    }

    fn column(&self, names: &[&str]) -> Option<usize> {
        self.headings
            .iter()
            .position(|heading| names.contains(&heading.as_str()))
    }

    /// For each row the fields below one of the names of each column; `None` where there is no
    /// such column or the field is empty.
    pub fn fields<const COLUMNS: usize>(
        &self,
        names: [&[&str]; COLUMNS],
    ) -> Vec<[Option<&str>; COLUMNS]> {
        let columns = names.map(|names| self.column(names));
        let row = |row: &Vec<String>| -> [Option<usize>; COLUMNS] {
            columns.map(|column| {
                column.filter(|column| row.get(*column).is_some_and(|field| !field.is_empty()))
            })
        };
        self.rows
            .iter()
            .map(|fields| row(fields).map(|column| fields.get(column?).map(String::as_str)))
            .collect()
    }
}
