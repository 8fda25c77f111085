mod closing;

use chrono::TimeDelta;
use domain::lobbies::admin::{self, CLOSES_AFTER, PutOut};
use domain::{App, Result, Scope, audit as audit_log, lobbies, users};
use serde_json::{Value, json};
use testing::{TestDomain, both_engines};
use wire::{
    AdminLobbyPatch, AuditEntry, AuditFilter, HostPolicy, JoinLobby, LobbyId, LobbyPatch, LobbySeen, LostBy, NewBan,
    NewLobby, PageQuery, Topic, UserId,
};

use super::host::{heard, race};
use super::{audit, join, open, players, refusal, state};
use crate::people::{admin as an_admin, code, inside, user};

fn edited(lobby: LobbyPatch) -> AdminLobbyPatch {
    AdminLobbyPatch { lobby, host_id: None }
}

fn titled(title: &str) -> AdminLobbyPatch {
    edited(LobbyPatch { title: Some(title.into()), ..LobbyPatch::default() })
}

fn seats(max_users: i64) -> AdminLobbyPatch {
    edited(LobbyPatch { max_users: Some(max_users), ..LobbyPatch::default() })
}

fn hosted_by(host: &Scope) -> AdminLobbyPatch {
    AdminLobbyPatch { host_id: host.user(), ..AdminLobbyPatch::default() }
}

/// A lobby of the server, which anybody may join.
async fn hostless(app: &App, seats: i64) -> LobbyId {
    let input = NewLobby { title: Some("Arena".into()), max_users: Some(seats), ..NewLobby::default() };
    admin::open_hostless(app, &Scope::SYSTEM, input).await.unwrap().id
}

/// The rows of the audit log about lobbies, newest first.
async fn written(app: &App) -> Vec<AuditEntry> {
    let filter = AuditFilter { q: Some("lobby.".into()), ..AuditFilter::default() };
    audit_log::list(app, &Scope::SYSTEM, filter, PageQuery::default()).await.unwrap().data
}

