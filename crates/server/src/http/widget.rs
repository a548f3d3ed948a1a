//! The widget's page: the built index.html, what its scripts and styles hash to, and how launch data gets into it.

use super::packed::Packed;
pub use super::placed::Places;
use crate::crypto::digest::{sha256, sha256_hex};
use crate::words::{Language, Word};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connect_core::Secret;
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

const INDEX: &str = "index.html";

/// The built widget in its directory; read anew when it was built anew.
pub struct Widget {
    pub directory: PathBuf,
    places: Places,
    page: RwLock<Arc<WidgetPage>>,
}

pub struct WidgetPage {
    html: String,
    /// Compressed, where it is not what stands in the directory.
    pub packed: Option<Packed>,
    /// Where else its files come from: a CSP source, or nothing.
    pub source: String,
    built: SystemTime,
    /// CSP sources of the page's inline scripts and styles: `'sha256-…'`.
    pub script_hashes: Vec<String>,
    pub style_hashes: Vec<String>,
}

/// What the page's first script asks for while the program is on its way, and with which token.
pub struct Asked {
    pub query: String,
    pub token: Option<Secret>,
    /// The parameter of the address that has the token.
    pub parameter: Option<&'static str>,
}

impl Asked {
    fn attributes(&self) -> String {
        let mut attributes = format!(" data-ask=\"{}\"", escape_attribute(&self.query));
        let token = self.token.as_ref().map(Secret::expose);
        for (name, value) in [("token", token), ("by", self.parameter)] {
            if let Some(value) = value {
                attributes.push_str(&format!(" data-{name}=\"{}\"", escape_attribute(value)));
            }
        }
        attributes
    }
}

impl Widget {
    pub fn read(directory: &Path, places: Places) -> io::Result<Widget> {
        let page = WidgetPage::read(directory, &places)?;
        Ok(Widget {
            directory: directory.into(),
            places,
            page: RwLock::new(Arc::new(page)),
        })
    }

    /// The page as it stands in the directory now; while it is being rebuilt, as it stood before.
    pub fn page(&self) -> Arc<WidgetPage> {
        let known = self
            .page
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let index = self.directory.join(INDEX);
        if modified(&index).is_ok_and(|built| built == known.built) {
            return known;
        }
        let Ok(page) = WidgetPage::read(&self.directory, &self.places) else {
            return known;
        };
        let page = Arc::new(page);
        *self.page.write().unwrap_or_else(PoisonError::into_inner) = page.clone();
        page
    }
}

impl WidgetPage {
    fn read(directory: &Path, places: &Places) -> io::Result<WidgetPage> {
        let index = directory.join(INDEX);
        let built = modified(&index)?;
        let html = std::fs::read_to_string(&index)?;
        if places.are_usual() {
            return Ok(WidgetPage::new(html, built));
        }
        let html = places.fill(&html, directory)?;
        Ok(WidgetPage {
            packed: Some(Packed::new(html.as_bytes())?),
            source: places.source(),
            ..WidgetPage::new(html, built)
        })
    }

    fn new(html: String, built: SystemTime) -> WidgetPage {
        WidgetPage {
            packed: None,
            source: String::new(),
            script_hashes: inline_hashes(&html, "script"),
            style_hashes: inline_hashes(&html, "style"),
            html,
            built,
        }
    }

    /// Names this page under this policy among all others.
    pub fn tag(&self, policy: &str) -> String {
        let hash = sha256_hex(format!("{policy}\n{}", self.html).as_bytes());
        hash.get(..32).unwrap_or_default().to_owned()
    }

    /// The page with launch data, in an element that a browser reads but does not run, before whatever it runs.
    pub fn with_launch(
        &self,
        launch: &Value,
        asked: Option<&Asked>,
        language: &Language,
    ) -> String {
        let data = escape_for_script(&launch.to_string());
        let asked = asked.map(Asked::attributes).unwrap_or_default();
        let script =
            format!("<script type=\"application/json\"{asked} id=\"launch\">{data}</script>");
        let at = ["<script", "</head>", "<body"]
            .iter()
            .find_map(|mark| self.html.find(mark));
        let (before, after) = self.html.split_at(at.unwrap_or(self.html.len()));
        // Everything else its scripts put into the reader's language.
        let english = Language::english().text(Word::NoScript);
        let after = after.replacen(english, language.text(Word::NoScript), 1);
        format!("{before}{script}{after}")
    }
}

fn modified(file: &Path) -> io::Result<SystemTime> {
    std::fs::metadata(file)?.modified()
}

/// Inside a script element only `<` could end the data; the others are escaped for whoever copies it elsewhere.
fn escape_for_script(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

/// Within quotes nothing else could end an attribute or be taken for another letter.
fn escape_attribute(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}

/// The hashes of all elements of this name that have their content in the page.
pub fn inline_hashes(html: &str, name: &str) -> Vec<String> {
    let html = html.replace("\r\n", "\n");
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut rest = html.as_str();
    let mut hashes = Vec::new();
    while let Some((_, element)) = rest.split_once(open.as_str()) {
        let Some((attributes, element)) = element.split_once('>') else {
            break;
        };
        let Some((content, after)) = element.split_once(close.as_str()) else {
            break;
        };
        if !attributes.contains(" src=") && !content.is_empty() {
            hashes.push(format!(
                "'sha256-{}'",
                STANDARD.encode(sha256(content.as_bytes()))
            ));
        }
        rest = after;
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page(html: &str) -> WidgetPage {
        WidgetPage::new(html.into(), SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn launch_data_cannot_leave_its_element() {
        let page = page("<html><head></head><body></body></html>").with_launch(
            &json!({"token": "</script><b>&\u{2028}"}),
            None,
            Language::english(),
        );
        assert!(page.contains(r#"id="launch">{"token":"\u003c/script\u003e\u003cb\u003e\u0026\u2028"}</script></head>"#), "{page}");
    }

    #[test]
    fn what_is_asked_cannot_leave_its_attribute() {
        let asked = Asked {
            query: "search=a&copy=\"><script>".into(),
            token: Some(Secret::new("\"><b>&quot;")),
            parameter: None,
        };
        let page = page("<head></head>").with_launch(&json!({}), Some(&asked), Language::english());
        let expected = r#"<head><script type="application/json" data-ask="search=a&amp;copy=&quot;>&lt;script>" data-token="&quot;>&lt;b>&amp;quot;" id="launch">{}</script></head>"#;
        assert_eq!(page, expected);
    }

    #[test]
    fn launch_data_stands_before_the_first_script() {
        let html = "<head><title></title><script>read()</script><script>run()</script></head>";
        let page = page(html).with_launch(&json!({}), None, Language::english());
        let expected = r#"<head><title></title><script type="application/json" id="launch">{}</script><script>read()</script><script>run()</script></head>"#;
        assert_eq!(page, expected);
    }

    #[test]
    fn inline_scripts_are_hashed_and_others_are_not() {
        let html = "<script type=\"module\">import 1</script><script src=\"/a.js\"></script><style>p{}</style>";
        assert_eq!(inline_hashes(html, "style").len(), 1);
        let expected = format!("'sha256-{}'", STANDARD.encode(sha256(b"import 1")));
        assert_eq!(inline_hashes(html, "script"), [expected]);
    }
}
