-- One-time tickets that open a socket: for pages that cannot send a header, and would not put a token into an address.
create table socket_tickets (
    ticket_hash text primary key, -- SHA-256, hex
    session_id bigint not null references sessions (id) on delete cascade,
    expires_at timestamptz not null
);

create index socket_tickets_session_id on socket_tickets (session_id);
create index socket_tickets_expires_at on socket_tickets (expires_at);
