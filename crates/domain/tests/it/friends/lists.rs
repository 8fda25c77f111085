use chrono::TimeDelta;
use domain::{Scope, friends, lobbies, users};
use serde_json::json;
use testing::{TestDomain, both_engines};
use wire::{
    Acquaintances, Between, CirclePages, FriendFilter, FriendStatus, FriendsSeat, LobbyPatch, NewBan, NewLobby,
    PageQuery,
};

use super::{ask, befriend, block, guests};
use crate::people::{admin, code, user};

fn page(page: i64, page_size: i64) -> PageQuery {
    PageQuery { page: Some(page), page_size: Some(page_size), cursor: None }
}

#[both_engines]
async fn friends_are_listed_from_both_sides_page_by_page(domain: TestDomain) {
    let app = &domain.app;
    let [alice, others @ ..]: [Scope; 6] = guests(app).await;
    for (n, other) in others.iter().enumerate() {
        let (one, two) = if n % 2 == 0 { (&alice, other) } else { (other, &alice) };
        befriend(app, one, two).await;
    }
    ask(app, &others[0], &others[1]).await.unwrap();
    let all: Vec<_> = others.iter().map(user).collect();

    let first = friends::list(app, &alice, page(1, 2)).await.unwrap();
    assert_eq!(first.data.iter().map(|friend| friend.id).collect::<Vec<_>>(), all[..2]);
    assert_eq!((first.meta.total_count, first.meta.total_pages, first.meta.has_more), (5, 3, true));
    let last = friends::list(app, &alice, page(3, 2)).await.unwrap();
    assert_eq!(last.data.iter().map(|friend| friend.id).collect::<Vec<_>>(), all[4..]);
    assert!(!last.meta.has_more);
    // While friends go, a cursor passes nobody over.
    friends::remove(app, &alice, first.data[0].friendship_id).await.unwrap();
    let next = PageQuery { cursor: first.meta.next_cursor, page_size: Some(9), page: None };
    let rest = friends::list(app, &alice, next).await.unwrap();
    assert_eq!(rest.data.iter().map(|friend| friend.id).collect::<Vec<_>>(), all[2..]);
    assert!(rest.data.iter().all(|friend| friend.email.is_none()));
    assert_eq!(friends::list(app, &others[1], page(1, 9)).await.unwrap().data[0].id, user(&alice));
    for refused in [
        friends::list(app, &alice, page(0, 1)).await.map(drop),
        friends::requests(app, &alice, page(0, 1)).await.map(drop),
        friends::blocked(app, &alice, page(1, 0)).await.map(drop),
    ] {
        assert!(code(&refused).starts_with("invalid"));
    }
}

#[both_engines]
async fn requests_are_listed_to_whom_they_are_made_and_by_whom(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob, carol, dora, eve] = guests(app).await;
    for other in [&bob, &carol, &dora] {
        ask(app, other, &alice).await.unwrap();
    }
    ask(app, &alice, &eve).await.unwrap();
    let asked = friends::requests(app, &alice, page(1, 2)).await.unwrap();
    assert_eq!(asked.incoming.iter().map(|it| it.requester.id).collect::<Vec<_>>(), [user(&bob), user(&carol)]);
    assert_eq!(asked.outgoing.iter().map(|it| it.target.id).collect::<Vec<_>>(), [user(&eve)]);
    assert!(asked.incoming.iter().all(|it| it.target.id == user(&alice) && it.status == FriendStatus::Pending));
    assert_eq!(asked.incoming[0].inserted_at, app.clock.now());
    assert_eq!(
        json!(asked.meta),
        json!({
            "page": 1,
            "page_size": 2,
            "counts": { "incoming": 2, "outgoing": 1 },
            "total_counts": { "incoming": 3, "outgoing": 1 },
            "total_is_minimum": { "incoming": false, "outgoing": false },
            "total_pages": { "incoming": 2, "outgoing": 1 },
            "has_more": { "incoming": true, "outgoing": false },
        })
    );
    let second = friends::requests(app, &alice, page(2, 2)).await.unwrap();
    assert_eq!((second.incoming.len(), second.outgoing.len()), (1, 0));
    assert_eq!(friends::requests(app, &eve, page(1, 2)).await.unwrap().incoming.len(), 1);
}

