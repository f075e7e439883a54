//! A hospital whose server listens for agents, and hosts that have one.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::block_in_place};
use xinglin_agent::{
    Agent, Delivered, EnrolError, HttpsServer, Identity, ServerError, Spool, SpoolLimits, enrol,
};
use xinglin_api::agents::{AgentListener, AgentNames};
use xinglin_app::core::{Clock as _, SystemClock};
use xinglin_inspect::RecordedHost;

use crate::ward::Ward;

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

    pub(super) async fn sign_in(&mut self) {
        let test = &self.ward.test;
        self.ward.lead = test.sign_in("u-security-lead", "Kapok-7-Lantern").await;
    }

    pub(super) async fn listen(&mut self) {
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

    pub(super) async fn go_away(&mut self) {
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

    pub(super) async fn agent(&self) -> Value {
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
    pub(super) fn deliver(
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

pub(super) fn enrolled_with(folder: &Path, made: &Value) -> Result<Identity, EnrolError> {
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

pub(super) fn refused_by_server(error: &EnrolError) -> String {
    match error {
        EnrolError::Server(ServerError::NotAllowed { why }) => why.clone(),
        other => panic!("{other:?}"),
    }
}
