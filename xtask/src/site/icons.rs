//! The icon sprite: `style/icons.txt` names Lucide icons, `icons.svg` holds them, and a page shows one with
//! `<svg><use href="/icons.svg#lock"/></svg>`. No path data goes into the module.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::tree::Tree;

/// The sprite of all listed icons.
pub(super) fn sprite(tree: &Tree) -> Result<String> {
    let list = fs::read_to_string(tree.join("style/icons.txt")).context("cannot read style/icons.txt")?;
    let icons = tree.join("node_modules/lucide-static/icons");
    draw(&list, |name| fs::read_to_string(icons.join(format!("{name}.svg"))).ok())
}

fn draw(list: &str, find: impl Fn(&str) -> Option<String>) -> Result<String> {
    let mut sprite = String::from(r#"<svg xmlns="http://www.w3.org/2000/svg">"#);
    for name in list.lines().map(str::trim).filter(|name| !name.is_empty() && !name.starts_with('#')) {
        let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        let Some(icon) = find(name).filter(|_| plain) else {
            bail!("style/icons.txt names `{name}`, which is not an icon of the lucide-static package");
        };
        let shape = inside(&icon).with_context(|| format!("the icon `{name}` is not an SVG file"))?;
        write!(sprite, r#"<symbol id="{name}" viewBox="0 0 24 24">{shape}</symbol>"#)?;
    }
    sprite.push_str("</svg>");
    Ok(sprite)
}

/// The shapes without the `<svg>` around them: its stroke belongs to the place that shows the icon.
fn inside(icon: &str) -> Option<String> {
    let (_, open) = icon.split_once("<svg")?;
    let (_, body) = open.split_once('>')?;
    let (shapes, _) = body.rsplit_once("</svg>")?;
    Some(shapes.lines().map(str::trim).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUN: &str = "<!-- license -->\n<svg\n  stroke=\"currentColor\"\n>\n  <circle r=\"4\" />\n  <path d=\"M12 2v2\" />\n</svg>\n";

    fn find(name: &str) -> Option<String> {
        (name == "sun").then(|| SUN.to_owned())
    }

    #[test]
    fn a_symbol_holds_the_shapes_and_nothing_of_the_svg_around_them() {
        assert_eq!(
            draw("# day\n\nsun\n", find).unwrap(),
            concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg"><symbol id="sun" viewBox="0 0 24 24">"#,
                r#"<circle r="4" /><path d="M12 2v2" /></symbol></svg>"#
            )
        );
    }

    #[test]
    fn an_unknown_name_is_named() {
        let error = draw("sun\nmooon\n", find).unwrap_err();
        assert_eq!(
            error.to_string(),
            "style/icons.txt names `mooon`, which is not an icon of the lucide-static package"
        );
    }
}
