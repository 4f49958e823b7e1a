//! The records that a PAX header says of the entry behind it.

/// What is taken from a PAX header.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pax {
    /// The path of the entry.
    pub(super) path: Option<Vec<u8>>,
    /// Its size.
    pub(super) size: Option<u64>,
    /// Whether it is a file with holes.
    pub(super) sparse: bool,
}

/// Reads the records `LENGTH KEY=VALUE\n`; `None` where one is not well formed.
pub(super) fn read(mut bytes: &[u8]) -> Option<Pax> {
    let mut pax = Pax::default();
    while !bytes.is_empty() {
        let space = bytes.iter().take(8).position(|b| *b == b' ')?;
        let length: usize = std::str::from_utf8(&bytes[..space]).ok()?.parse().ok()?;
        let record = bytes.get(space + 1..length)?.strip_suffix(b"\n")?;
        let equals = record.iter().position(|b| *b == b'=')?;
        let (key, value) = (&record[..equals], &record[equals + 1..]);
        match key {
            b"path" => pax.path = Some(value.to_vec()),
            b"size" => pax.size = Some(std::str::from_utf8(value).ok()?.parse().ok()?),
            _ => pax.sparse |= key.starts_with(b"GNU.sparse."),
        }
        bytes = &bytes[length..];
    }
    Some(pax)
}
