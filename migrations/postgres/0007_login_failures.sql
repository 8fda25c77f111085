-- Passwords that did not fit, by the address they were tried for. Kept here, so that a restart forgets none of them and
-- all nodes count together.
create table login_failures (
    address_hash text primary key, -- HMAC-SHA-256 of the address, hex: known and unknown ones look alike
    failures bigint not null, -- since the last password that fitted
    failed_at timestamptz not null, -- the last of them
    blocked_until timestamptz not null -- until then no password is looked at
);

create index login_failures_failed_at on login_failures (failed_at);
