//! Prints the script that a vendor's client runs to collect the facts of a database:
//! `cargo run -p xinglin-inspect --example collect_script -- mysql > content/collect/mysql.sql`

use std::{error::Error, fs, io::Write as _, path::Path};

use xinglin_inspect::{Family, database::Queries};

fn main() -> Result<(), Box<dyn Error>> {
    let word = std::env::args().nth(1).ok_or("expected a family")?;
    let family = Family::from_word(&word).ok_or_else(|| format!("no family '{word}'"))?;
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/collect");
    let queries = Queries::from_yaml(&fs::read_to_string(content.join("databases.yaml"))?)?;
    let script = queries
        .script(family)
        .ok_or_else(|| format!("'{word}' is not asked in SQL"))?;
    std::io::stdout().write_all(script.as_bytes())?;
    Ok(())
}
