//! Names that others see: what may stand in them, and the one spelling they are kept in.
//!
//! A name is kept in NFC (Unicode Standard Annex #15), so that what looks equal is equal on both databases, and without
//! white space around it. What reorders, hides or overprints the text beside it is refused rather than taken out: whoever
//! chose the name should see what became of it. Joiners stay where scripts and emoji need them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::FieldErrors;

/// Marks that may stand on one character: pointed Hebrew needs four, a text that runs over its neighbours more.
const MARKS: usize = 4;

impl FieldErrors {
    /// A name of 1 to `max` characters, in the spelling it is kept in.
    pub(crate) fn name(&mut self, field: &str, value: &str, max: usize) -> String {
        let name = spelled(value);
        self.text(field, &name, 1, max);
        if name.chars().count() > max {
            return name;
        }
        if name.chars().any(is_invisible) || has_loose_joiner(&name) {
            self.add(field, "must not contain invisible characters");
        }
        if name.chars().next().is_some_and(is_combining_mark) {
            self.add(field, "must not begin with a mark that belongs on a character");
        }
        if longest_run(&name) > MARKS {
            self.add(field, format!("must not put more than {MARKS} marks on a character"));
        }
        name
    }
}

/// A name, or part of one that is looked for, in the spelling names are kept in.
pub(crate) fn spelled(value: &str) -> String {
    value.trim().nfc().collect()
}

/// What takes no room, or room with nothing in it, and what is no character at all.
fn is_invisible(c: char) -> bool {
    let n = u32::from(c);
    let is_noncharacter = n & 0xfffe == 0xfffe || matches!(n, 0xfdd0..=0xfdef);
    is_noncharacter
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{2800}'
            | '\u{3164}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a joiner stands where it joins nothing: at an end, beside white space or beside another.
fn has_loose_joiner(name: &str) -> bool {
    let mut joins = false;
    for c in name.chars().map(Some).chain([None]) {
        let is_joiner = matches!(c, Some('\u{200c}' | '\u{200d}'));
        let is_end = c.is_none_or(|c| is_joiner || c.is_whitespace());
        if joins && is_end {
            return true;
        }
        joins = is_joiner;
    }
    name.starts_with(['\u{200c}', '\u{200d}']) || name.contains(" \u{200d}") || name.contains(" \u{200c}")
}

/// The most marks that stand on one character.
fn longest_run(name: &str) -> usize {
    let run = |(run, longest): (usize, usize), c| {
        let run = if is_combining_mark(c) { run + 1 } else { 0 };
        (run, longest.max(run))
    };
    name.chars().fold((0, 0), run).1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str) -> Result<String, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.name("title", value, 80);
        errors.or(name)
    }

    #[test]
    fn four_marks_may_stand_on_a_character_and_no_fifth() {
        // A letter with which these marks make no letter of their own.
        let marked = |n| format!("x{}", "\u{325}".repeat(n));
        assert_eq!(check(&marked(4)), Ok(marked(4)));
        assert_eq!(check(&marked(5)).unwrap_err().on("title"), ["must not put more than 4 marks on a character"]);
    }

    #[test]
    fn a_flood_of_marks_is_too_long_and_nothing_else_is_said_of_it() {
        let flood = format!("x{}", "\u{325}".repeat(100_000));
        assert_eq!(check(&flood).unwrap_err().on("title"), ["should be at most 80 character(s)"]);
    }

    #[test]
    fn length_is_counted_in_the_spelling_that_is_kept() {
        assert_eq!(check(&"e\u{301}".repeat(80)), Ok("é".repeat(80)));
        assert_eq!(check(&"e\u{301}".repeat(81)).unwrap_err().on("title"), ["should be at most 80 character(s)"]);
    }

    #[test]
    fn joiners_stay_where_they_join_something() {
        for good in ["👩‍🚀", "می‌خواهم", "क्‍ष"] {
            assert_eq!(check(good), Ok(good.to_owned()), "{good:?}");
        }
        for loose in ["\u{200d}a", "a\u{200d}", "a\u{200d}\u{200d}b", "a \u{200c}b", "a\u{200c} b"] {
            assert_eq!(check(loose).unwrap_err().on("title"), ["must not contain invisible characters"], "{loose:?}");
        }
    }
}
