//! `cargo xtask up`: from a fresh clone to a running demonstration.

use std::net::TcpListener;

use anyhow::Context as _;

use crate::{
    page,
    say::{headline, line},
    shell,
    workspace::{Profile, Workspace},
};

const PORT: u16 = 8600;

/// Flags of `up`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Build in the dev profile: sooner ready, slower to use.
    #[arg(long)]
    dev: bool,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    headline("1/3 the page");
    page::install(workspace)?;
    page::build(workspace)?;
    headline("2/3 the server (minutes the first time, seconds later)");
    let profile = if args.dev {
        Profile::Dev
    } else {
        Profile::Release
    };
    let binary = workspace.build(profile)?;
    headline("3/3 start");
    let data = workspace.path("data/demo");
    let port = port()?;
    if port != PORT {
        line(&format!("    port {PORT} is taken, using {port}"));
    }
    line("    data: data/demo · sign-ins: data/demo/sign-in.txt · stop with Ctrl-C");
    let mut server = shell::command(binary, workspace.root());
    server.args(["serve", "--demo", "--data"]);
    server.arg(data);
    server.args(["--listen", &format!("127.0.0.1:{port}")]);
    become_server(server)
}

/// Our port, or a free one where it is taken.
fn port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", PORT))
        .or_else(|_| TcpListener::bind(("127.0.0.1", 0)))
        .context("no port to listen on")?;
    Ok(listener.local_addr()?.port())
}

/// The server takes this process's place, so that Ctrl-C reaches it alone.
#[cfg(unix)]
fn become_server(mut server: std::process::Command) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt as _;

    Err(server.exec()).context("the server cannot be started")
}

#[cfg(not(unix))]
fn become_server(mut server: std::process::Command) -> anyhow::Result<()> {
    shell::run(&mut server)
}
