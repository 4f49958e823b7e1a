//! A task: what the journal, its definition and its result say together.

use super::super::look;
use super::super::named::Named;
use super::super::telling::Telling;
use super::super::text::{bounded, head as cut, one_line};
use super::super::when::{When, ran};
use super::effects::Effect;
use super::layout::Layout;
use super::refs::{Leads, resolve};
use super::{head, results};
use crate::ingest::{Moment, Outcome, ProblemKind, SourceRef, Step, StepKind, Task};
use serde_json::Value;
use std::io;

/// Tells a task, and the step that it was where it ran a command or asked a person.
pub(super) fn tell(
    layout: &Layout<'_>,
    root: Option<&str>,
    id: &str,
    effect: Effect,
    named: &mut Named,
    telling: &mut Telling<'_>,
) -> io::Result<()> {
    let here = telling.here();
    check(layout, root, &effect.refs, telling);
    let (definition, defined) = read(layout, &format!("tasks/{id}/task.json"), telling)?;
    let (result, resulted) = read(layout, &format!("tasks/{id}/result.json"), telling)?;
    let (output, _) = match result {
        Value::Null => read(layout, &format!("tasks/{id}/output.json"), telling)?,
        _ => (Value::Null, None),
    };
    [&definition, &result, &output].into_iter().for_each(|value| named.look(value));
    named.model(definition.pointer("/inputs/model"));
    let source = resulted.or(defined).unwrap_or(here);
    let task = put_together(id, effect, &definition, &result, &output, source.clone());
    telling.return_to(source.clone());
    let kind = step(layout, root, &task, &definition, &result, telling)?;
    let at = task.ran.ended.or(task.ran.started);
    telling.tell(Moment::Task(task));
    kind.into_iter()
        .for_each(|kind| telling.tell(Moment::Step(Step { kind, at, aside: false, source: source.clone() })));
    Ok(())
}

fn read(layout: &Layout<'_>, path: &str, telling: &mut Telling<'_>) -> io::Result<(Value, Option<SourceRef>)> {
    let value = layout.json(path, telling)?;
    Ok(match value {
        Some(value) => (value, Some(telling.here())),
        None => (Value::Null, None),
    })
}

/// References have to stay in the run, and lead to something.
fn check(layout: &Layout<'_>, root: Option<&str>, refs: &[String], telling: &mut Telling<'_>) {
    for reference in refs {
        match resolve(reference, root) {
            Leads::Outside => {
                telling.problem(ProblemKind::OutsideRun, "a reference leaves the run and is not followed")
            }
            Leads::Inside(path) if layout.file(&path).is_none() => {
                telling.problem(ProblemKind::Missing, "a reference leads to a file that is not there");
            }
            Leads::Inside(_) => {}
        }
    }
}

fn put_together(
    id: &str,
    effect: Effect,
    definition: &Value,
    result: &Value,
    output: &Value,
    source: SourceRef,
) -> Task {
    let told = look::text(result, &["status"]).map(head::outcome).filter(|told| *told != Outcome::Running);
    let started = effect.started.or_else(|| When::of(result, &["startedAt"])).or(effect.requested);
    let ended = When::of(result, &["finishedAt", "completedAt"]).or(effect.ended);
    let name = effect.name.or_else(|| look::line(definition, &["taskId", "name"]));
    let given = ["result", "value", "output"].iter().find_map(|key| result.get(key)).filter(|given| !given.is_null());
    let given = given.or(Some(output)).filter(|given| !given.is_null());
    Task {
        id: one_line(id),
        name: name.or_else(|| look::line(result, &["taskId"])).unwrap_or_else(|| one_line(id)),
        title: look::line(definition, &["title"]).or(effect.label),
        kind: effect.kind.or_else(|| look::line(definition, &["kind"])),
        outcome: if effect.outcome == Outcome::Running { told.unwrap_or_default() } else { effect.outcome },
        ran: ran(started, ended),
        result: given.map(bounded),
        error: result.get("error").and_then(look::error).or(effect.error),
        source,
    }
}

fn step(
    layout: &Layout<'_>,
    root: Option<&str>,
    task: &Task,
    definition: &Value,
    result: &Value,
    telling: &mut Telling<'_>,
) -> io::Result<Option<StepKind>> {
    let ok = match task.outcome {
        Outcome::Completed => Some(true),
        Outcome::Failed => Some(false),
        Outcome::Running | Outcome::Cancelled => None,
    };
    if task.kind.as_deref() == Some("breakpoint") {
        let answer = task.result.as_ref().unwrap_or(&Value::Null);
        let asked = task.title.clone().unwrap_or_else(|| task.name.clone());
        return Ok(decision(Some(&asked), answer, task.outcome).map(|text| StepKind::Decide { text }));
    }
    let Some(line) = command(definition) else { return Ok(None) };
    let status = exit_status(result).or((ok == Some(true)).then_some(0));
    let ok = status.filter(|_| ok.is_some()).map(|status| status == 0 && ok == Some(true)).or(ok);
    let mut output = results::printed(layout, root, result, ok, telling)?;
    if let (true, Some(error)) = (output.is_empty(), &task.error) {
        output.clone_from(error);
    }
    Ok(Some(StepKind::Command { line, ok, status, output }))
}

fn exit_status(result: &Value) -> Option<i64> {
    let places = [Some(result), result.get("result"), result.get("value"), result.get("metadata")];
    let codes =
        places.into_iter().flatten().filter_map(|place| place.get("exitCode").or_else(|| place.get("exit_code")));
    codes.filter_map(Value::as_i64).next()
}

/// The command that a shell or node task runs.
fn command(definition: &Value) -> Option<String> {
    if let Some(shell) = definition.get("shell") {
        let line = shell.as_str().or_else(|| look::text(shell, &["command", "cmd", "script"]))?;
        return Some(with_args(line, shell));
    }
    let node = definition.get("node")?;
    let entry = look::text(node, &["entry", "script"])?;
    Some(with_args(&format!("node {entry}"), node))
}

fn with_args(line: &str, of: &Value) -> String {
    let args = of.get("args").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    cut(&std::iter::once(line).chain(args).collect::<Vec<_>>().join(" "))
}

/// What was decided: the question, and the answer in words where there are any.
pub(super) fn decision(asked: Option<&str>, answer: &Value, outcome: Outcome) -> Option<String> {
    let question = look::line(answer, &["question", "prompt", "title"]).or(asked.map(one_line));
    let words =
        look::line(answer, &["answer", "response", "decision", "choice", "option", "feedback", "comment", "message"]);
    let approved = answer.get("approved").or_else(|| answer.get("approve")).and_then(Value::as_bool);
    let verdict = match approved {
        Some(true) => Some("approved"),
        Some(false) => Some("refused"),
        None if words.is_some() => None,
        None => match outcome {
            Outcome::Completed => Some("resolved"),
            Outcome::Cancelled => Some("cancelled"),
            Outcome::Failed => Some("failed"),
            Outcome::Running => None,
        },
    };
    let answer = match (verdict, words) {
        (Some(verdict), Some(words)) => format!("{verdict}: {words}"),
        (Some(verdict), None) => verdict.to_owned(),
        (None, words) => words?,
    };
    Some(cut(&question.map_or(answer.clone(), |question| format!("{question}: {answer}"))))
}
