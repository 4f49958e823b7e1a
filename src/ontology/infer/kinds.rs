//! Node kinds: how their ids look, what they require, their statuses and fields.

use super::fields::Inferred;
use super::notes::{LeftOut, Places, Reason, counted};
use super::survey::{KindUse, Survey};
use super::words::{is_name, meant};
use super::{FEW, InUse, nearly_all};
use crate::ontology::load::built_in;
use crate::ontology::node_kinds::{REQUIRED, STATUSES, is_prefix, kebab_case};
use crate::ontology::types::{COMMON_FIELDS, Field, FieldType, NodeKind};
use std::collections::BTreeMap;

/// The most fields of a kind that are typed.
const MAX_FIELDS: usize = 200;

/// The node kinds in use, by name.
pub(super) fn infer(survey: &Survey<'_>, left_out: &mut Vec<LeftOut>) -> Vec<InUse<NodeKind>> {
    let mut kinds = Vec::new();
    let mut few = Places::default();
    for (name, use_of) in survey.kinds.iter().filter(|(_, use_of)| use_of.records > 0) {
        if !is_name(name) {
            left_out.push(LeftOut::new(Reason::BadName, "node kind", "its name is too long").at(&use_of.places.first));
            continue;
        }
        let others = survey.kinds.iter().map(|(other, use_of)| (*other, use_of.records));
        if let Some(other) = meant(name, use_of.records, others) {
            let message = format!("a node kind of {}: was `{other}` meant?", counted(use_of.records, "record"));
            left_out.push(LeftOut::new(Reason::Misspelt, *name, message).at(&use_of.places.first));
            continue;
        }
        if use_of.records < FEW {
            use_of.places.first.first().into_iter().for_each(|spot| few.add(*spot));
        }
        kinds.push(InUse { name: (*name).to_owned(), count: use_of.records, kind: kind(name, use_of, left_out) });
    }
    if few.count > 0 {
        let message = format!(
            "fewer than {FEW} records, so that no fields of its own are required: {}",
            counted(few.count, "kind")
        );
        left_out.push(LeftOut::new(Reason::FewRecords, "", message).at(&few.first));
    }
    kinds
}

fn kind(name: &str, use_of: &KindUse<'_>, left_out: &mut Vec<LeftOut>) -> NodeKind {
    let mut prefixes = prefixes(name, use_of, left_out).into_iter();
    NodeKind {
        description: built_in().node_kinds.get(name).map(|kind| kind.description.clone()).unwrap_or_default(),
        id_prefix: prefixes.next().unwrap_or_else(|| kebab_case(name)),
        further_prefixes: prefixes.collect(),
        id_characters: characters(use_of),
        required: required(name, use_of, left_out),
        statuses: statuses(name, use_of, left_out),
        fields: fields(name, use_of, left_out),
        deprecated: false,
    }
}

/// The prefixes of more than 1 % of the ids, the most used first.
fn prefixes(name: &str, use_of: &KindUse<'_>, left_out: &mut Vec<LeftOut>) -> Vec<String> {
    let all: usize = use_of.prefixes.values().map(|places| places.count).sum();
    let is_rare = |places: &Places<'_>| nearly_all(all - places.count, all);
    let mut kept: Vec<(&str, usize)> = Vec::new();
    for (prefix, places) in &use_of.prefixes {
        if is_prefix(prefix) && !is_rare(places) {
            kept.push((prefix, places.count));
        } else {
            let shown = if prefix.is_empty() { "no prefix".to_owned() } else { format!("the prefix `{prefix}`") };
            let message = format!("{} of {all} ids have {shown}, unlike the others", places.count);
            left_out.push(LeftOut::new(Reason::RareId, name, message).at(&places.first));
        }
    }
    kept.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    if kept.len() > 1 {
        let shown: Vec<String> = kept.iter().map(|(prefix, count)| format!("{count} times `{prefix}`")).collect();
        let message = format!("its ids begin in several ways, and all are taken: {}", shown.join(", "));
        left_out.push(LeftOut::new(Reason::SeveralPrefixes, name, message));
    }
    kept.into_iter().map(|(prefix, _)| prefix.to_owned()).collect()
}

