//! Collector scripts: what is run beside a thing that cannot be reached from here, and
//! writes what is then uploaded.

use xinglin_inspect::Family;

use crate::{Actor, App, AppError, Code, Permission, reports::Report};

const FOLDER: &str = "collect/";

/// A script of this installation's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collector {
    /// Its file name.
    pub name: String,
    /// What it is for.
    pub family: Family,
}

impl App {
    /// All collector scripts, by name.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub fn list_collectors(&self, actor: &Actor) -> Result<Vec<Collector>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let names = self.content().files_under(FOLDER);
        let scripts = names.filter_map(|file| {
            let name = file.path.strip_prefix(FOLDER)?;
            Some(Collector {
                name: name.to_owned(),
                family: family(name)?,
            })
        });
        Ok(scripts.collect())
    }

    /// One collector script.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn collector(&self, actor: &Actor, name: &str) -> Result<Report, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let mut files = self.content().files_under(FOLDER);
        let file = files.find(|file| file.path.strip_prefix(FOLDER) == Some(name));
        match file {
            Some(file) if family(name).is_some() => Ok(Report {
                file_name: name.to_owned(),
                bytes: file.text.clone().into_bytes(),
            }),
            _ => Err(AppError::new(Code::NotFound)),
        }
    }
}

/// What a script is for, by its name; `None` for what is no script.
fn family(name: &str) -> Option<Family> {
    match name {
        "xinglin-collect.ps1" => return Some(Family::Windows),
        "xinglin-collect-vmware.ps1" => return Some(Family::Hypervisor),
        _ => {}
    }
    let (stem, extension) = name.rsplit_once('.')?;
    let is_script = ["sh", "sql", "js", "ps1"].contains(&extension);
    Family::from_word(stem).filter(|_| is_script)
}
