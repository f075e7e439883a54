//! Taking logs out as a file, with a reason, and with numbers of people masked.

use std::{ops::ControlFlow, time::Duration};

use serde_json::json;
use xinglin_lake::{Lake, Order, Stop};
use xinglin_ledger::Digest;

use super::{
    pages::{PagesError, Wanted, each_event},
    search::{Asked, query_of},
    sink::{EventSink, TextSink},
};
use crate::{Actor, App, AppError, Code, Permission, error::reason};

/// So many events are taken out at once at most …
const MOST_EVENTS: u64 = 100_000;
/// … and so many bytes.
const MOST_BYTES: usize = 256 << 20;
/// It may take so long.
const PATIENCE: Duration = Duration::from_mins(2);
/// In what form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// One JSON object a line.
    Ndjson,
    /// Comma-separated, as spreadsheets read it.
    Csv,
}

impl ExportFormat {
    /// The word for it, and the end of the file's name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }
}

/// What is to be taken out.
#[derive(Debug, Clone)]
pub struct Export {
    /// What, and when.
    pub asked: Asked,
    /// In what form.
    pub format: ExportFormat,
    /// Whether numbers of people are masked: identity cards, phones, bank cards.
    pub mask: bool,
    /// Why.
    pub reason: String,
}

/// What was taken out.
#[derive(Debug)]
pub struct Exported {
    /// The name of the file.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl App {
    /// Takes events out, the oldest first. The ledger keeps who did it, why, what was asked and
    /// the digest of the file.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::ReasonRequired`], [`Code::LogQueryWrong`];
    /// [`Code::TooLarge`] where there are more events than one file has.
    pub async fn export_logs(&self, actor: &Actor, export: Export) -> Result<Exported, AppError> {
        actor.require(Permission::LogsExport)?;
        let why = reason(&export.reason)?;
        let query = query_of(&export.asked.query)?;
        let Export { asked, format, .. } = export.clone();
        let mask = export.mask;
        let written = self
            .search_with(PATIENCE, move |lake, stop| {
                let sink = TextSink::new(Vec::new(), format, mask);
                Ok(sink
                    .map_err(PagesError::Sink)
                    .and_then(|sink| write(lake, sink, &query, &asked, stop)))
            })
            .await?;
        let written = written.map_err(AppError::internal)?;
        let Some((events, bytes)) = written else {
            let expected = format!("at most {MOST_EVENTS} events; ask for less time");
            return Err(AppError::new(Code::TooLarge).field("query", "", expected));
        };
        let mut change = self.change(actor).await?;
        let payload = json!({
            "query": export.asked.query,
            "from": export.asked.from,
            "to": export.asked.to,
            "format": format.word(),
            "masked": mask,
            "reason": why,
            "events": events,
            "digest": Digest::of(&bytes).to_string(),
        });
        change.note("logs.export", "logs", "lake", payload);
        let at = change.now().strftime("%Y%m%dT%H%M%SZ").to_string();
        change.commit().await?;
        Ok(Exported {
            name: format!("logs-{at}.{}", format.word()),
            bytes,
        })
    }
}

/// Writes all events that are asked for; nothing where there are too many.
fn write(
    lake: &Lake,
    mut sink: TextSink<Vec<u8>>,
    query: &xinglin_lake::Query,
    asked: &Asked,
    stop: &Stop,
) -> Result<Option<(u64, Vec<u8>)>, PagesError> {
    let wanted = Wanted {
        query,
        from: asked.from,
        to: asked.to,
        order: Order::OldestFirst,
        most: None,
        stop,
    };
    let mut is_too_much = false;
    let is_whole = each_event(lake, &wanted, &mut |event| {
        sink.push(&event)?;
        is_too_much = sink.events() > MOST_EVENTS || sink.out().len() > MOST_BYTES;
        Ok(if is_too_much {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    })?;
    Ok((is_whole && !is_too_much).then(|| (sink.events(), sink.into_out())))
}
