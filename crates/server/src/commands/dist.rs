//! `connect-server dist`: the widget's files for another server, which has no program of ours: its page says where the API
//! is, and the policy that it needs is printed.

use super::Trouble;
use crate::config::public_url::{self, PublicUrl};
use crate::http::packed::Packed;
use crate::http::placed::Places;
use crate::http::widget::inline_hashes;
use clap::Args;
use std::path::{Path, PathBuf};
use std::{fs, io};

const INDEX: &str = "index.html";

#[derive(Debug, Args)]
pub struct Dist {
    /// Directory of the built widget, made by `cargo xtask build`
    #[arg(
        long,
        env = "CONNECT_DIST",
        default_value = "dist",
        value_name = "DIRECTORY"
    )]
    dist: PathBuf,

    /// How browsers reach this server, e.g. https://api.example
    #[arg(long, value_name = "URL", value_parser = public_url)]
    api: PublicUrl,

    /// Where the copy will be, e.g. https://static.example/connect
    #[arg(long, value_name = "URL", value_parser = public_url)]
    at: PublicUrl,

    /// Where to write it; must not be there yet
    #[arg(long, value_name = "DIRECTORY")]
    out: PathBuf,
}

fn public_url(text: &str) -> Result<PublicUrl, &'static str> {
    PublicUrl::parse(text).ok_or(public_url::FORM)
}

impl Dist {
    pub fn run(self) -> Result<(), Trouble> {
        let page = self.page().map_err(|error| {
            Trouble::new(format!(
                "{} cannot be read: {error}",
                self.dist.join(INDEX).display()
            ))
        })?;
        self.write(&page).map_err(|error| {
            Trouble::new(format!("{} cannot be written: {error}", self.out.display()))
        })?;
        println!("{}: for {}/", self.out.display(), self.at);
        println!("Start the server with --widget-origin {}", self.at.origin());
        println!("Headers of its index.html, with the origins of your pages at the end:");
        println!("Cache-Control: no-cache, no-transform");
        println!("Cross-Origin-Embedder-Policy: require-corp");
        println!("Content-Security-Policy: {}", self.policy(&page));
        Ok(())
    }

    fn page(&self) -> io::Result<String> {
        let html = fs::read_to_string(self.dist.join(INDEX))?;
        let places = Places {
            // Where both are one origin, no request is one to another.
            api: match self.api.origin() == self.at.origin() {
                true => self.api.path().to_owned(),
                false => self.api.to_string(),
            },
            folder: self.at.path().to_owned(),
            elsewhere: None,
        };
        places.fill(&html, &self.dist)
    }

    fn write(&self, page: &str) -> io::Result<()> {
        fs::create_dir(&self.out)?;
        copy(&self.dist, &self.out)?;
        let packed = Packed::new(page.as_bytes())?;
        let index = self.out.join(INDEX);
        fs::write(index.with_extension("html.br"), &packed.brotli)?;
        fs::write(index.with_extension("html.gz"), &packed.gzip)?;
        fs::write(index, page)
    }

    /// As this server's own pages have it, with the API where it is.
    fn policy(&self, page: &str) -> String {
        let all = |name| inline_hashes(page, name).join(" ");
        let (scripts, styles, api) = (all("script"), all("style"), self.api.origin());
        format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {scripts}; style-src 'self' {styles}; \
             img-src 'self' {api} data:; connect-src 'self' {api}; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
        )
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copied = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&copied)?;
            copy(&entry.path(), &copied)?;
        } else {
            fs::copy(entry.path(), copied)?;
        }
    }
    Ok(())
}
