//! What a lock file pins, how it is loosened where the registry lacks what it pins, and what that changed.

use std::collections::{BTreeMap, BTreeSet};

/// The `[[package]]` entries of a lock file: name, version, checksum.
pub fn packages(lock: &str) -> impl Iterator<Item = Package<'_>> {
    lock.split("\n[[package]]\n").skip(1).map(|entry| Package {
        name: field(entry, "name").unwrap_or_default(),
        version: field(entry, "version").unwrap_or_default(),
        checksum: field(entry, "checksum").unwrap_or_default(),
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package<'a> {
    pub name: &'a str,
    pub version: &'a str,
    /// Empty for what lies in the checkout.
    pub checksum: &'a str,
}

/// The name and version that cargo cannot find, from what it says of a lock file it must follow:
/// ``failed to select a version for the requirement `ring = "^0.17"` (locked to 0.17.9)``.
pub fn missing(said: &str) -> Option<(&str, &str)> {
    let (before, after) = said.split_once("\"` (locked to ")?;
    let (_, requirement) = before.rsplit_once('`')?;
    let (name, _) = requirement.split_once(" = ")?;
    let (version, _) = after.split_once(')')?;
    Some((name, version))
}

/// The lock file without one entry, so that cargo chooses this package anew and no other.
pub fn without(lock: &str, name: &str, version: &str) -> Option<String> {
    let mut entries: Vec<&str> = lock.split("\n[[package]]\n").collect();
    let all = entries.len();
    entries.retain(|entry| {
        field(entry, "name") != Some(name) || field(entry, "version") != Some(version)
    });
    (entries.len() < all).then(|| entries.join("\n[[package]]\n"))
}

/// One line for each package of which the two lock files pin something else.
pub fn differences(own: &str, used: &str) -> Vec<String> {
    let (own, used) = (by_name(own), by_name(used));
    let names: BTreeSet<&str> = own.keys().chain(used.keys()).copied().collect();
    names
        .into_iter()
        .filter_map(|name| {
            let empty = BTreeSet::new();
            let own = own.get(name).unwrap_or(&empty);
            let used = used.get(name).unwrap_or(&empty);
            (own != used).then(|| format!("{name} {} -> {}", versions(own), versions(used)))
        })
        .collect()
}

fn by_name(lock: &str) -> BTreeMap<&str, BTreeSet<Package<'_>>> {
    let mut by_name = BTreeMap::<_, BTreeSet<_>>::new();
    for package in packages(lock) {
        by_name.entry(package.name).or_default().insert(package);
    }
    by_name
}

/// The same version with another checksum is another package, so that is shown too.
fn versions(packages: &BTreeSet<Package>) -> String {
    let shown: Vec<String> = packages
        .iter()
        .map(|package| {
            let checksum = package.checksum.get(..8).unwrap_or("no checksum");
            format!("{} ({checksum})", package.version)
        })
        .collect();
    match shown.len() {
        0 => "none".to_owned(),
        _ => shown.join(" and "),
    }
}

fn field<'a>(entry: &'a str, name: &str) -> Option<&'a str> {
    entry
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""))?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::{differences, missing, packages, without};

    const LOCK: &str = "version = 4\n\n\
        [[package]]\nname = \"ring\"\nversion = \"0.17.9\"\nsource = \"r\"\nchecksum = \"0123456789\"\n\n\
        [[package]]\nname = \"tool\"\nversion = \"1.0.0\"\ndependencies = [\n \"ring\",\n]\n";

    #[test]
    fn the_version_is_that_of_exactly_that_name() {
        let found = packages(LOCK).find(|package| package.name == "tool");
        assert_eq!(found.map(|package| package.version), Some("1.0.0"));
        assert_eq!(packages(LOCK).count(), 2);
    }

    #[test]
    fn cargo_names_what_the_registry_lacks() {
        let said = "error: failed to select a version for the requirement `ring = \"^0.17\"` (locked to 0.17.9)\n\
            candidate versions found which didn't match: 0.17.8";
        assert_eq!(missing(said), Some(("ring", "0.17.9")));
        assert_eq!(missing("error: could not compile `ring`"), None);
    }

    #[test]
    fn one_entry_is_loosened_and_the_others_stay() {
        let loosened = without(LOCK, "ring", "0.17.9").expect("ring is in it");
        let left: Vec<_> = packages(&loosened).map(|package| package.name).collect();
        assert_eq!(left, ["tool"]);
        assert_eq!(without(LOCK, "ring", "0.17.8"), None);
    }

    #[test]
    fn what_differs_is_told_by_name_version_and_checksum() {
        assert_eq!(differences(LOCK, LOCK), Vec::<String>::new());
        let older = LOCK.replace("0.17.9", "0.17.8");
        assert_eq!(
            differences(LOCK, &older),
            ["ring 0.17.9 (01234567) -> 0.17.8 (01234567)"]
        );
        let other = LOCK.replace("0123456789", "9876543210");
        assert_eq!(
            differences(LOCK, &other),
            ["ring 0.17.9 (01234567) -> 0.17.9 (98765432)"]
        );
        let gone = without(LOCK, "ring", "0.17.9").expect("ring is in it");
        assert_eq!(differences(LOCK, &gone), ["ring 0.17.9 (01234567) -> none"]);
    }
}
