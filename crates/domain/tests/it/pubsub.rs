//! Who hears what.

use domain::pubsub::{Event, FORMS, Lagged};
use testing::{TestDomain, both_engines};
use wire::{LobbyGone, LobbyId, Topic};

fn gone(id: i64) -> Event {
    Event::LobbyDeleted(LobbyGone { id: LobbyId(id), reason: None })
}

#[both_engines]
async fn a_listener_may_be_64_messages_behind_and_no_more(domain: TestDomain) {
    let pubsub = &domain.app.pubsub;
    let mut listener = pubsub.subscribe(Topic::Lobbies);
    for id in 1..=64 {
        pubsub.publish(Topic::Lobbies, gone(id));
    }
    assert_eq!(listener.behind(), 64);
    assert_eq!(listener.next().await.unwrap().event, gone(1));
    for id in 65..=66 {
        pubsub.publish(Topic::Lobbies, gone(id));
    }
    assert_eq!(listener.next().await.err(), Some(Lagged));
}

#[both_engines]
async fn a_message_is_encoded_once_in_each_form(domain: TestDomain) {
    let pubsub = &domain.app.pubsub;
    let mut listeners = [(); 3].map(|()| pubsub.subscribe(Topic::Lobbies));
    pubsub.publish(Topic::Lobbies, gone(1));
    let mut encoded = Vec::new();
    for listener in &mut listeners {
        let message = listener.next().await.unwrap();
        for form in 0..FORMS {
            let frame = message.frame(form, |_| {
                encoded.push(form);
                format!("form {form}").into()
            });
            assert_eq!(frame, format!("form {form}"));
        }
    }
    assert_eq!(encoded, [0, 1]);
}
