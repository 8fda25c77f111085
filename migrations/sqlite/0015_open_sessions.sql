-- A user's open sessions, by the words of the statement that ends the oldest: those that ended are looked past, and a
-- device that signs in all day has many.
create index sessions_open on sessions (user_id, id) where ended_at is null;
