//! The real program as a child process, and a client that speaks just enough HTTP.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use serde_json::{Value, json};

pub(crate) const PASSWORD: &str = "Kapok-7-Lantern";

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts `xinglin serve` on a free port and waits until it listens.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_saying(data, &[], &["listening on http://"]).0
    }

    /// As `start`, and listens for agents at `address`; where that is, as an agent is told.
    pub(crate) fn start_with_agents(data: &Path, address: &str) -> (Self, String) {
        let says = ["listening on http://", "listening for agents on "];
        let (server, mut said) = Self::start_saying(data, &["--agent-listen", address], &says);
        (server, said.remove(1))
    }

    /// Waits until the program has said each of `says`, in this order; what came behind them.
    pub(crate) fn start_saying(
        data: &Path,
        arguments: &[&str],
        says: &[&str],
    ) -> (Self, Vec<String>) {
        Self::start_finding(data, arguments, says, None)
    }

    /// As `start_saying`; programs are found in this folder first.
    #[expect(clippy::disallowed_methods, reason = "the program under test")]
    pub(crate) fn start_finding(
        data: &Path,
        arguments: &[&str],
        says: &[&str],
        programs: Option<&Path>,
    ) -> (Self, Vec<String>) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xinglin"));
        if let Some(programs) = programs {
            let all = std::env::var("PATH").unwrap_or_default();
            command.env("PATH", format!("{}:{all}", programs.display()));
        }
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let said: Vec<String> = says
            .iter()
            .map(|says| {
                let mut said = lines.by_ref().map_while(Result::ok);
                let found = said.find_map(|line| Some(line.split_once(says)?.1.trim().to_owned()));
                found.unwrap_or_else(|| panic!("the program does not say '{says}'"))
            })
            .collect();
        // What it says later must not fill the pipe.
        thread::spawn(move || lines.for_each(drop));
        let address = said.first().expect("where it listens").clone();
        (Self { child, address }, said)
    }

    /// Ends it as a power cut would: no signal handler runs.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the program is running");
        self.child.wait().expect("the program was running");
    }

    pub(crate) fn client(&self) -> Client {
        Client {
            address: self.address.clone(),
            cookie: String::new(),
            csrf: String::new(),
        }
    }

    pub(crate) fn sign_in(&self, username: &str, password: &str) -> Client {
        let mut client = self.client();
        let (status, head, body) = client.json(
            "POST",
            "/api/v1/session",
            &json!({"username": username, "password": password}),
        );
        assert_eq!(status, 200, "{body}");
        let cookie = head
            .lines()
            .find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("set-cookie").then_some(value)
            })
            .expect("a cookie");
        cookie
            .split(';')
            .next()
            .unwrap_or_default()
            .clone_into(&mut client.cookie);
        body["csrf"]
            .as_str()
            .expect("csrf")
            .clone_into(&mut client.csrf);
        client
    }

    /// Goes through set-up and makes the account `lead` a security lead, as people do.
    pub(crate) fn set_up(&self) {
        let administrators: Vec<Value> = ["system_admin", "security_admin", "audit_admin"]
            .into_iter()
            .map(|role| json!({"role": role, "username": role.replace('_', "-"), "display_name": role, "password": PASSWORD}))
            .collect();
        let form = json!({"organisation": {"name": "示例医院"}, "administrators": administrators});
        let (status, _, body) = self.client().json("POST", "/api/v1/setup", &form);
        assert_eq!(status, 204, "{body}");
        let first = "Bamboo-3-Window";
        let form = json!({"username": "lead", "display_name": "lead", "password": first});
        let (status, _, account) =
            self.sign_in("system-admin", PASSWORD)
                .json("POST", "/api/v1/accounts", &form);
        assert!(status < 300, "{account}");
        let roles = format!("/api/v1/accounts/{}/roles", account["id"]);
        let grant = json!({"roles": ["security_lead"], "reason": "测试"});
        let (status, _, body) = self
            .sign_in("security-admin", PASSWORD)
            .json("PUT", &roles, &grant);
        assert_eq!(status, 200, "{body}");
        let change = json!({"current": first, "next": PASSWORD});
        let (status, _, body) =
            self.sign_in("lead", first)
                .json("POST", "/api/v1/session/password", &change);
        assert_eq!(status, 204, "{body}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone after `kill`: then there is nothing to do.
        if matches!(self.child.try_wait(), Ok(None)) {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

/// Somebody who talks to a [`Server`].
pub(crate) struct Client {
    address: String,
    cookie: String,
    csrf: String,
}

impl Client {
    pub(crate) fn get(&self, path: &str) -> Value {
        let (status, _, body) = self.send("GET", path, "application/json", b"");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub(crate) fn json(&self, method: &str, path: &str, body: &Value) -> (u16, String, Value) {
        self.send(
            method,
            path,
            "application/json",
            body.to_string().as_bytes(),
        )
    }

    pub(crate) fn upload(&self, path: &str, file: &[u8]) -> (u16, Value) {
        let mut body =
            b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file.csv\"\r\n\r\n"
                .to_vec();
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let (status, _, body) = self.send("POST", path, "multipart/form-data; boundary=b", &body);
        (status, body)
    }

    /// Asks and does not wait for the answer: the connection ends with what is returned.
    pub(crate) fn begin(&self, path: &str, body: &Value) -> TcpStream {
        self.request(
            "POST",
            path,
            "application/json",
            body.to_string().as_bytes(),
        )
    }

    fn request(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\nX-CSRF-Token: {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            self.cookie,
            self.csrf,
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("request");
        stream.write_all(body).expect("request");
        stream
    }

    fn send(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> (u16, String, Value) {
        let mut stream = self.request(method, path, kind, body);
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("head and body");
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("status");
        let body = serde_json::from_str(body).unwrap_or(Value::Null);
        (status, head.to_owned(), body)
    }
}
