//! The environment, read here and nowhere else.

/// Whether a variable is set to anything but nothing.
#[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|v| !v.is_empty())
}

/// A variable's value, where it is set.
#[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn get(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|v| !v.is_empty())
}
