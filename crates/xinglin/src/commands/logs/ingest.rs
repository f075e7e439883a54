//! `xinglin logs ingest`.

mod watch;

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Instant,
};

use anyhow::{Context as _, anyhow};
use serde_json::json;
use xinglin_app::{
    Actor, App, AppConfig, AppError, Code, Content,
    logs::{FileForm, LogFile, Taken, is_in_use, unpacked},
};
use xinglin_core::SystemClock;

use crate::{
    cli::IngestArgs,
    commands::{Failure, Outcome, runtime},
    content,
    printer::Printer,
};
use watch::{Measured, Rejected, Watch};

pub(super) fn run(
    args: &IngestArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let content = content::load(content_dir).map_err(Failure::input)?;
    let (form, parser) = form(&args.format, &content)?;
    // All of them, before anything is kept.
    let opened: Vec<Opened> = args
        .files
        .iter()
        .map(|file| Opened::new(file, args.source.as_deref()))
        .collect::<anyhow::Result<_>>()
        .map_err(Failure::input)?;
    let data = &args.data.data;
    let in_use = is_in_use(data).with_context(|| format!("{} cannot be used", data.display()));
    if in_use.map_err(Failure::input)? {
        return Err(Failure::input(busy(data)));
    }
    let rejected = Rejected::new(data, args.rejected.clone());
    let ingesting = Ingesting {
        form,
        parser,
        rejected: Arc::new(Mutex::new(rejected)),
        data: data.clone(),
    };
    runtime()?.block_on(ingesting.run(content, opened, printer))
}

/// How messages stand in the files, and the parser that reads them.
fn form(word: &str, content: &Content) -> Result<(FileForm, Option<String>), Failure> {
    let form = match word {
        "auto" => FileForm::Auto,
        "lines" => FileForm::Lines,
        "json" => FileForm::Json,
        "evtx" => FileForm::Evtx,
        parser if content.parsers().has(parser) => {
            return Ok((FileForm::Auto, Some(parser.to_owned())));
        }
        other => {
            let mut known = vec!["auto", "lines", "json", "evtx"];
            known.extend(content.parsers().names().map(|(name, _)| name));
            let known = known.join(", ");
            let error = anyhow!("--format '{other}': expected one of {known}");
            return Err(Failure::input(error));
        }
    };
    Ok((form, None))
}

fn busy(data: &Path) -> anyhow::Error {
    anyhow!(
        "a server is running on {}, and only one program may write its logs. Send it the file \
         instead: on the page under 接入 (Receiving), or with a token made there:\n  curl -H \
         'Authorization: Bearer TOKEN' -H 'Content-Type: text/plain' --data-binary @FILE \
         http://SERVER/api/v1/logs/receive",
        data.display()
    )
}

/// A file that can be read.
struct Opened {
    name: String,
    source: String,
    bytes: Option<u64>,
    read: Box<dyn Read + Send>,
}

impl Opened {
    fn new(path: &Path, source: Option<&str>) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        if path == Path::new("-") {
            return Ok(Self {
                source: source.unwrap_or("stdin").to_owned(),
                name,
                bytes: None,
                read: Box::new(io::stdin()),
            });
        }
        let cannot = || format!("cannot read {name}");
        let file = File::open(path).with_context(cannot)?;
        let metadata = file.metadata().with_context(cannot)?;
        if metadata.is_dir() {
            anyhow::bail!("cannot read {name}: it is a folder");
        }
        let own = path.file_name().unwrap_or(path.as_os_str());
        let own = own.to_string_lossy();
        Ok(Self {
            source: source.map_or_else(|| own.into_owned(), str::to_owned),
            bytes: metadata.is_file().then_some(metadata.len()),
            read: Box::new(file),
            name,
        })
    }
}

struct Ingesting {
    form: FileForm,
    parser: Option<String>,
    rejected: Arc<Mutex<Rejected>>,
    data: PathBuf,
}

impl Ingesting {
    async fn run(
        self,
        content: Content,
        opened: Vec<Opened>,
        printer: &mut Printer,
    ) -> Result<Outcome, Failure> {
        let start = Instant::now();
        let config = AppConfig {
            data_dir: self.data.clone(),
            demo: false,
        };
        let app = App::open(config, content, Arc::new(SystemClock)).await;
        let app = app.map_err(Failure::input)?;
        if let Err(error) = app.open_logs().await {
            return Err(self.not_open(error));
        }
        let before = app.settle_logs().await.map_err(failure)?;
        let mut all = Taken::default();
        let mut failed = None;
        for file in opened {
            let name = file.name.clone();
            match self.take(&app, file).await {
                Ok(taken) => {
                    all.received += taken.received;
                    all.kept += taken.kept;
                    all.rejected += taken.rejected;
                    all.bytes_in += taken.bytes_in;
                }
                Err(error) => {
                    failed = Some((name, error));
                    break;
                }
            }
        }
        let after = app.settle_logs().await.map_err(failure)?;
        app.close().await.map_err(failure)?;
        if let Some((name, error)) = failed {
            printer.note(&format!(
                "{} messages of the files before it are kept, and those that stand before the fault",
                all.kept
            ));
            let failed = failure(error);
            return Err(failed.of(&format!("cannot take {name}")));
        }
        let path = watch::lock(&self.rejected).path();
        if let Some(path) = &path {
            printer.note(&format!("what was rejected is in {}", path.display()));
        }
        let answer = json!({
            "received": all.received,
            "kept": all.kept,
            "rejected": all.rejected,
            "bytes_in": all.bytes_in,
            "bytes_stored": after.saturating_sub(before),
            "seconds": start.elapsed().as_secs_f64(),
            "rejected_file": path,
        });
        printer.json(&answer).map_err(Failure::internal)?;
        Ok(Outcome::Done)
    }

    async fn take(&self, app: &App, file: Opened) -> Result<Taken, AppError> {
        let measured = Measured::new(file.read);
        let place = measured.place();
        let read = unpacked(Box::new(measured))
            .map_err(|error| AppError::new(Code::UnreadableFile).caused_by(error))?;
        let watch = Watch::new(file.name.clone(), file.bytes, place, &self.rejected);
        let file = LogFile {
            name: file.name,
            source: file.source,
            form: self.form,
            parser: self.parser.clone(),
            read,
        };
        let actor = Actor::automatic("command line");
        app.ingest_log_file(&actor, file, Box::new(watch)).await
    }

    /// A server may have started meanwhile.
    fn not_open(&self, error: AppError) -> Failure {
        if is_in_use(&self.data).unwrap_or(false) {
            return Failure::input(busy(&self.data));
        }
        Failure::input(error)
    }
}

/// What it means that the application did not do it.
fn failure(error: AppError) -> Failure {
    match error.code() {
        Code::UnreadableFile | Code::InvalidInput => Failure::input(error),
        _ => Failure::internal(error),
    }
}
