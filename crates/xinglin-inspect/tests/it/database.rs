//! Databases: scripts agree with the list of queries, whatever comes back is survived, and
//! what could not be asked is never judged.

use std::{fmt::Write as _, fs, path::PathBuf, sync::LazyLock};

use proptest::prelude::*;
use xinglin_inspect::{
    Bundle, Family, Status, database::Queries, database::QueriesError, inspect_bundle,
};

use crate::content::shipped_checks;

const FAMILIES: [Family; 8] = [
    Family::Mysql,
    Family::Postgresql,
    Family::SqlServer,
    Family::Oracle,
    Family::Redis,
    Family::Mongodb,
    Family::Dm,
    Family::Kingbase,
];
/// Every file of a bundle that is read.
const FILES: [&str; 9] = [
    "queries.json",
    "queries.txt",
    "pg_hba.conf",
    "sys_hba.conf",
    "redis.conf",
    "mongod.conf",
    "sqlnet.ora",
    "listener.ora",
    "dm.ini",
];

fn collect_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../content/collect")
}

static QUERIES: LazyLock<Queries> = LazyLock::new(|| {
    let text = fs::read_to_string(collect_folder().join("databases.yaml")).unwrap();
    Queries::from_yaml(&text).unwrap()
});

fn queries() -> &'static Queries {
    &QUERIES
}

fn bundle(family: Family, files: &[(&str, &str)]) -> Bundle {
    let at = "2026-11-22T08:00:00Z".parse().unwrap();
    Bundle::of_texts(family, at, files.iter().copied())
}

#[test]
fn every_script_is_made_from_the_list() {
    let queries = queries();
    assert_eq!(queries.families().count(), 6);
    for family in queries.families() {
        let word = family.word();
        let script = queries.script(family).unwrap();
        let path = collect_folder().join(format!("{word}.sql"));
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == script,
            "content/collect/{word}.sql is not made from databases.yaml; run: \
             cargo run -p xinglin-inspect --example collect_script -- {word} > content/collect/{word}.sql"
        );
    }
}

#[test]
fn every_query_only_reads_and_no_hash_is_selected() {
    for family in queries().families() {
        for query in queries().of(family) {
            let sql = query.sql.to_ascii_uppercase();
            let place = format!("{}: {}", family.word(), query.name);
            assert!(sql.trim_start().starts_with("SELECT"), "{place}");
            for word in [
                "INSERT ", "UPDATE ", "DELETE ", "ALTER ", "DROP ", "GRANT ", "EXEC ", ";",
            ] {
                let quoted = format!("'{word}");
                let written = sql
                    .replace(&quoted, "")
                    .replace("'BECOME USER', 'ALTER SYSTEM', 'ALTER USER'", "");
                assert!(!written.contains(word), "{place}: {word}");
            }
            for column in &query.columns {
                let is_hash = ["hash", "authentication_string", "rolpassword", "spare4"]
                    .iter()
                    .any(|secret| column.contains(secret));
                assert!(!is_hash, "{place}: {column}");
            }
        }
    }
}

#[test]
fn a_query_is_for_its_versions_only() {
    let queries = queries();
    let named = |name: &str| {
        let of = queries.of(Family::Mysql);
        of.iter().find(|query| query.name == name).unwrap().clone()
    };
    for (name, product, version, expected) in [
        ("accounts_mysql8", "mysql", "8.0.36", true),
        ("accounts_mysql8", "mysql", "8.0.13", false),
        ("accounts_mysql8", "mariadb", "10.11.6", false),
        ("accounts_mysql57", "mysql", "5.7.44-log", true),
        ("accounts_mysql57", "mysql", "8.0.14", false),
        ("accounts_mariadb", "mariadb", "10.4.2-MariaDB", true),
        ("accounts_mariadb", "mariadb", "10.3.39", false),
    ] {
        assert_eq!(
            named(name).is_for(product, version),
            expected,
            "{name} {version}"
        );
    }
}

