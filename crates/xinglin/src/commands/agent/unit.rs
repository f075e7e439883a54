//! `xinglin agent install-unit`.

use std::{env, fs, path::Path};

use anyhow::{Context as _, anyhow};

use crate::{
    cli::UnitArgs,
    commands::{Failure, Outcome},
    content,
    printer::Printer,
};

const UNIT: &str = "agent/xinglin-agent.service";
const INSTALLED: &str = "/etc/systemd/system/xinglin-agent.service";
/// Folders of programs that a package manager keeps; the agent replaces nothing there.
const KEPT_BY_OTHERS: [&str; 3] = ["/usr", "/bin", "/sbin"];

pub(super) fn run(
    args: &UnitArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let units = content::under(UNIT, content_dir).map_err(Failure::input)?;
    let (_, template) = units
        .first()
        .ok_or_else(|| Failure::input(anyhow!("the content has no {UNIT}")))?;
    let program = env::current_exe()
        .context("this program's file is not known")
        .map_err(Failure::internal)?;
    let unit = unit(template, &program, &args.folder.data).map_err(Failure::input)?;
    if args.print {
        printer.line(unit.trim_end()).map_err(Failure::internal)?;
        return Ok(Outcome::Done);
    }
    fs::write(INSTALLED, unit)
        .context(INSTALLED)
        .map_err(Failure::input)?;
    for line in [
        &format!("{INSTALLED} written; now run:"),
        "systemctl daemon-reload",
        "systemctl enable --now xinglin-agent",
    ] {
        printer.note(line);
    }
    Ok(Outcome::Done)
}

/// The unit for a program and a folder.
fn unit(template: &str, program: &Path, data: &Path) -> anyhow::Result<String> {
    let program_text = word(program)?;
    let data_text = word(data)?;
    let mut writable = data_text.to_owned();
    let is_own = !KEPT_BY_OTHERS
        .iter()
        .any(|folder| program.starts_with(folder));
    if let (true, Some(folder)) = (is_own, program.parent()) {
        writable = format!("{} {writable}", word(folder)?);
    }
    let lines = template.lines().map(|line| match line.split_once('=') {
        Some(("ExecStart", _)) => format!("ExecStart={program_text} agent run --data {data_text}"),
        Some(("ReadWritePaths", _)) => format!("ReadWritePaths={writable}"),
        _ => line.to_owned(),
    });
    Ok(lines.map(|line| line + "\n").collect())
}

/// A path as it may stand in a unit: systemd gives blanks, `%`, `$`, quotes and backslashes a
/// meaning of their own.
fn word(path: &Path) -> anyhow::Result<&str> {
    let text = path.to_str().filter(|text| text.starts_with('/'));
    let is_plain = |text: &&str| {
        let is_special = |c: char| c.is_whitespace() || c.is_control() || "%$\"'\\;".contains(c);
        !text.contains(is_special)
    };
    text.filter(is_plain)
        .with_context(|| format!("'{}' cannot stand in a unit", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../content/agent/xinglin-agent.service"
    ));

    fn lines(program: &str, data: &str) -> anyhow::Result<Vec<String>> {
        let unit = unit(TEMPLATE, Path::new(program), Path::new(data))?;
        assert_eq!(unit.lines().count(), TEMPLATE.lines().count());
        let is_ours = |line: &&str| {
            ["ExecStart=", "ReadWritePaths="]
                .iter()
                .any(|key| line.starts_with(key))
        };
        Ok(unit.lines().filter(is_ours).map(str::to_owned).collect())
    }

    #[test]
    fn the_unit_names_this_program_and_its_folder() {
        assert_eq!(
            lines("/opt/xinglin-agent/xinglin", "/var/lib/xinglin-agent").unwrap(),
            [
                "ExecStart=/opt/xinglin-agent/xinglin agent run --data /var/lib/xinglin-agent",
                "ReadWritePaths=/opt/xinglin-agent /var/lib/xinglin-agent",
            ]
        );
        assert_eq!(
            lines("/usr/bin/xinglin", "/srv/agent").unwrap(),
            [
                "ExecStart=/usr/bin/xinglin agent run --data /srv/agent",
                "ReadWritePaths=/srv/agent",
            ]
        );
    }

    #[test]
    fn what_systemd_would_read_otherwise_is_refused() {
        for wrong in [
            "/opt/a b/xinglin",
            "/opt/%n/xinglin",
            "opt/xinglin",
            "/o\n/x",
        ] {
            assert!(lines(wrong, "/var/lib/xinglin-agent").is_err(), "{wrong}");
            assert!(
                lines("/opt/xinglin-agent/xinglin", wrong).is_err(),
                "{wrong}"
            );
        }
    }
}
