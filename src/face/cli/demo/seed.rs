//! Seeds a data directory the way people and agents would: tokens, proposals, approvals, merges.

use super::files::{Landing, ORGS, Org, Who};
use crate::base::time::{FixedClock, SystemClock};
use crate::base::{Clock, OrgId, Principal, PrincipalKind, RepositoryName, Timestamp};
use crate::engine::{
    Caller, Code, Engine, EngineConfig, EngineError, NewChange, NewUpdate, Role, UpdateAction, UpdateFilter,
};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// The repository that each organization has.
const REPOSITORY: &str = "brain";
/// The file that remembers the demo's tokens, so that another run shows the same.
const FILE: &str = "demo.json";
const HOUR: i64 = 3_600;
/// How long before the demo begins the organizations were made, in hours.
const BEGUN_HOURS_AGO: i64 = 21 * 24;

/// What a seeded data directory holds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Demo {
    /// When it was seeded.
    pub seeded_at: Timestamp,
    /// Its organizations.
    pub orgs: Vec<DemoOrg>,
}

/// An organization of the demo and its tokens.
#[derive(Debug, Serialize, Deserialize)]
pub struct DemoOrg {
    pub name: String,
    pub reader: String,
    pub agent: String,
    pub reviewer: String,
    pub maintainer: String,
}

/// A proposal that waits for a reviewer.
pub struct Waiting {
    pub org: String,
    pub id: String,
    pub title: String,
    pub diff_digest: String,
}

/// Reads what an earlier run seeded here, or seeds.
pub fn prepare(data_dir: &Path, program: &Path) -> Result<Demo, EngineError> {
    let file = data_dir.join(FILE);
    if let Ok(text) = std::fs::read(&file) {
        let damaged = |e| EngineError::new(Code::BadRequest, format!("{}: {e}", file.display()));
        return serde_json::from_slice(&text).map_err(damaged);
    }
    let now = SystemClock.now();
    let clock = Arc::new(FixedClock::at(hours_before(now, BEGUN_HOURS_AGO)));
    let (data_dir, hook_program) = (data_dir.to_owned(), program.to_owned());
    let engine = Engine::serve(EngineConfig { data_dir, hook_program, clock: Arc::clone(&clock) as Arc<dyn Clock> })?;
    refuse_others(&engine)?;
    let orgs = ORGS.iter().map(|org| seed_org(&engine, org, &clock, now)).collect::<Result<_, _>>()?;
    let demo = Demo { seeded_at: now, orgs };
    remember(&file, &demo)?;
    Ok(demo)
}

fn hours_before(now: Timestamp, hours: i64) -> Timestamp {
    Timestamp::from_seconds(now.seconds() - hours * HOUR)
}

/// A data directory that somebody uses is no place for a demo.
fn refuse_others(engine: &Engine) -> Result<(), EngineError> {
    if engine.orgs()?.is_empty() {
        return Ok(());
    }
    Err(EngineError::new(Code::AlreadyExists, "the data directory holds something else: give the demo a new folder"))
}

fn remember(file: &Path, demo: &Demo) -> Result<(), EngineError> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let text = serde_json::to_vec_pretty(demo).expect("a demo is plain JSON");
    let fresh = file.with_extension("new");
    let opened = std::fs::File::options().create(true).write(true).truncate(true).mode(0o600).open(&fresh);
    let written = opened.and_then(|mut f| f.write_all(&text)).and_then(|()| std::fs::rename(&fresh, file));
    written.map_err(|e| EngineError::new(Code::Unavailable, format!("{} cannot be written: {e}", file.display())))
}

fn seed_org(engine: &Engine, org: &Org, clock: &FixedClock, now: Timestamp) -> Result<DemoOrg, EngineError> {
    let move_to = |hours| clock.advance(hours_before(now, hours).seconds() - clock.now().seconds());
    move_to(BEGUN_HOURS_AGO);
    let id = OrgId::parse(org.name).expect("the demo's names are well-formed");
    let repository = RepositoryName::parse(REPOSITORY).expect("the demo's names are well-formed");
    engine.create_org(&id)?;
    engine.create_repository(&id, &repository, None, &mut |_, _| ())?;
    let [reader, agent, reviewer, maintainer] = Who::ALL.map(|who| token(engine, &id, who));
    let made = DemoOrg {
        name: org.name.to_owned(),
        reader: reader?,
        agent: agent?,
        reviewer: reviewer?,
        maintainer: maintainer?,
    };
    for landing in org.landings {
        move_to(landing.hours_ago);
        land(engine, &made, landing, clock.now())?;
    }
    Ok(made)
}

fn token(engine: &Engine, org: &OrgId, who: Who) -> Result<String, EngineError> {
    let (kind, name, role) = match who {
        Who::Reader => (PrincipalKind::User, "rita", Role::Reader),
        Who::Agent => (PrincipalKind::Agent, "scribe", Role::Proposer),
        Who::Reviewer => (PrincipalKind::User, "ada", Role::Reviewer),
        Who::Maintainer => (PrincipalKind::User, "grace", Role::Maintainer),
    };
    let principal = Principal::new(kind, name).expect("the demo's names are well-formed");
    Ok(engine.create_token(org, name, &principal, role, None, None)?.token)
}

impl DemoOrg {
    /// The token of one of its people.
    pub fn token(&self, who: Who) -> &str {
        match who {
            Who::Reader => &self.reader,
            Who::Agent => &self.agent,
            Who::Reviewer => &self.reviewer,
            Who::Maintainer => &self.maintainer,
        }
    }

    fn caller(&self, engine: &Engine, who: Who) -> Result<Caller, EngineError> {
        engine.authenticate(self.token(who))
    }
}

fn land(engine: &Engine, org: &DemoOrg, landing: &Landing, now: Timestamp) -> Result<(), EngineError> {
    let change = |(path, text): &(&str, &str)| NewChange {
        path: (*path).to_owned(),
        action: "upsert".to_owned(),
        content: Some(text.replace("LANDED", &now.to_string())),
        from: None,
        reason: None,
    };
    let update = NewUpdate {
        title: landing.title.to_owned(),
        reason: landing.reason.to_owned(),
        changes: landing.files.iter().map(change).collect(),
        ..NewUpdate::default()
    };
    let proposed = engine.propose(&org.caller(engine, landing.by)?, &update)?;
    let Some(reviewer) = landing.approved_by else { return Ok(()) };
    let reviewer = org.caller(engine, reviewer)?;
    let expected_diff_digest = proposed.diff_digest.to_string();
    let approve =
        UpdateAction::Approve { expected_diff_digest: expected_diff_digest.clone(), comment: None, signature: None };
    engine.act(&reviewer, &proposed.id, &approve)?;
    engine.act(&reviewer, &proposed.id, &UpdateAction::Merge { expected_diff_digest }).map(drop)
}

/// The newest proposal that waits for a reviewer.
pub fn waiting(engine: &Engine, demo: &Demo) -> Result<Option<Waiting>, EngineError> {
    let filter = UpdateFilter { phase: Some("AwaitingApproval".to_owned()), ..UpdateFilter::default() };
    for org in &demo.orgs {
        let page = engine.updates(&org.caller(engine, Who::Reviewer)?, &filter, None, 1)?;
        if let Some(update) = page.items.into_iter().next() {
            return Ok(Some(Waiting {
                org: org.name.clone(),
                id: update.id.to_string(),
                title: update.title,
                diff_digest: update.diff_digest.to_string(),
            }));
        }
    }
    Ok(None)
}
