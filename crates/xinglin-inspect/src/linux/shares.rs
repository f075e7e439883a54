//! Directories exported to the network.

use serde::Serialize;

use super::source::Source;

/// Directories exported to the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shares {
    /// Directories exported by NFS and Samba.
    pub exported: Option<Vec<Share>>,
}

/// A directory exported to the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// `nfs` or `smb`.
    pub protocol: String,
    /// The directory, or the share's name.
    pub name: String,
    /// Whether any client may mount it, or a guest may enter.
    pub open: bool,
}

/// Reads `/etc/exports`.
pub fn parse_exports(text: &str) -> Vec<Share> {
    text.replace("\\\n", " ")
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let name = words.next()?.to_owned();
            let clients: Vec<&str> = words.collect();
            // `host (rw)` with a space exports to everyone: the options stand alone.
            let open =
                clients.is_empty() || clients.iter().any(|client| client.starts_with(['*', '(']));
            Some(Share {
                protocol: "nfs".to_owned(),
                name,
                open,
            })
        })
        .collect()
}

/// Reads `smb.conf`: every section but the global one is a share.
pub fn parse_samba(text: &str) -> Vec<Share> {
    let mut shares: Vec<Share> = Vec::new();
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with(['#', ';']))
    {
        if let Some(name) = line.strip_prefix('[') {
            let name = name.trim_end_matches(']').trim().to_owned();
            shares.push(Share {
                protocol: "smb".to_owned(),
                name,
                open: false,
            });
        } else if let (Some(share), Some((key, value))) = (shares.last_mut(), line.split_once('='))
        {
            let key = key.trim().to_lowercase();
            let yes = matches!(value.trim().to_lowercase().as_str(), "yes" | "true" | "1");
            share.open |= yes && matches!(key.as_str(), "guest ok" | "public" | "guest only");
        }
    }
    // Printer definitions are no directories.
    shares.retain(|share| {
        !matches!(
            share.name.to_lowercase().as_str(),
            "global" | "printers" | "print$"
        )
    });
    shares
}

pub(super) fn collect(source: &Source<'_>) -> Shares {
    let read = || {
        let mut shares = parse_exports(&source.text("/etc/exports")?);
        for (_, text) in source.texts_in("/etc/exports.d", ".exports")? {
            shares.extend(parse_exports(&text));
        }
        shares.extend(parse_samba(&source.text("/etc/samba/smb.conf")?));
        Some(shares)
    };
    Shares { exported: read() }
}
