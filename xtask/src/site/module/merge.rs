//! Functions that are the same, byte for byte, become one.
//!
//! Generic code makes many of them, and no linker for WebAssembly folds them. `wasm-opt` can, but rearranges what is left so
//! that it compresses worse; here everything else stays as it is. Rust promises no function an address of its own.

use std::collections::HashMap;

use anyhow::{Result, anyhow};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

/// The module without those that are another one's double; nothing may name its functions by their numbers but itself. With
/// doubles gone their callers may have become doubles: it goes on until there are none.
pub(super) fn doubles(mut bytes: Vec<u8>) -> Result<Vec<u8>> {
    loop {
        let (imported, functions) = functions(&bytes)?;
        let mut first = HashMap::new();
        let mut merge = Merge { to: (0..imported).collect(), is_kept: Vec::new() };
        let mut next = imported;
        for function in functions {
            let number = *first.entry(function).or_insert(next);
            let is_new = number == next;
            next += u32::from(is_new);
            merge.to.push(number);
            merge.is_kept.push(is_new);
        }
        if merge.is_kept.iter().all(|is_kept| *is_kept) {
            return Ok(bytes);
        }
        let mut module = Module::new();
        let merged = merge.parse_core_module(&mut module, Parser::new(0), &bytes);
        merged.map_err(|error| anyhow!("merging functions: {error}"))?;
        bytes = module.finish();
    }
}

/// A function: its type and its body.
type Body<'m> = (u32, &'m [u8]);

/// How many functions are imported, and the others.
fn functions(bytes: &[u8]) -> Result<(u32, Vec<Body<'_>>)> {
    let (mut imported, mut types, mut bodies) = (0, Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::FunctionSection(section) => types = section.into_iter().collect::<Result<_, _>>()?,
            Payload::CodeSectionEntry(body) => bodies.push(&bytes[body.range()]),
            _ => {}
        }
    }
    Ok((imported, types.into_iter().zip(bodies).collect()))
}

/// What becomes of each function.
struct Merge {
    /// Its new number, imported ones among them.
    to: Vec<u32>,
    /// Whether it stays, without those that are imported.
    is_kept: Vec<bool>,
}

impl Reencode for Merge {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        Ok(self.to[function as usize])
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        for (n, kind) in section.into_iter().enumerate() {
            if self.is_kept[n] {
                functions.function(kind?);
            }
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error> {
        for (n, body) in section.into_iter().enumerate() {
            if self.is_kept[n] {
                utils::parse_function_body(self, code, body?)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{EntityType, ExportKind, ExportSection, Function, ImportSection, TypeSection, ValType};
    use wasmparser::Validator;

    use super::*;

    /// Functions that give a number or call another one, behind one that is imported.
    fn module(bodies: &[(i32, Option<u32>)]) -> Vec<u8> {
        let (mut types, mut imports, mut functions) =
            (TypeSection::new(), ImportSection::new(), FunctionSection::new());
        let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
        types.ty().function([], [ValType::I32]);
        imports.import("a", "b", EntityType::Function(0));
        for ((number, called), n) in bodies.iter().zip(1..) {
            functions.function(0);
            exports.export(&format!("f{n}"), ExportKind::Func, n);
            let mut body = Function::new([]);
            match called {
                Some(called) => body.instructions().call(*called).end(),
                None => body.instructions().i32_const(*number).end(),
            };
            code.function(&body);
        }
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
        module.finish()
    }

    /// How many functions are left, and which one stands behind each export.
    fn merged(bodies: &[(i32, Option<u32>)]) -> (usize, Vec<u32>) {
        let bytes = doubles(module(bodies)).unwrap();
        Validator::new().validate_all(&bytes).unwrap();
        let mut exported = Vec::new();
        for payload in Parser::new(0).parse_all(&bytes) {
            if let Payload::ExportSection(section) = payload.unwrap() {
                exported = section.into_iter().map(|export| export.unwrap().index).collect();
            }
        }
        (functions(&bytes).unwrap().1.len(), exported)
    }

    #[test]
    fn doubles_become_one_and_so_do_those_that_call_them() {
        assert_eq!(merged(&[(7, None), (8, None), (7, None)]), (2, vec![1, 2, 1]));
        // The fourth and fifth call doubles: they are doubles as soon as those are one.
        let calling = [(7, None), (8, None), (7, None), (0, Some(1)), (0, Some(3)), (0, Some(0))];
        assert_eq!(merged(&calling), (4, vec![1, 2, 1, 3, 3, 4]));
        assert_eq!(merged(&[(7, None), (8, None)]), (2, vec![1, 2]));
    }
}
