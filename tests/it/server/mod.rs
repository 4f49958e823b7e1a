//! Tests of the whole: the real binary, the real git client, kill -9.
