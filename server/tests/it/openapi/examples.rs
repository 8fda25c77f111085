//! Examples that would lie are found here.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testing::both_engines;

use super::document::{DOCUMENT, Operation, operations, resolve, validator};
use crate::app::TestApp;

/// What each example of a body leads to when it is sent as it stands.
const SENT: &[(&str, u16)] = &[
    ("device_login", 200),
    ("login", 200),
    // The example is no token of this server.
    ("refresh_token", 401),
    ("create_lobby", 201),
    ("join_lobby", 200),
    ("quick_join", 200),
    // The example is no code of this server's.
    ("join_lobby_by_code", 404),
    // Whoever sends these sits in no lobby.
    ("update_my_lobby_member", 400),
    ("invite_to_lobby", 400),
    ("update_lobby", 400),
    ("kick_user", 400),
    ("upload_avatar", 200),
    ("upload_current_user_avatar", 200),
    ("logout", 200),
    ("update_current_user_display_name", 200),
    ("update_current_user_password", 200),
    ("auth_register", 201),
    ("auth_login", 200),
    ("auth_upgrade", 200),
    ("auth_logout", 200),
    ("auth_reset_password", 202),
    ("auth_magic_link", 202),
    ("auth_change_email", 202),
    // The example is no token of this server.
    ("auth_confirm", 410),
    ("auth_sign_in_by_link", 410),
    ("auth_set_new_password", 410),
    ("auth_confirm_email", 410),
    ("create_friend_request", 201),
    ("block_user", 200),
];

#[test]
fn every_route_has_examples_and_each_fits_its_schema() {
    let fits = |example: &Value, schema: &Value, what: &str| {
        let problems: Vec<_> = validator(schema).iter_errors(example).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{what}: {problems:?}");
    };
    for operation in operations() {
        let id = operation.id();
        if let Some(content) = operation.value.pointer("/requestBody/content/application~1json") {
            assert!(content["example"].is_object(), "{id} has no example of its body");
            fits(&content["example"], &content["schema"], &format!("{id}, the body"));
        }
        for parameter in operation.value["parameters"].as_array().into_iter().flatten() {
            if let Some(example) = parameter.get("example") {
                fits(example, &parameter["schema"], &format!("{id}, {}", parameter["name"]));
            }
        }
        for (status, response) in operation.value["responses"].as_object().unwrap() {
            let content = &resolve(response)["content"]["application/json"];
            let examples = content["examples"].as_object().into_iter().flatten().map(|(_, example)| &example["value"]);
            let examples: Vec<_> = examples.chain(content.get("example")).collect();
            assert!(!examples.is_empty(), "{id} has no example of {status}");
            for example in examples {
                fits(example, &content["schema"], &format!("{id}, {status}"));
            }
        }
    }
}

#[test]
fn every_default_fits_its_schema() {
    fn look(value: &Value, path: &str) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| look(item, path)),
            Value::Object(fields) => {
                if let Some(default) = fields.get("default") {
                    assert!(validator(value).is_valid(default), "{path}: {default}");
                }
                fields.iter().for_each(|(name, value)| look(value, &format!("{path}/{name}")));
            }
            _ => {}
        }
    }
    look(&DOCUMENT["components"]["schemas"], "");
    look(&DOCUMENT["paths"], "");
}

#[both_engines]
async fn every_example_of_a_body_does_what_it_says(app: TestApp) {
    let bodies = operations().filter(|operation| operation.value.get("requestBody").is_some());
    let documented: BTreeSet<_> = bodies.map(Operation::id).collect();
    assert_eq!(documented, SENT.iter().map(|(id, _)| *id).collect(), "each example is sent");

    // The account that the example of a log-in names.
    let _admin = app.admin().await;
    let host = app.player().await;
    let lobby = host.open(json!({ "password": "sesame" })).await;
    for (id, status) in SENT {
        let operation = operations().find(|operation| operation.id() == *id).unwrap();
        let player = app.player().await;
        let example = &operation.value["requestBody"]["content"]["application/json"]["example"];
        let path = operation.path.replace("{id}", &lobby.to_string());
        let request = player.request(operation.method.parse().unwrap(), &path).json(example);
        assert_eq!(player.send(request).await.status, *status, "{id}");
    }
}
