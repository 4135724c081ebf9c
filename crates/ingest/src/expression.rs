//! CEL expressions over a row: compiled once, run per row, remembered where their inputs repeat.
//!
//! Columns are variables by name; `row["any name"]` reaches the others; a lookup is a variable that holds its
//! columns. An empty value is null. What an expression may see is worked out when it is bound to a file, so running it touches only
//! those values. Nothing here knows what a result is used for.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use cel::common::ast::{EntryExpr, Expr, IdedExpr, LiteralValue, operators};
use cel::common::types::{CelBool, CelDouble, CelInt, CelNull, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::objects::{Key, Map as CelMap};
use cel::{Context, Env, Program, Value as CelValue};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use crate::cell::{Cell, excerpt};
use crate::limits::MEMO_ENTRIES_MAX;

/// The variable that holds the whole row.
pub(crate) const ROW: &str = "row";

/// What an expression reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct References {
    /// Variables it does not bind itself.
    pub(crate) variables: BTreeSet<String>,
    /// Names it reads as `row["name"]`.
    pub(crate) row_columns: BTreeSet<String>,
    /// Whether it uses `row` in any other way, and so needs all columns.
    pub(crate) uses_whole_row: bool,
}

/// A compiled expression.
pub(crate) struct Compiled {
    text: String,
    program: Program,
    env: Arc<Env>,
}

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compiled").field("text", &self.text).finish_non_exhaustive()
    }
}

impl Compiled {
    /// Compiles an expression; the error says what is wrong with it.
    pub(crate) fn new(source: &str) -> Result<Compiled, String> {
        let mut env = Env::stdlib();
        env.add_extension(cel::extensions::strings).map_err(|error| error.to_string())?;
        let program = env.compile(source).map_err(|errors| {
            let text = errors.to_string();
            format!("`{}` is no CEL expression: {}", excerpt(source), first_problem(&text))
        })?;
        Ok(Compiled { text: source.to_owned(), program, env: Arc::new(env) })
    }

    pub(crate) fn references(&self) -> References {
        let mut walk = Walk::default();
        walk.visit(self.program.expression());
        walk.references
    }

    /// Runs the expression. The error is a sentence for the rejection.
    pub(crate) fn run(&self, variables: &Variables<'_>) -> Result<Cell<'static>, String> {
        let mut context = Context::with_env(Arc::clone(&self.env));
        context.set_variable_resolver(variables);
        let value = self
            .program
            .execute(&context)
            .map_err(|error| format!("the expression `{}` failed: {error}", self.text))?;
        from_cel(value).ok_or_else(|| format!("the expression `{}` gives a value that is no data", self.text))
    }

    /// The answer of a condition; null is no.
    pub(crate) fn truth(&self, result: &Cell<'_>) -> Result<bool, String> {
        match result {
            Cell::Bool(value) => Ok(*value),
            Cell::Null => Ok(false),
            _ => Err(format!("the expression `{}` must be true or false", self.text)),
        }
    }
}

/// The values of one row that an expression may see.
#[derive(Debug)]
pub(crate) struct Variables<'a> {
    pub(crate) values: Vec<(&'a str, Input<'a>)>,
}

/// One variable.
#[derive(Debug)]
pub(crate) enum Input<'a> {
    Value(Cell<'a>),
    Fields(Vec<(&'a str, Cell<'a>)>),
}

impl VariableResolver for Variables<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let (_, input) = self.values.iter().find(|(name, _)| *name == variable)?;
        match input {
            Input::Value(cell) => borrow_cel(cell),
            Input::Fields(fields) => {
                let map: HashMap<Key, CelValue> =
                    fields.iter().map(|(name, cell)| (Key::from(*name), to_cel(cell))).collect();
                let boxed: Box<dyn Val> = CelValue::Map(CelMap { map: Arc::new(map) }).try_into().ok()?;
                Some(CowVal::Owned(boxed))
            }
        }
    }
}

/// Results of an expression by the bytes of its inputs.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    results: FxHashMap<Box<[u8]>, Cell<'static>>,
    key: Vec<u8>,
}

impl Memo {
    /// The remembered result for these inputs, or that of `run`. Failures are not remembered.
    pub(crate) fn get(
        &mut self,
        variables: &Variables<'_>,
        run: impl FnOnce() -> Result<Cell<'static>, String>,
    ) -> Result<Cell<'static>, String> {
        self.key.clear();
        for (_, input) in &variables.values {
            match input {
                Input::Value(cell) => cell.write_identity(&mut self.key),
                Input::Fields(fields) => fields.iter().for_each(|(_, cell)| cell.write_identity(&mut self.key)),
            }
        }
        if let Some(result) = self.results.get(self.key.as_slice()) {
            return Ok(result.clone());
        }
        let result = run()?;
        if self.results.len() < MEMO_ENTRIES_MAX {
            self.results.insert(self.key.as_slice().into(), result.clone());
        }
        Ok(result)
    }
}

