-- What a lobby is opened with.
alter table lobbies add column code text; -- none: opened before there were codes
alter table lobbies add column host_policy text not null default 'longest'
    check (host_policy in ('longest', 'successor', 'none', 'server'));
alter table lobbies add column successor_id bigint references users (id) on delete set null;
alter table lobbies add column grace_seconds bigint not null default 30;

create unique index lobbies_code on lobbies (code);
create index lobbies_successor_id on lobbies (successor_id) where successor_id is not null;

-- What members say of themselves, and whether they are there.
alter table lobby_members add column seat bigint not null default 0; -- from 1 on
alter table lobby_members add column is_ready boolean not null default false;
alter table lobby_members add column metadata jsonb not null default '{}';
alter table lobby_members add column is_here boolean not null default false; -- a socket of theirs was open when this was noted
alter table lobby_members add column held_until timestamptz; -- their last socket closed: the seat is kept until then

update lobby_members set seat = (
    select count(*) from lobby_members other
    where other.lobby_id = lobby_members.lobby_id
      and (other.joined_at, other.user_id) <= (lobby_members.joined_at, lobby_members.user_id)
);

create unique index lobby_members_seat on lobby_members (lobby_id, seat);
create index lobby_members_held on lobby_members (held_until) where held_until is not null;

create table lobby_invitations (
    user_id bigint not null references users (id) on delete cascade,
    lobby_id bigint not null references lobbies (id) on delete cascade,
    inviter_id bigint not null references users (id) on delete cascade,
    created_at timestamptz not null,
    primary key (user_id, lobby_id)
);

create index lobby_invitations_lobby_id on lobby_invitations (lobby_id);
create index lobby_invitations_inviter_id on lobby_invitations (inviter_id);

-- The last seat that was taken from each player, until they take another: the lobby may be no more.
create table lost_seats (
    user_id bigint primary key references users (id) on delete cascade,
    lobby_id bigint not null,
    title text not null,
    reason text not null,
    at timestamptz not null
);
