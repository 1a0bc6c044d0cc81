//! Hosts behind TLS, as they see us, and what a person is told of those that
//! cannot be trusted.

use std::net::TcpListener;

use hyper::Version;

use crate::support::desk::{Desk, Ran};
use crate::support::secure::{Certificate, SecureOrigin};

/// A desk that may ask loopback, without a pause, and follows the feed at `url`.
fn following(url: &str) -> Desk {
    let desk = Desk::new();
    desk.write(
        "tearsheet.toml",
        "[fetch]\nallow_addresses = ['127.0.0.0/8']\nper_host_delay = '0s'\n",
    );
    desk.ok(&["add", "--kind", "feed", url]);
    desk
}

/// Polls at a desk that trusts the authority of the tests, or only a stranger.
fn poll(desk: &Desk, trusts: bool) -> Ran {
    let trusted = if trusts { SecureOrigin::authority() } else { SecureOrigin::stranger() };
    let mut command = desk.command(&["fetch", "--all"]);
    Ran::of(command.env("SSL_CERT_FILE", trusted).output().unwrap())
}

fn source(desk: &Desk) -> serde_json::Value {
    desk.json(&["sql", "--format", "json", "select * from sources"])[0].clone()
}

/// A feed with two stories, and pages that hold them.
fn daily(path: &str) -> String {
    match path {
        "/feed" => "<rss><channel><title>Daily</title>\
            <item><title>Storm nears</title><link>/storm</link></item>\
            <item><title>Calm returns</title><link>/calm</link></item></channel></rss>"
            .to_owned(),
        "/robots.txt" => String::new(),
        story => {
            let paragraphs = ["roofs", "harbours", "schools"].map(|what| {
                format!(
                    "<p>The council met to hear of the {what} of {story}. It agreed to look at the \
                     figures for the {what} once more, and to pay for the worst of them before the \
                     winter. Nobody could say how long that would take, or who in {story} would do it.</p>"
                )
            });
            format!(
                "<!doctype html><title>{story}</title><article><h1>{story}</h1>{}</article>",
                paragraphs.concat()
            )
        }
    }
}

#[test]
fn everything_of_a_host_goes_over_one_connection_in_the_best_protocol_it_speaks() {
    for (protocols, version) in
        [(&["h2", "http/1.1"][..], Version::HTTP_2), (&["http/1.1"], Version::HTTP_11)]
    {
        let origin = SecureOrigin::start(Certificate::Good, protocols, daily);
        let desk = following(&origin.url("/feed"));
        let ran = poll(&desk, true);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        let log = origin.log();
        let paths: Vec<&str> = log.iter().map(|asked| asked.path.as_str()).collect();
        assert_eq!(paths, ["/feed", "/robots.txt", "/calm", "/storm"]);
        assert!(
            log.iter().all(|asked| (asked.version, asked.connection) == (version, 0)),
            "{log:?}"
        );
    }
}

#[test]
fn a_certificate_that_cannot_be_trusted_is_refused_and_a_person_is_told_what_to_do() {
    for (certificate, known, why) in [
        (Certificate::Good, false, "UnknownIssuer"),
        (Certificate::Expired, true, "expired"),
        (Certificate::OfAnother, true, "not valid for"),
    ] {
        let origin = SecureOrigin::start(certificate, &["h2", "http/1.1"], daily);
        let desk = following(&origin.url("/feed"));
        poll(&desk, known);
        let source = source(&desk);
        assert_eq!(source["last_error_kind"], "tls", "{certificate:?}: {source}");
        let error = source["last_error"].as_str().unwrap();
        assert!(error.contains(why), "{certificate:?}: {error}");
        assert!(origin.log().is_empty(), "nothing is asked of it");
        let status = desk.run(&["status"]).stdout;
        assert!(status.contains("certificate") && status.contains("SSL_CERT_FILE"), "{status}");
    }
}

#[test]
fn a_handshake_that_never_ends_is_a_timeout() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let desk = following(&format!("https://{}/feed", silent.local_addr().unwrap()));
    desk.run(&["fetch", "--all", "--set", "fetch.timeout=1s"]);
    assert_eq!(source(&desk)["last_error_kind"], "timeout");
}
