//! What players can do with one another.

use super::Group;
use crate::settings::amount::Unit::{Of, Seconds};
use crate::settings::kind::Kind::{Number, Switch};
use crate::settings::kind::Number as Field;
use crate::settings::setting::setting;

pub(super) static AVATARS: Group = Group {
    title: "Avatars",
    settings: &[setting(
        "avatars.guests",
        Switch(|to| &mut to.config.guest_avatars),
        "Whether guests may upload a picture.",
    )],
};

pub(super) static FRIENDS: Group = Group {
    title: "Friends",
    settings: &[
        setting(
            "friends.most",
            Number(Of("friends"), 1, 10_000, |to| Field::U32(&mut to.config.friends.most)),
            "Friends of one player.",
        ),
        setting(
            "friends.requests",
            Number(Of("requests"), 1, 10_000, |to| Field::U32(&mut to.config.friends.requests)),
            "Requests of one player that wait for an answer.",
        ),
        setting(
            "friends.blocks",
            Number(Of("players"), 1, 10_000, |to| Field::U32(&mut to.config.friends.blocks)),
            "Players whom one blocks.",
        ),
        setting(
            "friends.offline_after",
            Number(Seconds, 0, 300, |to| Field::Time(&mut to.config.friends.offline_after)),
            "How long a player's last socket must be closed before their friends are told that they are gone.",
        ),
    ],
};

pub(super) static LOBBIES: Group = Group {
    title: "Lobbies",
    settings: &[
        setting(
            "lobbies.grace",
            Number(Seconds, 0, 600, |to| Field::Time(&mut to.config.lobbies.grace)),
            "How long the seat of a member is kept whose last socket closed, where the lobby was opened with nothing else.",
        ),
        setting(
            "lobbies.empty_after",
            Number(Seconds, 60, 30 * 86_400, |to| Field::Time(&mut to.config.lobbies.empty_after)),
            "How long a lobby without a host is kept in which nobody sits.",
        ),
        setting(
            "lobbies.idle_after",
            Number(Seconds, 60, 30 * 86_400, |to| Field::Time(&mut to.config.lobbies.idle_after)),
            "How long a lobby is kept in which nothing happens, and of whose members none has a socket open.",
        ),
    ],
};
