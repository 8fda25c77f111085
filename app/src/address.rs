//! Addresses of views: filters and pages live in the query string, so that a view can be shared.

/// An address from a path and the parts of its query that have a value.
pub(crate) fn address(path: &str, query: &[(&str, Option<&str>)]) -> String {
    let mut address = path.to_owned();
    let mut separator = '?';
    for (key, value) in query {
        let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
        address.push(separator);
        address.push_str(key);
        address.push('=');
        encode(value, &mut address);
        separator = '&';
    }
    address
}

/// Percent-encoding, written out so that server and browser give the same bytes.
fn encode(text: &str, to: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            to.push(char::from(byte));
        } else {
            to.push('%');
            to.push(char::from(HEX[usize::from(byte >> 4)]));
            to.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_has_a_value_and_nothing_else() {
        let query = [("title", Some("a&b ü")), ("state", None), ("page", Some(""))];
        assert_eq!(address("/admin/lobbies", &query), "/admin/lobbies?title=a%26b%20%C3%BC");
        assert_eq!(address("/admin", &[]), "/admin");
    }
}
