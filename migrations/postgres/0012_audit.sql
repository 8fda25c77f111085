-- Every administrative act, and what was refused. Rows are added, and go by age; nothing changes one.
create table audit_log (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    actor text not null, -- user, system, command line, setup link
    actor_id bigint, -- the user; no reference: the row outlives them, and keeps no more of them than this
    session_id bigint,
    ip text,
    action text not null, -- noun.verb
    target_kind text not null, -- user, session, job
    target_id bigint not null,
    was jsonb, -- what the act changed, before it
    became jsonb, -- the same after it
    outcome text not null -- done, or the code it was refused with
);

create index audit_log_at on audit_log (at);
create index audit_log_target on audit_log (target_kind, target_id, id);
create index audit_log_actor on audit_log (actor_id, id);
-- What was refused is counted before more of it is written.
create index audit_log_refused on audit_log (at) where outcome <> 'done';

-- Who may still act as an admin.
create index users_acting_admins on users (id) where is_admin and banned_at is null;
