//! Names and words: which are misspelt, which are a closed set.

use super::notes::{LeftOut, Reason};
use super::survey::{Counts, Survey};
use crate::ontology::load::built_in;
use crate::ontology::suggest::edits_between;
use crate::ontology::types::Vocabulary;

/// A name used at most so often may be misspelt, where another is used so many times as often.
const RARE: usize = 2;
const TIMES_AS_OFTEN: usize = 10;
/// Tags are a closed set where they are at most so many, and each is used so often on average.
const MAX_TAGS: usize = 40;
const LEAST_USES_EACH: usize = 10;
/// The most owners that are listed where they are not all teams, users or groups.
const MAX_OWNERS: usize = 200;
/// How much longer one name may be than the one that was meant, in bytes.
const MAX_LONGER: usize = 4;
/// The longest name, in characters.
const MAX_NAME: usize = 120;

/// The vocabulary: tags and owners where they are a closed set.
pub(super) fn infer(survey: &Survey<'_>, left_out: &mut Vec<LeftOut>) -> Vocabulary {
    let mut sensitivity = built_in().vocabulary.sensitivity.clone();
    let further =
        survey.sensitivities.keys().filter(|word| !built_in().vocabulary.sensitivity.iter().any(|w| w == *word));
    sensitivity.extend(further.map(|word| (*word).to_owned()));
    Vocabulary { tags: tags(survey, left_out), owners: owners(survey), sensitivity }
}

/// A name used once or twice that is nearly one used often: that one.
pub(super) fn meant<'n>(name: &str, count: usize, names: impl Iterator<Item = (&'n str, usize)>) -> Option<&'n str> {
    if count > RARE || name.chars().count() < 5 {
        return None;
    }
    let often = |other: &(&str, usize)| other.1 >= count * TIMES_AS_OFTEN && other.0 != name;
    names.filter(often).map(|(other, _)| other).find(|other| is_slip(name, other))
}

/// Whether a slip of the hand makes one name of the other: one letter, two that changed places, case, separators.
/// Names that begin differently are meant differently.
fn is_slip(name: &str, other: &str) -> bool {
    let first = |text: &str| text.chars().next().map(|c| c.to_ascii_lowercase());
    if first(name) != first(other) || name.len().abs_diff(other.len()) > MAX_LONGER {
        return false;
    }
    let bare = |text: &str| -> Vec<char> {
        text.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
    };
    let (a, b) = (bare(name), bare(other));
    let swapped = || {
        let differ: Vec<usize> = (0..a.len()).filter(|i| a[*i] != b[*i]).collect();
        matches!(differ[..], [i, j] if j == i + 1 && a[i] == b[j] && a[j] == b[i])
    };
    a == b || edits_between(name, other, 1).is_some() || a.len() == b.len() && swapped()
}

/// Whether a name may stand in an ontology file.
pub(in crate::ontology) fn is_name(name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= MAX_NAME && !name.chars().any(char::is_control)
}

fn tags(survey: &Survey<'_>, left_out: &mut Vec<LeftOut>) -> Option<Vec<String>> {
    let (different, uses) = (survey.tags.len(), survey.tags.values().sum::<usize>());
    if different == 0 {
        return None;
    }
    if different <= MAX_TAGS && uses >= different * LEAST_USES_EACH {
        return Some(owned(&survey.tags));
    }
    let message = format!("{different} different tags in {uses} uses are no closed set: any tag is allowed");
    left_out.push(LeftOut::new(Reason::OpenWords, "tags", message));
    None
}

/// Owners are listed only where the usual form would refuse some of them.
fn owners(survey: &Survey<'_>) -> Option<Vec<String>> {
    let usual = |owner: &&str| ["team:", "user:", "group:"].iter().any(|prefix| owner.starts_with(prefix));
    let listed = survey.owners.keys().any(|owner| !usual(owner)) && survey.owners.len() <= MAX_OWNERS;
    listed.then(|| owned(&survey.owners))
}

fn owned(words: &Counts<'_>) -> Vec<String> {
    words.keys().filter(|word| is_name(word)).map(|word| (*word).to_owned()).collect()
}
