//! `xinglin inspect tls`.

use std::path::Path;

use anyhow::anyhow;
use xinglin_core::{Clock as _, SystemClock};
use xinglin_inspect::{inspect_bundle, tls::Endpoint};

use crate::{
    cli::TlsArgs,
    commands::{Failure, Outcome, runtime},
    printer::Printer,
};

pub(super) fn run(
    args: &TlsArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let (host, port) = host_and_port(&args.endpoint)
        .ok_or_else(|| Failure::input(anyhow!("'{}': expected HOST:PORT", args.endpoint)))?;
    let endpoint = Endpoint {
        host,
        port,
        server_name: args.server_name.clone(),
        starttls: args.starttls.clone(),
    };
    let asked = xinglin_reach::tls::gather(&endpoint, SystemClock.now());
    let bundle = runtime()?.block_on(asked).map_err(Failure::input)?;
    let checks = super::checks(bundle.family, content_dir, printer)?;
    super::show(&inspect_bundle(&bundle, &checks), &args.output, printer)
}

/// `host:port`, `[::1]:port`.
fn host_and_port(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let host = host
        .strip_prefix('[')
        .map_or(Some(host), |host| host.strip_suffix(']'))?;
    let is_host = !host.is_empty();
    Some((host.to_owned(), port.parse().ok()?)).filter(|_| is_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_read() {
        let cases = [
            ("his.example:443", Some(("his.example", 443))),
            ("[::1]:8443", Some(("::1", 8443))),
            ("his.example", None),
            (":443", None),
            ("a:99999", None),
            ("[::1:443", None),
        ];
        for (text, expected) in cases {
            let found = host_and_port(text);
            let found = found.as_ref().map(|(host, port)| (host.as_str(), *port));
            assert_eq!(found, expected, "{text}");
        }
    }
}
