//! One host: what is read there, by which key, over which way.

use xinglin_reach::{
    Secret,
    ssh::{Credential, FailureKind, HostKey, HostKeyRule, Limits, Sudo, Target},
};

use super::{facts_here, hosts::Farm, inspect, lasting, limits, word};

#[test]
fn facts_over_ssh_are_those_of_the_machine() {
    let Some(farm) = Farm::new() else { return };
    let host = farm.host("one", "");
    let gathered = inspect(&farm.target(&host), &limits()).unwrap();
    assert_eq!(gathered.new_keys, [], "its key was known");
    let collected = gathered.bundle.collect();
    let (over_ssh, here) = (lasting(collected.facts), facts_here());
    for (area, facts) in here.as_object().unwrap() {
        assert_eq!(&over_ssh[area], facts, "{area}");
    }
    // The collectors may have to ask once more; never for long.
    assert!(gathered.questions <= 2, "{} questions", gathered.questions);
}

#[test]
fn a_key_is_seen_once_and_then_known() {
    let Some(farm) = Farm::new() else { return };
    let host = farm.host("one", "");
    let mut target = farm.target(&host);
    target.endpoint.host_key = HostKeyRule::FirstUse;
    let seen = inspect(&target, &limits()).unwrap().new_keys;
    let keys: Vec<&HostKey> = seen.iter().map(|seen| &seen.key).collect();
    assert_eq!(keys, [&host.key]);
    assert_eq!(seen[0].at, format!("127.0.0.1:{}", host.port));

    target.endpoint.host_key = HostKeyRule::Known(Vec::new());
    let found = host.key.clone();
    let failure = inspect(&target, &limits()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::KeyUnknown { found });

    let other = farm.host("other", "");
    target.endpoint.host_key = HostKeyRule::Known(vec![other.key.clone()]);
    let failure = inspect(&target, &limits()).unwrap_err();
    let expected = FailureKind::KeyChanged {
        known: vec![other.key.clone()],
        found: host.key.clone(),
    };
    assert_eq!(failure.kind, expected);
}

#[test]
fn keys_open_by_their_passphrase() {
    let Some(farm) = Farm::new() else { return };
    let host = farm.host("one", "");
    let cases = [
        (farm.text("locked"), Some("open sesame"), "ok"),
        (farm.text("locked"), Some("wrong"), "bad_credential"),
        (farm.text("locked"), None, "bad_credential"),
        ("no key".to_owned(), None, "bad_credential"),
        (farm.text("one"), None, "authentication_failed"),
    ];
    for (text, passphrase, expected) in cases {
        let mut target = farm.target(&host);
        target.endpoint.credentials = vec![Credential::Key {
            text: Secret::new(text),
            passphrase: passphrase.map(Secret::new),
        }];
        let outcome = inspect(&target, &limits());
        assert_eq!(
            word(&outcome),
            expected,
            "{passphrase:?}: {:?}",
            outcome.err()
        );
    }
}

#[test]
fn a_host_behind_another_is_reached_through_it() {
    let Some(farm) = Farm::new() else { return };
    let (gate, inside) = (farm.host("gate", ""), farm.host("inside", ""));
    let closed = farm.host("closed", "AllowTcpForwarding no");
    let via = |gate, key: &HostKey| Target {
        jumps: vec![farm.endpoint(gate, HostKeyRule::Known(vec![key.clone()]))],
        ..farm.target(&inside)
    };
    let gathered = inspect(&via(gate.port, &gate.key), &limits()).unwrap();
    assert_eq!(gathered.bundle.collect().subject.kind, "host");

    let failure = inspect(&via(closed.port, &closed.key), &limits()).unwrap_err();
    assert_eq!(failure.kind.word(), "unreachable");
    assert_eq!(failure.at, format!("127.0.0.1:{}", inside.port));

    // The way is pinned, too.
    let failure = inspect(&via(gate.port, &inside.key), &limits()).unwrap_err();
    assert_eq!(failure.kind.word(), "key_changed");
    assert_eq!(failure.at, format!("127.0.0.1:{}", gate.port));
}

#[test]
fn what_a_host_sends_is_bounded() {
    let Some(farm) = Farm::new() else { return };
    let few = Limits {
        max_bytes: 50_000,
        ..limits()
    };
    let host = farm.host("one", "");
    let failure = inspect(&farm.target(&host), &few).unwrap_err();
    assert_eq!(failure.kind, FailureKind::TooMuchOutput { limit: 50_000 });

    let endless = farm.host("endless", "ForceCommand cat /dev/zero");
    let failure = inspect(&farm.target(&endless), &few).unwrap_err();
    assert_eq!(failure.kind, FailureKind::TooMuchOutput { limit: 50_000 });

    let cut = farm.host(
        "cut",
        "ForceCommand echo xinglin-ready 1; echo t /etc/passwd",
    );
    let failure = inspect(&farm.target(&cut), &few).unwrap_err();
    assert_eq!(failure.kind.word(), "output_cut");

    let none = farm.host("none", "ForceCommand echo no login here; exit 1");
    let failure = inspect(&farm.target(&none), &few).unwrap_err();
    let why = "no login here".to_owned();
    assert_eq!(failure.kind, FailureKind::NoShell { why });
}

/// A sudo of our own, which asks as the real one does, so that the dialogue is the same on
/// every machine the tests run on.
const SUDO: &str = r#"
while :; do
  case $1 in
    -k) shift ;;
    -S) ask=yes; shift ;;
    -n) quiet=yes; shift ;;
    -p) prompt=$2; shift 2 ;;
    *) break ;;
  esac
done
[ MODE != open ] || exec "$@"
[ "$quiet" != yes ] || { echo 'sudo: a password is required' >&2; exit 1; }
for attempt in 1 2 3; do
  printf %s "$prompt" >&2
  IFS= read -r password || exit 1
  [ "$password" != 'right one' ] || exec "$@"
  echo 'Sorry, try again.' >&2
done
exit 1"#;

#[test]
fn sudo_is_given_its_password_only_when_it_asks() {
    let Some(farm) = Farm::new() else { return };
    let asking = farm.host_with("asking", "sudo", SUDO);
    let open = farm.host_with("open", "sudo", &SUDO.replace("MODE", "open"));
    let missing = farm.host("missing", "SetEnv PATH=/nowhere");
    let password = |text: &str| Sudo::Password(Secret::new(text));
    let cases = [
        (&asking, password("right one"), "ok"),
        (&asking, password("wrong one"), "sudo_failed"),
        (&asking, Sudo::NoPassword, "sudo_failed"),
        (&open, Sudo::NoPassword, "ok"),
        // Not asked for, it must not reach the shell as a command either.
        (&open, password("right one"), "ok"),
        (&missing, Sudo::NoPassword, "sudo_failed"),
    ];
    for (host, sudo, expected) in cases {
        let mut target = farm.target(host);
        target.sudo = sudo.clone();
        let outcome = inspect(&target, &limits());
        assert_eq!(
            word(&outcome),
            expected,
            "{sudo:?}: {:?}",
            outcome.as_ref().err()
        );
        if let Ok(gathered) = outcome {
            let text = &gathered.bundle.files["gathered.txt"];
            assert!(text.starts_with(b"xinglin.gathered/1\n"));
            assert!(!String::from_utf8_lossy(text).contains("right one"));
        }
    }
}
