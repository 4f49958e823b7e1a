//! What the text of a plain scalar means: the core schema, without its surprises.

use super::ScalarKind;

/// Resolves a plain scalar. Only `true` and `false` are booleans; only decimal digits make a number;
/// a leading zero (`007`), an underscore, `0x`, `0o`, `.inf` and `.nan` make a text.
pub(super) fn resolve(text: &str) -> ScalarKind {
    match text {
        "" | "~" | "null" => ScalarKind::Null,
        "true" => ScalarKind::Bool(true),
        "false" => ScalarKind::Bool(false),
        _ => number(text).unwrap_or(ScalarKind::Str),
    }
}

fn number(text: &str) -> Option<ScalarKind> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, rest) = split_digits(unsigned);
    if has_leading_zero(whole) {
        return None;
    }
    if rest.is_empty() {
        return text.parse().map(ScalarKind::Int).ok().or_else(|| finite(text));
    }
    let (fraction, rest) = rest.strip_prefix('.').map_or(("", rest), split_digits);
    let some_digit = !whole.is_empty() || !fraction.is_empty();
    if some_digit && is_exponent(rest) { finite(text) } else { None }
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

fn has_leading_zero(whole: &str) -> bool {
    whole.len() > 1 && whole.starts_with('0')
}

fn is_exponent(text: &str) -> bool {
    let Some(exponent) = text.strip_prefix(['e', 'E']) else { return text.is_empty() };
    let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// The number, unless it is too large to be one.
fn finite(text: &str) -> Option<ScalarKind> {
    text.parse().ok().filter(|number: &f64| number.is_finite()).map(ScalarKind::Float)
}
