//! What a list of cipher suites as written lets in: OpenSSL's language and IANA names.

/// A weakness of suites, and the words of OpenSSL's language that let it in or keep it out.
struct Weakness {
    word: &'static str,
    /// A suite with this in its name has it.
    in_name: &'static [&'static str],
    /// Groups that hold such suites.
    let_in: &'static [&'static str],
    /// Groups whose exclusion keeps them all out.
    keep_out: &'static [&'static str],
}

const WEAKNESSES: [Weakness; 7] = [
    Weakness {
        word: "rc4",
        in_name: &["RC4"],
        let_in: &[
            "ALL",
            "MEDIUM",
            "RC4",
            "COMPLEMENTOFDEFAULT",
            "RSA",
            "KRSA",
            "ARSA",
        ],
        keep_out: &["RC4", "MEDIUM"],
    },
    Weakness {
        word: "3des",
        in_name: &["3DES", "DES-CBC3"],
        let_in: &["ALL", "MEDIUM", "3DES"],
        keep_out: &["3DES", "DES-CBC3-SHA", "MEDIUM"],
    },
    Weakness {
        word: "des",
        in_name: &["DES-CBC-", "_DES_CBC_"],
        let_in: &["DES", "LOW", "ALL"],
        keep_out: &["DES", "LOW"],
    },
    Weakness {
        word: "export",
        in_name: &["EXP-", "_EXPORT_", "EXP1024-"],
        let_in: &["EXP", "EXPORT", "EXPORT40", "EXPORT56", "ALL"],
        keep_out: &["EXP", "EXPORT"],
    },
    Weakness {
        word: "null",
        in_name: &["-NULL-", "NULL-", "_NULL_"],
        let_in: &["NULL", "ENULL", "COMPLEMENTOFALL"],
        keep_out: &["NULL", "ENULL"],
    },
    Weakness {
        word: "anonymous",
        in_name: &["ADH-", "AECDH-", "_ANON_"],
        let_in: &[
            "ANULL",
            "ADH",
            "AECDH",
            "ALL",
            "HIGH",
            "MEDIUM",
            "COMPLEMENTOFDEFAULT",
        ],
        keep_out: &["ANULL"],
    },
    Weakness {
        word: "md5",
        in_name: &["-MD5", "_MD5"],
        let_in: &["MD5", "ALL", "MEDIUM"],
        keep_out: &["MD5", "MEDIUM"],
    },
];

/// The weaknesses that `list` lets in on some build of the library: `rc4`, `3des`, `des`,
/// `export`, `null`, `anonymous`, `md5`.
///
/// Builds differ in what their groups hold; a group counts as holding what it held in any of
/// them, so a list that names only good suites, or excludes by name, is what has none.
pub fn weaknesses(list: &str) -> Vec<String> {
    let tokens: Vec<String> = list
        .split([':', ',', ' ', ';', '\t', '\n'])
        .map(|token| token.trim().to_uppercase())
        .filter(|token| !token.is_empty() && !token.starts_with('@'))
        .collect();
    let excluded: Vec<&str> = tokens
        .iter()
        .filter_map(|token| token.strip_prefix(['!', '-']))
        .collect();
    let found = WEAKNESSES.iter().filter(|weakness| {
        let kept_out = weakness.keep_out.iter().any(|word| excluded.contains(word));
        tokens
            .iter()
            .filter(|token| !token.starts_with(['!', '-', '+']))
            .any(|token| {
                let named = weakness.in_name.iter().any(|part| token.contains(part))
                    // 3DES has DES in its name.
                    && !(weakness.word == "des" && token.contains("3DES"));
                if named && is_suite(token) {
                    return !excluded.contains(&token.as_str()) && !kept_out;
                }
                // `kEDH+RC4` is what both words hold: one that lets in suffices to look at.
                let words: Vec<&str> = token.split('+').collect();
                let all_strong = words
                    .iter()
                    .any(|word| word.starts_with("AES") || word.starts_with("CHACHA"));
                let strong = all_strong && weakness.word != "anonymous";
                let authenticated = words.len() > 1 && is_authenticated(&words);
                let lets_in = words.iter().any(|word| weakness.let_in.contains(word));
                lets_in && !(kept_out || strong || authenticated)
            })
    });
    found.map(|weakness| weakness.word.to_owned()).collect()
}

/// Whether a token is one suite's name rather than a group.
fn is_suite(token: &str) -> bool {
    token.contains('-') || token.contains('_')
}

/// Whether a conjunction asks for a key exchange that has a certificate.
fn is_authenticated(words: &[&str]) -> bool {
    words.iter().any(|word| {
        matches!(
            *word,
            "EECDH" | "ECDHE" | "KEECDH" | "EDH" | "DHE" | "KEDH" | "ARSA" | "AECDSA" | "RSA"
        )
    }) && !words.iter().any(|word| {
        matches!(
            *word,
            "RC4" | "3DES" | "DES" | "MEDIUM" | "LOW" | "ANULL" | "NULL" | "MD5"
        )
    })
}

/// Whether every suite that is named takes a key of its own for each session; `None` when
/// groups leave it open.
pub fn all_forward_secret(list: &str) -> Option<bool> {
    let suites: Vec<String> = list
        .split([':', ',', ' ', ';'])
        .map(|token| token.trim().to_uppercase())
        .filter(|token| !token.is_empty() && !token.starts_with(['!', '-', '+', '@']))
        .collect();
    let named: Vec<&String> = suites.iter().filter(|token| is_suite(token)).collect();
    let secret = |token: &str| {
        [
            "ECDHE",
            "DHE-",
            "DHE_",
            "EECDH",
            "TLS_AES_",
            "TLS_CHACHA20_",
        ]
        .iter()
        .any(|part| token.starts_with(part) || token.starts_with(&format!("TLS_{part}")))
            || token.starts_with("TLS_SM4_")
            || token.starts_with("ECDHE-SM")
    };
    if named.iter().any(|token| !secret(token)) {
        return Some(false);
    }
    let groups = suites.iter().filter(|token| !is_suite(token));
    let ephemeral = |token: &&String| {
        token
            .split('+')
            .any(|word| matches!(word, "EECDH" | "ECDHE" | "EDH" | "DHE" | "KEECDH" | "KEDH"))
    };
    match groups.filter(|token| !ephemeral(token)).count() {
        0 if !suites.is_empty() => Some(true),
        _ => None,
    }
}
