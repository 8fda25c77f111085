//! That nothing of admins takes a password: they neither see nor set one, they have a way to a new one mailed.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use leptos::server_fn::axum::server_fn_paths;
use quote::ToTokens;
use reqwest::Method;
use serde_json::Value;
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Field, FnArg, ItemEnum, ItemFn, ItemStruct, Lit, Pat, PatType, Type};
use testing::both_engines;

use super::RULES;
use super::source::files;
use crate::app::TestApp;
use crate::openapi::{operations, resolve};

/// What hands a handler what was sent.
const READS: [&str; 7] = ["Form", "Own", "OwnAt", "Json", "Query", "Id", "Path"];
/// What hands it something else.
const SPARED: [&str; 6] = ["State", "Caller", "Stranger", "Session", "OriginalUri", "Option"];

/// The types and functions of our crates, and what is sent to which route.
#[derive(Default)]
struct Code {
    /// The fields of each type: their names, and the names in their types.
    fields: HashMap<String, Vec<(String, BTreeSet<String>)>>,
    functions: HashMap<String, ItemFn>,
    /// Paths and the names of their handlers.
    routes: Vec<(String, String)>,
}

impl Code {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut code = Self::default();
        for folder in ["crates/wire/src", "server/src", "app/src/fns"] {
            for file in files(&root.join(folder)) {
                let file_name = file.file_stem().unwrap().to_string_lossy().into_owned();
                let parsed = syn::parse_file(&fs::read_to_string(&file).unwrap()).unwrap();
                let functions = parsed.items.iter().filter_map(|item| match item {
                    syn::Item::Fn(function) => Some(function.clone()),
                    _ => None,
                });
                for function in functions {
                    code.functions.insert(format!("{file_name}::{}", function.sig.ident), function);
                }
                code.visit_file(&parsed);
            }
        }
        code
    }

    /// Every field of what may be sent as one of these types.
    fn fields_of(&self, types: BTreeSet<String>) -> BTreeSet<String> {
        let (mut open, mut seen, mut found) = (Vec::from_iter(types), BTreeSet::new(), BTreeSet::new());
        while let Some(name) = open.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            for (field, types) in self.fields.get(&name).into_iter().flatten() {
                found.insert(field.clone());
                open.extend(types.iter().cloned());
            }
        }
        found
    }

    /// Every field that may be sent to the handler of a route.
    fn sent_to(&self, handler: &str) -> BTreeSet<String> {
        let function = self.functions.get(handler).unwrap_or_else(|| panic!("no function {handler}"));
        let mut types = BTreeSet::new();
        for PatType { ty, .. } in arguments(function) {
            let Type::Path(path) = &**ty else { panic!("{handler} takes {}", ty.to_token_stream()) };
            let outer = path.path.segments.last().unwrap().ident.to_string();
            assert!(READS.contains(&outer.as_str()) || SPARED.contains(&outer.as_str()), "{handler} takes {outer}");
            if READS.contains(&outer.as_str()) {
                types.extend(names(ty));
            }
        }
        self.fields_of(types)
    }
}

impl Visit<'_> for Code {
    fn visit_item_struct(&mut self, item: &ItemStruct) {
        let fields = item.fields.iter().map(described);
        self.fields.entry(item.ident.to_string()).or_default().extend(fields);
    }

    fn visit_item_enum(&mut self, item: &ItemEnum) {
        let fields = item.variants.iter().flat_map(|variant| &variant.fields).map(described);
        self.fields.entry(item.ident.to_string()).or_default().extend(fields);
    }

    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        if call.method == "route"
            && let [Expr::Lit(path), Expr::Call(_) | Expr::MethodCall(_)] = call.args.iter().collect::<Vec<_>>()[..]
            && let Lit::Str(path) = &path.lit
        {
            // `post(acts::ban)`, alone or with layers and more methods around it.
            let handlers = call.args[1].to_token_stream().to_string().replace(' ', "");
            for method in ["get(", "post(", "put(", "patch(", "delete("] {
                for handler in handlers.split(method).skip(1).filter_map(|rest| rest.split(')').next()) {
                    let parts: Vec<_> = handler.rsplitn(3, "::").collect();
                    self.routes.push((path.value(), format!("{}::{}", parts.get(1).unwrap_or(&""), parts[0])));
                }
            }
        }
        visit::visit_expr_method_call(self, call);
    }
}

fn described(field: &Field) -> (String, BTreeSet<String>) {
    (field.ident.as_ref().map(ToString::to_string).unwrap_or_default(), names(&field.ty))
}

