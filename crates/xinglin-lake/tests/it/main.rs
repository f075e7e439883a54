//! Tests of the lake through its public face.

mod crash;
mod faults;
mod kill;
mod lines;
mod simulated;
mod whole;
