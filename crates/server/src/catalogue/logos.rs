//! Banks' pictures: fetched once from where the catalogue says, looked at, and kept in memory. A browser never asks the
//! aggregator for one, and never says from where it is to be fetched.

use crate::aggregators::Upstream;
use crate::aggregators::http::{Bounds, Client, may_be_public};
use crate::config::origin::Origin;
use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use url::Url;

/// Nothing that is shown as small as a logo needs more.
const LARGEST: usize = 256 * 1024;

/// What is kept for an address that may be a drawing begins so.
const DRAWING: &str = "drawing ";

/// All pictures together.
const ROOM: u64 = 16 * 1024 * 1024;
const USUAL_SIZE: u64 = 8 * 1024;
/// What a place takes beside its picture.
const PLACE: u64 = 256;

/// At the same moment.
const MOST_FETCHES: usize = 8;
const MOST_OF_QUESTIONS: usize = 8;

/// An address that has brought no picture is not asked again before.
const PAUSE: Duration = Duration::from_secs(600);

pub struct Logos {
    outside: Client,
    /// For pictures of an aggregator that is on this machine.
    here: Client,
    kept: Cache<String, Kept, Weight>,
    fetches: Semaphore,
    patience: Duration,
    /// Whoever is asked has the address, and may ask for it without end: all banks' logos do not wait for that.
    of_questions: Semaphore,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub media_type: &'static str,
    pub bytes: Bytes,
}

#[derive(Clone)]
struct Kept {
    picture: Option<Picture>,
    since: Instant,
}

#[derive(Clone)]
struct Weight;

impl Weighter<String, Kept> for Weight {
    fn weight(&self, _: &String, kept: &Kept) -> u64 {
        let length = kept
            .picture
            .as_ref()
            .map_or(0, |picture| picture.bytes.len());
        PLACE + u64::try_from(length).unwrap_or(u64::MAX)
    }
}

/// Nobody waits long for a picture.
const BOUNDS: Bounds = Bounds {
    connect: Duration::from_secs(3),
    total: Duration::from_secs(5),
    largest: LARGEST,
};

/// There was no place for a fetch: what is at the address nobody knows.
struct Busy;

impl Logos {
    pub fn new() -> Result<Logos, Upstream> {
        Logos::within(BOUNDS)
    }

    fn within(bounds: Bounds) -> Result<Logos, Upstream> {
        let places = usize::try_from(ROOM / USUAL_SIZE).unwrap_or(usize::MAX);
        Ok(Logos {
            outside: Client::public(bounds)?,
            here: Client::within(bounds)?,
            kept: Cache::with_weighter(places, ROOM, Weight),
            fetches: Semaphore::new(MOST_FETCHES),
            patience: bounds.total,
            of_questions: Semaphore::new(MOST_OF_QUESTIONS),
        })
    }

    /// The picture at this address of the catalogue. `local`: the aggregator is on this machine, and so may be its pictures.
    /// Whoever asks while it is fetched waits for the same answer.
    pub async fn picture(&self, address: &str, local: bool) -> Option<Picture> {
        let look = self.look(address, local, &self.fetches);
        self.kept(address, look, picture).await
    }

    /// The same of an address that the operator has written down; it may be a drawing as well.
    pub async fn drawing(&self, address: &str) -> Option<Picture> {
        // What is taken for a picture of the catalogue's is another question.
        let key = format!("{DRAWING}{address}");
        let look = self.look(address, false, &self.fetches);
        self.kept(&key, look, |bytes| {
            drawing(&bytes).or_else(|| picture(bytes))
        })
        .await
    }

    /// The picture at this address now; it is not kept.
    pub async fn fetched(&self, address: &str) -> Option<Picture> {
        let looked = self.look(address, false, &self.of_questions).await;
        picture(looked.ok()??)
    }

