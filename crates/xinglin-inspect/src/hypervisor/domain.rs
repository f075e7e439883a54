//! Machines of libvirt, as `virsh dumpxml` writes them.

use super::machines::{Console, Machine};

/// An opening tag.
struct Tag<'a> {
    name: &'a str,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    fn attribute(&self, name: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        while let Some((key, after)) = rest.split_once('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (value, following) = after.get(1..)?.split_once(quote)?;
            if key.trim() == name {
                return Some(value);
            }
            rest = following;
        }
        None
    }
}

/// The opening tags of a document, in order, each with the text that follows it. Comments are
/// passed over; nothing is expanded.
fn tags(text: &str) -> impl Iterator<Item = (Tag<'_>, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once('<')?;
            if let Some(comment) = after.strip_prefix("!--") {
                rest = comment.split_once("-->")?.1;
                continue;
            }
            let (inside, following) = after.split_once('>')?;
            rest = following;
            if inside.starts_with(['/', '?', '!']) {
                continue;
            }
            let inside = inside.trim_end_matches('/');
            let (name, attributes) = inside
                .split_once(char::is_whitespace)
                .unwrap_or((inside, ""));
            let content = following.split('<').next().unwrap_or_default();
            return Some((Tag { name, attributes }, content));
        }
    })
}

/// Reads the machines of one or more documents; `None` when there are none.
pub fn parse_domains(text: &str) -> Option<Vec<Machine>> {
    let mut machines: Vec<Machine> = Vec::new();
    let mut disk = "";
    for (tag, content) in tags(text) {
        if tag.name == "domain" {
            machines.push(Machine {
                consoles: Some(Vec::new()),
                devices: Some(Vec::new()),
                forgetful_disks: Some(Vec::new()),
                powered_on: tag.attribute("id").map(|_| true),
                ..Machine::default()
            });
            continue;
        }
        let Some(machine) = machines.last_mut() else {
            continue;
        };
        match tag.name {
            // Networks and volumes have names, too; that of the machine comes first.
            "name" if machine.name.is_empty() => content.trim().clone_into(&mut machine.name),
            "graphics" => {
                let kind = tag.attribute("type").unwrap_or_default();
                // Without an address it listens where the machine's host is set to: itself.
                let address = tag.attribute("listen").unwrap_or("127.0.0.1");
                if matches!(kind, "vnc" | "spice") {
                    let console = Console {
                        kind: kind.to_owned(),
                        address: address.to_owned(),
                        password: tag
                            .attribute("passwd")
                            .is_some_and(|password| !password.is_empty()),
                    };
                    machine.consoles.get_or_insert_default().push(console);
                }
            }
            "target" => disk = tag.attribute("dev").unwrap_or_default(),
            "transient" => machine
                .forgetful_disks
                .get_or_insert_default()
                .push(disk.to_owned()),
            "parallel" | "redirdev" | "hostdev" => machine
                .devices
                .get_or_insert_default()
                .push(tag.name.to_owned()),
            _ => {}
        }
    }
    (!machines.is_empty()).then_some(machines)
}
