//! What holds for every three texts.
