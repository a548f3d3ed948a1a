//! What a reload of the page must not lose: ids, never a credential or a token.

/// The connection that is being made, as the tab's session storage keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The client's name for the user, so that nobody else goes on with it.
    pub user: String,
    pub institution: String,
    /// Made in this session and never complete.
    pub fresh: bool,
}

impl Kept {
    pub fn to_text(&self) -> String {
        let age = if self.fresh { "new" } else { "old" };
        format!("{age}\n{}\n{}", self.institution, self.user)
    }

    pub fn parse(text: &str) -> Option<Kept> {
        let (age, rest) = text.split_once('\n')?;
        let (institution, user) = rest.split_once('\n')?;
        (!institution.is_empty()).then(|| Kept {
            user: user.into(),
            institution: institution.into(),
            fresh: age == "new",
        })
    }
}
