use domain::{App, Scope, Who, lobbies};
use serde_json::{Value, json};
use testing::{TestDomain, both_engines};
use wire::{AdminLobbyFilter, Cursor, LobbyFilter, NewLobby, PageQuery, UserId};

use super::{open, players, refusal};

/// The titles a filter lists, page by page of two, and what is counted.
async fn titles(app: &App, filter: &LobbyFilter) -> (Vec<String>, i64) {
    let mut titles = Vec::new();
    let mut asked = PageQuery { page_size: Some(2), ..PageQuery::default() };
    loop {
        let page = lobbies::list(app, &Scope::NOBODY, filter.clone(), asked).await.unwrap();
        titles.extend(page.data.into_iter().map(|lobby| lobby.title));
        asked.cursor = page.meta.next_cursor;
        assert_eq!(page.meta.has_more, asked.cursor.is_some());
        if !page.meta.has_more {
            return (titles, page.meta.total_count);
        }
    }
}

#[both_engines]
async fn a_list_is_narrowed_by_all_that_is_asked_and_counts_just_that(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 6).await;
    for (player, (title, max_users, is_locked, password, is_hidden)) in players.iter().zip([
        ("one", 2, false, "", false),
        ("two", 4, true, "", false),
        ("three", 4, false, "sesame", false),
        ("four", 8, true, "sesame", false),
        ("five", 16, false, "", false),
        ("hidden", 4, true, "sesame", true),
    ]) {
        let input = NewLobby {
            title: Some(title.into()),
            max_users: Some(max_users),
            is_locked: Some(is_locked),
            is_hidden: Some(is_hidden),
            password: Some(password.into()),
            ..NewLobby::default()
        };
        lobbies::create(app, player, input).await.unwrap();
    }
    let any = LobbyFilter::default;
    for (filter, expected) in [
        (any(), &["one", "two", "three", "four", "five"][..]),
        (LobbyFilter { is_locked: Some(true), ..any() }, &["two", "four"]),
        (LobbyFilter { is_locked: Some(false), ..any() }, &["one", "three", "five"]),
        (LobbyFilter { is_passworded: Some(true), ..any() }, &["three", "four"]),
        (LobbyFilter { is_passworded: Some(false), ..any() }, &["one", "two", "five"]),
        (LobbyFilter { min_users: Some(4), ..any() }, &["two", "three", "four", "five"]),
        (LobbyFilter { max_users: Some(4), ..any() }, &["one", "two", "three"]),
        (LobbyFilter { min_users: Some(4), max_users: Some(4), ..any() }, &["two", "three"]),
        (LobbyFilter { min_users: Some(5), max_users: Some(4), ..any() }, &[]),
        (
            LobbyFilter { min_users: Some(i64::MIN), max_users: Some(i64::MAX), is_locked: Some(true), ..any() },
            &["two", "four"],
        ),
        (LobbyFilter { is_locked: Some(true), is_passworded: Some(true), title: Some("O".into()), ..any() }, &["four"]),
        (LobbyFilter { state: Some("open".into()), is_passworded: Some(false), ..any() }, &["one", "five"]),
    ] {
        let (found, counted) = titles(app, &filter).await;
        assert_eq!(found, expected, "{filter:?}");
        assert_eq!(usize::try_from(counted).unwrap(), expected.len(), "{filter:?}");
        let admin = Scope { who: Who::Admin(UserId(99)), ..Scope::NOBODY };
        let all = lobbies::list_all(app, &admin, filter.clone(), PageQuery::default()).await.unwrap();
        let visible = all.data.iter().filter(|row| !row.lobby.is_hidden).count();
        assert_eq!((visible, all.meta.total_count), (expected.len(), all.meta.count), "{filter:?}");
    }
}

#[both_engines]
async fn admins_find_hidden_lobbies_and_those_of_the_server_by_asking_for_them(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 3).await;
    for (player, (title, is_hidden)) in players.iter().zip([("one", false), ("two", true), ("three", true)]) {
        let input = NewLobby { title: Some(title.into()), is_hidden: Some(is_hidden), ..NewLobby::default() };
        lobbies::create(app, player, input).await.unwrap();
    }
    let arena = NewLobby { title: Some("arena".into()), is_hidden: Some(true), ..NewLobby::default() };
    lobbies::admin::open_hostless(app, &Scope::SYSTEM, arena).await.unwrap();
    let any = AdminLobbyFilter::default;
    let titled = LobbyFilter { title: Some("t".into()), ..LobbyFilter::default() };
    for (filter, expected) in [
        (AdminLobbyFilter { is_hidden: Some(true), ..any() }, &["arena", "three", "two"][..]),
        (AdminLobbyFilter { is_hidden: Some(false), ..any() }, &["one"]),
        (AdminLobbyFilter { hostless: Some(true), ..any() }, &["arena"]),
        (AdminLobbyFilter { hostless: Some(false), is_hidden: Some(true), lobby: titled }, &["three", "two"]),
    ] {
        // A page that is not full is counted by another statement than one that is.
        for size in [1, 50] {
            let page = PageQuery { page_size: Some(size), ..PageQuery::default() };
            let found = lobbies::list_all(app, &Scope::SYSTEM, filter.clone(), page).await.unwrap();
            let titles: Vec<_> = found.data.iter().map(|row| row.lobby.title.as_str()).collect();
            assert_eq!(titles, expected[..titles.len()], "{filter:?}");
            assert_eq!(usize::try_from(found.meta.total_count).unwrap(), expected.len(), "{filter:?}");
        }
    }
    // Nobody else may even ask.
    let asked = lobbies::list_all(app, &players[0], any(), PageQuery::default()).await;
    assert_eq!(refusal(asked), "forbidden");
}

