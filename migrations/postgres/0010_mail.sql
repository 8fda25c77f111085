-- What the links of mails stand for. A link's text is derived from the id when it is mailed: no row holds one.
create table mail_tokens (
    id bigint generated always as identity primary key,
    user_id bigint not null references users (id) on delete cascade,
    purpose text not null check (purpose in ('confirm', 'magic_link', 'reset', 'change_email')),
    sent_to text not null, -- the address it was mailed to
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    ended_because text check (ended_because in ('used', 'replaced', 'called_off')),
    check ((ended_at is null) = (ended_because is null))
);

-- Of one user and purpose only the newest is good.
create unique index mail_tokens_open on mail_tokens (user_id, purpose) where ended_at is null;
create index mail_tokens_expires_at on mail_tokens (expires_at);

-- Mails that wait to be sent, and those that were.
create table letters (
    id bigint generated always as identity primary key,
    recipient text not null, -- one address
    letter jsonb not null, -- which letter, and its facts; never a link
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'refused', 'late')),
    created_at timestamptz not null,
    ended_at timestamptz -- when it was sent or given up
);

create index letters_recipient on letters (recipient, id);
create index letters_created_at on letters (created_at);
create index letters_ended_at on letters (ended_at) where ended_at is not null;

-- How much was mailed lately because somebody asked for it. Times are milliseconds since 1970, which both engines can add.
create table letter_rates (
    who text primary key, -- an address, hashed; or everybody together
    last_at bigint not null, -- when the last one was posted
    spent_until bigint not null -- each one moves it on; how far it is ahead of the time says how many are spent
);

create index letter_rates_spent_until on letter_rates (spent_until);
