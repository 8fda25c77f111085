-- The public list, by the words of its statement.
drop index lobbies_is_hidden;
create index lobbies_visible on lobbies (id) where not is_hidden;

-- Where anybody may sit down, oldest first: a full lobby is not in it, however many there are.
create index lobbies_joinable on lobbies (id)
    where not is_hidden and not is_locked and password_hash is null and member_count < max_users;
create index lobbies_joinable_by_size on lobbies (max_users, id)
    where not is_hidden and not is_locked and password_hash is null and member_count < max_users;
