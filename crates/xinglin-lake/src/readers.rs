//! Each reader of stored bytes by itself, for programs that give it damaged ones.

use std::{io, path::Path, sync::Arc, time::Duration};

use crate::{
    append::{LogSettings, Message, Messages, replay},
    counts::Counts,
    disk::{Disk, Stored},
    file::{FileError, FileReader, PAGE_ROWS, Patterns, events},
    index::Index,
    manifest::{self, ManifestError},
    template::{At, Template, Values},
};

/// Reads the log in a folder; how many messages there are.
pub fn log(disk: &dyn Disk, folder: &Path, each: &mut dyn FnMut(&Message<'_>)) -> io::Result<u64> {
    let settings = LogSettings {
        folder: folder.to_owned(),
        segment_bytes: 0,
        gather: Duration::ZERO,
    };
    let replay = replay(
        disk,
        &settings,
        Some(&folder.join("bad")),
        1,
        &mut |group| {
            Messages::new(&group.payload).for_each(|message| each(&message));
        },
    )?;
    Ok(replay.messages)
}

/// Reads a manifest; how many files it names.
pub fn manifest(bytes: &[u8]) -> Result<usize, ManifestError> {
    Ok(manifest::read(bytes, Path::new("manifest"))?.files.len())
}

/// Reads an index: the pages with these words, and the counts.
pub fn index(stored: Arc<dyn Stored>, words: &[u64]) -> io::Result<(Vec<bool>, Counts)> {
    let index = Index::open(stored)?;
    Ok((index.pages_with(words)?, index.counts()?))
}

/// Reads a file of events; how many could be read.
pub fn file(stored: Arc<dyn Stored>) -> Result<usize, FileError> {
    let reader = FileReader::open(stored)?;
    let mut patterns = Patterns::default();
    let mut count = 0;
    for batch in reader.batches(PAGE_ROWS, None, None)? {
        count += events(&batch?, &reader.layout, &mut patterns).len();
    }
    Ok(count)
}

/// Reads a pattern, renders it with these values, and writes it again; nothing when it is no
/// pattern.
pub fn pattern(pattern: &str, integer: i64, text: &str) -> Option<(String, Option<Vec<u8>>)> {
    struct Same<'a>(i64, &'a str);

    impl Values for Same<'_> {
        fn field(&self, _column: u32, into: &mut Vec<u8>) -> Option<()> {
            into.extend_from_slice(self.1.as_bytes());
            Some(())
        }

        fn integer(&self, _slot: u8) -> Option<i64> {
            Some(self.0)
        }

        fn text(&self, _slot: u8, into: &mut Vec<u8>) -> Option<()> {
            into.extend_from_slice(self.1.as_bytes());
            Some(())
        }

        fn at(&self) -> At {
            At::of_stored(self.0, 0)
        }
    }

    let mut names: Vec<String> = Vec::new();
    let template = Template::parse(pattern, |name| {
        names.push(name.to_owned());
        u32::try_from(names.len() - 1).unwrap_or(u32::MAX)
    })?;
    let mut rendered = Vec::new();
    let rendered = template
        .render(&Same(integer, text), &mut rendered)
        .map(|()| rendered);
    let again = template.pattern(|column| {
        let place = usize::try_from(column).unwrap_or(usize::MAX);
        names.get(place).map_or("", String::as_str)
    });
    Some((again, rendered))
}
