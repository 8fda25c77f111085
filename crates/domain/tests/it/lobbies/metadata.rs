use domain::lobbies;
use serde_json::{Map, Value, json};
use testing::{TestDomain, both_engines};
use wire::{LobbyPatch, NewLobby, QuickJoin};

use super::players;

/// Numbers at the edges of what a double holds, and some that a careless reader gets wrong in the last digit.
/// PostgreSQL writes them out: the largest becomes 309 digits.
const NUMBERS: [f64; 9] = [
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    5e-324,
    0.1,
    1.0 / 3.0,
    -4.565_547_029_654_878e-141,
    -6.188_362_949_750_029e16,
    9_007_199_254_740_993.0,
];

fn numbers(metadata: &Map<String, Value>) -> Vec<f64> {
    metadata["numbers"].as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[both_engines]
async fn every_number_comes_back_as_it_was(domain: TestDomain) {
    let app = &domain.app;
    let players = players(app, 2).await;
    let metadata = json!({ "numbers": NUMBERS }).as_object().cloned();

    let opened = NewLobby { metadata: metadata.clone(), ..NewLobby::default() };
    let lobby = lobbies::create(app, &players[0], opened).await.unwrap();
    assert_eq!(numbers(&lobby.metadata), NUMBERS);
    let patch = LobbyPatch { metadata: metadata.clone(), ..LobbyPatch::default() };
    let lobby = lobbies::update(app, &players[0], patch).await.unwrap();
    assert_eq!(numbers(&lobby.metadata), NUMBERS);

    let wanted = QuickJoin { metadata: metadata.map(Value::Object), ..QuickJoin::default() };
    let joined = lobbies::quick_join(app, &players[1], wanted).await.unwrap();
    assert_eq!(joined.id, lobby.id, "what a lobby keeps can be looked for");
    assert_eq!(numbers(&joined.metadata), NUMBERS);
}
