//! A bank as an aggregator brings it.

use connect_core::api::{Field, Provider, ProviderStatus, RecoveryUrls};

/// The banks that an aggregator brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Banks {
    /// All of them; asked for again every now and then.
    Whole(Vec<Bank>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bank {
    /// Names it to its aggregator; opaque to everybody else.
    pub id: String,
    pub name: String,
    /// ISO 3166-1 alpha-2, upper case; `None`: everywhere.
    pub country: Option<String>,
    /// The bank's own site.
    pub url: Option<String>,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// What its login asks for; without any a user name and a password.
    pub fields: Vec<Field>,
    pub status: Option<ProviderStatus>,
    /// Why the status is what it is.
    pub message: Option<String>,
    pub recovery_urls: Option<RecoveryUrls>,
}

impl Bank {
    /// Adds what is known of it to what the catalogue says.
    pub fn describe(&self, provider: &mut Provider) {
        provider.url = self.url.clone();
        provider.color = self.color.clone();
        provider.status = self.status;
        provider.message = self.message.clone();
        provider.recovery_urls = self.recovery_urls.clone();
        provider.fields = self.fields.clone();
    }
}
