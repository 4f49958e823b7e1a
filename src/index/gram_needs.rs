//! What every match of an expression holds, by one way to look at texts: the texts themselves where they are few and short,
//! otherwise how it begins, how it ends, and the grams that stand somewhere in it.

use super::gram_plan::{MOST_PARTS, Plan};
use super::grams::{Way, buckets};
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};
use std::collections::BTreeSet;

/// The most texts that are kept apart.
const MOST_TEXTS: usize = 12;
/// The most characters of a class: each letter in both cases.
const MOST_MEMBERS: u32 = 2 * MOST_TEXTS as u32;
/// Texts are put together up to this many bytes.
const LONGEST_TEXT: usize = 64;
/// A repeated expression is looked for this often in a row.
const MOST_TIMES: u32 = 4;
/// So many bytes reach over into the grams of what stands beside.
const REACH: usize = 2;

/// Texts as they are seen.
type Texts = BTreeSet<Vec<u8>>;

/// What is known of every match.
#[derive(Clone, Debug)]
enum Needs {
    /// It is one of these texts.
    Exactly(Texts),
    /// It begins with one text, ends with one, and the plan holds for it.
    Within { first: Texts, last: Texts, plan: Plan },
}

/// What a text must hold to hold a match, whichever way one looks at it.
pub(super) fn plan(hir: &Hir) -> Plan {
    Way::ALL.into_iter().map(|way| Reader(way).plan(hir)).fold(Plan::All, Plan::and)
}

/// Reads expressions as texts that are seen one way.
#[derive(Clone, Copy)]
struct Reader(Way);

impl Reader {
    fn plan(self, hir: &Hir) -> Plan {
        match self.needs(hir) {
            Needs::Exactly(texts) => self.grams(&texts),
            Needs::Within { plan, .. } => plan,
        }
    }

    fn needs(self, hir: &Hir) -> Needs {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Needs::empty(),
            HirKind::Literal(literal) => {
                std::str::from_utf8(&literal.0).map_or_else(|_| Needs::unknown(), |text| self.text(text))
            }
            HirKind::Class(class) => self.of_class(class),
            HirKind::Repetition(repetition) => self.of_repetition(repetition),
            HirKind::Capture(capture) => self.needs(&capture.sub),
            HirKind::Concat(parts) => {
                parts.iter().map(|part| self.needs(part)).fold(Needs::empty(), |before, next| self.then(before, next))
            }
            HirKind::Alternation(parts) => self.any(parts.iter().map(|part| self.needs(part)).collect()),
        }
    }

    fn text(self, text: &str) -> Needs {
        Needs::Exactly(Texts::from([self.0.bytes(text)]))
    }

    fn of_class(self, class: &Class) -> Needs {
        let Some(class) = (match class {
            Class::Unicode(class) => Some(class.clone()),
            Class::Bytes(class) => class.to_unicode_class(),
        }) else {
            return Needs::unknown();
        };
        let members =
            |range: &regex_syntax::hir::ClassUnicodeRange| u32::from(range.end()) - u32::from(range.start()) + 1;
        // Many letters may have few shapes.
        let most = if self.0 == Way::Shapes && class.is_ascii() { u32::from(u8::MAX) } else { MOST_MEMBERS };
        if class.iter().map(members).sum::<u32>() > most {
            return Needs::unknown();
        }
        let letters = class.iter().flat_map(|range| range.start()..=range.end());
        let texts: Texts = letters.map(|c| self.0.bytes(c.encode_utf8(&mut [0; 4]))).collect();
        if texts.len() <= MOST_TEXTS && !self.has_both_cases(&texts) { Needs::Exactly(texts) } else { Needs::unknown() }
    }

    /// Whether letters are there in both cases, so that to tell them apart finds no more than to fold them.
    fn has_both_cases(self, letters: &Texts) -> bool {
        let turned = |letter: &Vec<u8>| {
            letter.iter().any(u8::is_ascii_uppercase) && letters.contains(&letter.to_ascii_lowercase())
        };
        self.0 == Way::Exact && letters.iter().any(turned)
    }

    fn of_repetition(self, repetition: &Repetition) -> Needs {
        let once = self.needs(&repetition.sub);
        match (repetition.min, repetition.max) {
            (0, Some(1)) => self.any(vec![Needs::empty(), once]),
            (0, _) => Needs::unknown(),
            (min, max) => {
                let times = min.min(MOST_TIMES);
                let row = (1..times).fold(once.clone(), |row, _| self.then(row, once.clone()));
                if max == Some(times) { row } else { self.loosened(row) }
            }
        }
    }

    /// What holds whichever of several holds.
    fn any(self, choices: Vec<Needs>) -> Needs {
        let exact: Option<Vec<&Texts>> = choices.iter().map(Needs::exactly).collect();
        if let Some(texts) = exact.map(united).filter(|texts| texts.len() <= MOST_TEXTS) {
            return Needs::Exactly(texts);
        }
        let choices: Vec<Needs> = choices.into_iter().map(|choice| self.loosened(choice)).collect();
        let first = few(united(choices.iter().map(Needs::firsts)));
        let last = few(united(choices.iter().map(Needs::lasts)));
        Needs::Within { first, last, plan: Plan::any(choices.into_iter().map(Needs::inner_plan)) }
    }

    /// Takes the grams of whole texts into the plan, and keeps of the texts what reaches over.
    fn within(self, first: Texts, last: Texts, plan: Plan) -> Needs {
        let plan = plan.and(self.grams(&first)).and(self.grams(&last));
        Needs::Within { first: few(heads(&first)), last: few(tails(&last)), plan }
    }

    /// The same without its being exact.
    fn loosened(self, needs: Needs) -> Needs {
        match needs {
            Needs::Exactly(texts) => self.within(texts.clone(), texts, Plan::All),
            within => within,
        }
    }

    /// What holds of the one with the other behind it.
    fn then(self, before: Needs, next: Needs) -> Needs {
        if let (Needs::Exactly(a), Needs::Exactly(b)) = (&before, &next)
            && longest(a) + longest(b) <= LONGEST_TEXT
            && let Some(texts) = joined(a, b)
        {
            return Needs::Exactly(texts);
        }
        let (ends, begins) = (tails(before.lasts()), heads(next.firsts()));
        let first = before.exactly().and_then(|texts| joined(texts, &begins));
        let last = next.exactly().and_then(|texts| joined(&ends, texts));
        let seam = if first.is_none() && last.is_none() { joined(&ends, &begins) } else { None };
        let first = first.unwrap_or_else(|| before.firsts().clone());
        let last = last.unwrap_or_else(|| next.lasts().clone());
        let seam = seam.map_or(Plan::All, |texts| self.grams(&texts));
        self.within(first, last, before.inner_plan().and(next.inner_plan()).and(seam))
    }

    /// What a text must hold to hold one of these.
    fn grams(self, texts: &Texts) -> Plan {
        Plan::any(texts.iter().map(|text| {
            let buckets: Vec<u32> = buckets(text, self.0).collect();
            let step = buckets.len().div_ceil(MOST_PARTS).max(1);
            buckets.into_iter().step_by(step).map(Plan::Bucket).fold(Plan::All, Plan::and)
        }))
    }
}

