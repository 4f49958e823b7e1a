//! The same lines as `git grep`, at every commit; and the bounds of a grep.

use super::world::{World, path};
use crate::support::TestRepo;
use lorekeep::base::{CommitId, Oid};
use lorekeep::git::{At, ReadRepository, Repository};
use lorekeep::index::{FileMatches, GrepPattern, Index, Landing, LineMatch, PathChange};
use lorekeep::note::FileClass;

/// A repository with four commits of all sorts of text.
fn repository() -> TestRepo {
    let repo = TestRepo::with_files(&[
        ("notes/a.md", "# Title\n\nThe queue is full.\nthe Queue again\r\n\tindented queue\n"),
        ("notes/b.md", "no newline at the end: queue"),
        ("graph/s.yaml", "nodeKind: Service\nid: service:queue\n"),
        ("empty.txt", ""),
        ("src/x.rs", "fn queue() {}\n\n\nfn other(a: [u8; 4]) {}\n"),
    ]);
    repo.commit_files(&[("notes/a.md", "# Title\n\nThe queue is empty.\n"), ("ü/ö.md", "Größe\nqueue\n\n")], "second");
    repo.commit_files(&[("notes/b.md", "queue\nqueue\nqueue\n"), ("binary.bin", "queue\0queue\n")], "third");
    repo.git(&["rm", "-q", "src/x.rs"]);
    repo.commit_files(
        &[("notes/a.md", "# Title\n\nThe queue is full.\nthe Queue again\r\n\tindented queue\n")],
        "fourth",
    );
    repo
}

fn landings(repo: &Repository) -> Vec<Landing> {
    let tip = repo.tip().unwrap().expect("there are commits");
    let mut line: Vec<CommitId> = repo.first_parents(tip, None).unwrap().into_iter().map(|c| c.id).collect();
    if line[0] == tip {
        line.reverse();
    }
    let mut before = None;
    let landing = |commit: CommitId| {
        let changes = repo.changes(before.map(At::from), At::from(commit)).unwrap();
        before = Some(commit);
        let change = |change: lorekeep::git::Change| PathChange {
            path: path(std::str::from_utf8(&change.path).unwrap()),
            blob: change.new.map(|entry| entry.oid),
        };
        Landing { commit, position: 0, changes: changes.into_iter().map(change).collect() }
    };
    line.into_iter().map(landing).collect()
}

fn shown(found: &[FileMatches]) -> Vec<String> {
    let line = |file: &FileMatches, n: u32, text: &str| format!("{}\0{n}\0{text}", file.path);
    found.iter().flat_map(|file| file.lines.iter().map(move |l| line(file, l.line, &l.text))).collect()
}

/// What git finds, without the empty piece after a final line break, which git takes for a line where a pattern matches nothing.
fn git_grep(repo: &TestRepo, commit: CommitId, pattern: &str, flags: &[&str]) -> Vec<String> {
    let commit = commit.to_string();
    let mut args = vec!["-c", "core.quotePath=false", "grep", "-n", "-z", "-I", "--full-name"];
    args.extend(flags);
    args.extend(["-e", pattern, commit.as_str()]);
    let output = repo.try_git(&args, b"");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.split_terminator('\n').map(|line| line.strip_prefix(&format!("{commit}:")).unwrap());
    lines.filter(|line| !is_past_the_end(repo, &commit, line)).map(str::to_owned).collect()
}

fn is_past_the_end(repo: &TestRepo, commit: &str, line: &str) -> bool {
    let parts: Vec<&str> = line.split('\0').collect();
    let file = repo.try_git(&["show", &format!("{commit}:{}", parts[0])], b"").stdout;
    parts[1].parse::<usize>().unwrap() > String::from_utf8(file).unwrap().lines().count()
}

#[test]
fn lines_are_those_of_git_grep_at_every_commit() {
    let test_repo = repository();
    let repo = Repository::open(&test_repo.git_dir()).unwrap();
    let (index, landings) = (Index::in_memory(), landings(&repo));
    index.advance(&mut landings.iter().cloned(), &repo, &mut |_, _| ()).unwrap();
    let mut compared = 0;
    for landing in &landings {
        let view = index.view(landing.commit).unwrap().unwrap();
        for (text, sensitive) in
            [("queue", true), ("QUEUE", false), ("[u8; 4]", true), ("Größe", true), ("nothing", true)]
        {
            let flags = if sensitive { &["-F"][..] } else { &["-F", "-i"][..] };
            let ours = view.grep(&GrepPattern::literal(text, sensitive).unwrap(), &|_| true);
            assert_eq!(shown(&ours), git_grep(&test_repo, landing.commit, text, flags), "{text}");
            compared += shown(&ours).len();
        }
        let every_second: Vec<_> = view.files().iter().step_by(2).map(|file| &file.path).collect();
        for pattern in ["queue", "^$", "$", "[[:space:]]", "zebra"] {
            let pattern = GrepPattern::regex(pattern, true).unwrap();
            let scoped = view.grep(&pattern, &|file| every_second.contains(&&file.path));
            let lines = view.grep_files(&pattern, &every_second).into_iter();
            let found = every_second.iter().zip(lines).filter(|(_, lines)| !lines.is_empty());
            let found: Vec<_> = found.map(|(path, lines)| FileMatches { path: (*path).clone(), lines }).collect();
            assert_eq!(found, scoped, "{pattern:?}");
        }
        for pattern in
            ["^$", "queue$", "^queue", "^[^q]*$", "q[a-z]+e", "(full|empty)[.]$", "^.{5,7}$", "[[:space:]]queue"]
        {
            let ours = view.grep(&GrepPattern::regex(pattern, true).unwrap(), &|_| true);
            assert_eq!(shown(&ours), git_grep(&test_repo, landing.commit, pattern, &["-E"]), "{pattern}");
            compared += shown(&ours).len();
        }
    }
    assert!(compared > 100, "only {compared} lines were compared");
}

