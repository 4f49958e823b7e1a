//! Tests of `base`.

mod digest;
mod glob;
mod id;
mod path;
mod place;
mod text;
mod time;
