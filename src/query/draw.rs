//! Drawings of a part of the graph: the same part gives the same bytes, and nothing in them runs or is loaded.

mod colours;
mod dot;
mod layout;
mod svg;

pub use dot::dot;
pub use svg::svg;
