//! Which nginx it is: name, release, how it was built.

use serde::Serialize;

use super::super::{files::Files, version};

/// Which nginx it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Product {
    /// `nginx`, `openresty` or `tengine`.
    pub name: String,
    /// The release of the nginx within; `null` when no output of `nginx -v` was given.
    pub version: Option<String>,
    /// The release as three numbers.
    pub parts: Option<Vec<u64>>,
    /// The release of `OpenResty` or Tengine.
    pub derivative_version: Option<String>,
    /// Whose package it is, as far as `nginx -V` shows: `ubuntu`, `debian`, `rpm`. Packages get
    /// fixes without a new release; `null` for what its makers or the hospital built.
    pub distribution: Option<&'static str>,
    /// The library of cryptography it was built with, as `nginx -V` says.
    pub library: Option<String>,
    /// Whether that library has the SM algorithms and TLCP; `null` when it is not known.
    pub national: Option<bool>,
}

/// Reads the output of `nginx -v` or `nginx -V`, in whatever file it is.
pub(super) fn product(files: &Files) -> Product {
    let output = files
        .find(|text| text.contains("nginx version:") || text.contains("Tengine version:"))
        .map(|(_, text)| text)
        .unwrap_or_default();
    let line = |marker: &str| {
        output
            .lines()
            .find_map(|line| line.trim().strip_prefix(marker))
            .map(|rest| rest.trim().chars().take(80).collect::<String>())
    };
    let own = line("nginx version:").unwrap_or_default();
    let derivative = line("Tengine version:")
        .and_then(|rest| version::first(&rest))
        .map(|number| ("tengine", number))
        .or_else(|| version::after(&own, "openresty/").map(|number| ("openresty", number)))
        .or_else(|| version::after(&own, "Tengine/").map(|number| ("tengine", number)));
    let (name, derivative_version) = match derivative {
        Some((name, number)) => (name, Some(number)),
        None => ("nginx", None),
    };
    let number = match name {
        // The first three parts are those of the nginx within.
        "openresty" => derivative_version
            .as_deref()
            .map(|number| version::branch(number, 3)),
        _ => version::after(&own, "nginx/"),
    };
    let library = line("built with");
    let national = library.as_deref().map(|library| {
        let library = library.to_lowercase();
        ["tongsuo", "babassl", "gmssl", "gm"]
            .iter()
            .any(|word| library.contains(word))
    });
    Product {
        name: name.to_owned(),
        parts: number.as_deref().map(version::parts),
        version: number,
        derivative_version,
        distribution: distribution(&output),
        library,
        national,
    }
}

/// Where it was built: each distribution has a folder for that.
fn distribution(output: &str) -> Option<&'static str> {
    const MARKS: [(&str, &str); 4] = [
        ("(Ubuntu)", "ubuntu"),
        ("=/build/nginx-", "debian"),
        ("=/build/reproducible-path/nginx-", "debian"),
        ("/usr/lib/rpm/", "rpm"),
    ];
    let found = MARKS.iter().find(|(mark, _)| output.contains(mark));
    found.map(|(_, name)| *name)
}

impl Product {
    /// The versions of TLS that hold when `ssl_protocols` is absent; `None` where the release
    /// is not known.
    pub(super) fn default_protocols(&self) -> Option<Vec<String>> {
        let version = self.version.as_deref()?;
        let names: &[&str] = if version::at_least(version, "1.27.3") {
            &["TLSv1.2", "TLSv1.3"]
        } else if version::at_least(version, "1.23.4") {
            &["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
        } else if version::at_least(version, "1.9.1") {
            &["TLSv1", "TLSv1.1", "TLSv1.2"]
        } else {
            &["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"]
        };
        Some(names.iter().map(|name| (*name).to_owned()).collect())
    }
}
