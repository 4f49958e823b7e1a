//! One list of lines gives every version of a file back, and says since when each line is there.

use lorekeep::index::{OPEN, Run, Weave, live_in};
use proptest::prelude::*;

/// The file at a landing: its lines, each with the landing that brought it.
fn lines(weave: &Weave, at: u32) -> Vec<(u32, u32)> {
    weave.live(at).flat_map(|(ids, from)| ids.map(move |id| (id, from))).collect()
}

fn ids(weave: &Weave, at: u32) -> Vec<u32> {
    lines(weave, at).into_iter().map(|(id, _)| id).collect()
}

/// What a path held from each landing on; `None` where it was gone.
type History = Vec<(u32, Option<Vec<u32>>)>;

fn weave_of(history: &History) -> Weave {
    let mut weave = Weave::new();
    for (at, file) in history {
        match file {
            Some(ids) => weave.advance(*at, ids),
            None => weave.close(*at),
        }
    }
    weave
}

fn file_at(history: &History, at: u32) -> Vec<u32> {
    let last = history.iter().rev().find(|(from, _)| *from <= at);
    last.and_then(|(_, file)| file.clone()).unwrap_or_default()
}

/// Files of few different lines, so that lines come twice, go, and come back; and some files are gone.
fn histories() -> impl Strategy<Value = History> {
    let file = prop_oneof![
        6 => prop::collection::vec(0u32..6, 0..12).prop_map(Some),
        2 => (0u32..40, 0u32..20).prop_map(|(first, len)| Some((first..first + len).collect())),
        1 => Just(None),
    ];
    prop::collection::vec((0u32..3, file), 0..12).prop_map(|steps| {
        let mut at = 0;
        let landed = |(step, file): (u32, Option<Vec<u32>>)| {
            at += step;
            (at, file)
        };
        steps.into_iter().map(landed).collect()
    })
}

/// A long file, and edits of it: where, how many lines go, which come.
fn long_histories() -> impl Strategy<Value = History> {
    let edit = (0usize..3000, 0usize..400, prop::collection::vec(0u32..5000, 0..200));
    let versions = prop::collection::vec(prop::collection::vec(edit, 1..8), 1..4);
    (prop::collection::vec(0u32..3000, 2000..3000), versions).prop_map(|(first, versions)| {
        let mut history = vec![(0, Some(first.clone()))];
        let mut file = first;
        for (edits, at) in versions.into_iter().zip(1..) {
            for (place, gone, new) in edits {
                let start = place.min(file.len());
                let end = (start + gone).min(file.len());
                file.splice(start..end, new);
            }
            history.push((at, Some(file.clone())));
        }
        history
    })
}

fn assert_tells(history: &History) {
    let weave = weave_of(history);
    let bytes = weave.encode();
    assert_eq!(Weave::decode(&bytes, 6000).as_ref(), Some(&weave));
    for at in 0..=history.last().map_or(0, |(at, _)| at + 1) {
        assert_eq!(ids(&weave, at), file_at(history, at), "the file at {at}");
        assert!(weave.live(at).eq(live_in(&bytes, at)), "the encoded file at {at}");
        for (id, from) in lines(&weave, at) {
            assert!(from <= at);
            assert!((from..at).all(|then| file_at(history, then).contains(&id)), "{id} of {at} was there since {from}");
        }
    }
}

