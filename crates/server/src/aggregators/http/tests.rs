//! What the way out lets through: which addresses, which answers, and what its errors say.

use super::addresses::is_public;
use super::*;
use connect_fakes::serving::{Answer, Fake};

#[test]
fn addresses_that_are_not_in_the_internet_are_known() {
    let table = [
        ("8.8.8.8", true),
        ("172.15.255.255", true),
        ("172.32.0.1", true),
        ("100.63.255.255", true),
        ("100.128.0.1", true),
        ("2606:4700::1111", true),
        ("64:ff9b::8.8.8.8", true),
        ("0.0.0.0", false),
        ("10.1.2.3", false),
        ("100.64.0.1", false),
        ("100.127.255.255", false),
        ("127.0.0.1", false),
        ("127.255.255.255", false),
        ("169.254.169.254", false),
        ("168.63.129.16", false),
        ("168.63.129.17", true),
        ("172.16.0.1", false),
        ("172.31.255.255", false),
        ("192.0.0.8", false),
        ("192.168.1.1", false),
        ("198.19.0.1", false),
        ("224.0.0.1", false),
        ("239.255.255.255", false),
        ("255.255.255.255", false),
        ("::", false),
        ("::1", false),
        ("::127.0.0.1", false),
        ("::ffff:127.0.0.1", false),
        ("::ffff:8.8.8.8", false),
        ("64:ff9b::10.0.0.1", false),
        ("64:ff9b:1::1", false),
        ("2001::1", false),
        ("2001:db8::1", false),
        ("2002:7f00:1::1", false),
        ("fc00::1", false),
        ("fd12:3456::1", false),
        ("fe80::1", false),
        ("ff02::1", false),
    ];
    for (text, public) in table {
        let address = text.parse().unwrap();
        assert_eq!(is_public(address), public, "{text}");
    }
}

#[test]
fn only_listed_origins_are_called() {
    let guarded = guarded(&["https://bridge.example"], &["http://127.0.0.1:9999"]);
    let table = [
        ("https://bridge.example/claim/demo", "called"),
        ("https://BRIDGE.example:443/", "called"),
        ("http://127.0.0.1:9999/accounts", "called"),
        ("http://bridge.example/", "NotHttps"),
        ("ftp://bridge.example/", "NotHttps"),
        ("file:///etc/passwd", "NotHttps"),
        ("https://bridge.example:8443/", "NotListed"),
        ("https://bridge.example.evil.example/", "NotListed"),
        ("https://bridge.example./", "NotListed"),
        ("https://127.0.0.1/", "Address"),
        ("https://2130706433/", "Address"),
        ("https://0x7f.1/", "Address"),
        ("https://[::1]/", "Address"),
        ("https://[::ffff:10.0.0.1]/", "Address"),
        ("http://127.0.0.1:9998/", "NotHttps"),
        ("http://user:word@127.0.0.1:9999/", "Userinfo"),
        ("https://user@bridge.example/", "Userinfo"),
    ];
    for (text, expected) in table {
        let got = match guarded.check(&Url::parse(text).unwrap()) {
            Ok(()) => "called".to_owned(),
            Err(refused) => format!("{refused:?}"),
        };
        assert!(got.starts_with(expected), "{text}: {got}");
    }
}

#[test]
fn an_operator_s_wrong_origin_is_named() {
    let table = [
        ("bridge.example", "", "bridge.example"),
        ("http://bridge.example", "", "https://"),
        ("https://10.0.0.1", "", "private_servers"),
        ("https://bridge.example/simplefin", "", "nothing may follow"),
        ("", "http://bank.lan", "on this machine"),
        ("", "ftp://127.0.0.1", "https://"),
    ];
    for (public, private, words) in table {
        let list = |text: &str| Vec::from_iter((!text.is_empty()).then(|| text.to_owned()));
        let error = Origins::parse(&list(public), &list(private)).unwrap_err();
        assert!(error.contains(words), "{public}{private}: {error}");
    }
    let secret = Origins::parse(&["https://me:hidden@bridge.example".into()], &[]).unwrap_err();
    assert!(!secret.contains("hidden"), "{secret}");
}

#[tokio::test]
async fn a_listed_name_that_resolves_to_this_machine_is_not_called() {
    let guarded = guarded(&["https://localhost:1"], &[]);
    let url = Url::parse("https://localhost:1/hidden").unwrap();
    let error = guarded.call(Method::GET, url, |request| request).await;
    let Err(Upstream::Misconfigured(words)) = error.map(drop) else {
        panic!("it was called");
    };
    assert!(
        words.contains("localhost is in a private network"),
        "{words}"
    );
    assert!(!words.contains("hidden"), "{words}");
}

#[tokio::test]
async fn an_answer_that_cannot_be_used_says_why_and_tells_no_secret() {
    let fake = Fake::start(axum::Router::new()).await;
    let long = vec![b'x'; 10_000];
    let table = [
        (Answer::Never, "it took too long"),
        (Answer::Cut(b"{".into()), "the connection broke off"),
        (Answer::json(200, long), "its answer is too long"),
        (
            Answer::status(302).and("location", "/elsewhere"),
            "redirects are not followed",
        ),
        (Answer::status(307), "redirects are not followed"),
    ];
    let guarded = guarded(&[], &[&fake.origin()]);
    for (answer, words) in table {
        fake.next("/hidden-token", answer);
        let url = Url::parse(&format!("{}/hidden-token", fake.origin())).unwrap();
        let error = guarded.call(Method::GET, url, |request| request).await;
        let error = error.map(drop).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{error:?}").contains("hidden"), "{error:?}");
    }
    let asked = fake.requests();
    assert!(
        asked.iter().all(|request| request.path == "/hidden-token"),
        "{asked:?}"
    );
}

#[tokio::test]
async fn a_limit_of_calls_says_when_to_come_again() {
    let fake = Fake::start(axum::Router::new()).await;
    let guarded = guarded(&[], &[&fake.origin()]);
    let table = [
        ("90", Some(90)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", Some(0)),
        ("soon", None),
    ];
    for (header, seconds) in table {
        fake.next("/", Answer::status(429).and("retry-after", header));
        let url = Url::parse(&fake.origin()).unwrap();
        let reply = guarded
            .call(Method::GET, url, |request| request)
            .await
            .unwrap();
        assert_eq!(
            reply.retry_after,
            seconds.map(Duration::from_secs),
            "{header}"
        );
    }
}

fn guarded(public: &[&str], private: &[&str]) -> Guarded {
    let texts = |list: &[&str]| Vec::from_iter(list.iter().map(|text| (*text).to_owned()));
    let origins = Origins::parse(&texts(public), &texts(private)).unwrap();
    let bounds = Bounds {
        total: Duration::from_millis(300),
        largest: 9_999,
        ..Bounds::default()
    };
    Client::guarded(origins, bounds).unwrap()
}