#[test]
fn a_bad_list_of_queries_is_named() {
    let one = "{name: a, purpose: p, columns: [x], sql: SELECT 1}";
    let problem = |text: &str| Queries::from_yaml(text).unwrap_err();
    assert!(matches!(problem("mysql: [1]"), QueriesError::Malformed(_)));
    assert!(matches!(
        problem(&format!("mysql: [{one}, {one}]")),
        QueriesError::Duplicate { .. }
    ));
    assert!(matches!(
        problem(&format!("nginx: [{one}]")),
        QueriesError::UnknownFamily(word) if word == "nginx"
    ));
    assert!(matches!(
        problem(&format!("mysql: [{}]", one.replace("[x]", "[\"x'\"]"))),
        QueriesError::BadName { .. }
    ));
}

/// A server that refuses every query, a client that printed nothing, and no answers at all.
#[test]
fn what_was_not_answered_is_never_a_pass_or_a_failure() {
    let set = shipped_checks();
    let refused = queries();
    for family in FAMILIES {
        let mut text = String::from("Password: \n");
        for query in refused.of(family) {
            let header = query.columns.join("\",\"");
            writeln!(
                text,
                "==== xinglin query ====\n{}\n\"{header}\"\nERROR: permission denied",
                query.name
            )
            .unwrap();
        }
        for files in [
            vec![("queries.txt", text.as_str())],
            vec![("queries.txt", "")],
            vec![],
        ] {
            let inspection = inspect_bundle(&bundle(family, &files), &set);
            assert!(!inspection.unreadable.is_empty(), "{}", family.word());
            assert!(!inspection.results.is_empty());
            for result in &inspection.results {
                assert!(
                    matches!(result.status, Status::Unknown | Status::NotApplicable),
                    "{}: {:?} {}",
                    result.check,
                    result.status,
                    result.observed
                );
            }
        }
    }
}

#[test]
fn answers_are_read_in_any_encoding() {
    let text = "==== xinglin query ====\nserver\n\"version\",\"comment\",\"hostname\"\n\
                \"8.0.36\",\"MySQL\",\"医院库\"\n==== xinglin end ====\n";
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let (gbk, _, _) = encoding_rs::GB18030.encode(text);
    for bytes in [text.as_bytes().to_vec(), utf16, gbk.into_owned()] {
        let mut bundle = bundle(Family::Mysql, &[]);
        bundle.files.insert("queries.txt".to_owned(), bytes);
        assert_eq!(bundle.collect().subject.name, "医院库");
    }
}

/// Pieces of what clients print and of configuration files.
fn fragments() -> impl Strategy<Value = String> {
    const PIECES: [&str; 44] = [
        "\n",
        "\n",
        "\n",
        "\"",
        "\"",
        ",",
        ",",
        "{",
        "}",
        "[",
        "]",
        ":",
        "=",
        "(",
        ")",
        "#",
        " ",
        "\t",
        "\\",
        "==== xinglin query ====\n",
        "==== xinglin end ====\n",
        "server\n",
        "settings\n",
        "accounts\n",
        "variables_performance_schema\n",
        "roles\n",
        "hba\n",
        "acl\n",
        "info\n",
        "profiles\n",
        "name",
        "value",
        "\"name\",\"value\"\n",
        "version",
        "host all all 0.0.0.0/0 trust",
        "local",
        "user default on nopass",
        "99999999999999999999",
        "-1",
        "1/0",
        ".5",
        "UNLIMITED",
        "DEFAULT",
        "中文",
    ];
    proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..80)
        .prop_map(|pieces| pieces.concat())
}

fn survive(text: &str) {
    for family in FAMILIES {
        let files = FILES.map(|name| (name, text));
        bundle(family, &files).collect();
        bundle(family, &[("queries.txt", text)]).collect();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        survive(&text);
    }

    #[test]
    fn any_mixture_of_the_languages_is_survived(text in fragments()) {
        survive(&text);
    }

    #[test]
    fn any_cells_are_survived(cells in proptest::collection::vec("[-0-9a-z./:%'@ ]{0,12}", 12..13)) {
        for family in queries().families() {
            for query in queries().of(family) {
                let cells: Vec<&String> = cells.iter().cycle().take(query.columns.len()).collect();
                let document = serde_json::json!({&query.name: {"columns": query.columns, "rows": [cells]}});
                bundle(family, &[("queries.json", &document.to_string())]).collect();
            }
        }
    }
}
