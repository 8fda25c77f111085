//! Badges: a shape, a word and a colour, never colour alone.

use leptos::prelude::*;

use crate::components::Icon;

/// A badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Badge {
    /// Its word.
    pub(crate) word: &'static str,
    /// Its icon.
    pub(crate) icon: &'static str,
    /// Its classes beside `tag`.
    pub(crate) class: &'static str,
}

impl Badge {
    pub(crate) const OPEN: Self = Self { word: "Open", icon: "door-open", class: "tag-ok" };
    pub(crate) const FULL: Self = Self { word: "Full", icon: "users", class: "tag-plain" };
    pub(crate) const LOCKED: Self = Self { word: "Locked", icon: "lock", class: "tag-warn" };
    pub(crate) const PASSWORD: Self = Self { word: "Password", icon: "lock-keyhole", class: "tag-line" };
    pub(crate) const HIDDEN: Self = Self { word: "Hidden", icon: "eye-off", class: "" };
    pub(crate) const HOSTLESS: Self = Self { word: "Hostless", icon: "server", class: "tag-info" };
    pub(crate) const READY: Self = Self { word: "Ready", icon: "check", class: "tag-ok" };
    pub(crate) const NOT_READY: Self = Self { word: "Not ready", icon: "hourglass", class: "" };
    pub(crate) const HELD: Self = Self { word: "Seat kept", icon: "wifi-off", class: "tag-warn" };
    pub(crate) const CLOSING: Self = Self { word: "Closing", icon: "hourglass", class: "tag-bad" };
    pub(crate) const CLOSED: Self = Self { word: "Closed", icon: "x", class: "tag-line" };
    pub(crate) const ADMIN: Self = Self { word: "Admin", icon: "shield", class: "tag-volt" };
    pub(crate) const GUEST: Self = Self { word: "Guest", icon: "ghost", class: "" };
    pub(crate) const DEVICE: Self = Self { word: "Device", icon: "smartphone", class: "tag-line" };
    pub(crate) const BY_PASSWORD: Self = Self { word: "Password", icon: "mail", class: "tag-line" };
    pub(crate) const BANNED: Self = Self { word: "Banned", icon: "ban", class: "tag-bad" };
    pub(crate) const UNCONFIRMED: Self = Self { word: "Unconfirmed", icon: "mail-question-mark", class: "tag-warn" };
    pub(crate) const THIS_ONE: Self = Self { word: "This one", icon: "check", class: "tag-volt" };
    pub(crate) const LIVE: Self = Self { word: "Live", icon: "circle-check", class: "tag-ok" };
    pub(crate) const EXPIRED: Self = Self { word: "Expired", icon: "hourglass", class: "tag-line" };
    pub(crate) const ENDED: Self = Self { word: "Ended", icon: "circle-off", class: "tag-line" };
    pub(crate) const REFUSED: Self = Self { word: "Refused", icon: "shield-x", class: "tag-warn" };
    pub(crate) const WAITING: Self = Self { word: "Waiting", icon: "hourglass", class: "tag-info" };
    pub(crate) const RUNNING: Self = Self { word: "Running", icon: "play", class: "tag-volt" };
    pub(crate) const DEAD: Self = Self { word: "Dead", icon: "circle-x", class: "tag-bad" };
    pub(crate) const DONE: Self = Self { word: "Done", icon: "check", class: "tag-ok" };

    /// The badge, drawn.
    pub(crate) fn draw(self) -> impl IntoView {
        view! {
            <span class=format!("tag {}", self.class)>
                <Icon name=self.icon />
                {self.word}
            </span>
        }
    }

    /// Several badges in a row, with all their words in the tooltip.
    pub(crate) fn draw_all(badges: Vec<Self>) -> impl IntoView {
        let words = badges.iter().map(|badge| badge.word).collect::<Vec<_>>().join(", ");
        view! { <span class="chips" title=words>{badges.into_iter().map(Self::draw).collect_view()}</span> }
    }
}
