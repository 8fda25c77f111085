//! Times in what is read.
//!
//! chrono reads times of every format, which is a sixtieth of the module that browsers load. They are only ever sent one:
//! what we write.

use chrono::{DateTime, Utc};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A time.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    of(&String::deserialize(deserializer)?)
}

/// A time, or none.
pub(crate) fn read_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    Option::<String>::deserialize(deserializer)?.as_deref().map(of).transpose()
}

fn of<E: Error>(text: &str) -> Result<DateTime<Utc>, E> {
    parse(text).ok_or_else(|| E::custom("not a time in UTC"))
}

/// A time as it is written: RFC 3339 in UTC with a `Z`, and up to nine digits of the second.
fn parse(text: &str) -> Option<DateTime<Utc>> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time, ':')?;
    if !(1..=9).contains(&fraction.len()) || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let nanos = fraction
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let date = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some(date.and_hms_nano_opt(hour, minute, second, nanos)?.and_utc())
}

/// Three numbers with something between them.
fn numbers(text: &str, between: char) -> Option<[u32; 3]> {
    let mut parts = text.split(between).map(|part| {
        let is_plain = (2..=4).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit());
        part.parse().ok().filter(|_| is_plain)
    });
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_written_is_read_as_it_was() {
        for (seconds, nanos) in [(0, 0), (1_800_000_000, 1), (951_782_399, 999_999_999), (4_102_444_800, 120_000_000)] {
            let time = DateTime::from_timestamp(seconds, nanos).unwrap();
            let json = serde_json::to_string(&time).unwrap();
            assert_eq!(parse(json.trim_matches('"')), Some(time), "{json}");
        }
        let time = parse("2026-11-28T15:04:05.06Z").unwrap();
        assert_eq!(time.to_rfc3339(), "2026-11-28T15:04:05.060+00:00");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "Z",
            "2026-11-28",
            "2026-11-28T15:04:05",
            "2026-11-28T15:04:05+00:00",
            "2026-11-28 15:04:05Z",
            "2026-02-29T15:04:05Z",
            "2026-13-01T15:04:05Z",
            "2026-11-28T24:04:05Z",
            "2026-11-28T15:60:05Z",
            "2026-11-28T15:04:05.Z",
            "2026-11-28T15:04:05.0000000001Z",
            "2026-11-28T15:04:05.+1Z",
            "2026-11-28T+1:04:05Z",
            "2026-11-28-01T15:04:05Z",
            "2026-11-28T15:04Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
