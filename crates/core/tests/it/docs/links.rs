//! Whoever follows a link in the documentation gets where it says, and every page can be found.

use super::page::root;
use std::path::{Path, PathBuf};

#[test]
fn every_link_leads_somewhere() {
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("a page");
        let folder = page.parent().expect("a page lies in a folder");
        for link in links(&text) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => page.clone(),
                file => folder.join(file),
            };
            let shown = page.display();
            assert!(target.exists(), "{shown}: {link} leads nowhere");
            assert!(
                heading.is_empty() || has_heading(&target, heading),
                "{shown}: {link} leads to no heading"
            );
        }
    }
}

#[test]
fn the_readme_leads_to_every_page() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a page");
    let linked = links(&readme);
    for page in pages_in("docs") {
        let name = page.file_name().expect("a name").to_string_lossy();
        let link = format!("docs/{name}");
        assert!(
            linked.contains(&link.as_str()),
            "README.md does not name {link}"
        );
    }
}

fn pages() -> Vec<PathBuf> {
    [pages_in("docs"), pages_in(""), pages_in("sdk")].concat()
}

fn pages_in(folder: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(root().join(folder)).expect("a folder");
    let mut pages: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
    pages.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    assert!(!pages.is_empty(), "there are pages in {folder:?}");
    pages
}

/// Those to other files of the repository.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split(')').next());
    targets.filter(|link| !link.contains(':')).collect()
}

fn has_heading(page: &Path, anchor: &str) -> bool {
    let text = std::fs::read_to_string(page).expect("a page");
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let mut anchors = headings.map(|line| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.collect::<String>().replace(' ', "-")
    });
    anchors.any(|found| found == anchor)
}
