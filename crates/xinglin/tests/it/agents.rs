//! Agents against the real listener: tokens, enrolment, reports, revocation, a server that
//! goes away and comes back.

use std::{
    io::Write,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::block_in_place};
use xinglin_agent::{
    Agent, Delivered, EnrolError, HttpsServer, Identity, Server, ServerError, Spool, SpoolLimits,
    enrol,
};
use xinglin_api::agents::{AgentListener, AgentNames};
use xinglin_app::core::{Clock as _, Role, SystemClock};
use xinglin_inspect::RecordedHost;
use xinglin_testkit::Answer;
use xinglin_wire::{Manifest, Reply, Report};

use crate::ward::{Ward, asset};

/// A hospital that listens for agents, on loopback.
pub(crate) struct Hospital {
    pub(crate) ward: Ward,
    pub(crate) address: SocketAddr,
    up: Option<(oneshot::Sender<()>, oneshot::Receiver<()>)>,
}

impl Hospital {
    pub(crate) async fn new() -> Self {
        let mut hospital = Self {
            ward: Ward::new().await,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            up: None,
        };
        // Certificates are judged by the machine's clock on both sides.
        let ahead = SystemClock
            .now()
            .duration_since(hospital.ward.test.app.now());
        hospital.ward.test.clock.advance(ahead.as_secs());
        hospital.sign_in().await;
        hospital.listen().await;
        hospital
    }

    async fn sign_in(&mut self) {
        let test = &self.ward.test;
        self.ward.lead = test.sign_in("u-security-lead", "Kapok-7-Lantern").await;
    }

    async fn listen(&mut self) {
        let names = AgentNames::new(Vec::new(), "guard-1".to_owned()).unwrap();
        let app = &self.ward.test.app;
        let listener = AgentListener::bind(Arc::clone(app), self.address, names).await;
        let listener = listener.unwrap();
        self.address = listener.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let (end, ended) = oneshot::channel();
        app.tasks().spawn("agents", async move {
            listener.serve(async { drop(stopped.await) }).await;
            end.send(()).unwrap();
        });
        self.up = Some((stop, ended));
    }

    async fn go_away(&mut self) {
        let (stop, ended) = self.up.take().unwrap();
        drop(stop);
        ended.await.unwrap();
    }

    pub(crate) async fn token(&self) -> Value {
        let body = json!({"asset_id": self.ward.server});
        let made = self.ward.lead.post("/api/v1/agents/tokens", body).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.json()
    }

    /// A host that is known.
    pub(crate) async fn enrolled(&self) -> (TempDir, Identity) {
        self.enrolled_by(&self.token().await)
    }

    /// A host that became known by a token.
    pub(crate) fn enrolled_by(&self, made: &Value) -> (TempDir, Identity) {
        assert_eq!(made["server"], format!("https://{}", self.address));
        let folder = tempfile::tempdir().unwrap();
        let identity = enrolled_with(folder.path(), made).unwrap();
        (folder, identity)
    }

    pub(crate) async fn inspections(&self) -> Vec<Value> {
        let path = format!("/api/v1/inspections?asset_id={}", self.ward.server);
        let list = self.ward.lead.get(&path).await.json();
        let mut items = list["items"].as_array().unwrap().clone();
        items.reverse();
        items
    }

    async fn agent(&self) -> Value {
        let list = self.ward.lead.get("/api/v1/agents").await.json();
        list["items"][0].clone()
    }

    pub(crate) fn inspect_and_deliver(
        &self,
        host: &RecordedHost,
        folder: &Path,
        identity: &Identity,
    ) {
        let delivered = self.deliver(host, folder, identity, 1);
        assert_eq!((delivered.kept, delivered.failure), (1, None));
    }

