//! LoCoMo: long conversations in sessions, and questions with the turns that answer them.
//!
//! The codes of the categories are those of the data: 1 multi-hop, 2 temporal, 3 open-domain, 4 single-hop, 5 adversarial.

use crate::set::{Half, Question, Set, Target, one_line, quoted};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Conversations and questions.
pub const FILE: &str = "locomo10.json";
/// How many conversations, the first ones, are the half that constants may be chosen by.
const TUNE: usize = 5;
const GROUPS: [&str; 6] = ["?", "multi-hop", "temporal", "open-domain", "single-hop", "adversarial"];

#[derive(Deserialize)]
struct Sample {
    sample_id: String,
    conversation: Map<String, Value>,
    qa: Vec<Asked>,
}

#[derive(Deserialize)]
struct Asked {
    question: String,
    evidence: Vec<String>,
    category: usize,
}

#[derive(Deserialize)]
struct Turn {
    dia_id: String,
    speaker: String,
    text: String,
    blip_caption: Option<String>,
}

/// A session of a conversation.
struct Session {
    conversation: String,
    number: usize,
    /// Such as `1:56 pm on 8 May, 2023`.
    date: String,
    turns: Vec<Turn>,
}

/// The sessions as notes: all conversations in one memory.
pub fn sessions(folder: &Path) -> Set {
    let samples: Vec<Sample> = crate::json(&folder.join(FILE));
    let sessions: Vec<Session> = samples.iter().flat_map(read_sessions).collect();
    let target = |session: &Session| Target {
        name: session.path(),
        scope: String::new(),
        text: format!("{}\n{}", session.title(), session.plain()),
    };
    let (questions, dropped) = questions(&samples, &sessions, |session, _| session.path(), |_| String::new());
    Set {
        name: "LoCoMo sessions",
        notes: sessions.iter().map(|session| (session.path(), session.note())).collect(),
        targets: sessions.iter().map(target).collect(),
        questions,
        sections: false,
        dropped,
    }
}

/// The turns as sections of the notes of their sessions; a question is asked of its own conversation.
pub fn turns(folder: &Path) -> Set {
    let samples: Vec<Sample> = crate::json(&folder.join(FILE));
    let sessions: Vec<Session> = samples.iter().flat_map(read_sessions).collect();
    let target = |session: &Session, turn: &Turn| Target {
        name: session.name_of(turn),
        scope: session.conversation.clone(),
        text: format!("{}: {}", turn.speaker, turn.said()),
    };
    let (questions, dropped) = questions(&samples, &sessions, Session::name_of, |sample| sample.sample_id.clone());
    Set {
        name: "LoCoMo turns",
        notes: sessions.iter().map(|session| (session.path(), session.note())).collect(),
        targets: sessions.iter().flat_map(|s| s.turns.iter().map(move |turn| target(s, turn))).collect(),
        questions,
        sections: true,
        dropped,
    }
}

impl Session {
    fn path(&self) -> String {
        format!("sessions/{}/session-{:02}.md", self.conversation, self.number)
    }

    fn title(&self) -> String {
        format!("{} session {}, {}", self.conversation, self.number, self.date)
    }

    fn name_of(&self, turn: &Turn) -> String {
        format!("{} {}", self.conversation, turn.dia_id)
    }

    fn plain(&self) -> String {
        self.turns.iter().map(|turn| format!("{}: {}\n", turn.speaker, turn.said())).collect()
    }

    /// The note of the session, as an import of sessions would write it: a heading for each turn.
    fn note(&self) -> String {
        let moment = moment(&self.date);
        let mut text = format!(
            "---\nid: babysitter-session:{0}-{1}\nkind: BabysitterSession\ntitle: {2}\nstatus: approved\n\
             owners: [team:memory]\ntags: [{0}]\nstartedAt: {moment}\nupdatedAt: {moment}\n---\n",
            self.conversation,
            self.number,
            quoted(&self.title()),
        );
        for turn in &self.turns {
            let said = turn.said();
            writeln!(text, "\n## {} {}\n\n{said}", turn.dia_id, turn.speaker).expect("a text takes it");
        }
        text
    }
}

impl Turn {
    fn said(&self) -> String {
        let photo = self.blip_caption.as_ref().map(|caption| format!(" (shares a photo: {caption})"));
        one_line(&self.text) + &photo.unwrap_or_default()
    }
}

fn read_sessions(sample: &Sample) -> Vec<Session> {
    let turns_of = |n: usize| {
        let turns = sample.conversation.get(&format!("session_{n}"))?;
        Some(Session {
            conversation: sample.sample_id.clone(),
            number: n,
            date: sample.conversation[&format!("session_{n}_date_time")].as_str()?.to_owned(),
            turns: serde_json::from_value(turns.clone()).expect("a session is a list of turns"),
        })
    };
    (1..=sample.conversation.len()).filter_map(turns_of).filter(|session| !session.turns.is_empty()).collect()
}

/// The questions that are answered by something, and what was dropped.
fn questions(
    samples: &[Sample],
    sessions: &[Session],
    name: impl Fn(&Session, &Turn) -> String,
    scope: impl Fn(&Sample) -> String,
) -> (Vec<Question>, String) {
    let turns = sessions.iter().flat_map(|session| session.turns.iter().map(move |turn| (session, turn)));
    let names: BTreeMap<(&str, &str), String> =
        turns.map(|(s, turn)| ((s.conversation.as_str(), turn.dia_id.as_str()), name(s, turn))).collect();
    let (mut questions, mut unknown, mut without) = (Vec::new(), 0, 0);
    for (n, sample) in samples.iter().enumerate() {
        for asked in &sample.qa {
            let ids: Vec<String> = asked.evidence.iter().flat_map(|text| turn_ids(text)).collect();
            let mut gold = Vec::new();
            for id in &ids {
                match names.get(&(sample.sample_id.as_str(), id.as_str())) {
                    Some(name) if gold.contains(name) => {}
                    Some(name) => gold.push(name.clone()),
                    None => unknown += 1,
                }
            }
            if gold.is_empty() {
                without += 1;
                continue;
            }
            questions.push(Question {
                text: asked.question.clone(),
                scope: scope(sample),
                gold,
                group: GROUPS.get(asked.category).unwrap_or(&GROUPS[0]),
                half: if n < TUNE { Half::Tune } else { Half::Report },
            });
        }
    }
    (questions, format!("{without} questions without evidence, {unknown} evidence ids that name no turn"))
}

/// The ids in a text of evidence, which may hold several, with slips: `D8:6; D9:17`, `D:11:26`, `D30:05`, `D`.
fn turn_ids(text: &str) -> Vec<String> {
    let parts = text.split('D').skip(1);
    let id = |part: &str| {
        let mut numbers = part.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<u32>().ok());
        Some(format!("D{}:{}", numbers.next()?, numbers.next()?))
    };
    parts.map(|part| id(part).unwrap_or_else(|| format!("D{part}"))).collect()
}

/// `1:56 pm on 8 May, 2023` as RFC 3339.
fn moment(date: &str) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<&str> = date.split([' ', ':', ',']).filter(|word| !word.is_empty()).collect();
    let [hour, minute, half, "on", day, month, year] = words[..] else { panic!("{date} is no date of a session") };
    let number = |text: &str| text.parse::<usize>().expect("a date is made of numbers");
    let hour = number(hour) % 12 + if half == "pm" { 12 } else { 0 };
    let month = MONTHS.iter().position(|name| month.starts_with(name)).expect("it is a month") + 1;
    format!("{year}-{month:02}-{:02}T{hour:02}:{:02}:00Z", number(day), number(minute))
}
