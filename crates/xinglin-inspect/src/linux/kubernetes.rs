//! A node of Kubernetes: the agent's configuration, and the control plane where it runs here.

use serde::Serialize;
use serde_json::Value;

use super::{files::File, source::Source};

const KUBELET: &str = "/var/lib/kubelet/config.yaml";
const MANIFESTS: &str = "/etc/kubernetes/manifests";

/// A node of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kubernetes {
    /// Whether this host is a node.
    pub node: bool,
    /// The agent's configuration; `null` when it cannot be read.
    pub kubelet: Option<Kubelet>,
    /// The interface of the control plane; `null` where it does not run, or cannot be read.
    pub api_server: Option<ApiServer>,
    /// Files with keys and configuration, with their permissions.
    pub files: Vec<File>,
}

/// The configuration of the agent of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kubelet {
    /// Whether requests without any identity are let in.
    pub anonymous: bool,
    /// How requests are allowed: `Webhook` (the control plane is asked) or `AlwaysAllow`.
    pub authorization: String,
    /// The port that tells everything to everyone; 0 for none.
    pub read_only_port: i64,
    /// Whether its certificate is renewed by itself.
    pub rotates_certificates: bool,
}

/// The interface of the control plane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiServer {
    /// Whether requests without any identity are let in.
    pub anonymous: bool,
    /// How requests are allowed, such as `Node` and `RBAC`.
    pub authorization: Vec<String>,
    /// Whether requests are recorded.
    pub audited: bool,
    /// Days that records stay; 0 where nothing says.
    pub audit_days: i64,
    /// Whether secrets are encrypted where they are stored.
    pub encrypts_secrets: bool,
}

/// Reads the agent's configuration, with the defaults it has when it is configured by a file.
pub fn parse_kubelet(text: &str) -> Option<Kubelet> {
    let yaml: Value = serde_saphyr::from_str(text).ok()?;
    yaml.as_object()?;
    let at = |path: &str| {
        path.split('.')
            .try_fold(&yaml, |value, key| value.get(key))
            .filter(|value| !value.is_null())
    };
    Some(Kubelet {
        anonymous: at("authentication.anonymous.enabled")
            .and_then(Value::as_bool)
            .unwrap_or(false),
        authorization: at("authorization.mode")
            .and_then(Value::as_str)
            .unwrap_or("Webhook")
            .to_owned(),
        read_only_port: at("readOnlyPort").and_then(Value::as_i64).unwrap_or(0),
        rotates_certificates: at("rotateCertificates")
            .and_then(Value::as_bool)
            .unwrap_or(true),
    })
}

/// Reads the manifest of the control plane's interface: the arguments of its command.
pub fn parse_api_server(text: &str) -> Option<ApiServer> {
    let yaml: Value = serde_saphyr::from_str(text).ok()?;
    let containers = yaml.get("spec")?.get("containers")?.as_array()?;
    let arguments: Vec<&str> = containers
        .iter()
        .flat_map(|container| {
            ["command", "args"].map(|key| container.get(key).and_then(Value::as_array))
        })
        .flatten()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let value = |name: &str| {
        arguments
            .iter()
            .find_map(|argument| argument.strip_prefix(name)?.strip_prefix('='))
    };
    Some(ApiServer {
        anonymous: value("--anonymous-auth") != Some("false"),
        authorization: value("--authorization-mode")
            .unwrap_or("AlwaysAllow")
            .split(',')
            .map(str::to_owned)
            .collect(),
        audited: value("--audit-log-path").is_some()
            || value("--audit-webhook-config-file").is_some(),
        audit_days: value("--audit-log-maxage")
            .and_then(|days| days.parse().ok())
            .unwrap_or(0),
        encrypts_secrets: value("--encryption-provider-config").is_some(),
    })
}

pub(super) fn collect(source: &Source<'_>) -> Kubernetes {
    let text = source.text_if_present(KUBELET);
    let node = text != Some(None) || source.exists("/etc/kubernetes/kubelet.conf");
    let kubelet = text.flatten().and_then(|text| {
        let kubelet = parse_kubelet(&text);
        if kubelet.is_none() {
            source.remember(KUBELET, "not the configuration of a kubelet");
        }
        kubelet
    });
    let manifest = format!("{MANIFESTS}/kube-apiserver.yaml");
    let api_server = source
        .text_if_present(&manifest)
        .flatten()
        .and_then(|text| {
            let server = parse_api_server(&text);
            if server.is_none() {
                source.remember(&manifest, "not the manifest of an API server");
            }
            server
        });
    Kubernetes {
        node,
        kubelet,
        api_server,
        files: files(source),
    }
}

fn files(source: &Source<'_>) -> Vec<File> {
    let mut paths: Vec<String> = [
        KUBELET,
        "/etc/kubernetes/pki/ca.key",
        "/etc/kubernetes/pki/sa.key",
    ]
    .map(str::to_owned)
    .to_vec();
    for name in [
        "admin.conf",
        "controller-manager.conf",
        "kubelet.conf",
        "scheduler.conf",
        "super-admin.conf",
    ] {
        paths.push(format!("/etc/kubernetes/{name}"));
    }
    for name in [
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
    ] {
        paths.push(format!("{MANIFESTS}/{name}.yaml"));
    }
    paths
        .iter()
        .filter_map(|path| {
            let metadata = source.metadata(path).flatten()?;
            Some(File::new(path, &metadata))
        })
        .collect()
}
