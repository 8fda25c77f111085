//! A game's colours in place of ours, where they can be read.

use std::fmt::Write as _;

use wire::Colors;

/// The contrast text needs: WCAG 2.2, success criterion 1.4.3.
const READABLE: f64 = 4.5;
/// What stands on buttons: ink or paper, whichever is read better.
const ON_PRIMARY: [&str; 2] = ["#132310", "#ffffff"];
/// The two themes: name, the system's word for it, and the surfaces that text stands on.
const THEMES: [(&str, &str, [&str; 2]); 2] =
    [("gs-light", "light", ["#ffffff", "#f7f7f4"]), ("gs-dark", "dark", ["#141a17", "#0c110f"])];

/// A game's colours as a style sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paint {
    /// The rules; empty, where ours stay.
    pub css: String,
    /// What is not used, a sentence each.
    pub refused: Vec<String>,
}

/// The rules for a game's colours. An accent is used in each theme in which it can be read.
#[must_use]
pub fn paint(colors: &Colors) -> Paint {
    let mut paint = Paint::default();
    if let Some(primary) = &colors.primary {
        let best = ON_PRIMARY.into_iter().max_by(|a, b| contrast(a, primary).total_cmp(&contrast(b, primary)));
        match best.filter(|text| contrast(text, primary) >= READABLE) {
            // Writing to a string does not fail.
            Some(text) => {
                let _ = write!(
                    paint.css,
                    ":root,[data-theme]{{--color-primary:{primary};--color-primary-content:{text};\
                     --edge:color-mix(in oklab,{primary} 60%,#000)}}"
                );
            }
            None => paint.refused.push(format!("no text can be read on the primary colour {primary}.")),
        }
    }
    if let Some(accent) = &colors.accent {
        for (theme, system, surfaces) in THEMES {
            let worst = surfaces.iter().map(|surface| contrast(accent, surface)).fold(f64::INFINITY, f64::min);
            if worst < READABLE {
                paint.refused.push(format!(
                    "the accent {accent} has a contrast of {worst:.2} in the {system} theme, and text needs {READABLE}."
                ));
                continue;
            }
            let rule = format!("{{--color-accent:{accent}}}");
            let _ = write!(
                paint.css,
                "[data-theme={theme}]{rule}@media (prefers-color-scheme:{system}){{:root:not([data-theme]){rule}}}"
            );
        }
    }
    paint
}

/// The contrast of two colours: WCAG 2.2, "contrast ratio".
fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// WCAG 2.2, "relative luminance", of a colour such as `#caee47`.
fn luminance(color: &str) -> f64 {
    let part = |at: usize| {
        let value = color.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or_default();
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(primary: Option<&str>, accent: Option<&str>) -> Paint {
        paint(&Colors { primary: primary.map(Into::into), accent: accent.map(Into::into) })
    }

    #[test]
    fn contrast_is_reckoned_as_everywhere() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
        assert!((contrast("#767676", "#ffffff") - 4.54).abs() < 0.005);
        assert!((contrast("#caee47", "#132310") - 12.49).abs() < 0.2, "{}", contrast("#caee47", "#132310"));
    }

    #[test]
    fn a_button_has_the_text_that_can_be_read_on_it() {
        assert!(painted(Some("#caee47"), None).css.contains("--color-primary-content:#132310"));
        assert!(painted(Some("#5b21b6"), None).css.contains("--color-primary-content:#ffffff"));
        let between = painted(Some("#7d7d7d"), None);
        assert_eq!(
            between,
            Paint { css: String::new(), refused: vec!["no text can be read on the primary colour #7d7d7d.".into()] }
        );
    }

    #[test]
    fn an_accent_is_used_where_it_can_be_read() {
        let dark = painted(None, Some("#3e630c"));
        assert!(dark.css.contains("[data-theme=gs-light]") && !dark.css.contains("gs-dark"), "{}", dark.css);
        assert_eq!(dark.refused.len(), 1);
        assert!(dark.refused[0].contains("in the dark theme"), "{:?}", dark.refused);
        let light = painted(None, Some("#c8e860"));
        assert!(light.css.contains("[data-theme=gs-dark]") && !light.css.contains("gs-light"), "{}", light.css);
        assert_eq!(painted(None, None), Paint::default());
    }
}
