//! Fills the templates of the corpus: no secret and no hidden character stands in the repository itself.

use super::super::tokens::{every, in_context};

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The text of a template: `{{token:name}}`, `{{context:3}}`, `{{hex:64:1}}` (alphabet, length, seed), `{{ulid:1}}`,
/// `{{uuid:1}}`, `{{u:202e}}` (one character), `{{tags:text}}` (text in the invisible tag block).
pub fn fill(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (what, tail) = after.split_once("}}").unwrap_or_else(|| panic!("{template:?} is not closed"));
        text.push_str(before);
        text.push_str(&one(what).unwrap_or_else(|| format!("{{{{{what}}}}}")));
        rest = tail;
    }
    text + rest
}

/// What one placeholder stands for; `None` where the braces are meant as they are.
fn one(what: &str) -> Option<String> {
    let parts: Vec<&str> = what.split(':').collect();
    let number = |i: usize| parts.get(i).and_then(|part| part.parse::<usize>().ok());
    Some(match parts[0] {
        "token" => every().into_iter().find(|(name, _, _)| *name == parts[1]).expect("it is in the table").2,
        "context" => {
            let (_, before, secret, after) = in_context().remove(number(1)?);
            before + &secret + &after
        }
        "ulid" => format!("01{}", chars(CROCKFORD, 24, number(1)?)),
        "uuid" => {
            let hex = chars("0123456789abcdef", 32, number(1)?);
            format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
        }
        "u" => char::from_u32(u32::from_str_radix(parts[1], 16).ok()?)?.to_string(),
        "tags" => parts[1].chars().filter_map(|c| char::from_u32(0xe0000 + c as u32)).collect(),
        alphabet => chars(&alphabet_of(alphabet)?, number(1)?, number(2)?),
    })
}

fn alphabet_of(name: &str) -> Option<String> {
    Some(match name {
        "alnum" => [UPPER, LOWER, DIGITS].concat(),
        "lower" => [LOWER, DIGITS].concat(),
        "base64" => [UPPER, LOWER, DIGITS, "+/"].concat(),
        "url64" => [UPPER, LOWER, DIGITS, "-_"].concat(),
        "hex" => "0123456789abcdef".to_owned(),
        "digits" => DIGITS.to_owned(),
        "pass" => [LOWER, UPPER, DIGITS, "!%^*"].concat(),
        _ => return None,
    })
}

/// Characters that look random and are always the same ones.
fn chars(alphabet: &str, count: usize, seed: usize) -> String {
    let step = |state: u64| state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let first = step(step((seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ count as u64));
    let letters = alphabet.as_bytes();
    let states = std::iter::successors(Some(first), |state| Some(step(*state)));
    states.take(count).map(|state| char::from(letters[(state >> 33) as usize % letters.len()])).collect()
}