proptest! {
    #[test]
    fn every_version_comes_back_with_origins_that_hold(history in histories()) {
        assert_tells(&history);
    }

    #[test]
    fn a_weave_goes_on_from_the_lines_of_an_older_one(history in histories(), cut in 0usize..12) {
        let cut = cut.min(history.len());
        let mut weave = weave_of(&history[..cut].to_vec());
        let start = cut.checked_sub(1).map_or(0, |last| history[last].0);
        let mut later = Weave::of(weave.live(start));
        for (at, file) in &history[cut..] {
            let file = file.as_deref().unwrap_or_default();
            weave.advance(*at, file);
            later.advance(*at, file);
        }
        for at in start..history.last().map_or(0, |(at, _)| at + 1) {
            prop_assert_eq!(lines(&weave, at), lines(&later, at));
        }
    }

    #[test]
    fn hostile_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..64), at: u32, count: u32) {
        prop_assert!(live_in(&bytes, at).count() <= bytes.len());
        if let Some(weave) = Weave::decode(&bytes, count) {
            prop_assert!(weave.runs().iter().all(|run| run.ids.end <= count && run.from < run.to));
            prop_assert_eq!(weave.live(at).count(), live_in(&bytes, at).count());
        }
    }

    #[test]
    fn a_weave_cut_short_is_refused(history in histories(), cut in 1usize..40) {
        let weave = weave_of(&history);
        let bytes = weave.encode();
        let shorter = Weave::decode(&bytes[..bytes.len().saturating_sub(cut)], 6000);
        prop_assert!(weave.runs().is_empty() || shorter.is_none_or(|shorter| shorter.runs().len() < weave.runs().len()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn long_files_come_back(history in long_histories()) {
        assert_tells(&history);
    }
}

#[test]
fn a_file_that_never_changes_is_one_run() {
    let file: Vec<u32> = (10..500).collect();
    let mut weave = Weave::new();
    (3..50).for_each(|at| weave.advance(at, &file));
    assert_eq!(weave.runs(), [Run { ids: 10..500, from: 3, to: OPEN }]);
    assert!(weave.encode().len() <= 5);
}

#[test]
fn a_change_within_one_landing_leaves_no_trace() {
    let mut weave = Weave::new();
    weave.advance(1, &[0, 1, 2, 3]);
    weave.advance(2, &[0, 1, 9, 2, 3]);
    weave.advance(2, &[0, 1, 2, 3]);
    assert_eq!(weave.runs(), [Run { ids: 0..4, from: 1, to: OPEN }]);
}

#[test]
fn lines_that_come_back_are_new() {
    let mut weave = Weave::new();
    weave.advance(1, &[0, 1, 2]);
    weave.close(5);
    weave.advance(9, &[0, 1, 2]);
    assert_eq!(lines(&weave, 4), [(0, 1), (1, 1), (2, 1)]);
    assert_eq!(lines(&weave, 5), []);
    assert_eq!(lines(&weave, 9), [(0, 9), (1, 9), (2, 9)]);
}

#[test]
fn lines_around_edits_keep_their_origin_however_long_the_file_is() {
    for len in [10u32, 1000, 20_000] {
        let mut file: Vec<u32> = (0..len).collect();
        let mut weave = Weave::new();
        weave.advance(0, &file);
        file[0] = len;
        file[len as usize / 2] = len + 1;
        file.push(len + 2);
        weave.advance(1, &file);
        let new: Vec<u32> = lines(&weave, 1).into_iter().filter(|(_, from)| *from == 1).map(|(id, _)| id).collect();
        assert_eq!(new, [len, len + 1, len + 2]);
    }
}

/// Files that make a plain comparison quadratic: one line over and over, two lines in turns, each second line another.
#[test]
fn hostile_files_are_told_apart() {
    let versions: [Vec<u32>; 6] = [
        vec![7; 200_000],
        vec![7; 150_000],
        (0..200_000).map(|n| n % 2).collect(),
        (0..200_000u32).map(|n| n.wrapping_mul(n) / 3 % 2).collect(),
        (0..100_000).map(|n| if n % 2 == 0 { n } else { n + 1_000_000 }).collect(),
        (0..100_000).map(|n| if n % 2 == 0 { n } else { n + 2_000_000 }).collect(),
    ];
    let mut weave = Weave::new();
    versions.iter().zip(0..).for_each(|(file, at)| weave.advance(at, file));
    for (file, at) in versions.iter().zip(0..) {
        assert_eq!(&ids(&weave, at), file);
    }
    let kept = lines(&weave, 5).into_iter().filter(|(_, from)| *from < 5).count();
    assert_eq!(kept, 50_000, "the lines that both hold are seen");
}
