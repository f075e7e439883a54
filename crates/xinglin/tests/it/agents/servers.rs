//! Servers that do to an agent what a real one does on a bad day.

use std::io::Write;

use xinglin_agent::{HttpsServer, Server, ServerError};
use xinglin_wire::{Reply, Report};

/// Keeps a report and then does not say so.
pub(super) struct Forgetful(pub(super) HttpsServer);

impl Server for Forgetful {
    fn report(&mut self, report: &Report) -> Result<Reply, ServerError> {
        self.0.report(report).unwrap();
        let why = "broken off".to_owned();
        Err(ServerError::Away { why })
    }

    fn program(&mut self, limit: u64, to: &mut dyn Write) -> Result<(), ServerError> {
        self.0.program(limit, to)
    }
}

/// Counts what goes over the wire.
pub(super) struct Counted {
    pub(super) https: HttpsServer,
    pub(super) sent: Vec<usize>,
    pub(super) replies: Vec<Reply>,
}

impl Server for Counted {
    fn report(&mut self, report: &Report) -> Result<Reply, ServerError> {
        self.sent.push(serde_json::to_vec(report).unwrap().len());
        let reply = self.https.report(report)?;
        self.replies.push(reply.clone());
        Ok(reply)
    }

    fn program(&mut self, limit: u64, to: &mut dyn Write) -> Result<(), ServerError> {
        self.https.program(limit, to)
    }
}

/// Keeps everything, and the last report.
pub(super) struct Caught<'a>(pub(super) &'a mut Option<Report>);

impl Server for Caught<'_> {
    fn report(&mut self, report: &Report) -> Result<Reply, ServerError> {
        *self.0 = Some(report.clone());
        Ok(Reply::Kept {
            held: report.digest,
            settings: xinglin_wire::Settings::default(),
            release: None,
            files: None,
        })
    }

    fn program(&mut self, _limit: u64, _to: &mut dyn Write) -> Result<(), ServerError> {
        Ok(())
    }
}
