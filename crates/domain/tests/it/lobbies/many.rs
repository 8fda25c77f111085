//! A filter among more lobbies than it goes through at once.

use chrono::TimeDelta;
use domain::{Scope, lobbies, play};
use testing::{TestDomain, both_engines};
use wire::{Cursor, LobbyFilter, PageQuery, PlayFilter, QuickJoin};

use super::players;
use crate::people::{guest, run};
use crate::plans::{plan, sorts};

/// So many lobbies, of which the first and the last but fifty are called otherwise than the rest.
async fn crowd(domain: &TestDomain) {
    players(&domain.app, 1).await;
    for sql in [
        "insert into lobbies (title, hostless, max_users, member_count, is_hidden, is_locked, created_at)
         with recursive n (i) as (select 1 union all select i + 1 from n where i < 20050)
         select case when n.i in (1, 20000) then 'Harbour' else 'Dunes' end, 1 = 1, 8, 0, 1 = 0, n.i % 2 = 0,
                u.created_at
         from n, users u where u.id = 1 order by n.i",
        "analyze",
    ] {
        run(domain, sql).await;
    }
}

#[both_engines]
async fn a_filter_goes_through_ten_thousand_lobbies_says_so_and_goes_on_by_its_cursor(domain: TestDomain) {
    let app = &domain.app;
    crowd(&domain).await;
    let harbour = LobbyFilter { title: Some("harb".into()), ..LobbyFilter::default() };
    let (mut found, mut pages, mut cursor) = (Vec::new(), Vec::new(), None);
    loop {
        let asked = PageQuery { cursor, ..PageQuery::default() };
        let page = lobbies::list(app, &Scope::NOBODY, harbour.clone(), asked).await.unwrap();
        found.extend(page.data.iter().map(|lobby| lobby.title.clone()));
        pages.push((page.meta.count, page.meta.total_count, page.meta.total_is_minimum, page.meta.has_more));
        cursor = page.meta.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, ["Harbour", "Harbour"]);
    assert_eq!(pages, [(1, 1, true, true), (1, 1, true, true), (0, 1, true, false)]);

    // Pages by number end with what was gone through, and say that there may be more.
    let second = PageQuery { page: Some(2), ..PageQuery::default() };
    let page = lobbies::list(app, &Scope::NOBODY, harbour.clone(), second).await.unwrap();
    assert_eq!((page.data.len(), page.meta.has_more, page.meta.total_is_minimum), (0, false, true));
    // A page that is full need not go so far.
    let open = LobbyFilter { is_locked: Some(false), ..LobbyFilter::default() };
    let page = lobbies::list(app, &Scope::NOBODY, open, PageQuery::default()).await.unwrap();
    assert_eq!((page.meta.count, page.meta.total_count, page.meta.total_is_minimum), (25, 5_001, true));
    // Admins are shown the newest first.
    let page = lobbies::list_all(app, &Scope::SYSTEM, harbour, PageQuery::default()).await.unwrap();
    let meta = page.meta;
    assert_eq!((meta.count, meta.total_count, meta.total_is_minimum, meta.has_more), (1, 1, true, true));
}

#[both_engines]
async fn the_page_for_players_leads_from_page_to_page_and_on_where_a_search_was_broken_off(domain: TestDomain) {
    let app = &domain.app;
    crowd(&domain).await;
    let looker = guest(app, "looker").await;
    let harbour = || PlayFilter { title: Some("harb".into()), ..PlayFilter::default() };
    let dunes = || PlayFilter { title: Some("dunes".into()), ..PlayFilter::default() };
    // Every other is locked, and no seat free there: of 20,050, 10,025 are open.
    for (filter, pages) in [
        (
            PlayFilter { all: true, ..harbour() },
            vec![(1, Some(10_000), true), (1, Some(20_000), true), (0, None, false)],
        ),
        (harbour(), vec![(1, Some(20_000), true), (0, None, false)]),
        (PlayFilter { all: true, ..dunes() }, vec![(24, Some(25), false), (24, Some(49), false)]),
        (dunes(), vec![(24, Some(49), false), (24, Some(97), false)]),
        (PlayFilter::default(), vec![(24, Some(47), false), (24, Some(95), false)]),
    ] {
        let mut after = None;
        for expected in pages {
            let page = play::see(app, &looker, filter.clone(), after, &[]).await.unwrap();
            after = page.next;
            assert_eq!((page.cards.len(), after.map(Cursor::id), page.is_broken_off), expected, "{filter:?}");
        }
    }
}

#[both_engines]
async fn what_a_filter_reads_is_bounded_whatever_it_asks_for(domain: TestDomain) {
    crowd(&domain).await;
    for name in ["LIST", "LIST_ALL", "COUNT", "COUNT_ALL", "LOOKED_AT", "LOOKED_AT_ALL", "CARDS_END"] {
        let plan = plan(&domain, "lobbies", name).await;
        // By the order of the ids, up to a limit; nothing is sorted first.
        assert!(!plan.contains("Seq Scan on lobbies") && !sorts(&plan), "{name}:\n{plan}");
    }
}

#[both_engines]
async fn quick_join_looks_for_metadata_in_ten_thousand_lobbies_and_takes_turns_no_longer_for_it(domain: TestDomain) {
    let app = &domain.app;
    crowd(&domain).await;
    // Every other is locked: these are the 10,000th with room and the one behind it.
    run(&domain, "update lobbies set metadata = '{\"map\": \"near\"}' where id = 19999").await;
    run(&domain, "update lobbies set metadata = '{\"map\": \"far\"}' where id = 20001").await;
    app.clock.advance(TimeDelta::minutes(2));
    let seated = async |name: &str, wanted: &str, max_users| {
        let player = guest(app, name).await;
        let metadata = Some(serde_json::json!({ "map": wanted }));
        let lobby = lobbies::quick_join(app, &player, QuickJoin { metadata, max_users, ..QuickJoin::default() }).await;
        lobby.unwrap().id.0
    };
    for max_users in [None, Some(8)] {
        assert_eq!(seated(&format!("near-{max_users:?}"), "near", max_users).await, 19_999);
    }
    let opened = seated("far", "far", None).await;
    assert!(opened > 20_050, "opened one: {opened}");
    assert_eq!(
        seated("second", "far", Some(8)).await,
        opened,
        "what was opened just now is looked at, however many there are"
    );
}
