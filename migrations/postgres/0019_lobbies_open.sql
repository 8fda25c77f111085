-- Where one sits down by a password, oldest first: beside lobbies_joinable, all that has a free seat.
create index lobbies_open_by_password on lobbies (id)
    where not is_hidden and not is_locked and password_hash is not null and member_count < max_users;
