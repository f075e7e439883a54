//! TLS endpoints, by their handshakes.
