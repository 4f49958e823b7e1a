//! Merges values: maps by key, sets by item, everything else three ways.

use super::clash::{ClashKind, FieldConflict, bounded};
use super::layout::{Piece, assemble};
use super::lines;
use super::rules::{ListRule, identity, numbered, record_id, rule_of};
use super::slots::{Newcomers, Slot, keyed, sequence};
use super::split::{Layout, Part, Parts, inside};
use super::value::{flow, nowhere, same};
use crate::base::Span;
use crate::note::{Yaml, YamlMap, YamlNode};

/// What goes through a merge, and where it is.
#[derive(Debug, Default)]
pub(super) struct Weaver {
    /// What does not merge.
    pub(super) conflicts: Vec<FieldConflict>,
    /// The record that is being merged.
    pub(super) record: Option<String>,
    fields: Vec<String>,
}

/// One collection of three sides, in parts; nothing where base has none of that sort.
#[derive(Clone, Copy)]
pub(super) struct Trio<'x, 'a> {
    pub(super) base: Option<&'x Parts<'a>>,
    pub(super) ours: &'x Parts<'a>,
    pub(super) theirs: &'x Parts<'a>,
}

/// How the parts of a collection are called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// By their keys.
    Keys,
    /// By what makes list items the ones they are.
    Items(ListRule),
    /// By the records that they are.
    Records,
}

/// Which value comes out.
enum Choice {
    Ours,
    Theirs,
    /// Neither: one made of both. On one line it needs no lines of its own, whatever ours was.
    Woven {
        body: String,
        value: YamlNode,
        one_line: bool,
    },
}

