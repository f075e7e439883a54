//! What a bundle holds beside configuration: permissions of files, and processes.

use std::collections::HashSet;

use serde::Serialize;

use super::files::{Files, absolute, folder_of};

/// More lines than this are not about one server.
const LINE_LIMIT: usize = 20_000;

/// Owner and permissions of a file on the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileRights {
    /// The file.
    pub path: String,
    /// `configuration`, `log`, `key` (private keys and key stores) or `directory`.
    pub kind: String,
    /// Four octal digits.
    pub mode: String,
    /// The owner's name.
    pub owner: String,
    /// The group's name.
    pub group: String,
}

/// A process of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Process {
    /// Whose it is.
    pub user: String,
    /// `master` for one that only starts others, else `worker`.
    pub role: String,
}

/// The lines of `permissions.txt`; `None` when there is none.
pub fn rights(files: &mut Files) -> Option<Vec<FileRights>> {
    let path = files.ending_with("permissions.txt").into_iter().next()?;
    let text = files.text(&path)?;
    let mut rights = Vec::new();
    for (number, line) in text.lines().enumerate().take(LINE_LIMIT) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        match parse_rights(line) {
            Some(right) => rights.push(right),
            None => files.refuse(
                &format!("{path}:{}", number + 1),
                "not '<mode> <owner> <group> <path>'",
            ),
        }
    }
    // Only what lies in it shows that a path without a slash at its end is a folder.
    let folders: HashSet<String> = rights
        .iter()
        .map(|right| folder_of(right.path.trim_end_matches('/')).to_owned())
        .collect();
    for right in &mut rights {
        if folders.contains(&right.path) {
            "directory".clone_into(&mut right.kind);
        }
    }
    Some(rights)
}

/// One line of `stat -c '%a %U %G %n'`.
pub fn parse_rights(line: &str) -> Option<FileRights> {
    let mut words = line.trim().splitn(4, ' ');
    let mode = words.next()?;
    let owner = words.next()?;
    let group = words.next()?;
    let name = words.next()?;
    let bits = u32::from_str_radix(mode, 8).ok()?;
    let path = if name.ends_with('/') {
        format!("{}/", absolute(name))
    } else {
        absolute(name)
    };
    Some(FileRights {
        kind: kind_of(&path).to_owned(),
        path,
        mode: format!("{:04o}", bits & 0o7777),
        owner: owner.to_owned(),
        group: group.to_owned(),
    })
}

fn kind_of(path: &str) -> &'static str {
    let lower = path.to_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_log = extension == "log"
        || name.contains(".log.")
        || name.ends_with("_log")
        || name == "catalina.out"
        || name.starts_with("localhost_access_log")
        || name.starts_with("access_log")
        || name.starts_with("error_log");
    if lower.ends_with('/') {
        "directory"
    } else if matches!(extension, "key" | "jks" | "p12" | "pfx" | "keystore")
        || name.ends_with("key.pem")
        || name == "privkey.pem"
        || name == "serializedsystemini.dat"
    {
        "key"
    } else if is_log {
        "log"
    } else if !name.contains('.')
        && ["logs", "log", "nginx", "httpd", "apache2", "conf", "conf.d"].contains(&name)
    {
        "directory"
    } else {
        "configuration"
    }
}

/// The processes of `process.txt` whose command line `is_server` knows, with the role it
/// gives them; `None` when there is no such file or none of them is the server's.
pub fn processes(
    files: &mut Files,
    is_server: impl Fn(&str) -> Option<&'static str>,
) -> Option<Vec<Process>> {
    let path = files.ending_with("process.txt").into_iter().next()?;
    let text = files.text(&path)?;
    // `ps -eo user,pid,args`, `ps -ef` and `ps aux` differ in where the command begins.
    let column = text
        .lines()
        .next()
        .and_then(|head| {
            head.split_whitespace()
                .position(|word| matches!(word, "COMMAND" | "CMD" | "ARGS"))
        })
        .unwrap_or(2);
    let mut found = Vec::new();
    for line in text.lines().take(LINE_LIMIT) {
        let mut words = line.split_whitespace();
        let Some(user) = words.next() else { continue };
        let command: Vec<&str> = words.skip(column.saturating_sub(1)).collect();
        // Command lines may hold passwords; only what the process is is kept.
        if let Some(role) = is_server(&command.join(" ")) {
            found.push(Process {
                user: user.to_owned(),
                role: role.to_owned(),
            });
        }
    }
    (!found.is_empty()).then_some(found)
}
