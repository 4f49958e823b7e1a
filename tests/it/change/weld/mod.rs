//! Merging one file by record and field.

mod cases;
mod model;
mod properties;
mod trees;
