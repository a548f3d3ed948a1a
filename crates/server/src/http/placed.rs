//! Where the widget's page finds its API and its files, if not at the root of its own origin: written into the built
//! index.html, which has its files under `/` and an empty `<meta name="connect-api">`.

use crate::config::public_url::PublicUrl;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha384};
use std::io;
use std::path::Path;

/// What the page loads by addresses that stand in it; each ends with a hash of its content.
const FILES: [&str; 2] = ["/connect-widget-", "/connect-words-"];
const META: &str = "connect-api";
const FETCHED: &str = "fetch(\"";
const PROGRAM: &str = "_bg.wasm\")";

#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The API's address without `/v1`: a path of the page's own origin, or a whole address.
    pub api: String,
    /// The path of the files, where they lie beside the page.
    pub folder: String,
    /// Whoever else has a copy of the files.
    pub elsewhere: Option<PublicUrl>,
}

impl Places {
    /// What is built is right as it is.
    pub fn are_usual(&self) -> bool {
        self.api.is_empty() && self.folder.is_empty() && self.elsewhere.is_none()
    }

    /// The files elsewhere, as a source of a Content-Security-Policy behind others.
    pub fn source(&self) -> String {
        let elsewhere = self.elsewhere.as_ref();
        elsewhere.map_or_else(String::new, |url| format!(" {url}/"))
    }

    /// The page with all addresses. `directory` has its files.
    pub fn fill(&self, html: &str, directory: &Path) -> io::Result<String> {
        let mut html = self.with_api(html);
        let files = match &self.elsewhere {
            Some(url) => {
                html = with_integrity(&html, directory)?;
                url.to_string()
            }
            None => self.folder.clone(),
        };
        for name in FILES {
            for before in ["\"", "'", "=", "`"] {
                let known = format!("{before}{name}");
                html = html.replace(&known, &format!("{before}{files}{name}"));
            }
        }
        Ok(html)
    }

    /// What this server answers takes `Idempotency-Key`, also from other origins.
    fn with_api(&self, html: &str) -> String {
        let meta = html.find(META).and_then(|at| {
            let from = html.get(..at)?.rfind("<meta")?;
            let to = at + html.get(at..)?.find('>')? + 1;
            Some((from, to))
        });
        let Some((from, to)) = meta.filter(|_| !self.api.is_empty()) else {
            return html.to_owned();
        };
        let meta = format!(
            "<meta name=\"{META}\" content=\"{}\" data-idempotency-key>",
            self.api
        );
        format!("{}{meta}{}", &html[..from], &html[to..])
    }
}

/// The page's script and the later part are checked by their hashes as they are built. The program is where it could be
/// changed by somebody else: a browser that checks it begins it only when all of it is there.
fn with_integrity(html: &str, directory: &Path) -> io::Result<String> {
    let found = html.find(PROGRAM).and_then(|end| {
        let from = html.get(..end)?.rfind(FETCHED)? + FETCHED.len();
        let quote = end + PROGRAM.len() - 2;
        Some((html.get(from..quote)?, quote + 1))
    });
    let Some((name, at)) = found else {
        return Ok(html.to_owned());
    };
    let program = std::fs::read(directory.join(name.trim_start_matches('/')))?;
    let hash = STANDARD.encode(Sha384::digest(program));
    let (before, after) = html.split_at(at);
    Ok(format!("{before},{{integrity:\"sha384-{hash}\"}}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT: &str = "<meta name=connect-api content><script>fetch(\"/connect-widget-0a_bg.wasm\");w={\"de\":\"/connect-words-de-1b.txt\"}</script><script type=module>import i from '/connect-widget-2c.js'</script><link href=/connect-widget-2c.js>";

    fn filled(places: &Places) -> String {
        let directory = std::env::temp_dir();
        places.fill(BUILT, &directory).expect("a page")
    }

    #[test]
    fn below_a_path_the_page_asks_for_everything_there() {
        let places = Places {
            api: "/bank".into(),
            folder: "/bank".into(),
            elsewhere: None,
        };
        let expected = "<meta name=\"connect-api\" content=\"/bank\" data-idempotency-key><script>fetch(\"/bank/connect-widget-0a_bg.wasm\");w={\"de\":\"/bank/connect-words-de-1b.txt\"}</script><script type=module>import i from '/bank/connect-widget-2c.js'</script><link href=/bank/connect-widget-2c.js>";
        assert_eq!(filled(&places), expected);
    }

    #[test]
    fn a_page_at_the_root_keeps_its_files_and_is_told_its_api() {
        let places = Places {
            api: "https://api.example/bank".into(),
            ..Places::default()
        };
        let page = filled(&places);
        assert!(
            page.contains("content=\"https://api.example/bank\""),
            "{page}"
        );
        assert!(
            page.contains("fetch(\"/connect-widget-0a_bg.wasm\")"),
            "{page}"
        );
    }

    #[test]
    fn files_elsewhere_are_checked_by_what_they_are_here() {
        let directory = std::env::temp_dir().join(format!("connect-placed-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory");
        std::fs::write(directory.join("connect-widget-0a_bg.wasm"), "abc").expect("a file");
        let places = Places {
            elsewhere: PublicUrl::parse("https://cdn.example/c"),
            ..Places::default()
        };
        let page = places.fill(BUILT, &directory).expect("a page");
        std::fs::remove_dir_all(&directory).expect("the directory goes");
        // SHA-384 of "abc" by FIPS 180-2, appendix D.1.
        let program = "fetch(\"https://cdn.example/c/connect-widget-0a_bg.wasm\",{integrity:\"sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn\"})";
        assert!(page.contains(program), "{page}");
        assert!(
            page.contains("'https://cdn.example/c/connect-widget-2c.js'"),
            "{page}"
        );
        assert!(page.contains("<meta name=connect-api content>"), "{page}");
        assert_eq!(places.source(), " https://cdn.example/c/");
    }
}
