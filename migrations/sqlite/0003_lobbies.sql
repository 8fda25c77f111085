create table lobbies (
    id integer primary key autoincrement,
    title text not null,
    host_id integer references users (id) on delete set null,
    hostless integer not null default 0,
    max_users integer not null,
    member_count integer not null, -- kept with the rows of lobby_members: a seat is one conditional write
    is_hidden integer not null,
    is_locked integer not null,
    password_hash text, -- argon2id, PHC string
    metadata text not null default '{}',
    revision integer not null default 1, -- grows with every change: a late event can be told from a new one
    created_at text not null,
    check (member_count >= 0 and member_count <= max_users)
) strict;

create index lobbies_host_id on lobbies (host_id);
create index lobbies_is_hidden on lobbies (is_hidden);

-- The user is the key: nobody sits in two lobbies.
create table lobby_members (
    user_id integer primary key references users (id) on delete cascade,
    lobby_id integer not null references lobbies (id) on delete cascade,
    joined_at text not null
) strict;

create index lobby_members_lobby_id on lobby_members (lobby_id, joined_at, user_id);
