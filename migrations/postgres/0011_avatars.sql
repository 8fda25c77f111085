-- A player's own picture. Its bytes lie in the object storage, under this name.
alter table users add column avatar text; -- the name of the picture that is shown; none is ever used twice
alter table users add column avatars_since timestamptz; -- when the day began whose uploads are counted
alter table users add column avatars_taken bigint not null default 0; -- how many there were in it
create unique index users_avatar on users (avatar);
