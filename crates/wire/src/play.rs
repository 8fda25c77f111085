//! What the page for players shows, in one answer: where they sit, or where they could.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Cursor, FieldErrors, Lobby, LobbyFilter, LobbyId, LostSeat, UserId};

/// What the lobbies on the page may be narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlayFilter {
    /// Part of the title, in any case: at most 80 characters.
    pub title: Option<String>,
    /// Those without a free seat too, and those that are locked.
    pub all: bool,
    /// Only those where a friend sits whom one could join.
    pub friends: bool,
}

impl PlayFilter {
    /// Lobbies the page shows at most, and so those it may ask about.
    pub const SHOWN: usize = 24;

    /// Itself, checked, without what is empty.
    ///
    /// # Errors
    /// A text too long or with control characters.
    pub fn check(mut self) -> Result<Self, FieldErrors> {
        let filter = LobbyFilter { title: self.title.take(), ..LobbyFilter::default() };
        self.title = filter.check()?.title;
        Ok(self)
    }
}

/// What the page shows a player.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Play {
    /// Who looks.
    pub me: UserId,
    /// Listed lobbies with a free seat, by a password or without, as [`Play::open_is_minimum`] has it.
    pub open: i64,
    /// Whether there are more than that.
    pub open_is_minimum: bool,
    /// Lobbies where a friend sits whom the player could join.
    pub with_friends: i64,
    /// Where the player sits.
    pub room: Option<Room>,
    /// Where they could sit, oldest first; nothing while they sit somewhere.
    pub cards: Vec<LobbyCard>,
    /// Of the lobbies that the page shows already, those that are listed still without being among the cards: how they are
    /// now, whatever was asked for.
    pub others: Vec<LobbyCard>,
    /// Where the next page goes on, if there may be one.
    pub next: Option<Cursor>,
    /// Whether a search for a title was broken off before this page was full: it goes through 10,000 lobbies at once.
    pub is_broken_off: bool,
    /// Where friends ask the player to sit down with them: the newest.
    pub invited: Vec<Invited>,
    /// The last seat that was taken from the player, until they take another.
    pub lost: Option<LostSeat>,
}

/// Where a friend asks the player to sit down with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// The lobby.
    pub lobby_id: LobbyId,
    /// Its name.
    pub title: String,
    /// Its free seats.
    pub free: i64,
    /// Who asks.
    pub by: Face,
}

/// Somebody as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Face {
    /// Who.
    pub id: UserId,
    /// Their name, or what stands for it.
    pub name: String,
    /// Where the picture is that they uploaded.
    pub picture: Option<String>,
}

/// A lobby of the public list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LobbyCard {
    /// The lobby.
    pub id: LobbyId,
    /// Its name.
    pub title: String,
    /// What the game says of it, in a few words.
    pub about: String,
    /// Who hosts it.
    pub host: Option<Face>,
    /// Seats taken.
    pub member_count: i64,
    /// Seats there are.
    pub max_users: i64,
    /// Whether nobody may join.
    pub is_locked: bool,
    /// Whether joining asks for a password.
    pub is_passworded: bool,
    /// Friends who sit there, where the player could join them: the first of them.
    pub friends: Vec<Face>,
    /// How many there are.
    pub friend_count: i64,
}

/// The lobby the player sits in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// The lobby, without its members.
    pub lobby: Lobby,
    /// What the game says of it, in a few words.
    pub about: String,
    /// Who sits there, by their seats.
    pub members: Vec<Sitting>,
    /// Friends who are online and do not sit there.
    pub friends: Vec<Face>,
}

/// Who has a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitting {
    /// Which seat, from 1.
    pub seat: i64,
    /// Who.
    pub face: Face,
    /// Whether they are ready.
    pub is_ready: bool,
    /// Whether their connection dropped: the seat is kept for a while.
    pub is_held: bool,
}

/// Leaving one's seat for one in another lobby, which is named by itself or by its code.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SwitchLobby {
    /// Which.
    pub lobby_id: Option<LobbyId>,
    /// Its code, as in [`JoinByCode`].
    pub code: Option<String>,
    /// Its password, if it asks for one.
    pub password: Option<String>,
}

/// Values of the metadata that are told in a card.
const TOLD: usize = 3;
/// Characters of each.
const SHORT: usize = 24;

impl Lobby {
    /// What the game says of it, in a few words: the first values of its metadata that are short texts or numbers.
    #[must_use]
    pub fn about(&self) -> String {
        about(&self.metadata)
    }
}

fn about(metadata: &Map<String, Value>) -> String {
    let told = metadata.values().filter_map(|value| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        let fits = !text.trim().is_empty() && text.chars().count() <= SHORT && !text.chars().any(is_unfit);
        fits.then_some(text)
    });
    told.take(TOLD).collect::<Vec<_>>().join(" · ")
}

/// What would move or hide the words beside it. Metadata is the game's own: it may hold anything.
fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_filter_is_checked_as_that_of_the_list() {
        let of = |title: String| PlayFilter { title: Some(title), ..PlayFilter::default() }.check();
        assert_eq!(of("  Dunes ".into()).map(|filter| filter.title), Ok(Some("Dunes".into())));
        assert_eq!(of("  ".into()).map(|filter| filter.title), Ok(None));
        assert!(of("t".repeat(80)).is_ok() && of("t".repeat(81)).is_err() && of("a\u{7}".into()).is_err());
    }

    #[test]
    fn a_lobby_is_told_of_by_what_is_short_and_can_be_read() {
        let of = |metadata: Value| about(metadata.as_object().unwrap());
        assert_eq!(of(json!({ "map": "dunes", "mode": "ranked", "rounds": 3, "set": "x" })), "dunes · ranked · 3");
        let odd = json!({ "a": "x".repeat(25), "b": "\u{202e}evil", "c": " ", "d": [1], "e": true, "f": "line\nline" });
        assert_eq!(of(odd), "");
        assert_eq!(of(json!({ "a": "x".repeat(24) })), "x".repeat(24));
    }
}
