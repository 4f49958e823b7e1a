//! How the command line shows findings.

#[path = "../../../src/face/cli/env.rs"]
pub mod env;
#[path = "../../../src/face/cli/findings.rs"]
pub mod findings;
#[path = "../../../src/face/cli/github.rs"]
pub mod github;
#[path = "../../../src/face/cli/order.rs"]
pub mod order;
#[path = "../../../src/face/cli/sarif.rs"]
pub mod sarif;
#[path = "../../../src/face/cli/show.rs"]
pub mod show;
