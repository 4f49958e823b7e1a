//! `lorekeep promote` against a server: an update that adds the record.

use super::client::Client;
use super::updates::print_update;
use crate::engine::{Code, EngineError};
use crate::face::cli::Outcome;
use crate::face::cli::promote::PromoteArgs;
use crate::face::wire::PromoteBody;

pub fn run(client: &Client<'_>, args: &PromoteArgs) -> Outcome {
    if args.dry_run {
        let message = "a dry run looks at the repository at hand: leave --server out, or name a clone by --repo";
        return Err(EngineError::new(Code::BadRequest, message));
    }
    let new = args.promotion()?;
    let body = PromoteBody {
        organization: None,
        memory_repository: client.server.repository.clone(),
        path: new.path,
        kind: new.kind,
        id: new.id,
        title: new.title,
        owners: new.owners,
        fields: new.fields,
    };
    print_update(&client.post(&client.memory("promote"), &body)?, args.json)
}
