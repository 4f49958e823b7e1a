//! A memory in memory, and the questions put to it.

use lorekeep::base::store::{BlobError, BlobStore};
use lorekeep::base::{CommitId, Digest, GlobSet, Oid, RepoPath};
use lorekeep::index::{Index, Landing, PathChange, View};
use lorekeep::ontology::{Ranking, built_in};
use lorekeep::query::{
    self, Excerpt, GraphQuestion, GrepQuestion, Hit, Mode, QueryContext, QueryError, QueryLimits, QueryOutcome,
    QueryRequest, Question, Visibility,
};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Files by path.
#[derive(Clone, Default)]
pub(super) struct Memory(BTreeMap<String, String>);

/// A memory at its commit, and who asks.
pub(super) struct Asking {
    view: Arc<View>,
    /// What the asker may see.
    pub(super) sight: Visibility,
    /// The tip of the default branch.
    pub(super) current: CommitId,
    /// What counts in the order of answers.
    pub(super) ranking: Ranking,
}

impl Memory {
    /// The files below `fixtures/query/memory`.
    pub(super) fn fixture() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/query/memory");
        let mut memory = Self::default();
        memory.read(&root, &root);
        assert!(memory.0.len() > 10, "the fixture is there");
        memory
    }

    /// The memory with one more file, or another text for it.
    pub(super) fn with(mut self, path: &str, text: impl Into<String>) -> Self {
        self.0.insert(path.to_owned(), text.into());
        self
    }

    /// Commits the files one way or the other round: the answers must not differ.
    pub(super) fn asking(&self) -> Asking {
        self.landed(&[self.0.keys().cloned().collect()])
    }

    /// Commits the files in several landings.
    pub(super) fn landed(&self, landings: &[Vec<String>]) -> Asking {
        let index = Index::in_memory();
        let change = |path: &String| PathChange {
            path: RepoPath::parse(path).expect("a test path is a path"),
            blob: Some(oid(self.0[path].as_bytes())),
        };
        let count = landings.len();
        let mut landings = landings.iter().enumerate().map(|(at, paths)| Landing {
            position: 0,
            // The last commit has the same name whatever came before it.
            commit: commit(u8::try_from(count - at).expect("few landings")),
            changes: paths.iter().map(change).collect(),
        });
        index.advance(&mut landings, self, &mut |_, _| {}).expect("the files are there");
        let view = index.view(commit(1)).expect("the index is read").expect("the commit is indexed");
        Asking { view, sight: Visibility::default(), current: commit(1), ranking: built_in().ranking.clone() }
    }

    /// The paths of all files.
    pub(super) fn paths(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    fn read(&mut self, root: &Path, folder: &Path) {
        for item in std::fs::read_dir(folder).expect("the fixture folder is there") {
            let path = item.expect("a readable folder").path();
            if path.is_dir() {
                self.read(root, &path);
            } else {
                let name = path.strip_prefix(root).expect("below the root").to_str().expect("UTF-8").to_owned();
                self.0.insert(name, std::fs::read_to_string(&path).expect("a text"));
            }
        }
    }
}

impl BlobStore for Memory {
    fn blob(&self, asked: Oid, _limit: u64) -> Result<Vec<u8>, BlobError> {
        let found = self.0.values().find(|text| oid(text.as_bytes()) == asked);
        found.map(|text| text.clone().into_bytes()).ok_or(BlobError::Unreadable { oid: asked, reason: "none".into() })
    }
}

impl Asking {
    /// The same memory for somebody who may see less.
    pub(super) fn seeing(mut self, sight: Visibility) -> Self {
        self.sight = sight;
        self
    }

    /// The same memory with another ranking.
    pub(super) fn ranking(mut self, change: impl FnOnce(&mut Ranking)) -> Self {
        change(&mut self.ranking);
        self
    }

    /// Reports.
    pub(super) fn report(&self, request: &query::ReportRequest) -> query::MemoryReport {
        query::report(&self.view, &self.sight, request)
    }

    /// Asks the graph.
    pub(super) fn graph(&self, request: &query::GraphRequest) -> Result<query::Neighbourhood, query::GraphError> {
        query::neighbourhood(&self.view, &self.sight, request)
    }

    /// Asks, and takes the answer.
    pub(super) fn ask(&self, request: &QueryRequest) -> QueryOutcome {
        self.try_ask(request).expect("the question is valid")
    }

    /// Asks.
    pub(super) fn try_ask(&self, request: &QueryRequest) -> Result<QueryOutcome, QueryError> {
        let digest = Digest::of(b"ontology");
        let context = QueryContext {
            organization: "a5c",
            visibility: &self.sight,
            ranking: &self.ranking,
            ontology_digest: &digest,
            current_commit: self.current,
            stale_by_seconds: 172_800,
        };
        query::run(&self.view, &context, request)
    }
}

