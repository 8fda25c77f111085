//! Inviting friends to where one sits.

use domain::lobbies::invitations::{self, MOST};
use domain::{App, Result, Scope, friends, lobbies, topics};
use testing::{TestDomain, both_engines};
use wire::{InviteFriend, KickMember, LobbyId, LobbyPatch, NewBlock, NewFriend, NewLobby, PageQuery, Topic};

use super::{join, open, players, refusal};
use crate::people::{code, run, user};

async fn befriend(app: &App, one: &Scope, other: &Scope) {
    for (by, whom) in [(one, other), (other, one)] {
        friends::request(app, by, NewFriend { target_user_id: whom.user() }).await.unwrap();
    }
}

async fn invite(app: &App, by: &Scope, whom: &Scope) -> Result<()> {
    invitations::invite(app, by, InviteFriend { target_user_id: whom.user() }).await
}

async fn invited(app: &App, whom: &Scope) -> Vec<LobbyId> {
    let page = invitations::list(app, whom, PageQuery::default()).await.unwrap();
    assert_eq!(page.meta.total_count, page.meta.count);
    page.data.into_iter().map(|invitation| invitation.lobby_id).collect()
}

async fn change(app: &App, host: &Scope, patch: LobbyPatch) {
    lobbies::update(app, host, patch).await.unwrap();
}

fn password(password: &str) -> LobbyPatch {
    LobbyPatch { password: Some(password.into()), ..LobbyPatch::default() }
}

#[both_engines]
async fn a_friend_who_is_invited_comes_in_hidden_or_not_and_without_the_password(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 4).await;
    let [host, friend, stranger, member] = [players[0], players[1], players[2], players[3]];
    befriend(app, &host, &friend).await;
    let input = NewLobby { is_hidden: Some(true), password: Some("sesame".into()), ..NewLobby::default() };
    let lobby = lobbies::create(app, &host, input).await.unwrap();
    let mut own = topics::listen(app, &friend, Topic::User(user(&friend)), None).await.unwrap().subscription;
    invite(app, &host, &friend).await.unwrap();
    invite(app, &host, &friend).await.unwrap();
    let message = own.next().await.unwrap();
    let told = serde_json::json!(message.event);
    assert_eq!(
        (message.event.name(), &told["lobby_id"], &told["inviter_id"]),
        ("lobby_invited", &lobby.id.0.into(), &user(&host).0.into())
    );
    assert_eq!(own.behind(), 0, "twice is told once");
    assert_eq!(invited(app, &friend).await, [lobby.id]);

    assert_eq!(refusal(invite(app, &host, &stranger).await), "not_friends");
    assert_eq!(refusal(join(app, &stranger, lobby.id).await), "password_required");
    assert_eq!(refusal(invite(app, &friend, &host).await), "not_in_lobby");
    assert_eq!(code(&invite(app, &Scope::NOBODY, &host).await), "authentication_required");
    assert_eq!(
        code(&invitations::invite(app, &host, InviteFriend::default()).await),
        "invalid: target_user_id can't be blank"
    );
    join(app, &friend, lobby.id).await.unwrap();
    assert_eq!(invited(app, &friend).await, [], "it was followed");
    assert_eq!(refusal(invite(app, &host, &friend).await), "already_in_lobby");
    // Any member may.
    befriend(app, &friend, &member).await;
    invite(app, &friend, &member).await.unwrap();
    join(app, &member, lobby.id).await.unwrap();
}

#[both_engines]
async fn an_invitation_opens_no_lock_and_makes_no_seat(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    let [host, friend, other] = [players[0], players[1], players[2]];
    befriend(app, &host, &friend).await;
    let id = open(app, &host, 2).await.id;
    invite(app, &host, &friend).await.unwrap();
    change(app, &host, LobbyPatch { is_locked: Some(true), ..LobbyPatch::default() }).await;
    assert_eq!(refusal(join(app, &friend, id).await), "locked");
    change(app, &host, LobbyPatch { is_locked: Some(false), ..LobbyPatch::default() }).await;
    join(app, &other, id).await.unwrap();
    assert_eq!(refusal(join(app, &friend, id).await), "full");
}

#[both_engines]
async fn an_invitation_ends_with_what_it_was_given_for(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let [host, friend] = [players[0], players[1]];
    befriend(app, &host, &friend).await;
    let id = open(app, &host, 4).await.id;

    // Another password: whoever was invited was to pass the one before.
    invite(app, &host, &friend).await.unwrap();
    change(app, &host, password("sesame")).await;
    assert_eq!(refusal(join(app, &friend, id).await), "password_required");
    // The host puts them out.
    invite(app, &host, &friend).await.unwrap();
    join(app, &friend, id).await.unwrap();
    lobbies::kick(app, &host, KickMember { target_user_id: friend.user() }).await.unwrap();
    assert_eq!(refusal(join(app, &friend, id).await), "password_required");
    // It is declined.
    invite(app, &host, &friend).await.unwrap();
    invitations::decline(app, &friend, id).await.unwrap();
    assert_eq!(code(&invitations::decline(app, &friend, id).await), "not_found");
    assert_eq!(invited(app, &friend).await, []);
    // A block.
    invite(app, &host, &friend).await.unwrap();
    friends::block(app, &host, NewBlock { target_user_id: friend.user() }).await.unwrap();
    assert_eq!(invited(app, &friend).await, []);
    assert_eq!(refusal(join(app, &friend, id).await), "blocked");
    assert_eq!(refusal(invite(app, &host, &friend).await), "not_friends");
    // The lobby.
    lobbies::leave(app, &host).await.unwrap();
    assert_eq!(domain.rows("lobby_invitations").await, 0);
}