#[both_engines]
async fn a_metadata_filter_compares_the_value_of_its_key_exactly(domain: TestDomain) {
    let app = &domain.app;
    let kept = [
        json!({ "mode": "ranked" }),
        json!({ "mode": "Ranked games" }),
        json!({ "mode": 1 }),
        json!({ "mode": "1" }),
        json!({ "mode": true }),
        json!({ "mode": null }),
        json!({ "mode": { "mode": "ranked" } }),
        json!({ "mode": ["ranked"] }),
        json!({ "mode": -2.5 }),
        json!({ "other": "ranked" }),
        json!({ "$.mode": "x", "a\"b": "x", "a.b": "x", "%": "x", "'; drop table lobbies; --": "x", "ü": "Ü" }),
        json!({ "mode": "{\"a\":1}" }),
    ];
    for (player, metadata) in players(app, kept.len()).await.iter().zip(&kept) {
        let input = NewLobby { metadata: metadata.as_object().cloned(), ..NewLobby::default() };
        lobbies::create(app, player, input).await.unwrap();
    }
    let all_modes: Vec<usize> = (0..9).chain([11]).collect();
    for (key, value, expected) in [
        ("mode", None, &all_modes[..]),
        ("mode", Some("ranked"), &[0]),
        ("mode", Some("Ranked games"), &[1]),
        ("mode", Some("rank"), &[]),
        ("mode", Some("%"), &[]),
        ("mode", Some("1"), &[2, 3]),
        ("mode", Some("1.0"), &[2]),
        ("mode", Some("true"), &[4]),
        ("mode", Some("null"), &[5]),
        ("mode", Some("-2.5"), &[8]),
        ("mode", Some("{\"a\":1}"), &[11]),
        ("mode", Some("{\"mode\":\"ranked\"}"), &[]),
        ("mode", Some("[\"ranked\"]"), &[]),
        ("mode", Some("1e999"), &[]),
        ("mode", Some("99999999999999999999999999"), &[]),
        ("other", Some("ranked"), &[9]),
        ("Mode", None, &[]),
        ("$.mode", Some("x"), &[10]),
        ("a\"b", Some("x"), &[10]),
        ("a.b", Some("x"), &[10]),
        ("%", None, &[10]),
        ("'; drop table lobbies; --", Some("x"), &[10]),
        ("' or '1' = '1", None, &[]),
        ("$", None, &[]),
        ("0", None, &[]),
        ("ü", Some("Ü"), &[10]),
    ] {
        let filter = LobbyFilter {
            metadata_key: Some(key.into()),
            metadata_value: value.map(Into::into),
            ..LobbyFilter::default()
        };
        let page = lobbies::list(app, &Scope::NOBODY, filter, PageQuery::default()).await.unwrap();
        let found: Vec<Value> = page.data.into_iter().map(|lobby| Value::Object(lobby.metadata)).collect();
        let expected: Vec<Value> = expected.iter().map(|n| kept[*n].clone()).collect();
        assert_eq!(found, expected, "{key} = {value:?}");
        assert_eq!(page.meta.total_count, i64::try_from(expected.len()).unwrap());
    }
}

#[both_engines]
async fn a_cursor_goes_on_where_the_page_ended_whatever_happens_meanwhile(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 8).await;
    let mut opened = Vec::new();
    for player in &players[..6] {
        opened.push(open(app, player, 8).await.id);
    }
    let page = async |cursor: Option<Cursor>| {
        let asked = PageQuery { page: None, page_size: Some(2), cursor };
        let page = lobbies::list(app, &Scope::NOBODY, LobbyFilter::default(), asked).await.unwrap();
        (page.data.into_iter().map(|lobby| lobby.id).collect::<Vec<_>>(), page.meta)
    };
    let (first, meta) = page(None).await;
    assert_eq!((first, meta.has_more, meta.total_count), (opened[..2].to_vec(), true, 6));
    // The page that was read loses both its lobbies, its last included; a new one comes at the end.
    lobbies::leave(app, &players[0]).await.unwrap();
    lobbies::leave(app, &players[1]).await.unwrap();
    let newest = open(app, &players[6], 8).await.id;
    let (second, meta) = page(meta.next_cursor).await;
    assert_eq!((second, meta.total_count), (opened[2..4].to_vec(), 5));
    let (third, meta) = page(meta.next_cursor).await;
    assert_eq!((third, meta.has_more), (opened[4..].to_vec(), true));
    let (last, meta) = page(meta.next_cursor).await;
    assert_eq!((last, meta.has_more, meta.next_cursor), (vec![newest], false, None));

    let admin = Scope { who: Who::Admin(UserId(99)), ..Scope::NOBODY };
    let asked = PageQuery { page_size: Some(3), ..PageQuery::default() };
    let newest_first = lobbies::list_all(app, &admin, LobbyFilter::default(), asked).await.unwrap();
    let asked = PageQuery { cursor: newest_first.meta.next_cursor, ..asked };
    let rest = lobbies::list_all(app, &admin, LobbyFilter::default(), asked).await.unwrap();
    let ids: Vec<_> = newest_first.data.iter().chain(&rest.data).map(|row| row.lobby.id).collect();
    assert_eq!(ids, [newest, opened[5], opened[4], opened[3], opened[2]]);
}
