//! The measuring half of `run.sh`: draws questions out of a corpus, asks them of every system and prints JSON lines.
//!
//! `cargo bench --bench compare -- PART FOLDER` runs one part; `run.sh` says what a folder holds and runs all parts. Each
//! part is a process of its own, so that the most memory it held is its own too.

mod advance;
mod checkout;
mod draw;
mod fresh;
mod http;
#[path = "../import.rs"]
#[allow(dead_code, reason = "the other benches use the rest")]
mod import;
mod line;
mod ours;
mod process;
mod setup;

use setup::Setup;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let [part, folder] = &arguments[..] else {
        println!("benches/compare/run.sh runs this bench, and prints one table of what it finds");
        return;
    };
    let setup = Setup::open(folder.as_ref());
    match part.as_str() {
        "draw" => draw::draw(&setup),
        "index-tip" => ours::index(&setup, "tip.git", "index the tip"),
        "index-line" => ours::index(&setup, "memory.git", "index the whole line"),
        "ask" => ours::ask(&setup),
        "processes" => process::ask(&setup),
        "tantivy" => fresh::measure(&setup),
        "http" => http::ask(&setup),
        "landings" => advance::prepare(&setup),
        "advance" => advance::measure(&setup),
        other => panic!("there is no part {other}"),
    }
}
