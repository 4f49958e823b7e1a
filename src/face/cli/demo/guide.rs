//! What the demo prints: tokens, and commands to try.

use super::files::Who;
use super::seed::{Demo, Waiting};
use crate::base::Timestamp;
use std::fmt::Write;
use std::net::SocketAddr;

const TEMPLATE: &str = include_str!("guide.txt");
/// A moment of the story before the outage: twelve days before the demo begins, in seconds.
const EARLIER: i64 = 12 * 24 * 3_600;

/// The text of a demo that listens somewhere.
pub fn text(demo: &Demo, address: SocketAddr, waiting: Option<&Waiting>, data: &str) -> String {
    let earlier = Timestamp::from_seconds(demo.seeded_at.seconds() - EARLIER);
    TEMPLATE
        .replace("{server}", &format!("http://{address}"))
        .replace("{host}", &address.to_string())
        .replace("{tokens}", &tokens(demo))
        .replace("{earlier}", &earlier.to_string())
        .replace("{waiting}\n", &waiting.map(waiting_text).unwrap_or_default())
        .replace("{data}", data)
}

fn tokens(demo: &Demo) -> String {
    let mut lines = Vec::new();
    for org in &demo.orgs {
        for who in Who::ALL {
            lines.push(format!("export {}_{}={}", org.name.to_uppercase(), word(who), org.token(who)));
        }
    }
    lines.join("\n")
}

fn word(who: Who) -> &'static str {
    match who {
        Who::Reader => "READER",
        Who::Agent => "AGENT",
        Who::Reviewer => "REVIEWER",
        Who::Maintainer => "MAINTAINER",
    }
}

/// A proposal of the agent that a reviewer can land at once.
fn waiting_text(waiting: &Waiting) -> String {
    let Waiting { org, id, title, diff_digest } = waiting;
    let update = format!("$SERVER/api/orgs/{org}/agents/memory/updates/{id}");
    let token = format!("${}_REVIEWER", org.to_uppercase());
    let mut out = format!("# 9. A proposal of the agent waits for you: {title}. Read its diff, then land it.\n");
    let _ = writeln!(out, "curl -s {update} -H \"Authorization: Bearer {token}\"; echo");
    for action in ["approve", "merge"] {
        let _ = writeln!(out, "curl -s {update}/{action} -H \"Authorization: Bearer {token}\" \\");
        let _ = writeln!(
            out,
            "  -H \"Content-Type: application/json\" -d '{{\"expectedDiffDigest\": \"{diff_digest}\"}}' | grep -o '\"phase\":\"[^\"]*\"'"
        );
    }
    out.push('\n');
    out
}
