-- What happened in each lobby, numbered from one on, in the transactions that made it happen. It outlives the lobby.
create table lobby_events (
    lobby_id bigint not null,
    seq bigint not null,
    event text not null,
    payload text not null, -- JSON
    at timestamptz not null,
    primary key (lobby_id, seq)
);

create index lobby_events_at on lobby_events (at);
