//! Web and application servers, from a bundle of their configuration files.
//!
//! A bundle holds files by their paths on the host, with or without the leading slash.
//! Beside them it may hold `permissions.txt`, lines of `stat -c '%a %U %G %n'`, and
//! `process.txt`, the output of `ps -eo user,pid,args`. Each product reads its languages as
//! the product does, inheritance and defaults included; a default stands for an absent line
//! only where the release is known and the default certain.

pub mod apache;
pub mod ciphers;
pub mod evidence;
pub mod files;
pub mod iis;
pub mod nginx;
pub mod tomcat;
pub mod version;
pub mod weblogic;
pub mod xml;

use serde::Serialize;

use crate::{
    bundle::Bundle,
    family::Family,
    subject::{Collected, Subject},
};
use files::Files;

/// The place a fact was read at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub struct Source {
    /// The file, by its path in the bundle.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// A value as written, with the place it was read at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The value.
    pub value: String,
    /// Where it stands.
    pub source: Source,
}

/// Reads the facts in `bundle`.
pub fn collect(bundle: &Bundle) -> Collected {
    let mut files = Files::of(bundle);
    match bundle.family {
        Family::Nginx => {
            let facts = nginx::read(&mut files);
            let (name, version) = (facts.product.name.clone(), facts.product.version.clone());
            finish(bundle, files, &facts, &name, version)
        }
        Family::Apache => {
            let facts = apache::read(&mut files);
            let version = facts.product.version.clone();
            finish(bundle, files, &facts, "apache", version)
        }
        Family::Tomcat => {
            let facts = tomcat::read(&mut files);
            let version = facts.version.clone();
            finish(bundle, files, &facts, "tomcat", version)
        }
        Family::Weblogic => {
            let facts = weblogic::read(&mut files);
            let version = facts.version.clone();
            finish(bundle, files, &facts, "weblogic", version)
        }
        Family::Iis => {
            let facts = iis::read(&mut files);
            let version = facts.version.clone();
            finish(bundle, files, &facts, "iis", version)
        }
        _ => Collected::not_understood(bundle.family, bundle.files.keys()),
    }
}

fn finish(
    bundle: &Bundle,
    files: Files,
    facts: &impl Serialize,
    platform: &str,
    version: Option<String>,
) -> Collected {
    let name = files.host_name().unwrap_or_default();
    Collected {
        family: bundle.family,
        // Facts are plain structures with string keys, which JSON can always hold.
        facts: serde_json::to_value(facts).unwrap_or_default(),
        unreadable: files.into_unreadable(),
        subject: Subject {
            kind: "middleware".to_owned(),
            name,
            platform: platform.to_owned(),
            version: version.unwrap_or_default(),
        },
    }
}
