-- Guests are told by their own column from now on: they may have a pending address, and still be guests.
alter table users add column is_guest boolean not null default false; -- held by a device or a browser alone
update users set is_guest = true where device_hash is not null and email_confirmed_at is null;
alter table users add column guest_name text; -- made up for a guest: no two were ever alike
alter table users add column games_played bigint not null default 0;
alter table users add column games_won bigint not null default 0;
alter table users add column banned_at timestamptz; -- shut out since then
alter table users add column ban_reason text; -- as the player is told
create unique index users_guest_name on users (guest_name);
create index users_is_guest on users (id) where is_guest;

alter table sessions add column ip text; -- where it began
alter table sessions add column device text; -- on what it began, as people say it: Firefox on Windows
alter table sessions add column used_at timestamptz; -- when it was last used, to within some minutes
alter table sessions add column proven_at timestamptz; -- when its user last proved who they are, if that was after it began
