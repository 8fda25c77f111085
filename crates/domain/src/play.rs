//! What the page for players shows: one read for all of it, asked anew whenever something happens.

use std::collections::{BTreeSet, HashMap};

use wire::{
    Cursor, Face, FieldErrors, Invitation, Invited, Lobby, LobbyCard, LobbyId, PageQuery, Play, PlayFilter, Room,
    Sitting, UserId,
};

use crate::{App, Result, Scope, friends, lobbies, users};

/// Lobbies with a free seat are counted up to here.
const COUNTED: i64 = 999;
/// Friends of a lobby who are named in its card.
const NAMED: usize = 3;
/// Invitations that are shown.
const INVITATIONS: i64 = 3;
/// Friends who are offered to be invited.
const INVITED: usize = 24;

/// Where the caller sits, or where they could: the first of those behind a cursor, and how those are that are shown already.
///
/// # Errors
/// [`crate::Error::Unauthenticated`] for nobody; a filter that breaks the rules; more than [`PlayFilter::SHOWN`] lobbies shown.
pub async fn see(
    app: &App,
    scope: &Scope,
    filter: PlayFilter,
    after: Option<Cursor>,
    shown: &[LobbyId],
) -> Result<Play> {
    let me = scope.require_user()?;
    let filter = filter.check()?;
    if shown.len() > PlayFilter::SHOWN {
        return Err(FieldErrors::one("shown", "should have at most 24 item(s)").into());
    }
    let open = lobbies::count_free(app, COUNTED + 1).await?;
    let mut play = Play {
        me,
        open: open.min(COUNTED),
        open_is_minimum: open > COUNTED,
        with_friends: 0,
        room: None,
        cards: Vec::new(),
        others: Vec::new(),
        next: None,
        is_broken_off: false,
        invited: invited(app, scope).await?,
        lost: None,
    };
    if let Some(lobby) = lobbies::seat_of(app, scope).await? {
        play.room = Some(room(app, me, lobby).await?);
        return Ok(play);
    }
    play.lost = lobbies::lost_seat(app, scope).await?;
    let seated = friends::seated(app, me).await?;
    let with_friends: BTreeSet<_> = seated.iter().map(|(lobby, _)| *lobby).collect();
    play.with_friends = i64::try_from(with_friends.len()).unwrap_or(i64::MAX);
    let with_friends: Vec<_> = with_friends.into_iter().collect();
    let of = filter.friends.then_some(with_friends.as_slice());
    // Full rows of two and of three.
    let page = |cursor| PageQuery { page: None, page_size: i64::try_from(PlayFilter::SHOWN).ok(), cursor };
    let found = lobbies::cards(app, &filter, of, page(after)).await?;
    (play.next, play.is_broken_off) = (found.next, found.is_broken_off);
    let is_found = |id: &LobbyId| found.lobbies.iter().any(|lobby| lobby.id == *id);
    let others: Vec<_> = shown.iter().copied().filter(|id| !is_found(id)).collect();
    let others = match others.as_slice() {
        [] => Vec::new(),
        others => lobbies::cards(app, &PlayFilter::default(), Some(others), page(None)).await?.lobbies,
    };
    let hosts = found.lobbies.iter().chain(&others).filter_map(|lobby| lobby.host_id);
    let mut hosts = users::faces(app, hosts).await?;
    play.cards = found.lobbies.into_iter().map(|lobby| card(lobby, &mut hosts, &seated)).collect();
    play.others = others.into_iter().map(|lobby| card(lobby, &mut hosts, &seated)).collect();
    Ok(play)
}

async fn invited(app: &App, scope: &Scope) -> Result<Vec<Invited>> {
    let newest = PageQuery { page_size: Some(INVITATIONS), ..PageQuery::default() };
    let invitations = lobbies::invitations::list(app, scope, newest).await?.data;
    let faces = users::faces(app, invitations.iter().map(|invitation| invitation.inviter_id)).await?;
    let invited = invitations.into_iter().filter_map(
        |Invitation { lobby_id, title, member_count, max_users, inviter_id, .. }| {
            Some(Invited { lobby_id, title, free: max_users - member_count, by: faces.get(&inviter_id)?.clone() })
        },
    );
    Ok(invited.collect())
}

fn card(lobby: Lobby, hosts: &mut HashMap<UserId, Face>, seated: &[(LobbyId, Face)]) -> LobbyCard {
    let friends = seated.iter().filter(|(there, _)| *there == lobby.id).map(|(_, friend)| friend);
    LobbyCard {
        id: lobby.id,
        about: lobby.about(),
        host: lobby.host_id.and_then(|host| hosts.remove(&host)),
        friend_count: i64::try_from(friends.clone().count()).unwrap_or(i64::MAX),
        friends: friends.take(NAMED).cloned().collect(),
        title: lobby.title,
        member_count: lobby.member_count,
        max_users: lobby.max_users,
        is_locked: lobby.is_locked,
        is_passworded: lobby.is_passworded,
    }
}

async fn room(app: &App, me: UserId, mut lobby: Lobby) -> Result<Room> {
    let members = lobby.members.take().unwrap_or_default();
    let there: Vec<_> = members.iter().map(|member| member.user_id).collect();
    let mut faces = users::faces(app, there.iter().copied()).await?;
    let sitting = members.into_iter().filter_map(|member| {
        let face = faces.remove(&member.user_id)?;
        Some(Sitting { seat: member.seat, face, is_ready: member.is_ready, is_held: member.held_until.is_some() })
    });
    let mut members: Vec<_> = sitting.collect();
    members.sort_by_key(|member| member.seat);
    let friends = friends::online(app, me, &there, INVITED).await?;
    Ok(Room { about: lobby.about(), lobby, members, friends })
}
