//! Merging one file by record and field.

mod cases;
mod properties;
