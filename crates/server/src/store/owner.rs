//! Whose something is.

/// Who a connection belongs to; nobody else finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub client: String,
    pub user: String,
    /// Who has opened a page without a token, and so says nothing of what the user has otherwise. `None`: the user, to whom
    /// belongs what was made in their name as well.
    pub scope: Option<String>,
}
