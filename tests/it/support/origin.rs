//! A web server on loopback that says what a test tells it to, byte for byte
//! if need be, and remembers every request.
//!
//! It runs on threads of its own, so that it serves plain tests, asynchronous
//! ones and child processes alike.

use std::collections::HashMap;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::time::Duration;
use std::time::Instant;

/// How long a reply waits for a second request to arrive.
const COMPANY: Duration = Duration::from_millis(50);
/// Between two drops of a server that says a little at a time.
const DRIP: Duration = Duration::from_millis(20);
/// A socket that is silent for so long belongs to a test that is over.
const SILENCE: Duration = Duration::from_secs(30);

/// One answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// Sent instead of a head and body made from the above.
    raw: Option<Vec<u8>>,
    then: Then,
    waits_for_company: bool,
    /// To a client that has this version, 304 is said instead.
    version: Option<String>,
}

#[derive(Clone, Debug)]
enum Then {
    /// Serve the connection's next request.
    KeepOpen,
    Close,
    /// Say nothing more until the client gives up.
    Hang,
    /// Send this again and again until the client gives up, after each pause.
    Repeat(Vec<u8>, Duration),
}

impl Reply {
    /// An answer with this status, without a body.
    pub(crate) fn status(status: u16) -> Self {
        Reply {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            raw: None,
            then: Then::KeepOpen,
            waits_for_company: false,
            version: None,
        }
    }

    /// 200 with this body.
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Reply::status(200).body(body)
    }

    /// A redirect.
    pub(crate) fn redirect(status: u16, location: &str) -> Self {
        Reply::status(status).header("Location", location)
    }

    /// These bytes and nothing else, then the end of the connection.
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Reply { raw: Some(bytes.into()), then: Then::Close, ..Reply::status(0) }
    }

    /// The connection ends without an answer.
    pub(crate) fn close() -> Self {
        Reply::raw("")
    }

    /// Carries this `ETag`, and is a 304 where the client sends it back.
    pub(crate) fn version(self, tag: &str) -> Self {
        Reply { version: Some(tag.to_owned()), ..self.header("ETag", tag) }
    }

    /// What this answer is to a client that has `version` already.
    fn only_for_holder_of(self, version: Option<&str>) -> Self {
        let unchanged = version.is_some() && self.version.as_deref() == version;
        if unchanged { Reply { status: 304, body: Vec::new(), ..self } } else { self }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// After this nothing follows, but the connection stays open.
    pub(crate) fn then_hang(mut self) -> Self {
        self.then = Then::Hang;
        self
    }

    /// After this, these bytes follow for ever.
    pub(crate) fn then_forever(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then = Then::Repeat(bytes.into(), Duration::ZERO);
        self
    }

    /// After this, these bytes follow again and again, slowly.
    pub(crate) fn then_drip(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.then = Then::Repeat(bytes.into(), DRIP);
        self
    }

    /// Is held back for a moment, so that a request that could come at the same
    /// time does: see [`Origin::most_at_once`].
    pub(crate) fn waits_for_company(mut self) -> Self {
        self.waits_for_company = true;
        self
    }

    fn bytes(&self) -> Vec<u8> {
        if let Some(raw) = &self.raw {
            return raw.clone();
        }
        let mut head = format!("HTTP/1.1 {} Scripted\r\n", self.status);
        for (name, value) in &self.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        if !matches!(self.status, 204 | 304) {
            head.extend(["Content-Length: ", &self.body.len().to_string(), "\r\n"]);
        }
        [head.as_bytes(), b"\r\n", &self.body].concat()
    }
}

/// One request as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Path and query.
    pub(crate) path: String,
    /// Names in lower case.
    pub(crate) headers: HashMap<String, String>,
    /// Which connection it came over, counted from 0.
    pub(crate) connection: usize,
    /// When its head had come in.
    pub(crate) at: Instant,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

