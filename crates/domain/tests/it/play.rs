use domain::{App, Result, Scope, friends, lobbies, play};
use testing::{TestDomain, both_engines};
use wire::{
    Cursor, JoinLobby, KickMember, Lobby, LobbyId, LostBy, MemberPatch, NewBlock, NewFriend, NewLobby, Play,
    PlayFilter, SwitchLobby,
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
    play::see(app, player, filter, None).await.unwrap()
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
    assert!(play::see(app, &me, PlayFilter::default(), beyond).await.unwrap().cards.is_empty());

    // Where one could not join them, nobody is told where friends sit.
    friends::block(app, &host, NewBlock { target_user_id: me.user() }).await.unwrap();
    let blocked = see(app, &me, all).await;
    assert_eq!((blocked.with_friends, blocked.cards[0].friend_count), (0, 0));
    assert!(see(app, &me, with_friends).await.cards.is_empty());
    assert_eq!(code(&play::see(app, &Scope::NOBODY, PlayFilter::default(), None).await), "authentication_required");
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
