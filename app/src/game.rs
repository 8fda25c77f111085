//! The game whose server this is: the words and pictures of its pages.

use std::sync::Arc;

use leptos::prelude::*;
use wire::Theme;

/// The game of this server, given by the server as a context of every page.
#[derive(Clone, Debug, Default)]
pub struct Game(pub Arc<Theme>);

impl Game {
    /// The theme of the page being rendered. (There is none while the list of routes is made.)
    pub(crate) fn theme() -> Arc<Theme> {
        use_context::<Self>().unwrap_or_default().0
    }

    /// The title of a page, with the game's name behind it.
    pub(crate) fn title(page: &str) -> String {
        format!("{page} · {}", Self::theme().title)
    }
}

/// The icon an operator named, if there is such a one; else ours.
pub(crate) fn icon(named: &str, ours: &'static str) -> &'static str {
    let icons: &'static str = include_str!("../../style/icons.txt");
    icons.lines().map(str::trim).find(|icon| !icon.is_empty() && *icon == named).unwrap_or(ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_that_there_is_not_gives_way_to_ours() {
        assert_eq!(icon("swords", "link"), "swords");
        assert_eq!(icon("hero-map", "link"), "link");
        assert_eq!(icon("", "link"), "link");
    }
}
