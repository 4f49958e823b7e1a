//! Follows a line of a text into a later version of it, so that a remark stays with what it was made about.

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

/// The largest text whose lines are compared, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// Where a line (from 1) of one text is in another; `None` where it was changed or taken out.
pub fn follow_line(before: &str, after: &str, line: u32) -> Option<u32> {
    if before.len() > MAX_BYTES || after.len() > MAX_BYTES {
        return None;
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let place = (line as usize).checked_sub(1).filter(|place| *place < old.len())?;
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let kept = |op: &&DiffOp| op.tag() == DiffTag::Equal && op.old_range().contains(&place);
    let op = ops.iter().find(kept)?;
    u32::try_from(op.new_range().start + (place - op.old_range().start) + 1).ok()
}
