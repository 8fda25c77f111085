//! The attribute that runs a test on both engines.

use proc_macro::TokenStream;
use quote::quote;
use syn::{FnArg, ItemFn, parse_macro_input};

/// Runs an async test twice, as `name::sqlite` and `name::postgres`. Its one argument is a `testing::Fixture`, made anew
/// on the engine.
#[proc_macro_attribute]
pub fn both_engines(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    let test = parse_macro_input!(item as ItemFn);
    let (name, visibility, body, inputs) = (&test.sig.ident, &test.vis, &test.block, &test.sig.inputs);
    let Some(FnArg::Typed(fixture)) = inputs.first() else {
        return quote!(compile_error!("a test on both engines takes its fixture as its one argument");).into();
    };
    let fixture = &fixture.ty;
    quote! {
        #visibility mod #name {
            use super::*;

            async fn test(#inputs) #body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                test(<#fixture as testing::Fixture>::on(testing::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                test(<#fixture as testing::Fixture>::on(testing::Engine::Postgres).await).await;
            }
        }
    }
    .into()
}
