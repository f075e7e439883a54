//! Web and application servers: what their languages mean.

use xinglin_inspect::{
    Bundle, Collected, Family,
    middleware::{
        apache, ciphers,
        evidence::parse_rights,
        files::{absolute, matches_pattern},
        nginx::parse::{Token, tokens},
        version, xml,
    },
};

fn collect(family: Family, files: &[(&str, &str)]) -> Collected {
    let at = "2026-11-22T08:00:00Z".parse().unwrap();
    Bundle::of_texts(family, at, files.iter().copied()).collect()
}

fn words(text: &str) -> Vec<String> {
    let tokens = tokens(text).unwrap();
    tokens
        .into_iter()
        .filter_map(|(token, _)| match token {
            Token::Word(word) => Some(word),
            _ => None,
        })
        .collect()
}

#[test]
fn the_words_of_nginx() {
    let cases: [(&str, &[&str]); 8] = [
        ("a b;", &["a", "b"]),
        (r#"a "b c" 'd;e';"#, &["a", "b c", "d;e"]),
        (r#"a "x\"y";"#, &["a", r#"x"y"#]),
        ("a ${b}c # d\n;", &["a", "${b}c"]),
        ("if ($x = 1) { }", &["if", "($x", "=", "1)"]),
        ("location ~ \\.php$ {}", &["location", "~", "\\.php$"]),
        ("a b#c;", &["a", "b#c"]),
        (
            "content_by_lua_block { local a = {'}'} -- }\n return 1 } b c;",
            &["content_by_lua_block", "b", "c"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(words(text), expected, "{text}");
    }
    assert_eq!(tokens("a\n'b").unwrap_err().0, 2);
}

#[test]
fn a_line_of_nginx_is_found_in_the_file_that_has_it() {
    let collected = collect(
        Family::Nginx,
        &[
            ("etc/nginx/nginx.conf", "http {\n  include sites/*;\n}\n"),
            (
                "etc/nginx/sites/a",
                "\nserver { listen 80;\n location / { autoindex on; } }\n",
            ),
        ],
    );
    let scopes = &collected.facts["scopes"];
    assert_eq!(
        scopes[1]["source"],
        serde_json::json!({"file": "/etc/nginx/sites/a", "line": 3})
    );
    assert_eq!(collected.facts["complete"], true);
    assert_eq!(collected.unreadable, []);
}

#[test]
fn files_that_include_themselves_end() {
    let circle = collect(
        Family::Nginx,
        &[
            (
                "/etc/nginx/nginx.conf",
                "http { include a.conf; include a.conf; }",
            ),
            ("/etc/nginx/a.conf", "include b.conf; include b.conf;"),
            (
                "/etc/nginx/b.conf",
                "include a.conf; include a.conf; server { }",
            ),
        ],
    );
    assert_eq!(circle.facts["complete"], false);
    let apache = collect(
        Family::Apache,
        &[
            ("/etc/httpd/conf/httpd.conf", "Include conf.d/*.conf"),
            (
                "/etc/httpd/conf.d/a.conf",
                "Include conf.d/*.conf\nInclude conf.d/*.conf",
            ),
        ],
    );
    assert_eq!(apache.facts["complete"], false);
}

#[test]
fn lists_of_suites() {
    let cases: [(&str, &[&str]); 10] = [
        ("HIGH:!aNULL:!MD5", &[]),
        ("HIGH", &["anonymous"]),
        ("ECDHE+AESGCM:!aNULL", &[]),
        ("ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA", &["3des"]),
        ("ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA:!3DES", &[]),
        ("ALL:!aNULL:!eNULL:!MEDIUM:!LOW:!EXP", &[]),
        ("ALL", &["rc4", "3des", "des", "export", "anonymous", "md5"]),
        ("TLS_RSA_WITH_RC4_128_MD5", &["rc4", "md5"]),
        (
            "TLS_RSA_WITH_NULL_SHA256,TLS_DH_anon_WITH_AES_128_CBC_SHA",
            &["null", "anonymous"],
        ),
        ("EECDH+CHACHA20:EECDH+AES128:RSA+AES128:!MD5", &[]),
    ];
    for (list, expected) in cases {
        assert_eq!(ciphers::weaknesses(list), expected, "{list}");
    }
    assert_eq!(
        ciphers::all_forward_secret("ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-SHA"),
        Some(true)
    );
    assert_eq!(
        ciphers::all_forward_secret("ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA"),
        Some(false)
    );
    assert_eq!(ciphers::all_forward_secret("HIGH:!aNULL"), None);
}

#[test]
fn versions_of_ssl_protocol() {
    let cases: [(&str, &[&str]); 4] = [
        ("all -SSLv3 -TLSv1 -TLSv1.1", &["TLSv1.2", "TLSv1.3"]),
        ("-all +TLSv1.2", &["TLSv1.2"]),
        ("TLSv1.2", &["TLSv1.2"]),
        ("all", &["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
    ];
    for (text, expected) in cases {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        assert_eq!(apache::protocols(&words), expected, "{text}");
    }
}

#[test]
fn who_may_come_to_a_folder_of_apache() {
    let cases = [
        ("Require all granted", "open"),
        ("Require all denied", "denied"),
        ("Require ip 10.0.0.0/8", "limited"),
        (
            "<RequireAny>\nRequire ip 10.0.0.1\nRequire all granted\n</RequireAny>",
            "open",
        ),
        (
            "<RequireAll>\nRequire ip 10.0.0.1\nRequire valid-user\n</RequireAll>",
            "limited",
        ),
        (
            "<RequireAll>\nRequire all granted\nRequire not ip 10.0.0.9\n</RequireAll>",
            "open",
        ),
        (
            "Order deny,allow\nDeny from all\nAllow from 10.1",
            "limited",
        ),
        ("Order allow,deny\nAllow from all", "open"),
        ("Order allow,deny\nDeny from all", "denied"),
        ("Require valid-user", "authenticated"),
    ];
    for (rules, expected) in cases {
        let text = format!("<Location /a>\n{rules}\n</Location>\n");
        let collected = collect(Family::Apache, &[("/etc/httpd/conf/httpd.conf", &text)]);
        assert_eq!(
            collected.facts["sections"][0]["access"], expected,
            "{rules}"
        );
    }
}

#[test]
fn passwords_leave_nothing_but_their_likeness() {
    let text = r#"<tomcat-users><user username="a" password="invented-Secret1"/></tomcat-users>"#;
    let collected = collect(
        Family::Tomcat,
        &[
            ("conf/server.xml", "<Server/>"),
            ("conf/tomcat-users.xml", text),
        ],
    );
    assert!(!collected.facts.to_string().contains("invented-Secret1"));
    let password = &collected.facts["users"][0]["password"];
    assert_eq!(password["length"], 16);
    assert_eq!(password["classes"], 4);
    assert_eq!(password["known"], false);
}

#[test]
fn xml_is_bounded_and_has_no_entities() {
    let root = xml::parse("<a>\n <b x='1 &amp; 2'>t&#65;</b>\n</a>").unwrap();
    let b = root.child("b").unwrap();
    assert_eq!(
        (b.line, b.attribute("X"), b.text.as_str()),
        (2, Some("1 & 2"), "tA")
    );
    let bomb = "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>";
    assert!(matches!(
        xml::parse(bomb),
        Err(xml::XmlError::Entity { .. })
    ));
    let deep = "<a>".repeat(10_000);
    assert!(matches!(
        xml::parse(&deep),
        Err(xml::XmlError::TooLarge { .. })
    ));
    assert!(xml::parse("<a><b></a>").is_err());
    assert!(matches!(xml::parse(""), Err(xml::XmlError::Empty)));
}

#[test]
fn names_and_rights_of_files() {
    assert_eq!(absolute("./etc//nginx/a"), "/etc/nginx/a");
    assert_eq!(absolute(r"C:\inetpub\web.config"), "/inetpub/web.config");
    assert!(matches_pattern("/a/*.conf", "/a/b.conf"));
    assert!(!matches_pattern("/a/*.conf", "/a/b/c.conf"));
    assert!(matches_pattern("/a/x?*z", "/a/xyyz"));
    let rights = parse_rights("640 root adm /var/log/nginx/access.log").unwrap();
    assert_eq!(
        (rights.mode.as_str(), rights.kind.as_str()),
        ("0640", "log")
    );
    assert_eq!(parse_rights("rw-r--r-- root"), None);
}

#[test]
fn releases_compare_by_number() {
    assert!(version::at_least("1.27.10", "1.27.3"));
    assert!(!version::at_least("1.9.0", "1.9.1"));
    assert_eq!(
        version::after("nginx version: nginx/1.28.0 (x)", "nginx/").as_deref(),
        Some("1.28.0")
    );
    assert_eq!(version::parts("9.0"), [9, 0, 0]);
}
