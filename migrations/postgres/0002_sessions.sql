-- One row behind every kind of credential of a sign-in.
create table sessions (
    id bigint generated always as identity primary key,
    user_id bigint not null references users (id) on delete cascade,
    kind text not null, -- how it began: device, password
    generation bigint not null default 1, -- of the newest refresh token
    seen_generation bigint not null default 0, -- the newest whose access token was used: its answer arrived
    created_at timestamptz not null,
    refreshed_at timestamptz not null,
    expires_at timestamptz not null, -- absolute: no use moves it
    ended_at timestamptz,
    ended_because text -- logout, token_reused
);

create index sessions_user_id on sessions (user_id, refreshed_at);
create index sessions_expires_at on sessions (expires_at) where ended_at is null;

-- When each of the latest generations was used up: what two parallel refreshes of one token are told apart by.
create table session_rotations (
    session_id bigint not null references sessions (id) on delete cascade,
    generation bigint not null, -- the one that was used
    rotated_at timestamptz not null,
    primary key (session_id, generation)
);
