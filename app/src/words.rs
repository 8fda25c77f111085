//! Figures and counts in words, the same on server and browser.

/// A count with its thousands apart: `1,284`.
pub(crate) fn figure(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut text = String::from(if count < 0 { "-" } else { "" });
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count short enough for a rail: `48.2k`.
pub(crate) fn short_figure(count: i64) -> String {
    match count {
        10_000..1_000_000 => format!("{}.{}k", count / 1000, count % 1000 / 100),
        1_000_000.. => format!("{}.{}M", count / 1_000_000, count % 1_000_000 / 100_000),
        _ => figure(count),
    }
}

/// A count and what is counted: `1 lobby`, `3 lobbies`.
pub(crate) fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{} {}", figure(count), if count == 1 { one } else { many })
}

/// The total of a list, which may be no more than a lower bound.
pub(crate) fn total(meta: wire::Meta) -> String {
    let more = if meta.total_is_minimum { "+" } else { "" };
    format!("{}{more}", figure(meta.total_count))
}

/// Bytes in the largest unit there is one of: `900 B`, `4.2 KB`.
pub(crate) fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{}.{} KB", bytes / 1_000, bytes % 1_000 / 100),
        1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes % 1_000_000_000 / 100_000_000),
    }
}

/// A text in small letters. The browser has tables of them: ours would be 15 KB of the module.
pub(crate) fn lower(text: &str) -> String {
    #[cfg(feature = "hydrate")]
    let lower = js_sys::JsString::from(text).to_lower_case().into();
    #[cfg(not(feature = "hydrate"))]
    let lower = text.to_lowercase();
    lower
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart_and_the_rail_is_short() {
        assert_eq!([0, 999, 1284, 48_230].map(figure), ["0", "999", "1,284", "48,230"]);
        assert_eq!([0, 999, 4_250, 2_150_000].map(size), ["0 B", "999 B", "4.2 KB", "2.1 MB"]);
        assert_eq!([999, 1391, 48_230, 2_150_000].map(short_figure), ["999", "1,391", "48.2k", "2.1M"]);
        assert_eq!(
            (counted(1, "lobby", "lobbies"), counted(0, "lobby", "lobbies")),
            ("1 lobby".into(), "0 lobbies".into())
        );
    }
}
