-- The one-time link that makes the first admin: at most one row, and none once there is an admin.
create table setup_links (
    id integer primary key check (id = 1),
    token_hash text not null, -- SHA-256, hex
    expires_at text not null
) strict;
