//! Files of web and application servers, all of the same bytes, read as each product. None
//! may panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xinglin_inspect::{Bundle, Family};

const FILES: [(Family, &[&str]); 5] = [
    (Family::Nginx, &["etc/nginx/nginx.conf", "etc/nginx/conf.d/a.conf"]),
    (Family::Apache, &["etc/httpd/conf/httpd.conf", "etc/httpd/conf.d/a.conf"]),
    (
        Family::Tomcat,
        &[
            "conf/server.xml",
            "conf/web.xml",
            "conf/context.xml",
            "conf/tomcat-users.xml",
            "conf/logging.properties",
            "webapps/manager/META-INF/context.xml",
        ],
    ),
    (Family::Weblogic, &["config/config.xml"]),
    (Family::Iis, &["applicationHost.config", "inetpub/wwwroot/web.config"]),
];
/// Evidence beside the configuration.
const EVIDENCE: [&str; 3] = ["permissions.txt", "process.txt", "version.txt"];

fuzz_target!(|bytes: &[u8]| {
    for (family, names) in FILES {
        let names = names.iter().chain(&EVIDENCE);
        let bundle = Bundle {
            family,
            collected_at: "2026-11-22T08:00:00Z".parse().unwrap(),
            files: names.map(|name| ((*name).to_owned(), bytes.to_vec())).collect(),
        };
        bundle.collect();
    }
});
