//! What the demo's organizations know, and how they came to know it.

/// An organization of the demo.
pub struct Org {
    pub name: &'static str,
    /// Oldest first.
    pub landings: &'static [Landing],
}

/// A change that was proposed, approved and merged; or waits.
pub struct Landing {
    /// How long before the demo begins, in hours.
    pub hours_ago: i64,
    pub title: &'static str,
    pub reason: &'static str,
    pub by: Who,
    /// `None`: nobody has looked at it yet.
    pub approved_by: Option<Who>,
    /// Path and text. `LANDED` stands for the moment of the change.
    pub files: &'static [(&'static str, &'static str)],
}

/// Those who have a token in each organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Reader,
    Agent,
    Reviewer,
    Maintainer,
}

macro_rules! files {
    ($folder:literal: $($path:literal),* $(,)?) => { &[$(($path, include_str!(concat!("seed/", $folder, "/", $path)))),*] };
}

/// Every organization of the demo.
pub const ORGS: [Org; 2] = [
    Org {
        name: "acme",
        landings: &[
            Landing {
                hours_ago: 20 * 24,
                title: "Write down what we run and how",
                reason: "so far it was in our heads",
                by: Who::Maintainer,
                approved_by: Some(Who::Reviewer),
                files: files!("acme/1-begin":
                    "agents/small-changes.md",
                    "decisions/retry-budget.md",
                    "decisions/trunk-based.md",
                    "graph/repositories/shop.yaml",
                    "graph/services.yaml",
                    "graph/teams.yaml",
                    "notes/onboarding.md",
                    "runbooks/deploy-rollback.md",
                    "runbooks/payment-timeouts.md",
                ),
            },
            Landing {
                hours_ago: 9 * 24,
                title: "Record the checkout outage and what helped",
                reason: "the step that helped came 26 minutes late",
                by: Who::Agent,
                approved_by: Some(Who::Reviewer),
                files: files!("acme/2-outage": "incidents/checkout-outage.md", "runbooks/payment-timeouts.md"),
            },
            Landing {
                hours_ago: 2 * 24,
                title: "Retry a payment once, after a pause",
                reason: "incident:checkout-outage",
                by: Who::Reviewer,
                approved_by: Some(Who::Maintainer),
                files: files!("acme/3-backoff": "decisions/retry-backoff.md", "decisions/retry-budget.md"),
            },
            Landing {
                hours_ago: 3,
                title: "Say when a rollback does not help",
                reason: "incident:checkout-outage: the rollback that was tried first changed nothing",
                by: Who::Agent,
                approved_by: None,
                files: files!("acme/4-waiting": "runbooks/deploy-rollback.md"),
            },
        ],
    },
    Org {
        name: "globex",
        landings: &[
            Landing {
                hours_ago: 19 * 24,
                title: "Write down what runs on the trucks",
                reason: "the night shift asks every week",
                by: Who::Maintainer,
                approved_by: Some(Who::Reviewer),
                files: files!("globex/1-begin":
                    "decisions/retry-budget.md",
                    "graph/services.yaml",
                    "graph/teams.yaml",
                    "runbooks/deploy-rollback.md",
                ),
            },
            Landing {
                hours_ago: 26,
                title: "Roll back with the engine on",
                reason: "three tablets went dark below freezing",
                by: Who::Agent,
                approved_by: Some(Who::Reviewer),
                files: files!("globex/2-winter": "runbooks/deploy-rollback.md"),
            },
        ],
    },
];

impl Who {
    /// Everyone, in the order they are shown.
    pub const ALL: [Self; 4] = [Self::Reader, Self::Agent, Self::Reviewer, Self::Maintainer];
}
