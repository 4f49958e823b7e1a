//! A plan leaves out no block that holds a match, and leaves out those that cannot.

use lorekeep::index::{BUCKETS, Grams, GrepPattern, Plan, scan};
use proptest::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;

fn buckets(text: &str) -> BTreeSet<u32> {
    Grams::default().buckets_of(text).iter().copied().collect()
}

/// The blocks that a plan admits, and how often it looked something up.
fn admitted(plan: &Plan, blocks: &[String]) -> (Vec<u32>, usize) {
    let mut lists: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut grams = Grams::default();
    for (block, number) in blocks.iter().zip(0..) {
        for bucket in grams.buckets_of(block) {
            lists.entry(*bucket).or_default().push(number);
        }
    }
    let mut asked = BTreeSet::new();
    let mut look_up = |bucket: u32| {
        assert!(asked.insert(bucket), "a bucket is looked up once");
        Ok::<_, Infallible>(lists.get(&bucket).cloned().unwrap_or_default())
    };
    let found = plan.blocks(&mut look_up).unwrap();
    assert_eq!(found.is_none(), plan.is_all());
    (found.unwrap_or_else(|| (0..blocks.len() as u32).collect()), asked.len())
}

fn matches(pattern: &GrepPattern, block: &str) -> bool {
    let mut hits = 0;
    scan(block, pattern, &mut |_, _| hits += 1);
    hits > 0
}

fn assert_no_match_is_lost(pattern: &GrepPattern, blocks: &[String]) {
    let (found, _) = admitted(pattern.plan(), blocks);
    assert!(found.is_sorted());
    for (block, number) in blocks.iter().zip(0..) {
        assert!(!matches(pattern, block) || found.contains(&number), "{pattern:?} is lost in {block:?}");
    }
}

/// Whether a pattern's plan admits each of some blocks.
fn admits(pattern: &GrepPattern, blocks: &[&str]) -> Vec<bool> {
    let blocks: Vec<String> = blocks.iter().map(|block| format!("{block}\n")).collect();
    let (found, _) = admitted(pattern.plan(), &blocks);
    (0..blocks.len() as u32).map(|number| found.contains(&number)).collect()
}

fn regex(pattern: &str) -> GrepPattern {
    GrepPattern::regex(pattern, true).unwrap()
}

fn any_case(text: &str) -> GrepPattern {
    GrepPattern::literal(text, false).unwrap()
}

/// Letters whose case is simple, is not, or hides in another letter.
const LETTERS: &str = "abkKsS\u{212A}\u{17F}ßẞüÜσςΣИи 1";

fn letters(most: usize) -> impl Strategy<Value = String> {
    let letter = prop::sample::select(LETTERS.chars().collect::<Vec<_>>());
    prop::collection::vec(letter, 0..most).prop_map(|letters| letters.into_iter().collect())
}

fn blocks() -> impl Strategy<Value = Vec<String>> {
    let block = prop::collection::vec(letters(9), 1..4).prop_map(|lines| lines.join("\n") + "\n");
    prop::collection::vec(block, 1..6)
}

/// Expressions of all forms, over few letters so that texts match them.
fn expressions() -> impl Strategy<Value = String> {
    let class = prop::sample::select(vec![".", "[abk]", "[^a]", r"\w", "[0-9]", "[ks]", r"\s", "[Ии]", r"\p{Lu}"]);
    let look = prop::sample::select(vec!["", r"\b", "^", "$", "(?i)"]);
    let leaf = prop_oneof![
        6 => letters(5).prop_map(|text| format!("(?:{text})")),
        3 => class.prop_map(str::to_owned),
        1 => look.prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let times = prop::sample::select(vec!["?", "*", "+", "{2}", "{1,3}", "{2,}", "{6}", "+?"]);
        prop_oneof![
            4 => prop::collection::vec(inner.clone(), 1..5).prop_map(|parts| parts.concat()),
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join("|"))),
            2 => (inner, times).prop_map(|(part, times)| format!("(?:{part}){times}")),
        ]
    })
}

/// The text with some of its letters in the other case.
fn recased(text: &str, turns: u64) -> String {
    let turned = |(c, place): (char, u32)| match (c, turns >> (place % 64) & 1, turns >> (place % 61) & 2) {
        ('k' | 'K', 1, 2) => '\u{212A}',
        ('s' | 'S', 1, 2) => '\u{17F}',
        (c, 1, _) if c.is_lowercase() => c.to_uppercase().next().unwrap(),
        (c, 1, _) => c.to_lowercase().next().unwrap(),
        _ => c,
    };
    text.chars().zip(0..).map(turned).collect()
}

