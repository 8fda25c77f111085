//! That the table and the fields are the same set.

use std::collections::BTreeSet;
use std::ptr;

use domain::{Argon2Cost, Config, Connections, Friends, Lobbies};

use crate::settings::kind::Kind;
use crate::settings::table;
use crate::settings::*;

fn address<T>(field: &mut T) -> usize {
    ptr::from_mut(field).addr()
}

/// Where each field lies. Taken apart without `..`, so that a new field does not compile before it stands here, and the
/// test below fails until it stands in the table.
#[expect(clippy::too_many_lines, reason = "every field there is, taken apart")]
fn fields(settings: &mut Settings) -> BTreeSet<usize> {
    let Settings {
        data,
        environment,
        host,
        port,
        public_url,
        allowed_origins,
        cookie_domain,
        theme,
        database_url,
        connections: Connections { postgres, sqlite_readers },
        keys: Keys { access, access_previous, refresh },
        metrics_token,
        log: Log { filter, format },
        delay,
        grace,
        limits,
        are_rates_on,
        mail:
            Mail {
                host: mail_host,
                port: mail_port,
                security,
                username,
                password,
                from,
                from_name,
                certificates,
                timeout,
                apart,
                per_address,
                altogether,
            },
        rates:
            Rates {
                login,
                devices,
                guests,
                mails,
                links,
                codes,
                refresh: refreshes,
                connects,
                reads,
                writes,
                admin,
                ceiling,
            },
        storage: Storage { bucket, endpoint, region, key_id, key },
        redis: Redis { url: redis_url, prefix },
        config:
            Config {
                device_login,
                argon2: Argon2Cost { memory_kib, passes },
                password_queue,
                guest_avatars,
                token_algorithm,
                identities,
                admin_login,
                admin_idle,
                audit_days,
                friends: Friends { most: friends, requests: friend_requests, blocks, offline_after },
                lobbies: Lobbies { grace: seat_grace, empty_after, idle_after },
                // Filled in from other settings, by `Settings::config`; the game from its theme.
                storage: _,
                pictures_at: _,
                public_url: _,
                game: _,
                mail: _,
                redis: _,
            },
    } = settings;
    let Limits {
        body,
        sign_in_body,
        json_depth,
        json_values,
        seconds,
        body_seconds,
        header_seconds,
        rest_seconds,
        headers,
        header_bytes,
        stall_seconds,
        connections,
        frame,
        message,
        socket_buffer,
        socket,
        socket_unjoined,
        socket_outlives_token,
        socket_handshake,
        sockets_per_user,
        sockets_per_address,
        sockets,
        drain,
        trusted_proxies,
        // Filled in from other settings, by `Settings::limits`.
        rates: _,
        production: _,
        sockets_spare_loopback: _,
    } = limits;
    let channels::socket::Limits {
        topics,
        name_length,
        depth,
        burst,
        frames_per_second,
        patience,
        malformed,
        silence,
        ping,
        unjoined,
        write,
    } = socket;
    let numbers = [address(postgres), address(sqlite_readers), address(memory_kib), address(passes)];
    let sizes = [
        address(body),
        address(sign_in_body),
        address(frame),
        address(message),
        address(password_queue),
        address(seconds),
    ];
    let of_socket = [address(topics), address(name_length), address(depth), address(burst), address(frames_per_second)];
    let of_socket = of_socket.into_iter().chain([address(patience), address(malformed), address(silence)]);
    let of_socket = of_socket.chain([address(ping), address(unjoined), address(write)]);
    let texts = [address(public_url), address(allowed_origins), address(filter), address(data), address(theme)];
    let texts = texts.into_iter().chain([address(cookie_domain)]);
    let secrets =
        [address(database_url), address(access), address(refresh), address(metrics_token), address(access_previous)];
    let others = [address(environment), address(format), address(host), address(port), address(trusted_proxies)];
    let others = others.into_iter().chain([address(device_login), address(grace), address(guest_avatars)]);
    let stored = [address(bucket), address(endpoint), address(region), address(key_id), address(key)];
    let others = others.chain([address(redis_url), address(prefix)]);
    let others = others.chain([address(token_algorithm), address(identities)]);
    let others = others.chain([address(admin_login), address(admin_idle), address(audit_days)]);
    let others = others.chain([address(friends), address(friend_requests), address(blocks), address(offline_after)]);
    let others = others.chain([address(seat_grace), address(empty_after), address(idle_after)]);
    let more = [address(json_depth), address(json_values), address(body_seconds), address(header_seconds)];
    let more = more.into_iter().chain([address(rest_seconds)]);
    let more = more.chain([address(headers), address(header_bytes), address(stall_seconds)]);
    let more = more.chain([address(connections), address(socket_buffer), address(socket_unjoined)]);
    let more = more.chain([address(socket_outlives_token)]);
    let more = more.chain([address(socket_handshake), address(sockets_per_user), address(sockets_per_address)]);
    let more = more.chain([address(sockets), address(drain), address(delay), address(are_rates_on)]);
    let rates =
        [login, devices, guests, mails, links, codes, refreshes, connects, reads, writes, admin, ceiling].map(address);
    let mail = [address(mail_host), address(mail_port), address(security), address(username), address(password)];
    let mail = mail.into_iter().chain([address(from), address(from_name), address(certificates), address(timeout)]);
    let mail = mail.chain([address(apart), address(per_address), address(altogether)]);
    let others = others.chain(more).chain(rates).chain(stored).chain(mail);
    numbers.into_iter().chain(sizes).chain(of_socket).chain(texts).chain(secrets).chain(others).collect()
}

/// Where the field of a setting lies.
fn field(setting: &setting::Setting, settings: &mut Settings) -> usize {
    use kind::Number::{Time, TimeIfSet, TimeOrOff, U16, U16IfSet, U32, U64, Usize};
    match &setting.kind {
        Kind::Folder(at) => address(at(settings)),
        Kind::File(at) => address(at(settings)),
        Kind::Switch(at) => address(at(settings)),
        Kind::Rate(at) => address(at(settings)),
        Kind::Address(at) => address(at(settings)),
        Kind::Url(at) | Kind::Domain(at) | Kind::Name(at) | Kind::Host(at) | Kind::Email(at) | Kind::Text(at) => {
            address(at(settings))
        }
        Kind::Origins(at) => address(at(settings)),
        Kind::Networks(at) => address(at(settings)),
        Kind::Filter(at) => address(at(settings)),
        Kind::Postgres(at) | Kind::Redis(at) | Kind::Secret(at) | Kind::TheirSecret(at) => address(at(settings)),
        Kind::Choice(at) => ptr::from_mut(at(settings)).cast::<()>().addr(),
        Kind::Number(_, _, _, at) => match at(settings) {
            U16(at) => address(at),
            U16IfSet(at) => address(at),
            U32(at) => address(at),
            U64(at) => address(at),
            Usize(at) => address(at),
            Time(at) => address(at),
            TimeOrOff(at) | TimeIfSet(at) => address(at),
        },
    }
}

#[test]
fn every_field_has_its_setting_and_every_setting_its_field() {
    let mut settings = Settings::default();
    let fields = fields(&mut settings);
    let set: Vec<_> = table::all().map(|setting| field(setting, &mut settings)).collect();
    assert_eq!(set.len(), set.iter().collect::<BTreeSet<_>>().len(), "two settings have one field");
    assert_eq!(set.into_iter().collect::<BTreeSet<_>>(), fields);
}
