//! `cargo xtask gen`: files that are written by a program and kept in the repository.

use std::{fs, path::Path};

use anyhow::{Context as _, bail};

use crate::{
    page,
    say::line,
    shell,
    workspace::{Profile, Workspace},
};

const OPENAPI: &str = "web/openapi.json";
const TYPES: &str = "web/src/api/schema.d.ts";
const REFERENCE: &str = "docs/reference/cli.md";
const RULES: &str = "docs/reference/rules.md";

/// Flags of `gen`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write nothing; fail where a file is not up to date.
    #[arg(long)]
    check: bool,
}

/// Whether files are written or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write them.
    Write,
    /// Compare them.
    Check,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    page::install(workspace)?;
    let binary = workspace.build(Profile::Dev)?;
    let mode = if args.check { Mode::Check } else { Mode::Write };
    all(workspace, &binary, mode)
}

/// Writes or compares all generated files, made by the built program `binary`.
pub(crate) fn all(workspace: &Workspace, binary: &Path, mode: Mode) -> anyhow::Result<()> {
    let mut stale = Vec::new();
    let openapi = shell::read(shell::command(binary, workspace.root()).arg("openapi"))?;
    let types = types(workspace, &openapi)?;
    let reference = reference(workspace, binary)?;
    let mut rules = shell::command(binary, workspace.root());
    let rules = shell::read(
        rules
            .args(["content", "rules"])
            .arg(workspace.path("content")),
    )?;
    for (path, text) in [
        (OPENAPI, openapi),
        (TYPES, types),
        (REFERENCE, reference),
        (RULES, rules),
    ] {
        let file = workspace.path(path);
        if fs::read_to_string(&file).is_ok_and(|present| present == text) {
            line(&format!("    {path} is up to date"));
            continue;
        }
        match mode {
            Mode::Check => stale.push(path),
            Mode::Write => {
                if let Some(folder) = file.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::write(&file, text).with_context(|| format!("cannot write {path}"))?;
                line(&format!("    {path} written"));
            }
        }
    }
    if stale.is_empty() {
        Ok(())
    } else {
        bail!(
            "not up to date: {}; run `cargo xtask gen`",
            stale.join(", ")
        )
    }
}

/// The TypeScript types of the document.
fn types(workspace: &Workspace, openapi: &str) -> anyhow::Result<String> {
    let folder = workspace.target()?.join("xtask");
    fs::create_dir_all(&folder)?;
    let document = folder.join("openapi.json");
    let types = folder.join("schema.d.ts");
    fs::write(&document, openapi)?;
    let mut generator = workspace.in_web("npx");
    generator
        .arg("openapi-typescript")
        .arg(&document)
        .arg("-o")
        .arg(&types);
    shell::read(&mut generator)?;
    fs::read_to_string(types).context("openapi-typescript wrote nothing")
}

/// The help of every command, from the commands themselves.
fn reference(workspace: &Workspace, binary: &Path) -> anyhow::Result<String> {
    let mut page = String::from(
        "# Command line\n\nThe help of every command, written by `cargo xtask gen`. Exit codes: 0 done, 1 the answer is no, 2 bad usage or unreadable input, 3 internal error.\n",
    );
    let mut waiting: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(words) = waiting.pop() {
        let mut command = shell::command(binary, workspace.root());
        // Help shows what the environment sets; the page must not.
        let help = shell::read(command.env_clear().args(&words).arg("--help"))?;
        let name = std::iter::once("xinglin").chain(words.iter().map(String::as_str));
        let name = name.collect::<Vec<_>>().join(" ");
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        for part in [
            "\n## `",
            &name,
            "`\n\n```text\n",
            &help.join("\n"),
            "\n```\n",
        ] {
            page.push_str(part);
        }
        let below = subcommands(&help);
        waiting.extend(below.into_iter().rev().map(|word| {
            let mut longer = words.clone();
            longer.push(word.to_owned());
            longer
        }));
    }
    Ok(page)
}

/// The commands that a help text lists, without `help` itself.
fn subcommands<'a>(help: &[&'a str]) -> Vec<&'a str> {
    help.iter()
        .skip_while(|line| **line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|word| *word != "help")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subcommands_are_read_from_help() {
        let help = [
            "Usage: xinglin <COMMAND>",
            "",
            "Commands:",
            "  serve    Run the server",
            "           and the page",
            "  ledger   Verify",
            "  help     Print this",
            "",
            "Options:",
            "  -h, --help  Print help",
        ];
        assert_eq!(subcommands(&help), ["serve", "ledger"]);
        assert!(subcommands(&["Usage: xinglin serve"]).is_empty());
    }
}