proptest! {
    #[test]
    fn a_block_has_the_buckets_of_its_lines_in_order(lines in prop::collection::vec(letters(12), 0..5), turns: u64) {
        let block = lines.join("\n");
        let mut grams = Grams::default();
        grams.buckets_of("what was collected before leaves no trace");
        let found = grams.buckets_of(&block).to_vec();
        prop_assert!(found.is_sorted_by(|a, b| a < b) && found.iter().all(|bucket| *bucket < BUCKETS));
        let by_line: BTreeSet<u32> = lines.iter().flat_map(|line| buckets(line)).collect();
        prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), by_line);
        let ascii: String = block.chars().filter(|c| c.is_ascii() && !c.is_ascii_digit()).collect();
        prop_assert!(buckets(&recased(&ascii, turns)).is_superset(&buckets(&ascii.to_lowercase())));
    }

    #[test]
    fn no_match_of_an_expression_is_lost(expression in expressions(), case: bool, mut blocks in blocks(), turns: u64) {
        let Ok(pattern) = GrepPattern::regex(&expression, case) else { return Ok(()) };
        blocks.extend(blocks.clone().iter().map(|block| recased(block, turns)));
        assert_no_match_is_lost(&pattern, &blocks);
    }

    #[test]
    fn no_match_of_literals_is_lost(texts in prop::collection::vec(letters(30), 0..30), turns: u64, case: bool) {
        let pattern = GrepPattern::any_of(&texts, case).unwrap();
        let same = texts.iter().map(|text| format!("beside\n- {text}!\n"));
        let turned = texts.iter().map(|text| format!("beside\n- {}!\n", recased(text, turns)));
        assert_no_match_is_lost(&pattern, &same.chain(turned).collect::<Vec<_>>());
    }

    #[test]
    fn a_match_made_from_the_expression_is_not_lost(
        (expression, text) in expressions().prop_flat_map(|expression| {
            let plain = expression.replace(r"\b", "").replace("(?i)", "").replace('$', "").replace("[^a]", "b").replace('^', "");
            let text = prop::string::string_regex(&plain).unwrap();
            (Just(plain), text)
        }),
        turns: u64,
    ) {
        let Ok(pattern) = GrepPattern::regex(&expression, false) else { return Ok(()) };
        let blocks = [format!("x\nx{text}x\nx\n"), format!("{}\n", recased(&text, turns)), format!("{text}{text}\n")];
        assert_no_match_is_lost(&pattern, &blocks);
    }

    #[test]
    fn a_block_of_other_letters_is_left_out(text in "[a-zA-ZäÄИи ]{3,40}", other in "[0-9\n-]{0,200}", case: bool) {
        let pattern = GrepPattern::literal(&text, case).unwrap();
        let all = admitted(pattern.plan(), &[other.clone(), format!("{text}\n")]).0;
        // Single buckets collide; all of a longer text's do not.
        prop_assert!(text.len() < 6 || all == [1], "{text:?} in {other:?}");
    }
}

#[test]
fn letters_without_case_are_found_in_either() {
    let found = admits(&any_case("flaky checks"), &["FLAKY Checks", "fla\u{212A}y chec\u{212A}\u{17F}", "flaky", "-"]);
    assert_eq!(found, [true, true, false, false]);
    assert_eq!(admits(&any_case("Überblick"), &["ÜBERBLICK", "der überblick", "Uberblock"]), [true, true, false]);
    assert_eq!(admits(&any_case("память"), &["ПАМЯТЬ", "Память", "помять"]), [true, true, false]);
}

#[test]
fn letters_with_case_are_found_in_that_one() {
    let found = admits(&regex("(Sheets|asctime|Chart)"), &["Chart", "chart", "CHART", "asctime", "Sheets", "sheets"]);
    assert_eq!(found, [true, false, false, true, true, false]);
    assert_eq!(admits(&regex("Mai(?i)n"), &["Main", "MaiN", "main", "MAIN"]), [true, true, false, false]);
}

