-- What is done later: enqueued in the transaction that wants it, done at least once by one process at a time.
create table jobs (
    id integer primary key autoincrement,
    kind text not null, -- what to do
    payload text not null, -- JSON, what the kind needs to know
    state text not null default 'waiting' check (state in ('waiting', 'done', 'dead')),
    run_at text not null, -- not before
    attempts integer not null default 0, -- begun, this one among them
    lease text, -- names the runner that works on it
    leased_until text, -- then the runner is taken for dead
    last_error text,
    created_at text not null,
    finished_at text
) strict;

create index jobs_run_at on jobs (run_at, id) where state = 'waiting';
create index jobs_finished_at on jobs (finished_at) where finished_at is not null;

-- When each recurring kind is due next: whoever moves the time on enqueues the job.
create table recurring_jobs (
    kind text primary key,
    next_at text not null
) strict, without rowid;

-- Sessions that are over are swept.
create index sessions_ended_at on sessions (ended_at) where ended_at is not null;
drop index sessions_expires_at;
create index sessions_expires_at on sessions (expires_at);