    /// Makes so many inspections, a minute apart, and sends what waits.
    fn deliver(
        &self,
        host: &RecordedHost,
        folder: &Path,
        identity: &Identity,
        inspections: usize,
    ) -> Delivered {
        block_in_place(|| {
            let mut server = HttpsServer::new(identity).unwrap();
            let mut agent = Agent::new(host, &mut server, spool(folder));
            for _ in 0..inspections {
                self.ward.test.clock.advance(60);
                agent.inspect(self.ward.test.app.now()).unwrap();
            }
            agent.deliver().unwrap()
        })
    }
}

pub(crate) fn spool(folder: &Path) -> Spool {
    Spool::open(&folder.join("spool"), SpoolLimits::default()).unwrap()
}

fn enrolled_with(folder: &Path, made: &Value) -> Result<Identity, EnrolError> {
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    let (server, authority, token) = (text("server"), text("authority"), text("token"));
    block_in_place(|| enrol(folder, &server, &authority, &token, "his-db01"))
}

pub(crate) fn host(processes: &str) -> RecordedHost {
    RecordedHost::from_yaml(&format!(
        "recorded_at: 2026-11-22T08:00:00Z
files:
  /etc/os-release: \"ID=debian\\nVERSION_ID=12\\n\"
  /etc/hostname: 'his-db01'
  /etc/passwd: \"root:x:0:0:root:/root:/bin/bash\\n\"
  /etc/shadow: \"root:$y$x:20000:0:90:7:::\\n\"
  /etc/ssh/sshd_config: \"PermitRootLogin yes\\n\"
processes: {processes}
listening: ['tcp 0.0.0.0:22']
"
    ))
    .unwrap()
}

