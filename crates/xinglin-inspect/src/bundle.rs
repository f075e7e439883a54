//! A bundle: what was gathered elsewhere of one thing, as named files, to be read here.
//!
//! A configuration file, the output of a query script, and everything that a collector
//! script wrote on a Windows machine are bundles; a family says which names it knows.

mod archive;
mod sections;
mod text;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{family::Family, subject::Collected};

pub use archive::{
    BUNDLE_FORMAT, BundleError, MAX_ARCHIVE_BYTES, MAX_FILES, MAX_UNPACKED_BYTES, Trust,
};
pub(crate) use sections::Sections;
pub(crate) use text::decode;

/// What was gathered of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// What it is.
    pub family: Family,
    /// When it was gathered: what ages are counted from.
    pub collected_at: Timestamp,
    /// Name → content as it was, in whatever encoding.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// A bundle of texts.
    pub fn of_texts<'a>(
        family: Family,
        collected_at: Timestamp,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let files = files
            .into_iter()
            .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
            .collect();
        Self {
            family,
            collected_at,
            files,
        }
    }

    /// A file as text: UTF-8, UTF-16 of either order, or GB18030.
    pub fn text(&self, name: &str) -> Option<String> {
        self.files.get(name).map(|bytes| decode(bytes))
    }

    /// Reads the facts in it. What is not understood is listed as unreadable; nothing fails.
    pub fn collect(&self) -> Collected {
        match self.family {
            Family::Linux => crate::linux::collect_bundle(self),
            Family::Windows => crate::windows::collect(self),
            Family::Mysql
            | Family::Postgresql
            | Family::SqlServer
            | Family::Oracle
            | Family::Redis
            | Family::Mongodb
            | Family::Dm
            | Family::Kingbase => crate::database::collect(self),
            Family::Nginx | Family::Apache | Family::Tomcat | Family::Weblogic | Family::Iis => {
                crate::middleware::collect(self)
            }
            Family::Network => crate::network::collect(self),
            Family::Tls => crate::tls::collect(self),
            Family::Hypervisor => crate::hypervisor::collect(self),
            Family::Logs => crate::logs::collect(self),
        }
    }
}