/// What each verb of admins says to somebody, and its name in the audit log.
async fn try_each(app: &App, who: &Scope, id: LobbyId, member: UserId) -> [(&'static str, String); 6] {
    [
        ("lobby.edit", code(&admin::edit(app, who, id, titled("Harbour")).await)),
        ("lobby.kick", code(&admin::kick(app, who, id, member).await)),
        ("lobby.reseat", code(&admin::reseat(app, who, id, member).await)),
        ("lobby.close", code(&admin::close(app, who, id).await)),
        ("lobby.keep_open", code(&admin::keep_open(app, who, id).await)),
        ("lobby.open", code(&admin::open_hostless(app, who, NewLobby::default()).await)),
    ]
}

#[both_engines]
async fn what_admins_do_is_for_admins_and_written_down(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let ada = an_admin(app, "ada").await;
    let id = open(app, &players[0], 8).await.id;
    join(app, &players[1], id).await.unwrap();
    let member = user(&players[1]);
    let player = Scope { who: domain::Who::Player(user(&players[1])), ..players[1] };
    let before = state(app, id).await;

    for (who, refused) in [(Scope::NOBODY, "authentication_required"), (players[0], "forbidden"), (player, "forbidden")]
    {
        for (verb, said) in try_each(app, &who, id, member).await {
            assert_eq!(said, refused, "{verb} for {who:?}");
        }
        assert_eq!(code(&admin::get(app, &who, id).await), refused);
    }
    assert_eq!(state(app, id).await, before);
    assert_eq!(domain.rows("lobbies").await, 1);
    let refusals = written(app).await;
    assert_eq!(refusals.len(), 12, "nobody's are not written");
    assert!(refusals.iter().all(|row| row.outcome == "forbidden"));

    let acts = try_each(app, &ada, id, member).await;
    for (verb, said) in &acts {
        assert_eq!(said, "ok", "{verb}");
    }
    let done: Vec<_> = written(app).await.into_iter().filter(|row| row.outcome == "done").collect();
    let names: Vec<_> = done.iter().rev().map(|row| row.action.as_str()).collect();
    assert_eq!(names, acts.map(|(verb, _)| verb));
    let opened = &done[0];
    assert!(done[1..].iter().all(|row| (row.target_kind.as_str(), row.target_id) == ("lobby", id.0)));
    assert!(state(app, LobbyId(opened.target_id)).await.hostless, "it names the lobby that was opened");
    assert!(done.iter().all(|row| row.actor_id == ada.user()));
    let seen = admin::get(app, &ada, id).await.unwrap();
    assert_eq!(seen, state(app, id).await);
    assert!(seen.rules.unwrap().code.is_some(), "admins see what members see");
}

#[both_engines]
async fn an_admin_changes_what_is_given_and_everybody_hears_of_it(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let ada = an_admin(app, "ada").await;
    let id = open(app, &players[0], 8).await.id;
    let mut ears = [
        inside(app, &players[0], id).await,
        app.pubsub.subscribe(Topic::Lobbies),
        app.pubsub.subscribe(Topic::AdminLobbies),
    ];
    let metadata = json!({ "mode": "<script>alert(1)</script>" });
    let patch = LobbyPatch {
        title: Some("<b>Harbour</b>".into()),
        max_users: Some(3),
        is_locked: Some(true),
        password: Some("sesame".into()),
        metadata: metadata.as_object().cloned(),
        ..LobbyPatch::default()
    };
    let lobby = admin::edit(app, &ada, id, edited(patch)).await.unwrap();
    assert_eq!(lobby, state(app, id).await, "what is answered is what is there");
    assert_eq!((lobby.title.as_str(), lobby.max_users, lobby.revision), ("<b>Harbour</b>", 3, 2));
    assert_eq!((lobby.is_locked, lobby.is_passworded, lobby.is_hidden), (true, true, false));
    assert_eq!((Value::Object(lobby.metadata), lobby.host_id), (metadata, players[0].user()));
    for topic in &mut ears {
        assert_eq!(heard(topic).await, ["lobby_updated"]);
    }
    let row = written(app).await.remove(0);
    let was = json!({ "title": "Dunes", "max_users": 8, "is_locked": false, "is_passworded": false });
    assert_eq!(row.was, Some(was));
    let became = json!({
        "title": "<b>Harbour</b>", "max_users": 3, "is_locked": true, "is_passworded": true,
        "metadata": "changed", "password": "changed",
    });
    assert_eq!(row.became, Some(became), "neither the password nor what the game keeps stands in the log");

    let cleared = edited(LobbyPatch { password: Some(String::new()), is_locked: Some(false), ..LobbyPatch::default() });
    assert!(!admin::edit(app, &ada, id, cleared).await.unwrap().is_passworded);
    join(app, &players[1], id).await.unwrap();
    let hidden = edited(LobbyPatch { is_hidden: Some(true), ..LobbyPatch::default() });
    admin::edit(app, &ada, id, hidden).await.unwrap();
    let [_, list, _] = &mut ears;
    assert_eq!(heard(list).await, ["lobby_updated", "lobby_membership_changed", "lobby_deleted"]);
}

#[both_engines]
async fn what_breaks_a_rule_changes_nothing(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    let ada = an_admin(app, "ada").await;
    let id = open(app, &players[0], 8).await.id;
    join(app, &players[1], id).await.unwrap();
    let before = state(app, id).await;
    let large = json!({ "a": "x".repeat(16 * 1024) }).as_object().cloned();
    let deep = serde_json::from_str(&format!("{}1{}", r#"{"a":"#.repeat(9), "}".repeat(9))).unwrap();
    for patch in [
        titled(&"t".repeat(81)),
        titled(""),
        titled("a\u{202e}b"),
        titled("a\u{7}b"),
        seats(129),
        seats(0),
        edited(LobbyPatch { password: Some("p".repeat(129)), ..LobbyPatch::default() }),
        edited(LobbyPatch { metadata: large, ..LobbyPatch::default() }),
        edited(LobbyPatch { metadata: Some(deep), ..LobbyPatch::default() }),
    ] {
        let broken = admin::edit(app, &ada, id, patch.clone()).await;
        assert!(matches!(broken, Err(domain::Error::Invalid(_))), "{patch:?}: {broken:?}");
    }
    for broken in [
        NewLobby { title: Some("t".repeat(81)), ..NewLobby::default() },
        NewLobby { max_users: Some(129), ..NewLobby::default() },
    ] {
        let opened = admin::open_hostless(app, &ada, broken).await;
        assert!(matches!(opened, Err(domain::Error::Invalid(_))), "{opened:?}");
    }
    let refused = admin::edit(app, &ada, id, AdminLobbyPatch { lobby: seats(1).lobby, ..titled("Small") }).await;
    assert_eq!(refusal(refused), "too_small");
    let both = AdminLobbyPatch { host_id: players[2].user(), ..titled("Theirs") };
    assert_eq!(refusal(admin::edit(app, &ada, id, both).await), "not_in_lobby");
    assert_eq!(refusal(admin::edit(app, &ada, LobbyId(i64::MAX), titled("x")).await), "not_found");
    assert_eq!(state(app, id).await, before);
    assert_eq!(domain.rows("lobbies").await, 1);
    assert_eq!(admin::edit(app, &ada, id, seats(2)).await.unwrap().max_users, 2);
}

#[both_engines]
async fn the_host_is_who_an_admin_says_where_a_member_is_host(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    let ada = an_admin(app, "ada").await;
    let id = open(app, &players[0], 8).await.id;
    join(app, &players[1], id).await.unwrap();
    let mut inside = inside(app, &players[0], id).await;
    assert_eq!(admin::edit(app, &ada, id, hosted_by(&players[1])).await.unwrap().host_id, players[1].user());
    assert_eq!(heard(&mut inside).await, ["lobby_updated", "host_changed"]);
    assert_eq!(admin::edit(app, &ada, id, hosted_by(&players[1])).await.unwrap().host_id, players[1].user());
    assert_eq!(heard(&mut inside).await, ["lobby_updated"], "they were it already");
    lobbies::update(app, &players[1], LobbyPatch { is_locked: Some(true), ..LobbyPatch::default() }).await.unwrap();

    let arena = hostless(app, 4).await;
    join(app, &players[2], arena).await.unwrap();
    assert_eq!(refusal(admin::edit(app, &ada, arena, hosted_by(&players[2])).await), "no_host");
    assert_eq!(state(app, arena).await.host_id, None);
}

#[both_engines]
async fn who_is_host_where_nobody_follows_is_an_admins_to_say_or_nobodys(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let ada = an_admin(app, "ada").await;
    for (policy, said) in [(HostPolicy::None, "no_host"), (HostPolicy::Server, "ok")] {
        let input = NewLobby { host_policy: Some(policy), ..NewLobby::default() };
        let id = lobbies::create(app, &players[0], input).await.unwrap().id;
        join(app, &players[1], id).await.unwrap();
        lobbies::leave(app, &players[0]).await.unwrap();
        assert_eq!(state(app, id).await.host_id, None);
        assert_eq!(code(&admin::edit(app, &ada, id, hosted_by(&players[1])).await), said);
        let host = if said == "ok" { players[1].user() } else { None };
        assert_eq!(state(app, id).await.host_id, host);
        lobbies::leave(app, &players[1]).await.unwrap();
    }
}

#[both_engines]
async fn whoever_is_put_out_is_out_at_once_and_can_be_given_their_seat_back(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    let ada = an_admin(app, "ada").await;
    let id = open(app, &players[0], 3).await.id;
    for player in &players[1..] {
        app.clock.advance(TimeDelta::seconds(1));
        join(app, player, id).await.unwrap();
    }
    let lock = LobbyPatch {
        is_locked: Some(true),
        is_hidden: Some(true),
        password: Some("sesame".into()),
        ..LobbyPatch::default()
    };
    lobbies::update(app, &players[0], lock).await.unwrap();
    let mut witness = inside(app, &players[2], id).await;
    let host = user(&players[0]);

    admin::kick(app, &ada, id, host).await.unwrap();
    let lobby = audit(app, id).await;
    assert_eq!((lobby.member_count, lobby.host_id), (2, players[1].user()), "the host's role goes on");
    assert_eq!(heard(&mut witness).await, ["user_kicked", "host_changed"]);
    assert_eq!(users::me(app, &players[0]).await.unwrap().lobby_id, None);
    assert_eq!(lobbies::lost_seat(app, &players[0]).await.unwrap().unwrap().reason, LostBy::Kicked);
    assert_eq!(refusal(admin::kick(app, &ada, id, host).await), "not_in_lobby");
    assert_eq!(refusal(join(app, &players[0], id).await), "locked");

    app.clock.advance(TimeDelta::seconds(1));
    admin::reseat(app, &ada, id, host).await.unwrap();
    let lobby = audit(app, id).await;
    assert_eq!((lobby.member_count, lobby.host_id), (3, players[1].user()));
    assert_eq!(lobby.members.unwrap().pop().unwrap().user_id, host, "they come last");
    assert_eq!(heard(&mut witness).await, ["user_joined"]);
    assert_eq!(users::me(app, &players[0]).await.unwrap().lobby_id, Some(id));
    assert_eq!(lobbies::lost_seat(app, &players[0]).await.unwrap(), None);
    let rows = written(app).await;
    let acts: Vec<_> = rows.iter().map(|row| (row.action.as_str(), row.outcome.as_str())).collect();
    assert_eq!(acts, [("lobby.reseat", "done"), ("lobby.kick", "not_in_lobby"), ("lobby.kick", "done")]);
    for done in [&rows[0], &rows[2]] {
        assert_eq!(done.became, Some(json!({ "user_id": host })));
    }
}

#[both_engines]
async fn what_an_admin_leaves_as_it_was_stays_as_others_made_it(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let ada = an_admin(app, "ada").await;
    let lobby = open(app, &players[0], 4).await;
    join(app, &players[1], lobby.id).await.unwrap();
    let seen = LobbySeen {
        title: Some(lobby.title.clone()),
        max_users: Some(4),
        is_hidden: Some(false),
        is_locked: Some(false),
        host_id: Some(lobby.host_id),
        metadata: Some(lobby.metadata.clone()),
    };
    // As a form sends it: all its fields, of which one was changed.
    let form = |title: &str| AdminLobbyPatch {
        lobby: LobbyPatch {
            title: Some(title.into()),
            max_users: Some(4),
            is_hidden: Some(false),
            is_locked: Some(false),
            metadata: Some(lobby.metadata.clone()),
            ..LobbyPatch::default()
        },
        host_id: lobby.host_id,
    };
    let lock = LobbyPatch { is_locked: Some(true), ..LobbyPatch::default() };
    lobbies::update(app, &players[0], lock).await.unwrap();
    lobbies::leave(app, &players[0]).await.unwrap();
    let saved = admin::edit_seen(app, &ada, lobby.id, form("Harbour"), seen.clone()).await.unwrap();
    assert_eq!((saved.title.as_str(), saved.is_locked, saved.host_id), ("Harbour", true, players[1].user()));

    let revision = audit(app, lobby.id).await.revision;
    let refused = admin::edit_seen(app, &ada, lobby.id, form("Cove"), seen.clone()).await;
    assert_eq!(refusal(refused), "changed_meanwhile", "it is Harbour by now, which was not seen");
    admin::edit_seen(app, &ada, lobby.id, form(&lobby.title), seen.clone()).await.unwrap();
    let now = audit(app, lobby.id).await;
    assert_eq!((now.title.as_str(), now.revision), ("Harbour", revision), "nothing was changed, so nothing is saved");
    admin::edit_seen(app, &ada, lobby.id, form("Harbour"), seen).await.unwrap();
    let refused = admin::edit_seen(app, &players[1], lobby.id, form("Cove"), LobbySeen::default()).await;
    assert_eq!(refusal(refused), "forbidden");
}

#[both_engines]
async fn a_seat_is_given_back_only_where_there_is_one_and_to_whom_it_can_be_given(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 4).await;
    let ada = an_admin(app, "ada").await;
    let id = open(app, &players[0], 2).await.id;
    join(app, &players[1], id).await.unwrap();
    let member = user(&players[1]);
    assert_eq!(refusal(admin::reseat(app, &ada, id, user(&players[2])).await), "full");
    admin::kick(app, &ada, id, member).await.unwrap();
    join(app, &players[2], id).await.unwrap();
    assert_eq!(refusal(admin::reseat(app, &ada, id, member).await), "full");
    lobbies::leave(app, &players[2]).await.unwrap();
    let elsewhere = open(app, &players[1], 2).await.id;
    assert_eq!(refusal(admin::reseat(app, &ada, id, member).await), "already_in_lobby");
    assert_eq!((audit(app, id).await.member_count, audit(app, elsewhere).await.member_count), (1, 1));
    users::ban(app, &ada, member, NewBan::default()).await.unwrap();
    assert_eq!(refusal(admin::reseat(app, &ada, id, member).await), "banned");
    assert_eq!(refusal(admin::reseat(app, &ada, id, UserId(i64::MAX)).await), "not_found");
    assert_eq!(refusal(admin::reseat(app, &ada, LobbyId(i64::MAX), user(&players[3])).await), "not_found");
    assert_eq!(refusal(admin::kick(app, &ada, LobbyId(i64::MAX), member).await), "not_found");
    assert_eq!(audit(app, id).await.member_count, 1);
}

#[both_engines]
async fn a_lobby_whose_last_member_is_put_out_closes_in_a_while_and_one_of_the_server_stays(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let ada = an_admin(app, "ada").await;
    let id = open(app, &players[0], 2).await.id;
    let host = user(&players[0]);
    assert_eq!(admin::kick(app, &ada, id, host).await.unwrap(), PutOut::Closing);
    let closing = audit(app, id).await;
    assert_eq!(
        (closing.member_count, closing.closing_at),
        (1, Some(app.clock.now() + CLOSES_AFTER)),
        "nothing is final"
    );
    assert_eq!(admin::kick(app, &ada, id, host).await.unwrap(), PutOut::Closing);
    assert_eq!(audit(app, id).await, closing, "saying it twice changes nothing");
    assert_eq!(admin::keep_open(app, &ada, id).await.unwrap().member_count, 1);
    admin::kick(app, &ada, id, host).await.unwrap();
    app.clock.advance(CLOSES_AFTER);
    lobbies::close_due(app).await.unwrap();
    assert_eq!(refusal(lobbies::get(app, &ada, id).await), "not_found");
    assert_eq!(refusal(admin::kick(app, &ada, id, host).await), "not_found");
    assert_eq!(refusal(admin::reseat(app, &ada, id, host).await), "not_found");

    let mut list = app.pubsub.subscribe(Topic::Lobbies);
    let arena = hostless(app, 2).await;
    join(app, &players[1], arena).await.unwrap();
    assert_eq!(admin::kick(app, &ada, arena, user(&players[1])).await.unwrap(), PutOut::Out);
    let lobby = audit(app, arena).await;
    assert_eq!((lobby.member_count, lobby.host_id, lobby.hostless), (0, None, true));
    admin::reseat(app, &ada, arena, user(&players[1])).await.unwrap();
    lobbies::leave(app, &players[1]).await.unwrap();
    assert_eq!(audit(app, arena).await.member_count, 0, "it outlives its last member");
    assert_eq!(heard(&mut list).await, ["lobby_created"]);
    let input = NewLobby { password: Some("sesame".into()), ..NewLobby::default() };
    let closed = admin::open_hostless(app, &ada, input).await.unwrap();
    assert_eq!(closed, state(app, closed.id).await, "what is answered is what is there");
    assert_eq!((closed.is_passworded, closed.max_users), (true, NewLobby::MAX_USERS));
    assert_eq!(refusal(join(app, &players[1], closed.id).await), "password_required");
    let with = JoinLobby { password: Some("sesame".into()) };
    lobbies::join(app, &players[1], closed.id, with).await.unwrap();
}

#[both_engines]
async fn whoever_leaves_while_an_admin_puts_them_out_goes_once(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let ada = an_admin(app, "ada").await;
    let [host, member] = [players[0], players[1]];
    let arena = hostless(app, 2).await;
    for round in 0..20 {
        // In one of the server's, the only member; in another, beside its host.
        let id = if round % 2 == 0 { arena } else { open(app, &host, 2).await.id };
        join(app, &member, id).await.unwrap();
        let (a, b) = (app.clone(), app.clone());
        let (kicked, left): (Result<()>, Result<()>) =
            race(async move { admin::kick(&a, &ada, id, user(&member)).await.map(drop) }, async move {
                lobbies::leave(&b, &member).await
            })
            .await;
        assert_ne!(kicked.is_ok(), left.is_ok(), "one of the two: {kicked:?}, {left:?}");
        for refused in [kicked, left].into_iter().filter(Result::is_err) {
            assert_eq!(refusal(refused), "not_in_lobby");
        }
        assert_eq!(audit(app, id).await.member_count, round % 2);
        lobbies::leave(app, &host).await.ok();
    }
}
