//! The SQL of invitations.

use chrono::{DateTime, Utc};
use serde::Serialize;
use wire::{Invitation, LobbyId, PageQuery, UserId};

use crate::db::{Tx, query, same, statements};
use crate::friends::blocks;
use crate::{App, Result};

/// Invitations that a player can follow: whoever invites them is not blocked by them, and the host does not block them.
macro_rules! invited {
    ($what:literal) => {
        concat!(
            "select ",
            $what,
            "from lobby_invitations i
             join lobbies l on l.id = i.lobby_id
             join users u on u.id = i.inviter_id
             where i.user_id = $1 and not ",
            blocks!("$1", "i.inviter_id"),
            "and not ",
            blocks!("l.host_id", "$1")
        )
    };
}

statements! {
    // Only to friends, who block nobody; the friendship is looked at in the statement itself.
    INVITE = same(
        "insert into lobby_invitations (user_id, lobby_id, inviter_id, created_at)
         select $1, $2, $3, $4 from friendships f
         where f.status = 'accepted'
           and ((f.user_low = $1 and f.user_high = $3) or (f.user_low = $3 and f.user_high = $1))
         on conflict (user_id, lobby_id) do nothing",
    );
    IS_INVITED = same(
        "select count(*) from lobby_invitations i
         where i.user_id = $1 and i.lobby_id = $2
           and exists (select 1 from friendships f
                       where f.status = 'accepted'
                         and ((f.user_low = $1 and f.user_high = $3) or (f.user_low = $3 and f.user_high = $1)))",
    );
    COUNT_OF_LOBBY =
        same("select count(*) from (select 1 as one from lobby_invitations where lobby_id = $1 limit $2) as counted");
    LIST = same(concat!(
        invited!(
            "i.lobby_id, l.title, l.member_count, l.max_users, i.inviter_id, u.display_name as inviter_name, i.created_at "
        ),
        "order by i.created_at desc, i.lobby_id desc limit $2 offset $3"
    ));
    GET = same(concat!(
        invited!(
            "i.lobby_id, l.title, l.member_count, l.max_users, i.inviter_id, u.display_name as inviter_name, i.created_at "
        ),
        "and i.lobby_id = $2"
    ));
    COUNT = same(concat!("select count(*) from (", invited!("1 as one "), "limit $2) as counted"));
    DECLINE = same("delete from lobby_invitations where user_id = $1 and lobby_id = $2");
    FORGET_BETWEEN = same(
        "delete from lobby_invitations
         where (user_id = $1 and inviter_id = $2) or (user_id = $2 and inviter_id = $1)",
    );
    // For whom they concern.
    OF_USER = same(
        "select lobby_id, inviter_id, user_id, created_at from lobby_invitations
         where user_id = $1 or inviter_id = $1 order by created_at",
    );
    CALL_OFF = same("delete from lobby_invitations where lobby_id = $1");
}

#[derive(sqlx::FromRow)]
struct InvitationRow {
    lobby_id: LobbyId,
    title: String,
    member_count: i64,
    max_users: i64,
    inviter_id: UserId,
    inviter_name: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<InvitationRow> for Invitation {
    fn from(row: InvitationRow) -> Self {
        let InvitationRow { lobby_id, title, member_count, max_users, inviter_id, inviter_name, created_at } = row;
        Self { lobby_id, title, member_count, max_users, inviter_id, inviter_name, created_at }
    }
}

/// Whether the player was invited: false when the two are no friends, or somebody invited them already.
pub(in crate::lobbies) async fn invite(
    tx: &mut Tx,
    player: UserId,
    id: LobbyId,
    inviter: UserId,
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(query(tx, INVITE).bind(player).bind(id).bind(inviter).bind(now).run().await? == 1)
}

/// Whether a friend of the inviter's is invited, by whomever.
pub(in crate::lobbies) async fn is_invited(tx: &mut Tx, player: UserId, id: LobbyId, inviter: UserId) -> Result<bool> {
    let (n,): (i64,) = query(tx, IS_INVITED).bind(player).bind(id).bind(inviter).one().await?;
    Ok(n > 0)
}

/// How many players are invited to a lobby; counted up to `at_most`.
pub(in crate::lobbies) async fn count_of_lobby(tx: &mut Tx, id: LobbyId, at_most: i64) -> Result<i64> {
    let (n,) = query(tx, COUNT_OF_LOBBY).bind(id).bind(at_most).one().await?;
    Ok(n)
}

/// One that the player can follow.
pub(in crate::lobbies) async fn get(tx: &mut Tx, player: UserId, id: LobbyId) -> Result<Option<Invitation>> {
    let row: Option<InvitationRow> = query(tx, GET).bind(player).bind(id).optional().await?;
    Ok(row.map(Into::into))
}

/// Newest first, and how many there are on all pages.
pub(in crate::lobbies) async fn list(app: &App, player: UserId, page: PageQuery) -> Result<(Vec<Invitation>, i64)> {
    let listed = query(&app.db, LIST).bind(player).bind(page.size()).bind(page.offset());
    let rows: Vec<InvitationRow> = listed.all().await?;
    let (total,) = query(&app.db, COUNT).bind(player).bind(PageQuery::COUNTED + 1).one().await?;
    Ok((rows.into_iter().map(Into::into).collect(), total))
}

/// Whether there was one to take back.
pub(in crate::lobbies) async fn decline(tx: &mut Tx, player: UserId, id: LobbyId) -> Result<bool> {
    Ok(query(tx, DECLINE).bind(player).bind(id).run().await? == 1)
}

/// Takes back those by which either of two players invited the other.
pub(in crate::lobbies) async fn forget_between(tx: &mut Tx, one: UserId, other: UserId) -> Result<()> {
    query(tx, FORGET_BETWEEN).bind(one).bind(other).run().await?;
    Ok(())
}

/// An invitation, as either of the two is told what is held of them.
#[derive(Serialize, sqlx::FromRow)]
pub(in crate::lobbies) struct OwnInvitation {
    lobby_id: LobbyId,
    inviter_id: UserId,
    user_id: UserId,
    created_at: DateTime<Utc>,
}

/// Those by which a player invited somebody, or was invited.
pub(in crate::lobbies) async fn of_user(app: &App, player: UserId) -> Result<Vec<OwnInvitation>> {
    query(&app.db, OF_USER).bind(player).all().await
}

/// Takes back all of a lobby's.
pub(in crate::lobbies) async fn call_off(tx: &mut Tx, id: LobbyId) -> Result<()> {
    query(tx, CALL_OFF).bind(id).run().await?;
    Ok(())
}
