//! The HTTP face: its wire types, its error table, and the server on a loopback port.

mod description;
mod errors;
mod headers;
mod wire;
