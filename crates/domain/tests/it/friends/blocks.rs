use domain::{App, Result, Scope, friends, lobbies};
use testing::{TestDomain, both_engines};
use wire::{FriendStatus, JoinLobby, Lobby, LobbyId, NewLobby, PageQuery, QuickJoin, UserId};

use super::{ask, befriend, block, guests, heard, names, own, standing};
use crate::people::{code, run, user};

async fn open(app: &App, host: &Scope) -> LobbyId {
    lobbies::create(app, host, NewLobby::default()).await.unwrap().id
}

async fn join(app: &App, player: &Scope, id: LobbyId) -> Result<Lobby> {
    lobbies::join(app, player, id, JoinLobby::default()).await
}

async fn blocked_by(app: &App, who: &Scope) -> Vec<UserId> {
    let page = friends::blocked(app, who, PageQuery::default()).await.unwrap();
    assert_eq!(page.meta.total_count, page.meta.count);
    page.data.into_iter().map(|blocked| blocked.requester.id).collect()
}

#[both_engines]
async fn a_block_ends_whatever_there_was_and_keeps_both_from_asking(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob, carol, dora] = guests(app).await;
    befriend(app, &alice, &bob).await;
    ask(app, &alice, &carol).await.unwrap();
    let (mut hers, mut his) = (own(app, &alice).await, own(app, &bob).await);
    for other in [&bob, &carol, &dora] {
        let blocked = block(app, &alice, other).await.unwrap();
        assert_eq!((blocked.requester_id, blocked.target_id), (user(other), user(&alice)));
        assert_eq!(standing(app, other).await, [(user(other), user(&alice), FriendStatus::Blocked)]);
        assert_eq!(code(&ask(app, other, &alice).await), "blocked");
        assert_eq!(code(&ask(app, &alice, other).await), "blocked", "nor does the other way round go past it");
        assert_eq!(blocked_by(app, other).await, []);
        for outcome in [
            friends::accept(app, &alice, blocked.id).await,
            friends::reject(app, &alice, blocked.id).await,
            friends::unblock(app, other, blocked.id).await,
        ] {
            assert_eq!(code(&outcome), "forbidden");
        }
        assert_eq!(code(&friends::remove(app, other, blocked.id).await), "not_authorized");
    }
    assert_eq!(blocked_by(app, &alice).await, [user(&bob), user(&carol), user(&dora)]);
    assert_eq!(names(&mut hers), ["friend_blocked"; 3]);
    assert_eq!(heard(&mut his), [("friend_blocked".to_owned(), Some(FriendStatus::Blocked))]);

    let again = block(app, &alice, &bob).await.unwrap();
    assert_eq!(names(&mut hers), [""; 0], "done twice it is told once");
    friends::unblock(app, &alice, again.id).await.unwrap();
    assert_eq!((names(&mut hers), names(&mut his)), (vec!["friend_unblocked".into()], vec!["friend_unblocked".into()]));
    assert_eq!(standing(app, &bob).await, [], "what there was does not come back");
    ask(app, &bob, &alice).await.unwrap();
}

#[both_engines]
async fn a_request_is_blocked_while_it_is_open_and_after_it_was_rejected(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob, carol] = guests(app).await;
    let (his, hers) = (ask(app, &bob, &alice).await.unwrap(), ask(app, &carol, &alice).await.unwrap());
    friends::reject(app, &alice, hers.id).await.unwrap();
    for asked in [his, hers] {
        friends::block_request(app, &alice, asked.id).await.unwrap();
        assert_eq!(code(&friends::block_request(app, &alice, asked.id).await), "forbidden");
    }
    assert_eq!(blocked_by(app, &alice).await, [user(&bob), user(&carol)]);
    let friendship = befriend(app, &bob, &carol).await;
    assert_eq!(
        code(&friends::block_request(app, &carol, friendship).await),
        "forbidden",
        "a friend is blocked by their id"
    );
}

#[both_engines]
async fn where_each_blocks_the_other_each_lifts_their_own_block(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob] = guests(app).await;
    for (first, second) in [(&alice, &bob), (&bob, &alice)] {
        // Whoever blocked first lifts it first, and then otherwise.
        for lifts_first in [first, second] {
            let keeps = if lifts_first == first { second } else { first };
            let one = block(app, first, second).await.unwrap();
            let mut seconds = own(app, second).await;
            let other = block(app, second, first).await.unwrap();
            assert_eq!((one.id, other.target_id, other.requester_id), (other.id, user(second), user(first)));
            assert_eq!(names(&mut seconds), ["friend_blocked"]);
            block(app, first, second).await.unwrap();
            assert_eq!(names(&mut seconds), [""; 0]);
            assert_eq!(blocked_by(app, first).await, [user(second)]);
            assert_eq!(blocked_by(app, second).await, [user(first)]);

            friends::unblock(app, lifts_first, one.id).await.unwrap();
            assert_eq!(blocked_by(app, lifts_first).await, []);
            assert_eq!(blocked_by(app, keeps).await, [user(lifts_first)]);
            assert_eq!(code(&friends::unblock(app, lifts_first, one.id).await), "forbidden");
            assert_eq!(code(&ask(app, lifts_first, keeps).await), "blocked");
            friends::unblock(app, keeps, one.id).await.unwrap();
            assert_eq!(domain.rows("friendships").await, 0);
        }
    }
}

#[both_engines]
async fn whoever_is_blocked_by_its_host_gets_no_seat_in_a_lobby(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob, carol] = guests(app).await;
    let lobby = open(app, &alice).await;
    let blocked = block(app, &alice, &bob).await.unwrap();
    assert_eq!(code(&join(app, &bob, lobby).await), "blocked");
    // That the player blocks the host is the player's own affair.
    block(app, &carol, &alice).await.unwrap();
    join(app, &carol, lobby).await.unwrap();
    // Each blocks the other: the one row says so, whoever is its target.
    block(app, &bob, &alice).await.unwrap();
    assert_eq!(code(&join(app, &bob, lobby).await), "blocked");
    friends::unblock(app, &bob, blocked.id).await.unwrap();
    assert_eq!(code(&join(app, &bob, lobby).await), "blocked");

    // The host goes, and the next one blocks nobody.
    lobbies::leave(app, &alice).await.unwrap();
    join(app, &bob, lobby).await.unwrap();
    run(&domain, "update lobbies set hostless = true, host_id = null").await;
    lobbies::leave(app, &bob).await.unwrap();
    join(app, &bob, lobby).await.unwrap();
}

#[both_engines]
async fn quick_join_passes_over_lobbies_whose_host_blocks_the_player(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob, carol] = guests(app).await;
    let (first, second) = (open(app, &alice).await, open(app, &carol).await);
    block(app, &alice, &bob).await.unwrap();
    let seated = lobbies::quick_join(app, &bob, QuickJoin::default()).await.unwrap();
    assert_eq!(seated.id, second);
    lobbies::leave(app, &bob).await.unwrap();
    block(app, &carol, &bob).await.unwrap();
    let opened = lobbies::quick_join(app, &bob, QuickJoin::default()).await.unwrap();
    assert!(![first, second].contains(&opened.id), "nothing is left but one of their own");
    assert_eq!(opened.host_id, bob.user());
}