/// What slugs hold beyond the default, as characters and ranges.
fn characters(use_of: &KindUse<'_>) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let further = use_of.characters.iter().copied().filter(|c| !plain(*c) && !"._:/-".contains(*c));
    let further = further.chain(use_of.first_characters.iter().copied().filter(|c| !plain(*c)));
    let mut further: Vec<char> = further.filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    further.sort_unstable();
    further.dedup();
    let upper = further.iter().any(char::is_ascii_uppercase);
    let (dash, rest): (Vec<char>, Vec<char>) =
        further.into_iter().filter(|c| !c.is_ascii_uppercase()).partition(|c| *c == '-');
    let range = if upper { "A-Z" } else { "" };
    // A dash between two others would be a range.
    range.chars().chain(rest).chain(dash).collect()
}

/// The fields that nearly all records have; of a rare kind only those that every kind has.
fn required(name: &str, use_of: &KindUse<'_>, left_out: &mut Vec<LeftOut>) -> Vec<String> {
    let mut candidates: Vec<&str> = REQUIRED.to_vec();
    if use_of.records >= FEW {
        let often = use_of.fields.iter().filter(|(_, values)| nearly_all(values.seen, use_of.records));
        candidates.extend(often.map(|(field, _)| *field).filter(|field| !REQUIRED.contains(field) && is_name(field)));
    }
    let mut required = Vec::new();
    for field in candidates {
        let lacking = use_of.lacking(field);
        if !nearly_all(use_of.records - lacking.count, use_of.records) {
            continue;
        }
        if lacking.count > 0 {
            let message = format!("{} of {} records have no `{field}`", lacking.count, use_of.records);
            left_out.push(LeftOut::new(Reason::RarelyMissing, name, message).at(&lacking.first));
        }
        required.push(field.to_owned());
    }
    required
}

/// The statuses in use. Where one of the usual ones is among them, or the records are few, the usual ones stay.
fn statuses(name: &str, use_of: &KindUse<'_>, left_out: &mut Vec<LeftOut>) -> Vec<String> {
    let counts = || use_of.statuses.iter().map(|(status, places)| (*status, places.count));
    let mut statuses: Vec<String> = Vec::new();
    for (status, places) in use_of.statuses.iter().filter(|(status, _)| is_name(status)) {
        match meant(status, places.count, counts()) {
            Some(other) => {
                let message =
                    format!("the status `{status}` of {}: was `{other}` meant?", counted(places.count, "record"));
                left_out.push(LeftOut::new(Reason::Misspelt, name, message).at(&places.first));
            }
            None => statuses.push((*status).to_owned()),
        }
    }
    let usual = |status: &String| STATUSES.contains(&status.as_str());
    if use_of.records >= FEW && !statuses.is_empty() && !statuses.iter().any(usual) {
        return statuses;
    }
    statuses.retain(|status| !usual(status));
    STATUSES.iter().map(|status| (*status).to_owned()).chain(statuses).collect()
}

fn fields(name: &str, use_of: &KindUse<'_>, left_out: &mut Vec<LeftOut>) -> BTreeMap<String, Field> {
    let mut fields = BTreeMap::new();
    for (field, values) in use_of.fields.iter().filter(|(field, values)| is_name(field) && values.seen > 0) {
        let common = COMMON_FIELDS.iter().find(|(common, _)| common == field).map(|(_, kind)| *kind);
        match values.infer() {
            Inferred::Typed(found) if common.map_or(values.seen < FEW, |common| fits(&found, common)) => {}
            Inferred::Typed(found) if fields.len() < MAX_FIELDS => {
                fields.insert((*field).to_owned(), found);
            }
            Inferred::Typed(_) | Inferred::Structured => {}
            Inferred::Mixed(shapes) => {
                let message = format!("the field `{field}` is {shapes}: it gets no type");
                left_out.push(LeftOut::new(Reason::MixedTypes, name, message));
            }
        }
    }
    fields
}

/// Whether values of a type are taken by the type that the field has anyway.
fn fits(found: &Field, common: FieldType) -> bool {
    match common {
        FieldType::Text => !matches!(found.kind, FieldType::List),
        common => found.kind == common,
    }
}