    async fn kept(
        &self,
        key: &str,
        look: impl Future<Output = Result<Option<Bytes>, Busy>>,
        parse: impl FnOnce(Bytes) -> Option<Picture>,
    ) -> Option<Picture> {
        let old = |kept: &Kept| kept.picture.is_none() && kept.since.elapsed() > PAUSE;
        self.kept.remove_if(key, old);
        let look = async {
            Ok::<Kept, Busy>(Kept {
                picture: look.await?.and_then(parse),
                since: Instant::now(),
            })
        };
        self.kept.get_or_insert_async(key, look).await.ok()?.picture
    }

    async fn look(
        &self,
        address: &str,
        local: bool,
        places: &Semaphore,
    ) -> Result<Option<Bytes>, Busy> {
        if let Some(data) = address.strip_prefix("data:") {
            return Ok(within_address(data));
        }
        let Some((url, here)) = allowed(address, local) else {
            return Ok(None);
        };
        let place = tokio::time::timeout(self.patience, places.acquire()).await;
        let Ok(Ok(_place)) = place else {
            return Err(Busy);
        };
        Ok(self.fetch(url, here).await)
    }

    async fn fetch(&self, url: Url, here: bool) -> Option<Bytes> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let client = if here { &self.here } else { &self.outside };
        let request = client.request(reqwest::Method::GET, url);
        match client.send_within(request, LARGEST).await {
            Ok(reply) if reply.status.is_success() => Some(reply.body.into()),
            Ok(reply) => {
                tracing::debug!(host, status = reply.status.as_u16(), "a logo is not there");
                None
            }
            Err(error) => {
                tracing::debug!(host, %error, "a logo cannot be fetched");
                None
            }
        }
    }
}

/// Of a `data:` address, what is behind that.
fn within_address(data: &str) -> Option<Bytes> {
    let (_, encoded) = data.split_once(";base64,")?;
    STANDARD.decode(encoded).ok().map(Bytes::from)
}

/// Where it may be fetched, and whether that is this machine.
fn allowed(address: &str, local: bool) -> Option<(Url, bool)> {
    let url = Url::parse(address).ok()?;
    let origin = Origin::of(address)?;
    let here = origin.is_local();
    let outside = origin.is_https() && !here && may_be_public(&url);
    (outside || (here && local)).then_some((url, here))
}

/// By what it begins with: neither a name nor a header makes a picture. SVG is none: it can have script in it.
fn picture(bytes: Bytes) -> Option<Picture> {
    let media_type = match bytes.get(..12)? {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => "image/webp",
        _ => return None,
    };
    (bytes.len() <= LARGEST).then_some(Picture { media_type, bytes })
}

/// One drawing of two pictures: the dark one where the page around it is dark. There it has a ground of its own, since
/// pictures of banks stand on white also there. `light` may be missing: then the dark one stands on its ground everywhere.
/// Source: an image's `prefers-color-scheme` is the color scheme of the element that shows it, CSS Color Adjustment 2.2,
/// https://drafts.csswg.org/css-color-adjust/#color-scheme-effect
pub fn both(light: Option<&Picture>, dark: &Picture) -> Picture {
    let image = |picture: &Picture| {
        let (kind, data) = (picture.media_type, STANDARD.encode(&picture.bytes));
        format!(r#"<image width="96" height="96" href="data:{kind};base64,{data}"/>"#)
    };
    let style = match light {
        Some(_) => {
            "<style>.d{display:none}@media(prefers-color-scheme:dark){.d{display:inline}.l{display:none}}</style>"
        }
        None => "",
    };
    let light = light.map(image).unwrap_or_default();
    let dark = image(dark);
    let drawing = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">{style}<g class="l">{light}</g><g class="d"><path fill="#161a21" d="M0 0h96v96H0z"/>{dark}</g></svg>"##
    );
    Picture {
        media_type: "image/svg+xml",
        bytes: drawing.into(),
    }
}

