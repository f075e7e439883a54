//! The real program on both sides: a server that is killed and comes back, an agent that is
//! asked to end.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

use crate::server::{Client, PASSWORD, Server};

pub(crate) struct Host<'a> {
    pub(crate) folder: &'a Path,
}

impl Host<'_> {
    #[expect(clippy::disallowed_methods, reason = "the program under test")]
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xinglin"));
        command.arg("agent").args(arguments);
        command.arg("--data").arg(self.folder);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> (i32, String) {
        let mut child = self.command(arguments).spawn().unwrap();
        // Who does not read it has ended already.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let Output {
            status,
            stdout,
            stderr,
        } = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout) + &text(stderr))
    }

    fn once(&self) -> (i32, String) {
        self.run(&["run", "--once"], "")
    }
}

pub(crate) fn made(lead: &Client) -> Value {
    let form = json!({"code": "SRV-01", "name": "SRV-01", "object_type": "server_os", "importance": "important"});
    let (status, _, asset) = lead.json("POST", "/api/v1/assets", &form);
    assert_eq!(status, 201, "{asset}");
    let body = json!({"asset_id": asset["id"]});
    let (status, _, made) = lead.json("POST", "/api/v1/agents/tokens", &body);
    assert_eq!(status, 201, "{made}");
    made
}

fn taken(lead: &Client) -> Vec<Value> {
    let list = lead.get("/api/v1/inspections");
    list["items"].as_array().unwrap().clone()
}

#[test]
fn a_killed_server_comes_back_and_has_every_inspection_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("server");
    let (server, url) = Server::start_with_agents(&data, "127.0.0.1:0");
    server.set_up();
    let lead = server.sign_in("lead", PASSWORD);
    let made = made(&lead);
    assert_eq!(made["server"], url);
    let token = made["token"].as_str().unwrap();
    let authority = folder.path().join("authority.pem");
    let host = Host {
        folder: &folder.path().join("agent"),
    };

    // An authority of somebody else: the server is not trusted, nothing is sent.
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    let other = params.self_signed(&key).unwrap().pem();
    let authority_text = authority.to_str().unwrap();
    let enrol = ["enrol", "--server", &url, "--authority", authority_text];
    fs::write(&authority, other).unwrap();
    let (code, said) = host.run(&enrol, token);
    assert_eq!(code, 2, "{said}");
    assert_eq!(host.once().0, 2, "not enrolled");
    fs::write(&authority, made["authority"].as_str().unwrap()).unwrap();
    let (code, said) = host.run(&enrol, "wrong\n");
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("agent-token-refused"), "{said}");
    let (code, said) = host.run(&enrol, &format!("{token}\n"));
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("enrolled as agent-1"), "{said}");
    assert!(!said.contains(token));
    assert_eq!(host.run(&enrol, token).0, 1, "already enrolled");

    let (code, said) = host.once();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("1 delivered, 0 wait"), "{said}");
    server.kill();
    for waiting in 1..=2 {
        let (code, said) = host.once();
        assert_eq!(code, 1, "{said}");
        assert!(
            said.contains(&format!("0 delivered, {waiting} wait")),
            "{said}"
        );
    }
    let address = url.trim_start_matches("https://");
    let (server, _) = Server::start_with_agents(&data, address);
    let (code, said) = host.once();
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("3 delivered, 0 wait"), "{said}");
    let lead = server.sign_in("lead", PASSWORD);
    let inspections = taken(&lead);
    assert_eq!(
        inspections.len(),
        4,
        "as many as were made: none is missing, none there twice"
    );
    assert!(inspections.iter().all(|one| one["source"] == "agent"));

    ends_when_asked(&host);
    for name in ["authority.key", "authority.pem", "server.key", "server.pem"] {
        use std::os::unix::fs::PermissionsExt as _;
        let file = data.join("agents").join(name);
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

/// The service: one in a folder, and it ends when systemd asks it to.
fn ends_when_asked(host: &Host<'_>) {
    let mut child = host.command(&["run"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut says = |text: &str| {
        let found = lines.by_ref().map_while(Result::ok);
        let found = found.take(100).any(|line| line.contains(text));
        assert!(found, "the agent does not say '{text}'");
    };
    says("the agent runs");
    let (code, said) = host.once();
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("another agent runs"), "{said}");
    #[expect(
        clippy::disallowed_methods,
        reason = "asks the program to end, as systemd does"
    )]
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    assert!(asked.unwrap().success());
    says("the agent stopped");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_unit_is_printed_with_this_program() {
    let host = Host {
        folder: Path::new("/var/lib/xinglin-agent"),
    };
    let (code, unit) = host.run(&["install-unit", "--print"], "");
    assert_eq!(code, 0, "{unit}");
    let program = env!("CARGO_BIN_EXE_xinglin");
    let line = format!("ExecStart={program} agent run --data /var/lib/xinglin-agent\n");
    assert!(unit.contains(&line), "{unit}");
    assert!(unit.contains("\nNice=5\n"), "{unit}");
}
