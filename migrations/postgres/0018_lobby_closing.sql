-- An admin closes a lobby, and can call it off until this time.
alter table lobbies add column closing_at timestamptz;
create index lobbies_closing on lobbies (closing_at) where closing_at is not null;
