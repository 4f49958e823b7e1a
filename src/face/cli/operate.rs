//! The operator's commands: orgs, repositories, tokens.

use super::args::{DataDir, ImportRootCommand, OrgCommand, PrincipalArg, RepoCommand, TokenCommand, TokenCreate};
use super::{Outcome, Verdict, keys, print, print_json, progress, show, when};
use crate::base::id::TokenId;
use crate::base::time::SystemClock;
use crate::base::{GlobSet, OrgId, Principal, PrincipalKind, RepositoryName};
use crate::engine::{Code, Engine, EngineConfig, EngineError, RepositoryView, TokenView};
use crate::engine::{Role, SourceScope};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub fn init(dir: &Path) -> Outcome {
    let commit = crate::engine::init(dir, &SystemClock)?;
    crate::engine::install_merge_driver(dir, &program()?)?;
    eprintln!("made a memory repository in {} (commit {})", dir.display(), commit.short());
    eprintln!("next: cd {} && lorekeep validate && lorekeep query \"company brain\"", dir.display());
    Ok(Verdict::Yes)
}

/// Opens the data directory beside a running server, or without one. It is made by its first org.
pub fn engine(data: &DataDir) -> Result<Engine, EngineError> {
    let folder = data_dir(data)?;
    if !folder.join("records.sqlite3").is_file() {
        let mend = format!("lorekeep org create ORG --data-dir {} begins one", folder.display());
        return Err(EngineError::new(Code::Unavailable, format!("{} is no data directory: {mend}", folder.display())));
    }
    Engine::operate(config(folder)?)
}

pub fn config(data_dir: PathBuf) -> Result<EngineConfig, EngineError> {
    Ok(EngineConfig { data_dir, hook_program: program()?, clock: Arc::new(SystemClock) })
}

/// Where this program is: git's hooks are run by it.
pub fn program() -> Result<PathBuf, EngineError> {
    std::env::current_exe()
        .map_err(|e| EngineError::new(Code::Unavailable, format!("the path of this program is not known: {e}")))
}

pub fn data_dir(data: &DataDir) -> Result<PathBuf, EngineError> {
    data.data_dir.clone().ok_or_else(|| {
        EngineError::new(Code::BadRequest, "no data directory: give --data-dir DIR, or set LOREKEEP_DATA_DIR")
    })
}

pub fn org(command: OrgCommand) -> Outcome {
    match command {
        OrgCommand::Create { org, data } => {
            let id = parse::<OrgId>(&org)?;
            Engine::operate(config(data_dir(&data)?)?)?.create_org(&id)?;
            eprintln!("made org {org}");
            eprintln!(
                "next: lorekeep repo create {org} brain; lorekeep token create --org {org} --name you --role admin"
            );
        }
        OrgCommand::RotateKey { org, data } => return keys::rotate(&org, &data),
        OrgCommand::ImportRoot(command) => import_root(command)?,
        OrgCommand::List { data, json } => {
            let orgs = engine(&data)?.orgs()?;
            if json {
                print_json(&orgs.iter().map(|(org, at)| json!({"name": org, "createdAt": at})).collect::<Vec<_>>())?;
            } else {
                print(&orgs.iter().map(|(org, _)| format!("{org}\n")).collect::<String>())?;
            }
        }
    }
    Ok(Verdict::Yes)
}

fn import_root(command: ImportRootCommand) -> Result<(), EngineError> {
    match command {
        ImportRootCommand::Add { org, folder, data } => {
            let root = engine(&data)?.add_import_root(&parse(&org)?, &folder)?;
            eprintln!("{org} may import runs from {}", root.display());
        }
        ImportRootCommand::Remove { org, folder, data } => {
            if !engine(&data)?.remove_import_root(&parse(&org)?, &folder)? {
                let message = format!("{} is no import root of {org}", folder.display());
                return Err(EngineError::new(Code::NotFound, message));
            }
            eprintln!("{org} imports no runs from {} any more", folder.display());
        }
        ImportRootCommand::List { org, data, json } => {
            let roots = engine(&data)?.import_roots(&parse(&org)?)?;
            let roots: Vec<String> = roots.iter().map(|root| root.display().to_string()).collect();
            match json {
                true => print_json(&roots)?,
                false => print(&roots.iter().map(|root| format!("{}\n", show::safe(root))).collect::<String>())?,
            }
        }
    }
    Ok(())
}

