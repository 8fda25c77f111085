create table users (
    id integer primary key autoincrement,
    display_name text,
    email text, -- lower case
    email_confirmed_at text,
    password_hash text, -- argon2id, PHC string
    device_hash text, -- SHA-256 of the device id, hex
    profile_url text,
    is_admin integer not null default 0,
    metadata text not null default '{}',
    created_at text not null,
    updated_at text not null
) strict;

-- An address is taken only once it is proven: before that, anybody may have typed it.
create unique index users_email on users (email) where email_confirmed_at is not null;
create unique index users_device_hash on users (device_hash);
create index users_is_admin on users (is_admin) where is_admin;
