//! Whole numbers with a unit, as people write them: `64 KiB`, `10 s`, `30`.

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Things, of this name.
    Of(&'static str),
    /// Bytes, also by `KiB`, `MiB` and `GiB`.
    Bytes,
    /// Seconds, also by `min` and `h`.
    Seconds,
}

impl Unit {
    /// The words for its multiples, the largest first.
    fn words(self) -> &'static [(&'static str, u64)] {
        match self {
            Self::Of(_) => &[],
            Self::Bytes => &[("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)],
            Self::Seconds => &[("h", 3600), ("min", 60), ("s", 1)],
        }
    }

    /// The number of a text; none where it is not one of this unit.
    pub(super) fn parse(self, text: &str) -> Option<u64> {
        let text = text.trim();
        let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        let (digits, word) = text.split_at(end);
        let number: u64 = digits.parse().ok()?;
        match (self, word.trim()) {
            (_, "") => Some(number),
            (Self::Of(name), word) => (word == name).then_some(number),
            (_, word) => {
                let (_, times) = self.words().iter().find(|(name, _)| name.eq_ignore_ascii_case(word))?;
                number.checked_mul(*times)
            }
        }
    }

    /// The text of a number, by the largest unit that leaves it whole.
    pub(super) fn show(self, number: u64) -> String {
        let fits = |(_, times): &&(&str, u64)| number.is_multiple_of(*times) && (number > 0 || *times == 1);
        match self.words().iter().find(fits) {
            Some((word, times)) => format!("{} {word}", number / times),
            None => number.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let read = |unit: Unit| move |text| unit.parse(text);
        assert_eq!(
            ["65536", "64KiB", "64 kib", " 1 MiB ", "7 B"].map(read(Unit::Bytes)),
            [Some(65536), Some(65536), Some(65536), Some(1 << 20), Some(7)]
        );
        assert_eq!(["90", "90s", "2 min", "1h"].map(read(Unit::Seconds)), [Some(90), Some(90), Some(120), Some(3600)]);
        assert_eq!(["3", "3 frames"].map(read(Unit::Of("frames"))), [Some(3), Some(3)]);
        for text in
            ["", "KiB", "-1", "1.5 MiB", "64 KB", "10 s", "0x10", "99999999999999999999", "18446744073709551615 GiB"]
        {
            assert_eq!(Unit::Bytes.parse(text), None, "{text}");
        }
        assert_eq!(Unit::Of("frames").parse("3 seats"), None);
    }

    #[test]
    fn what_is_shown_reads_as_the_same_amount() {
        for number in [0, 1, 59, 60, 61, 1023, 1024, 1536, 3600, 86_400, 1 << 20, (1 << 30) + 1] {
            for unit in [Unit::Bytes, Unit::Seconds, Unit::Of("frames")] {
                assert_eq!(unit.parse(&unit.show(number)), Some(number), "{}", unit.show(number));
            }
        }
        assert_eq!(Unit::Bytes.show(1536), "1536 B");
        assert_eq!(Unit::Seconds.show(90), "90 s");
        assert_eq!(Unit::Bytes.show(0), "0 B");
    }
}
