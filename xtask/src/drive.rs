//! Driving a running server from outside, as a browser would: for benches and for the
//! documents that LibreOffice must open.

mod hospital;
mod http;
mod server;

pub(crate) use hospital::{Assessed, Hospital};
pub(crate) use http::Client;
pub(crate) use server::{Server, cpu_seconds_of};