#[test]
fn a_grep_gives_the_first_lines_and_counts_all() {
    let view = World::of(&[("a.txt", "x\ny\nx\n"), ("b.txt", "x\n"), ("c.txt", "x\n")]).view();
    let pattern = GrepPattern::literal("x", true).unwrap();
    let (found, total) = view.grep_most(&pattern, &|_| true, 3);
    assert_eq!(total, 4);
    assert_eq!(shown(&found), ["a.txt\u{0}1\u{0}x", "a.txt\u{0}3\u{0}x", "b.txt\u{0}1\u{0}x"]);
    assert_eq!(view.grep_most(&pattern, &|_| true, 0), (Vec::new(), 4));
    assert_eq!(view.grep_most(&pattern, &|file| file.path.as_str() == "b.txt", 3).1, 1);
}

#[test]
fn files_are_searched_in_the_order_asked() {
    let view = World::of(&[("a.txt", "x\ny"), ("b.txt", "x\n"), ("c.txt", "")]).view();
    let pattern = GrepPattern::literal("x", true).unwrap();
    let [a, b, c, none] = ["a.txt", "b.txt", "c.txt", "none"].map(path);
    let found = view.grep_files(&pattern, &[&b, &none, &a, &c, &b]);
    let x = [LineMatch { line: 1, text: "x".to_owned(), spans: vec![(0, 1)] }];
    assert_eq!(found, [&x[..], &[], &x, &[], &x]);
    assert!(view.grep_files(&pattern, &[]).is_empty());
}

#[test]
fn a_file_says_whether_its_text_holds_secrets() {
    let secret = format!("key: ghp_{}\n", "a1B2".repeat(9));
    let mut world = World::of(&[("a.md", "nothing\n"), ("b.md", "a line\nwithout an end"), ("c.txt", &secret)]);
    world.land(&[("a.md", Some(secret.as_bytes())), ("c.txt", Some(b"nothing\n"))]);
    let index = world.index();
    for (n, expected) in [(0, [false, false, true]), (1, [true, false, false])] {
        let view = index.view(world.commit(n)).unwrap().unwrap();
        assert_eq!(view.files().iter().map(|file| file.has_secrets).collect::<Vec<_>>(), expected);
        assert!(
            view.files().iter().all(|file| file.searchable && view.file(file.path.as_str()).as_ref() == Some(file))
        );
    }
}

#[test]
fn every_text_can_be_reached_and_nothing_else() {
    let mut world =
        World::of(&[("indexes/graph-index.json", "word"), ("src/x.rs", "word"), ("ontology/a.yaml", "word")]);
    let big = [b"word\n".repeat(300_000), Vec::new()].concat();
    world.land(&[("zero.md", Some(b"word\0")), ("latin.md", Some(b"word \xff")), ("big.md", Some(&big))]);
    let view = world.view();
    let found = view.grep(&GrepPattern::literal("word", true).unwrap(), &|_| true);
    let paths: Vec<&str> = found.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["indexes/graph-index.json", "ontology/a.yaml", "src/x.rs"]);
    let unsearchable: Vec<&str> = view.files().iter().filter(|f| !f.searchable).map(|f| f.path.as_str()).collect();
    assert_eq!(unsearchable, ["big.md", "latin.md", "zero.md"]);
    assert_eq!(view.text(&path("big.md")), None);
    assert_eq!(view.files()[1].class, FileClass::Generated);
    assert!(view.entries().is_empty());
}

#[test]
fn the_blob_ids_are_those_of_git() {
    let test_repo = repository();
    let repo = Repository::open(&test_repo.git_dir()).unwrap();
    let (index, landings) = (Index::in_memory(), landings(&repo));
    index.advance(&mut landings.iter().cloned(), &repo, &mut |_, _| ()).unwrap();
    for landing in &landings {
        let view = index.view(landing.commit).unwrap().unwrap();
        let tree = test_repo.git(&["ls-tree", "-r", "-z", &landing.commit.to_string()]);
        let ours: Vec<(String, Oid)> = view.files().iter().map(|f| (f.path.to_string(), f.blob)).collect();
        let line = |line: &str| {
            let (head, path) = line.split_once('\t').unwrap();
            (path.to_owned(), Oid::parse(head.rsplit(' ').next().unwrap()).unwrap())
        };
        assert_eq!(ours, tree.split_terminator('\0').map(line).collect::<Vec<_>>());
    }
}
