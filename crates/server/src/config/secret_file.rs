//! Reads a secret of the operator's from a file of its own.

use connect_core::Secret;
use std::fmt::Display;
use std::path::Path;
use zeroize::Zeroizing;

/// No key and no password is longer.
const LONGEST: u64 = 64 * 1024;

/// What is in the file. An error names the file and nothing of its content.
pub fn read_bytes(file: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    let place = file.display();
    let unreadable = |error: &dyn Display| format!("{place} cannot be read: {error}");
    let about = std::fs::metadata(file).map_err(|error| unreadable(&error))?;
    if about.len() > LONGEST {
        return Err(format!("{place} is too long for a secret"));
    }
    let bytes = std::fs::read(file).map_err(|error| unreadable(&error))?;
    if is_open_to_others(&about) {
        tracing::warn!("{place} can be read by others than its owner; chmod 600 changes that");
    }
    Ok(Zeroizing::new(bytes))
}

/// The text in the file, without white space around it.
pub fn read_secret(file: &Path) -> Result<Secret, String> {
    let place = file.display();
    let bytes = read_bytes(file)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| format!("{place} is not a text"))?;
    match text.trim() {
        "" => Err(format!("{place} is empty")),
        text => Ok(Secret::new(text)),
    }
}

#[cfg(unix)]
fn is_open_to_others(about: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS: u32 = 0o077;
    about.permissions().mode() & OTHERS != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &std::fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch::Scratch;

    #[test]
    fn a_secret_is_read_without_its_last_line_end_and_a_file_without_one_is_named() {
        let scratch = Scratch::new();
        let file = scratch.0.join("secret");
        let missing = read_secret(&file).expect_err("there is no file");
        assert!(missing.contains("secret cannot be read"), "{missing}");
        std::fs::write(&file, " \n").expect("it is written");
        let empty = read_secret(&file).expect_err("there is nothing in it");
        assert!(empty.ends_with("secret is empty"), "{empty}");
        std::fs::write(&file, "s3cret\n").expect("it is written");
        let read = read_secret(&file).expect("a secret");
        assert_eq!(read.expose(), "s3cret");
        std::fs::write(&file, "x".repeat(70_000)).expect("it is written");
        assert!(read_secret(&file).is_err_and(|words| words.contains("too long")));
    }
}