/// The first problem of a compiler's report, without its prefix and the list of all tokens it would have liked better.
fn first_problem(report: &str) -> String {
    let line = report.lines().next().unwrap_or_default();
    let line = line.split(" expecting ").next().unwrap_or(line);
    match line.strip_prefix("ERROR: <input>:").and_then(|rest| rest.split_once(": ")) {
        Some((place, problem)) => {
            let column = place.rsplit(':').next().unwrap_or(place);
            format!("{} at character {column}", problem.trim_start_matches("Syntax error: "))
        }
        None => line.to_owned(),
    }
}

fn borrow_cel<'b>(cell: &'b Cell<'_>) -> Option<CowVal<'b, 'b>> {
    Some(match cell {
        Cell::Null => CowVal::owned(CelNull),
        Cell::Bool(value) => CowVal::owned(CelBool::from(*value)),
        Cell::Int(value) => CowVal::owned(CelInt::from(*value)),
        Cell::Float(value) => CowVal::owned(CelDouble::from(*value)),
        Cell::Text(text) if text.is_empty() => CowVal::owned(CelNull),
        Cell::Text(text) => CowVal::owned(CelString::from(text.as_ref())),
        other => {
            let boxed: Box<dyn Val> = to_cel(other).try_into().ok()?;
            CowVal::Owned(boxed)
        }
    })
}

fn to_cel(cell: &Cell<'_>) -> CelValue {
    match cell {
        Cell::Null => CelValue::Null,
        Cell::Bool(value) => CelValue::Bool(*value),
        Cell::Int(value) => CelValue::Int(*value),
        Cell::Float(value) => CelValue::Float(*value),
        Cell::Text(text) if text.is_empty() => CelValue::Null,
        Cell::Text(text) => CelValue::String(Arc::new(text.to_string())),
        Cell::Decimal(digits) => digits.parse().map_or(CelValue::Null, CelValue::Float),
        Cell::Instant(_) | Cell::Local(_) => CelValue::String(Arc::new(cell.clone().into_text().unwrap_or_default())),
        Cell::Json(value) => json_to_cel(value),
    }
}

fn json_to_cel(value: &Value) -> CelValue {
    match value {
        Value::Array(list) => CelValue::List(Arc::new(list.iter().map(json_to_cel).collect())),
        Value::Object(object) => {
            let map = object.iter().map(|(key, value)| (Key::from(key.as_str()), json_to_cel(value))).collect();
            CelValue::Map(CelMap { map: Arc::new(map) })
        }
        Value::String(text) => CelValue::String(Arc::new(text.clone())),
        scalar => to_cel(&Cell::of_json(scalar)),
    }
}

fn from_cel(value: CelValue) -> Option<Cell<'static>> {
    Some(match value {
        CelValue::Null => Cell::Null,
        CelValue::Bool(value) => Cell::Bool(value),
        CelValue::Int(value) => Cell::Int(value),
        CelValue::UInt(value) => match i64::try_from(value) {
            Ok(value) => Cell::Int(value),
            Err(_) => Cell::Decimal(value.to_string().into()),
        },
        CelValue::Float(value) => Cell::Float(value),
        CelValue::String(text) => Cell::Text(Arc::unwrap_or_clone(text).into()),
        list_or_map => Cell::Json(std::borrow::Cow::Owned(cel_to_json(list_or_map)?)),
    })
}

fn cel_to_json(value: CelValue) -> Option<Value> {
    Some(match value {
        CelValue::List(list) => Value::Array(list.iter().cloned().map(cel_to_json).collect::<Option<_>>()?),
        CelValue::Map(map) => {
            // A CEL map has no order; sorted keys keep decoding deterministic.
            let mut entries: Vec<(String, CelValue)> =
                map.map.iter().map(|(key, value)| (key.to_string(), value.clone())).collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            let mut object = Map::new();
            for (key, value) in entries {
                object.insert(key, cel_to_json(value)?);
            }
            Value::Object(object)
        }
        CelValue::Null => Value::Null,
        CelValue::Bool(_) | CelValue::Int(_) | CelValue::UInt(_) | CelValue::Float(_) | CelValue::String(_) => {
            from_cel(value)?.into_json().unwrap_or(Value::Null)
        }
        _ => return None,
    })
}

/// Collects what an expression reads; names bound by `all`, `exists`, `map` and their like are its own.
#[derive(Default)]
struct Walk {
    references: References,
    bound: Vec<String>,
}

