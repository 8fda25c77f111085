create table lobbies (
    id bigint generated always as identity primary key,
    title text not null,
    host_id bigint references users (id) on delete set null,
    hostless boolean not null default false,
    max_users bigint not null,
    member_count bigint not null, -- kept with the rows of lobby_members: a seat is one conditional write
    is_hidden boolean not null,
    is_locked boolean not null,
    password_hash text, -- argon2id, PHC string
    metadata jsonb not null default '{}',
    revision bigint not null default 1, -- grows with every change: a late event can be told from a new one
    created_at timestamptz not null,
    check (member_count >= 0 and member_count <= max_users)
);

create index lobbies_host_id on lobbies (host_id);
create index lobbies_is_hidden on lobbies (is_hidden);

-- The user is the key: nobody sits in two lobbies.
create table lobby_members (
    user_id bigint primary key references users (id) on delete cascade,
    lobby_id bigint not null references lobbies (id) on delete cascade,
    joined_at timestamptz not null
);

create index lobby_members_lobby_id on lobby_members (lobby_id, joined_at, user_id);
