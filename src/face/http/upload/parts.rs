//! The parts of a `multipart/form-data` body, one after the other, in bounded memory whatever is sent.

use memchr::memmem;
use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest boundary, in bytes (RFC 2046).
const LONGEST_BOUNDARY: usize = 70;
/// The most bytes of the headers of one part.
const MOST_HEADERS: usize = 8 << 10;
/// So many bytes are looked through at once.
const WINDOW: usize = 64 << 10;

/// Why a body is no form.
#[derive(Debug, thiserror::Error)]
pub(in crate::face::http) enum BadForm {
    /// It does not keep to the format.
    #[error("{0}")]
    Malformed(&'static str),
    /// The client sends no more, or what it sends cannot be decompressed.
    #[error("the body cannot be read: {0}")]
    Broken(std::io::ErrorKind),
}

/// A body that is read part by part.
pub(super) struct Parts<R> {
    from: R,
    /// A line break and the boundary: what ends a part.
    delimiter: Vec<u8>,
    /// What was read and not given yet.
    held: Vec<u8>,
    ended: bool,
}

impl<R: AsyncRead + Unpin> Parts<R> {
    /// The parts of a body between lines with this boundary.
    pub(super) fn new(from: R, boundary: &str) -> Result<Self, BadForm> {
        if boundary.is_empty() || boundary.len() > LONGEST_BOUNDARY {
            return Err(BadForm::Malformed("a boundary has 1 to 70 characters"));
        }
        // The first boundary may stand at the very beginning, where no line ends before it.
        let held = b"\r\n".to_vec();
        Ok(Self { from, delimiter: format!("\r\n--{boundary}").into_bytes(), held, ended: false })
    }

    /// Goes to the next part, and gives its name; `None` after the last one. What is left of the part before has to be read
    /// first.
    pub(super) async fn next(&mut self) -> Result<Option<String>, BadForm> {
        self.fill(self.delimiter.len() + 2).await?;
        if !self.held.starts_with(&self.delimiter) {
            return Err(BadForm::Malformed("the body does not begin with its boundary"));
        }
        self.held.drain(..self.delimiter.len());
        if self.held.starts_with(b"--") {
            return self.drain_epilogue().await.map(|()| None);
        }
        let headers = self.headers().await?;
        name_of(&headers).map(Some)
    }

    /// The next bytes of the present part; none at its end.
    pub(super) async fn piece(&mut self) -> Result<Vec<u8>, BadForm> {
        self.fill(WINDOW).await?;
        match memmem::find(&self.held, &self.delimiter) {
            Some(at) => Ok(self.held.drain(..at).collect()),
            None if self.ended => Err(BadForm::Malformed("the body ends within a part")),
            // The end may have begun already.
            None => Ok(self.held.drain(..self.held.len().saturating_sub(self.delimiter.len())).collect()),
        }
    }

    /// The lines between the boundary and the bytes of a part.
    async fn headers(&mut self) -> Result<String, BadForm> {
        self.fill(MOST_HEADERS).await?;
        let blanks = self.held.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.held.drain(..blanks);
        let looked = &self.held[..self.held.len().min(MOST_HEADERS)];
        let Some(end) = memmem::find(looked, b"\r\n\r\n") else {
            return Err(BadForm::Malformed("a part has at most 8 KiB of headers, with an empty line behind them"));
        };
        let text = String::from_utf8(self.held[..end].to_vec());
        self.held.drain(..end + 4);
        text.map_err(|_| BadForm::Malformed("the headers of a part are UTF-8"))
    }

    /// Reads until so many bytes are held, or the body has ended.
    async fn fill(&mut self, wanted: usize) -> Result<(), BadForm> {
        while !self.ended && self.held.len() < wanted {
            let mut piece = (&mut self.from).take(WINDOW as u64);
            let read = piece.read_buf(&mut self.held).await.map_err(|e| BadForm::Broken(e.kind()))?;
            self.ended = read == 0;
        }
        Ok(())
    }

    /// Reads what follows the last part, so that the connection can be used again. It means nothing.
    async fn drain_epilogue(&mut self) -> Result<(), BadForm> {
        while !self.ended {
            self.held.clear();
            self.fill(1).await?;
        }
        Ok(())
    }
}

/// The name of a part: `Content-Disposition: form-data; name="run"`.
fn name_of(headers: &str) -> Result<String, BadForm> {
    let value = headers.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value.trim())
    });
    let named = value.filter(|value| value.starts_with("form-data")).and_then(|value| parameter(value, "name"));
    named.ok_or(BadForm::Malformed("each part has `Content-Disposition: form-data; name=\"...\"`"))
}

/// A parameter of a header's value: a token, or a quoted text without quotes in it.
pub(super) fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|pair| {
        let (key, text) = pair.split_once('=')?;
        let text = text.trim();
        let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        (key.trim().eq_ignore_ascii_case(name) && !text.is_empty()).then(|| text.to_owned())
    })
}
