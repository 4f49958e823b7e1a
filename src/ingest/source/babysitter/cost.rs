//! What a run says that it cost.

use super::super::look;
use crate::ingest::StepKind;
use serde_json::Value;

/// Tokens and money of an event or a result, wherever it puts them.
pub(super) fn of(data: &Value) -> Option<StepKind> {
    let usage = ["usage", "tokens", "tokenUsage"].iter().find_map(|key| data.get(key)).unwrap_or(data);
    let cost = data.get("cost").filter(|cost| cost.is_object()).unwrap_or(data);
    let cached = ["cacheReadTokens", "cache_read_input_tokens", "cacheCreationTokens", "cache_creation_input_tokens"];
    let read = look::number(usage, &["inputTokens", "input_tokens", "promptTokens", "tokensIn", "input"]).unwrap_or(0);
    let tokens_in = cached.iter().filter_map(|key| look::number(usage, &[key])).fold(read, u64::saturating_add);
    let tokens_out =
        look::number(usage, &["outputTokens", "output_tokens", "completionTokens", "tokensOut", "output"]).unwrap_or(0);
    let micro_usd =
        look::micros(cost, &["costUsd", "costUSD", "totalCostUsd", "usd", "amountUsd", "cost", "total"]).unwrap_or(0);
    let any = tokens_in > 0 || tokens_out > 0 || micro_usd > 0;
    any.then(|| StepKind::Spent { tokens_in, tokens_out, micro_usd, model: look::line(data, &["model"]) })
}