#[both_engines]
async fn each_list_of_the_settings_has_a_page_of_its_own(domain: TestDomain) {
    let app = &domain.app;
    let [alice, others @ ..]: [Scope; 24] = guests(app).await;
    for (n, other) in others.iter().enumerate() {
        let (by, whom) = if n < 11 { (other, &alice) } else { (&alice, other) };
        ask(app, by, whom).await.unwrap();
    }
    let pages = CirclePages { incoming: Some(2), ..CirclePages::default() };
    let circle = friends::circle(app, &alice, pages).await.unwrap();
    let seen = |list: &Acquaintances| (list.page, list.rows.len(), list.has_more);
    assert_eq!((seen(&circle.incoming), seen(&circle.outgoing)), ((2, 1, false), (1, 10, true)));
    let pages = CirclePages { outgoing: Some(2), ..CirclePages::default() };
    let circle = friends::circle(app, &alice, pages).await.unwrap();
    assert_eq!((seen(&circle.incoming), seen(&circle.outgoing)), ((1, 10, true), (2, 2, false)));
    for pages in [
        CirclePages { incoming: Some(0), ..CirclePages::default() },
        CirclePages { outgoing: Some(0), ..CirclePages::default() },
    ] {
        assert!(code(&friends::circle(app, &alice, pages).await).starts_with("invalid"));
    }
}

#[both_engines]
async fn a_friend_is_seen_beside_oneself_and_elsewhere_where_one_could_join_them(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob, carol] = guests(app).await;
    befriend(app, &alice, &bob).await;
    befriend(app, &alice, &carol).await;
    let open = |title: &str, is_hidden| NewLobby {
        title: Some(title.into()),
        max_users: Some(2),
        is_hidden: Some(is_hidden),
        ..NewLobby::default()
    };
    let dunes = lobbies::create(app, &bob, open("Dunes", true)).await.unwrap();
    let cove = lobbies::create(app, &carol, open("Cove", false)).await.unwrap();
    let seats = || async {
        let circle = friends::circle(app, &alice, CirclePages::default()).await.unwrap();
        circle.friends.rows.into_iter().map(|friend| friend.seat).collect::<Vec<_>>()
    };
    let there = FriendsSeat::There { lobby_id: cove.id, title: "Cove".into(), member_count: 1, max_users: 2 };
    assert_eq!(seats().await, [None, Some(there.clone())], "what is hidden is told to nobody");
    lobbies::join(app, &alice, dunes.id, wire::JoinLobby::default()).await.unwrap();
    assert_eq!(seats().await, [Some(FriendsSeat::Here), Some(there)], "hidden and full: whoever sits there sees it");
}

