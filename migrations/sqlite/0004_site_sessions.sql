-- What a browser's session cookie stands for. The cookie's value is kept only as its hash.
create table site_sessions (
    id_hash text primary key, -- SHA-256, hex
    record text not null, -- JSON
    expires_at text not null
) strict, without rowid;

create index site_sessions_expires_at on site_sessions (expires_at);
