//! What a request may take of the server, and how often one may come.

use super::{Group, KIB, MIB};
use crate::settings::amount::Unit::{Bytes, Of, Seconds};
use crate::settings::kind::Kind::{Number, Rate, Switch};
use crate::settings::kind::Number as Field;
use crate::settings::setting::setting;

pub(super) static LIMITS: Group = Group {
    title: "Limits of requests",
    settings: &[
        setting(
            "limits.body",
            Number(Bytes, KIB, 64 * MIB, |to| Field::Usize(&mut to.limits.body)),
            "The size of a request's body.",
        ),
        setting(
            "limits.sign_in_body",
            Number(Bytes, KIB, MIB, |to| Field::Usize(&mut to.limits.sign_in_body)),
            "The size of the body of a sign-in.",
        ),
        setting(
            "limits.json_depth",
            Number(Of("levels"), 1, 100, |to| Field::Usize(&mut to.limits.json_depth)),
            "Objects and lists in one another within a body of JSON.",
        ),
        setting(
            "limits.json_values",
            Number(Of("values"), 100, 1_000_000, |to| Field::Usize(&mut to.limits.json_values)),
            "Values in a body of JSON.",
        ),
        setting(
            "limits.headers",
            Number(Of("headers"), 20, 1000, |to| Field::Usize(&mut to.limits.headers)),
            "Headers of a request.",
        ),
        setting(
            "limits.header_size",
            Number(Bytes, 4 * KIB, MIB, |to| Field::Usize(&mut to.limits.header_bytes)),
            "The size of the head of a request: its first line and its headers.",
        ),
        setting(
            "limits.header_time",
            Number(Seconds, 1, 300, |to| Field::U64(&mut to.limits.header_seconds)),
            "How long the head of a request may take to arrive.",
        ),
        setting(
            "limits.rest_time",
            Number(Seconds, 1, 3600, |to| Field::U64(&mut to.limits.rest_seconds)),
            "How long a connection may rest between two requests; longer than proxies keep theirs, commonly 60 s.",
        ),
        setting(
            "limits.body_time",
            Number(Seconds, 1, 300, |to| Field::U64(&mut to.limits.body_seconds)),
            "How long the body of a request may take to arrive after its head.",
        ),
        setting(
            "limits.stall_time",
            Number(Seconds, 1, 3600, |to| Field::U64(&mut to.limits.stall_seconds)),
            "How long a client may take nothing in of what is written to it.",
        ),
        setting(
            "limits.connections",
            Number(Of("connections"), 10, 1_000_000, |to| Field::Usize(&mut to.limits.connections)),
            "Connections at once, sockets included; further ones wait.",
        ),
        setting(
            "limits.request_time",
            Number(Seconds, 1, 300, |to| Field::U64(&mut to.limits.seconds)),
            "How long a request may take.",
        ),
    ],
};

pub(super) static RATES: Group = Group {
    title: "How often",
    settings: &[
        setting(
            "rates.on",
            Switch(|to| &mut to.are_rates_on),
            "Whether it is counted how often anybody asks. Off is for load tests.",
        ),
        setting(
            "rates.login",
            Rate(|to| &mut to.rates.login),
            "Passwords that did not fit, for one account from one address.",
        ),
        setting("rates.devices", Rate(|to| &mut to.rates.devices), "Sign-ins of one device."),
        setting(
            "rates.guests",
            Rate(|to| &mut to.rates.guests),
            "Accounts made from one address: by first sign-ins of devices, as guests' and by registration.",
        ),
        setting("rates.mails", Rate(|to| &mut to.rates.mails), "Mails asked for from one address, for one account."),
        setting("rates.links", Rate(|to| &mut to.rates.links), "Links of mails used from one address, good or not."),
        setting("rates.codes", Rate(|to| &mut to.rates.codes), "Codes of lobbies one caller tries, good or not."),
        setting("rates.refresh", Rate(|to| &mut to.rates.refresh), "Refreshes of one session."),
        setting(
            "rates.connects",
            Rate(|to| &mut to.rates.connects),
            "Connections of one user's sockets, or of one address without a user.",
        ),
        setting("rates.reads", Rate(|to| &mut to.rates.reads), "Requests of one caller that change nothing."),
        setting("rates.writes", Rate(|to| &mut to.rates.writes), "Requests of one caller that change something."),
        setting(
            "rates.admin",
            Rate(|to| &mut to.rates.admin),
            "What the open pages of one player or admin ask for: the dashboard, and the live parts of `/lobbies` and the \
             settings.",
        ),
        setting(
            "rates.ceiling",
            Rate(|to| &mut to.rates.ceiling),
            "What one address may ask for altogether in each of `login`, `devices`, `mails`, `refresh` and `connects`: wide, as a \
             school may stand behind it.",
        ),
    ],
};