#[both_engines]
async fn whoever_is_looked_for_is_shown_with_what_is_between(domain: TestDomain) {
    let app = &domain.app;
    let [alice, friend, asked, asks, blocked, blocks, rejected, other]: [Scope; 8] = guests(app).await;
    befriend(app, &alice, &friend).await;
    let asked_id = ask(app, &alice, &asked).await.unwrap().id;
    let asks_id = ask(app, &asks, &alice).await.unwrap().id;
    block(app, &alice, &blocked).await.unwrap();
    block(app, &blocks, &alice).await.unwrap();
    let refused = ask(app, &alice, &rejected).await.unwrap().id;
    friends::reject(app, &rejected, refused).await.unwrap();
    let look = |who: &Scope| {
        let id = user(who);
        async move {
            let found = friends::look_for(app, &alice, id.to_string()).await.unwrap();
            found.players.into_iter().find(|(player, _)| player.id == id).unwrap().1
        }
    };
    assert!(matches!(look(&friend).await, Between::Friends(_)));
    assert!(matches!(look(&blocked).await, Between::Blocked(_)));
    assert_eq!([look(&asked).await, look(&asks).await], [Between::Asked(asked_id), Between::AsksYou(asks_id)]);
    for nothing in [&blocks, &rejected, &other] {
        assert_eq!(look(nothing).await, Between::Nothing, "nobody is told who blocks or rejected them");
    }
    assert_eq!(look(&alice).await, Between::Oneself);
    block(app, &alice, &blocks).await.unwrap();
    assert!(matches!(look(&blocks).await, Between::Blocked(_)), "each blocks the other");

    for n in 0..11 {
        let named = crate::people::guest(app, &format!("zed-{n}")).await;
        let name = wire::DisplayName { display_name: Some(format!("Zed {n}")) };
        domain::accounts::rename(app, &named, name).await.unwrap();
    }
    let found = friends::look_for(app, &alice, "zed".into()).await.unwrap();
    assert_eq!((found.players.len(), found.total, found.is_minimum), (10, 11, false));
    assert_eq!(code(&friends::look_for(app, &Scope::NOBODY, "zed".into()).await), "authentication_required");
}

#[both_engines]
async fn a_friends_lobby_is_shown_where_one_could_join_it(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob, carol] = guests(app).await;
    befriend(app, &alice, &bob).await;
    let seen = async || friends::list(app, &alice, page(1, 9)).await.unwrap().data[0].lobby_id;
    assert_eq!(seen().await, None);
    let input = NewLobby { max_users: Some(2), ..NewLobby::default() };
    let lobby = lobbies::create(app, &carol, input).await.unwrap();
    let password = NewLobby { password: Some("sesame".into()), ..NewLobby::default() };
    lobbies::create(app, &bob, password).await.unwrap();
    assert!(seen().await.is_some(), "a password can be asked for");
    lobbies::leave(app, &bob).await.unwrap();
    lobbies::join(app, &bob, lobby.id, wire::JoinLobby::default()).await.unwrap();
    assert_eq!(seen().await, None, "it is full");
    let change = async |patch: LobbyPatch| drop(lobbies::update(app, &carol, patch).await.unwrap());
    change(LobbyPatch { max_users: Some(3), ..LobbyPatch::default() }).await;
    assert_eq!(seen().await, Some(lobby.id));
    for patch in [
        LobbyPatch { is_hidden: Some(true), ..LobbyPatch::default() },
        LobbyPatch { is_hidden: Some(false), is_locked: Some(true), ..LobbyPatch::default() },
    ] {
        change(patch).await;
        assert_eq!(seen().await, None);
    }
    change(LobbyPatch { is_locked: Some(false), ..LobbyPatch::default() }).await;
    assert_eq!(seen().await, Some(lobby.id));
    block(app, &carol, &alice).await.unwrap();
    assert_eq!(seen().await, None, "its host would not let her in");
}

#[both_engines]
async fn admins_see_what_is_between_anybody_and_others(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob, carol] = guests(app).await;
    let ada = admin(app, "ada").await;
    befriend(app, &alice, &bob).await;
    block(app, &alice, &carol).await.unwrap();
    block(app, &carol, &alice).await.unwrap();
    let of = async |scope: &Scope, status: Option<&str>| {
        let filter = FriendFilter { status: status.map(Into::into) };
        friends::of_user(app, scope, user(&alice), filter, page(1, 9)).await
    };
    let all = of(&ada, None).await.unwrap();
    assert_eq!(all.meta.total_count, 2);
    assert_eq!(
        all.data.iter().map(|row| (row.requester.0, row.status, row.is_mutual)).collect::<Vec<_>>(),
        [(user(&carol), FriendStatus::Blocked, true), (user(&alice), FriendStatus::Accepted, false)]
    );
    assert_eq!(of(&ada, Some("accepted")).await.unwrap().data.len(), 1);
    assert_eq!(of(&ada, Some("rejected")).await.unwrap().meta.total_count, 0);
    assert!(code(&of(&ada, Some("enemies")).await).starts_with("invalid"));
    assert_eq!(code(&of(&alice, None).await), "forbidden", "not even one's own, by this verb");
    assert_eq!(code(&of(&Scope::NOBODY, None).await), "authentication_required");
    let nobody = friends::of_user(app, &ada, wire::UserId(999_999), FriendFilter::default(), page(1, 9)).await;
    assert_eq!(code(&nobody), "not_found");
}

