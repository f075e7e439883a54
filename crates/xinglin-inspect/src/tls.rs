//! TLS and TLCP endpoints: what handshakes show of them.
//!
//! [`Probe`] says which hello to send next and takes what came back, until it has seen
//! enough; whoever owns a socket carries the bytes. Its [`Transcript`] is the file
//! `handshakes.json` of a bundle, from which [`collect`] reads the facts, so that an endpoint
//! can be judged again without being asked again.
//!
//! Nothing is agreed upon with the endpoint: each hello ends with the server's first answer.
//! TLS 1.3 hides the certificate from those who do not go on, so that of an endpoint which
//! knows only TLS 1.3 is not known.

pub mod certificate;
pub mod hello;
pub mod probe;
pub mod suites;
pub mod transcript;
pub mod wire;

mod facts;

pub use certificate::Certificate;
pub use facts::{Chain, Facts, Suite, collect};
pub use hello::{Offer, Version};
pub use probe::Probe;
pub use transcript::{Ended, Endpoint, Exchange, Transcript};
