-- What is between two players: one row, whoever spoke first, and the pair is its key. Two requests that cross meet in it.
create table friendships (
    id integer primary key autoincrement,
    user_low integer not null, -- the two again, the lower id first
    user_high integer not null,
    requester_id integer not null references users (id) on delete cascade,
    target_id integer not null references users (id) on delete cascade,
    status text not null, -- of a block: the target is who blocks, the requester who is blocked
    is_mutual integer not null default 0, -- of a block: the requester blocks the target as well
    revision integer not null default 1, -- grows with every change: a late event can be told from a new one
    created_at text not null,
    updated_at text not null,
    unique (user_low, user_high),
    check (user_low < user_high),
    check ((requester_id = user_low and target_id = user_high) or (requester_id = user_high and target_id = user_low)),
    check (status in ('pending', 'accepted', 'rejected', 'blocked')),
    check (status = 'blocked' or not is_mutual)
) strict;

create index friendships_requester_id on friendships (requester_id, status, id);
create index friendships_target_id on friendships (target_id, status, id);
create index friendships_mutual on friendships (requester_id, id) where is_mutual;
