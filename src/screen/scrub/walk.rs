//! Goes through a structure by its keys.

use super::Scrubber;
use super::fields::{self, Sort};
use super::marks::{self, Category};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashMap;

/// Keys of pairs that are written as objects.
const NAMES: &[&str] = &["name", "key", "header", "field", "variable", "env"];
const VALUES: &[&str] = &["value", "val", "content", "secret"];
/// How many keys are remembered.
const MOST_KEYS: usize = 4096;
/// The shortest key that could hold a secret.
const SHORTEST_KEY: usize = 8;

impl Scrubber {
    /// Takes out of a value what must not be kept; `sort` is what its key says of it.
    pub(super) fn walk(&mut self, value: &mut Value, sort: Option<Sort>) {
        match value {
            Value::String(text) => {
                if let Some(clean) = self.field(text, sort) {
                    *text = clean;
                }
            }
            Value::Number(number) => {
                if sort == Some(Sort::Every) {
                    *value = Value::String(self.take_field(&number.to_string(), Sort::Every));
                }
            }
            Value::Array(items) => self.items(items, sort),
            Value::Object(fields) => self.fields(fields, sort),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// A text under a key without what must not be kept; `None` where it stays as it is.
    fn field(&mut self, text: &str, sort: Option<Sort>) -> Option<String> {
        self.look(text.len());
        if let Some(sort) = sort.filter(|sort| !marks::is_mark(text) && fields::is_secret(text, *sort)) {
            if sort == Sort::Header
                && let Some((scheme, rest)) = text.trim().split_once(' ')
            {
                return Some(format!("{scheme} {}", self.take_field(rest, sort)));
            }
            return Some(self.take_field(text, sort));
        }
        match self.clean(text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(clean) => Some(clean),
        }
    }

    fn take_field(&mut self, value: &str, sort: Sort) -> String {
        let (category, detector) = match sort {
            Sort::Password => (Category::Secret, "secret-field:password"),
            Sort::Token | Sort::ApiKey => (Category::Secret, "secret-field:token"),
            Sort::Every => (Category::Secret, "secret-field:every"),
            Sort::Header => (Category::AuthHeader, "auth-header"),
            Sort::Cookie => (Category::AuthHeader, "cookie"),
            Sort::Signature => (Category::WebhookSignature, "webhook-signature"),
            Sort::Cluster => (Category::Kubeconfig, "kubeconfig"),
        };
        // What a word of any text could be is no known secret.
        let distinct = sort != Sort::Every || fields::may_be_chosen(value) || fields::looks_made(value);
        self.take(value, category, detector, distinct)
    }

    fn items(&mut self, items: &mut [Value], sort: Option<Sort>) {
        let mut said = None;
        for item in items {
            let own = match (&*item, said.take()) {
                (Value::String(_), Some(pair)) => Some(pair),
                _ => sort,
            };
            if let Value::String(text) = &*item
                && sort != Some(Sort::Every)
            {
                said = self.said_by(text);
            }
            match item {
                Value::String(text) if own == sort => {
                    let clean = self.assignment(text, sort);
                    if let Some(clean) = clean {
                        *text = clean;
                    }
                }
                item => self.walk(item, own),
            }
        }
    }

    /// What an item of a list says of the next one: the name of a header, a flag.
    fn said_by(&mut self, text: &str) -> Option<Sort> {
        let name = text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if name { self.sort_of(text.trim_start_matches('-')) } else { None }
    }

    /// An item that is written as `KEY=value` or `Header: value`.
    fn assignment(&mut self, text: &str, sort: Option<Sort>) -> Option<String> {
        let split = text.split_once('=').filter(|(key, _)| {
            key.len() <= 128 && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        if let Some((key, value)) = split.filter(|_| sort.is_none())
            && let Some(own) = self.sort_of(key)
            && !marks::is_mark(value)
            && fields::is_secret(value, own)
        {
            self.look(text.len());
            return Some(format!("{key}={}", self.take_field(value, own)));
        }
        self.field(text, sort)
    }

    fn fields(&mut self, fields: &mut Map<String, Value>, sort: Option<Sort>) {
        let named = self.named_by(fields);
        let cluster = fields.get("kind").is_some_and(|kind| kind == "Secret");
        let mut renamed: HashMap<String, String> = HashMap::new();
        for (key, value) in fields.iter_mut() {
            let own = match sort {
                Some(Sort::Every) => sort,
                _ if cluster && key == "data" => Some(Sort::Every),
                _ if named.is_some() && VALUES.contains(&key.as_str()) => named,
                _ => self.sort_of(key),
            };
            self.walk(value, own);
            renamed.extend(self.key(key).map(|clean| (key.clone(), clean)));
        }
        if !renamed.is_empty() {
            let rename = |(key, value)| (renamed.remove(&key).unwrap_or(key), value);
            *fields = std::mem::take(fields).into_iter().map(rename).collect();
        }
    }

    /// A key without what must not be kept; `None` where it stays.
    fn key(&mut self, key: &str) -> Option<String> {
        if key.len() < SHORTEST_KEY || self.plain_keys.contains(key) {
            return None;
        }
        self.look(key.len());
        match self.clean(key) {
            Cow::Owned(clean) => Some(clean),
            Cow::Borrowed(_) => {
                if self.plain_keys.len() < MOST_KEYS && key.len() <= 128 {
                    self.plain_keys.insert(key.to_owned());
                }
                None
            }
        }
    }

    /// What the name in a pair of name and value says of the value.
    fn named_by(&mut self, fields: &Map<String, Value>) -> Option<Sort> {
        if fields.len() > 8 {
            return None;
        }
        let name = NAMES.iter().find_map(|name| fields.get(*name)?.as_str().map(str::to_owned))?;
        self.sort_of(&name)
    }

    /// What a key says, remembered.
    pub(super) fn sort_of(&mut self, key: &str) -> Option<Sort> {
        if let Some(sort) = self.sorts.get(key) {
            return *sort;
        }
        let sort = fields::sort_of(key);
        if self.sorts.len() < MOST_KEYS {
            self.sorts.insert(key.to_owned(), sort);
        }
        sort
    }
}
