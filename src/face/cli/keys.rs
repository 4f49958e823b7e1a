//! `lorekeep key` and `lorekeep org rotate-key`: the operator's part of who signs.

use super::args::DataDir;
use super::operate::{bad, engine, parse};
use super::{Outcome, Verdict, print, print_json, show};
use crate::base::{OrgId, Principal};
use crate::engine::{Code, EngineError, KeyView};
use crate::face::wire::RegisteredKey;
use clap::Subcommand;
use std::path::{Path, PathBuf};

/// The largest public key file that is read, in bytes.
const LARGEST: u64 = 64 << 10;

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Registers a public key for a principal.
    #[command(
        after_help = "Example:\n  lorekeep key add --org acme --principal user:ada ~/.ssh/id_ed25519.pub --data-dir ./data"
    )]
    Add {
        /// The organization.
        #[arg(long)]
        org: String,
        /// Whose key it is, such as `user:ada`.
        #[arg(long)]
        principal: String,
        /// The file with the public key, as `ssh-keygen` writes it.
        public_key: PathBuf,
        #[command(flatten)]
        data: DataDir,
    },
    /// Lists the registered keys of an organization, retired ones too.
    #[command(after_help = "Example:\n  lorekeep key list --org acme --data-dir ./data")]
    List {
        /// The organization.
        #[arg(long)]
        org: String,
        #[command(flatten)]
        data: DataDir,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Retires a key: what it signed stays signed, and it signs nothing new.
    #[command(after_help = "Example:\n  lorekeep key retire --org acme SHA256:... --data-dir ./data")]
    Retire {
        /// The organization.
        #[arg(long)]
        org: String,
        /// Its fingerprint, as `key list` shows it.
        fingerprint: String,
        #[command(flatten)]
        data: DataDir,
    },
}

pub fn run(command: KeyCommand) -> Outcome {
    match command {
        KeyCommand::Add { org, principal, public_key, data } => {
            let principal = Principal::parse(&principal).map_err(|e| bad(&e))?;
            let key = engine(&data)?.add_key(&parse::<OrgId>(&org)?, &principal, &read(&public_key)?)?;
            eprintln!("registered a key of {principal}:");
            print(&format!("{}\n", key.fingerprint))?;
        }
        KeyCommand::List { org, data, json } => {
            let keys = engine(&data)?.all_keys(&parse::<OrgId>(&org)?)?;
            if json {
                print_json(&keys.into_iter().map(RegisteredKey::from).collect::<Vec<_>>())?;
            } else {
                print(&keys.iter().map(line).collect::<String>())?;
            }
        }
        KeyCommand::Retire { org, fingerprint, data } => {
            let key = engine(&data)?.operator_retires_key(&parse::<OrgId>(&org)?, &fingerprint)?;
            eprintln!("retired {} of {}", key.fingerprint, key.principal);
        }
    }
    Ok(Verdict::Yes)
}

pub fn rotate(org: &str, data: &DataDir) -> Outcome {
    let rotated = engine(data)?.rotate_key(&parse::<OrgId>(org)?)?;
    if rotated.resumed {
        eprintln!("this is the rotation that was broken off before; run the command again for another one");
    }
    if let Some(retired) = rotated.retired {
        eprintln!("retired {retired}: what it signed up to {} stays verifiable", rotated.retired_at);
    }
    eprintln!("{org} signs with a new key; have clones fetch the allowed-signers file anew (GET .../signers):");
    print(&format!("{}\n", rotated.fingerprint))?;
    Ok(Verdict::Yes)
}

fn read(path: &Path) -> Result<String, EngineError> {
    use std::io::Read;
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(LARGEST).read_to_string(&mut text));
    read.map_err(|e| EngineError::new(Code::BadRequest, format!("{} cannot be read: {e}", path.display())))?;
    Ok(text)
}

fn line(key: &KeyView) -> String {
    let state = key.retired_at.map_or_else(|| format!("since {}", key.created_at), |at| format!("retired {at}"));
    format!("{}\t{}\t{state}\n", key.fingerprint, show::safe(&key.principal.to_string()))
}
