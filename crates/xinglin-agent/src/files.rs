//! The files that the server wants to know of.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use xinglin_inspect::{
    Host,
    integrity::{Actor, Baseline, Scope, attribute_by_records, compare, scan},
};
use xinglin_wire::{FilesReply, FilesReport, Report, digest};

use crate::{
    VERSION,
    server::{Server, ServerError},
};

/// What is known of the files the server wants to know of.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// Which they are.
    pub(crate) scope: Option<Scope>,
    /// Whether they are to be looked at again.
    pub(crate) is_due: bool,
    /// As the server keeps them, as far as this run knows.
    held: Option<Value>,
}

impl Files {
    /// Looks at the files and says what they are, where that is wanted and due. What is not
    /// kept by the server is looked at again next time: what counts is how files are now.
    ///
    /// # Errors
    /// When the server did not keep it.
    pub(crate) fn report(
        &mut self,
        host: &dyn Host,
        server: &mut dyn Server,
        now: Timestamp,
    ) -> Result<bool, ServerError> {
        let Some(scope) = self.scope.clone().filter(|_| self.is_due) else {
            return Ok(false);
        };
        let found = scan(host, &scope, now);
        let actors = self.actors(host, &found);
        let found = serde_json::to_value(&found).unwrap_or_default();
        let mut report = FilesReport::new(VERSION, &found, self.held.as_ref(), actors);
        let mut reply = server.files(&report)?;
        if reply == FilesReply::SendWhole {
            self.held = None;
            report.body = Report::body_of(&found, None);
            reply = server.files(&report)?;
        }
        match reply {
            FilesReply::Kept { held, files } if held == report.digest => {
                self.held = Some(found);
                self.scope = files;
                self.is_due = false;
                Ok(true)
            }
            // Nothing but the time was new, so it keeps what it held.
            FilesReply::Kept { held, files } if self.held.as_ref().map(digest) == Some(held) => {
                self.scope = files;
                self.is_due = false;
                Ok(true)
            }
            FilesReply::Kept { .. } | FilesReply::SendWhole => {
                self.held = None;
                Err(ServerError::Away {
                    why: "the server does not hold what was sent of files".to_owned(),
                })
            }
        }
    }

    /// Who may have changed what since the server kept the files last.
    fn actors(&self, host: &dyn Host, found: &Baseline) -> BTreeMap<String, Vec<Actor>> {
        let before: Option<Baseline> = self
            .held
            .clone()
            .and_then(|held| serde_json::from_value(held).ok());
        let Some(before) = before else {
            return BTreeMap::new();
        };
        let mut comparison = compare(&before, found);
        attribute_by_records(host, &mut comparison);
        let named = comparison.changes.into_iter();
        named
            .filter(|change| !change.actors.is_empty())
            .map(|change| (change.path, change.actors))
            .collect()
    }
}
