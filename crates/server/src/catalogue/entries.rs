//! The rows of the database: outside the sandbox the banks that can be reached, in it the test banks and all known ones
//! as well.

use super::join::Joined;
use super::{Known, POPULAR, names};
use crate::aggregators::sandbox::{self, Bank};
use crate::store::providers::Entry;
use connect_core::search::fold;

pub fn test_banks() -> Vec<Entry> {
    let entries = Bank::ALL.into_iter().map(|bank| {
        let profile = bank.profile();
        Entry {
            id: profile.id.into(),
            name: profile.name.into(),
            known_as: String::new(),
            country: Some("CA".into()),
            group: Some(sandbox::GROUP.into()),
            place: Bank::POPULAR.iter().position(|popular| *popular == bank),
            routes: Vec::new(),
        }
    });
    entries.collect()
}

/// Those that nobody has brought are for the sandbox, where test banks answer in their place.
pub fn all(joined: Vec<Joined>, known: &[Known], sandbox: bool) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut flagged = Bank::POPULAR.len();
    let most_flagged = known.len() + joined.len();
    for row in joined {
        let is_popular = row.routes.iter().any(|route| route.bank.popular);
        let place = match POPULAR.iter().position(|id| *id == row.id) {
            _ if is_popular => {
                flagged += 1;
                Some(flagged)
            }
            known => known.map(|place| most_flagged + place),
        };
        let group = match row.routes.first() {
            Some(_) if sandbox => Some(sandbox::GROUP.to_owned()),
            Some(route) => route.bank.group.clone(),
            None if sandbox => None,
            None => continue,
        };
        let name = row.routes.first().map(|route| route.bank.name.clone());
        entries.push(Entry {
            id: row.id,
            name: name.unwrap_or_else(|| row.known_as.clone()),
            known_as: row.known_as,
            country: row.country,
            group,
            place,
            routes: row.routes,
        });
    }
    name(&mut entries);
    match sandbox {
        true => test_banks().into_iter().chain(entries).collect(),
        false => entries,
    }
}

/// As people know them; each is found by the name that was brought as well.
fn name(entries: &mut [Entry]) {
    let brought: Vec<_> = entries
        .iter()
        .map(|entry| (entry.country.as_deref().unwrap_or_default(), &*entry.name))
        .collect();
    let shown = names::shown(&brought);
    for (entry, shown) in entries.iter_mut().zip(shown) {
        let brought = std::mem::replace(&mut entry.name, shown);
        let names = [&entry.name, &entry.known_as].map(|name| fold(name));
        if !names.contains(&fold(&brought)) {
            entry.known_as = format!("{brought} {}", entry.known_as).trim().into();
        }
    }
}
