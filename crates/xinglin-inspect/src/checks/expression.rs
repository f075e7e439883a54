//! Expressions in CEL over `facts` and `policy`.

use std::{collections::HashMap, fmt, sync::Arc};

use cel::{Env, Program, Value};
use serde_json::Value as Json;

/// The function by which an expression says that it cannot say: `a || unknown("why")`.
const UNKNOWN: &str = "unknown";

/// Compiles and runs expressions: the standard library, the string functions, and
/// `within(mode, limit)`, which compares permissions, and `unknown(what)`, which makes the
/// answer unknown.
#[derive(Clone)]
pub(crate) struct Engine {
    environment: Arc<Env>,
}

/// A compiled expression.
#[derive(Debug)]
pub(crate) struct Expression {
    program: Program,
}

/// Facts and policy, bound to an engine.
pub(crate) struct Context<'a> {
    context: cel::Context<'a, 'a>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engine")
    }
}

impl Engine {
    pub(crate) fn new() -> Self {
        let mut environment = Env::stdlib();
        environment
            .add_extension(cel::extensions::strings)
            .expect("the standard library has no functions of these names");
        Self {
            environment: Arc::new(environment),
        }
    }

    /// Compiles `source`; only `facts`, `policy` and one-letter variables may be named.
    pub(crate) fn compile(&self, source: &str) -> Result<Expression, String> {
        let program = self
            .environment
            .compile(source.trim())
            .map_err(|error| error.to_string())?;
        // A misspelt name would make the check silently unknown on every host. Variables of
        // comprehensions have one letter (those of their macros begin with `@`).
        let references = program.references();
        let unknown = references.variables().into_iter().find(|name| {
            !matches!(*name, "facts" | "policy") && name.len() > 1 && !name.starts_with('@')
        });
        match unknown {
            Some(name) => {
                return Err(format!(
                    "'{name}' is not known; expected 'facts' or 'policy'"
                ));
            }
            None if references.variables().is_empty() => {
                return Err("expected an expression over 'facts' or 'policy'".to_owned());
            }
            None => {}
        }
        Ok(Expression { program })
    }

    pub(crate) fn context<'a>(&self, facts: &Json, policy: &Json) -> Context<'a> {
        let mut context = cel::Context::with_env(Arc::clone(&self.environment));
        context.add_variable_from_value("facts", value_of(facts));
        context.add_variable_from_value("policy", value_of(policy));
        context
            .add_function("within", |mode: Arc<String>, limit: Arc<String>| {
                within(&mode, &limit)
            })
            .expect("no overload has this name");
        context
            .add_function(
                UNKNOWN,
                |what: Arc<String>| -> Result<bool, cel::ExecutionError> {
                    Err(cel::ExecutionError::function_error(UNKNOWN, what))
                },
            )
            .expect("no overload has this name");
        Context { context }
    }
}

/// Whether the octal permissions `mode` grant nothing that `limit` does not.
fn within(mode: &str, limit: &str) -> bool {
    let bits = |text: &str| u32::from_str_radix(text, 8).ok();
    match (bits(mode), bits(limit)) {
        (Some(mode), Some(limit)) => mode & !limit == 0,
        _ => false,
    }
}

/// JSON as CEL sees it: whole numbers are `int`, which literals are, too.
fn value_of(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => number
            .as_i64()
            .map(Value::Int)
            .or_else(|| number.as_f64().map(Value::Float))
            .unwrap_or(Value::Null),
        Json::String(text) => Value::String(Arc::new(text.clone())),
        Json::Array(items) => Value::List(Arc::new(items.iter().map(value_of).collect::<Vec<_>>())),
        Json::Object(fields) => {
            let fields: HashMap<String, Value> = fields
                .iter()
                .map(|(key, value)| (key.clone(), value_of(value)))
                .collect();
            Value::from(fields)
        }
    }
}

impl Expression {
    /// The answer to a question; an error when it is none, or a fact has another form.
    pub(crate) fn holds(&self, context: &Context<'_>) -> Result<bool, String> {
        match self.program.execute(&context.context) {
            Ok(Value::Bool(answer)) => Ok(answer),
            Ok(other) => Err(format!("expected true or false, got {other:?}")),
            Err(cel::ExecutionError::FunctionError { function, message })
                if function == UNKNOWN =>
            {
                Err(message)
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// The value, as JSON.
    pub(crate) fn value(&self, context: &Context<'_>) -> Result<Json, String> {
        let value = self
            .program
            .execute(&context.context)
            .map_err(|error| error.to_string())?;
        value.json().map_err(|error| error.to_string())
    }
}
