//! The theme: the words and pictures by which the pages for players are a game's own.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::FieldErrors;

/// The most links a start page shows.
pub const THEME_LINKS: usize = 12;
/// The most features a start page shows.
pub const THEME_FEATURES: usize = 12;

/// The most characters of a title, of the game or of an entry.
const TITLE: usize = 80;
/// The most characters of a sentence.
const SENTENCE: usize = 400;
/// The most characters of the description.
const DESCRIPTION: usize = 2000;
/// The most characters of an address.
const ADDRESS: usize = 500;
/// What a picture may end in.
const PICTURES: [&str; 8] = ["avif", "gif", "ico", "jpeg", "jpg", "png", "svg", "webp"];

/// What the pages for players say and show. [`Theme::over`] reads an operator's file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Theme {
    /// The game's name, 1 to 80 characters.
    pub title: String,
    /// One sentence under it, at most 400 characters.
    pub tagline: String,
    /// What the game is, at most 2000 characters.
    pub description: String,
    /// A style sheet of the operator's own, beside the theme file.
    pub css: Option<String>,
    /// The picture that stands beside the name, beside the theme file.
    pub logo: Option<String>,
    /// The picture behind the tagline, beside the theme file.
    pub banner: Option<String>,
    /// The picture of a browser's tab, beside the theme file.
    pub favicon: Option<String>,
    /// Where else to go, at most [`THEME_LINKS`].
    pub useful_links: Vec<UsefulLink>,
    /// What there is to see, at most [`THEME_FEATURES`].
    pub features: Vec<Feature>,
    /// The operator's own text on privacy, in place of ours.
    pub privacy_url: Option<String>,
    /// The operator's own terms, in place of ours.
    pub terms_url: Option<String>,
    /// The operator's own way to have data deleted, in place of our text.
    pub data_deletion_url: Option<String>,
    /// Where the operator can be reached: a web or `mailto:` address.
    pub contact_url: Option<String>,
    /// The game's colours.
    pub colors: Colors,
}

/// Colours in place of ours on the pages for players, as in `#caee47`. One that cannot be read on them is not used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Colors {
    /// Of buttons, behind text.
    pub primary: Option<String>,
    /// Of links and icons.
    pub accent: Option<String>,
}

/// A link of the start page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UsefulLink {
    /// Its words.
    pub title: String,
    /// Where it leads.
    pub url: String,
    /// The Lucide name of its icon; one that is not known is left out.
    pub icon: String,
}

/// Something the start page praises.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Feature {
    /// Its name.
    pub title: String,
    /// A sentence or two.
    pub description: String,
    /// The Lucide name of its icon; one that is not known is left out.
    pub icon: String,
}

impl Theme {
    /// An operator's theme file over these values. What is blank in the file counts as not said, and keys that are not
    /// known are passed over. Paths without a leading `/` get one.
    ///
    /// # Errors
    /// Everything that does not fit, by its key; `theme`, where the file is no JSON object.
    pub fn over(&self, file: &str) -> Result<Self, FieldErrors> {
        let said: Map<String, Value> = serde_json::from_str(file)
            .map_err(|error| FieldErrors::one("theme", format!("is not a JSON object: {error}")))?;
        let mut theme = self.clone();
        let mut errors = FieldErrors::default();
        for (key, value) in said.into_iter().filter(|(_, value)| !is_blank(value)) {
            match key.as_str() {
                "title" => read(&mut errors, &key, value, &mut theme.title),
                "tagline" => read(&mut errors, &key, value, &mut theme.tagline),
                "description" => read(&mut errors, &key, value, &mut theme.description),
                "css" => read(&mut errors, &key, value, &mut theme.css),
                "logo" => read(&mut errors, &key, value, &mut theme.logo),
                "banner" => read(&mut errors, &key, value, &mut theme.banner),
                "favicon" => read(&mut errors, &key, value, &mut theme.favicon),
                "useful_links" => read(&mut errors, &key, value, &mut theme.useful_links),
                "features" => read(&mut errors, &key, value, &mut theme.features),
                "privacy_url" => read(&mut errors, &key, value, &mut theme.privacy_url),
                "terms_url" => read(&mut errors, &key, value, &mut theme.terms_url),
                "data_deletion_url" => read(&mut errors, &key, value, &mut theme.data_deletion_url),
                "contact_url" => read(&mut errors, &key, value, &mut theme.contact_url),
                "colors" => read(&mut errors, &key, value, &mut theme.colors),
                _ => (),
            }
        }
        theme.check(&mut errors);
        errors.or(theme)
    }

