//! No bytes of a web server's files make a collector panic or dawdle.

use proptest::prelude::*;
use xinglin_inspect::{Bundle, Family};

const FILES: [&str; 16] = [
    "/etc/nginx/nginx.conf",
    "/etc/nginx/conf.d/a.conf",
    "/etc/httpd/conf/httpd.conf",
    "/etc/httpd/conf.d/a.conf",
    "/opt/tomcat/conf/server.xml",
    "/opt/tomcat/conf/web.xml",
    "/opt/tomcat/conf/context.xml",
    "/opt/tomcat/conf/tomcat-users.xml",
    "/opt/tomcat/conf/logging.properties",
    "/opt/tomcat/webapps/manager/META-INF/context.xml",
    "/u01/domain/config/config.xml",
    "/windows/system32/inetsrv/config/applicationHost.config",
    "/inetpub/wwwroot/web.config",
    "permissions.txt",
    "process.txt",
    "version.txt",
];
const FAMILIES: [Family; 5] = [
    Family::Nginx,
    Family::Apache,
    Family::Tomcat,
    Family::Weblogic,
    Family::Iis,
];

fn survive(text: &str) {
    for family in FAMILIES {
        let files = FILES.map(|name| (name, text));
        let at = "2026-11-22T08:00:00Z".parse().unwrap();
        Bundle::of_texts(family, at, files).collect();
    }
}

fn fragments() -> impl Strategy<Value = String> {
    const PIECES: [&str; 64] = [
        "\n",
        "\n",
        " ",
        " ",
        ";",
        ";",
        "{",
        "}",
        "\"",
        "'",
        "#",
        "\\",
        "\\\n",
        "$",
        "${",
        "<",
        ">",
        "</",
        "/>",
        "=",
        "&amp;",
        "&x;",
        "<!--",
        "-->",
        "<![CDATA[",
        "http {",
        "server {",
        "location / {",
        "listen 443 ssl;",
        "listen [::]:80;",
        "server_name a;",
        "include *.conf;",
        "include /etc/nginx/conf.d/*;",
        "ssl_protocols",
        "TLSv1",
        "access_log off;",
        "if ($a) {",
        "x_by_lua_block {",
        "<VirtualHost *:80>",
        "</VirtualHost>",
        "<Directory />",
        "</Directory>",
        "Include conf.d/*.conf",
        "Options",
        "+Indexes",
        "Require not",
        "LoadModule",
        "<IfModule !a>",
        "Define a ${a}${a}",
        "<Server>",
        "</Server>",
        "<Host name='a'>",
        "<Valve className=",
        "<domain>",
        "<realm>",
        "</domain>",
        "<configuration>",
        "<site name=\"a\">",
        "# configuration file /a:\n",
        "nginx version: nginx/",
        "1.2.3",
        "755 root root /a",
        "中文",
        "\u{0}",
    ];
    proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..60)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        survive(&text);
    }

    #[test]
    fn any_mixture_of_the_languages_is_survived(text in fragments()) {
        survive(&text);
    }
}

#[test]
fn hostile_sizes_end_soon() {
    for text in [
        "http{server{location /{".repeat(4_000),
        "server{}".repeat(10_000),
        format!("http{{{}}}", "server{listen 1;access_log a;}".repeat(4_000)),
        "<VirtualHost *:80>\n".repeat(4_000),
        "<VirtualHost *:80>\n</VirtualHost>\n".repeat(4_000),
        "<a>".repeat(10_000),
        format!(
            "<Server>{}</Server>",
            "<Host/><Realm/><Connector/>".repeat(4_000)
        ),
        "Define a ${a}${a}${a}\n".repeat(500),
        "include conf.d/*.conf;\n".repeat(500),
    ] {
        let begun = std::time::Instant::now();
        survive(&text);
        assert!(begun.elapsed().as_secs() < 60, "{} bytes", text.len());
    }
}

/// Thousands of locations have what stands in the server around them: each says only the
/// first of it, and in little time.
#[test]
fn what_blocks_inherit_is_not_copied_without_end() {
    let rules = "add_header X-A b; access_log /l main; allow 10.0.0.1;".repeat(3_000);
    let formats = "log_format main $status; ".repeat(3_000);
    let locations = "location /a { proxy_pass http://a; }".repeat(4_900);
    let text = format!(
        "http {{ {formats} log_format main '$remote_addr $request $status $time_local'; \
         server {{ listen 80; {rules} deny all; {locations} }} }}"
    );
    let at = "2026-11-22T08:00:00Z".parse().unwrap();
    let bundle = Bundle::of_texts(
        Family::Nginx,
        at,
        [("/etc/nginx/nginx.conf", text.as_str())],
    );
    let started = std::time::Instant::now();
    let facts = bundle.collect().facts;
    let taken = started.elapsed();
    assert!(taken.as_secs() < 30, "{taken:?}");
    let scopes = facts["scopes"].as_array().unwrap();
    assert_eq!(scopes.len(), 4_901);
    for scope in scopes {
        assert_eq!(scope["headers"].as_array().unwrap().len(), 100);
        assert_eq!(scope["access_logs"].as_array().unwrap().len(), 100);
        assert_eq!(scope["unrecorded"], serde_json::json!(["user"]));
        assert_eq!(scope["restricted"], true);
    }
}
