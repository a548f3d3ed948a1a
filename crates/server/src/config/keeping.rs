//! How long finished things are kept.

use clap::Args;
use jiff::SignedDuration;

/// In hours and days, as an operator says it.
#[derive(Clone, Copy, Debug, Args)]
pub struct Keeping {
    /// How long a connection is kept after anything last happened in it; 0 keeps
    /// it until its user or its app removes it
    #[arg(
        long,
        help_heading = "Keeping",
        env = "CONNECT_KEEP_CONNECTIONS",
        default_value_t = 0,
        value_name = "DAYS"
    )]
    pub keep_connections: u32,

    /// How long a connection that has never come about is kept
    #[arg(
        long,
        help_heading = "Keeping",
        env = "CONNECT_KEEP_ABANDONED",
        default_value_t = 24,
        value_name = "HOURS"
    )]
    pub keep_abandoned: u32,

    /// How long a token that has ended is remembered, so that its user reads that
    /// the session has ended and not that the token is wrong
    #[arg(
        long,
        help_heading = "Keeping",
        env = "CONNECT_KEEP_TOKENS",
        default_value_t = 24,
        value_name = "HOURS"
    )]
    pub keep_tokens: u32,

    /// How long an event is kept in the feed, for whoever reads it late
    #[arg(
        long,
        help_heading = "Keeping",
        env = "CONNECT_KEEP_EVENTS_DAYS",
        default_value_t = 30,
        value_name = "DAYS"
    )]
    pub keep_events_days: u32,

    /// How long before its end a bank's permission is announced in the feed
    #[arg(
        long,
        help_heading = "Keeping",
        env = "CONNECT_CONSENT_NOTICE_DAYS",
        default_value_t = 7,
        value_name = "DAYS"
    )]
    pub consent_notice_days: u32,
}

impl Keeping {
    /// `None`: for ever.
    pub fn connections(&self) -> Option<SignedDuration> {
        let days = i64::from(self.keep_connections);
        (days > 0).then(|| SignedDuration::from_hours(24 * days))
    }

    pub fn abandoned(&self) -> SignedDuration {
        SignedDuration::from_hours(self.keep_abandoned.into())
    }

    pub fn tokens(&self) -> SignedDuration {
        SignedDuration::from_hours(self.keep_tokens.into())
    }

    pub fn events(&self) -> SignedDuration {
        SignedDuration::from_hours(24 * i64::from(self.keep_events_days))
    }

    pub fn notice(&self) -> SignedDuration {
        SignedDuration::from_hours(24 * i64::from(self.consent_notice_days))
    }
}

impl Default for Keeping {
    fn default() -> Keeping {
        Keeping {
            keep_connections: 0,
            keep_abandoned: 24,
            keep_tokens: 24,
            keep_events_days: 30,
            consent_notice_days: 7,
        }
    }
}
