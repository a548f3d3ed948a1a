//! The files of `languages/`: what people read, a file a language. English says which texts there are; every other language
//! has the same ones. For build scripts: what is wrong with a file ends the build, with words.

mod check;
mod read;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The language that says which texts there are.
pub const ENGLISH: &str = "en";

/// CLDR's plural categories.
pub const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// BCP 47, as the file is called.
    pub tag: String,
    /// What the language is called in itself.
    pub name: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// By path: `later.down.title`, `later.calm.0`. In this order they have their places in the built files.
    pub texts: BTreeMap<String, Text>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// `{}` stands for a name.
    Plain(String),
    /// What to say of a number, by CLDR's plural category; `{}` stands for it.
    Counted(BTreeMap<String, String>),
}

impl Text {
    /// In one line: a counted one has its categories between tabs, each before a `=`.
    pub fn line(&self) -> String {
        match self {
            Text::Plain(text) => text.clone(),
            Text::Counted(forms) => {
                let forms = forms
                    .iter()
                    .map(|(category, text)| format!("{category}={text}"));
                forms.collect::<Vec<_>>().join("\t")
            }
        }
    }

    /// Every sentence in it.
    pub fn forms(&self) -> Vec<&str> {
        match self {
            Text::Plain(text) => vec![text],
            Text::Counted(forms) => forms.values().map(String::as_str).collect(),
        }
    }
}

impl Language {
    /// The texts whose paths begin with this name and a dot, without them.
    pub fn part<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, &'a Text)> {
        self.texts.iter().filter_map(move |(path, text)| {
            let rest = path.strip_prefix(name)?.strip_prefix('.')?;
            Some((rest, text))
        })
    }
}

/// All languages of a folder, English first. What is wrong is said a line each, with the file and the text that it is about.
pub fn read(folder: &Path) -> Result<Vec<Language>, String> {
    let mut languages = Vec::new();
    let mut faults = Vec::new();
    for file in files(folder)? {
        let tag = file
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        let read = std::fs::read_to_string(&file).map_err(|error| error.to_string());
        match read.and_then(|json| read::language(tag, &json)) {
            Ok(language) => languages.push(language),
            Err(fault) => faults.push(format!("{}: {fault}", file.display())),
        }
    }
    languages.sort_by_key(|language| (language.tag != ENGLISH, language.tag.clone()));
    let english = languages.first().filter(|first| first.tag == ENGLISH);
    match english {
        None if faults.is_empty() => {
            faults.push(format!("{}: en.json is missing", folder.display()))
        }
        None => {}
        Some(english) => {
            for language in &languages {
                let said = check::against(english, language);
                faults.extend(
                    said.into_iter()
                        .map(|fault| format!("languages/{}.json: {fault}", language.tag)),
                );
            }
        }
    }
    match faults.as_slice() {
        [] => Ok(languages),
        faults => Err(faults.join("\n")),
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let unread = |error| format!("{}: {error}", folder.display());
    let entries = std::fs::read_dir(folder).map_err(unread)?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(unread)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
