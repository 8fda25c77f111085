//! However many players and friendships there are, each list reads those it is about.

use domain::db::Db;
use testing::{TestDomain, both_engines};

use crate::plans::{self, plan, read_no_whole_table, sorts};

/// Twenty thousand players, each with a request, a friendship or a block to the next, and a lobby for each.
async fn crowd(domain: &TestDomain) {
    let friendships_and_lobbies = [
        "insert into friendships (user_low, user_high, requester_id, target_id, status, is_mutual, created_at, updated_at)
         select u.id, u.id + 1, u.id, u.id + 1,
                case u.id % 4 when 0 then 'pending' when 1 then 'accepted' when 2 then 'rejected' else 'blocked' end,
                u.id % 8 = 7, u.created_at, u.updated_at
         from users u where u.id < 20000",
        "insert into lobbies (title, host_id, max_users, member_count, is_hidden, is_locked, created_at)
         select 'Dunes', u.id, 8, 1, u.id % 2 = 0, u.id % 3 = 0, u.created_at from users u",
        "insert into lobby_members (user_id, lobby_id, joined_at) select host_id, id, created_at from lobbies",
    ];
    plans::crowd(domain, &friendships_and_lobbies).await;
}

#[both_engines]
async fn no_list_of_friends_goes_through_a_whole_table(domain: TestDomain) {
    crowd(&domain).await;
    let names = [
        "LIST",
        "COUNT_FRIENDS",
        "FRIENDS_OF",
        "BLOCKED",
        "COUNT_BLOCKED",
        "INCOMING",
        "COUNT_INCOMING",
        "OUTGOING",
        "COUNT_REQUESTS_OF",
        "OF_USER",
        "COUNT_OF_USER",
        "GET",
        "BETWEEN",
        "BETWEEN_ALL",
        "HOLD",
        "ACCEPT",
        "REMOVE",
        "UNBLOCK",
        "LEAVE_TO_OTHER",
        "FORGET",
    ];
    let found = ["SCAN theirs", "SCAN json_each", "SCAN page"];
    read_no_whole_table(&domain, "friends", &names, &found).await;
    // These are in their order as they are read, and end with the page.
    for name in ["INCOMING", "OUTGOING"] {
        let plan = plan(&domain, "friends", name).await;
        assert!(!sorts(&plan), "{name}:\n{plan}");
    }
}

#[both_engines]
async fn a_door_and_quick_join_look_blocks_up_by_their_pair(domain: TestDomain) {
    crowd(&domain).await;
    for name in ["DOOR", "TAKE_SEAT", "JOINABLE", "JOINABLE_OF_SIZE"] {
        let plan = plan(&domain, "lobbies", name).await;
        let of_blocks = match domain.app.db {
            Db::Sqlite { .. } => "SCAN b",
            Db::Postgres(_) => "Seq Scan on friendships",
        };
        assert!(!plan.contains(of_blocks), "{name}:\n{plan}");
    }
    assert_eq!(domain.app.db.plan("lobbies", "NO_SUCH").await.unwrap(), None);
}
