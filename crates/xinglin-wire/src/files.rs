//! The files of a host on their way to the server that wants to know of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xinglin_inspect::integrity::{Actor, Scope};
use xinglin_ledger::Digest;

use crate::{
    PROTOCOL,
    difference::digest,
    report::{Body, BodyError, Report, read_body},
};

/// What the files of a host are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FilesReport {
    /// [`PROTOCOL`].
    pub protocol: String,
    /// The agent's version.
    pub agent_version: String,
    /// The files, as a [`xinglin_inspect::integrity::Baseline`].
    pub body: Body,
    /// The digest of the files, however they are sent.
    pub digest: Digest,
    /// Who may have changed what, since the report before: by path.
    #[serde(default)]
    pub actors: BTreeMap<String, Vec<Actor>>,
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum FilesReply {
    /// It is kept.
    Kept {
        /// The digest of the files the server holds now.
        held: Digest,
        /// The files it wants to know of from now on; `null` for none.
        files: Option<Scope>,
    },
    /// The same report again, please, whole.
    SendWhole,
}

impl FilesReport {
    /// A report of these files, given what the server is known to hold.
    pub fn new(
        agent_version: &str,
        files: &Value,
        held: Option<&Value>,
        actors: BTreeMap<String, Vec<Actor>>,
    ) -> Self {
        Self {
            protocol: PROTOCOL.to_owned(),
            agent_version: agent_version.to_owned(),
            body: Report::body_of(files, held),
            digest: digest(files),
            actors,
        }
    }

    /// The files, given what is held of this agent.
    ///
    /// # Errors
    /// See [`BodyError`]; the answer to each of them is [`FilesReply::SendWhole`].
    pub fn files(&self, held: Option<&Value>) -> Result<Value, BodyError> {
        read_body(&self.body, &self.digest, held)
    }

    /// Whether this side understands it.
    pub fn is_understood(&self) -> bool {
        self.protocol == PROTOCOL
    }
}
