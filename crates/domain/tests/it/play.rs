use domain::{App, Result, Scope, friends, lobbies, play};
use testing::{TestDomain, both_engines};
use wire::{
    Cursor, JoinLobby, KickMember, Lobby, LobbyId, LobbyPatch, LostBy, MemberPatch, NewBlock, NewFriend, NewLobby,
    Play, PlayFilter, SwitchLobby,
};

use crate::people::{code, guest, user};

async fn open(app: &App, host: &Scope, title: &str, seats: i64) -> Lobby {
    let input = NewLobby { title: Some(title.into()), max_users: Some(seats), ..NewLobby::default() };
    lobbies::create(app, host, input).await.unwrap()
}

async fn join(app: &App, player: &Scope, lobby: LobbyId) -> Result<Lobby> {
    lobbies::join(app, player, lobby, JoinLobby::default()).await
}

async fn switch(app: &App, player: &Scope, lobby: LobbyId) -> Result<Lobby> {
    lobbies::switch(app, player, SwitchLobby { lobby_id: Some(lobby), ..SwitchLobby::default() }).await
}

async fn see(app: &App, player: &Scope, filter: PlayFilter) -> Play {
    play::see(app, player, filter, None, &[]).await.unwrap()
}

async fn befriend(app: &App, one: &Scope, other: &Scope) {
    for (by, whom) in [(one, other), (other, one)] {
        friends::request(app, by, NewFriend { target_user_id: whom.user() }).await.unwrap();
    }
}

fn titles(play: &Play) -> Vec<&str> {
    play.cards.iter().map(|card| card.title.as_str()).collect()
}

#[both_engines]
async fn the_page_shows_where_one_could_sit_and_with_which_friends(domain: TestDomain) {
    let app = &domain.app;
    let [me, friend, host, other, shy] = [
        guest(app, "me").await,
        guest(app, "friend").await,
        guest(app, "host").await,
        guest(app, "other").await,
        guest(app, "shy").await,
    ];
    befriend(app, &me, &friend).await;
    let harbour = open(app, &host, "Harbour", 3).await;
    open(app, &other, "Cove", 1).await;
    let hidden = NewLobby { title: Some("Vault".into()), is_hidden: Some(true), ..NewLobby::default() };
    lobbies::create(app, &shy, hidden).await.unwrap();
    join(app, &friend, harbour.id).await.unwrap();

    let all = PlayFilter { all: true, ..PlayFilter::default() };
    let with_friends = PlayFilter { friends: true, ..PlayFilter::default() };
    let shown = see(app, &me, PlayFilter::default()).await;
    assert_eq!(titles(&shown), ["Harbour"]);
    assert_eq!((shown.open, shown.open_is_minimum, shown.with_friends), (1, false, 1));
    let card = &shown.cards[0];
    assert_eq!(card.host.as_ref().map(|host| host.id), host.user());
    assert_eq!(
        (card.friends.iter().map(|friend| friend.id).collect::<Vec<_>>(), card.friend_count),
        (vec![user(&friend)], 1)
    );
    assert_eq!(titles(&see(app, &me, all.clone()).await), ["Harbour", "Cove"]);
    assert_eq!(titles(&see(app, &me, with_friends.clone()).await), ["Harbour"]);
    assert_eq!(titles(&see(app, &other, PlayFilter::default()).await), <[&str; 0]>::default(), "they sit somewhere");
    let title = PlayFilter { title: Some("COV".into()), ..all.clone() };
    assert_eq!(titles(&see(app, &me, title.clone()).await), ["Cove"]);
    assert_eq!(titles(&see(app, &me, PlayFilter { all: false, ..title }).await), <[&str; 0]>::default());
    let beyond = Some(Cursor::after(i64::MAX));
    assert!(play::see(app, &me, PlayFilter::default(), beyond, &[]).await.unwrap().cards.is_empty());

    // Where one could not join them, nobody is told where friends sit.
    friends::block(app, &host, NewBlock { target_user_id: me.user() }).await.unwrap();
    let blocked = see(app, &me, all).await;
    assert_eq!((blocked.with_friends, blocked.cards[0].friend_count), (0, 0));
    assert!(see(app, &me, with_friends).await.cards.is_empty());
    assert_eq!(
        code(&play::see(app, &Scope::NOBODY, PlayFilter::default(), None, &[]).await),
        "authentication_required"
    );
}

