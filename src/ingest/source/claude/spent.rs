//! Tokens and money: those of a message once, though it stands on several lines.

use super::super::look;
use crate::ingest::StepKind;
use serde_json::Value;
use std::collections::VecDeque;

/// So many messages are remembered: the lines of one stand near each other.
const RECENT: usize = 64;
const READ: &[&str] = &["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];

/// What was counted so far.
#[derive(Debug, Default)]
pub(super) struct Spending(VecDeque<(String, Numbers)>);

/// Tokens read and written, and money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Numbers {
    read: u64,
    written: u64,
    money: u64,
}

impl Spending {
    /// What a line of a message adds to what its other lines said.
    pub(super) fn of(&mut self, line: &Value, message: &Value, model: Option<String>) -> Option<StepKind> {
        let usage = message.get("usage").unwrap_or(&Value::Null);
        let now = Numbers {
            read: READ.iter().filter_map(|key| look::number(usage, &[key])).fold(0, u64::saturating_add),
            written: look::number(usage, &["output_tokens"]).unwrap_or(0),
            money: look::micros(line, &["costUSD"]).unwrap_or(0),
        };
        let before = match look::text(message, &["id"]) {
            Some(id) => self.remember(id, now),
            None => Numbers::default(),
        };
        let tokens_in = now.read.saturating_sub(before.read);
        let tokens_out = now.written.saturating_sub(before.written);
        let micro_usd = now.money.saturating_sub(before.money);
        let any = tokens_in > 0 || tokens_out > 0 || micro_usd > 0;
        any.then_some(StepKind::Spent { tokens_in, tokens_out, micro_usd, model })
    }

    /// What was counted of a message before; the larger numbers count from now on.
    fn remember(&mut self, id: &str, now: Numbers) -> Numbers {
        if let Some((_, counted)) = self.0.iter_mut().rev().find(|(known, _)| known == id) {
            let before = *counted;
            *counted = Numbers {
                read: before.read.max(now.read),
                written: before.written.max(now.written),
                money: before.money.max(now.money),
            };
            return before;
        }
        self.0.push_back((id.to_owned(), now));
        if self.0.len() > RECENT {
            self.0.pop_front();
        }
        Numbers::default()
    }
}