#[derive(Debug, Default)]
struct State {
    /// Replies to come by path; the last one stays.
    scripts: HashMap<String, Vec<Reply>>,
    log: Vec<Request>,
    connections: usize,
    at_once: usize,
    most_at_once: usize,
    over: bool,
}

/// The server; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Origin {
    address: SocketAddr,
    shared: Arc<(Mutex<State>, Condvar)>,
}

impl Origin {
    /// Starts one on a free port; what is not scripted is a 404.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::<(Mutex<State>, Condvar)>::default();
        let served = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut state = served.0.lock().unwrap();
                if state.over {
                    break;
                }
                let number = state.connections;
                state.connections += 1;
                drop(state);
                let served = Arc::clone(&served);
                // A client that goes away is none of our business.
                std::thread::spawn(move || drop(serve(&stream, number, &served)));
            }
        });
        Origin { address, shared }
    }

    /// The address of `path` here.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Host and port, as politeness names them.
    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    /// Answers every request for `path` (with its query) so.
    pub(crate) fn on(&self, path: &str, reply: Reply) {
        self.script(path, [reply]);
    }

    /// Answers requests for `path` one after the other; the last reply stays.
    pub(crate) fn script(&self, path: &str, replies: impl IntoIterator<Item = Reply>) {
        let replies = replies.into_iter().collect();
        self.shared.0.lock().unwrap().scripts.insert(path.to_owned(), replies);
    }

    /// Every request so far.
    pub(crate) fn log(&self) -> Vec<Request> {
        self.shared.0.lock().unwrap().log.clone()
    }

    /// The paths of every request so far.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.log().into_iter().map(|request| request.path).collect()
    }

    /// Waits until `path` is asked for.
    pub(crate) fn wait_for(&self, path: &str) {
        let (state, asked) = &*self.shared;
        let is_missing = |state: &mut State| !state.log.iter().any(|it| it.path == path);
        drop(asked.wait_while(state.lock().unwrap(), is_missing).unwrap());
    }

    /// The largest number of requests that were under way together.
    pub(crate) fn most_at_once(&self) -> usize {
        self.shared.0.lock().unwrap().most_at_once
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.shared.0.lock().unwrap().over = true;
        // Wakes the listener, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(
    stream: &TcpStream,
    connection: usize,
    (state, company): &(Mutex<State>, Condvar),
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    while let Some(request) = read_request(&mut reader, connection)? {
        let mut locked = state.lock().unwrap();
        let reply = next_reply(&mut locked.scripts, &request.path)
            .only_for_holder_of(request.header("if-none-match"));
        locked.log.push(request);
        locked.at_once += 1;
        locked.most_at_once = locked.most_at_once.max(locked.at_once);
        company.notify_all();
        if reply.waits_for_company {
            let alone = |state: &mut State| state.at_once < 2;
            locked = company.wait_timeout_while(locked, COMPANY, alone).unwrap().0;
        }
        // Before the answer: once the client has it, its next request is not company.
        locked.at_once -= 1;
        drop(locked);
        writer.write_all(&reply.bytes())?;
        match reply.then {
            Then::KeepOpen => {}
            Then::Close => return Ok(()),
            Then::Hang => return reader.read(&mut [0; 1]).map(drop),
            Then::Repeat(bytes, pause) => loop {
                writer.write_all(&bytes)?;
                #[expect(clippy::disallowed_methods, reason = "a slow server on its own thread")]
                std::thread::sleep(pause);
            },
        }
    }
    Ok(())
}

fn next_reply(scripts: &mut HashMap<String, Vec<Reply>>, path: &str) -> Reply {
    match scripts.get_mut(path) {
        Some(replies) if replies.len() > 1 => replies.remove(0),
        Some(replies) => replies.first().cloned().unwrap_or_else(Reply::close),
        None => Reply::status(404).body("no such page"),
    }
}

fn read_request(reader: &mut impl BufRead, connection: usize) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = HashMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim_start().to_owned());
    }
    Ok(Some(Request { path, headers, connection, at: Instant::now() }))
}
