//! A page that is made here, compressed once for all who ask for it.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write};

pub struct Packed {
    plain: Bytes,
    pub brotli: Bytes,
    pub gzip: Bytes,
}

impl Packed {
    /// As small as it gets: it is done once, and takes some hundredths of a second.
    pub fn new(text: &[u8]) -> io::Result<Packed> {
        let mut small = Vec::new();
        let params = brotli::enc::BrotliEncoderParams {
            quality: 11,
            lgwin: 22,
            size_hint: text.len(),
            ..Default::default()
        };
        brotli::BrotliCompress(&mut &*text, &mut small, &params)?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(text)?;
        Ok(Packed {
            plain: Bytes::copy_from_slice(text),
            brotli: small.into(),
            gzip: gzip.finish()?.into(),
        })
    }

    /// As an HTML page, in what the asking browser reads.
    pub fn page(&self, asked: &HeaderMap) -> Response {
        let (encoding, bytes) = match () {
            () if takes(asked, "br") => (Some("br"), &self.brotli),
            () if takes(asked, "gzip") => (Some("gzip"), &self.gzip),
            () => (None, &self.plain),
        };
        let mut response = Html(Body::from(bytes.clone())).into_response();
        if let Some(encoding) = encoding {
            let encoding = HeaderValue::from_static(encoding);
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, encoding);
        }
        response
    }
}

/// Named, and not with a weight of nothing (RFC 9110 12.5.3).
fn takes(asked: &HeaderMap, encoding: &str) -> bool {
    let lines = asked.get_all(header::ACCEPT_ENCODING).iter();
    let mut offers = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    offers.any(|offer| {
        let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
        name.trim().eq_ignore_ascii_case(encoding) && weight.parse() != Ok(0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn encoding(accepts: &str) -> Option<String> {
        let mut asked = HeaderMap::new();
        asked.extend([(
            header::ACCEPT_ENCODING,
            HeaderValue::from_str(accepts).expect("a value"),
        )]);
        let page = Packed::new(b"page").expect("compressed").page(&asked);
        let encoding = page.headers().get(header::CONTENT_ENCODING)?;
        Some(encoding.to_str().expect("a name").to_owned())
    }

    #[test]
    fn a_browser_gets_what_it_reads() {
        for (accepts, expected) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("br;q=0, GZIP;q=0.5", Some("gzip")),
            ("br;q=0.0", None),
            ("brotli", None),
            ("", None),
        ] {
            assert_eq!(encoding(accepts).as_deref(), expected, "{accepts}");
        }
    }

    #[test]
    fn what_is_compressed_is_the_page() {
        let text = "widget ".repeat(1000);
        let packed = Packed::new(text.as_bytes()).expect("compressed");
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &*packed.brotli, &mut plain).expect("brotli");
        assert_eq!(plain, text.as_bytes());
        let mut unzipped = String::new();
        flate2::read::GzDecoder::new(&*packed.gzip)
            .read_to_string(&mut unzipped)
            .expect("gzip");
        assert_eq!(unzipped, text);
    }
}
