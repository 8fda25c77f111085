//! The words of a letter, set as plain text and as HTML.

use std::fmt::Write as _;

use super::words::{Link, Words};

/// The HTML of every letter: styles inline, as mail readers want them, and nothing that is fetched from elsewhere.
const LETTER: &str = include_str!("letter.html");

impl Words {
    /// As plain text.
    pub(super) fn plain(&self) -> String {
        let mut text = String::new();
        let link = self.link.iter().map(|Link { label, href }| format!("{label}:\n{href}"));
        let before = self.before.iter().cloned();
        for paragraph in before.chain(link).chain(self.after.iter().cloned()) {
            let _never_fails = write!(text, "{paragraph}\n\n");
        }
        let _never_fails = writeln!(text, "-- \n{}\n{}", self.game, self.site);
        text
    }

    /// As HTML.
    pub(super) fn html(&self) -> String {
        let button = self.link.as_ref().map(|Link { label, href }| {
            let href = escaped(href);
            format!(
                "<p style=\"margin:24px 0\"><a href=\"{href}\" style=\"display:inline-block;padding:12px 20px;\
                 border-radius:8px;background:#3f6212;color:#ffffff;font-weight:600;text-decoration:none\">{label}</a></p>\n\
                 <p style=\"margin:0 0 16px;font-size:13px;color:#57534e\">If the button does nothing, open this address:<br>\
                 <a href=\"{href}\" style=\"color:#3f6212;word-break:break-all\">{href}</a></p>\n"
            )
        });
        LETTER
            .replace("{subject}", &escaped(&self.subject))
            .replace("{site}", &escaped(&self.site))
            .replace("{game}", &escaped(&self.game))
            // Last, as what is in them is not looked at again.
            .replace("{body}", &(paragraphs(&self.before) + &button.unwrap_or_default() + &paragraphs(&self.after)))
    }
}

fn paragraphs(texts: &[String]) -> String {
    texts.iter().fold(String::new(), |html, text| html + "<p style=\"margin:0 0 16px\">" + &escaped(text) + "</p>\n")
}

/// A text that is nothing but text in HTML, between tags and in attributes.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}