pub fn repo(command: RepoCommand) -> Outcome {
    match command {
        RepoCommand::Create { org, name, adopt, data, json } => {
            let engine = engine(&data)?;
            let (org, name) = (parse::<OrgId>(&org)?, parse::<RepositoryName>(&name)?);
            let made = progress::with_bar("indexing", |p| engine.create_repository(&org, &name, adopt.as_deref(), p))?;
            if json {
                print_json(&repository_json(&made))?;
            } else {
                let commits = made.indexed.1;
                eprintln!(
                    "made {org}/{name}: {commits} landings on {}, served at /orgs/{org}/{name}.git",
                    made.default_branch
                );
            }
        }
        RepoCommand::List { org, data, json } => {
            let all = engine(&data)?.repositories(&parse::<OrgId>(&org)?)?;
            if json {
                print_json(&all.iter().map(repository_json).collect::<Vec<_>>())?;
            } else {
                print(&all.iter().map(repository_line).collect::<String>())?;
            }
        }
    }
    Ok(Verdict::Yes)
}

fn repository_json(r: &RepositoryView) -> Value {
    json!({"name": r.name, "defaultBranch": r.default_branch, "tip": r.tip, "createdAt": r.created_at, "adopted": r.adopted,
           "indexedCommits": r.indexed.0, "commits": r.indexed.1, "policy": r.policy})
}

fn repository_line(r: &RepositoryView) -> String {
    let tip = r.tip.map_or_else(|| "empty".to_owned(), |t| t.short());
    format!("{}\t{}\t{tip}\t{} landings\n", r.name, r.default_branch, r.indexed.1)
}

pub fn token(command: TokenCommand) -> Outcome {
    match command {
        TokenCommand::Create(args) => create_token(&args)?,
        TokenCommand::List { org, data, json } => {
            let tokens = engine(&data)?.tokens(&parse::<OrgId>(&org)?)?;
            if json {
                print_json(&tokens.iter().map(token_json).collect::<Vec<_>>())?;
            } else {
                print(&tokens.iter().map(token_line).collect::<String>())?;
            }
        }
        TokenCommand::Revoke { id, data } => {
            engine(&data)?.revoke_token(&parse::<TokenId>(&id)?)?;
            eprintln!("revoked {id}");
        }
    }
    Ok(Verdict::Yes)
}

fn create_token(args: &TokenCreate) -> Result<(), EngineError> {
    let kind = match args.principal {
        PrincipalArg::User => PrincipalKind::User,
        PrincipalArg::Agent => PrincipalKind::Agent,
        PrincipalArg::Service => PrincipalKind::Service,
    };
    let principal = Principal::new(kind, &args.name).map_err(|e| bad(&e))?;
    let role: Role = parse(&args.role)?;
    let expires = args
        .expires
        .as_deref()
        .map(when::read_length)
        .transpose()
        .map_err(|e| EngineError::new(Code::BadRequest, e))?;
    let scope = scope(&args.sources)?;
    let made = engine(&args.data)?.create_token(&parse(&args.org)?, &args.name, &principal, role, scope, expires)?;
    if args.json {
        return print_json(
            &json!({"id": made.id, "token": made.token, "principal": principal, "role": role, "organization": args.org}),
        );
    }
    eprintln!("{} for {principal} ({role}); it is shown this once:", made.id);
    print(&format!("{}\n", made.token))
}

fn scope(globs: &[String]) -> Result<Option<SourceScope>, EngineError> {
    if globs.is_empty() {
        return Ok(None);
    }
    let globs = GlobSet::new(globs).map_err(|e| bad(&e))?;
    SourceScope::of_paths(globs).map(Some).map_err(|e| bad(&e))
}

fn token_json(t: &TokenView) -> Value {
    json!({"id": t.id, "organization": t.organization, "name": t.name, "principal": t.principal, "role": t.role,
           "expiresAt": t.expires_at, "revokedAt": t.revoked_at})
}

fn token_line(t: &TokenView) -> String {
    let state = match (t.revoked_at, t.expires_at) {
        (Some(at), _) => format!("revoked {at}"),
        (None, Some(at)) => format!("until {at}"),
        (None, None) => "no end".to_owned(),
    };
    format!("{}\t{}\t{}\t{state}\n", t.id, t.principal, show::safe(&t.role.to_string()))
}

pub fn parse<T: std::str::FromStr>(text: &str) -> Result<T, EngineError>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().map_err(|e: T::Err| bad(&e))
}

pub fn bad(error: &dyn std::error::Error) -> EngineError {
    EngineError::new(Code::BadRequest, error.to_string())
}
