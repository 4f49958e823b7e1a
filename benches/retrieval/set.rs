//! What is measured: notes, and questions with what answers them.

/// Notes and the questions asked of them.
pub struct Set {
    /// Its name, as the tables have it.
    pub name: &'static str,
    /// The files of the memory: path and text.
    pub notes: Vec<(String, String)>,
    /// What is to be found.
    pub targets: Vec<Target>,
    /// What is asked.
    pub questions: Vec<Question>,
    /// Whether the targets are sections of notes, not notes.
    pub sections: bool,
    /// What was left out of the data, and why.
    pub dropped: String,
}

/// Something that a question may be answered by: a note or a section of one.
pub struct Target {
    /// Its name: the path of a note; of a section the tag of its notes and the first word of its heading.
    pub name: String,
    /// The tag of the notes it is searched among; empty: among all.
    pub scope: String,
    /// What a searcher of plain texts is given.
    pub text: String,
}

/// A question and what answers it.
pub struct Question {
    /// Its words.
    pub text: String,
    /// The tag of the notes that are searched; empty: all.
    pub scope: String,
    /// The names of the targets that answer it; never empty, no name twice.
    pub gold: Vec<String>,
    /// What sort of question it is.
    pub group: &'static str,
    /// Which half it belongs to.
    pub half: Half,
}

/// The halves: what is chosen is chosen on one of them and told of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Constants may be chosen by it.
    Tune,
    /// Constants were never chosen by it.
    Report,
}

/// A text in one line.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as a double-quoted YAML scalar.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON, and JSON is YAML")
}
