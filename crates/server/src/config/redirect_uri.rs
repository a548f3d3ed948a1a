//! An address that a browser may be sent to with a result.

use url::Url;

/// Refuses what a browser would run or open from the disk, and what cannot take a result.
pub fn check(uri: &str) -> Result<Url, String> {
    let url =
        Url::parse(uri).map_err(|error| format!("{uri:?} is not an absolute URL: {error}"))?;
    if url.fragment().is_some() {
        return Err(format!("{uri:?} must not have a fragment"));
    }
    if matches!(
        url.scheme(),
        "javascript"
            | "data"
            | "vbscript"
            | "blob"
            | "about"
            | "file"
            | "filesystem"
            | "view-source"
            | "ftp"
            | "ws"
            | "wss"
    ) {
        return Err(format!("{uri:?} has a scheme that cannot be redirected to"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("{uri:?} must not have a user name"));
    }
    Ok(url)
}
