//! Where on a page a form stood: what the address of the page asked for, so that it leads back to the same view.

/// What the addresses of pages ask for: nothing else of an address is followed.
const ASKED: [(&str, &[&str]); 2] = [
    ("/lobbies", &["show", "title", "after"]),
    ("/users/settings", &["q", "friends", "incoming", "outgoing", "blocked"]),
];
/// Bytes of each that are worth keeping: a text of 80 characters.
const LONGEST: usize = 320;

/// The address of the page a form stood on, as the form says it: not checked yet.
#[derive(Default)]
pub(super) struct At(Option<String>);

impl At {
    /// As the field of a form has it.
    pub(super) fn of(back: Option<String>) -> Self {
        Self(back)
    }

    /// What the address asks of this page; nothing, where it is another's.
    pub(super) fn on(&self, page: &str) -> Vec<(&'static str, String)> {
        let query = self.0.as_deref().and_then(|back| back.strip_prefix(page)).and_then(|rest| rest.strip_prefix('?'));
        let names = ASKED.iter().find(|(asked, _)| *asked == page).map_or(&[][..], |(_, names)| names);
        let mut asked = Vec::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let is_fit = !value.is_empty() && value.len() <= LONGEST && !value.chars().any(char::is_control);
            let is_new = |name: &str| asked.iter().all(|(given, _)| *given != name);
            if let Some(name) = names.iter().find(|known| **known == name && is_fit && is_new(known)) {
                asked.push((*name, value.into_owned()));
            }
        }
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_the_lobbies(back: &str) -> Vec<(&'static str, String)> {
        At::of(Some(back.to_owned())).on("/lobbies")
    }

    #[test]
    fn a_form_leads_back_to_the_view_it_stood_on() {
        let there = on_the_lobbies("/lobbies?show=all&title=a%26b+c&after=Mg");
        assert_eq!(there, [("show", "all".into()), ("title", "a&b c".into()), ("after", "Mg".into())]);
        let twice = on_the_lobbies("/lobbies?show=all&show=friends&title=");
        assert_eq!(twice, [("show", "all".into())]);
        let long = |bytes: usize| on_the_lobbies(&format!("/lobbies?title={}", "a".repeat(bytes))).len();
        assert_eq!((long(LONGEST), long(LONGEST + 1)), (1, 0));
    }

    #[test]
    fn nothing_of_another_page_and_no_word_of_ours_is_taken_over() {
        for elsewhere in [
            "",
            "https://evil.example/lobbies?show=all",
            "//evil.example?show=all",
            "/lobbies/../admin?show=all",
            "/lobbies.evil.example?show=all",
            "/lobbies@evil.example?show=all",
            "/admin?show=all",
            "/lobbies#?show=all",
            "/lobbies?problem=banned&done=opened&part=new&lobby=1&next=%2F%2Fevil.example",
            "/lobbies?title=a%0D%0Aset-cookie:b",
        ] {
            assert_eq!(on_the_lobbies(elsewhere), [], "{elsewhere}");
        }
        assert_eq!(At::of(Some("/lobbies?show=all".into())).on("/users/settings"), []);
    }
}
