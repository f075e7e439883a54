//! Packet filters: what is said of them is what trying every packet shows.

mod brute_force;
mod findings;
mod questions;
mod universe;
