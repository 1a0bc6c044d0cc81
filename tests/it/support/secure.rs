//! A web server on loopback behind TLS, with a certificate of its own authority,
//! that remembers every request.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What is to be said of the server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certificate {
    /// In order, for who trusts the authority.
    Good,
    Expired,
    /// In order, for another host.
    OfAnother,
}

/// One request as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) version: Version,
    /// Which connection it came over, counted from 0.
    pub(crate) connection: usize,
}

/// The server; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct SecureOrigin {
    address: SocketAddr,
    log: Arc<Mutex<Vec<Asked>>>,
    _runtime: Runtime,
}

impl SecureOrigin {
    /// Starts one that speaks these protocols, best first, and answers what
    /// `answer` says for a path.
    pub(crate) fn start(
        certificate: Certificate,
        protocols: &[&str],
        answer: fn(&str) -> String,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let config = config(certificate, protocols);
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::<Mutex<Vec<Asked>>>::default();
        runtime.spawn(serve(
            listener,
            TlsAcceptor::from(Arc::new(config)),
            Arc::clone(&log),
            answer,
        ));
        SecureOrigin { address, log, _runtime: runtime }
    }

    /// The certificate of the authority that gave it its own.
    pub(crate) fn authority() -> PathBuf {
        fixture("authority.pem")
    }

    /// A certificate that vouches for none of ours.
    pub(crate) fn stranger() -> PathBuf {
        fixture("other.pem")
    }

    /// The address of `path` here.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    /// Every request so far.
    pub(crate) fn log(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }
}

/// What `tests/fixtures/tls` has: an authority that nobody else knows, and
/// certificates that it gave, all for one key.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls").join(name)
}

fn config(certificate: Certificate, protocols: &[&str]) -> ServerConfig {
    let name = match certificate {
        Certificate::Good => "good.pem",
        Certificate::Expired => "expired.pem",
        Certificate::OfAnother => "other.pem",
    };
    let chain = vec![CertificateDer::from_pem_file(fixture(name)).unwrap()];
    let key = PrivateKeyDer::from_pem_file(fixture("key.pem")).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    let mut config = config.with_single_cert(chain, key).unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    config
}

async fn serve(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    log: Arc<Mutex<Vec<Asked>>>,
    answer: fn(&str) -> String,
) {
    for connection in 0.. {
        let Ok((stream, _)) = listener.accept().await else { return };
        let (acceptor, log) = (acceptor.clone(), Arc::clone(&log));
        tokio::spawn(async move {
            // A client that does not trust us goes away; that is what some tests are about.
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let service = service_fn(|request: Request<Incoming>| {
                let path = request.uri().path().to_owned();
                let body = answer(&path);
                log.lock().unwrap().push(Asked { path, version: request.version(), connection });
                async move { Ok::<_, Infallible>(Response::new(body)) }
            });
            let builder = auto::Builder::new(TokioExecutor::new());
            drop(builder.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}
