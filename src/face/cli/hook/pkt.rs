//! The pkt-line framing of git's protocols: four hexadecimal digits of length, then the bytes; `0000` ends a section.
//! Described in gitprotocol-common(5).

use std::io::{self, Read, Write};

/// The most lines of one section.
const MAX_LINES: usize = 4096;
/// The most bytes of one line that git sends, with its length.
const MAX_LINE: usize = 65520;

/// Reads the lines of one section, without the newline that a line may end with.
pub fn read_section(from: &mut impl Read) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    while let Some(line) = read_line(from)? {
        lines.push(line);
        if lines.len() > MAX_LINES {
            return Err(bad("too many lines"));
        }
    }
    Ok(lines)
}

/// Writes the lines of one section, and its end.
pub fn write_section<'a>(to: &mut impl Write, lines: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
    for line in lines {
        let line = &line[..line.floor_char_boundary(MAX_LINE - 4)];
        write!(to, "{:04x}{line}", line.len() + 4)?;
    }
    to.write_all(b"0000")?;
    to.flush()
}

fn read_line(from: &mut impl Read) -> io::Result<Option<String>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = std::str::from_utf8(&length).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
    match length {
        Some(0) => Ok(None),
        Some(length @ 4..=MAX_LINE) => {
            let mut bytes = vec![0; length - 4];
            from.read_exact(&mut bytes)?;
            let text = String::from_utf8(bytes).map_err(|_| bad("a line is not UTF-8"))?;
            Ok(Some(text.strip_suffix('\n').unwrap_or(&text).to_owned()))
        }
        _ => Err(bad("the length of a line cannot be read")),
    }
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}
