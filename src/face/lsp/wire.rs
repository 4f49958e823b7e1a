//! Messages on a stream: a header with the length, an empty line, JSON.
//!
//! What is no message is passed on as such and skipped; no length that a stranger names is believed before the bytes
//! are there.

use std::io::{self, BufRead, Read, Write};

/// The largest message that is read.
const MOST_BYTES: u64 = 64 << 20;
/// The longest line of a header.
const LONGEST_LINE: u64 = 4096;

/// What came in.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// The bytes of one message.
    Message(Vec<u8>),
    /// Something that is none, and why.
    Bad(&'static str),
}

/// Reads one message; `None` at the end of the stream.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Frame>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        input.take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        match (line.trim_end(), length) {
            ("", Some(length)) => return body(input, length),
            ("", None) => return Ok(Some(Frame::Bad("a message has no `Content-Length`"))),
            (header, _) => length = content_length(header).or(length),
        }
    }
}

/// Writes one message.
pub fn write(output: &mut impl Write, message: &impl serde::Serialize) -> io::Result<()> {
    let text = serde_json::to_vec(message)?;
    write!(output, "Content-Length: {}\r\n\r\n", text.len())?;
    output.write_all(&text)?;
    output.flush()
}

fn content_length(header: &str) -> Option<u64> {
    let (name, value) = header.split_once(':')?;
    name.trim().eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
}

fn body(input: &mut impl BufRead, length: u64) -> io::Result<Option<Frame>> {
    if length > MOST_BYTES {
        io::copy(&mut input.take(length), &mut io::sink())?;
        return Ok(Some(Frame::Bad("a message is larger than 64 MiB")));
    }
    let mut bytes = Vec::new();
    input.take(length).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 == length).then_some(Frame::Message(bytes)))
}
