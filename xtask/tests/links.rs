//! What the project's pages refer to within the project is there: the file, and the heading.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const PLACES: [&str; 3] = ["docs", "sdk", "deploy"];

#[test]
fn every_link_of_a_page_leads_somewhere() {
    let pages = pages();
    assert!(pages.len() > 20, "{pages:?}");
    let dead: Vec<String> = pages.iter().flat_map(|page| dead(page)).collect();
    assert!(dead.is_empty(), "nothing is there:\n{}", dead.join("\n"));
}

#[test]
fn an_anchor_is_made_as_the_forges_make_it() {
    assert_eq!(
        slug("A token, `connect()` and *both*: what's kept"),
        "a-token-connect-and-both-whats-kept"
    );
    assert_eq!(
        slug("[Wealthica](x.md)’s way_out – it"),
        "wealthicas-way_out--it"
    );
    let text =
        "# One\n```sh\n# not a heading\n```\n[a](b.md#c) `[d](e)`\n```\n[f](g)\n```\n## One\n";
    let anchors = anchors(text);
    assert_eq!(
        anchors.iter().map(String::as_str).collect::<Vec<_>>(),
        ["one", "one-1"]
    );
    assert_eq!(links(text), [(5, "b.md#c")]);
}

fn dead(page: &Path) -> Vec<String> {
    let text = read(page);
    let folder = page.parent().expect("a folder");
    let leads = |link: &str| {
        if link.contains("://") || link.starts_with("mailto:") {
            return true;
        }
        let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
        let target = match path {
            "" => page.to_owned(),
            path => folder.join(path),
        };
        let is_page = target.extension().is_some_and(|ending| ending == "md");
        target.exists()
            && (anchor.is_empty() || !is_page || anchors(&read(&target)).contains(anchor))
    };
    let links = links(&text);
    let dead = links.into_iter().filter(|(_, link)| !leads(link));
    let page = page.strip_prefix(root()).unwrap_or(page).display();
    dead.map(|(line, link)| format!("{page}:{line}: {link}"))
        .collect()
}

/// The lines that are no code, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    let lines = text.lines().enumerate();
    lines.filter_map(move |(number, line)| {
        let fence = line.trim_start().starts_with("```");
        is_code ^= fence;
        (!is_code && !fence).then_some((number + 1, line))
    })
}

fn links(text: &str) -> Vec<(usize, &str)> {
    let mut all = Vec::new();
    for (number, line) in prose(text) {
        // What stands between backticks is code.
        for part in line.split('`').step_by(2) {
            all.extend(targets(part).map(|target| (number, target)));
        }
        // A link whose words are code is cut by them.
        all.extend(
            targets(line)
                .filter(|target| line.contains(&format!("`]({target})")))
                .map(|target| (number, target)),
        );
    }
    all
}

fn targets(text: &str) -> impl Iterator<Item = &str> {
    let after = text.split("](").skip(1);
    after.filter_map(|rest| rest.split([')', ' ']).next())
}

/// Headings that are called the same are numbered.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, line) in prose(text) {
        let heading = line.trim_start_matches('#');
        if heading.len() == line.len() || !heading.starts_with(' ') {
            continue;
        }
        let slug = slug(heading.trim());
        let numbered = (1..).map(|number| format!("{slug}-{number}"));
        let mut names = std::iter::once(slug.clone()).chain(numbered);
        found.extend(names.find(|name| !found.contains(name)));
    }
    found
}

fn slug(heading: &str) -> String {
    let mut words = String::new();
    // Of a link only its words.
    let mut rest = heading;
    while let Some((before, link)) = rest.split_once("](") {
        words.push_str(before);
        rest = link.split_once(')').map_or("", |(_, after)| after);
    }
    words.push_str(rest);
    let kept = words.chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        letter if letter.is_alphanumeric() => Some(letter),
        _ => None,
    });
    kept.collect::<String>().to_lowercase()
}

fn pages() -> Vec<PathBuf> {
    let top = std::fs::read_dir(root()).expect("the project");
    let mut pages: Vec<PathBuf> = top.map(|entry| entry.expect("an entry").path()).collect();
    pages.retain(|path| path.is_file());
    for place in PLACES {
        collect(&root().join(place), &mut pages);
    }
    pages.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages.sort();
    pages
}

fn collect(folder: &Path, pages: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => collect(&path, pages),
            false => pages.push(path),
        }
    }
}

fn read(page: &Path) -> String {
    std::fs::read_to_string(page).expect("a text")
}

fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("the project")
}