    /// The files the theme shows, as paths on this server.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        [&self.css, &self.logo, &self.banner, &self.favicon].into_iter().filter_map(|file| file.as_deref())
    }

    fn check(&mut self, errors: &mut FieldErrors) {
        errors.text("title", &self.title, 1, TITLE);
        errors.text("tagline", &self.tagline, 0, SENTENCE);
        errors.text("description", &self.description, 0, DESCRIPTION);
        file(errors, "css", &mut self.css, &["css"]);
        for (key, picture) in [("logo", &mut self.logo), ("banner", &mut self.banner), ("favicon", &mut self.favicon)] {
            file(errors, key, picture, &PICTURES);
        }
        for (key, url) in [
            ("privacy_url", &mut self.privacy_url),
            ("terms_url", &mut self.terms_url),
            ("data_deletion_url", &mut self.data_deletion_url),
            ("contact_url", &mut self.contact_url),
        ] {
            if let Some(url) = url {
                address(errors, key, url);
            }
        }
        for color in [&self.colors.primary, &self.colors.accent].into_iter().flatten() {
            if !color.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.chars().all(|c| c.is_ascii_hexdigit()))
            {
                errors.add("colors", "must be six hexadecimal digits behind a '#', such as '#caee47'");
            }
        }
        at_most(errors, "useful_links", self.useful_links.len(), THEME_LINKS);
        for link in &mut self.useful_links {
            errors.text("useful_links", &link.title, 1, TITLE);
            address(errors, "useful_links", &mut link.url);
            icon(errors, "useful_links", &link.icon);
        }
        at_most(errors, "features", self.features.len(), THEME_FEATURES);
        for feature in &self.features {
            errors.text("features", &feature.title, 1, TITLE);
            errors.text("features", &feature.description, 0, SENTENCE);
            icon(errors, "features", &feature.icon);
        }
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

fn read<T: DeserializeOwned>(errors: &mut FieldErrors, key: &str, value: Value, into: &mut T) {
    match serde_json::from_value(value) {
        Ok(value) => *into = value,
        Err(error) => errors.add(key, format!("does not fit: {error}")),
    }
}

fn at_most(errors: &mut FieldErrors, key: &str, count: usize, most: usize) {
    if count > most {
        errors.add(key, format!("should have at most {most} entries"));
    }
}

/// A file beside the theme file: pages load nothing from other sites.
fn file(errors: &mut FieldErrors, key: &str, path: &mut Option<String>, endings: &[&str]) {
    let Some(path) = path else { return };
    let plain = |part: &str| {
        !part.starts_with('.')
            && !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    if !path.strip_prefix('/').unwrap_or(path).split('/').all(plain) || path.len() > ADDRESS {
        errors.add(key, "must be the path of a file beside the theme file, such as 'art/logo.png'");
    } else if !path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending)) {
        errors.add(key, format!("must end in .{}", endings.join(", .")));
    } else if !path.starts_with('/') {
        path.insert(0, '/');
    }
}

/// A web or mail address, or a path on this server.
fn address(errors: &mut FieldErrors, key: &str, url: &mut String) {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let leads = match scheme.as_deref() {
        Some("http" | "https") => url.split_once("://").is_some_and(|(_, host)| !host.is_empty()),
        Some("mailto") => url.len() > "mailto:".len(),
        // A colon further back is part of a path.
        Some(scheme) if !scheme.contains('/') => false,
        _ => !url.starts_with("//") && !url.is_empty(),
    };
    if !leads || url.contains('\\') || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        errors.add(key, "must lead to http://, https:// or mailto: addresses, or to a path on this server");
    } else if url.len() > ADDRESS {
        errors.add(key, format!("should be an address of at most {ADDRESS} bytes"));
    } else if !url.contains(':') && !url.starts_with('/') {
        url.insert(0, '/');
    }
}

