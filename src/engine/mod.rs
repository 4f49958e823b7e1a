//! The one facade that faces call.
