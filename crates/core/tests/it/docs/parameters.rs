//! Every parameter stands in its system's page, and how much of it counts.

use super::page::{Page, root, same, set, source};
use connect_core::host::System;
use connect_core::launch::PARAMETERS;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_parameter_of_our_own_is_named() {
    let page = Page::read("native-protocol.md");
    same(
        page.name,
        "parameters",
        &page.named("Opening"),
        &set(PARAMETERS),
    );
}

#[test]
fn every_parameter_of_every_system_is_named_and_no_other() {
    for system in System::ALL {
        let (page, also_ours) = match system {
            System::Wealthica => ("move-from-wealthica.md", true),
            System::MoneyKit => ("move-from-moneykit.md", true),
            System::Flinks => ("move-from-flinks.md", false),
            System::Meld => ("move-from-meld.md", false),
            System::Ucw => ("move-from-ucw.md", false),
            // Its address has a token alone, and its body is the server's.
            System::UcwV2 => {
                assert!(system.parameters().is_empty());
                continue;
            }
            System::Native => continue,
        };
        let page = Page::read(page);
        let mut known = set(system.parameters().iter().copied());
        let named = page.named("Parameters");
        if also_ours {
            let ours = set(PARAMETERS);
            known.extend(named.intersection(&ours).cloned());
        }
        same(page.name, "parameters", &named, &known);
        let unread = page.find_table_of_unread();
        let read: Vec<&String> = unread.intersection(&known).collect();
        assert!(
            read.is_empty(),
            "docs/{} says that these are not read, and they are: {read:?}",
            page.name
        );
    }
}

#[test]
fn what_is_said_not_to_be_used_is_used_nowhere_and_all_else_is() {
    for (page, core, server) in [
        ("move-from-wealthica.md", "wealthica.rs", "wealthica.rs"),
        ("move-from-moneykit.md", "moneykit.rs", "moneykit"),
        ("move-from-flinks.md", "flinks.rs", "flinks.rs"),
        ("move-from-meld.md", "meld.rs", "meld"),
        ("move-from-ucw.md", "ucw.rs", "ucw"),
    ] {
        let page = Page::read(page);
        let core = source(&format!("crates/core/src/host/{core}"));
        let server = text_of(&root().join("crates/server/src/routes/hosts").join(server));
        for row in page.table("Parameters") {
            let name = row[0].trim_matches('`');
            let quoted = format!("\"{name}\"");
            // Once it stands in the list of names.
            let used = core.matches(&quoted).count() > 1
                || server.contains(&quoted)
                || PARAMETERS.contains(&name);
            let said = match row[1].as_str() {
                "kept" | "kept, but" => true,
                "not used" => false,
                other => panic!(
                    "docs/{}: {name} is {other:?}; it must be \"kept\", \"kept, but\" or \"not used\"",
                    page.name
                ),
            };
            assert_eq!(
                said, used,
                "docs/{}: {name} is {:?}, and the code says otherwise",
                page.name, row[1]
            );
        }
    }
}

impl Page {
    /// Parameters of a system that are no concern of ours.
    fn find_table_of_unread(&self) -> BTreeSet<String> {
        match self.says("### Not read\n") {
            true => self.named("Not read"),
            false => BTreeSet::new(),
        }
    }
}

/// A file's text, or that of all files in a folder.
fn text_of(path: &Path) -> String {
    if path.is_file() {
        return std::fs::read_to_string(path).expect("a file that is there");
    }
    let files = std::fs::read_dir(path).expect("a folder that is there");
    files.flatten().map(|file| text_of(&file.path())).collect()
}
