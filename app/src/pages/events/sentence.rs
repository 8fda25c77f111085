//! What happened in a lobby, in a sentence for admins.

use serde_json::Value;
use wire::{LobbyEvent, UserId};

use crate::words::counted;

/// What players are called.
pub(in crate::pages) type Names = Vec<(UserId, String)>;

/// An event of a lobby in words, with the icon that stands before them. Names and titles are text, as somebody typed them.
pub(super) fn sentence(event: &str, payload: &Value, names: &Names) -> (&'static str, String) {
    let who = |rest: &str| called(payload, names) + rest;
    let reason = payload["reason"].as_str();
    match event {
        "user_joined" => ("user-plus", who(" joined")),
        "user_left" if reason == Some("dropped") => {
            ("user-minus", ["The seat of ", &who(""), " was freed: away too long"].concat())
        }
        "user_left" => ("user-minus", who(" left")),
        "user_kicked" => ("user-x", who(" was put out")),
        "host_changed" if payload["new_host_id"].is_null() => ("crown", "Nobody is host any more".to_owned()),
        "host_changed" => ("crown", who(" became host")),
        "member_updated" => {
            let (icon, said) = if payload["is_ready"] == true { ("check", " is") } else { ("hourglass", " is not") };
            (icon, [&who(said), " ready, on seat ", &payload["seat"].to_string()].concat())
        }
        "member_away" => {
            let said = [&who(""), " lost their connection; the seat is kept until ", time(payload, "held_until")];
            ("wifi-off", said.concat())
        }
        "member_back" => ("plug", who(" is back")),
        "lobby_created" if payload["hostless"] == true => ("swords", ["An admin opened ", &lobby(payload)].concat()),
        "lobby_created" => ("swords", [&who(" opened "), lobby(payload).as_str()].concat()),
        "lobby_updated" if payload["closing_at"].is_string() => {
            ("hourglass", ["The lobby closes at ", time(payload, "closing_at"), ", unless it is kept open"].concat())
        }
        "lobby_updated" => ("pencil", ["It is now ", &lobby(payload)].concat()),
        "lobby_deleted" => ("trash-2", closed(reason).to_owned()),
        "message" => ("message-square", who(" sent the others a message")),
        "presence_diff" | "presence_state" => ("radio", "Somebody began to listen, or ceased to".to_owned()),
        // The name of one that is not known here stands below.
        _ => ("radio", "Something was told".to_owned()),
    }
}

/// What the player is called whom an event is about.
fn called(payload: &Value, names: &Names) -> String {
    let Some(who) = LobbyEvent::concerns(payload) else { return "Somebody".to_owned() };
    let is_known = names.iter().any(|(id, _)| *id == who);
    let said = payload["display_name"].as_str().filter(|_| !is_known);
    said.map_or_else(|| name(who, names), str::to_owned)
}

/// What a player is called; by their number, where that is not known.
pub(in crate::pages) fn name(who: UserId, names: &Names) -> String {
    let known = names.iter().find(|(id, _)| *id == who);
    known.map_or_else(|| ["player-", &who.to_string()].concat(), |(_, name)| name.clone())
}

/// A lobby as it is said to be.
fn lobby(payload: &Value) -> String {
    let seats = counted(payload["max_users"].as_i64().unwrap_or_default(), "seat", "seats");
    let mut said = ["“", payload["title"].as_str().unwrap_or_default(), "”, ", &seats].concat();
    for (member, word) in [
        ("hostless", ", without a host"),
        ("is_hidden", ", hidden"),
        ("is_locked", ", locked"),
        ("is_passworded", ", with a password"),
    ] {
        if payload[member] == true {
            said.push_str(word);
        }
    }
    said
}

fn closed(reason: Option<&str>) -> &'static str {
    match reason {
        Some("closed") => "An admin closed the lobby",
        Some("idle") => "The lobby was closed: nobody was there for a long time",
        Some("empty") => "The lobby was closed: nobody sat in it for a long time",
        Some("dropped") => "The lobby closed: its last player was away too long",
        Some("kicked") => "The lobby closed: its last player was put out",
        _ => "The lobby closed: its last player left",
    }
}

