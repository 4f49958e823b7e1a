//! Values that are longer than a row may be, in several rows.
//!
//! Each part is the row of the value's key with the number of the part behind it. The first begins with how many bytes
//! there are in all, so that a part that is missing is found to be.

use super::error::{BlockError, TableError};
use super::{Table, TableWriter};

/// How many bytes of the value each part holds.
const PART: usize = 256 << 10;
/// The longest value.
const LONGEST: usize = 2 << 30;

impl TableWriter {
    /// Adds a value of up to 2 GiB under a key with which no other key begins. Only [`Table::get_long`] finds it.
    pub fn put_long(&mut self, key: &[u8], value: &[u8]) -> Result<(), TableError> {
        if value.len() > LONGEST {
            return Err(self.bad_row("it is too long"));
        }
        let (first, rest) = value.split_at(value.len().min(PART));
        let len = (value.len() as u64).to_be_bytes();
        self.put_bytes(&part_key(key, 0), &[&len, first].concat())?;
        for (number, part) in (1..).zip(rest.chunks(PART)) {
            self.put_bytes(&part_key(key, number), part)?;
        }
        Ok(())
    }
}

impl Table {
    /// The long value of a key.
    pub fn get_long(&self, key: &[u8]) -> Result<Option<Vec<u8>>, TableError> {
        self.checked(self.find_long(key))
    }

    fn find_long(&self, key: &[u8]) -> Result<Option<Vec<u8>>, BlockError> {
        let Some(first) = self.find(&part_key(key, 0))? else { return Ok(None) };
        let (len, first) = self.split_first(&first)?;
        let mut value = Vec::with_capacity(len);
        value.extend_from_slice(first);
        for number in 1.. {
            if value.len() >= len {
                break;
            }
            let part = self.find(&part_key(key, number))?.filter(|part| !part.is_empty());
            value.extend_from_slice(&part.ok_or(BlockError::Damaged("a part of a long value is missing"))?);
        }
        let whole = value.len() == len;
        if whole { Ok(Some(value)) } else { Err(BlockError::Damaged("a long value is longer than it says")) }
    }

    /// How long a value is, by its first part, and what that holds of it. No value is longer than the table.
    fn split_first<'r>(&self, first: &'r [u8]) -> Result<(usize, &'r [u8]), BlockError> {
        let split = first.split_first_chunk().map(|(len, first)| (u64::from_be_bytes(*len), first));
        let possible = split.filter(|(len, _)| *len <= self.size().min(LONGEST as u64));
        let (len, first) = possible.ok_or(BlockError::Damaged("the length of a long value is wrong"))?;
        Ok((len as usize, first))
    }
}

fn part_key(key: &[u8], number: u32) -> Vec<u8> {
    [key, &number.to_be_bytes()].concat()
}
