//! However many lobbies there are, each question reads those it is about.

use domain::lobbies;
use testing::{TestDomain, both_engines};
use wire::{LobbyId, QuickJoin};

use super::players;
use crate::plans::{self, plan, read_no_whole_table, sorts};

/// A thousand full lobbies, a member in each, and then one with room.
async fn crowd(domain: &TestDomain) {
    let lobbies = [
        "insert into lobbies (title, host_id, max_users, member_count, is_hidden, is_locked, created_at, code)
         select 'Dunes', u.id, 1, 1, u.id % 2 = 0 and u.id > 1000, u.id % 3 = 0 and u.id > 1000, u.created_at,
                'C' || cast(u.id as text)
         from users u where u.id <= 10000",
        "insert into lobby_members (user_id, lobby_id, joined_at, seat, is_here)
         select host_id, id, created_at, 1, id % 2 = 0 from lobbies",
        "update lobby_members set held_until = joined_at where lobby_id < 100",
        "update lobbies set max_users = 2 where id = 10000",
        "update lobbies set is_hidden = 1 = 0, is_locked = 1 = 0 where id = 10000",
        "insert into lobby_invitations (user_id, lobby_id, inviter_id, created_at)
         select host_id + 10000, id, host_id, created_at from lobbies",
        "insert into friendships (user_low, user_high, requester_id, target_id, status, created_at, updated_at)
         select u.id, u.id + 1, u.id, u.id + 1, 'accepted', u.created_at, u.updated_at from users u where u.id < 20000",
        "insert into lost_seats (user_id, lobby_id, title, reason, at)
         select u.id, u.id, 'Dunes', 'dropped', u.created_at from users u",
        "insert into lobby_events (lobby_id, seq, event, payload, at)
         select id, 1, 'lobby_created', '{}', created_at from lobbies",
    ];
    plans::crowd(domain, &lobbies).await;
}

/// What plans call that which was found of a table.
const FOUND: &[&str] = &[
    "SCAN page",
    "SCAN quiet",
    "SCAN candidates",
    "SCAN json_each",
    "SCAN wanted",
    "SCAN field",
    // The count of the list goes on from the first to the 10,001st that is visible, and no further.
    "SCAN lobbies USING INDEX lobbies_visible",
];

#[both_engines]
async fn what_is_asked_of_lobbies_goes_through_no_whole_table(domain: TestDomain) {
    crowd(&domain).await;
    let names = [
        "BY_CODE",
        "GET",
        "WHERE_SITS",
        "DOOR",
        "TAKE_SEAT",
        "FREE_SEAT",
        "SEAT",
        "UNSEAT",
        "HOLD",
        "CHANGE",
        "PASS_HOST_ON",
        "MEMBERS",
        "MEMBER",
        "IS_MEMBER",
        "CHANGE_MEMBER",
        "WHO_HAS_SEAT",
        "BEYOND",
        "MOVE_UP",
        "LOST",
        "HELD",
        "ALL_HELD",
        "WERE_HERE",
        "GO_AWAY",
        "COME",
        "COME_BACK",
        "EXPIRE",
        "HOLD_ONE",
        "UNUSED",
        "LAST_OF_PAGE",
        "IS_UNUSED",
        "INVITE",
        "IS_INVITED",
        "COUNT_OF_LOBBY",
        "LIST_VISIBLE",
        "JOINABLE",
        "JOINABLE_OF_SIZE",
        "LOOKED_UP_TO",
        "LOOKED_UP_TO_OF_SIZE",
        "FORGET_BETWEEN",
        "STRIP",
        "LAST",
        "BEFORE",
        "BEFORE_OF_KIND",
        "NEWEST",
    ];
    read_no_whole_table(&domain, "lobbies", &names, FOUND).await;
}

#[both_engines]
async fn among_a_thousand_full_lobbies_quick_join_finds_the_one_with_room(domain: TestDomain) {
    crowd(&domain).await;
    let players = players(&domain.app, 1).await;
    let lobby = lobbies::quick_join(&domain.app, &players[0], QuickJoin::default()).await.unwrap();
    assert_eq!((lobby.id, lobby.member_count), (LobbyId(10_000), 2));
    let plan = plan(&domain, "lobbies", "JOINABLE").await;
    assert!(plan.contains("lobbies_joinable"), "by the index of those with room alone:\n{plan}");
    // From the newest on, and no further than the first that is old enough.
    let plan = plans::plan(&domain, "lobbies", "OPENED_BEFORE").await;
    assert!(!sorts(&plan) && !plan.contains("Seq Scan"), "{plan}");
}

#[both_engines]
async fn among_a_thousand_full_lobbies_the_page_for_players_reads_the_one_with_room(domain: TestDomain) {
    crowd(&domain).await;
    for (name, index) in [
        ("CARDS_FREE", "lobbies_joinable"),
        ("CARDS_FREE", "lobbies_open_by_password"),
        ("CARDS_FREE_END", "lobbies_joinable"),
        ("CARDS_FREE_END", "lobbies_open_by_password"),
        ("COUNT_FREE", "lobbies_joinable"),
        ("COUNT_FREE", "lobbies_open_by_password"),
    ] {
        let plan = plan(&domain, "lobbies", name).await;
        assert!(plan.contains(index), "{name} by {index}:\n{plan}");
    }
}
