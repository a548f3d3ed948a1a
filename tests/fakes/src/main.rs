//! Runs the stand-ins for the demo and for tests in other languages.

fn main() {}
