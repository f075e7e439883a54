//! What correlations wait for, as bytes and back.
//!
//! `XLCORR2\n`, the clock, and for each correlation its digest, so that one that was changed
//! begins anew, and its groups: number, values where they are kept, time of quiet, hits. Numbers are little-endian; texts
//! and lists have their length before them.

use thiserror::Error;

use super::{
    Correlator, Losses,
    group::{Group, Stored},
};
use crate::{digest::Digest, rule::Correlation};

const MAGIC: &[u8] = b"XLCORR2\n";

/// Why a state cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StateError {
    /// It is no state, or of another version.
    #[error("not a state of correlations")]
    NotAState,
    /// It breaks off, or says what no state says.
    #[error("the state of correlations is damaged")]
    Damaged,
}

impl Correlator {
    /// Writes what is waited for.
    pub fn save(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&self.clock.to_le_bytes());
        let losses = [self.losses.late, self.losses.hits, self.losses.groups];
        for number in losses {
            out.extend_from_slice(&number.to_le_bytes());
        }
        length(&mut out, self.list.len());
        for running in &self.list {
            out.extend_from_slice(&digest(&running.correlation).to_le_bytes());
            length(&mut out, running.groups.len());
            running.groups.each(|key, quiet_until, hits| {
                out.extend_from_slice(&key.to_le_bytes());
                let name = running.names.get(&key).map_or("", String::as_str);
                length(&mut out, name.len());
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(&quiet_until.to_le_bytes());
                length(&mut out, hits.len());
                for hit in hits {
                    out.extend_from_slice(&hit.at.to_le_bytes());
                    out.extend_from_slice(&hit.tag.to_le_bytes());
                    out.extend_from_slice(&hit.event.to_le_bytes());
                }
            });
        }
        out
    }

    /// Goes on from a state; correlations that were changed since begin anew.
    ///
    /// # Errors
    ///
    /// When the bytes are no state: then nothing has changed.
    pub fn load(&mut self, state: &[u8]) -> Result<(), StateError> {
        let rest = state.strip_prefix(MAGIC).ok_or(StateError::NotAState)?;
        let mut reader = Reader(rest);
        let clock = reader.signed()?;
        let losses = Losses {
            late: reader.number()?,
            hits: reader.number()?,
            groups: reader.number()?,
        };
        let mut found = Vec::new();
        for _ in 0..reader.number()? {
            let digest = reader.number()?;
            let mut groups = Vec::new();
            for _ in 0..reader.number()? {
                groups.push(reader.group()?);
            }
            found.push((digest, groups));
        }
        if !reader.0.is_empty() {
            return Err(StateError::Damaged);
        }
        for running in &mut self.list {
            running.groups.clear();
            running.names.clear();
            let own = digest(&running.correlation);
            let place = found.iter().position(|(digest, _)| *digest == own);
            let groups = place.map(|place| found.swap_remove(place).1);
            for (key, name, group) in groups.into_iter().flatten() {
                if !running.need.is_rising() {
                    running.names.insert(key, name);
                }
                running.groups.insert(key, group, &running.need);
            }
        }
        self.clock = clock;
        self.losses = losses;
        Ok(())
    }
}

/// What a correlation asks, as a number.
fn digest(correlation: &Correlation) -> u64 {
    let mut digest = Digest::new();
    let Correlation {
        meta,
        kind,
        rules,
        group_by,
        aliases,
        seconds,
        generate: _,
    } = correlation;
    let text = format!(
        "{:?}",
        (meta.key(), kind, rules, group_by, aliases, seconds)
    );
    digest.add(text.as_bytes());
    digest.number()
}

fn length(out: &mut Vec<u8>, length: usize) {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    out.extend_from_slice(&length.to_le_bytes());
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], StateError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(StateError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u64, StateError> {
        let bytes = self.take(8)?.try_into();
        bytes
            .map(u64::from_le_bytes)
            .map_err(|_| StateError::Damaged)
    }

    fn signed(&mut self) -> Result<i64, StateError> {
        self.number().map(u64::cast_signed)
    }

    fn group(&mut self) -> Result<(u64, String, Group), StateError> {
        let key = self.number()?;
        let length = usize::try_from(self.number()?).map_err(|_| StateError::Damaged)?;
        let name = std::str::from_utf8(self.take(length)?).map_err(|_| StateError::Damaged)?;
        let quiet_until = self.signed()?;
        let mut hits = Vec::new();
        for _ in 0..self.number()? {
            hits.push(Stored {
                at: self.signed()?,
                tag: self.number()?,
                event: self.number()?,
            });
        }
        let sorted = hits.is_sorted_by_key(|hit: &Stored| (hit.at, hit.tag));
        if !sorted {
            return Err(StateError::Damaged);
        }
        Ok((key, name.to_owned(), Group { hits, quiet_until }))
    }
}
