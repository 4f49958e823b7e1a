//! What is taken out of imports, and what is not: the thresholds that are promised.

use super::planted::{KINDS_LEAST, cases, clean, measure, wrong};

#[test]
fn of_planted_secrets_hardly_one_is_left_and_no_id_is_harmed() {
    let cases = cases(1);
    let measured = measure(&cases);
    assert!(cases.len() >= 2_000 && measured.by_kind.len() >= KINDS_LEAST, "{}", cases.len());
    assert!(measured.harmed.is_empty(), "{:#?}", measured.harmed);
    let recall = measured.all.recall();
    assert!(recall >= 0.98, "{recall:.4}: {:#?}", measured.missed);
    for (place, score) in &measured.by_place {
        assert!(score.recall() >= 0.95, "{place}: {score:?}: {:#?}", measured.missed);
    }
}

#[test]
fn of_clean_text_at_most_one_place_in_a_mebibyte_is_taken_out() {
    let texts = clean::texts(3 << 20);
    let (count, shown) = wrong(&texts);
    assert!(count <= 3, "{count}: {shown:#?}");
}