fn icon(errors: &mut FieldErrors, key: &str, icon: &str) {
    let plain = icon.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !plain || icon.len() > TITLE {
        errors.add(key, "must have icons by their names, such as 'swords'");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ours() -> Theme {
        let feature = Feature { title: "Lobbies".into(), ..Feature::default() };
        Theme { title: "Ours".into(), tagline: "It runs.".into(), features: vec![feature], ..Theme::default() }
    }

    fn over(file: &Value) -> Result<Theme, FieldErrors> {
        ours().over(&file.to_string())
    }

    /// The messages on the only key that has any.
    fn refused(key: &str, value: &Value) -> Vec<String> {
        let errors = over(&json!({ key: value })).unwrap_err();
        assert_eq!(errors, {
            let mut same = FieldErrors::default();
            errors.on(key).iter().for_each(|message| same.add(key, message));
            same
        });
        errors.on(key).to_vec()
    }

    #[test]
    fn what_a_file_says_counts_and_what_is_blank_in_it_does_not() {
        let file = json!({
            "title": "Starfall Arena", "tagline": "  ", "description": null, "features": [], "logo": "art/logo.png",
            "banner": "/banner.webp", "useful_links": [{ "title": "News", "url": "news", "icon": "megaphone" }],
            "not_ours": { "a": 1 },
        });
        let theme = over(&file).unwrap();
        assert_eq!((theme.title.as_str(), theme.tagline.as_str()), ("Starfall Arena", "It runs."));
        assert_eq!(theme.features, ours().features);
        assert_eq!(theme.files().collect::<Vec<_>>(), ["/art/logo.png", "/banner.webp"]);
        assert_eq!(theme.useful_links[0].url, "/news");
    }

    #[test]
    fn what_is_no_object_is_refused_as_a_whole() {
        for file in ["", "{", "[]", "5", "\"text\"", "{} {}"] {
            let errors = ours().over(file).unwrap_err();
            assert!(errors.on("theme")[0].starts_with("is not a JSON object: "), "{file}: {errors}");
        }
    }

    #[test]
    fn every_key_has_its_bounds() {
        assert!(over(&json!({ "title": "x".repeat(80), "tagline": "x".repeat(400) })).is_ok());
        assert_eq!(refused("title", &json!("x".repeat(81))), ["should be at most 80 character(s)"]);
        assert_eq!(refused("tagline", &json!("x".repeat(401))), ["should be at most 400 character(s)"]);
        assert_eq!(refused("description", &json!("x".repeat(2001))), ["should be at most 2000 character(s)"]);
        assert_eq!(refused("title", &json!("a\u{202e}b")), ["must not contain control or direction characters"]);
        let link = json!({ "title": "News", "url": "/news" });
        assert!(over(&json!({ "useful_links": vec![link.clone(); THEME_LINKS] })).is_ok());
        assert_eq!(refused("useful_links", &json!(vec![link; THEME_LINKS + 1])), ["should have at most 12 entries"]);
        let feature = json!({ "title": "Lobbies" });
        assert_eq!(refused("features", &json!(vec![feature; THEME_FEATURES + 1])), ["should have at most 12 entries"]);
        assert_eq!(refused("features", &json!([{}])), ["can't be blank"]);
        assert!(refused("title", &json!(5))[0].starts_with("does not fit: "));
        assert_eq!(
            refused("features", &json!([{ "title": "a", "icon": "Not an icon" }])),
            ["must have icons by their names, such as 'swords'"]
        );
    }

    #[test]
    fn colors_are_six_digits() {
        let colors = json!({ "primary": "#CAEE47", "accent": "#3e630c" });
        assert_eq!(over(&json!({ "colors": colors })).unwrap().colors.primary.as_deref(), Some("#CAEE47"));
        for bad in ["#caee4", "#caee477", "caee47", "#caee4g", "red", "#12;}a{", "#ååå"] {
            let said = refused("colors", &json!({ "primary": bad }));
            assert_eq!(said, ["must be six hexadecimal digits behind a '#', such as '#caee47'"], "{bad}");
        }
    }

    #[test]
    fn links_lead_to_the_web_to_mail_or_to_this_server() {
        for (given, kept) in [
            ("https://a.example/b?c#d", "https://a.example/b?c#d"),
            ("HTTP://a.example", "HTTP://a.example"),
            ("mailto:ada@games.example", "mailto:ada@games.example"),
            ("/docs/a:b", "/docs/a:b"),
            ("docs", "/docs"),
        ] {
            assert_eq!(over(&json!({ "terms_url": given })).unwrap().terms_url.as_deref(), Some(kept));
        }
        let long = format!("https://a.example/{}", "x".repeat(ADDRESS));
        for bad in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,a",
            "//evil.example",
            "\\\\evil.example",
            "/\\evil.example",
            "https://",
            "mailto:",
            "https://a b",
            "java\nscript:a",
            &long,
        ] {
            assert_eq!(refused("terms_url", &json!(bad)).len(), 1, "{bad}");
        }
    }

    #[test]
    fn files_lie_beside_the_theme_file_and_nowhere_else() {
        for bad in
            ["../secret.png", "/a/../b.png", "a//b.png", ".hidden.png", "https://a.example/b.png", "a b.png", "/"]
        {
            let said = refused("logo", &json!(bad));
            assert_eq!(said, ["must be the path of a file beside the theme file, such as 'art/logo.png'"], "{bad}");
        }
        assert_eq!(
            refused("logo", &json!("gameserver.db")),
            ["must end in .avif, .gif, .ico, .jpeg, .jpg, .png, .svg, .webp"]
        );
        assert_eq!(refused("css", &json!("logo.png")), ["must end in .css"]);
    }
}
