//! What to ask next: a machine of states without any socket or clock.

use std::collections::VecDeque;

use super::{
    hello::{Offer, Version},
    transcript::{Ended, Endpoint, Exchange, Transcript},
    wire,
};

/// More connections than this are not made to one endpoint.
const EXCHANGE_LIMIT: usize = 160;
/// More bytes than this are not kept of one answer.
const ANSWER_LIMIT: usize = 128 << 10;
/// An endpoint that cannot be reached so often in a row is left alone.
const UNREACHABLE_LIMIT: usize = 2;

/// An endpoint being asked.
///
/// Each hello goes out on a connection of its own: call [`Probe::next_hello`], send what it
/// says, read until [`Probe::is_enough`], close, and hand over what came by
/// [`Probe::received`]; begin again until there is no next hello.
#[derive(Debug)]
pub struct Probe {
    transcript: Transcript,
    waiting: VecDeque<Offer>,
    current: Option<Offer>,
    unreachable: usize,
}

impl Probe {
    /// Begins to ask an endpoint.
    pub fn new(endpoint: Endpoint) -> Self {
        // The newest first: the certificate is known early where the rest is cut short.
        let order = [
            Version::Tls12,
            Version::Tls13,
            Version::Tls11,
            Version::Tls10,
            Version::Ssl3,
            Version::Tlcp,
        ];
        Self {
            transcript: Transcript::of(endpoint),
            waiting: order.into_iter().map(Offer::of_all).collect(),
            current: None,
            unreachable: 0,
        }
    }

    /// The bytes to send on a new connection; `None` when enough is known.
    pub fn next_hello(&mut self) -> Option<Vec<u8>> {
        if self.transcript.exchanges.len() >= EXCHANGE_LIMIT
            || self.unreachable >= UNREACHABLE_LIMIT
        {
            return None;
        }
        let offer = self.waiting.pop_front()?;
        let name = self.transcript.endpoint.name().map(str::to_owned);
        let bytes = offer.to_bytes(name.as_deref());
        self.current = Some(offer);
        Some(bytes)
    }

    /// Whether what came back so far is all that is waited for.
    pub fn is_enough(&self, received: &[u8]) -> bool {
        let Some(offer) = &self.current else {
            return true;
        };
        received.len() >= ANSWER_LIMIT
            || wire::read(offer.version, received).complete
            // What does not begin as a record never will.
            || received.first().is_some_and(|byte| !(20..=24).contains(byte))
    }

    /// Takes what came back, and how it ended.
    pub fn received(&mut self, mut received: Vec<u8>, ended: Ended) {
        let Some(offer) = self.current.take() else {
            return;
        };
        received.truncate(ANSWER_LIMIT);
        self.unreachable = match ended {
            Ended::Unreachable => self.unreachable + 1,
            _ => 0,
        };
        self.plan(&offer, &received);
        self.transcript.exchanges.push(Exchange {
            offer,
            received,
            ended,
        });
    }

    /// Plans what follows from an answer: the same again without the suite that was chosen,
    /// until none is; and once for each version, in the other order and with compression.
    fn plan(&mut self, offer: &Offer, received: &[u8]) {
        let Some(hello) = wire::read(offer.version, received).hello else {
            return;
        };
        if hello.version != offer.version.number() || !offer.suites.contains(&hello.suite) {
            return;
        }
        let is_first = offer.suites == offer.version.suites();
        let suites: Vec<u16> = offer
            .suites
            .iter()
            .copied()
            .filter(|suite| *suite != hello.suite)
            .collect();
        if is_first && !offer.compression {
            let mut reversed = offer.suites.clone();
            reversed.reverse();
            if matches!(
                offer.version,
                Version::Tls12 | Version::Tlcp | Version::Tls10
            ) {
                self.waiting.push_back(Offer {
                    suites: reversed.clone(),
                    ..offer.clone()
                });
            }
            if matches!(offer.version, Version::Tls12 | Version::Tls10) {
                self.waiting.push_back(Offer {
                    compression: true,
                    ..offer.clone()
                });
            }
        }
        let reversed = offer.suites.len() > 1 && {
            let mut all = offer.version.suites();
            all.reverse();
            offer.suites == all
        };
        if !suites.is_empty() && !offer.compression && !reversed {
            self.waiting.push_back(Offer {
                suites,
                ..offer.clone()
            });
        }
    }

    /// What was asked and what came back.
    pub fn into_transcript(self) -> Transcript {
        self.transcript
    }
}
