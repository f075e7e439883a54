//! The accounts of `tomcat-users.xml`.

use serde::Serialize;

use super::{
    super::{Source, files::Files, xml::Element},
    at, document,
};

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Its name.
    pub name: String,
    /// Its roles.
    pub roles: Vec<String>,
    /// What its password is like.
    pub password: Password,
    /// Where it is written.
    pub source: Source,
}

/// What a password is like; never the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Password {
    /// `empty`, `plain` or `digest`.
    pub kind: String,
    /// Its length, where it is kept as it is.
    pub length: Option<usize>,
    /// How many of upper case, lower case, digits and others it has, where it is kept as it is.
    pub classes: Option<usize>,
    /// Whether it is the account's name, or one that comes with the product or its guides.
    pub known: Option<bool>,
}

/// The accounts; `None` when nothing says whether there are any.
pub(super) fn read(files: &mut Files, has_server: bool) -> Option<Vec<User>> {
    if files.ending_with("tomcat-users.xml").is_empty() {
        // A folder without the file has no accounts of this kind.
        return has_server.then(Vec::new);
    }
    let (path, root) = document(files, "tomcat-users.xml")?;
    let users = root
        .all("user")
        .map(|user| {
            let name = user
                .attribute("username")
                .or_else(|| user.attribute("name"))
                .unwrap_or_default();
            User {
                roles: user
                    .attribute("roles")
                    .unwrap_or_default()
                    .split(',')
                    .map(|role| role.trim().to_owned())
                    .filter(|role| !role.is_empty())
                    .collect(),
                password: password(name, user.attribute("password").unwrap_or_default()),
                name: name.to_owned(),
                source: at(&path, user),
            }
        })
        .collect();
    Some(users)
}

/// Describes a password as it is kept.
pub(super) fn password(name: &str, kept: &str) -> Password {
    // Placeholders of the file that comes with the product, and the first guesses of all tools.
    const KNOWN: [&str; 14] = [
        "tomcat",
        "admin",
        "password",
        "s3cret",
        "secret",
        "manager",
        "123456",
        "12345678",
        "admin123",
        "tomcat123",
        "changeit",
        "role1",
        "root",
        "must-be-changed",
    ];
    let bare = kept.trim_matches(['<', '>']).to_lowercase();
    let iterated = kept.split('$').count() == 3;
    let hexadecimal = |text: &str| text.chars().all(|character| character.is_ascii_hexdigit());
    let is_digest = (matches!(kept.len(), 32 | 40 | 64 | 96 | 128) && hexadecimal(kept))
        || (iterated
            && kept
                .rsplit('$')
                .next()
                .is_some_and(|last| last.len() >= 32 && hexadecimal(last)))
        || kept.starts_with('{') && kept.contains('}');
    if kept.is_empty() || is_digest {
        let kind = if kept.is_empty() { "empty" } else { "digest" };
        return Password {
            kind: kind.to_owned(),
            length: None,
            classes: None,
            known: None,
        };
    }
    let classes: [fn(char) -> bool; 4] = [
        |character| character.is_uppercase(),
        |character| character.is_lowercase(),
        char::is_numeric,
        |character| !character.is_alphanumeric(),
    ];
    Password {
        kind: "plain".to_owned(),
        length: Some(kept.chars().count()),
        classes: Some(
            classes
                .iter()
                .filter(|class| kept.chars().any(class))
                .count(),
        ),
        known: Some(bare == name.to_lowercase() || KNOWN.contains(&bare.as_str())),
    }
}

/// Whether a realm compares digests.
pub(super) fn digested(server: &Element) -> bool {
    let handler = server.descendants("CredentialHandler").iter().any(|one| {
        let class = one.attribute("className").unwrap_or_default();
        class.ends_with("MessageDigestCredentialHandler")
            || class.ends_with("SecretKeyCredentialHandler")
            || class.ends_with("NestedCredentialHandler")
    });
    let old = server.descendants("Realm").iter().any(|realm| {
        realm
            .attribute("digest")
            .is_some_and(|digest| !digest.is_empty())
    });
    handler || old
}
