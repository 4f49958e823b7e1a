//! The checksum of an event: SHA-256 of its pretty JSON without the checksum, and a line end.

use super::super::parse;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Whether the checksum of an event fits it; `None` where it has none. Of the event itself, before it is screened.
pub(super) fn fits(bytes: &[u8]) -> Option<bool> {
    let mut event = parse::json(bytes).ok()?;
    let told = event.as_object_mut()?.shift_remove("checksum")?;
    let Value::String(told) = told else { return Some(false) };
    let mut pretty = serde_json::to_vec_pretty(&event).ok()?;
    pretty.push(b'\n');
    let sum: String = Sha256::digest(&pretty).iter().map(|byte| format!("{byte:02x}")).collect();
    Some(sum == told)
}
