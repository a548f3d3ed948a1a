//! Hashes, unguessable names, and what is sealed; knows no table and no route.

pub mod digest;
pub mod identity;
pub mod keys;
pub mod nonce;
pub mod random;
pub mod seal;
pub mod vault;