#[both_engines]
async fn no_lobby_has_more_invitations_than_there_may_be(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let [host, friend] = [players[0], players[1]];
    befriend(app, &host, &friend).await;
    let id = open(app, &host, 4).await.id;
    assert_eq!(MOST, 128);
    let crowd = "insert into users (device_hash, is_guest, created_at, updated_at)
                 with recursive n (i) as (select 1 union all select i + 1 from n where i < 127)
                 select 'crowd-' || n.i, u.is_guest, u.created_at, u.updated_at from n, users u where u.id = 1";
    run(&domain, crowd).await;
    run(
        &domain,
        "insert into lobby_invitations (user_id, lobby_id, inviter_id, created_at)
         select u.id, l.id, l.host_id, l.created_at from users u, lobbies l where u.device_hash like 'crowd-%'",
    )
    .await;
    invite(app, &host, &friend).await.unwrap();
    let other = crate::people::guest(app, "one-more").await;
    befriend(app, &host, &other).await;
    assert_eq!(refusal(invite(app, &host, &other).await), "too_many_invitations");
    assert_eq!(domain.rows("lobby_invitations").await, MOST);
    invitations::decline(app, &friend, id).await.unwrap();
    invite(app, &host, &other).await.unwrap();
}

#[both_engines]
async fn an_invitation_between_two_ends_when_either_blocks_the_other_and_another_friend_can_invite(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 4).await;
    let [host, member, friend, other] = [players[0], players[1], players[2], players[3]];
    let input = NewLobby { is_hidden: Some(true), password: Some("sesame".into()), ..NewLobby::default() };
    let id = lobbies::create(app, &host, input).await.unwrap().id;
    for inside in [&member, &other] {
        befriend(app, &host, inside).await;
        invite(app, &host, inside).await.unwrap();
        join(app, inside, id).await.unwrap();
        befriend(app, inside, &friend).await;
    }
    for (by, whom) in [(&friend, &member), (&other, &friend)] {
        let inviter = if by == &friend { whom } else { by };
        invite(app, inviter, &friend).await.unwrap();
        friends::block(app, by, NewBlock { target_user_id: whom.user() }).await.unwrap();
        assert_eq!(invited(app, &friend).await, [], "it does not pass the password any more");
        assert_eq!(refusal(join(app, &friend, id).await), "password_required");
        if by == &friend {
            let mut own = topics::listen(app, &friend, Topic::User(user(&friend)), None).await.unwrap().subscription;
            invite(app, &other, &friend).await.unwrap();
            assert_eq!(own.next().await.unwrap().event.name(), "lobby_invited");
            assert_eq!(invited(app, &friend).await, [id]);
            invitations::decline(app, &friend, id).await.unwrap();
        }
    }
    // A request that is blocked, too.
    befriend(app, &host, &friend).await;
    invite(app, &host, &friend).await.unwrap();
    run(&domain, "update friendships set status = 'pending', requester_id = 1, target_id = 3 where user_low = 1 and user_high = 3")
        .await;
    let request = friends::requests(app, &friend, PageQuery::default()).await.unwrap();
    let request = request.incoming.first().expect("the request").id;
    friends::block_request(app, &friend, request).await.unwrap();
    assert_eq!(domain.rows("lobby_invitations").await, 0);
}

#[both_engines]
async fn an_invitation_is_used_up_by_every_way_in_and_kept_by_what_asks_for_nothing_new(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let [host, friend] = [players[0], players[1]];
    befriend(app, &host, &friend).await;
    let id = open(app, &host, 4).await.id;
    invite(app, &host, &friend).await.unwrap();
    assert_eq!(lobbies::quick_join(app, &friend, wire::QuickJoin::default()).await.unwrap().id, id);
    assert_eq!(invited(app, &friend).await, []);
    lobbies::leave(app, &friend).await.unwrap();

    // A form that sends all its fields asks for no password where there is none.
    invite(app, &host, &friend).await.unwrap();
    change(app, &host, password("")).await;
    assert_eq!(invited(app, &friend).await, [id]);
    lobbies::admin::reseat(app, &Scope::SYSTEM, id, user(&friend)).await.unwrap();
    assert_eq!(invited(app, &friend).await, []);
}

#[both_engines]
async fn one_invitation_is_good_for_one_way_past_the_password(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let [host, friend] = [players[0], players[1]];
    befriend(app, &host, &friend).await;
    let id = open(app, &host, 4).await.id;
    change(app, &host, password("sesame")).await;
    for round in 0..20 {
        invite(app, &host, &friend).await.unwrap();
        let joins = [(); 3].map(|()| {
            let app = app.clone();
            tokio::spawn(async move { join(&app, &friend, id).await.is_ok() })
        });
        let kicks = tokio::spawn({
            let app = app.clone();
            async move {
                for _ in 0..200 {
                    let input = KickMember { target_user_id: friend.user() };
                    if lobbies::kick(&app, &host, input).await.is_ok() {
                        break;
                    }
                }
            }
        });
        let mut entered = 0;
        for join in joins {
            entered += usize::from(join.await.unwrap());
        }
        kicks.await.unwrap();
        assert_eq!(entered, 1, "round {round}");
        lobbies::leave(app, &friend).await.ok();
    }
}