impl Walk {
    fn visit(&mut self, node: &IdedExpr) {
        match &node.expr {
            Expr::Ident(name) => self.ident(name),
            Expr::Select(select) => match &select.operand.expr {
                Expr::Ident(name) if name == ROW && !self.bound.contains(name) => {
                    self.references.row_columns.insert(select.field.clone());
                }
                _ => self.visit(&select.operand),
            },
            Expr::Call(call) => {
                if let Some(column) = row_index(call.func_name.as_str(), &call.args) {
                    self.references.row_columns.insert(column);
                    return;
                }
                call.target.iter().for_each(|target| self.visit(target));
                call.args.iter().for_each(|argument| self.visit(argument));
            }
            Expr::List(list) => list.elements.iter().for_each(|element| self.visit(element)),
            Expr::Map(map) => map.entries.iter().for_each(|entry| self.entry(&entry.expr)),
            Expr::Struct(structure) => structure.entries.iter().for_each(|entry| self.entry(&entry.expr)),
            Expr::Comprehension(comprehension) => {
                self.visit(&comprehension.iter_range);
                self.visit(&comprehension.accu_init);
                let depth = self.bound.len();
                self.bound.push(comprehension.iter_var.clone());
                self.bound.extend(comprehension.iter_var2.clone());
                self.bound.push(comprehension.accu_var.clone());
                self.visit(&comprehension.loop_cond);
                self.visit(&comprehension.loop_step);
                self.visit(&comprehension.result);
                self.bound.truncate(depth);
            }
            Expr::Literal(_) | Expr::Unspecified => {}
        }
    }

    fn entry(&mut self, entry: &EntryExpr) {
        match entry {
            EntryExpr::MapEntry(entry) => {
                self.visit(&entry.key);
                self.visit(&entry.value);
            }
            EntryExpr::StructField(field) => self.visit(&field.value),
        }
    }

    fn ident(&mut self, name: &str) {
        if self.bound.iter().any(|bound| bound == name) {
            return;
        }
        if name == ROW {
            self.references.uses_whole_row = true;
        } else {
            self.references.variables.insert(name.to_owned());
        }
    }
}

/// The name in `row["name"]`.
fn row_index(function: &str, arguments: &[IdedExpr]) -> Option<String> {
    let [target, index] = arguments else { return None };
    match (function == operators::INDEX, &target.expr, &index.expr) {
        (true, Expr::Ident(name), Expr::Literal(LiteralValue::String(column))) if name == ROW => {
            Some(column.inner().to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, values: Vec<(&str, Input<'_>)>) -> Result<Cell<'static>, String> {
        Compiled::new(text).unwrap().run(&Variables { values })
    }

    fn text(value: &str) -> Input<'_> {
        Input::Value(Cell::Text(value.into()))
    }

    #[test]
    fn columns_are_variables_and_empty_ones_are_null() {
        let pick = r#"platform == "desktop" ? "web" : "web_" + platform"#;
        assert_eq!(run(pick, vec![("platform", text("desktop"))]), Ok(Cell::Text("web".into())));
        assert_eq!(run(pick, vec![("platform", text("mobile"))]), Ok(Cell::Text("web_mobile".into())));
        assert_eq!(run("a == null", vec![("a", text(""))]), Ok(Cell::Bool(true)));
        let fields = Input::Fields(vec![("weird name", Cell::Int(3))]);
        assert_eq!(run(r#"row["weird name"] + 1"#, vec![("row", fields)]), Ok(Cell::Int(4)));
        assert_eq!(run("name.trim().lowerAscii()", vec![("name", text(" AbC "))]), Ok(Cell::Text("abc".into())));
    }

    #[test]
    fn failures_are_sentences() {
        let reason = run("a + 1", vec![("a", text("x"))]).unwrap_err();
        assert!(reason.starts_with("the expression `a + 1` failed"), "{reason}");
        let problem = Compiled::new("a +").unwrap_err();
        assert_eq!(problem, "`a +` is no CEL expression: mismatched input '<EOF>' at character 4");
    }

    #[test]
    fn references_name_what_is_read_and_nothing_bound_inside() {
        let references = Compiled::new(r#"items.exists(i, i.price > limit) && row["A B"] != "" && row.c == d.e"#)
            .unwrap()
            .references();
        assert_eq!(references.variables, ["d", "items", "limit"].map(str::to_owned).into());
        assert_eq!(references.row_columns, ["A B", "c"].map(str::to_owned).into());
        assert!(!references.uses_whole_row);
        assert!(Compiled::new("size(row) > 3").unwrap().references().uses_whole_row);
    }

    #[test]
    fn json_goes_in_and_comes_out_in_a_fixed_order() {
        let value = serde_json::json!({"b": [1, 2.5, "x", null], "a": {"k": true}});
        let input = || vec![("v", Input::Value(Cell::Json(std::borrow::Cow::Borrowed(&value))))];
        let Ok(Cell::Json(back)) = run("v", input()) else { panic!("not JSON") };
        assert_eq!(back.to_string(), r#"{"a":{"k":true},"b":[1,2.5,"x",null]}"#);
        assert_eq!(run("v.b[1] * 2.0", input()), Ok(Cell::Float(5.0)));
    }
}
