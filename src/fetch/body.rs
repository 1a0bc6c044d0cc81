//! Reads a body up to the limit, never past it.

use std::io;
use std::io::Cursor;
use std::io::Read;
use std::vec;

use reqwest::Response;
use reqwest::header::CONTENT_ENCODING;
use tokio::sync::mpsc;

use crate::fetch::coding;
use crate::fetch::coding::CodingError;
use crate::fetch::failure::Failure;
use crate::limits::COMPRESSED_BUFFER_BYTES;
use crate::limits::COMPRESSED_CHUNKS_AHEAD;
use crate::limits::ERROR_BODY_BYTES_MAX;
use crate::limits::ERROR_BODY_TIMEOUT;
use crate::limits::READ_TIMEOUT;
use crate::outcome::Outcome;

/// What to do with a body that is larger than its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beyond {
    /// The fetch fails.
    Refuse,
    /// The beginning is enough.
    Cut,
}

/// How much of a body is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    /// Bytes, on the wire and after decompression.
    pub(super) limit: usize,
    pub(super) beyond: Beyond,
}

impl Bound {
    /// Applies to a body of which at most one byte beyond the limit was read.
    fn apply(self, mut body: Vec<u8>) -> Result<Vec<u8>, Failure> {
        if body.len() > self.limit {
            if self.beyond == Beyond::Refuse {
                return Err(Failure::too_large(self.limit));
            }
            body.truncate(self.limit);
        }
        Ok(body)
    }

    fn is_passed_by(self, bytes: u64) -> bool {
        usize::try_from(bytes).map_or(true, |bytes| bytes > self.limit)
    }
}

/// Reads and unpacks a body; `wire` counts its bytes as they arrive.
///
/// A `Content-Length` beyond the limit is believed at once; one within it is
/// not relied upon.
pub(super) async fn read(
    response: Response,
    bound: Bound,
    wire: &mut u64,
) -> Result<Vec<u8>, Failure> {
    let values = response.headers().get_all(CONTENT_ENCODING).into_iter();
    let codings = coding::codings(values.map(|value| value.to_str().unwrap_or("?")))?;
    let announced = response.content_length();
    if bound.beyond == Beyond::Refuse && announced.is_some_and(|bytes| bound.is_passed_by(bytes)) {
        return Err(Failure::too_large(bound.limit));
    }
    if codings.is_empty() {
        return read_plain(response, bound, wire).await;
    }
    read_packed(response, codings, bound, wire).await
}

async fn read_plain(
    mut response: Response,
    bound: Bound,
    wire: &mut u64,
) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while body.len() <= bound.limit {
        let Some(chunk) = next_chunk(&mut response, wire).await? else { break };
        coding::append(&mut body, chunk.as_ref(), bound.limit);
    }
    bound.apply(body)
}

/// Unpacks off the async threads, and while the body still arrives: a bomb ends
/// both at the limit. A thread is taken only once there is something to do for it.
async fn read_packed(
    mut response: Response,
    codings: Vec<coding::Coding>,
    bound: Bound,
    wire: &mut u64,
) -> Result<Vec<u8>, Failure> {
    let mut head = Vec::new();
    let (sender, rest) = mpsc::channel(COMPRESSED_CHUNKS_AHEAD);
    let mut complete = false;
    while !complete && *wire < COMPRESSED_BUFFER_BYTES as u64 {
        match next_packed(&mut response, bound, wire).await? {
            Some(chunk) => head.push(chunk),
            None => complete = true,
        }
    }
    if complete && *wire == 0 {
        return Ok(Vec::new());
    }
    let chunks = Chunks { current: None, head: head.into_iter(), rest };
    let unpacking =
        tokio::task::spawn_blocking(move || coding::unpack(chunks, &codings, bound.limit));
    while !complete {
        match next_packed(&mut response, bound, wire).await? {
            // A closed channel: the decoder has had enough, or fell over.
            Some(chunk) => complete = sender.send(chunk).await.is_err(),
            None => complete = true,
        }
    }
    drop(sender);
    let body = unpacking.await;
    bound.apply(body.map_err(|_| Failure::new(Outcome::Decode, "the decoder gave up"))??)
}

/// The beginning of an answer that is no page: enough to tell what it is and,
/// if it is all there is, to keep the connection. Also says whether it is all.
pub(super) async fn read_start(mut response: Response, wire: &mut u64) -> (Vec<u8>, bool) {
    let mut start = Vec::new();
    let reading = async {
        while start.len() < ERROR_BODY_BYTES_MAX {
            match next_chunk(&mut response, wire).await {
                Ok(Some(chunk)) => start.extend_from_slice(chunk.as_ref()),
                Ok(None) => return true,
                Err(_) => return false,
            }
        }
        false
    };
    let complete = tokio::time::timeout(ERROR_BODY_TIMEOUT, reading).await.unwrap_or(false);
    (start, complete)
}

/// The next chunk of a body that cannot be cut, because it has to be unpacked.
async fn next_packed(
    response: &mut Response,
    bound: Bound,
    wire: &mut u64,
) -> Result<Option<impl AsRef<[u8]> + Send + use<>>, Failure> {
    let chunk = next_chunk(response, wire).await?;
    if bound.is_passed_by(*wire) {
        return Err(Failure::too_large(bound.limit));
    }
    Ok(chunk)
}

async fn next_chunk(
    response: &mut Response,
    wire: &mut u64,
) -> Result<Option<impl AsRef<[u8]> + Send + use<>>, Failure> {
    let chunk = tokio::time::timeout(READ_TIMEOUT, response.chunk()).await;
    let stalled = || Failure::new(Outcome::Timeout, "the body stopped halfway");
    let chunk = chunk.map_err(|_| stalled())??;
    *wire += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
    Ok(chunk)
}

/// Chunks from the network as a blocking reader: those that are here, then
/// those that follow.
struct Chunks<C> {
    current: Option<Cursor<C>>,
    head: vec::IntoIter<C>,
    rest: mpsc::Receiver<C>,
}

impl<C: AsRef<[u8]>> Read for Chunks<C> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(current) = &mut self.current {
                let count = current.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
            }
            self.current = self.head.next().or_else(|| self.rest.blocking_recv()).map(Cursor::new);
            if self.current.is_none() {
                return Ok(0);
            }
        }
    }
}

impl From<CodingError> for Failure {
    fn from(error: CodingError) -> Self {
        Failure::new(Outcome::Decode, error.to_string())
    }
}