/// SVG, by what it begins with.
fn drawing(bytes: &Bytes) -> Option<Picture> {
    let text = std::str::from_utf8(bytes).ok()?.trim_start();
    let begins = ["<svg", "<?xml", "<!--"].iter();
    let is_drawing = begins.copied().any(|mark| text.starts_with(mark)) && text.contains("<svg");
    (is_drawing && bytes.len() <= LARGEST).then(|| Picture {
        media_type: "image/svg+xml",
        bytes: bytes.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::http::StatusCode;
    use axum::routing::get;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";

    async fn served(router: Router) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    /// A host of pictures that counts how often it was asked.
    async fn host() -> (String, Arc<AtomicU32>) {
        let asked = Arc::new(AtomicU32::new(0));
        let count = asked.clone();
        let png = move || {
            count.fetch_add(1, Ordering::Relaxed);
            async { PNG }
        };
        let large = || async { [PNG, &vec![0; LARGEST]].concat() };
        let svg = || async {
            (
                [("content-type", "image/png")],
                "<svg xmlns='http://www.w3.org/2000/svg'/>",
            )
        };
        let moved = || async { (StatusCode::FOUND, [("location", "/a.png")]) };
        let router = Router::new()
            .route("/a.png", get(png))
            .route("/large.png", get(large))
            .route("/b.png", get(svg))
            .route("/moved.png", get(moved));
        (served(router).await, asked)
    }

    #[tokio::test]
    async fn a_picture_is_fetched_once_however_many_ask() {
        let (host, asked) = host().await;
        let logos = Logos::new().expect("a client");
        let address = format!("{host}/a.png");
        let (one, other) =
            tokio::join!(logos.picture(&address, true), logos.picture(&address, true));
        let picture = one.expect("a picture");
        assert_eq!((picture.media_type, &*picture.bytes), ("image/png", PNG));
        assert_eq!(other, Some(picture));
        assert!(logos.picture(&address, true).await.is_some());
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }

    /// A host that answers nothing but for one picture.
    async fn silent() -> (String, Arc<AtomicU32>) {
        let asked = Arc::new(AtomicU32::new(0));
        let count = asked.clone();
        let nothing = move || {
            count.fetch_add(1, Ordering::Relaxed);
            std::future::pending::<()>()
        };
        let router = Router::new()
            .route("/a.png", get(|| async { PNG }))
            .fallback(nothing);
        (served(router).await, asked)
    }

    fn impatient() -> Arc<Logos> {
        let bounds = Bounds {
            total: Duration::from_millis(200),
            ..BOUNDS
        };
        Arc::new(Logos::within(bounds).expect("a client"))
    }

    #[tokio::test]
    async fn whoever_waits_for_a_place_gives_up_and_that_says_nothing_of_the_picture() {
        let (host, asked) = silent().await;
        let logos = impatient();
        let mut waiting = tokio::task::JoinSet::new();
        let last = format!("{host}/a.png");
        let silent = (0..80).map(|number| format!("{host}/{number}"));
        for address in silent.chain([last.clone()]) {
            let logos = logos.clone();
            waiting.spawn(async move { logos.picture(&address, true).await });
        }
        while let Some(picture) = waiting.join_next().await {
            assert_eq!(picture.expect("it ends"), None);
        }
        // Some come into a place in the moment in which they give up.
        let asked = asked.load(Ordering::Relaxed);
        assert!(asked <= 24, "{asked}");
        assert!(logos.picture(&last, true).await.is_some());
    }

    #[tokio::test]
    async fn pictures_of_questions_keep_no_logo_waiting() {
        let (host, asked) = silent().await;
        let logos = Arc::new(Logos::new().expect("a client"));
        for number in 0..40 {
            let (logos, address) = (logos.clone(), format!("{host}/{number}"));
            tokio::spawn(async move {
                let _ = logos.look(&address, true, &logos.of_questions).await;
            });
        }
        while asked.load(Ordering::Relaxed) < 8 {
            tokio::task::yield_now().await;
        }
        let logo = logos.picture(&format!("{host}/a.png"), true).await;
        assert!(logo.is_some());
    }

    #[tokio::test]
    async fn a_drawing_and_a_picture_of_one_address_are_two_things() {
        let logos = Logos::new().expect("a client");
        let svg = STANDARD.encode("<svg xmlns='http://www.w3.org/2000/svg'/>");
        let address = format!("data:image/svg+xml;base64,{svg}");
        for _ in 0..2 {
            assert_eq!(logos.picture(&address, false).await, None);
            assert!(logos.drawing(&address).await.is_some());
        }
    }

    #[tokio::test]
    async fn what_is_no_picture_or_too_large_or_elsewhere_is_not_shown() {
        let (host, asked) = host().await;
        let logos = Logos::new().expect("a client");
        for path in ["/large.png", "/b.png", "/moved.png", "/nothing.png"] {
            let address = format!("{host}{path}");
            assert_eq!(logos.picture(&address, true).await, None, "{path}");
        }
        assert_eq!(asked.load(Ordering::Relaxed), 0);
        // An aggregator elsewhere may not send this server to its own machine.
        for address in [
            format!("{host}/a.png?2"),
            format!("{}/a.png", host.replace("http:", "https:")),
            "http://pictures.example/a.png".into(),
            "file:///etc/passwd".into(),
        ] {
            assert_eq!(logos.picture(&address, false).await, None, "{address}");
        }
        assert_eq!(asked.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_picture_may_stand_in_its_address() {
        let logos = Logos::new().expect("a client");
        let address = format!("data:image/svg+xml;base64,{}", STANDARD.encode(PNG));
        let picture = logos.picture(&address, false).await.expect("a picture");
        assert_eq!(picture.media_type, "image/png");
        let svg = format!(
            "data:image/png;base64,{}",
            STANDARD.encode("<svg></svg><!-- -->")
        );
        for address in [
            svg.as_str(),
            "data:image/png,PNG",
            "data:image/png;base64,%",
        ] {
            assert_eq!(logos.picture(address, false).await, None, "{address}");
        }
    }

    #[test]
    fn two_pictures_are_one_drawing_that_chooses() {
        let one = |bytes: &'static [u8]| picture(Bytes::from_static(bytes)).expect("a picture");
        let (light, dark) = (one(PNG), one(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01"));
        let drawn = both(Some(&light), &dark);
        assert!(drawing(&drawn.bytes).is_some());
        let text = String::from_utf8(drawn.bytes.to_vec()).expect("a text");
        let part = |kind: &str, bytes| format!("data:{kind};base64,{}", STANDARD.encode(bytes));
        let (first, second) = text.split_once(r#"<g class="d">"#).expect("two parts");
        assert!(first.contains(&part("image/png", light.bytes)), "{text}");
        assert!(first.contains("prefers-color-scheme:dark"), "{text}");
        assert!(
            second.contains(&part("image/jpeg", dark.bytes.clone())),
            "{text}"
        );
        let alone = both(None, &dark);
        let text = String::from_utf8(alone.bytes.to_vec()).expect("a text");
        assert!(
            !text.contains("display:none") && text.contains("image/jpeg"),
            "{text}"
        );
    }

    #[test]
    fn pictures_are_known_by_what_they_begin_with() {
        let kind =
            |bytes: &'static [u8]| picture(Bytes::from_static(bytes)).map(|found| found.media_type);
        assert_eq!(
            kind(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01"),
            Some("image/jpeg")
        );
        assert_eq!(kind(b"GIF89a\x01\0\x01\0\0\0"), Some("image/gif"));
        assert_eq!(kind(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(kind(b"RIFF\0\0\0\0WAVEfmt "), None);
        assert_eq!(kind(b"\x89PNG"), None);
        assert_eq!(kind(b""), None);
    }

    #[test]
    fn no_picture_is_fetched_from_the_operators_own_network() {
        for address in [
            "https://10.0.0.5/a.png",
            "https://169.254.169.254/a.png",
            "https://127.0.0.2/a.png",
            "https://[fd00::1]/a.png",
            "https://2130706433/a.png",
            "http://pictures.example/a.png",
        ] {
            assert!(allowed(address, false).is_none(), "{address}");
        }
        assert!(allowed("https://pictures.example/a.png", false).is_some());
    }
}
