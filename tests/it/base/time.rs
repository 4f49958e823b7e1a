//! Moments and clocks.

use lorekeep::base::time::FixedClock;
use lorekeep::base::{Clock, Timestamp};

#[test]
fn rfc_3339_is_read_and_written_in_utc() {
    let cases = [
        ("2026-05-10T12:00:00Z", "2026-05-10T12:00:00Z"),
        ("2026-05-10t12:00:00z", "2026-05-10T12:00:00Z"),
        ("2026-05-10 12:00:00Z", "2026-05-10T12:00:00Z"),
        ("2026-05-10T14:30:00+02:30", "2026-05-10T12:00:00Z"),
        ("2026-05-10T12:00:00-00:00", "2026-05-10T12:00:00Z"),
        ("2026-05-10T12:00:00.999999Z", "2026-05-10T12:00:00Z"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
    ];
    for (text, written) in cases {
        assert_eq!(Timestamp::parse(text).unwrap_or_else(|e| panic!("{e}")).to_string(), written, "{text}");
    }
}

#[test]
fn what_is_not_rfc_3339_is_refused() {
    let bad = [
        "",
        "2026-05-10",
        "2026-05-10T12:00Z",
        "2026-05-10T12:00:00",
        "2026-05-10T12:00:00.Z",
        "2026-13-10T12:00:00Z",
        "2025-02-29T12:00:00Z",
        "2026-05-10T25:00:00Z",
        "2026-05-10T12:00:00+0200",
        "2026-05-10T12:00:00+02",
        "2026-05-10T12:00:00Z[UTC]",
        "+002026-05-10T12:00:00Z",
        "now",
        "1715342400",
        "２０２６-05-10T12:00:00Z",
        "2026-05-10T12:00:00Z\n",
        "2026-05-10T12:00:00+02:60",
    ];
    bad.iter().for_each(|text| assert!(Timestamp::parse(text).is_err(), "{text}"));
}

#[test]
fn every_moment_is_written_so_that_it_can_be_read_again() {
    for seconds in [i64::MIN, -62_167_219_201, -62_167_219_200, -1, 0, 1, 253_402_207_200, i64::MAX] {
        let moment = Timestamp::from_seconds(seconds);
        assert_eq!(Timestamp::parse(&moment.to_string()).unwrap(), moment, "{seconds}: {moment}");
        let json = serde_json::to_string(&moment).unwrap();
        assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), moment);
    }
}

#[test]
fn a_fixed_clock_moves_by_hand() {
    let clock = FixedClock::at(Timestamp::from_seconds(10));
    clock.advance(5);
    assert_eq!(clock.now(), Timestamp::from_seconds(15));
}
