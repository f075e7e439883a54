//! What agents report, taken as inspections.
//!
//! A report is known by agent, number and the moment of its facts: sent again, it is
//! answered as the first time and nothing is taken twice. What is answered is committed.

use serde_json::Value;
use xinglin_core::Timestamp;
use xinglin_inspect::{FACTS_FORMAT, FORMAT};
use xinglin_ledger::Digest;
use xinglin_store::{
    Read,
    agents::{self, Agent, TakenReport},
    inspections,
};
use xinglin_wire::{Body, Reply, Report};

use super::receiver;
use crate::{
    App, AppError, Code,
    assessments::Rescored,
    change::Change,
    error::Check,
    inspections::{InspectionDocument, Way, read},
    tasks::blocking,
};

/// Facts are not nested deeper, by far.
const MAX_DEPTH: usize = 64;
/// Facts of a host have some hundred thousand bytes. Differences must not add up to more.
const MAX_FACTS_BYTES: usize = 32 << 20;

impl App {
    /// The agent that a certificate (DER) was made out to.
    ///
    /// # Errors
    /// [`Code::AgentUnknown`] when it is not known here, or was revoked.
    pub async fn agent_of(&self, certificate: &[u8]) -> Result<Agent, AppError> {
        let digest = Digest::of(certificate).to_string();
        accepted(agents::by_certificate(self.store().db(), &digest).await?)
    }

    /// Takes a report of an agent.
    ///
    /// # Errors
    /// [`Code::AgentUnknown`] when it was revoked meanwhile; [`Code::InvalidInput`] for a
    /// report that will never be taken, [`Code::TooLarge`].
    pub async fn take_report(&self, agent: &Agent, report: Report) -> Result<Reply, AppError> {
        let number = check(&report)?;
        self.require_past(report.collected_at)?;
        let version = report.agent_version.clone();
        let release = self.newer_release(&version).await?;
        let db = self.store().db();
        let settings = self.reporting(db).await?;
        let files = self.wanted_files(db, agent.asset_id).await?;
        let kept = |held: Digest| Reply::Kept {
            held,
            settings,
            release: release.clone(),
            files: files.clone(),
        };
        if let Some(held) = taken(db, agent, number, report.collected_at).await? {
            return Ok(kept(held));
        }
        let held = match &report.body {
            Body::Whole { .. } => None,
            Body::Difference { .. } => self.held(agent).await?,
        };
        let content = self.content().clone();
        let watch = self.file_watch(agent.asset_id).await?;
        let read_in = blocking(move || {
            let documents = documents(&report, held.as_deref())?;
            let judged = documents.map(|documents| {
                let judged = documents.into_iter();
                let judged = judged.map(|document| match &watch {
                    Some(watch) => document.judged_with_watch(content.checks(), watch),
                    None => document.judged_by(content.checks()),
                });
                judged.collect::<Vec<_>>()
            });
            Ok::<_, AppError>((report, judged))
        });
        let (report, documents) = read_in.await??;
        let Some(documents) = documents else {
            return Ok(Reply::SendWhole);
        };
        let mut change = self.change(&receiver()).await?;
        // Another try of the same report may have come first.
        if let Some(held) = taken(change.tx().conn(), agent, number, report.collected_at).await? {
            return Ok(kept(held));
        }
        let rescored = self
            .take_documents(&mut change, agent, number, &report, &documents)
            .await?;
        change.commit().await?;
        self.keep_boards(rescored);
        Ok(kept(report.digest))
    }

