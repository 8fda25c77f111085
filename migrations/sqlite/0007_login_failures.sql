-- Passwords that did not fit, by the address they were tried for. Kept here, so that a restart forgets none of them and
-- all nodes count together.
create table login_failures (
    address_hash text primary key, -- HMAC-SHA-256 of the address, hex: known and unknown ones look alike
    failures integer not null, -- since the last password that fitted
    failed_at text not null, -- the last of them
    blocked_until text not null -- until then no password is looked at
) strict, without rowid;

create index login_failures_failed_at on login_failures (failed_at);