/// Every name in a type.
fn names(ty: &Type) -> BTreeSet<String> {
    let text = ty.to_token_stream().to_string();
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn arguments(function: &ItemFn) -> impl Iterator<Item = &PatType> {
    function.sig.inputs.iter().map(|argument| match argument {
        FnArg::Typed(typed) => typed,
        FnArg::Receiver(_) => unreachable!("it is a function"),
    })
}

/// Whether a field is one for a password. (`is_passworded` of a lobby is none, and by a lobby's own nobody signs in.)
fn is_password(field: &str) -> bool {
    field != "lobby_password" && field.split('_').any(|word| ["password", "passphrase", "secret"].contains(&word))
}

#[test]
fn no_form_of_the_dashboard_takes_a_password() {
    let code = Code::read();
    let of = |start: &str| {
        let routes = code.routes.iter().filter(|(path, _)| path.starts_with(start));
        routes.map(|(path, handler)| (path, code.sent_to(handler))).collect::<Vec<_>>()
    };
    let acts = of("/admin/");
    let listed = RULES.iter().filter(|rule| rule.method == "POST" && rule.path.starts_with("/admin/")).count();
    assert_eq!(acts.len(), listed, "each form was looked at");
    assert!(acts.iter().any(|(_, fields)| fields.contains("reason")), "and its fields were: {acts:?}");
    for (path, fields) in acts {
        assert!(!fields.iter().any(|field| is_password(field)), "{path} takes {fields:?}");
    }
    // So that a password would be seen where there is one.
    for (path, fields) in of("/users/log-in").into_iter().chain(of("/users/settings/password")) {
        let wants = path == "/users/log-in" || path == "/users/settings/password";
        assert!(!wants || fields.contains("password"), "{path} takes {fields:?}");
    }
}

#[test]
fn no_server_function_takes_a_password() {
    let code = Code::read();
    let mut looked_at = 0;
    let is_one = |function: &&ItemFn| function.attrs.iter().any(|attribute| attribute.path().is_ident("server"));
    for function in code.functions.values().filter(is_one) {
        let mut fields = BTreeSet::new();
        for PatType { pat, ty, .. } in arguments(function) {
            let Pat::Ident(name) = &**pat else { panic!("{}: an argument without a name", function.sig.ident) };
            fields.insert(name.ident.to_string());
            fields.extend(code.fields_of(names(ty)));
        }
        assert!(!fields.iter().any(|field| is_password(field)), "{} takes {fields:?}", function.sig.ident);
        looked_at += 1;
    }
    assert_eq!(looked_at, server_fn_paths().count(), "each was looked at");
    assert!(code.fields_of(BTreeSet::from(["PasswordLogin".to_owned()])).contains("password"));
}

/// Every property of a schema, and of what it refers to.
fn properties(schema: &'static Value, seen: &mut BTreeSet<String>, found: &mut BTreeSet<String>) {
    if schema["$ref"].as_str().is_some_and(|to| seen.insert(to.to_owned())) {
        properties(resolve(schema), seen, found);
    }
    if let Some(named) = schema["properties"].as_object() {
        found.extend(named.keys().cloned());
    }
    let items = schema.as_array().into_iter().flatten();
    let fields = schema.as_object().into_iter().flat_map(|fields| fields.values());
    items.chain(fields).for_each(|below| properties(below, seen, found));
}

#[test]
fn no_route_of_the_api_for_admins_takes_a_password() {
    let taken = |path: &str| {
        let mut found = BTreeSet::new();
        for operation in operations().filter(|operation| operation.path == path) {
            properties(&operation.value["requestBody"], &mut BTreeSet::new(), &mut found);
            let parameters = operation.value["parameters"].as_array().into_iter().flatten();
            found.extend(parameters.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned)));
        }
        found
    };
    assert!(taken("/auth/login").contains("password"));
    for operation in operations().filter(|operation| operation.path.contains("/admin/")) {
        let fields = taken(operation.path);
        assert!(!fields.iter().any(|field| is_password(field)), "{} takes {fields:?}", operation.path);
    }
}

#[both_engines]
async fn no_page_of_the_dashboard_asks_for_a_password(app: TestApp) {
    let admin = app.admin_in_browser().await;
    let page = async |path: &str| admin.request(Method::GET, path).send().await.unwrap().text().await.unwrap();
    assert!(page("/users/settings").await.contains("type=\"password\""));
    for rule in RULES.iter().filter(|rule| rule.method == "GET" && rule.path.starts_with("/admin")) {
        assert!(!page(rule.path).await.contains("type=\"password\""), "{}", rule.path);
    }
    let drawer = page("/admin/users?user=1").await;
    assert!(drawer.contains("Mail a password reset") && !drawer.contains("type=\"password\""), "{drawer}");
}
