//! `xinglin logs export`.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use xinglin_app::logs::{
    EventSink, ExportFormat, Order, PagesError, ParquetSink, Stop, TextSink, Wanted, each_event,
};

use super::{Asked, failure, open};
use crate::{
    cli::{ExportArgs, FormatArg},
    commands::{Failure, Outcome},
    printer::Printer,
};

pub(super) fn run(
    args: &ExportArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let asked = Asked::of(&args.asked)?;
    let lake = open(&args.asked.data, content_dir)?;
    let stop = Stop::never();
    let wanted = Wanted {
        query: &asked.query,
        from: asked.from,
        to: asked.to,
        order: Order::OldestFirst,
        most: None,
        stop: &stop,
    };
    let target = Target::new(&args.output);
    let out = target.create().map_err(Failure::input)?;
    let mut events = 0_u64;
    let written = sink(args, out)
        .map_err(PagesError::Sink)
        .and_then(|mut sink| {
            each_event(&lake, &wanted, &mut |event| {
                events += 1;
                sink.push(&event)?;
                Ok(ControlFlow::Continue(()))
            })?;
            Ok(sink.finish()?)
        });
    match written {
        Err(PagesError::Sink(error))
            if target.is_stream() && error.kind() == io::ErrorKind::BrokenPipe => {}
        Err(error) => {
            target.give_up();
            return Err(failure(error));
        }
        Ok(()) => target.finish().map_err(Failure::input)?,
    }
    printer.note(&format!("{}: {events} events", args.output.display()));
    Ok(Outcome::Done)
}

fn sink(args: &ExportArgs, out: Box<dyn Write + Send>) -> io::Result<Box<dyn EventSink>> {
    let text = |out, format| -> io::Result<Box<dyn EventSink>> {
        Ok(Box::new(TextSink::new(out, format, args.mask)?))
    };
    match args.format {
        FormatArg::Ndjson => text(out, ExportFormat::Ndjson),
        FormatArg::Csv => text(out, ExportFormat::Csv),
        FormatArg::Parquet => Ok(Box::new(ParquetSink::new(out, args.mask)?)),
    }
}

/// Where the export goes: a file that has its name only when it is whole, or the standard
/// output.
struct Target {
    file: Option<(PathBuf, PathBuf)>,
}

impl Target {
    fn new(output: &Path) -> Self {
        let file = (output != Path::new("-")).then(|| {
            let mut partial = output.as_os_str().to_owned();
            partial.push(".partial");
            (output.to_owned(), PathBuf::from(partial))
        });
        Self { file }
    }

    fn is_stream(&self) -> bool {
        self.file.is_none()
    }

    fn create(&self) -> anyhow::Result<Box<dyn Write + Send>> {
        let Some((output, partial)) = &self.file else {
            return Ok(Box::new(BufWriter::new(io::stdout())));
        };
        let file =
            private(partial).with_context(|| format!("cannot write {}", output.display()))?;
        Ok(Box::new(BufWriter::new(file)))
    }

    fn give_up(&self) {
        if let Some((_, partial)) = &self.file {
            // What is left of it is in nobody's way; the failure itself is told.
            drop(fs::remove_file(partial));
        }
    }

    fn finish(&self) -> anyhow::Result<()> {
        let Some((output, partial)) = &self.file else {
            return Ok(());
        };
        let whole = File::open(partial).and_then(|file| file.sync_all());
        whole
            .and_then(|()| fs::rename(partial, output))
            .with_context(|| format!("cannot write {}", output.display()))
    }
}

/// A file that only its owner reads: logs tell of people.
pub(super) fn private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}