/// A commit for tests.
pub(super) fn commit(n: u8) -> CommitId {
    CommitId(Oid::from_bytes([n; 20]))
}

/// A question about a text, with the usual defaults.
pub(super) fn about(text: &str) -> QueryRequest {
    question(Question { text: Some(text.to_owned()), ..Question::default() })
}

/// A request around a question.
pub(super) fn question(query: Question) -> QueryRequest {
    QueryRequest {
        memory_repository: "org-company-brain".to_owned(),
        requested_ref: Some("main".to_owned()),
        requested_at: None,
        query,
        limits: QueryLimits::default(),
        explain: true,
        render_prompt: false,
        max_tokens: None,
    }
}

/// A question by filters and edges.
pub(super) fn graph(text: Option<&str>, graph: GraphQuestion) -> QueryRequest {
    question(Question { text: text.map(str::to_owned), mode: Mode::GraphOnly, graph, ..Question::default() })
}

/// A page with an id, a title and edges, each `kind target`.
pub(super) fn page(id: &str, title: &str, edges: &[&str]) -> String {
    let mut of_kind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for edge in edges {
        let (kind, target) = edge.split_once(' ').expect("a kind and a target");
        of_kind.entry(kind).or_default().push(target);
    }
    let (kind, title, related) = (
        id.split(':').next().expect("an id has a kind"),
        escaped(title),
        serde_json::to_string(&of_kind).expect("edges are JSON"),
    );
    format!("---\nid: {id}\nkind: {kind}\ntitle: \"{title}\"\nstatus: approved\nrelated: {related}\n---\n")
}

/// A text as it stands within double quotes in YAML, whatever it holds.
fn escaped(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == ' ';
    text.chars().map(|c| if plain(c) { c.to_string() } else { format!("\\U{:08x}", u32::from(c)) }).collect()
}

/// A question for what is around a record.
pub(super) fn around(root: &str, depth: u8) -> query::GraphRequest {
    query::GraphRequest { root: root.to_owned(), depth: Some(depth), ..query::GraphRequest::default() }
}

/// A question for the shortest path.
pub(super) fn between(from: &str, to: &str) -> query::GraphRequest {
    query::GraphRequest { root: from.to_owned(), to: Some(to.to_owned()), ..query::GraphRequest::default() }
}

/// A question for lines.
pub(super) fn grep(grep: GrepQuestion) -> QueryRequest {
    question(Question { mode: Mode::GrepOnly, grep, ..Question::default() })
}

/// A literal pattern.
pub(super) fn pattern(text: &str) -> GrepQuestion {
    GrepQuestion { pattern: Some(text.to_owned()), ..GrepQuestion::default() }
}

/// A reading of documents.
pub(super) fn read(names: &[&str]) -> QueryRequest {
    question(Question { select: strings(names), mode: Mode::DocumentRead, ..Question::default() })
}

/// Owned texts.
pub(super) fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Globs.
pub(super) fn globs(globs: &[&str]) -> GlobSet {
    GlobSet::new(globs).expect("test globs are globs")
}

/// The ids of an answer's records, in order.
pub(super) fn ids(outcome: &QueryOutcome) -> Vec<&str> {
    outcome.records.iter().map(|hit| hit.id.as_str()).collect()
}

/// A record of an answer.
pub(super) fn hit<'a>(outcome: &'a QueryOutcome, id: &str) -> &'a Hit {
    outcome.records.iter().find(|hit| hit.id == id).unwrap_or_else(|| panic!("{id} is in {:?}", ids(outcome)))
}

/// The details of one sort of reason of a record.
pub(super) fn details<'a>(hit: &'a Hit, reason: &str) -> Vec<&'a str> {
    hit.why.iter().filter(|why| why.reason == reason).map(|why| why.detail.as_str()).collect()
}

/// The places of an answer's excerpts.
pub(super) fn places(outcome: &QueryOutcome) -> Vec<String> {
    outcome.excerpts.iter().map(|e| format!("{}:{}-{}", e.path, e.line_start, e.line_end)).collect()
}

/// The texts that an excerpt's matches mark.
pub(super) fn marked(excerpt: &Excerpt) -> Vec<String> {
    let lines: Vec<&str> = excerpt.text.split('\n').collect();
    let text = |&(line, from, to): &(u32, u32, u32)| {
        let line = lines[(line - excerpt.line_start) as usize];
        line.chars().skip(from as usize - 1).take((to - from) as usize).collect()
    };
    excerpt.matches.iter().map(text).collect()
}

fn oid(bytes: &[u8]) -> Oid {
    Oid::parse(&Digest::of(bytes).as_str()["blake3:".len()..][..40]).expect("40 hexadecimal digits")
}
