//! Servers of Debian's packages, started on loopback in folders of their own and stopped by
//! their own handles.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    os::unix::fs::{MetadataExt as _, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder of a server, which belongs to the account the server runs as.
pub(super) struct Folder {
    folder: TempDir,
    /// The account, when these tests run as root, which servers refuse to run as.
    account: Option<Account>,
}

#[derive(Debug, Clone, Copy)]
struct Account {
    user: u32,
    group: u32,
}

/// A running server; dropping it stops it.
pub(super) struct Server {
    process: Child,
    /// Where it listens.
    pub(super) port: u16,
    folder: Folder,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Folder {
    /// A new folder for a server that runs as `account`, where these tests run as root.
    pub(super) fn new(account: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("xinglin-live-")
            .tempdir()
            .unwrap();
        let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
        let account = is_root.then(|| account_of(account));
        let made = Self { folder, account };
        made.give(made.path());
        made
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file that the server may read and nobody else.
    pub(super) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, text).unwrap();
        let mut rights = fs::metadata(&path).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o600);
        fs::set_permissions(&path, rights).unwrap();
        self.give(&path);
        path
    }

    fn give(&self, path: &Path) {
        if let Some(account) = self.account {
            chown(path, Some(account.user), Some(account.group)).unwrap();
        }
    }

    /// A command that runs as the server's account, in its folder.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = match self.account {
            Some(account) => {
                let mut command = new_command(Path::new("setpriv"));
                command
                    .arg(format!("--reuid={}", account.user))
                    .arg(format!("--regid={}", account.group))
                    .args(["--clear-groups", "--"])
                    .arg(program);
                command
            }
            None => new_command(program),
        };
        command
            .current_dir(self.path())
            .env("HOME", self.path())
            .env("TMPDIR", self.path())
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command that ends by itself.
    pub(super) fn run(&self, command: &mut Command) {
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{command:?} failed: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(self.path().exists());
    }

    /// Starts a server and waits until it listens on `port`.
    pub(super) fn start(self, mut command: Command, port: u16) -> Server {
        let log = self.path().join("server.log");
        let output = fs::File::create(&log).unwrap();
        let process = command
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        let mut server = Server {
            process,
            port,
            folder: self,
        };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = server.process.try_wait().unwrap();
            assert!(
                ended.is_none() && started.elapsed() < PATIENCE,
                "{command:?} does not listen on {port}: {ended:?}\n{}",
                fs::read_to_string(&log).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }
}

impl Server {
    /// Where the server keeps what it has.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Its folder, to run clients from.
    pub(super) fn folder(&self) -> &Folder {
        &self.folder
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "these tests are about servers, which somebody must start"
)]
fn new_command(program: &Path) -> Command {
    Command::new(program)
}

fn account_of(name: &str) -> Account {
    let accounts = fs::read_to_string("/etc/passwd").unwrap();
    let number = |field: Option<&str>| field.and_then(|field| field.parse().ok());
    accounts
        .lines()
        .find_map(|line| {
            let mut fields = line.strip_prefix(name)?.strip_prefix(":x:")?.split(':');
            Some(Account {
                user: number(fields.next())?,
                group: number(fields.next())?,
            })
        })
        .unwrap_or_else(|| {
            panic!("there is no account '{name}'; is the server's package installed?")
        })
}

/// The first of these programs that is installed; says what to install when none is.
pub(super) fn program(candidates: &[&str], package: &str) -> PathBuf {
    candidates
        .iter()
        .map(PathBuf::from)
        .find(|path| path.exists())
        .unwrap_or_else(|| {
            panic!(
                "none of {candidates:?} is there; these tests need the Debian package {package}: \
                 apt-get install {package} (cargo xtask test does it)"
            )
        })
}

/// A port nobody listens on. It is not held, so another program could still take it.
pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A certificate for `localhost` of its own making: certificate and key (PEM).
pub(super) fn certificate() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}
