//! What a host asks of the widget, by query or by body, and the sentence for what is wrong with it.

use crate::config::origin::Origin;
use crate::http::params::Params;
use crate::http::text::{fits, is_name};
use crate::routes::hosts::given;
use connect_core::api::{AccountSelection, LaunchOptions};

pub const JOB_TYPES: [&str; 4] = [
    "accountNumber",
    "accountOwner",
    "transactions",
    "transactionHistory",
];
const LONGEST: usize = 256;

/// As it was given: nothing is checked yet.
#[derive(Default)]
pub struct Given {
    pub job_types: Option<Vec<String>>,
    pub user_id: Option<String>,
    pub institution_id: Option<String>,
    pub connection_id: Option<String>,
    pub aggregator: Option<String>,
    pub target_origin: Option<String>,
    pub single_account_select: bool,
}

/// Checked for form.
pub struct Asked {
    pub user_id: String,
    pub target_origin: Option<Origin>,
    pub options: LaunchOptions,
}

impl Given {
    pub fn by_query(params: &Params) -> Given {
        let text = |name| given(params, name).map(str::to_owned);
        Given {
            job_types: params.list("jobTypes"),
            user_id: text("userId"),
            institution_id: text("institutionId"),
            connection_id: text("connectionId"),
            aggregator: text("aggregator"),
            target_origin: text("targetOrigin"),
            single_account_select: params.find("singleAccountSelect") == Some("true"),
        }
    }

    /// The sentence names the field and repeats nothing of what it says.
    pub fn check(self) -> Result<Asked, &'static str> {
        let job_types = self.job_types.unwrap_or_default();
        let known = |job_type: &String| JOB_TYPES.contains(&job_type.as_str());
        if job_types.is_empty() || !job_types.iter().all(known) {
            return Err(
                "jobTypes must be one or more of accountNumber, accountOwner, transactions, transactionHistory.",
            );
        }
        let user_id = self.user_id.ok_or("userId is missing.")?;
        if !is_name(&user_id) {
            return Err(
                "userId must have 1 to 256 characters that can be read: no control characters, not only spaces.",
            );
        }
        let ids = [&self.institution_id, &self.connection_id, &self.aggregator];
        if !ids.into_iter().flatten().all(|id| fits(id, LONGEST)) {
            return Err(
                "institutionId, connectionId and aggregator must have at most 256 characters, and no control characters.",
            );
        }
        if self.connection_id.is_some() && self.aggregator.is_none() {
            return Err("aggregator is missing: connectionId needs it.");
        }
        if self.connection_id.is_some() && self.institution_id.is_none() {
            return Err("institutionId is missing: connectionId needs it.");
        }
        let target_origin = match &self.target_origin {
            Some(text) => Some(Origin::parse(text).ok_or(
                "targetOrigin must be http:// or https:// and a host, such as https://shop.example, with nothing behind it.",
            )?),
            None => None,
        };
        let options = LaunchOptions {
            origin: target_origin.as_ref().map(Origin::to_string),
            job_types: Some(job_types),
            allow_change_institution: self.institution_id.is_some().then_some(false),
            provider: self.institution_id,
            institution: self.connection_id,
            account_selection: self
                .single_account_select
                .then_some(AccountSelection::Single),
            ..LaunchOptions::default()
        };
        Ok(Asked {
            user_id,
            target_origin,
            options,
        })
    }
}
