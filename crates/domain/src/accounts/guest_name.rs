//! Names for guests: two words and digits, such as `quiet-otter-42`. Words that can be said aloud to anybody.

use crate::Random;

const FIRST: [&str; 64] = [
    "amber", "ample", "azure", "bold", "brave", "brisk", "bronze", "calm", "candid", "cheery", "clever", "coral",
    "cosmic", "crisp", "curious", "daring", "dusty", "eager", "early", "fabled", "fair", "fleet", "frosty", "gentle",
    "gilded", "glad", "golden", "hardy", "hasty", "hidden", "honest", "humble", "ivory", "jade", "jolly", "keen",
    "kind", "lively", "lucky", "lunar", "mellow", "merry", "mighty", "misty", "neat", "nimble", "noble", "patient",
    "plucky", "polar", "proud", "quick", "quiet", "ready", "rustic", "scarlet", "silver", "solar", "steady", "sunny",
    "swift", "tidy", "vivid", "witty",
];

const SECOND: [&str; 64] = [
    "acorn", "anchor", "badger", "beacon", "beaver", "bison", "breeze", "brook", "canyon", "cedar", "cobra", "comet",
    "condor", "coyote", "crane", "cricket", "dolphin", "eagle", "ember", "falcon", "fern", "finch", "fox", "gecko",
    "glacier", "harbor", "hawk", "heron", "ibis", "jaguar", "lantern", "lark", "lemur", "lynx", "maple", "marmot",
    "meadow", "meteor", "moose", "nebula", "ocelot", "orca", "otter", "owl", "panda", "pebble", "pike", "puffin",
    "quartz", "raven", "river", "robin", "sable", "saturn", "sparrow", "spruce", "summit", "tiger", "tundra", "turtle",
    "walrus", "willow", "wolf", "zephyr",
];

/// Tries with two digits: beyond them there are four, then six. Each try that finds its name taken says that names get
/// scarce.
const SHORT: u32 = 3;

/// A name at random, with more digits the more names were taken.
pub(super) fn guest_name(random: &Random, attempt: u32) -> String {
    let word = |words: &[&'static str; 64]| words[random.number(0, 64) as usize];
    let digits = match attempt / SHORT {
        0 => 2,
        1 => 4,
        _ => 6,
    };
    let number = random.number(0, 10_u32.pow(digits));
    format!("{}-{}-{number:0width$}", word(&FIRST), word(&SECOND), width = digits as usize)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_name_is_two_words_and_digits_and_gets_longer_where_names_are_scarce() {
        let random = Random::seeded(3);
        for (attempt, digits) in [(0, 2), (2, 2), (3, 4), (6, 6), (100, 6)] {
            let name = guest_name(&random, attempt);
            let parts: Vec<_> = name.split('-').collect();
            assert!(parts.len() == 3 && FIRST.contains(&parts[0]) && SECOND.contains(&parts[1]), "{name}");
            assert!(parts[2].len() == digits && parts[2].bytes().all(|digit| digit.is_ascii_digit()), "{name}");
        }
    }

    #[test]
    fn no_word_stands_there_twice() {
        assert_eq!(FIRST.iter().chain(&SECOND).collect::<BTreeSet<_>>().len(), 128);
    }
}
