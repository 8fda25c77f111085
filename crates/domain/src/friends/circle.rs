//! All lists of a player at once, as the settings show them, and the way to somebody new.

use std::collections::HashMap;

use wire::{
    Acquaintance, Acquaintances, Between, Circle, CirclePages, Found, Friend, FriendsSeat, FriendshipId, LobbyId,
    PageQuery, PlayFilter, PublicUser, RequestSide, UserId, UserSearch,
};

use super::lists::{blocked, incoming, list, outgoing};
use super::query::lists as query;
use crate::{App, Result, Scope, lobbies, users};

/// Rows of each list on a page.
const ROWS: i64 = 10;

/// Everybody between whom and the caller something is: friends, who asks, whom they asked, and whom they block.
///
/// # Errors
/// [`crate::Error::Unauthenticated`] for nobody; a page below 1.
pub async fn circle(app: &App, scope: &Scope, pages: CirclePages) -> Result<Circle> {
    let me = scope.require_user()?;
    let friends = list(app, scope, page(pages.friends)).await?;
    let blocked = blocked(app, scope, page(pages.blocked)).await?;
    let seats = seats(app, scope, &friends.data).await?;
    let rows = friends.data.into_iter().map(|friend| Acquaintance {
        between: friend.friendship_id,
        seat: seats.get(&friend.id).cloned(),
        face: users::face(friend.id, friend.display_name, friend.profile_url),
        is_online: friend.is_online,
    });
    let friends = Acquaintances { rows: rows.collect(), page: friends.meta.page, has_more: friends.meta.has_more };
    let side = |(between, side): (FriendshipId, RequestSide)| stranger(between, side.id, side.display_name, None);
    let (rows, has_more) = incoming(app, me, page(pages.incoming)).await?;
    let rows = rows.into_iter().map(|request| side((request.id, request.requester)));
    let incoming = Acquaintances { rows: rows.collect(), page: page(pages.incoming).page(), has_more };
    let (rows, has_more) = outgoing(app, me, page(pages.outgoing)).await?;
    let rows = rows.into_iter().map(|request| side((request.id, request.target)));
    let outgoing = Acquaintances { rows: rows.collect(), page: page(pages.outgoing).page(), has_more };
    let rows = blocked.data.into_iter().map(|blocked| {
        let PublicUser { id, display_name, profile_url, .. } = blocked.requester;
        stranger(blocked.id, id, display_name, profile_url)
    });
    let blocked = Acquaintances { rows: rows.collect(), page: blocked.meta.page, has_more: blocked.meta.has_more };
    Ok(Circle { me, friends, incoming, outgoing, blocked })
}

/// Players by part of their name, or by their id: the first of them, with what is between each and the caller.
///
/// # Errors
/// [`crate::Error::Unauthenticated`] for nobody; a search that breaks the rules.
pub async fn look_for(app: &App, scope: &Scope, q: String) -> Result<Found> {
    let me = scope.require_user()?;
    let found = users::search(app, scope, UserSearch { q: Some(q) }, page(None)).await?;
    let ids: Vec<_> = found.data.iter().map(|player| player.id).collect();
    let between: HashMap<_, _> = query::between_all(app, me, &ids).await?.into_iter().collect();
    let between = |id| if id == me { Between::Oneself } else { between.get(&id).copied().unwrap_or(Between::Nothing) };
    let players = found.data.into_iter().map(|player| {
        let between = between(player.id);
        (player, between)
    });
    Ok(Found { players: players.collect(), total: found.meta.total_count, is_minimum: found.meta.total_is_minimum })
}

fn page(page: Option<i64>) -> PageQuery {
    PageQuery { page, page_size: Some(ROWS), cursor: None }
}

/// Where friends sit, as far as the caller may know: whoever sits beside them is seen there, listed or not.
async fn seats(app: &App, scope: &Scope, friends: &[Friend]) -> Result<HashMap<UserId, FriendsSeat>> {
    let mine = lobbies::seat_of(app, scope).await?;
    let beside: Vec<_> = mine.iter().flat_map(|lobby| lobby.members.iter().flatten()).map(|it| it.user_id).collect();
    let there = |friend: &Friend| friend.lobby_id.filter(|_| !beside.contains(&friend.id));
    let lobbies: Vec<LobbyId> = friends.iter().filter_map(there).collect();
    let listed = match lobbies.as_slice() {
        [] => Vec::new(),
        lobbies => lobbies::cards(app, &PlayFilter::default(), Some(lobbies), page(None)).await?.lobbies,
    };
    let listed: HashMap<_, _> = listed.into_iter().map(|lobby| (lobby.id, lobby)).collect();
    let seat = |friend: &Friend| {
        if beside.contains(&friend.id) {
            return Some(FriendsSeat::Here);
        }
        let lobby = listed.get(&friend.lobby_id?)?;
        let (lobby_id, title) = (lobby.id, lobby.title.clone());
        Some(FriendsSeat::There { lobby_id, title, member_count: lobby.member_count, max_users: lobby.max_users })
    };
    Ok(friends.iter().filter_map(|friend| Some((friend.id, seat(friend)?))).collect())
}

/// Somebody of whom it is not told whether they are there.
fn stranger(between: FriendshipId, id: UserId, name: Option<String>, picture: Option<String>) -> Acquaintance {
    Acquaintance { between, face: users::face(id, name, picture), is_online: false, seat: None }
}
