//! Stand-ins for aggregators' servers: literal JSON of what the real ones are known to answer. They share no type with the
//! adapters that are tried against them.

pub mod enable_banking;
pub mod serving;
pub mod simplefin;
