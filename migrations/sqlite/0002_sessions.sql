-- One row behind every kind of credential of a sign-in.
create table sessions (
    id integer primary key autoincrement,
    user_id integer not null references users (id) on delete cascade,
    kind text not null, -- how it began: device, password
    generation integer not null default 1, -- of the newest refresh token
    seen_generation integer not null default 0, -- the newest whose access token was used: its answer arrived
    created_at text not null,
    refreshed_at text not null,
    expires_at text not null, -- absolute: no use moves it
    ended_at text,
    ended_because text -- logout, token_reused
) strict;

create index sessions_user_id on sessions (user_id, refreshed_at);
create index sessions_expires_at on sessions (expires_at) where ended_at is null;

-- When each of the latest generations was used up: what two parallel refreshes of one token are told apart by.
create table session_rotations (
    session_id integer not null references sessions (id) on delete cascade,
    generation integer not null, -- the one that was used
    rotated_at text not null,
    primary key (session_id, generation)
) strict, without rowid;
