//! The marks that stand where something was taken out: `[REDACTED:secret:2]`.

use crate::base::Span;
use memchr::memmem;

const OPENING: &str = "[REDACTED:";
/// The longest mark, in bytes.
const LONGEST: usize = 48;

/// Why something is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Category {
    Secret,
    AuthHeader,
    WebhookSignature,
    PrivateKey,
    Kubeconfig,
    Path,
    Injection,
}

impl Category {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::AuthHeader => "auth-header",
            Self::WebhookSignature => "webhook-signature",
            Self::PrivateKey => "private-key",
            Self::Kubeconfig => "kubeconfig",
            Self::Path => "path",
            Self::Injection => "prompt-injection",
        }
    }

    /// The category of what a detector found.
    pub(super) fn of(detector: &str) -> Self {
        match detector {
            "auth-header" | "cookie" | "session-id" => Self::AuthHeader,
            "webhook-signature" => Self::WebhookSignature,
            "private-key" => Self::PrivateKey,
            "kubeconfig" => Self::Kubeconfig,
            _ => Self::Secret,
        }
    }

    /// The rule of a detector, as a report counts it.
    pub(super) fn rule(self, detector: &str) -> String {
        if detector == self.name() { detector.to_owned() } else { format!("{}:{detector}", self.name()) }
    }

    /// The mark of a number.
    pub(super) fn mark(self, number: usize) -> String {
        format!("{OPENING}{}:{number}]", self.name())
    }
}

/// Whether a text is a mark and nothing else.
pub(super) fn is_mark(text: &str) -> bool {
    mark_len(text.as_bytes()) == Some(text.len())
}

/// The marks of a text, in order.
pub(super) fn marks(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let begin = memmem::find_iter(bytes, OPENING);
    begin.filter_map(|start| Some(Span::new(start, start + mark_len(&bytes[start..])?))).collect()
}

/// The length of the mark that a text begins with.
fn mark_len(text: &[u8]) -> Option<usize> {
    let rest = text.strip_prefix(OPENING.as_bytes())?;
    let inside = &rest[..rest.len().min(LONGEST)];
    let end = inside.iter().position(|byte| *byte == b']')?;
    let (name, number) = std::str::from_utf8(&inside[..end]).ok()?.split_once(':')?;
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let counts = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (plain && counts).then_some(OPENING.len() + end + 1)
}