impl Needs {
    fn empty() -> Self {
        Self::Exactly(Texts::from([Vec::new()]))
    }

    fn unknown() -> Self {
        let nothing = || Texts::from([Vec::new()]);
        Self::Within { first: nothing(), last: nothing(), plan: Plan::All }
    }

    fn exactly(&self) -> Option<&Texts> {
        if let Self::Exactly(texts) = self { Some(texts) } else { None }
    }

    fn firsts(&self) -> &Texts {
        let (Self::Exactly(first) | Self::Within { first, .. }) = self;
        first
    }

    fn lasts(&self) -> &Texts {
        let (Self::Exactly(last) | Self::Within { last, .. }) = self;
        last
    }

    /// What is known beside the texts.
    fn inner_plan(self) -> Plan {
        if let Self::Within { plan, .. } = self { plan } else { Plan::All }
    }
}

/// Each of the one with each of the other behind it; `None` where these would be too many.
fn joined(a: &Texts, b: &Texts) -> Option<Texts> {
    let all = || a.iter().flat_map(|a| b.iter().map(move |b| [a.as_slice(), b].concat())).collect();
    (a.len() * b.len() <= MOST_TEXTS).then(all)
}

fn united<'a>(sets: impl IntoIterator<Item = &'a Texts>) -> Texts {
    sets.into_iter().flatten().cloned().collect()
}

/// The texts, or where they are too many, the one that tells nothing.
fn few(texts: Texts) -> Texts {
    if texts.len() <= MOST_TEXTS { texts } else { Texts::from([Vec::new()]) }
}

fn heads(texts: &Texts) -> Texts {
    texts.iter().map(|text| text[..text.len().min(REACH)].to_vec()).collect()
}

fn tails(texts: &Texts) -> Texts {
    texts.iter().map(|text| text[text.len().saturating_sub(REACH)..].to_vec()).collect()
}

fn longest(texts: &Texts) -> usize {
    texts.iter().map(Vec::len).max().unwrap_or(0)
}