/// The page holds the oldest lobbies alone: one that is missing there may only have been pushed out, or be full by now.
#[both_engines]
async fn lobbies_that_are_shown_already_are_told_as_they_are_now(domain: TestDomain) {
    let app = &domain.app;
    let [me, pike] = [guest(app, "me").await, guest(app, "pike").await];
    let first = guest(app, "first").await;
    let full = open(app, &first, "First", 1).await;
    let mut ids = Vec::new();
    for n in 0..PlayFilter::SHOWN + 2 {
        let host = guest(app, &format!("host-{n}")).await;
        ids.push((open(app, &host, &format!("Lobby {n}"), 2).await.id, host));
    }
    let shown: Vec<_> = see(app, &me, PlayFilter::default()).await.cards.iter().map(|card| card.id).collect();
    assert_eq!((shown.len(), shown.last().copied()), (24, Some(ids[23].0)));

    // One gets room that was not shown, and the last one has no place on the page any more; another is full now, and others are
    // hidden or closed.
    let wider = LobbyPatch { max_users: Some(2), ..LobbyPatch::default() };
    lobbies::update(app, &first, wider).await.unwrap();
    join(app, &pike, ids[0].0).await.unwrap();
    let hide = LobbyPatch { is_hidden: Some(true), ..LobbyPatch::default() };
    lobbies::update(app, &ids[1].1, hide).await.unwrap();
    lobbies::leave(app, &ids[2].1).await.unwrap();
    join(app, &ids[2].1, ids[3].0).await.unwrap();
    lobbies::leave(app, &ids[2].1).await.unwrap();
    let fresh = play::see(app, &me, PlayFilter::default(), None, &shown).await.unwrap();
    assert_eq!(fresh.cards[0].id, full.id);
    let others: Vec<_> = fresh.others.iter().map(|card| (card.id, card.member_count, card.max_users)).collect();
    assert_eq!(others, [(ids[0].0, 2, 2)], "the full one, as it is; neither the hidden one nor the closed one");

    // Two more get room: the last two are pushed out, and open still.
    let seated: Vec<_> = (0..3).map(|n| ids[4 + n].1).collect();
    for host in &seated {
        let all = LobbyPatch { is_locked: Some(true), ..LobbyPatch::default() };
        lobbies::update(app, host, all).await.unwrap();
    }
    let shown: Vec<_> = see(app, &me, PlayFilter::default()).await.cards.iter().map(|card| card.id).collect();
    for host in &seated {
        let none = LobbyPatch { is_locked: Some(false), ..LobbyPatch::default() };
        lobbies::update(app, host, none).await.unwrap();
    }
    let fresh = play::see(app, &me, PlayFilter::default(), None, &shown).await.unwrap();
    let told = |id| fresh.cards.iter().chain(&fresh.others).find(|card| card.id == id);
    assert!(
        shown.iter().all(|id| told(*id).is_some_and(|card| card.member_count < card.max_users)),
        "each has room still"
    );
    let too_many = vec![full.id; PlayFilter::SHOWN + 1];
    let refused = play::see(app, &me, PlayFilter::default(), None, &too_many).await;
    assert_eq!(code(&refused), "invalid: shown should have at most 24 item(s)");
}

#[both_engines]
async fn lobbies_are_counted_as_they_are_listed(domain: TestDomain) {
    let app = &domain.app;
    let [me, host, other] = [guest(app, "me").await, guest(app, "host").await, guest(app, "other").await];
    open(app, &other, "Full", 1).await;
    let vault = NewLobby { title: Some("Vault".into()), password: Some("sesame".into()), ..NewLobby::default() };
    lobbies::create(app, &host, vault).await.unwrap();
    let shown = see(app, &me, PlayFilter::default()).await;
    assert_eq!((titles(&shown), shown.open), (vec!["Vault"], 1));
}

