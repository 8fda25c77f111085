//! How deep JSON nests and how many values it has, found out before anything is made of it.

use crate::Limits;

/// Whether a text of JSON is no deeper and has no more values than is taken; else which limit it is beyond. One pass
/// over the bytes, which allocates nothing. What is no JSON may pass: the parser refuses it afterwards.
///
/// Members and items are counted, empty objects and lists twice.
pub(super) fn check(text: &[u8], limits: &Limits) -> Result<(), String> {
    let (mut depth, mut values, mut in_string, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => {
                depth += 1;
                values += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > limits.json_depth {
            return Err(format!("This JSON nests deeper than {} levels. Send a flatter one.", limits.json_depth));
        }
        if values > limits.json_values {
            return Err(format!("This JSON has more than {} values. Send fewer at once.", limits.json_values));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(text: &str) -> bool {
        check(text.as_bytes(), &Limits { json_depth: 3, json_values: 5, ..Limits::default() }).is_ok()
    }

    #[test]
    fn the_deepest_passes_and_one_deeper_does_not() {
        assert!(fits(r#"{"a":[{}]}"#));
        assert!(!fits(r#"{"a":[{"b":[]}]}"#));
        assert!(fits(r#"{"a":[[]],"b":[]}"#), "what closed is not counted");
        assert!(fits("]]]]{}"), "nonsense is the parser's to refuse");
    }

    #[test]
    fn the_most_values_pass_and_one_more_does_not() {
        assert!(fits("[1,2,3,4,5]"));
        assert!(!fits("[1,2,3,4,5,6]"));
        assert!(!fits(r#"{"a":[1,2,3],"b":[4,5]}"#), "wherever they stand");
    }

    #[test]
    fn what_stands_in_a_string_is_no_structure() {
        assert!(fits(r#"{"a":"[[[[[,,,,,,,"}"#));
        assert!(fits(r#"{"a":"\"[[[[","b":"\\"}"#));
        assert!(!fits(r#"{"a":"\\",",":[[[]]]}"#));
    }
}
