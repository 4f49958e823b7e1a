//! The default layout of a new memory repository.

use crate::base::Timestamp;

/// The files of a new memory repository: path and text.
pub(super) fn files(now: Timestamp) -> Vec<(&'static str, String)> {
    let mut files: Vec<(&'static str, String)> =
        crate::ontology::built_in_files().iter().map(|(path, text)| (*path, (*text).to_owned())).collect();
    let attributes: String = super::driver::ATTRIBUTES.iter().map(|line| format!("{line}\n")).collect();
    files.push((".gitattributes", attributes));
    files.push(("README.md", README.to_owned()));
    files.push(("pages/company-brain.md", format!("{FIRST_PAGE_HEAD}updatedAt: {now}\n{FIRST_PAGE_BODY}")));
    files.sort();
    files
}

const README: &str = "\
# Company brain

What this organization knows, for its people and its agents. Files are the authority: edit them, commit,
push. A push that the ontology does not allow is refused, with the place and the way to mend it.

- `graph/` holds records as YAML, `pages/`, `runbooks/`, `decisions/`, `incidents/` records as Markdown.
- `notes/`, `meetings/`, `scratch/` take any Markdown.
- `ontology/` says which kinds of records and edges there are.

Check before you push: `lorekeep validate`. Ask: `lorekeep query \"what you look for\"`.
";

const FIRST_PAGE_HEAD: &str = "\
---
id: term:company-brain
kind: Term
title: Company brain
status: approved
owners: [team:platform]
tags: [memory]
";

const FIRST_PAGE_BODY: &str = "\
---
# Company brain

The memory that the people and agents of this organization share. It lives in this git repository, so every
fact has an author, a moment and a history.
";
