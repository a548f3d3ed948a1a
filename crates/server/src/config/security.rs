//! Whom to tell of a hole.

use clap::Args;
use url::Url;

#[derive(Clone, Debug, Args)]
pub struct Security {
    /// Whom to tell of a hole, a mailto: or https:// address; served at
    /// /.well-known/security.txt; may be given several times, in the variable
    /// separated by spaces
    #[arg(
        id = "security_contact",
        long = "security-contact",
        env = "CONNECT_SECURITY_CONTACT",
        value_name = "ADDRESS",
        value_delimiter = ' ',
        value_parser = contact
    )]
    pub contacts: Vec<Url>,

    /// What happens to whoever tells of one, an https:// address; stands there
    /// as well
    #[arg(
        id = "security_policy",
        long = "security-policy",
        env = "CONNECT_SECURITY_POLICY",
        value_name = "URL",
        requires = "security_contact",
        value_parser = policy
    )]
    pub policy: Option<Url>,
}

fn contact(text: &str) -> Result<Url, &'static str> {
    let written_to = |url: &Url| match url.scheme() {
        "mailto" => url.path().contains('@'),
        scheme => scheme == "https",
    };
    let wrong =
        "must be an address such as mailto:security@shop.example or https://shop.example/security";
    Url::parse(text).ok().filter(written_to).ok_or(wrong)
}

fn policy(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).ok();
    let wrong = "must be an address such as https://shop.example/security";
    url.filter(|url| url.scheme() == "https").ok_or(wrong)
}
