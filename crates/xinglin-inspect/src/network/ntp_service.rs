//! The clock of Huawei and H3C: `ntp-service`, `sntp`, `clock`.

use super::{
    block::{Tree, after, has},
    draft::Draft,
    model::NtpServer,
};

/// Reads the clock; `is_on` is whether servers are followed without `ntp-service enable`.
pub(crate) fn read(tree: &Tree, draft: &mut Draft, is_on: Option<bool>) {
    let clock = &mut draft.facts.clock;
    for statement in ["ntp-service", "ntp", "sntp"] {
        for (_, rest) in tree.all(statement) {
            let words = ["unicast-server", "unicast-peer", "ipv6 unicast-server"]
                .iter()
                .find_map(|prefix| after(rest, prefix));
            if let Some(address) =
                words.and_then(|words| words.iter().find(|word| is_address(word)))
            {
                clock.servers.push(NtpServer {
                    address: address.clone(),
                    is_authenticated: has(rest, "authentication-keyid"),
                });
            }
        }
        if let Some(authenticates) = tree.switch(&format!("{statement} authentication enable")) {
            clock.authenticates = Some(authenticates);
        }
    }
    clock.authenticates = tree.found_or(clock.authenticates, Some(false));
    let mut enabled = tree
        .switch("ntp-service enable")
        .or(tree.switch("sntp enable"))
        .or(tree.switch("ntp-service server disable").map(|_| true));
    if tree.value("clock protocol") == Some("none") {
        enabled = Some(false);
    }
    clock.is_enabled = tree.found_or(enabled, is_on);
    let zone = tree.all("clock timezone").last();
    clock.zone = zone.map(|(_, words)| words.join(" "));
}

fn is_address(word: &str) -> bool {
    word.contains(['.', ':'])
}
