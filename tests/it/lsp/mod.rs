//! Tests of the language server: the real program, driven by a client over its standard input and output.

mod client;
mod completion;
mod findings;
mod places;
mod positions;
mod protocol;
mod session;
