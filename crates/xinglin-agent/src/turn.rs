//! One turn of the agent: inspect, keep, send.

use jiff::Timestamp;
use serde_json::Value;
use xinglin_inspect::{FORMAT, Host, Inspection, linux};
use xinglin_wire::{PROTOCOL, Release, Reply, Report, Settings, digest};

use crate::{
    VERSION,
    files::Files,
    server::{Server, ServerError},
    spool::{Spool, SpoolError},
};

/// An agent between a host, its spool and a server.
pub struct Agent<'a> {
    host: &'a dyn Host,
    server: &'a mut dyn Server,
    spool: Spool,
    /// The facts the server holds, as far as this run knows. After a start the first report
    /// is whole, which costs less than to keep them on disk.
    held: Option<Value>,
    files: Files,
}

/// What came of sending.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivered {
    /// How many inspections the server keeps now that it did not before.
    pub kept: usize,
    /// What the server said of reporting.
    pub settings: Option<Settings>,
    /// A release newer than this agent.
    pub release: Option<Release>,
    /// Why the rest was not sent.
    pub failure: Option<ServerError>,
}

impl<'a> Agent<'a> {
    /// An agent that has not sent anything yet.
    pub fn new(host: &'a dyn Host, server: &'a mut dyn Server, spool: Spool) -> Self {
        Self {
            host,
            server,
            spool,
            held: None,
            files: Files::default(),
        }
    }

    /// Inspects the host and keeps the inspection.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn inspect(&mut self, now: Timestamp) -> Result<(), SpoolError> {
        let inspected = linux::collect(self.host, now);
        self.spool.push(&Inspection {
            format: FORMAT.to_owned(),
            subject: inspected.subject,
            collected_at: now,
            facts: serde_json::to_value(&inspected.facts).unwrap_or_default(),
            unreadable: inspected.unreadable,
            // Judged by the server, whose checks may be newer.
            results: Vec::new(),
        })?;
        self.files.is_due = true;
        Ok(())
    }

    /// Sends what waits, oldest first, until nothing waits or the server does not answer.
    ///
    /// # Errors
    /// When the spool cannot be used; that the server is away is no error.
    pub fn deliver(&mut self) -> Result<Delivered, SpoolError> {
        let mut delivered = Delivered::default();
        while let Some((number, inspection)) = self.spool.oldest()? {
            match self.send(number, &inspection) {
                Ok((settings, release)) => {
                    self.spool.remove(number)?;
                    self.held = Some(inspection.facts);
                    delivered.kept += 1;
                    delivered.settings = Some(settings);
                    delivered.release = release;
                }
                // It would stand in the way of all that come after it.
                Err(ServerError::Rejected { why }) => {
                    self.spool.give_up(number)?;
                    delivered.failure = Some(ServerError::Rejected { why });
                }
                Err(failure) => {
                    delivered.failure = Some(failure);
                    break;
                }
            }
        }
        Ok(delivered)
    }

    /// Says what the files are that the server wants to know of, where that is due; whether it
    /// did.
    ///
    /// # Errors
    /// When the server did not keep it.
    pub fn report_files(&mut self, now: Timestamp) -> Result<bool, ServerError> {
        self.files.report(self.host, self.server, now)
    }

    /// How many inspections wait.
    pub fn waiting(&self) -> usize {
        self.spool.len()
    }

    /// The server.
    pub fn server(&mut self) -> &mut dyn Server {
        self.server
    }

    fn send(
        &mut self,
        number: u64,
        inspection: &Inspection,
    ) -> Result<(Settings, Option<Release>), ServerError> {
        let mut report = Report {
            protocol: PROTOCOL.to_owned(),
            agent_version: VERSION.to_owned(),
            number,
            lost: self.spool.lost(),
            collected_at: inspection.collected_at,
            subject: inspection.subject.clone(),
            unreadable: inspection.unreadable.clone(),
            body: Report::body_of(&inspection.facts, self.held.as_ref()),
            digest: digest(&inspection.facts),
        };
        let mut reply = self.server.report(&report)?;
        if reply == Reply::SendWhole {
            self.held = None;
            report.body = Report::body_of(&inspection.facts, None);
            reply = self.server.report(&report)?;
        }
        match reply {
            Reply::Kept {
                held,
                settings,
                release,
                files,
            } if held == report.digest => {
                self.files.scope = files;
                Ok((settings, release))
            }
            // It has not got what was sent, so this is not done.
            Reply::Kept { .. } | Reply::SendWhole => {
                self.held = None;
                Err(ServerError::Away {
                    why: "the server does not hold what was sent".to_owned(),
                })
            }
        }
    }
}