#[test]
fn digits_are_found_by_their_shape() {
    let found = admits(&regex("[A-Z][0-9]{4}"), &["C2001", "c2001", "C20", "2001C", "É2001", "X 0000 A12"]);
    assert_eq!(found, [true, false, false, false, false, true]);
    assert_eq!(admits(&regex("v[0-9]+ of [0-9]{3}"), &["v1 of 200", "v1 of 20"]), [true, false]);
}

#[test]
fn an_expression_asks_for_what_it_must_hold() {
    assert_eq!(
        admits(&regex("gr[ae]y (cat|dog)s+"), &["grey dogs", "gray catss", "groy dogs", "grey cows"]),
        [true, true, false, false]
    );
    assert_eq!(admits(&regex("C4[0-9]{3}"), &["C4201", "C4x", "-"]), [true, false, false]);
    assert_eq!(admits(&regex(r"retry\w*\s+(twice|once more)"), &["retrying once more", "retry never"]), [true, false]);
    assert_eq!(admits(&regex("(?:abc){3,}"), &["abcabcabc", "abc abc", "xbcx"]), [true, false, false]);
    assert_eq!(admits(&regex("colou?r"), &["color", "colour", "colr"]), [true, true, false]);
}

#[test]
fn what_asks_for_nothing_admits_all() {
    for pattern in ["", "a", "ab", r"\w+", "x*", ".", "abc|d", "(abc)?", "[^x]{9}", r"\d{4}"] {
        assert!(regex(pattern).plan().is_all(), "{pattern}");
    }
    assert!(any_case("é").plan().is_all());
}

#[test]
fn what_matches_nothing_admits_nothing() {
    let nothing = GrepPattern::any_of(&[], true).unwrap();
    assert_eq!(admits(&nothing, &["a", ""]), [false, false]);
    assert_eq!(admits(&regex("abc[a&&b]d"), &["abcd"]), [false]);
    assert_eq!(admits(&regex("abc|[a&&b]"), &["abc", "x"]), [true, false]);
}

#[test]
fn a_long_pattern_asks_for_few_buckets_of_all_its_parts() {
    let words: Vec<String> = (0..300u32).map(|n| format!("word{}end", n * 7919)).collect();
    let sentence = words.join(" ");
    let literal = GrepPattern::literal(&sentence, true).unwrap();
    let (found, asked) = admitted(literal.plan(), &[sentence.clone(), sentence[..sentence.len() / 2].to_owned()]);
    assert!(found == [0] && asked <= 256, "{asked} buckets");
    let any = GrepPattern::any_of(&words[..200], true).unwrap();
    let (found, asked) = admitted(any.plan(), &[words[199].clone(), "wood end".to_owned(), words[0].clone()]);
    assert!(found == [0, 2] && asked <= 256, "{asked} buckets");
}

/// Many blocks, so that lists are long and unlike: some hold a word, some two, in many ways.
#[test]
fn long_lists_are_put_together() {
    let block = |n: u32| {
        let word = |every: u32, word: &'static str| if n.is_multiple_of(every) { word } else { "" };
        format!("{} {} {}\n", word(3, "alpha"), word(50, "gamma"), word(7, "omega"))
    };
    let blocks: Vec<String> = (0..2000).map(block).collect();
    let holding = |expected: fn(u32) -> bool| (0..2000).filter(|n| expected(*n)).collect::<Vec<_>>();
    let found = |pattern: &str| admitted(regex(pattern).plan(), &blocks).0;
    assert_eq!(found("alpha.*omega"), holding(|n| n % 21 == 0));
    assert_eq!(found("alpha.*gamma"), holding(|n| n % 150 == 0));
    assert_eq!(found("gamma|omega"), holding(|n| n % 50 == 0 || n % 7 == 0));
    assert_eq!(found("(alpha|gamma).*omega"), holding(|n| (n % 3 == 0 || n % 50 == 0) && n % 7 == 0));
}

#[test]
fn an_absent_gram_ends_the_search() {
    let plan = any_case("queue of things").plan().clone();
    let mut asked = 0;
    let none = plan.blocks(&mut |_| {
        asked += 1;
        Ok::<_, Infallible>(Vec::new())
    });
    assert_eq!((none, asked), (Ok(Some(Vec::new())), 1));
    let refused = plan.blocks(&mut |bucket| Err(bucket));
    assert!(refused.is_err_and(|bucket| bucket < BUCKETS));
}
