//! What a reload of the page must not lose: ids, never a credential or a token.

/// The connection that is being made, and the login at the bank's own site that it waits for, as the tab keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The client's name for the user, so that nobody else goes on with it.
    pub user: String,
    pub institution: Option<String>,
    /// Made in this session and never complete.
    pub fresh: bool,
    /// The nonce of the login that is under way at the bank's own site.
    pub login: Option<String>,
    /// What the page was opened for: the bank and the connection that it named.
    pub errand: String,
}

impl Kept {
    /// A line each; the user's name is the last, for it may have any form.
    pub fn to_text(&self) -> String {
        let age = if self.fresh { "new" } else { "old" };
        let or_nothing = |id: &Option<String>| id.clone().unwrap_or_default();
        let (institution, login) = (or_nothing(&self.institution), or_nothing(&self.login));
        format!(
            "{age}\n{institution}\n{login}\n{}\n{}",
            self.errand, self.user
        )
    }

    pub fn parse(text: &str) -> Option<Kept> {
        let mut parts = text.splitn(5, '\n');
        let mut id = || Some(parts.next()?.to_string());
        let (age, institution, login) = (id()?, id()?, id()?);
        let (errand, user) = (id()?, id()?);
        let kept = Kept {
            user,
            institution: Some(institution).filter(|id| !id.is_empty()),
            fresh: age == "new",
            login: Some(login).filter(|nonce| !nonce.is_empty()),
            errand,
        };
        (kept.institution.is_some() || kept.login.is_some()).then_some(kept)
    }
}
