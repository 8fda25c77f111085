-- What is between two players: one row, whoever spoke first, and the pair is its key. Two requests that cross meet in it.
create table friendships (
    id bigint generated always as identity primary key,
    user_low bigint not null, -- the two again, the lower id first
    user_high bigint not null,
    requester_id bigint not null references users (id) on delete cascade,
    target_id bigint not null references users (id) on delete cascade,
    status text not null, -- of a block: the target is who blocks, the requester who is blocked
    is_mutual boolean not null default false, -- of a block: the requester blocks the target as well
    revision bigint not null default 1, -- grows with every change: a late event can be told from a new one
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (user_low, user_high),
    check (user_low < user_high),
    check ((requester_id = user_low and target_id = user_high) or (requester_id = user_high and target_id = user_low)),
    check (status in ('pending', 'accepted', 'rejected', 'blocked')),
    check (status = 'blocked' or not is_mutual)
);

create index friendships_requester_id on friendships (requester_id, status, id);
create index friendships_target_id on friendships (target_id, status, id);
create index friendships_mutual on friendships (requester_id, id) where is_mutual;
