//! Reads Server-Sent Events, one after the other.

use std::io::{self, BufRead, Read};

/// The longest line of a stream that is read, in bytes.
const LONGEST_LINE: u64 = 64 << 20;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentEvent {
    /// Its cursor, where it has one.
    pub id: Option<String>,
    /// What it says.
    pub data: String,
}

/// The events of a stream.
pub struct Events<R> {
    lines: R,
}

impl<R: BufRead> Events<R> {
    /// Reads from a stream.
    pub fn new(lines: R) -> Self {
        Self { lines }
    }

    /// The next event; `None` at the end. What the stream broke off in is not given.
    pub fn next(&mut self) -> io::Result<Option<SentEvent>> {
        let mut event = SentEvent::default();
        loop {
            let Some(line) = self.line()? else { return Ok(None) };
            let (field, value) = line.split_once(':').unwrap_or((&line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "" if line.is_empty() && event.data.is_empty() => event = SentEvent::default(),
                "" if line.is_empty() => return Ok(Some(event)),
                "id" => event.id = Some(value.to_owned()),
                "data" if event.data.is_empty() => event.data = value.to_owned(),
                "data" => event.data = format!("{}\n{value}", event.data),
                _ => {}
            }
        }
    }

    fn line(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        self.lines.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
        if bytes.pop_if(|last| *last == b'\n').is_none() {
            let whole = bytes.len() as u64 >= LONGEST_LINE;
            return if whole { Err(io::Error::other("a line of the stream is too long")) } else { Ok(None) };
        }
        bytes.pop_if(|last| *last == b'\r');
        String::from_utf8(bytes).map(Some).map_err(io::Error::other)
    }
}
