//! The widget's page: the built index.html, what its scripts and styles hash to, and how launch data gets into it.

use crate::digest::sha256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The built widget in its directory.
pub struct Widget {
    pub directory: PathBuf,
    html: String,
    /// CSP sources of the page's inline scripts and styles: `'sha256-…'`.
    pub script_hashes: Vec<String>,
    pub style_hashes: Vec<String>,
}

impl Widget {
    pub fn read(directory: &Path) -> std::io::Result<Widget> {
        let html = std::fs::read_to_string(directory.join("index.html"))?;
        Ok(Widget {
            directory: directory.into(),
            script_hashes: inline_hashes(&html, "script"),
            style_hashes: inline_hashes(&html, "style"),
            html,
        })
    }

    /// The page with launch data, in an element that a browser reads but does not run.
    pub fn page(&self, launch: &Value) -> String {
        let data = escape_for_script(&launch.to_string());
        let script = format!("<script type=\"application/json\" id=\"launch\">{data}</script>");
        let at = ["</head>", "<body"]
            .iter()
            .find_map(|mark| self.html.find(mark));
        let (before, after) = self.html.split_at(at.unwrap_or(self.html.len()));
        format!("{before}{script}{after}")
    }
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

/// The hashes of all elements of this name that have their content in the page.
fn inline_hashes(html: &str, name: &str) -> Vec<String> {
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

    fn widget(html: &str) -> Widget {
        Widget {
            directory: PathBuf::new(),
            html: html.into(),
            script_hashes: Vec::new(),
            style_hashes: Vec::new(),
        }
    }

    #[test]
    fn launch_data_cannot_leave_its_element() {
        let page = widget("<html><head></head><body></body></html>")
            .page(&json!({"token": "</script><b>&\u{2028}"}));
        assert!(page.contains(r#"id="launch">{"token":"\u003c/script\u003e\u003cb\u003e\u0026\u2028"}</script></head>"#), "{page}");
    }

    #[test]
    fn inline_scripts_are_hashed_and_others_are_not() {
        let html = "<script type=\"module\">import 1</script><script src=\"/a.js\"></script><style>p{}</style>";
        assert_eq!(inline_hashes(html, "style").len(), 1);
        let expected = format!("'sha256-{}'", STANDARD.encode(sha256(b"import 1")));
        assert_eq!(inline_hashes(html, "script"), [expected]);
    }
}