#[both_engines]
async fn whoever_sits_sees_their_room_and_whoever_lost_their_seat_why(domain: TestDomain) {
    let app = &domain.app;
    let [host, guest_of, friend] = [guest(app, "host").await, guest(app, "guest").await, guest(app, "friend").await];
    befriend(app, &host, &friend).await;
    let dunes = open(app, &host, "Dunes", 4).await;
    join(app, &guest_of, dunes.id).await.unwrap();
    lobbies::update_member(app, &guest_of, MemberPatch { is_ready: Some(true), ..MemberPatch::default() })
        .await
        .unwrap();
    app.online.note(user(&friend), true);
    let room = see(app, &host, PlayFilter::default()).await.room.unwrap();
    assert!(room.lobby.rules.is_some_and(|rules| rules.code.is_some()));
    let seats: Vec<_> = room.members.iter().map(|member| (member.seat, member.face.id, member.is_ready)).collect();
    assert_eq!(seats, [(1, user(&host), false), (2, user(&guest_of), true)]);
    assert_eq!(room.friends.iter().map(|friend| friend.id).collect::<Vec<_>>(), [user(&friend)]);

    let input = wire::InviteFriend { target_user_id: friend.user() };
    lobbies::invitations::invite(app, &host, input).await.unwrap();
    let invited = see(app, &friend, PlayFilter::default()).await.invited;
    assert_eq!((invited[0].lobby_id, invited[0].free, invited[0].by.id), (dunes.id, 2, user(&host)));
    lobbies::kick(app, &host, KickMember { target_user_id: guest_of.user() }).await.unwrap();
    let lost = see(app, &guest_of, PlayFilter::default()).await.lost.unwrap();
    assert_eq!((lost.title.as_str(), lost.reason), ("Dunes", LostBy::Kicked));
    join(app, &guest_of, dunes.id).await.unwrap();
    lobbies::leave(app, &guest_of).await.unwrap();
    assert_eq!(see(app, &guest_of, PlayFilter::default()).await.lost, None);
}

#[both_engines]
async fn a_switch_takes_a_seat_and_gives_one_up_or_neither(domain: TestDomain) {
    let app = &domain.app;
    let [mira, pike, olga] = [guest(app, "mira").await, guest(app, "pike").await, guest(app, "olga").await];
    let dunes = open(app, &mira, "Dunes", 2).await;
    let cove = open(app, &olga, "Cove", 1).await;
    assert_eq!(switch(app, &pike, dunes.id).await.unwrap().member_count, 2, "whoever has no seat takes one");
    assert_eq!(code(&switch(app, &pike, cove.id).await), "full");
    assert_eq!(code(&switch(app, &pike, dunes.id).await), "already_in_lobby");
    let nowhere = lobbies::switch(app, &pike, SwitchLobby::default()).await;
    assert_eq!(code(&nowhere), "invalid: code should be 6 letters and digits");
    assert_eq!(code(&switch(app, &Scope::NOBODY, cove.id).await), "authentication_required");
    assert_eq!(lobbies::seat_of(app, &pike).await.unwrap().map(|lobby| lobby.id), Some(dunes.id));
    let there = switch(app, &olga, dunes.id).await;
    assert_eq!(code(&there), "full");
    lobbies::leave(app, &pike).await.unwrap();
    let moved = switch(app, &olga, dunes.id).await.unwrap();
    assert_eq!((moved.member_count, moved.members.map(|members| members.len())), (2, Some(2)));
    assert_eq!(code(&lobbies::get(app, &olga, cove.id).await), "not_found", "its last member left it");
}

/// Two who change places at once write to the same two lobbies.
#[both_engines]
async fn two_who_change_places_at_once_each_have_one_seat(domain: TestDomain) {
    let app = &domain.app;
    let [one, other] = [guest(app, "one").await, guest(app, "other").await];
    let [first, second] = [guest(app, "first").await, guest(app, "second").await];
    let both = [open(app, &first, "A", 3).await.id, open(app, &second, "B", 3).await.id];
    join(app, &one, both[0]).await.unwrap();
    join(app, &other, both[1]).await.unwrap();
    for round in 0..20 {
        let (to_b, to_a) = (both[(round + 1) % 2], both[round % 2]);
        let (moved, came) = tokio::join!(switch(app, &one, to_b), switch(app, &other, to_a));
        assert_eq!((moved.unwrap().id, came.unwrap().id), (to_b, to_a), "round {round}");
        for lobby in both {
            let lobby = lobbies::get(app, &Scope::SYSTEM, lobby).await.unwrap();
            assert_eq!((lobby.member_count, lobby.members.map(|members| members.len())), (2, Some(2)));
        }
    }
}
