//! What a reload of the page must not lose: ids, never a credential or a token.

/// The connection that is being made, as the tab's session storage keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The client's name for the user, so that nobody else goes on with it.
    pub user: String,
    pub institution: String,
    /// Made in this session and never complete.
    pub fresh: bool,
    /// What the page was opened for: the bank and the connection that it named.
    pub errand: String,
}

impl Kept {
    pub fn to_text(&self) -> String {
        let age = if self.fresh { "new" } else { "old" };
        format!(
            "{age}\n{}\n{}\n{}",
            self.institution, self.errand, self.user
        )
    }

    pub fn parse(text: &str) -> Option<Kept> {
        let (age, rest) = text.split_once('\n')?;
        let (institution, rest) = rest.split_once('\n')?;
        let (errand, user) = rest.split_once('\n')?;
        (!institution.is_empty()).then(|| Kept {
            user: user.into(),
            institution: institution.into(),
            fresh: age == "new",
            errand: errand.into(),
        })
    }
}
