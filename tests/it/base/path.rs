//! Paths that a repository may hold, and those it may not.

use lorekeep::base::RepoPath;
use lorekeep::base::path::BadPath;
use lorekeep::base::store::ShownBytes;

#[test]
fn ordinary_paths_are_taken_as_they_are() {
    let good = [
        "README.md",
        "a/b/c.yaml",
        ".gitignore",
        ".github/x",
        "a b/é.md",
        "a.b/..c",
        "git",
        ".gitx",
        "console/aux1.md",
        "com10",
        "a-b",
        "日本/語.md",
    ];
    good.iter()
        .for_each(|text| assert_eq!(RepoPath::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).as_str(), *text));
}

#[test]
fn what_could_name_anything_else_is_refused_with_its_reason() {
    let cases: &[(&[u8], BadPath)] = &[
        (b"", BadPath::Empty),
        (b"a//b", BadPath::Empty),
        (b"a/", BadPath::Empty),
        (b"\xff", BadPath::NotUtf8),
        (b"/etc/passwd", BadPath::Absolute),
        (b"../../etc/passwd", BadPath::Dots),
        (b"a/../b", BadPath::Dots),
        (b"./a", BadPath::Dots),
        (b".git/config", BadPath::DotGit),
        (b"a/.GIT", BadPath::DotGit),
        (b"git~1/x", BadPath::DotGit),
        (b".git./x", BadPath::DotGit),
        (b".git /x", BadPath::DotGit),
        (b".git::$INDEX_ALLOCATION", BadPath::DotGit),
        (".g\u{200c}it/x".as_bytes(), BadPath::DotGit),
        (b"a\nb", BadPath::Control),
        (b"a\x1b[31m", BadPath::Control),
        (b"a\0", BadPath::Control),
        (b"..\\x", BadPath::Backslash),
        (b"--exec=x", BadPath::LeadingDash),
        (b"a/-b", BadPath::LeadingDash),
        (b"CON", BadPath::Windows),
        (b"a/nul.yaml", BadPath::Windows),
        (b"com1.txt", BadPath::Windows),
        (b"a.", BadPath::Windows),
        (b"a ", BadPath::Windows),
        (b"a:b", BadPath::Windows),
        (b"a?", BadPath::Windows),
    ];
    for (bytes, why) in cases {
        assert_eq!(RepoPath::parse(bytes), Err(*why), "{}", ShownBytes(bytes));
    }
    assert_eq!(RepoPath::parse("a/".repeat(64) + "a"), Err(BadPath::TooLong));
    assert!(RepoPath::parse("a/".repeat(63) + "a").is_ok());
    assert_eq!(RepoPath::parse("a".repeat(4097)), Err(BadPath::TooLong));
}

#[test]
fn the_parts_of_a_path_are_given() {
    let parts = |text: &str| {
        let path = RepoPath::parse(text).unwrap();
        (path.file_name().to_owned(), path.extension().map(str::to_owned), path.parent().map(str::to_owned))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(parts("a/b/c.tar.gz"), ("c.tar.gz".into(), some("gz"), some("a/b")));
    assert_eq!(parts("README"), ("README".into(), None, None));
    assert_eq!(parts("a/.md"), (".md".into(), None, some("a")));
}

#[test]
fn bytes_are_shown_with_what_is_not_text_escaped() {
    assert_eq!(ShownBytes(b"a\n\x1b\xff\xc3\xa9").to_string(), "a\\n\\u{1b}\\xff\u{e9}");
}