impl Weaver {
    /// Merges the parts that slots pair.
    pub(super) fn pieces(&mut self, trio: Trio<'_, '_>, slots: &[Slot], naming: Naming) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for slot in slots {
            let base = slot.base.and_then(|n| trio.base.map(|base| &base.parts[n]));
            let ours = slot.ours.map(|n| &trio.ours.parts[n]);
            let theirs = slot.theirs.map(|n| &trio.theirs.parts[n]);
            let above = self.enter(naming, ours.or(theirs));
            let styles = (&trio.theirs.layout, &trio.ours.layout);
            let piece = match (ours, theirs) {
                (Some(ours), Some(theirs)) => Some(self.part(base, ours, theirs, styles)),
                (Some(ours), None) => self.kept(base, ours, true).then(|| Piece::of(ours, None)),
                (None, Some(theirs)) => {
                    self.kept(base, theirs, false).then(|| Piece::adapted(theirs, styles.0, styles.1))
                }
                (None, None) => None,
            };
            pieces.extend(piece.map(|piece| Piece { ours: slot.ours, ..piece }));
            (self.record, self.fields) = above;
        }
        pieces
    }

    /// Goes into a part; gives where it was before.
    fn enter(&mut self, naming: Naming, part: Option<&Part<'_>>) -> (Option<String>, Vec<String>) {
        let above = (self.record.clone(), self.fields.clone());
        let Some(part) = part else { return above };
        match naming {
            Naming::Keys => self.fields.push(part.key.to_owned()),
            Naming::Records | Naming::Items(ListRule::Records) => {
                self.record = record_id(part.value).map(str::to_owned);
                self.fields.clear();
            }
            Naming::Items(rule) => {
                let name = identity(rule, part.value);
                self.fields.push(format!("[{}]", bounded(name.trim())));
            }
        }
        above
    }

    /// Whether a part that only one side has stays. What the other took away goes, unless it was changed meanwhile.
    fn kept(&mut self, base: Option<&Part<'_>>, part: &Part<'_>, is_ours: bool) -> bool {
        let Some(base) = base else { return true };
        if same(base.value, part.value) {
            return false;
        }
        let (ours, theirs) = if is_ours { (Some(part), None) } else { (None, Some(part)) };
        self.clash(ClashKind::Deleted, [Some(base), ours, theirs].map(|side| side.map(Part::body)));
        is_ours
    }

    /// Merges a part that both sides have.
    fn part(
        &mut self,
        base: Option<&Part<'_>>,
        ours: &Part<'_>,
        theirs: &Part<'_>,
        (their_style, our_style): (&Layout<'_>, &Layout<'_>),
    ) -> Piece {
        if theirs.is_byte_for_byte(ours) || base.is_some_and(|base| base.is_byte_for_byte(theirs)) {
            return Piece::of(ours, None);
        }
        let taken = Piece::adapted(theirs, their_style, our_style);
        if base.is_some_and(|base| base.is_byte_for_byte(ours)) {
            return taken;
        }
        let alike = std::mem::discriminant(their_style) == std::mem::discriminant(our_style);
        let kept = Piece::of(ours, None);
        let side = |words: fn(&Piece) -> &str, base: Option<&str>| {
            (base.unwrap_or_default().to_owned(), words(&kept).to_owned(), words(&taken).to_owned())
        };
        let lead = side(|piece| &piece.lead, base.map(|base| base.lead));
        let tail = side(|piece| &piece.tail, base.map(|base| base.tail));
        let gap = side(|piece| &piece.gap, base.map(|base| base.gap));
        let lead = if alike { self.comment(lead) } else { kept.lead.clone() };
        let both_block = ours.is_block() && theirs.is_block();
        let both_leaf = alike && !ours.is_block() && !theirs.is_block();
        match self.value(base, ours, theirs) {
            Choice::Ours => {
                let gap = if both_block { self.comment(gap) } else { kept.gap.clone() };
                let tail = if both_leaf { self.comment(tail) } else { kept.tail.clone() };
                Piece { lead, gap, tail, ..kept }
            }
            Choice::Theirs => {
                let tail = if both_leaf { self.comment(tail) } else { taken.tail.clone() };
                Piece { lead, tail, head: kept.head, ..taken }
            }
            Choice::Woven { body, value, one_line: false } => {
                let gap = if both_block { self.comment(gap) } else { kept.gap.clone() };
                let tail = if both_leaf { self.comment(tail) } else { kept.tail.clone() };
                Piece { lead, gap, tail, body, value, ..kept }
            }
            Choice::Woven { body, value, one_line: true } => {
                let tail = if ours.is_block() { "\n".to_owned() } else { kept.tail.clone() };
                Piece { lead, gap: " ".to_owned(), tail, body, value, ..kept }
            }
        }
    }

    /// Merges words that mean nothing: comments and blank lines.
    pub(super) fn comment(&mut self, (base, ours, theirs): (String, String, String)) -> String {
        let merged = lines::merge(&base, &ours, &theirs);
        let blank = [&ours, &theirs].iter().all(|text| text.trim().is_empty());
        if !merged.clashes.is_empty() && !blank {
            self.clash(ClashKind::Comment, [&base, &ours, &theirs].map(|text| Some(text.trim())));
        }
        merged.text
    }

    fn value(&mut self, base: Option<&Part<'_>>, ours: &Part<'_>, theirs: &Part<'_>) -> Choice {
        let woven = match (&ours.value.value, &theirs.value.value) {
            (Yaml::Map(_), Yaml::Map(_)) => self.collection(base, ours, theirs, Naming::Keys),
            (Yaml::List(_), Yaml::List(_)) => {
                let rule = rule_of(&self.fields);
                self.collection(base, ours, theirs, Naming::Items(rule))
            }
            _ => self.lone_items(base, ours, theirs),
        };
        woven.unwrap_or_else(|| self.leaf(base, ours, theirs))
    }

    /// Merges what has no parts.
    fn leaf(&mut self, base: Option<&Part<'_>>, ours: &Part<'_>, theirs: &Part<'_>) -> Choice {
        let base_body = base.map(Part::body);
        let says = |part: &Part<'_>| base.is_some_and(|base| same(base.value, part.value));
        if same(ours.value, theirs.value) {
            return if base_body == Some(ours.body()) { Choice::Theirs } else { Choice::Ours };
        }
        if says(ours) {
            return Choice::Theirs;
        }
        if !says(theirs) {
            self.clash(ClashKind::Field, [base_body, Some(ours.body()), Some(theirs.body())]);
        }
        Choice::Ours
    }

    /// Merges two maps or two lists; `None` where they cannot be told apart into parts that merge.
    fn collection(
        &mut self,
        base: Option<&Part<'_>>,
        ours: &Part<'_>,
        theirs: &Part<'_>,
        naming: Naming,
    ) -> Option<Choice> {
        let alike =
            |part: &&Part<'_>| std::mem::discriminant(&part.value.value) == std::mem::discriminant(&ours.value.value);
        let base = base.filter(alike).map(inside);
        if let Some(None) = base {
            return None;
        }
        let (base, ours_in, theirs_in) = (base.flatten(), inside(ours)?, inside(theirs)?);
        let keys = |parts: &Parts<'_>| numbered(parts.parts.iter().map(|part| key(part, naming)));
        let (b, o, t) = (base.as_ref().map(keys).unwrap_or_default(), keys(&ours_in), keys(&theirs_in));
        let slots = match naming {
            Naming::Items(ListRule::Sequence) => sequence(&b, &o, &t)?,
            Naming::Items(ListRule::Records) | Naming::Keys | Naming::Records => keyed(&b, &o, &t, Newcomers::InPlace),
            Naming::Items(_) => keyed(&b, &o, &t, Newcomers::Last),
        };
        let pieces = self.pieces(Trio { base: base.as_ref(), ours: &ours_in, theirs: &theirs_in }, &slots, naming);
        let body = assemble(&ours_in.layout, &pieces);
        Some(together(ours, body, pieces))
    }

    /// Merges a set of which a side has only one item, and no list around it; `None` where it is no set.
    fn lone_items(&mut self, base: Option<&Part<'_>>, ours: &Part<'_>, theirs: &Part<'_>) -> Option<Choice> {
        let rule = rule_of(&self.fields);
        let unchanged = |part: &Part<'_>| base.is_none_or(|base| same(base.value, part.value));
        if !matches!(rule, ListRule::Values | ListRule::Targets) || unchanged(ours) || unchanged(theirs) {
            return None;
        }
        let (b, o, t) = (items(base?.value)?, items(ours.value)?, items(theirs.value)?);
        let keys = |items: &[&YamlNode]| numbered(items.iter().map(|item| identity(rule, item)));
        let slots = keyed(&keys(&b), &keys(&o), &keys(&t), Newcomers::Last);
        let stays = |slot: &&Slot| slot.base.is_none() || (slot.ours.is_some() && slot.theirs.is_some());
        let chosen = |slot: &Slot| slot.ours.map(|n| o[n]).or_else(|| slot.theirs.map(|n| t[n])).cloned();
        let value = nowhere(Yaml::List(slots.iter().filter(stays).filter_map(chosen).collect()));
        Some(Choice::Woven { body: flow(&value), value, one_line: true })
    }

    /// Notes that something does not merge.
    fn clash(&mut self, kind: ClashKind, [base, ours, theirs]: [Option<&str>; 3]) {
        let text = |side: Option<&str>| side.map(|text| bounded(text.trim_end()));
        self.conflicts.push(FieldConflict {
            kind,
            record: self.record.clone(),
            field: self.field(),
            base: text(base),
            ours: text(ours),
            theirs: text(theirs),
            ours_line: None,
            theirs_line: None,
        });
    }

    fn field(&self) -> String {
        self.fields.join(".").replace(".[", "[")
    }
}

