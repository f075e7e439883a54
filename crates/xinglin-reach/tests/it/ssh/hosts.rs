//! Instances of OpenSSH's server, each with its own key and settings. The listener is ours
//! and each connection gets a server of its own (`sshd -i`): no port is fixed, connections
//! can be counted, and nothing outlives the test.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::{fd::OwnedFd, unix::fs::PermissionsExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::JoinHandle,
};

use xinglin_reach::{
    Secret,
    ssh::{Credential, Endpoint, HostKey, HostKeyRule, Sudo, Target},
};

const SSHD: &str = "/usr/sbin/sshd";

#[expect(
    clippy::disallowed_methods,
    reason = "tests start the server they test against"
)]
fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// A folder with a user's key that all hosts in it accept.
pub(super) struct Farm {
    folder: tempfile::TempDir,
    user: String,
    /// The most servers that ran at the same time.
    pub(super) most: Arc<AtomicUsize>,
    running: Arc<AtomicUsize>,
}

/// One SSH server.
pub(super) struct Sshd {
    pub(super) port: u16,
    pub(super) key: HostKey,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Farm {
    /// `None` where OpenSSH's server is not installed.
    pub(super) fn new() -> Option<Self> {
        if !Path::new(SSHD).exists() {
            return None;
        }
        // Debian makes it when its own server starts; only root's servers look for it.
        drop(fs::create_dir("/run/sshd"));
        let output = command("id").arg("-un").stdout(Stdio::piped()).output();
        let user = String::from_utf8(output.unwrap().stdout).unwrap();
        let farm = Self {
            folder: tempfile::tempdir().unwrap(),
            user: user.trim().to_owned(),
            most: Arc::default(),
            running: Arc::default(),
        };
        farm.make_key("user", "");
        farm.make_key("locked", "open sesame");
        let keys = ["user.pub", "locked.pub"].map(|name| farm.text(name));
        fs::write(farm.path("authorized"), keys.concat()).unwrap();
        Some(farm)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn make_key(&self, name: &str, passphrase: &str) {
        let mut keygen = command("ssh-keygen");
        keygen.args(["-q", "-t", "ed25519", "-N", passphrase, "-f"]);
        assert!(keygen.arg(self.path(name)).status().unwrap().success());
    }

    /// A server with these settings besides the usual ones.
    pub(super) fn host(&self, name: &str, settings: &str) -> Sshd {
        self.make_key(name, "");
        let shown = command("ssh-keygen")
            .args(["-l", "-f"])
            .arg(self.path(name))
            .stdout(Stdio::piped())
            .output();
        let shown = String::from_utf8(shown.unwrap().stdout).unwrap();
        let fingerprint = shown.split(' ').nth(1).unwrap();
        let config = self.path(&format!("{name}.conf"));
        let text = format!(
            "{settings}\nHostKey {}\nAuthorizedKeysFile {}\nUsePAM no\nStrictModes no\n\
             PermitRootLogin yes\nPasswordAuthentication no\nPidFile none\nLogLevel QUIET\n",
            self.path(name).display(),
            self.path("authorized").display()
        );
        fs::write(&config, text).unwrap();
        let key = format!("ssh-ed25519 {fingerprint}").parse().unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let stop = Arc::new(AtomicBool::new(false));
        let (running, most) = (Arc::clone(&self.running), Arc::clone(&self.most));
        let seen = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let servers: Mutex<Vec<JoinHandle<()>>> = Mutex::default();
            while let Ok((stream, _)) = listener.accept() {
                if seen.load(Ordering::SeqCst) {
                    break;
                }
                let mut server = serve(stream, &config);
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                let running = Arc::clone(&running);
                servers.lock().unwrap().push(std::thread::spawn(move || {
                    server.wait().unwrap();
                    running.fetch_sub(1, Ordering::SeqCst);
                }));
            }
            // Each ends with its connection; one that does not fails the test by its time.
            for server in servers.into_inner().unwrap() {
                server.join().unwrap();
            }
        });
        Sshd {
            port,
            key,
            stop,
            thread: Some(thread),
        }
    }

    /// A server on which the shell that should read the script runs `instead`.
    pub(super) fn other_shell_host(&self, name: &str, instead: &str) -> Sshd {
        let text = format!("[ \"$1\" = -s ] || exec /bin/sh \"$@\"\n{instead}\n");
        self.host_with(name, "sh", &text)
    }

    /// A server whose users find another `program` than the system's.
    pub(super) fn host_with(&self, name: &str, program: &str, text: &str) -> Sshd {
        let folder = self.path(&format!("{name}.bin"));
        fs::create_dir(&folder).unwrap();
        let path = folder.join(program);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:/usr/bin:/bin", folder.display());
        self.host(name, &format!("SetEnv PATH={path}"))
    }

    /// The target that is a server of this farm, its key known.
    pub(super) fn target(&self, host: &Sshd) -> Target {
        Target {
            endpoint: self.endpoint(host.port, HostKeyRule::Known(vec![host.key.clone()])),
            jumps: Vec::new(),
            sudo: Sudo::None,
        }
    }

    pub(super) fn endpoint(&self, port: u16, host_key: HostKeyRule) -> Endpoint {
        Endpoint {
            host: "127.0.0.1".to_owned(),
            port,
            user: self.user.clone(),
            credentials: vec![Credential::Key {
                text: Secret::new(self.text("user")),
                passphrase: None,
            }],
            host_key,
        }
    }

    /// Everything in the folder, to see that nothing was added.
    pub(super) fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn serve(stream: TcpStream, config: &Path) -> Child {
    let both = OwnedFd::from(stream);
    let mut sshd = command(SSHD);
    sshd.arg("-i").arg("-f").arg(config);
    sshd.stdin(both.try_clone().unwrap()).stdout(both);
    sshd.spawn().unwrap()
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// How many processes have these words in their command line.
pub(super) fn processes_with(words: &str) -> usize {
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok())
        .filter(|line| {
            String::from_utf8_lossy(line)
                .replace('\0', " ")
                .contains(words)
        })
        .count()
}