/// The time of day of a moment, which is written as `2027-01-15T08:00:30.250Z`.
fn time<'a>(payload: &'a Value, member: &str) -> &'a str {
    payload[member].as_str().and_then(|moment| moment.get(11..19)).unwrap_or("a time that is not known")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use chrono::DateTime;
    use serde_json::{Map, json};
    use wire::{Lobby, LobbyGone, LobbyId, LobbyMember, LostBy, MemberAway, MemberBack, MemberChanged};

    use super::*;

    fn said(event: &str, payload: &impl serde::Serialize) -> String {
        let names = vec![(UserId(3), "Mira <b>bold</b>".to_owned())];
        sentence(event, &json!(payload), &names).1
    }

    fn dunes() -> Lobby {
        Lobby {
            id: LobbyId(7),
            title: "Dunes <i>4v4</i>".into(),
            host_id: Some(UserId(3)),
            hostless: false,
            max_users: 8,
            is_hidden: false,
            is_locked: false,
            is_passworded: false,
            metadata: Map::new(),
            member_count: 1,
            revision: 1,
            created_at: DateTime::default(),
            closing_at: None,
            members: None,
            rules: None,
        }
    }

    #[test]
    fn who_comes_and_goes_is_called_by_name_or_else_by_number() {
        let one = |id, reason| MemberChanged { user_id: UserId(id), reason };
        assert_eq!(said("user_joined", &one(3, None)), "Mira <b>bold</b> joined");
        assert_eq!(said("user_joined", &one(40, None)), "player-40 joined");
        assert_eq!(said("user_left", &one(3, None)), "Mira <b>bold</b> left");
        let freed = said("user_left", &one(40, Some(LostBy::Dropped)));
        assert_eq!(freed, "The seat of player-40 was freed: away too long");
        assert_eq!(said("user_kicked", &one(3, Some(LostBy::Kicked))), "Mira <b>bold</b> was put out");
        assert_eq!(said("host_changed", &json!({ "new_host_id": 40 })), "player-40 became host");
        assert_eq!(said("host_changed", &json!({ "new_host_id": null })), "Nobody is host any more");
    }

    #[test]
    fn what_members_say_and_whether_they_are_there_is_told() {
        let mut otto = LobbyMember {
            user_id: UserId(40),
            display_name: Some("Otto".into()),
            seat: 2,
            is_ready: true,
            metadata: Map::new(),
            joined_at: DateTime::default(),
            held_until: None,
        };
        assert_eq!(said("member_updated", &otto), "Otto is ready, on seat 2");
        otto.is_ready = false;
        assert_eq!(said("member_updated", &otto), "Otto is not ready, on seat 2");
        let away = MemberAway { user_id: UserId(3), held_until: DateTime::from_timestamp(1_800_000_030, 0).unwrap() };
        assert_eq!(
            said("member_away", &away),
            "Mira <b>bold</b> lost their connection; the seat is kept until 08:00:30"
        );
        assert_eq!(said("member_back", &MemberBack { user_id: UserId(3) }), "Mira <b>bold</b> is back");
        assert_eq!(said("message", &json!({ "user_id": 3, "data": 1 })), "Mira <b>bold</b> sent the others a message");
    }

    #[test]
    fn a_lobby_is_told_as_it_is_from_then_on() {
        let lobby = dunes();
        assert_eq!(said("lobby_created", &lobby), "Mira <b>bold</b> opened “Dunes <i>4v4</i>”, 8 seats");
        let owned = Lobby { host_id: None, hostless: true, ..lobby.clone() };
        assert_eq!(said("lobby_created", &owned), "An admin opened “Dunes <i>4v4</i>”, 8 seats, without a host");
        let all = Lobby { max_users: 1, is_hidden: true, is_locked: true, is_passworded: true, ..lobby.clone() };
        assert_eq!(
            said("lobby_updated", &all),
            "It is now “Dunes <i>4v4</i>”, 1 seat, hidden, locked, with a password"
        );
        let closing = Lobby { closing_at: DateTime::from_timestamp(1_800_000_008, 0), ..lobby };
        assert_eq!(said("lobby_updated", &closing), "The lobby closes at 08:00:08, unless it is kept open");
    }

    #[test]
    fn each_end_of_a_lobby_has_its_reason() {
        let ends = [LostBy::Kicked, LostBy::Dropped, LostBy::Idle, LostBy::Empty, LostBy::Closed].map(Some);
        let mut told: Vec<_> = ends
            .into_iter()
            .chain([None])
            .map(|reason| said("lobby_deleted", &LobbyGone { id: LobbyId(7), reason }))
            .collect();
        assert_eq!(told[4], "An admin closed the lobby");
        assert_eq!(told[5], "The lobby closed: its last player left");
        told.sort();
        told.dedup();
        assert_eq!(told.len(), 6);
    }

    #[test]
    fn every_event_that_a_lobby_sends_has_words_of_its_own() {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clients/golden/events");
        let mut told = 0;
        for file in std::fs::read_dir(golden).unwrap() {
            let frame: Value = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
            let meaning = &frame["meaning"];
            let event = meaning["event"].as_str().unwrap();
            // What opens and ends a lobby is told to its members as to the list.
            let is_of_lobby = meaning["topic"].as_str().unwrap().starts_with("lobby:");
            if is_of_lobby || ["lobby_created", "lobby_deleted"].contains(&event) {
                let sentence = said(event, &meaning["payload"]);
                assert!(!sentence.contains("Something") && !sentence.contains("not known"), "{event}: {sentence}");
                told += 1;
            }
        }
        assert!(told >= 14, "{told}");
        assert_eq!(said("what_comes_later", &json!({})), "Something was told");
        assert_eq!(said("user_joined", &json!("nonsense")), "Somebody joined");
    }
}
