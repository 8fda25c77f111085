//! The table of access rules.

/// Who asks. Another column is another name here, another player in `people` (`access.rs`), and another figure in each
/// rule below: the compiler names those that lack it.
pub(super) const WHO: [&str; 5] = ["nobody", "the guest who hosts", "another guest", "a player", "an admin"];

/// A route or server function, what it is, and its status for each of [`WHO`].
pub(super) struct Rule {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) what: &'static str,
    pub(super) statuses: [u16; WHO.len()],
}

const fn get(path: &'static str, what: &'static str, statuses: [u16; WHO.len()]) -> Rule {
    Rule { method: "GET", path, what, statuses }
}

const fn post(path: &'static str, what: &'static str, statuses: [u16; WHO.len()]) -> Rule {
    Rule { method: "POST", path, what, statuses }
}

const fn patch(path: &'static str, what: &'static str, statuses: [u16; WHO.len()]) -> Rule {
    Rule { method: "PATCH", path, what, statuses }
}

const fn delete(path: &'static str, what: &'static str, statuses: [u16; WHO.len()]) -> Rule {
    Rule { method: "DELETE", path, what, statuses }
}

/// The rules. They are asked from top to bottom, so that each finds what those above it left.
pub(super) const RULES: &[Rule] = &[
    get("/api/v1/health", "Whether the server is up.", [200, 200, 200, 200, 200]),
    get("/api/openapi", "The OpenAPI document.", [200, 200, 200, 200, 200]),
    get("/api/openapi.json", "The same, under a name that tools expect.", [200, 200, 200, 200, 200]),
    get("/api/docs", "The same, to read.", [200, 200, 200, 200, 200]),
    get("/.well-known/jwks.json", "The public keys of access tokens.", [200, 200, 200, 200, 200]),
    post("/api/v1/login", "Signing in by address and password.", [422, 422, 422, 422, 422]),
    post("/api/v1/login/device", "Signing in by device.", [422, 422, 422, 422, 422]),
    post("/api/v1/refresh", "New tokens.", [422, 422, 422, 422, 422]),
    get("/api/v1/me", "One's own account.", [401, 200, 200, 200, 200]),
    post("/auth/avatar", "Uploading one's picture; none is sent here.", [401, 422, 422, 422, 422]),
    post("/api/v1/me/avatar", "The same, answered with the account.", [401, 422, 422, 422, 422]),
    delete("/auth/avatar", "Taking one's picture away.", [401, 200, 200, 200, 200]),
    delete("/api/v1/me/avatar", "The same, answered with the account.", [401, 200, 200, 200, 200]),
    get("/avatars/{name}", "A picture, for whoever knows its name; this is none.", [404, 404, 404, 404, 404]),
    patch("/api/v1/me/display_name", "Changing one's name; none is given here.", [401, 422, 422, 422, 422]),
    patch("/api/v1/me/password", "Changing one's password; none is given here.", [401, 422, 422, 422, 422]),
    get("/api/v1/me/export", "Everything held about oneself.", [401, 200, 200, 200, 200]),
    get("/api/v1/me/sessions", "Where one is signed in.", [401, 200, 200, 200, 200]),
    delete("/api/v1/me/sessions", "Signing out elsewhere.", [401, 200, 200, 200, 200]),
    post("/api/v1/socket/ticket", "A ticket for the socket.", [401, 200, 200, 200, 200]),
    get("/api/v1/users", "Finding players; the address is for oneself and admins.", [200, 200, 200, 200, 200]),
    get("/api/v1/users/{id}", "A player, as others see them.", [200, 200, 200, 200, 200]),
    post("/auth/register", "Making an account; nothing is given here.", [422, 422, 422, 422, 422]),
    post("/auth/login", "Signing in, for web games.", [422, 422, 422, 422, 422]),
    post("/auth/anonymous", "Playing as a guest.", [201, 201, 201, 201, 201]),
    post("/auth/upgrade", "Making a guest's account one's own: guests.", [401, 422, 422, 400, 400]),
    get("/auth/me", "Who asks.", [200, 200, 200, 200, 200]),
    post("/auth/confirm", "Confirming an address by its link.", [422, 422, 422, 422, 422]),
    post("/auth/confirm/resend", "Having that link mailed once more.", [401, 400, 400, 400, 400]),
    post("/auth/magic-link", "Having a sign-in link mailed.", [422, 422, 422, 422, 422]),
    post("/auth/magic-link/confirm", "Signing in by it.", [422, 422, 422, 422, 422]),
    post("/auth/reset-password", "Having a way to a new password mailed.", [422, 422, 422, 422, 422]),
    post("/auth/reset-password/confirm", "Choosing it.", [422, 422, 422, 422, 422]),
    post("/auth/change-email", "Asking to change one's address.", [401, 422, 422, 422, 422]),
    post("/auth/change-email/confirm", "Moving to it.", [422, 422, 422, 422, 422]),
    get("/api/v1/lobbies", "The public list of lobbies.", [200, 200, 200, 200, 200]),
    get("/api/v1/lobbies/{id}", "A lobby; a hidden one for its members and admins.", [404, 200, 404, 404, 200]),
    post("/api/v1/lobbies/{id}/join", "Taking a seat.", [401, 403, 200, 200, 200]),
    patch("/api/v1/lobbies", "Changing the lobby one sits in: its host.", [401, 200, 403, 403, 403]),
    post("/api/v1/lobbies/kick", "Putting a member out: the host; nobody is named here.", [401, 422, 422, 422, 422]),
    post("/api/v1/lobbies/quick_join", "Being seated wherever there is room.", [401, 409, 409, 409, 409]),
    post("/api/v1/lobbies", "Opening a lobby.", [401, 403, 403, 403, 403]),
    post("/api/v1/lobbies/leave", "Giving up one's seat.", [401, 200, 200, 200, 200]),
    get("/livez", "Whether the process lives.", [200, 200, 200, 200, 200]),
    get("/readyz", "Whether it is ready for requests.", [200, 200, 200, 200, 200]),
    get(
        "/metrics",
        "Numbers for Prometheus: from this machine, or with a token of their own.",
        [200, 200, 200, 200, 200],
    ),
    get("/socket/websocket", "The socket; what is no upgrade is refused.", [426, 426, 426, 426, 426]),
    get("/", "The start page.", [200, 200, 200, 200, 200]),
    get("/privacy", "What is kept about players.", [200, 200, 200, 200, 200]),
    get("/terms", "The terms of use.", [200, 200, 200, 200, 200]),
    get("/data-deletion", "How to have one's data deleted.", [200, 200, 200, 200, 200]),
    get("/users/log-in", "The page to sign in on.", [200, 200, 200, 200, 200]),
    post("/users/log-in", "Its form, which leads back to it or into the dashboard.", [303, 303, 303, 303, 303]),
    post("/users/log-in/mail", "The form that has a sign-in link mailed.", [303, 303, 303, 303, 303]),
    post("/users/log-in/guest", "The form that lets a guest in.", [303, 303, 303, 303, 303]),
    get("/users/log-in/{token}", "The page of a sign-in link; of none, here.", [404, 404, 404, 404, 404]),
    post("/users/log-in/{token}", "Its form, which signs in.", [303, 303, 303, 303, 303]),
    get("/users/register", "The page to make an account on.", [200, 200, 200, 200, 200]),
    post("/users/register", "Its form.", [303, 303, 303, 303, 303]),
    get("/users/confirm", "How it stands with one's own address.", [200, 200, 200, 200, 200]),
    post("/users/confirm", "The form that has the link to it mailed again.", [303, 303, 303, 303, 303]),
    get(
        "/users/confirm/{token}",
        "The page of a link that confirms an address; of none, here.",
        [404, 404, 404, 404, 404],
    ),
    post("/users/confirm/{token}", "Its form.", [303, 303, 303, 303, 303]),
    get(
        "/users/confirm-email/{token}",
        "The page of a link to another address; of none, here.",
        [404, 404, 404, 404, 404],
    ),
    post("/users/confirm-email/{token}", "Its form.", [303, 303, 303, 303, 303]),
    get("/users/reset-password", "The page to have a way to a new password mailed.", [200, 200, 200, 200, 200]),
    post("/users/reset-password", "Its form.", [303, 303, 303, 303, 303]),
    get("/users/reset-password/{token}", "The page of such a link; of none, here.", [404, 404, 404, 404, 404]),
    post("/users/reset-password/{token}", "Its form.", [303, 303, 303, 303, 303]),
    get("/users/settings", "One's own settings.", [303, 200, 200, 200, 200]),
    post("/users/settings/name", "Their form of the name.", [303, 303, 303, 303, 303]),
    post("/users/settings/avatar", "Their form of the picture, which comes in parts.", [415, 415, 415, 415, 415]),
    post("/users/settings/avatar/remove", "The form that takes the picture away.", [303, 303, 303, 303, 303]),
    post("/users/settings/email", "Their form of the address.", [303, 303, 303, 303, 303]),
    get("/users/settings/export", "Everything held about oneself, as a file.", [303, 200, 200, 200, 200]),
    post("/users/settings/sessions/end", "The form that ends one of one's own sessions.", [303, 303, 303, 303, 303]),
    post("/users/settings/sessions/end-others", "The form that ends all others.", [303, 303, 303, 303, 303]),
    post("/users/settings/delete", "The form that deletes the account whose name is typed.", [303, 303, 303, 303, 303]),
    post("/users/settings/password", "Their form of the password.", [303, 303, 303, 303, 303]),
    get("/users/first-admin", "The page of the first admin's link.", [200, 200, 200, 200, 200]),
    post("/users/first-admin", "Its form.", [303, 303, 303, 303, 303]),
    post("/theme", "The switch between light and dark.", [303, 303, 303, 303, 303]),
    get("/dev/mailbox", "Mails that are not sent: in development, from this machine.", [404, 404, 404, 404, 404]),
    get("/dev/mailbox/{id}", "One of them.", [404, 404, 404, 404, 404]),
    get("/admin", "The dashboard's overview.", [303, 403, 403, 403, 200]),
    get("/admin/lobbies", "Every lobby.", [303, 403, 403, 403, 200]),
    get("/admin/users", "Every account.", [303, 403, 403, 403, 200]),
    get("/admin/sessions", "Everybody's sessions.", [303, 403, 403, 403, 200]),
    get("/admin/audit", "The audit log.", [303, 403, 403, 403, 200]),
    get("/admin/jobs", "The jobs.", [303, 403, 403, 403, 200]),
    post("/admin/users/{id}/role", "Making an admin, or one no more.", [401, 403, 403, 403, 303]),
    post("/admin/users/{id}/edit", "Changing an account.", [401, 403, 403, 403, 303]),
    post("/admin/users/{id}/remove", "Deleting an account; its number is not typed here.", [401, 403, 403, 403, 303]),
    post("/admin/users/{id}/reset", "Mailing its user a way to a new password.", [401, 403, 403, 403, 303]),
    post("/admin/jobs/{id}/retry", "Trying a dead job again.", [401, 403, 403, 403, 303]),
    post("/admin/jobs/{id}/drop", "Forgetting a dead job.", [401, 403, 403, 403, 303]),
    post("/_fn/user", "The drawer of an account.", [401, 403, 403, 403, 200]),
    post("/_fn/sessions", "The rows of the sessions' page.", [401, 403, 403, 403, 200]),
    post("/_fn/audit", "The rows of the audit log.", [401, 403, 403, 403, 200]),
    post("/_fn/jobs", "The rows of the jobs' page.", [401, 403, 403, 403, 200]),
    post("/_fn/overview", "The figures of the overview.", [401, 403, 403, 403, 200]),
    post("/_fn/lobbies", "The rows of the lobbies' page.", [401, 403, 403, 403, 200]),
    post("/_fn/users", "The rows of the accounts' page.", [401, 403, 403, 403, 200]),
    post("/_fn/history", "The numbers of the overview's charts.", [401, 403, 403, 403, 200]),
    post("/_fn/viewer", "Who looks at a page.", [200, 200, 200, 200, 200]),
    post("/_fn/link-works", "Whether the first admin's link still works.", [200, 200, 200, 200, 200]),
    post("/users/log-out", "The form that signs a browser out.", [303, 303, 303, 303, 303]),
    post("/admin/users/{id}/ban", "Shutting an account out: that of the guest who hosts.", [401, 403, 403, 403, 303]),
    post("/admin/users/{id}/unban", "Letting it in again; its sessions have ended.", [401, 401, 403, 403, 303]),
    post("/admin/sessions/{id}/end", "Ending anybody's session.", [401, 401, 403, 403, 303]),
    post("/admin/users/{id}/sign-out", "Ending all of a user's sessions.", [401, 401, 403, 403, 303]),
    delete("/api/v1/me", "Deleting one's account; the last admin stays.", [401, 401, 200, 200, 400]),
    delete("/api/v1/me/sessions/{id}", "Ending one of one's own sessions.", [401, 401, 401, 401, 404]),
    post("/auth/logout", "Signing out, for web games.", [200, 200, 200, 200, 200]),
    delete("/api/v1/logout", "Signing out.", [200, 200, 200, 200, 200]),
];