fn key(part: &Part<'_>, naming: Naming) -> String {
    match naming {
        Naming::Items(rule) => identity(rule, part.value),
        Naming::Keys | Naming::Records => part.key.to_owned(),
    }
}

/// What pieces come to: a collection with nothing in it needs its brackets.
fn together(ours: &Part<'_>, body: String, pieces: Vec<Piece>) -> Choice {
    let is_map = ours.value.as_map().is_some();
    let one_line = pieces.is_empty() && ours.is_block();
    let body = match (one_line, is_map) {
        (false, _) => body,
        (true, true) => "{}".to_owned(),
        (true, false) => "[]".to_owned(),
    };
    let value = if is_map {
        let entry = |piece: Piece| (piece.key, Span::new(0, 0), piece.value);
        Yaml::Map(YamlMap { entries: pieces.into_iter().map(entry).collect() })
    } else {
        Yaml::List(pieces.into_iter().map(|piece| piece.value).collect())
    };
    Choice::Woven { body, value: nowhere(value), one_line }
}

/// The items of a set that may be written as one item, or as none.
fn items(node: &YamlNode) -> Option<Vec<&YamlNode>> {
    match &node.value {
        Yaml::List(items) => Some(items.iter().collect()),
        Yaml::Scalar(_) if node.is_null() => Some(Vec::new()),
        Yaml::Scalar(_) => Some(vec![node]),
        Yaml::Map(_) => None,
    }
}
