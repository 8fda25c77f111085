-- Where the page for players looks, oldest first: those with a free seat, by password or not.
create index lobbies_open on lobbies (id) where not is_hidden and not is_locked and member_count < max_users;