fn refused_by_server(error: &EnrolError) -> String {
    match error {
        EnrolError::Server(ServerError::NotAllowed { why }) => why.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_becomes_known_and_reports() {
    let hospital = Hospital::new().await;
    let lead = &hospital.ward.lead;
    let settings = lead.get("/api/v1/agents/settings").await.json();
    let url = format!("https://{}", hospital.address);
    assert_eq!(
        settings,
        json!({"interval_seconds": 86_400, "jitter_seconds": 3_600, "listening": true, "address": url})
    );
    let made = hospital.token().await;
    assert_eq!(made["server"], url);
    let linux = made["command"]["linux"].as_str().unwrap();
    for part in ["token", "authority", "server"] {
        assert!(
            linux.contains(made[part].as_str().unwrap().trim_end()),
            "{part}: {linux}"
        );
    }
    assert!(!linux.contains('{'), "every place is filled: {linux}");
    let open = lead.get("/api/v1/agents/tokens").await.json();
    assert_eq!(
        (&open["total"], &open["items"][0]["asset_name"]),
        (&json!(1), &json!("SRV-01"))
    );
    assert!(!open.to_string().contains(made["token"].as_str().unwrap()));

    let folder = tempfile::tempdir().unwrap();
    let identity = enrolled_with(folder.path(), &made).unwrap();
    assert_eq!(identity.agent, "agent-1");
    assert_eq!(lead.get("/api/v1/agents/tokens").await.json()["total"], 0);
    let agent = hospital.agent().await;
    assert_eq!(agent["state"], "reporting");
    assert_eq!(
        (&agent["host_name"], &agent["last_seen_at"]),
        (&json!("his-db01"), &Value::Null)
    );

    let delivered = hospital.deliver(&host("[sshd, cron]"), folder.path(), &identity, 2);
    assert_eq!((delivered.kept, delivered.failure), (2, None));
    let taken = hospital.inspections().await;
    let [first, second] = taken.as_slice() else {
        panic!("{taken:?}");
    };
    assert_eq!(
        (&first["source"], &first["family"]),
        (&json!("agent"), &json!("linux"))
    );
    assert_eq!(first["subject"]["name"], "his-db01");
    assert!(first["fail"].as_i64().unwrap() > 0, "judged: {first}");
    assert_eq!(second["changes"], 0);
    let path = format!("/api/v1/inspections/{}", second["id"]);
    let whole = lead.get(&path).await.json();
    assert_eq!(whole["facts"]["format"], "xinglin.facts/1", "{whole}");
    assert!(!whole["results"].as_array().unwrap().is_empty());
    let agent = hospital.agent().await;
    assert_eq!(agent["last_inspection_id"], second["id"]);
    assert_eq!(agent["lost"], 0);

    // What counts is on the asset, and everything was sealed.
    let cell = hospital
        .ward
        .path(&format!("/cells/L3-CES1-01/{}", hospital.ward.server));
    let cell = lead.get(&cell).await.json();
    assert!(!cell["evidence"].as_array().unwrap().is_empty(), "{cell}");
    let auditor = hospital.ward.test.administrator(Role::AuditAdmin).await;
    let ledger = auditor.get("/api/v1/ledger?limit=100").await.json();
    let of = |action: &str| {
        let entries = ledger["items"].as_array().unwrap().iter();
        entries.filter(|entry| entry["action"] == action).count()
    };
    for (action, times) in [
        ("agent-authority.create", 1),
        ("agent-token.create", 1),
        ("agent.enrol", 1),
        ("inspection.take", 2),
    ] {
        assert_eq!(of(action), times, "{action}");
    }
    assert!(!ledger.to_string().contains(made["token"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_counts_once_for_a_day_and_only_for_the_right_server() {
    let mut hospital = Hospital::new().await;
    let made = hospital.token().await;
    let elsewhere = Hospital::new().await.token().await;
    let folder = tempfile::tempdir().unwrap();

    // Somebody else's server is not told the token.
    let mut misled = made.clone();
    misled["authority"] = elsewhere["authority"].clone();
    let error = enrolled_with(folder.path(), &misled).unwrap_err();
    assert!(
        matches!(error, EnrolError::Server(ServerError::Away { .. })),
        "{error:?}"
    );
    let mut wrong = made.clone();
    wrong["token"] = elsewhere["token"].clone();
    let error = enrolled_with(folder.path(), &wrong).unwrap_err();
    assert!(refused_by_server(&error).contains("agent-token-refused"));

    enrolled_with(folder.path(), &made).unwrap();
    let second = tempfile::tempdir().unwrap();
    let error = enrolled_with(second.path(), &made).unwrap_err();
    assert!(refused_by_server(&error).contains("agent-token-refused"));

    let path = |made: &Value| format!("/api/v1/agents/tokens/{}", made["id"]);
    let reason = json!({"reason": "主机已停用"});
    let lead = hospital.ward.lead.clone();
    let used = lead.delete_with(&path(&made), reason.clone()).await;
    assert_eq!(used.slug(), "state-conflict");
    let taken_back = hospital.token().await;
    let ended = lead.delete_with(&path(&taken_back), reason.clone()).await;
    assert_eq!(ended.status, 204, "{ended:?}");
    let error = enrolled_with(second.path(), &taken_back).unwrap_err();
    assert!(refused_by_server(&error).contains("agent-token-refused"));
    let old = hospital.token().await;
    hospital.ward.test.clock.advance(24 * 3_600);
    let error = enrolled_with(second.path(), &old).unwrap_err();
    assert!(refused_by_server(&error).contains("agent-token-refused"));
    hospital.sign_in().await;
    let ended = hospital.ward.lead.delete_with(&path(&old), reason).await;
    assert_eq!(ended.slug(), "state-conflict");

    // Without a listener a token would lead nowhere.
    hospital.go_away().await;
    let body = json!({"asset_id": hospital.ward.server});
    let off = hospital.ward.lead.post("/api/v1/agents/tokens", body).await;
    assert_eq!(off.slug(), "agents-off");
    let settings = hospital
        .ward
        .lead
        .get("/api/v1/agents/settings")
        .await
        .json();
    assert_eq!(
        (&settings["listening"], &settings["address"]),
        (&json!(false), &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_revoked_or_replaced_is_refused() {
    let hospital = Hospital::new().await;
    let (folder, identity) = hospital.enrolled().await;
    let host = host("[sshd]");
    hospital.inspect_and_deliver(&host, folder.path(), &identity);
    let agent = hospital.agent().await;
    assert_eq!(agent["allowed_actions"], json!(["revoke"]));
    let path = format!("/api/v1/agents/{}", agent["id"]);
    let lead = &hospital.ward.lead;
    let revoked = lead.delete_with(&path, json!({"reason": "主机报废"})).await;
    assert_eq!(revoked.status, 200, "{revoked:?}");
    assert_eq!(revoked.json()["state"], "revoked");
    assert_eq!(revoked.json()["allowed_actions"], json!([]));
    let again = lead.delete_with(&path, json!({"reason": "主机报废"})).await;
    assert_eq!(again.slug(), "state-conflict");

    let delivered = hospital.deliver(&host, folder.path(), &identity, 1);
    assert_eq!(delivered.kept, 0);
    match delivered.failure {
        Some(ServerError::NotAllowed { why }) => assert!(why.contains("agent-unknown"), "{why}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(hospital.inspections().await.len(), 1);

    // A new agent of the host takes the place of the former; another host's does not.
    let (second_folder, second) = hospital.enrolled().await;
    let (third_folder, third) = hospital.enrolled().await;
    let other = asset(lead, hospital.ward.system, "SRV-02", "server_os", false).await;
    let body = json!({"asset_id": other});
    let made = lead.post("/api/v1/agents/tokens", body).await.json();
    let other_folder = tempfile::tempdir().unwrap();
    enrolled_with(other_folder.path(), &made).unwrap();
    let delivered = hospital.deliver(&host, second_folder.path(), &second, 1);
    assert!(matches!(
        delivered.failure,
        Some(ServerError::NotAllowed { .. })
    ));
    hospital.inspect_and_deliver(&host, third_folder.path(), &third);
    let path = format!("/api/v1/agents?asset_id={}", hospital.ward.server);
    let agents = lead.get(&path).await.json();
    assert_eq!(agents["total"], 3);
    let states: Vec<&Value> = agents["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|agent| &agent["state"])
        .collect();
    assert_eq!(states, ["reporting", "revoked", "revoked"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_is_away_and_nothing_is_lost_or_taken_twice() {
    let mut hospital = Hospital::new().await;
    let (folder, identity) = hospital.enrolled().await;
    let host = host("[sshd, cron]");
    hospital.inspect_and_deliver(&host, folder.path(), &identity);

    hospital.go_away().await;
    for waiting in 1..=5 {
        let delivered = hospital.deliver(&host, folder.path(), &identity, 1);
        assert!(
            matches!(delivered.failure, Some(ServerError::Away { .. })),
            "{delivered:?}"
        );
        assert_eq!(spool(folder.path()).len(), waiting);
    }
    hospital.listen().await;

    // Kept, and nobody was told: the connection broke before the answer came.
    let lost = block_in_place(|| {
        let mut server = Forgetful(HttpsServer::new(&identity).unwrap());
        let mut agent = Agent::new(&host, &mut server, spool(folder.path()));
        agent.deliver().unwrap()
    });
    assert_eq!(lost.kept, 0);
    assert_eq!(hospital.inspections().await.len(), 2);

    let delivered = hospital.deliver(&host, folder.path(), &identity, 0);
    assert_eq!((delivered.kept, delivered.failure), (5, None));
    let taken = hospital.inspections().await;
    let ids: Vec<i64> = taken
        .iter()
        .map(|one| one["id"].as_i64().unwrap())
        .collect();
    assert_eq!(ids.len(), 6, "{taken:?}");
    assert!(ids.is_sorted(), "in the order they were made: {ids:?}");
    let mut times: Vec<&str> = taken
        .iter()
        .map(|one| one["collected_at"].as_str().unwrap())
        .collect();
    times.dedup();
    assert_eq!(times.len(), 6, "none twice");
}

/// Keeps a report and then does not say so.
struct Forgetful(HttpsServer);

impl Server for Forgetful {
    fn report(&mut self, report: &Report) -> Result<Reply, ServerError> {
        self.0.report(report).unwrap();
        let why = "broken off".to_owned();
        Err(ServerError::Away { why })
    }

    fn program(&mut self, limit: u64, to: &mut dyn Write) -> Result<(), ServerError> {
        self.0.program(limit, to)
    }
}

/// Counts what goes over the wire.
struct Counted {
    https: HttpsServer,
    sent: Vec<usize>,
    replies: Vec<Reply>,
}

impl Server for Counted {
    fn report(&mut self, report: &Report) -> Result<Reply, ServerError> {
        self.sent.push(serde_json::to_vec(report).unwrap().len());
        let reply = self.https.report(report)?;
        self.replies.push(reply.clone());
        Ok(reply)
    }

    fn program(&mut self, limit: u64, to: &mut dyn Write) -> Result<(), ServerError> {
        self.https.program(limit, to)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_travel_as_differences_to_what_the_server_holds() {
    let hospital = Hospital::new().await;
    let (folder, identity) = hospital.enrolled().await;
    let app = &hospital.ward.test.app;
    let (before, after) = (host("[sshd, cron]"), host("[sshd, cron, rsyslogd]"));
    let mut server = Counted {
        https: HttpsServer::new(&identity).unwrap(),
        sent: Vec::new(),
        replies: Vec::new(),
    };
    let (first, second) = block_in_place(|| {
        let mut agent = Agent::new(&before, &mut server, spool(folder.path()));
        agent.inspect(app.now()).unwrap();
        let first = agent.deliver().unwrap();
        hospital.ward.test.clock.advance(60);
        agent.inspect(app.now()).unwrap();
        (first, agent.deliver().unwrap())
    });
    assert_eq!((first.kept, second.kept), (1, 1));
    let [whole, difference] = server.sent.as_slice() else {
        panic!("{:?}", server.sent);
    };
    assert!(difference * 3 < *whole, "{difference} of {whole} bytes");

    // A difference to facts that the server does not hold, as after a restore from backup.
    hospital.ward.test.clock.advance(60);
    let other = tempfile::tempdir().unwrap();
    let mut report = None;
    block_in_place(|| {
        let mut catcher = Caught(&mut report);
        let mut agent = Agent::new(&before, &mut catcher, spool(other.path()));
        for host in [0, 60] {
            hospital.ward.test.clock.advance(host);
            agent.inspect(app.now()).unwrap();
            agent.deliver().unwrap();
        }
    });
    let mut report = report.unwrap();
    report.number = 77;
    if let xinglin_wire::Body::Difference { base, .. } = &mut report.body {
        *base = xinglin_wire::digest(&json!("something else"));
    }
    let reply = block_in_place(|| server.https.report(&report)).unwrap();
    assert_eq!(reply, Reply::SendWhole);

    // What changed is what the page shows as changed.
    hospital.inspect_and_deliver(&after, folder.path(), &identity);
    let taken = hospital.inspections().await;
    assert_eq!(taken[1]["changes"], 0);
    assert!(taken[2]["changes"].as_i64().unwrap() > 0, "{}", taken[2]);

    // Reporting less often is said with the next answer.
    let body = json!({"interval_seconds": 7200, "jitter_seconds": 60});
    let lead = &hospital.ward.lead;
    let set = lead.put("/api/v1/agents/settings", body).await;
    assert_eq!(set.status, 200, "{set:?}");
    let delivered = hospital.deliver(&after, folder.path(), &identity, 1);
    assert_eq!(delivered.settings.unwrap().interval_seconds, 7_200);
    for wrong in [
        json!({"interval_seconds": 59, "jitter_seconds": 0}),
        json!({"interval_seconds": 604_801, "jitter_seconds": 0}),
        json!({"interval_seconds": 60, "jitter_seconds": 61}),
    ] {
        let refused = lead.put("/api/v1/agents/settings", wrong).await;
        assert_eq!(refused.slug(), "invalid-input");
    }
}

/// Keeps everything, and the last report.
struct Caught<'a>(&'a mut Option<Report>);

impl Server for Caught<'_> {
    fn report(&mut self, report: &Report) -> Result<Reply, ServerError> {
        *self.0 = Some(report.clone());
        Ok(Reply::Kept {
            held: report.digest,
            settings: xinglin_wire::Settings::default(),
            release: None,
            files: None,
        })
    }

    fn program(&mut self, _limit: u64, _to: &mut dyn Write) -> Result<(), ServerError> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_release_is_offered_and_fetched() {
    let hospital = Hospital::new().await;
    let (folder, identity) = hospital.enrolled().await;
    let host = host("[sshd]");
    let release = |version: &str, program: &[u8]| {
        let folder = hospital.ward.test.data_dir().join("agent-release");
        std::fs::create_dir_all(&folder).unwrap();
        let manifest = Manifest {
            format: xinglin_wire::MANIFEST_FORMAT.to_owned(),
            number: 2,
            version: version.to_owned(),
            platform: "x86_64-linux".to_owned(),
            size_bytes: program.len() as u64,
            digest: xinglin_wire::digest(&json!(null)),
        };
        let manifest = serde_json::to_string(&manifest).unwrap();
        std::fs::write(folder.join("manifest.json"), &manifest).unwrap();
        std::fs::write(folder.join("manifest.sig"), "abcd\n").unwrap();
        std::fs::write(folder.join("program"), program).unwrap();
        manifest
    };
    let delivered = hospital.deliver(&host, folder.path(), &identity, 1);
    assert_eq!((delivered.kept, delivered.release), (1, None));
    release(xinglin_agent::VERSION, b"the same");
    let delivered = hospital.deliver(&host, folder.path(), &identity, 1);
    assert_eq!((delivered.kept, delivered.release), (1, None));
    let program = vec![7; 300_000];
    let manifest = release("999.0.0", &program);
    let delivered = hospital.deliver(&host, folder.path(), &identity, 1);
    let offered = delivered.release.unwrap();
    assert_eq!(
        (offered.manifest, offered.signature.as_str()),
        (manifest, "abcd")
    );
    let fetched = block_in_place(|| {
        let mut fetched = Vec::new();
        let mut server = HttpsServer::new(&identity).unwrap();
        server.program(1 << 20, &mut fetched).unwrap();
        fetched
    });
    assert!(fetched == program);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_without_the_right_are_refused() {
    let hospital = Hospital::new().await;
    let made = hospital.token().await;
    let folder = tempfile::tempdir().unwrap();
    enrolled_with(folder.path(), &made).unwrap();
    let engineer = hospital.ward.test.user(Role::Engineer).await;
    let listed = engineer.get("/api/v1/agents").await.json();
    assert_eq!(listed["items"][0]["allowed_actions"], json!([]));
    let reason = json!({"reason": "测试"});
    let refused: [Answer; 3] = [
        engineer
            .delete_with("/api/v1/agents/1", reason.clone())
            .await,
        engineer
            .delete_with("/api/v1/agents/tokens/1", reason)
            .await,
        engineer
            .post("/api/v1/agents/tokens", json!({"asset_id": 1}))
            .await,
    ];
    for answer in refused {
        assert_eq!(answer.slug(), "forbidden");
    }
    let lead = &hospital.ward.lead;
    let missing = lead.post("/api/v1/agents/tokens", json!({"asset_id": 999}));
    assert_eq!(missing.await.slug(), "not-found");
    let missing = lead.delete_with("/api/v1/agents/999", json!({"reason": "测试"}));
    assert_eq!(missing.await.slug(), "not-found");
    let without = lead.delete_with("/api/v1/agents/1", json!({"reason": ""}));
    assert_eq!(without.await.slug(), "reason-required");
    assert_eq!(
        lead.get("/api/v1/agents?asset_id=999").await.slug(),
        "not-found"
    );
}
