//! The game whose server this is: the words and pictures of its pages.

mod paint;

use std::sync::Arc;

use leptos::prelude::*;
use wire::Theme;

pub use paint::{Paint, paint};

/// The game of this server, given by the server as a context of every page.
#[derive(Clone, Debug, Default)]
pub struct Game(pub Arc<Theme>);

impl Game {
    /// The theme of the page being rendered. (There is none while the list of routes is made.)
    pub(crate) fn theme() -> Arc<Theme> {
        use_context::<Self>().unwrap_or_default().0
    }

    /// The title of a page, with the game's name behind it; of the start page, the name alone.
    ///
    /// Written as HTML: on the server, `leptos_meta` puts titles into the document as they are.
    pub(crate) fn title(page: &str) -> String {
        let name = &Self::theme().title;
        let title = if page.is_empty() { name.clone() } else { format!("{page} · {name}") };
        title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    }
}

/// The small print of a site: the operator's own text, or the page of ours.
#[derive(Clone, Copy)]
pub(crate) enum SmallPrint {
    Privacy,
    Terms,
    DataDeletion,
}

impl SmallPrint {
    pub(crate) fn address(self) -> String {
        let theme = Game::theme();
        let (own, ours) = match self {
            Self::Privacy => (&theme.privacy_url, "/privacy"),
            Self::Terms => (&theme.terms_url, "/terms"),
            Self::DataDeletion => (&theme.data_deletion_url, "/data-deletion"),
        };
        own.clone().unwrap_or_else(|| ours.to_owned())
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