    /// Takes the documents of a report, the first of which is what its digest is of.
    async fn take_documents(
        &self,
        change: &mut Change<'_>,
        agent: &Agent,
        number: i64,
        report: &Report,
        documents: &[InspectionDocument],
    ) -> Result<Vec<Rescored>, AppError> {
        let mut agent = accepted(agents::find(change.tx().conn(), agent.id).await?)?;
        let mut rescored = Vec::new();
        let mut first = None;
        for document in documents {
            let way = Way::of("agent");
            let taken = self
                .take_inspection_in(change, &receiver(), agent.asset_id, way, document)
                .await?;
            first.get_or_insert(taken.inspection.id);
            rescored.extend(taken.rescored);
        }
        let inspection_id = first.ok_or_else(|| AppError::internal("a report of nothing"))?;
        agent.version.clone_from(&report.agent_version);
        agent.last_seen_at = Some(change.now());
        agent.last_inspection_id = Some(inspection_id);
        agent.lost = i64::try_from(report.lost).unwrap_or(i64::MAX);
        agents::save(change.tx(), &agent).await?;
        let taken = TakenReport {
            agent_id: agent.id,
            number,
            collected_at: report.collected_at,
            digest: report.digest.to_string(),
            inspection_id,
        };
        agents::note_taken(change.tx(), &taken).await?;
        Ok(rescored)
    }

    /// The document that holds the facts of an agent's last report.
    async fn held(&self, agent: &Agent) -> Result<Option<String>, AppError> {
        let Some(id) = agent.last_inspection_id else {
            return Ok(None);
        };
        let found = inspections::find(self.store().db(), id).await?;
        Ok(found.map(|(_, document)| document))
    }
}

fn accepted(agent: Option<Agent>) -> Result<Agent, AppError> {
    let agent = agent.filter(|agent| agent.revoked.is_none());
    agent.ok_or(AppError::new(Code::AgentUnknown))
}

/// The digest of the facts of a report that was taken before.
async fn taken(
    db: &impl Read,
    agent: &Agent,
    number: i64,
    collected_at: Timestamp,
) -> Result<Option<Digest>, AppError> {
    let digest = agents::taken(db, agent.id, number, collected_at).await?;
    let digest = digest.map(|digest| digest.parse().map_err(AppError::internal));
    digest.transpose()
}

/// Refuses what nobody could take; the report's number.
fn check(report: &Report) -> Result<i64, AppError> {
    let mut check = Check::default();
    let protocol = &report.protocol;
    check.expect(
        report.is_understood(),
        "protocol",
        protocol,
        xinglin_wire::PROTOCOL,
    );
    check.text("agent_version", &report.agent_version, 64);
    let number = i64::try_from(report.number);
    let found = report.number.to_string();
    check.expect(number.is_ok(), "number", &found, "a number of 63 bits");
    let subject = &report.subject;
    for (field, text) in [
        ("subject.kind", &subject.kind),
        ("subject.name", &subject.name),
        ("subject.platform", &subject.platform),
        ("subject.version", &subject.version),
    ] {
        check.optional(field, Some(text), 253);
    }
    check.finish()?;
    number.map_err(AppError::internal)
}

/// What is to be taken of a report: today the one inspection of the host. `None` when the
/// report says what differs from something that is not held.
fn documents(
    report: &Report,
    held: Option<&str>,
) -> Result<Option<Vec<InspectionDocument>>, AppError> {
    let held = held.map(read).transpose()?.map(|document| document.facts);
    let Ok(facts) = report.facts(held.as_ref()) else {
        return Ok(None);
    };
    let mut check = Check::default();
    let format = facts.get("format").and_then(Value::as_str);
    let format = format.unwrap_or_default();
    check.expect(format == FACTS_FORMAT, "facts.format", format, FACTS_FORMAT);
    let expected = format!("at most {MAX_DEPTH} levels");
    check.expect(is_flat(&facts, MAX_DEPTH), "facts", "", &expected);
    check.finish()?;
    let size = serde_json::to_string(&facts)
        .map_err(AppError::internal)?
        .len();
    if size > MAX_FACTS_BYTES {
        let expected = format!("at most {MAX_FACTS_BYTES} bytes");
        return Err(AppError::new(Code::TooLarge).field("facts", size.to_string(), expected));
    }
    Ok(Some(vec![InspectionDocument {
        format: FORMAT.to_owned(),
        subject: report.subject.clone(),
        collected_at: report.collected_at,
        facts,
        unreadable: report.unreadable.clone(),
        results: Vec::new(),
    }]))
}

fn is_flat(value: &Value, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1) else {
        return false;
    };
    match value {
        Value::Array(items) => items.iter().all(|item| is_flat(item, below)),
        Value::Object(fields) => fields.values().all(|field| is_flat(field, below)),
        _ => true,
    }
}