#[both_engines]
async fn the_file_of_an_account_has_the_newest_twenty_of_what_is_between_it_and_others(domain: TestDomain) {
    let app = &domain.app;
    let [alice, others @ ..]: [Scope; 22] = guests(app).await;
    let ada = admin(app, "ada").await;
    for other in &others {
        ask(app, other, &alice).await.unwrap();
    }
    block(app, &alice, &others[20]).await.unwrap();
    let file = users::look_into(app, &ada, user(&alice)).await.unwrap();
    assert_eq!((file.ties.len(), file.ties_count), (20, 21));
    let newest = (file.ties[0].requester.0, file.ties[0].status);
    assert_eq!(newest, (user(&others[20]), FriendStatus::Blocked));
    assert!(file.ties.iter().all(|tie| tie.target.0 == user(&alice) && tie.requester.0 != user(&others[0])));
    let file = users::look_into(app, &ada, user(&others[0])).await.unwrap();
    assert_eq!((file.ties.len(), file.ties_count), (1, 1), "it is seen from both sides");
}

#[both_engines]
async fn an_export_has_ones_friends_and_blocks_but_not_who_blocks(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob, carol, dora] = guests(app).await;
    befriend(app, &alice, &bob).await;
    block(app, &alice, &carol).await.unwrap();
    block(app, &dora, &alice).await.unwrap();
    let export = users::export(app, &alice).await.unwrap();
    let told: Vec<_> =
        export["friends"].as_array().unwrap().iter().map(|row| (&row["user_id"], &row["status"])).collect();
    let (bob, carol) = (json!(user(&bob)), json!(user(&carol)));
    assert_eq!(told, [(&carol, &json!("blocked")), (&bob, &json!("accepted"))]);
    let export = users::export(app, &dora).await.unwrap();
    assert_eq!(export["friends"].as_array().unwrap().len(), 1);
}

#[both_engines]
async fn a_banned_friend_stays_on_the_list(domain: TestDomain) {
    let app = &domain.app;
    let [alice, bob] = guests(app).await;
    befriend(app, &alice, &bob).await;
    users::ban(app, &Scope::SYSTEM, user(&bob), NewBan::default()).await.unwrap();
    let listed = friends::list(app, &alice, page(1, 9)).await.unwrap();
    assert_eq!((listed.data[0].id, listed.data[0].is_online), (user(&bob), false));
}

#[both_engines]
async fn what_changed_last_stands_first_in_the_file_of_an_account(domain: TestDomain) {
    let app = &domain.app;
    let [alice, others @ ..]: [Scope; 23] = guests(app).await;
    let ada = admin(app, "ada").await;
    for other in &others {
        app.clock.advance(TimeDelta::seconds(1));
        ask(app, other, &alice).await.unwrap();
    }
    app.clock.advance(TimeDelta::days(1));
    // The oldest row of all.
    block(app, &alice, &others[0]).await.unwrap();
    let file = users::look_into(app, &ada, user(&alice)).await.unwrap();
    assert_eq!((file.ties.len(), file.ties_count), (20, 22));
    let blocked = &file.ties[0];
    assert_eq!((blocked.status, blocked.updated_at), (FriendStatus::Blocked, app.clock.now()));
    assert!(file.ties.is_sorted_by_key(|tie| std::cmp::Reverse(tie.updated_at)));
}
