//! Every route there is, read from the source: axum's router cannot be asked.
//!
//! Followed from `router()` in `router.rs` through each `merge` and `nest`. What is written in a way that is not
//! understood here is an error, and so is a `.route(` that was not come by: nothing is left out unseen.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use leptos_axum::generate_route_list;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprMethodCall, Item, ItemFn, ItemMod, Lit, Pat, Stmt};

/// Methods of a router under which no route hides.
const HARMLESS: [&str; 7] =
    ["clone", "fallback", "layer", "method_not_allowed_fallback", "route_layer", "with_state", "into_service"];

/// Method and path of every route, of the pages too.
pub(crate) fn routes() -> BTreeSet<(String, String)> {
    let source = Source::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let mut seen = 0;
    let routes = source.of_function("router", "router", &mut seen);
    assert_eq!(seen, source.written, "some `.route(` is not on the way from `router()` in router.rs");
    routes.into_iter().collect()
}

/// The functions of the crate, by the name of their file and their own.
struct Source {
    functions: HashMap<(String, String), ItemFn>,
    /// How many routes are written anywhere, outside of tests.
    written: usize,
}

type Routes = Vec<(String, String)>;

impl Source {
    fn read(folder: &Path) -> Self {
        let mut source = Self { functions: HashMap::new(), written: 0 };
        for file in files(folder) {
            let parsed = syn::parse_file(&fs::read_to_string(&file).unwrap()).unwrap();
            let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
            for item in parsed.items {
                let mut count = Count(0);
                count.visit_item(&item);
                source.written += count.0;
                if let Item::Fn(function) = item {
                    source.functions.insert((stem.clone(), function.sig.ident.to_string()), function);
                }
            }
        }
        source
    }

    /// The routes of the router that a function makes.
    fn of_function(&self, file: &str, name: &str, seen: &mut usize) -> Routes {
        let function = self.functions.get(&(file.to_owned(), name.to_owned()));
        let function = function.unwrap_or_else(|| panic!("no function {name} in {file}.rs, which gives a router"));
        let mut locals = HashMap::new();
        let mut last = None;
        for statement in &function.block.stmts {
            match statement {
                Stmt::Local(local) => {
                    if let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init) {
                        locals.insert(name.ident.to_string(), &*init.expr);
                    }
                }
                Stmt::Expr(expression, _) => last = Some(expression),
                _ => {}
            }
        }
        let last = last.unwrap_or_else(|| panic!("{name} in {file}.rs gives nothing"));
        self.of(last, &locals, file, seen)
    }

    /// The routes of a router as an expression makes it.
    fn of(&self, expression: &Expr, locals: &HashMap<String, &Expr>, file: &str, seen: &mut usize) -> Routes {
        match expression {
            Expr::Path(path) => {
                let name = path.path.require_ident().unwrap().to_string();
                let local = locals.get(&name).unwrap_or_else(|| panic!("{name} in {file}.rs is no router known here"));
                self.of(local, locals, file, seen)
            }
            Expr::Call(call) => self.of_call(call, file, seen),
            Expr::MethodCall(call) => {
                let mut routes = self.of(&call.receiver, locals, file, seen);
                routes.extend(self.added(call, locals, file, seen));
                routes
            }
            other => panic!("this router in {file}.rs is not understood here: {}", other.to_token_stream()),
        }
    }

    /// `Router::new()`, or a function of ours: `pages::routes(...)`.
    fn of_call(&self, call: &ExprCall, file: &str, seen: &mut usize) -> Routes {
        let Expr::Path(path) = &*call.func else { panic!("in {file}.rs: {}", call.to_token_stream()) };
        let names: Vec<_> = path.path.segments.iter().map(|part| part.ident.to_string()).collect();
        match names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["Router", "new"] => Vec::new(),
            [.., file, name] => self.of_function(file, name, seen),
            [name] => self.of_function(file, name, seen),
            [] => unreachable!(),
        }
    }

    /// What a method adds to its router.
    fn added(&self, call: &ExprMethodCall, locals: &HashMap<String, &Expr>, file: &str, seen: &mut usize) -> Routes {
        let method = call.method.to_string();
        match method.as_str() {
            "route" => {
                *seen += 1;
                methods(&call.args[1]).into_iter().map(|method| (method, text(&call.args[0]))).collect()
            }
            "merge" => self.of(&call.args[0], locals, file, seen),
            "nest" => {
                let below = text(&call.args[0]);
                let routes = self.of(&call.args[1], locals, file, seen);
                routes.into_iter().map(|(method, path)| (method, format!("{below}{path}"))).collect()
            }
            "leptos_routes_with_context" => pages(),
            name if HARMLESS.contains(&name) => Vec::new(),
            name => panic!("what `.{name}(` in {file}.rs adds to a router is not understood here"),
        }
    }
}

/// The pages of the application.
fn pages() -> Routes {
    let listings = [generate_route_list(app::App), generate_route_list(app::Site)].concat();
    let each = listings.iter().flat_map(|listing| {
        let path = if listing.path().is_empty() { "/" } else { listing.path() };
        listing.methods().map(move |method| (format!("{method:?}").to_uppercase(), path.to_owned()))
    });
    each.collect()
}

/// The methods of `get(list).post(create)`.
fn methods(expression: &Expr) -> Vec<String> {
    let (mut before, name) = match expression {
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { panic!("a route: {}", call.to_token_stream()) };
            (Vec::new(), path.path.segments.last().unwrap().ident.to_string())
        }
        Expr::MethodCall(call) => (methods(&call.receiver), call.method.to_string()),
        other => panic!("a route that is not understood here: {}", other.to_token_stream()),
    };
    match name.as_str() {
        "get" | "post" | "put" | "patch" | "delete" => before.push(name.to_uppercase()),
        name if HARMLESS.contains(&name) => {}
        name => panic!("a route that is not understood here: `{name}(`"),
    }
    before
}

fn text(expression: &Expr) -> String {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => text.value(),
            _ => panic!("a path that is no text"),
        },
        other => panic!("a path must be a literal to be found here: {}", other.to_token_stream()),
    }
}

/// Counts routes, outside of tests.
struct Count(usize);

impl Visit<'_> for Count {
    fn visit_item_mod(&mut self, module: &ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        if call.method == "route" && call.args.len() == 2 {
            self.0 += 1;
        }
        visit::visit_expr_method_call(self, call);
    }
}

pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
